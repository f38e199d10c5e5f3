"""The sweep: what is unfinished is announced again, dead claims are taken back, doubt gets an owner."""

from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from gateway.domain.record import FailureRow, OutboxRow
from gateway.errors import StoreUnavailable
from gateway.ports import BreakerState, Expired, QueueLevel
from gateway.stages.claims import LASTING
from gateway.stages.lanes import Arrived
from gateway.stages.sweep import Sweep
from gateway.system import TimeOrderedIds

new_id = TimeOrderedIds()


class Clock:
    """A clock that a test moves."""

    def __init__(self) -> None:
        self.seconds = 100.0

    def monotonic(self) -> float:
        return self.seconds

    def now(self) -> datetime:
        """What events are dated with. Leases and due times are the database's: none is compared with this."""
        return datetime(1980, 1, 1, tzinfo=UTC)


class Rows:
    """What the sweep finds, and what it did about it."""

    def __init__(self) -> None:
        self.waiting: list[Arrived] = []
        self.targets: list[str] = []
        self.expired: list[Expired] = []
        self.failures: list[FailureRow] = []
        self.letters: list[OutboxRow] = []
        self.open: list[BreakerState] = []
        self.expirations = 0
        self.asked: dict[str, Any] = {}

    async def expire_deliveries(
        self,
        *,
        repeatable: Sequence[str],
        node: str,
        failure: Callable[[Expired], FailureRow],
        dead_letter: Callable[[Expired], OutboxRow] | None = None,
        most_lost: int = 3,
    ) -> Sequence[Expired]:
        self.expirations += 1
        self.asked |= {"repeatable": list(repeatable), "node": node, "most_lost": most_lost}
        taken, self.expired = self.expired, []
        self.failures += [failure(e) for e in taken if e.state in ("in_doubt", "dead")]
        self.letters += [dead_letter(e) for e in taken if e.state == "dead" and dead_letter is not None]
        return taken

    async def due_targets(self, *, older: timedelta) -> Sequence[str]:
        self.asked["older"] = older
        return self.targets

    async def unfinished_transmissions(self, *, older: timedelta, limit: int, patient: Sequence[str] = ()) -> Sequence[Arrived]:
        self.asked |= {"limit": limit, "patient": patient}
        return self.waiting[:limit]

    async def queue_levels(self) -> Sequence[QueueLevel]:
        return [QueueLevel("translate", 3, 1.5), QueueLevel("deliver", 0, 0.0)]

    async def breakers(self) -> Sequence[BreakerState]:
        return self.open

    def __getattr__(self, name: str) -> Any:
        """Queries that a later sweep makes and these tests are not about find nothing."""

        async def nothing(*_: Any, **__: Any) -> list[Any]:
            return []

        return nothing


class Floor:
    """A sweep and everything it touches."""

    def __init__(self) -> None:
        self.rows, self.clock = Rows(), Clock()
        self.announced: list[list[Arrived]] = []
        self.woken: list[str] = []
        self.gauges: dict[tuple[str, str], float] = {}
        self.sweep = Sweep(
            work=self.rows,
            observer=self,
            announce=self._announce,
            patient=lambda: ["nightly"],
            wake=self._wake,
            repeatable=lambda: ["odoo"],
            targets=lambda: ["odoo", "mail"],
            owner_of=lambda expired: f"{expired.partner}'s owner",
            new_id=new_id,
            node="node-1",
            clock=self.clock,
            batch=4,
        )

    async def _announce(self, ids: Sequence[Arrived]) -> None:
        self.announced.append(list(ids))

    async def _wake(self, target: str) -> None:
        self.woken.append(target)

    def gauge(self, name: str, value: float, **labels: str) -> None:
        self.gauges[name, labels.get("stage", labels.get("target", ""))] = value

    def count(self, name: str, value: float = 1, **labels: str) -> None: ...

    def observe(self, name: str, value: float, **labels: str) -> None: ...

    def expire(self, state: str, target: str = "odoo") -> Expired:
        one = Expired(new_id(), new_id(), "bigbox", "orders", target, 2, state)
        self.rows.expired.append(one)
        return one


@pytest.fixture
def floor() -> Floor:
    return Floor()


async def test_nothing_to_do_is_nothing_done(floor: Floor) -> None:
    assert await floor.sweep.round() == 0
    assert (floor.announced, floor.woken, floor.rows.failures) == ([], [], [])


async def test_transmissions_that_wait_are_announced_again_a_batch_at_a_time(floor: Floor) -> None:
    floor.rows.waiting = [("in", new_id()) for _ in range(6)]
    assert await floor.sweep.round() == 4
    assert floor.announced == [floor.rows.waiting[:4]]
    assert (floor.rows.asked["limit"], floor.rows.asked["patient"]) == (4, ["nightly"])


