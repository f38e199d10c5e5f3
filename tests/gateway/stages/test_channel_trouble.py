"""What is wrong with a channel is a failure with an owner each, the same for all who tell of it."""

from collections.abc import Sequence
from uuid import UUID, uuid4

import pytest

from gateway.domain.record import FailureRow
from gateway.errors import StoreUnavailable
from gateway.ports.channel_trouble import ChannelSide, ChannelTrouble
from gateway.stages.channel_trouble import KeepChannelTroubles
from tests.gateway.channels.fakes import Counts

SIDE = ChannelSide("bigbox-sftp", "bigbox", "in")
TROUBLE = ChannelTrouble("host-key-changed", "another key\0", "Ask the partner.")


class Failures:
    """Failures as they are written. What was begun is new once."""

    def __init__(self) -> None:
        self.kept: list[tuple[UUID, Sequence[FailureRow], bool]] = []
        self.down = False

    async def keep(self, side: UUID, rows: Sequence[FailureRow], all_of_them: bool) -> Sequence[str]:
        if self.down:
            raise StoreUnavailable("the database does not answer")
        known = {row.sample for _, before, _ in self.kept for row in before}
        self.kept.append((side, rows, all_of_them))
        return [row.code for row in rows if row.sample not in known]

    @property
    def rows(self) -> list[FailureRow]:
        return [row for _, rows, _ in self.kept for row in rows]


@pytest.fixture
def failures() -> Failures:
    return Failures()


def keeping(failures: Failures, counts: Counts) -> KeepChannelTroubles:
    return KeepChannelTroubles(
        keep=failures.keep, owner_of=lambda side: f"owner of {side.partner}", observer=counts, new_id=uuid4
    )


async def test_a_trouble_is_a_failure_of_the_partners_owner(failures: Failures) -> None:
    counts = Counts()
    assert await keeping(failures, counts).keep(SIDE, [TROUBLE], all_of_them=False)
    (row,) = failures.rows
    told = (row.stage, row.code, row.partner, row.route, row.owner)
    assert told == ("channel", "host-key-changed", "bigbox", "bigbox-sftp", "owner of bigbox")
    assert "bigbox-sftp" in row.message
    assert "\0" not in row.message
    assert row.remedy == "Ask the partner."
    assert counts.counted == [("edi_failures_total", {"stage": "channel", "code": "host-key-changed"})]


async def test_whoever_tells_of_it_it_is_one_case_and_what_it_is_about_makes_another(failures: Failures) -> None:
    counts, about = Counts(), [ChannelTrouble("file-not-taken", "too large", "Ask.", about=name) for name in ("a.edi", "b\udce4")]
    for _ in range(2):
        await keeping(failures, counts).keep(SIDE, [TROUBLE, *about], all_of_them=True)
    await keeping(failures, counts).keep(ChannelSide("other", "bigbox", "in"), [TROUBLE], all_of_them=True)
    await keeping(failures, counts).keep(ChannelSide("bigbox-sftp", "bigbox", "out"), [TROUBLE], all_of_them=True)
    cases = [row.sample for row in failures.rows]
    assert cases[:3] == cases[3:6]
    assert len(set(cases)) == 5
    prints = [row.fingerprint for row in failures.rows]
    assert prints[1] == prints[2] != prints[0]
    assert prints[6] != prints[0] == prints[7]
    assert len(counts.counted) == 5


async def test_a_side_keeps_its_own_and_says_whether_these_are_all(failures: Failures) -> None:
    for side, all_of_them in ((SIDE, True), (SIDE, False), (ChannelSide("bigbox-sftp", "bigbox", "out"), True)):
        assert await keeping(failures, Counts()).keep(side, [], all_of_them=all_of_them)
    sides = [side for side, _, _ in failures.kept]
    assert sides[0] == sides[1] != sides[2]
    assert [whole for _, _, whole in failures.kept] == [True, False, True]


async def test_what_cannot_be_stored_now_is_said_so_and_nothing_is_raised(failures: Failures) -> None:
    failures.down = True
    counts = Counts()
    assert not await keeping(failures, counts).keep(SIDE, [TROUBLE], all_of_them=True)
    assert counts.counted == []
