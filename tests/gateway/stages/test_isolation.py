"""A child process for what crashed twice: whatever becomes of the child, we live, and know how it ended."""

import asyncio
import os
import sys
from datetime import UTC, datetime
from pathlib import Path

import pytest

from gateway.domain.agreement import Partnerships
from gateway.ports import ClaimedTransmission
from gateway.stages.isolation import WorkerDied, judge_alone, translate_in_child
from gateway.system import TimeOrderedIds
from tests.integration.harness import configuration
from tests.integration.messages import edifact_orders, x12_850
from translators.contract import Translation

new_id = TimeOrderedIds()


def claimed(body: bytes, partner: str | None = "bigbox") -> ClaimedTransmission:
    return ClaimedTransmission(
        id=new_id(), channel="bigbox-folder", partner=partner, name="f.edi", traceparent=None, waited=False,
        sha256=b"", size=len(body), starts=3, received_at=datetime.now(UTC), body=body,
    )  # fmt: skip


def crash(_data: bytes, _partnerships: Partnerships, _partner: str | None) -> Translation:
    os._exit(11)


def hang(data: bytes, _partnerships: Partnerships, _partner: str | None) -> Translation:
    """Tells its process id in the file named by the data, then does nothing for ever."""
    place = Path(data.decode())
    place.with_suffix(".new").write_text(str(os.getpid()))
    place.with_suffix(".new").rename(place)
    while True:
        pass


def exhaust(_data: bytes, _partnerships: Partnerships, _partner: str | None) -> Translation:
    hoard = []
    while True:
        hoard.append(bytearray(1 << 30))


def recurse(data: bytes, partnerships: Partnerships, partner: str | None) -> Translation:
    return recurse(data, partnerships, partner)


def stumble(_data: bytes, _partnerships: Partnerships, _partner: str | None) -> Translation:
    raise ValueError("segment 7 confuses me")


def leave(_data: bytes, _partnerships: Partnerships, _partner: str | None) -> Translation:
    sys.exit(4)


def gone(pid: int) -> bool:
    """Whether a process has ended (a zombie nobody has reaped yet has)."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] == "Z"
    except (FileNotFoundError, ProcessLookupError):
        return True


@pytest.mark.parametrize("body", [x12_850(), edifact_orders()], ids=["x12", "edifact"])
async def test_what_is_well_is_judged_as_in_our_own_process(body: bytes) -> None:
    partner = "bigbox" if body.startswith(b"ISA") else "nordmart"
    judged = await judge_alone(claimed(body, partner), configuration(), new_id)
    assert judged.state == "translated"
    (interchange,) = judged.interchanges
    assert [document.state for document in interchange.documents] == ["routed"]
    assert interchange.partner is not None
    assert interchange.partner.id == partner


async def test_a_child_that_crashes_is_told_as_one() -> None:
    with pytest.raises(WorkerDied, match="crashed its process for the third time"):
        await judge_alone(claimed(b"ISA"), configuration(), new_id, translate=crash)


async def test_a_child_that_hangs_is_killed_and_the_limit_named(tmp_path: Path) -> None:
    place = tmp_path / "pid"
    with pytest.raises(WorkerDied, match="did not end within 3 s"):
        await judge_alone(claimed(str(place).encode()), configuration(), new_id, translate=hang, limit=3)
    pid = int(place.read_text())
    async with asyncio.timeout(10):
        while not gone(pid):
            await asyncio.sleep(0)


async def test_a_child_that_takes_all_memory_runs_out_of_its_own(tmp_path: Path) -> None:
    with pytest.raises(WorkerDied, match="ran out of memory"):
        await judge_alone(claimed(b"ISA"), configuration(), new_id, translate=exhaust)


@pytest.mark.parametrize(("translate", "error"), [(stumble, ValueError), (recurse, RecursionError)])
async def test_an_ordinary_exception_is_its_own_cause(translate: object, error: type[Exception]) -> None:
    with pytest.raises(error):
        await judge_alone(claimed(b"ISA"), configuration(), new_id, translate=translate)  # type: ignore[arg-type]


async def test_when_we_are_cancelled_the_child_goes_too(tmp_path: Path) -> None:
    place = tmp_path / "pid"
    task = asyncio.create_task(judge_alone(claimed(str(place).encode()), configuration(), new_id, translate=hang))
    async with asyncio.timeout(30):
        while not place.exists():
            await asyncio.sleep(0)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    pid = int(place.read_text())
    async with asyncio.timeout(10):
        while not gone(pid):
            await asyncio.sleep(0)


def test_the_child_translates_by_the_partners_terms() -> None:
    settings = configuration()
    translation = translate_in_child(x12_850(), settings.partnerships, "nordmart")
    codes = {finding.code.value for interchange in translation.interchanges for finding in interchange.findings}
    assert any("sender" in code for code in codes), codes
