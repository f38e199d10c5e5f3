"""Onward: what was put aside is let go, what is lost goes to its fallback, and targets that are held are seen."""

from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

import orjson
import pytest

from gateway.domain.record import DiversionRow, EventRow
from gateway.ports.targets import Diversion, Divertible, Held, Hold
from gateway.stages.onward import Onward, why
from gateway.system import TimeOrderedIds
from tests.integration.harness import Silent

new_id = TimeOrderedIds()
SINCE = datetime(2026, 11, 21, 9, 30, tzinfo=UTC)


def lost(**changes: Any) -> Divertible:
    made: dict[str, Any] = {
        "id": new_id(), "transmission": new_id(), "target": "odoo", "fallback": "wms", "state": "waiting", "attempt": 2,
        "code": "connection", "held_since": None, "open_since": None,
    }  # fmt: skip
    return Divertible(**{**made, **changes})


class Control:
    """What is put aside and lost, and what was made of it."""

    def __init__(self, *found: Divertible) -> None:
        self.found = list(found)
        self.going: dict[str, int] = {}
        self.held: list[Hold] = []
        self.looks = 0
        self.diverted: list[DiversionRow] = []
        self.events: list[EventRow] = []

    async def unblock(self, *, configuration: str, node: str) -> Mapping[str, int]:
        self.looks += 1
        return self.going

    async def divert(self, decide: Callable[[Divertible], Diversion], *, limit: int = 200) -> Mapping[str, int]:
        for one in self.found:
            row, events = decide(one)
            self.diverted.append(row)
            self.events += events
        return {"wms": len(self.found)} if self.found else {}

    async def holds(self) -> Sequence[Hold]:
        return self.held


class Gauges(Silent):
    """An observer that keeps gauges."""

    def __init__(self) -> None:
        super().__init__()
        self.gauges: dict[tuple[str, str], float] = {}

    def gauge(self, name: str, value: float, **labels: str) -> None:
        self.gauges[name, labels["target"]] = value


class Floor:
    """The round and everything it touches."""

    def __init__(self, control: Control) -> None:
        self.control, self.observer, self.woken = control, Gauges(), list[str]()
        self.onward = Onward(
            control=control,  # type: ignore[arg-type]
            observer=self.observer,
            wake=self._wake,
            new_id=new_id,
            configuration=lambda: "digest",
            node="n",
            targets=lambda: ["odoo", "wms"],
        )

    async def _wake(self, target: str) -> None:
        self.woken.append(target)


async def test_what_goes_on_wakes_its_target() -> None:
    floor = Floor(Control())
    floor.control.going = {"odoo": 3}
    assert await floor.onward.round() == 3
    assert floor.woken == ["odoo"]


async def test_not_every_round_looks_at_all_that_was_put_aside() -> None:
    floor = Floor(Control())
    for _ in range(10):
        await floor.onward.round()
    assert floor.control.looks == 2


async def test_a_diversion_is_told_of_both_in_the_journal() -> None:
    one = lost(state="dead")
    floor = Floor(Control(one))
    assert await floor.onward.round() == 1
    (row,) = floor.control.diverted
    assert (row.delivery, row.transmission) == (one.id, one.transmission)
    steps = [(event.subject, orjson.loads(event.steps)[0]) for event in floor.control.events]
    assert [(subject, step["what"]) for subject, step in steps] == [(one.id, "diverted"), (row.substitute, "stands_in")]
    assert steps[0][1]["detail"]["substitute"] == str(row.substitute)
    assert steps[1][1]["detail"]["instead_of"] == str(one.id)
    assert {event.configuration for event in floor.control.events} == {"digest"}
    assert floor.woken == ["wms"]
    assert floor.observer.counts == {"edi_deliveries_diverted_total": 1}


@pytest.mark.parametrize(
    ("changes", "text"),
    [
        ({"held_since": SINCE}, "odoo is held since 2026-11-21 09:30 UTC."),
        ({"open_since": SINCE}, "odoo is unavailable since 2026-11-21 09:30 UTC."),
        ({"state": "dead"}, "all 2 attempts at odoo failed (connection), and none was carried out."),
        ({"state": "dead", "code": None}, "all 2 attempts at odoo failed (exhausted), and none was carried out."),
    ],
)
def test_the_reason_is_said(changes: dict[str, Any], text: str) -> None:
    assert why(lost(**changes)) == text


async def test_held_targets_are_measured_and_those_that_are_not_as_well() -> None:
    floor = Floor(Control())
    floor.control.held = [Hold(Held.TARGET, "odoo", "x", "ada", SINCE), Hold(Held.PARTNER, "bigbox", "x", "ada", SINCE)]
    await floor.onward.round()
    floor.control.held = []
    assert floor.observer.gauges == {("edi_target_held", "odoo"): 1.0, ("edi_target_held", "wms"): 0.0}
    await floor.onward.round()
    assert floor.observer.gauges["edi_target_held", "odoo"] == 0.0
