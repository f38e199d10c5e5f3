"""What nobody understood is kept with its owner, once; what was understood is handed on, with how far it was read."""

from collections.abc import Sequence
from types import SimpleNamespace
from typing import Any, cast
from uuid import UUID, uuid4

import orjson
import pytest

from gateway.domain.record import EventRow, FailureRow, TransmissionRow
from gateway.errors import StoreUnavailable
from gateway.ports import Configuration
from gateway.ports.hearing import Notice, Unread
from gateway.stages.keep_unread import KeepUnread
from tests.gateway.applications.fakes import RecordingHearing
from tests.gateway.channels.fakes import Counts

STRANGE = Unread("event-unknown", "the kind \x00 is not known", "say what it means", b'{"kind": "?"}')


class Kept:
    """Keeps what it is given, by its key."""

    def __init__(self) -> None:
        self.rows: dict[str | None, TransmissionRow] = {}
        self.pieces: list[tuple[UUID, int, Any]] = []
        self.failures: list[FailureRow] = []
        self.events: list[EventRow] = []
        self.trouble: Exception | None = None

    async def keep(
        self,
        rows: Sequence[TransmissionRow],
        pieces: Sequence[tuple[UUID, int, Any]],
        failures: Sequence[FailureRow],
        events: Sequence[EventRow],
    ) -> Sequence[UUID]:
        if self.trouble is not None:
            raise self.trouble
        new = [row for row in rows if row.idempotency_key not in self.rows]
        self.rows |= {row.idempotency_key: row for row in new}
        ids = [row.id for row in new]
        self.pieces += [piece for piece in pieces if piece[0] in ids]
        self.failures += [failure for failure in failures if failure.transmission in ids]
        self.events += [event for event in events if event.transmission in ids]
        return ids


class Rig:
    def __init__(self) -> None:
        self.hearing, self.store, self.counts = RecordingHearing(), Kept(), Counts()
        self.keep = KeepUnread(
            self.hearing,
            store=self.store,
            owner_of=lambda source: f"owner-of-{source}",
            configuration=lambda: cast("Configuration", SimpleNamespace(digest="d")),
            observer=self.counts,
            new_id=uuid4,
            node="here",
        )


async def test_what_is_understood_is_handed_on() -> None:
    rig = Rig()
    await rig.keep.take("wms", [Notice("1"), Notice("2")], position="7")
    assert (rig.hearing.takes, await rig.keep.position("wms")) == ([("wms", ["1", "2"], "7")], "7")
    assert not rig.store.rows


async def test_what_is_not_understood_is_kept_with_its_owner_and_not_handed_on() -> None:
    rig = Rig()
    await rig.keep.take("wms", [Notice("1"), Notice("u", unread=STRANGE)])
    assert rig.hearing.takes == [("wms", ["1"], None)]
    (row,), (failure,), (event,) = rig.store.rows.values(), rig.store.failures, rig.store.events
    assert (row.channel, row.name, row.partner, row.size) == ("wms", "u", None, len(STRANGE.body))
    assert (failure.stage, failure.code, failure.owner, failure.remedy) == (
        "process",
        "event-unknown",
        "owner-of-wms",
        STRANGE.remedy,
    )
    assert failure.transmission == failure.sample == row.id == event.transmission
    assert "\x00" not in failure.message
    assert bytes(rig.store.pieces[0][2]) == STRANGE.body
    assert orjson.loads(event.steps)[0]["detail"]["code"] == "event-unknown"


async def test_with_nothing_else_nothing_is_handed_on() -> None:
    rig = Rig()
    await rig.keep.take("wms", [Notice("u", unread=STRANGE)])
    assert not rig.hearing.takes


async def test_the_same_again_is_the_same() -> None:
    rig = Rig()
    for _ in range(3):
        await rig.keep.take("wms", [Notice("u", unread=STRANGE)])
    assert (len(rig.store.rows), len(rig.store.failures)) == (1, 1)
    counted = [labels for name, labels in rig.counts.counted if name == "edi_failures_total"]
    assert counted == [{"stage": "process", "code": "event-unknown"}]


async def test_what_cannot_be_stored_is_not_taken() -> None:
    rig = Rig()
    rig.store.trouble = StoreUnavailable("away")
    with pytest.raises(StoreUnavailable):
        await rig.keep.take("wms", [Notice("1"), Notice("u", unread=STRANGE)], position="7")
    assert not rig.hearing.takes