async def test_targets_with_overdue_deliveries_are_woken(floor: Floor) -> None:
    floor.rows.targets = ["odoo", "bigbox-folder"]
    await floor.sweep.round()
    assert floor.woken == ["odoo", "bigbox-folder"]


async def test_a_dead_claim_of_a_repeatable_target_wakes_it_and_is_no_failure(floor: Floor) -> None:
    floor.expire("waiting")
    floor.expire("waiting")
    assert await floor.sweep.round() == 2
    assert floor.woken == ["odoo"]
    assert floor.rows.failures == []
    assert floor.rows.asked["repeatable"] == ["odoo"]


async def test_doubt_becomes_a_failure_with_an_owner_and_a_way_out(floor: Floor) -> None:
    doubtful = floor.expire("in_doubt", target="mail")
    floor.expire("waiting")
    await floor.sweep.round()
    (failure,) = floor.rows.failures
    assert failure.code == "in-doubt"
    assert failure.owner == f"{failure.partner}'s owner"
    assert (failure.sample, failure.transmission) == (doubtful.id, doubtful.transmission)
    assert "Attempt 2 at mail" in failure.message
    assert "redeliver" in failure.remedy
    assert floor.woken == ["odoo"]


async def test_the_same_doubt_of_one_route_has_one_fingerprint_and_another_targets_partner_another(floor: Floor) -> None:
    floor.expire("in_doubt")
    floor.expire("in_doubt")
    floor.rows.expired.append(Expired(new_id(), new_id(), "nordmart", "orders", "odoo", 1, "in_doubt"))
    await floor.sweep.round()
    first, second, third = floor.rows.failures
    assert first.fingerprint == second.fingerprint != third.fingerprint


async def test_after_a_gap_living_holders_get_the_time_to_renew(floor: Floor) -> None:
    await floor.sweep.round()
    floor.clock.seconds += 60
    await floor.sweep.round()
    floor.clock.seconds += 1
    await floor.sweep.round()
    assert floor.rows.expirations == 1
    for _ in range(int(LASTING.total_seconds()) + 1):
        floor.clock.seconds += 1
        await floor.sweep.round()
    assert floor.rows.expirations >= 2


async def test_the_first_round_of_a_process_takes_back_at_once(floor: Floor) -> None:
    floor.expire("waiting")
    assert await floor.sweep.round() == 1


async def test_while_it_is_patient_it_announces_still(floor: Floor) -> None:
    await floor.sweep.round()
    floor.clock.seconds += 60
    floor.rows.waiting = [("in", new_id())]
    assert await floor.sweep.round() == 1
    assert floor.announced == [floor.rows.waiting]


async def test_levels_are_measured_in_every_round(floor: Floor) -> None:
    await floor.sweep.round()
    assert floor.gauges["edi_queue_rows", "translate"] == 3
    assert floor.gauges["edi_queue_oldest_seconds", "translate"] == 1.5
    assert floor.gauges["edi_queue_rows", "deliver"] == 0


async def test_breakers_are_measured_and_closed_where_nothing_ever_failed(floor: Floor) -> None:
    since = datetime(2026, 3, 1, tzinfo=UTC)
    floor.rows.open = [BreakerState("odoo", "open", since, 3.0), BreakerState("gone", "half_open", since, 0.0)]
    await floor.sweep.round()
    levels = {target: value for (name, target), value in floor.gauges.items() if name == "edi_breaker_state"}
    assert levels == {"odoo": 2, "gone": 1, "mail": 0}
    floor.rows.open = [BreakerState("odoo", "closed", since, 0.0)]
    await floor.sweep.round()
    assert floor.gauges["edi_breaker_state", "odoo"] == 0


async def test_a_database_that_is_away_is_the_schedules_trouble(floor: Floor) -> None:
    async def away(**_: Any) -> Sequence[Expired]:
        raise StoreUnavailable("away")

    floor.rows.expire_deliveries = away  # type: ignore[method-assign]
    with pytest.raises(StoreUnavailable):
        await floor.sweep.round()


async def test_a_delivery_under_which_processes_end_in_a_row_is_dead_with_that_cause(floor: Floor) -> None:
    dead = Expired(new_id(), new_id(), "bigbox", "orders", "odoo", 5, "dead", document=new_id())
    floor.rows.expired = [dead]
    await floor.sweep.round()
    assert floor.rows.asked["most_lost"] == 5
    (failure,) = floor.rows.failures
    assert (failure.code, failure.sample) == ("worker-crashed", dead.id)
    assert "5 processes in a row ended" in failure.message
    (letter,) = floor.rows.letters
    assert (letter.exchange, letter.routing_key, letter.document) == ("edi.dead", "deliver.worker-crashed", dead.document)
