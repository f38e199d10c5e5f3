"""Files are left with a partner whole, under their name, never over another one."""

from datetime import UTC, datetime
from typing import Any
from uuid import uuid4

import pytest

from gateway.channels.sftp.trouble import SftpTrouble
from gateway.ports import OutcomeKind, Parcel
from gateway.protocols.sftp import Kind
from tests.gateway.channels.sftp.conftest import Stage


def parcel(name: str = "855.edi", content: bytes = b"ISA*", **more: Any) -> Parcel:
    return Parcel(uuid4(), name, content, **more)


async def test_a_file_is_written_under_a_temporary_name_and_then_renamed(stage: Stage) -> None:
    seen: list[list[str]] = []
    stage.server.during = lambda kind, _path: seen.append(stage.server.names("/out")) if kind is Kind.WRITE else None
    sent = parcel()
    (outcome,) = await stage.outbound().send([sent])
    assert (outcome.delivery, outcome.kind, outcome.reference) == (sent.delivery, OutcomeKind.DELIVERED, "855.edi")
    assert seen == [["855.edi.part"]]
    assert stage.server.files["/out/855.edi"].content == b"ISA*"
    assert stage.server.names("/out") == ["855.edi"]


async def test_large_and_empty_files_arrive_whole(stage: Stage) -> None:
    large = bytes(range(256)) * 1000
    await stage.outbound().send([parcel("large", large), parcel("empty", b"")])
    assert stage.server.files["/out/large"].content == large
    assert stage.server.files["/out/empty"].content == b""


async def test_a_repeat_whose_file_lies_there_is_not_written_again(stage: Stage) -> None:
    channel, sent = stage.outbound(), parcel()
    await channel.send([sent])
    (again,) = await channel.send([sent])
    assert again.kind is OutcomeKind.DELIVERED
    assert len(stage.server.asked(Kind.WRITE)) == 1


async def test_a_repeat_whose_file_was_taken_is_left_under_the_same_name(stage: Stage) -> None:
    channel, sent = stage.outbound(name="{partner}_{date}_{sequence:06}.edi"), parcel(control_number="42", created=NOW)
    await channel.send([sent])
    assert stage.server.names("/out") == ["bigbox_20261121_000042.edi"]
    stage.server.files.clear()
    await channel.send([sent])
    assert stage.server.names("/out") == ["bigbox_20261121_000042.edi"]


NOW = datetime(2026, 11, 21, 14, 5, 9, tzinfo=UTC)


async def test_a_file_of_another_content_is_never_replaced(stage: Stage) -> None:
    stage.server.put("/out/855.edi", b"the partner has not fetched this yet")
    (outcome,) = await stage.outbound().send([parcel()])
    assert (outcome.kind, outcome.code) == (OutcomeKind.FAILED, "name-taken")
    stage.server.put("/out/855.edi", b"also")
    (outcome,) = await stage.outbound().send([parcel()])
    assert (outcome.kind, outcome.code) == (OutcomeKind.FAILED, "name-taken")
    assert stage.server.files["/out/855.edi"].content == b"also"


async def test_two_of_one_name_in_one_batch_do_not_meet(stage: Stage) -> None:
    outcomes = await stage.outbound().send([parcel(content=b"one"), parcel(content=b"two"), parcel("other")])
    assert [outcome.kind for outcome in outcomes] == [OutcomeKind.DELIVERED, OutcomeKind.FAILED, OutcomeKind.DELIVERED]
    assert stage.server.files["/out/855.edi"].content == b"one"


async def test_a_name_taken_between_the_look_and_the_renaming_is_not_replaced(stage: Stage) -> None:
    def race(kind: Kind, _path: str) -> None:
        if kind is Kind.RENAME:
            stage.server.put("/out/855.edi", b"the other process's")

    stage.server.during = race
    (outcome,) = await stage.outbound().send([parcel()])
    assert outcome.kind is OutcomeKind.RETRY
    assert stage.server.files["/out/855.edi"].content == b"the other process's"


