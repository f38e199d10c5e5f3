"""Files are left whole: under a temporary name until their size is right, once, and never over another one."""

from dataclasses import replace
from datetime import UTC, datetime
from uuid import uuid4

import pytest

from gateway.ports import OutcomeKind, Parcel
from tests.gateway.channels.ftps.conftest import Opening, Site
from tests.servers.line import Line
from tests.servers.vsftpd import VsftpdServer


def parcel(name: str = "ORDRSP_1.edi", content: bytes = b"UNB+\x00\xff\r\n", **changes: object) -> Parcel:
    made = Parcel(uuid4(), name, content, type="ORDRSP", control_number="17", created=datetime(2026, 11, 21, 12, tzinfo=UTC))
    return replace(made, **changes)  # type: ignore[arg-type]


async def test_files_arrive_whole_under_their_names(site: Site) -> None:
    parcels = [parcel(f"{number}.edi", b"x" * number * 10_000) for number in range(10)]
    outcomes = await site.outbound().send(parcels)
    assert [outcome.delivery for outcome in outcomes] == [sent.delivery for sent in parcels]
    assert {outcome.kind for outcome in outcomes} == {OutcomeKind.DELIVERED}
    assert site.left == {sent.name: sent.content for sent in parcels}


async def test_a_name_is_made_as_agreed_and_the_same_for_a_repeat(site: Site) -> None:
    channel = site.outbound(name="{document}_{date}_{sequence:05}{ending}")
    sent = parcel()
    for _ in range(2):
        (outcome,) = await channel.send([sent])
        assert outcome.reference == "ORDRSP_20261121_00017.edi"
    assert site.left == {"ORDRSP_20261121_00017.edi": sent.content}


async def test_a_marker_follows_the_file_where_agreed(site: Site) -> None:
    await site.outbound(marker="{name}.ready").send([parcel()])
    assert site.left == {"ORDRSP_1.edi": b"UNB+\x00\xff\r\n", "ORDRSP_1.edi.ready": b""}


async def test_a_repeat_replaces_nothing_and_another_file_is_never_overwritten(site: Site) -> None:
    channel, sent = site.outbound(), parcel()
    first, again = [(await channel.send([sent]))[0] for _ in range(2)]
    assert (first.kind, again.kind) == (OutcomeKind.DELIVERED, OutcomeKind.DELIVERED)
    for content in (b"other", b"UNB+\x00\xff\r "):
        (taken,) = await channel.send([parcel(content=content)])
        assert (taken.kind, taken.code) == (OutcomeKind.FAILED, "name-taken")
    assert site.left == {sent.name: sent.content}


async def test_where_renaming_is_refused_the_final_name_is_written_if_agreed(open_site: Opening) -> None:
    async with open_site(no_rename=True) as site:
        (refused,) = await site.outbound().send([parcel()])
        assert (refused.kind, refused.unavailable) == (OutcomeKind.RETRY, False)
        (taken,) = await site.outbound(temporary=None).send([parcel("b.edi")])
        assert taken.kind is OutcomeKind.DELIVERED
        assert "ORDRSP_1.edi" not in site.left


async def test_a_full_server_is_tried_again(open_site: Opening) -> None:
    async with open_site(full=True) as site:
        (outcome,) = await site.outbound().send([parcel()])
    assert (outcome.kind, outcome.code, outcome.unavailable) == (OutcomeKind.RETRY, "ftp-452", False)
    assert "Insufficient storage" in outcome.message


@pytest.mark.parametrize("name", ["../a.edi", "a/b.edi", "a\r\nDELE b", ""])
async def test_a_name_that_leads_elsewhere_is_refused_for_good(site: Site, name: str) -> None:
    (outcome,) = await site.outbound().send([parcel(name)])
    assert (outcome.kind, outcome.code) == (OutcomeKind.FAILED, "name-unsafe")
    assert site.left == {}


async def test_a_server_that_is_away_or_not_ours_is_unavailable(site: Site) -> None:
    for changes, code in (({"port": 1}, "unreachable"), ({"password": "x"}, "login-refused"), ({"authorities": None}, "cert")):
        site.login, kept = replace(site.login, **changes), site.login
        outcomes = await site.outbound().send([parcel(), parcel()])
        site.login = kept
        assert [(outcome.kind, outcome.unavailable) for outcome in outcomes] == [(OutcomeKind.RETRY, True)] * 2
        assert outcomes[0].code.startswith(code)


async def test_a_line_that_breaks_leaves_no_half_file_under_the_name(site: Site) -> None:
    async with Line(site.server.port) as line:
        site.login = replace(site.login, port=line.port, timeout=0.5)
        line.swallow_answers()
        (outcome,) = await site.outbound().send([parcel()])
    assert (outcome.kind, outcome.unavailable) == (OutcomeKind.RETRY, True)
    assert site.left == {}


async def test_no_parcels_ask_nobody(site: Site) -> None:
    site.login = replace(site.login, port=1)
    assert await site.outbound().send([]) == []


async def test_a_strict_server_takes_files_too(vsftpd: VsftpdServer) -> None:
    site = Site(vsftpd)
    sent = parcel(content=b"x" * 300_000)
    for _ in range(2):
        (outcome,) = await site.outbound().send([sent])
        assert outcome.kind is OutcomeKind.DELIVERED
    await site.close()
    assert site.left == {sent.name: sent.content}
