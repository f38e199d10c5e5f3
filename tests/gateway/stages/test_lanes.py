"""Each class of service has a queue of its own for translation."""

from collections.abc import Sequence
from uuid import UUID

from gateway.domain.service import Service
from gateway.stages.lanes import Lanes

SERVICES = {"orders": Service.REALTIME, "hourly": Service.FREQUENT, "nightly": Service.BATCH}


class Board:
    """Remembers what was announced where."""

    def __init__(self) -> None:
        self.announced: list[tuple[str, list[int]]] = []
        self.lanes = Lanes(self.announce, services=lambda: SERVICES)

    async def announce(self, queue: str, ids: Sequence[UUID]) -> None:
        self.announced.append((queue, [each.int for each in ids]))


async def test_each_transmission_is_announced_in_the_lane_of_its_channel() -> None:
    board = Board()
    arrived = [("nightly", 1), ("orders", 2), ("nightly", 3), ("hourly", 4), ("unheard-of", 5)]
    await board.lanes.arrived([(channel, UUID(int=number)) for channel, number in arrived])
    assert sorted(board.announced) == [
        ("translate", [2, 5]),
        ("translate.batch", [1, 3]),
        ("translate.frequent", [4]),
    ]


async def test_nothing_arrived_is_nothing_announced() -> None:
    board = Board()
    await board.lanes.arrived([])
    assert board.announced == []


async def test_what_a_person_does_again_goes_behind() -> None:
    board = Board()
    await board.lanes.in_bulk([UUID(int=7)])
    assert board.announced == [("translate.batch", [7])]


def test_patient_channels_are_those_that_bring_nothing_urgent() -> None:
    assert Board().lanes.patient() == ["hourly", "nightly"]
