"""What every way to a partner promises: one outcome per parcel, whole content, and repeats as `idempotent` says."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from uuid import uuid4

import pytest

from gateway.channels.folder import FolderOutbound
from gateway.ports import OutboundChannel, OutcomeKind, Parcel


class Wall:
    """The present."""

    def now(self) -> datetime:
        return datetime.now(UTC)

    def monotonic(self) -> float:
        return 0.0


@dataclass(frozen=True)
class Way:
    """A channel, and what the partner finds at its end."""

    channel: OutboundChannel
    arrived: Callable[[], Mapping[str, bytes]]


def folder_way(path: Path) -> Way:
    channel = FolderOutbound("folder", path=path, clock=Wall(), new_id=uuid4)
    return Way(channel, lambda: {file.name: file.read_bytes() for file in path.iterdir()})


@pytest.fixture(params=[folder_way], ids=["folder"])
def way(request: pytest.FixtureRequest, tmp_path: Path) -> Way:
    found: Way = request.param(tmp_path / "out")
    return found


async def test_every_parcel_has_its_own_outcome(way: Way) -> None:
    parcels = [Parcel(uuid4(), f"{number}.edi", b"x" * number) for number in range(50)]
    outcomes = await way.channel.send(parcels)
    assert {outcome.delivery for outcome in outcomes} == {parcel.delivery for parcel in parcels}
    assert {outcome.kind for outcome in outcomes} == {OutcomeKind.DELIVERED}
    assert way.arrived() == {parcel.name: parcel.content for parcel in parcels}


async def test_no_parcels_are_no_outcomes(way: Way) -> None:
    assert list(await way.channel.send([])) == []


async def test_a_parcel_sent_again_arrives_once_where_the_channel_is_idempotent(way: Way) -> None:
    parcel = Parcel(uuid4(), "997.edi", b"ISA*\x00\xff")
    for _ in range(3):
        (outcome,) = await way.channel.send([parcel])
        assert outcome.kind is OutcomeKind.DELIVERED
    assert way.channel.idempotent
    assert way.arrived() == {"997.edi": b"ISA*\x00\xff"}


async def test_a_name_that_leads_elsewhere_is_refused_for_good(way: Way) -> None:
    (outcome,) = await way.channel.send([Parcel(uuid4(), "../997.edi", b"ISA*")])
    assert outcome.kind is OutcomeKind.FAILED
    assert outcome.message


async def test_a_channel_has_a_name(way: Way) -> None:
    assert way.channel.id
