"""What keeps a channel from working is one failure with an owner, and over when it works again."""

from collections.abc import Sequence
from uuid import uuid4

import pytest

from gateway.domain.record import FailureRow
from gateway.errors import StoreUnavailable
from gateway.ports.channel_trouble import ChannelTrouble
from gateway.stages.channel_trouble import KeepChannelTroubles
from tests.gateway.channels.fakes import Counts

TROUBLE = ChannelTrouble("bigbox-sftp", "bigbox", "host-key-changed", "another key\0", "Ask the partner.")


class Failures:
    """Failures as they are written."""

    def __init__(self) -> None:
        self.rows: list[FailureRow] = []
        self.resolved: list[str] = []
        self.down = False

    async def record(self, rows: Sequence[FailureRow]) -> None:
        self._reach()
        self.rows += rows

    async def resolve(self, channel: str) -> None:
        self._reach()
        self.resolved.append(channel)

    def _reach(self) -> None:
        if self.down:
            raise StoreUnavailable("the database does not answer")


@pytest.fixture
def failures() -> Failures:
    return Failures()


def troubles(failures: Failures, counts: Counts) -> KeepChannelTroubles:
    return KeepChannelTroubles(
        record=failures.record,
        resolve=failures.resolve,
        owner_of=lambda partner: f"owner of {partner}",
        observer=counts,
        new_id=uuid4,
    )


async def test_a_trouble_is_a_failure_of_the_partners_owner(failures: Failures) -> None:
    counts = Counts()
    assert await troubles(failures, counts).begun(TROUBLE)
    (row,) = failures.rows
    assert (row.stage, row.code, row.partner, row.route, row.owner) == (
        "channel",
        "host-key-changed",
        "bigbox",
        "bigbox-sftp",
        "owner of bigbox",
    )
    assert "bigbox-sftp" in row.message
    assert "\0" not in row.message
    assert row.remedy == "Ask the partner."
    assert counts.counted == [("edi_failures_total", {"stage": "channel", "code": "host-key-changed"})]


async def test_the_same_trouble_is_the_same_failure_and_another_channels_is_not(failures: Failures) -> None:
    keeping = troubles(failures, Counts())
    await keeping.begun(TROUBLE)
    await keeping.begun(TROUBLE)
    await keeping.begun(ChannelTrouble("other", "bigbox", TROUBLE.code, "x", "y"))
    prints = [row.fingerprint for row in failures.rows]
    assert prints[0] == prints[1] != prints[2]


async def test_when_the_channel_works_its_failures_are_over(failures: Failures) -> None:
    assert await troubles(failures, Counts()).over("bigbox-sftp")
    assert failures.resolved == ["bigbox-sftp"]


async def test_what_cannot_be_stored_now_is_said_so_and_nothing_is_raised(failures: Failures) -> None:
    failures.down = True
    counts = Counts()
    assert not await troubles(failures, counts).begun(TROUBLE)
    assert not await troubles(failures, counts).over("bigbox-sftp")
    assert counts.counted == []