async def test_where_renaming_is_refused_files_are_written_under_their_names_as_agreed(stage: Stage) -> None:
    stage.server.manners.rename = stage.server.manners.posix_rename = False
    (outcome,) = await stage.outbound().send([parcel()])
    assert (outcome.kind, outcome.code) == (OutcomeKind.RETRY, "permission-denied")
    (outcome,) = await stage.outbound(temporary=None).send([parcel("856.edi")])
    assert outcome.kind is OutcomeKind.DELIVERED
    assert "856.edi" in stage.server.names("/out")


async def test_a_marker_is_left_after_the_file(stage: Stage) -> None:
    await stage.outbound(marker="{name}.ready").send([parcel()])
    assert stage.server.names("/out") == ["855.edi", "855.edi.ready"]
    assert stage.server.asked(Kind.OPEN)[-1] == "/out/855.edi.ready"


@pytest.mark.parametrize("name", ["../855.edi", "a/b", ".hidden", "", "a\nb", "con:"])
async def test_unsafe_names_are_refused(stage: Stage, name: str) -> None:
    (outcome,) = await stage.outbound().send([parcel(name)])
    assert (outcome.kind, outcome.code) == (OutcomeKind.FAILED, "name-unsafe")
    assert stage.server.requests == []


async def test_a_template_that_lacks_a_fact_is_told(stage: Stage) -> None:
    (outcome,) = await stage.outbound(name="{sequence}.edi").send([parcel()])
    assert (outcome.kind, outcome.code) == (OutcomeKind.FAILED, "name-unsafe")
    assert "sequence" in outcome.message


async def test_no_room_is_tried_again_and_says_what_to_do(stage: Stage) -> None:
    stage.server.manners.room = 3
    (outcome,) = await stage.outbound().send([parcel()])
    assert (outcome.kind, outcome.code, outcome.unavailable) == (OutcomeKind.RETRY, "no-room", False)
    assert "quota" in outcome.message
    assert "855.edi" not in stage.server.names("/out")
    stage.server.manners.room = 1 << 40
    (outcome,) = await stage.outbound().send([parcel()])
    assert outcome.kind is OutcomeKind.DELIVERED


async def test_permission_denied_says_what_to_do(stage: Stage) -> None:
    stage.server.manners.write = False
    (outcome,) = await stage.outbound().send([parcel()])
    assert (outcome.kind, outcome.code) == (OutcomeKind.RETRY, "permission-denied")
    assert "Ask the partner" in outcome.message


async def test_a_server_that_cannot_be_used_waits_without_using_up_attempts(stage: Stage) -> None:
    stage.server.down = SftpTrouble("unreachable", "no route")
    outcomes = await stage.outbound().send([parcel("a"), parcel("b")])
    assert [(outcome.kind, outcome.unavailable) for outcome in outcomes] == [(OutcomeKind.RETRY, True)] * 2
    assert stage.troubles.codes == []


async def test_a_changed_host_key_is_a_failure_with_an_owner_at_once(stage: Stage) -> None:
    stage.server.down = SftpTrouble("host-key-changed", "another key")
    channel = stage.outbound()
    (outcome,) = await channel.send([parcel()])
    assert (outcome.kind, outcome.code, outcome.unavailable) == (OutcomeKind.RETRY, "host-key-changed", True)
    ((side, trouble),) = stage.troubles.begun
    assert (side.channel, side.partner, trouble.code) == ("bigbox-sftp", "bigbox", "host-key-changed")
    stage.server.down = None
    await channel.send([parcel()])
    assert stage.troubles.open == {}


async def test_when_the_line_breaks_a_repeat_ends_it(stage: Stage) -> None:
    channel, parcels = stage.outbound(), [parcel(f"{number}.edi", str(number).encode() * 50) for number in range(20)]
    stage.server.manners.breaks_after = 70
    outcomes = await channel.send(parcels)
    assert {outcome.kind for outcome in outcomes} >= {OutcomeKind.RETRY}
    assert all(outcome.unavailable for outcome in outcomes if outcome.kind is OutcomeKind.RETRY)
    outcomes = await channel.send(parcels)
    assert {outcome.kind for outcome in outcomes} == {OutcomeKind.DELIVERED}
    assert stage.server.names("/out") == sorted(f"{number}.edi" for number in range(20))
