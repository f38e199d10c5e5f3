"""A child process for what crashed twice: whatever becomes of the child, we live, and know how it ended."""

import os
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from gateway.domain.agreement import Partnerships
from gateway.ports import ClaimedTransmission
from gateway.stages.child import WorkerDied
from gateway.stages.isolation import Isolation, read_through
from gateway.system import TimeOrderedIds
from tests.gateway.stages.test_child import ended
from tests.gateway.stages.test_child import hang as hang_in
from tests.integration.harness import configuration
from tests.translators.edifact.orders import order_edifact
from tests.translators.x12.orders import order_850

new_id = TimeOrderedIds()
X12 = order_850(sender="01:123456789", receiver="ZZ:NORDICDC", control_number=1, order_number="4711")
EDIFACT = order_edifact(sender="4012345000009", receiver="5790000000012", control_number="1", order_number="4711")


def claimed(body: bytes, partner: str | None = "bigbox") -> ClaimedTransmission:
    return ClaimedTransmission(
        id=new_id(), channel="bigbox-folder", partner=partner, name="f.edi", traceparent=None, waited=False,
        sha256=b"", size=len(body), starts=3, received_at=datetime.now(UTC), body=body,
    )  # fmt: skip


def hang(data: bytes, _partnerships: Partnerships, _partner: str | None, _channel: str, _name: str) -> int:
    """Tells its process id in the file named by the data, then does nothing for ever."""
    hang_in(data.decode())


def recurse(data: bytes, partnerships: Partnerships, partner: str | None, channel: str, name: str) -> int:
    return recurse(data, partnerships, partner, channel, name)


def stumble(_data: bytes, _partnerships: Partnerships, _partner: str | None, _channel: str, _name: str) -> int:
    raise ValueError("segment 7 confuses me")


def crash_on_poison(data: bytes, _partnerships: Partnerships, _partner: str | None, _channel: str, _name: str) -> int:
    if data == b"poison":
        os._exit(11)
    return 0


@pytest.fixture
def alone() -> Iterator[Callable[..., Isolation]]:
    """Makes isolations and closes them after the test."""
    made: list[Isolation] = []

    def make(**settings: Any) -> Isolation:
        made.append(Isolation(**settings))
        return made[-1]

    yield make
    for one in made:
        one.close()


Alone = Callable[..., Isolation]


async def test_what_does_no_harm_passes_and_one_child_serves_for_several(alone: Alone) -> None:
    isolation, settings = alone(), configuration()
    for body, partner in ((X12, "bigbox"), (EDIFACT, "nordmart"), (b"not EDI at all", "bigbox"), (b"", "bigbox")):
        await isolation.try_alone(claimed(body, partner), settings)


async def test_a_child_that_crashes_is_told_as_one_and_the_next_suspect_gets_a_new_child(alone: Alone, tmp_path: Path) -> None:
    isolation = alone(trial=crash_on_poison)
    with pytest.raises(WorkerDied, match="crashed its process for the third time"):
        await isolation.try_alone(claimed(b"poison"), configuration())
    await isolation.try_alone(claimed(b"ISA"), configuration())


async def test_a_child_that_hangs_is_killed_and_the_limit_named(alone: Alone, tmp_path: Path) -> None:
    place = tmp_path / "pid"
    with pytest.raises(WorkerDied, match="hung for 8 s"):
        await alone(trial=hang, limit=8).try_alone(claimed(str(place).encode()), configuration())
    await ended(int(place.read_text()))


@pytest.mark.parametrize(("trial", "error"), [(stumble, ValueError), (recurse, RecursionError)])
async def test_an_ordinary_exception_is_its_own_cause(alone: Alone, trial: object, error: type[Exception]) -> None:
    with pytest.raises(error):
        await alone(trial=trial).try_alone(claimed(b"ISA"), configuration())


def test_the_child_reads_everything_by_the_partners_terms() -> None:
    settings = configuration()
    assert read_through(X12, settings.partnerships, "bigbox", "bigbox-folder") > 0
    assert read_through(X12 + X12, settings.partnerships, "bigbox", "bigbox-folder") > read_through(
        X12, settings.partnerships, "bigbox", "bigbox-folder"
    )
