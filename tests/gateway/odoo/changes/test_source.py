"""The watch itself: nothing twice over restarts and lost answers, one trouble keeps nothing else back, hints are heard."""

import asyncio
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from gateway.applications.odoo.changes.pace import Pace
from gateway.applications.odoo.changes.position import Position
from gateway.applications.odoo.changes.source import OdooChanges, Surroundings
from gateway.applications.odoo.fault import OdooFault
from gateway.domain.maintenance import Dated, Maintenance
from gateway.domain.odoo_changes import ChangeTerms
from gateway.domain.order.milestone import Event
from gateway.errors import CommitUnknown, StoreUnavailable
from gateway.stages.alarm import Alarm
from gateway.system import SystemClock
from tests.gateway.odoo.changes.conftest import Document, Ground


@pytest.fixture
def version() -> int:
    return 19


def _orders(order: Document, count: int) -> list[Document]:
    return [{**order, "number": f"47{place:02d}"} for place in range(count)]


async def _confirmed(ground: Ground, documents: list[Document]) -> list[int]:
    sales = [await ground.book(document) for document in documents]
    await ground.do("sale.order", "action_confirm", sales)
    return sales


async def test_history_is_not_told(ground: Ground, order: Document) -> None:
    await _confirmed(ground, [order])
    for name in ("sale.order", "sale.order.line", "stock.picking", "stock.move"):  # a day ago
        for record, stored in ground.simulator.odoo.database.records[name].items():
            ground.simulator.odoo.database.records[name][record] = {**stored, "write_date": "2026-01-01 00:00:00.000000"}
    await ground.look(3)
    assert ground.notebook.notices == {}


async def test_many_orders_over_many_pages_are_each_told_once(ground: Ground, order: Document) -> None:
    await ground.look()
    await _confirmed(ground, _orders(order, 8))
    await ground.look(3)
    assert sorted(one.number or "" for one in ground.notebook.milestones(Event.ACCEPTED)) == [f"47{n:02d}" for n in range(8)]


class Ahead(SystemClock):
    """A clock that somebody set wrong."""

    def now(self) -> datetime:
        return super().now() + timedelta(minutes=26)


async def test_a_clock_of_ours_that_is_wrong_loses_nothing(ground: Ground, order: Document) -> None:
    # Found by the chaos suite: a first look with a clock ahead was to go on from a time that was still to come.
    ground.changes = ground.watch(Ahead())
    await ground.look()
    ground.restart()
    await _confirmed(ground, [order])
    await ground.look()
    assert [one.number for one in ground.notebook.milestones(Event.ACCEPTED)] == ["4711"]


async def test_another_process_goes_on_where_this_one_was(ground: Ground, order: Document) -> None:
    await ground.look()
    await _confirmed(ground, _orders(order, 4))
    await ground.look()
    before = list(ground.notebook.keys)
    ground.restart()
    await ground.look(2)
    assert ground.notebook.keys == before


@pytest.mark.parametrize("stored", [True, False])
async def test_an_unknown_commit_is_handed_over_again(ground: Ground, order: Document, stored: bool) -> None:
    await ground.look()
    await _confirmed(ground, [order])
    ground.notebook.fail, ground.notebook.fail_after = CommitUnknown("nobody knows"), stored
    await ground.look()
    await ground.look(2)
    assert len(ground.notebook.milestones(Event.ACCEPTED)) == 1
    assert len(ground.notebook.documents("order_response")) == 1
    assert ground.alarm.wrong == {}


async def test_what_was_said_and_not_noted_is_said_again_and_recognised(ground: Ground, order: Document) -> None:
    await ground.look()
    await _confirmed(ground, [order])
    ground.notebook.fail_keeping = CommitUnknown("nobody knows")
    await ground.look()
    before = list(ground.notebook.keys)
    ground.restart()
    await ground.look(2)
    assert [key for key in ground.notebook.keys if key.startswith("sale.order:")] == ["sale.order:1:1:accepted"]
    assert ground.notebook.keys[: len(before)] == before


async def test_a_lost_store_is_no_trouble_of_odoo(ground: Ground) -> None:
    for _ in range(5):
        ground.notebook.fail = StoreUnavailable("away")
        await ground.look()
    assert ground.alarm.wrong == {}


async def test_odoo_that_is_away_is_told_once_and_over_when_it_is_back(ground: Ground, order: Document) -> None:
    await ground.look()
    await ground.simulator.stop()
    pauses = [await ground.changes.look() for _ in range(4)]
    assert pauses == sorted(pauses)
    assert pauses[-1] > pauses[0] > ground.terms.every.total_seconds()
    assert ground.alarm.wrong[""].code == "connection"
    await ground.simulator.start()
    await _confirmed(ground, [order])
    await ground.look()
    assert ground.alarm.wrong == {}
    assert len(ground.notebook.milestones(Event.ACCEPTED)) == 1


async def test_a_right_that_is_missing_keeps_only_its_own_records_back(ground: Ground, order: Document) -> None:
    ground.terms = replace(ground.terms, watch=("orders", "purchases"))
    ground.connection = replace(ground.connection, login="edi")
    ground.simulator.odoo._accounts = {
        uid: replace(account, groups=()) if account.login == "edi" else account
        for uid, account in ground.simulator.odoo._accounts.items()
    }
    ground.restart()
    await ground.look()
    real = ground.changes._watch.reader.search  # type: ignore[union-attr]

    async def denied(model: str, *args: object, **more: object) -> object:
        if model == "purchase.order":
            raise OdooFault("odoo.exceptions.AccessError", "You are not allowed to access 'Purchase Order'")
        return await real(model, *args, **more)  # type: ignore[arg-type]

    ground.changes._watch.reader.search = denied  # type: ignore[union-attr, method-assign]
    await _confirmed(ground, [order])
    await ground.look()
    assert list(ground.alarm.wrong) == ["purchase.order"]
    assert len(ground.notebook.milestones(Event.ACCEPTED)) == 1
    ground.changes._watch.reader.search = real  # type: ignore[union-attr, method-assign]
    await ground.look()
    assert ground.alarm.wrong == {}


async def test_a_quiet_database_costs_neither_writes_nor_details(ground: Ground, order: Document) -> None:
    await ground.look()
    await _confirmed(ground, _orders(order, 3))
    await ground.look(4)
    takes, reads = ground.notebook.takes, ground.simulator.odoo.calls["sale.order.get_metadata"]
    await ground.look(5)
    assert ground.notebook.takes == takes
    assert ground.simulator.odoo.calls["sale.order.get_metadata"] == reads


async def test_nothing_is_asked_during_maintenance(ground: Ground) -> None:
    now = datetime.now(UTC)
    window = Maintenance((Dated(now - timedelta(hours=1), now + timedelta(hours=1)),))
    changes = OdooChanges("odoo", ground.connection, ground.terms, around=_around(ground), maintenance=window)
    assert 3500 < await changes.look() <= 3600
    assert ground.simulator.odoo.calls["common.version"] == 0


async def test_a_hint_is_followed_at_once(ground: Ground, order: Document) -> None:
    ground.terms = replace(ground.terms, every=timedelta(hours=1))
    ground.restart()
    looked = asyncio.Event()
    take = ground.notebook.take

    async def noting(*args: object, **more: object) -> None:
        await take(*args, **more)  # type: ignore[arg-type]
        if ground.notebook.milestones(Event.ACCEPTED):
            looked.set()

    ground.notebook.take = noting  # type: ignore[method-assign]
    await ground.look()
    running = asyncio.create_task(ground.changes.run())
    try:
        await _confirmed(ground, [order])
        ground.changes.hint()
        async with asyncio.timeout(20):
            await looked.wait()
    finally:
        running.cancel()
        await asyncio.gather(running, return_exceptions=True)


async def test_a_record_nobody_can_make_a_document_of_is_a_failure_once(ground: Ground, order: Document) -> None:
    await ground.look()
    await _confirmed(ground, _orders(order, 2))
    ground.books.known["purchase_order_4700"] = replace(
        ground.books.known["purchase_order_4700"], received={"number": "4700", "lines": [{"item": {"identifiers": 5}}]}
    )
    await ground.look(2)
    assert ground.notebook.unread() == ["record-not-understood"]
    assert [one.number for one in ground.notebook.milestones(Event.ACCEPTED)] == ["4701"]


async def test_calls_are_made_no_faster_than_agreed() -> None:
    waits: list[float] = []
    now = 0.0

    async def wait(seconds: float) -> None:
        nonlocal now
        waits.append(round(seconds, 3))
        now += seconds

    pace = Pace(4.0, monotonic=lambda: now, wait=wait)
    for _ in range(3):
        await pace.turn()
    assert waits == [0.25, 0.25]
    await Pace(None, monotonic=lambda: now, wait=wait).turn()
    assert len(waits) == 2


def test_a_position_is_short_and_read_back() -> None:
    now = datetime(2026, 11, 21, 20, 0, tzinfo=UTC)
    position = Position()
    for feed in ("sale.order", "sale.order.line", "stock.picking", "stock.move", "account.move", "purchase.order"):
        position = position.at(feed, position.cursor(feed, now=now, window=timedelta(seconds=120)))
    position = position.reported("inventory_report:bigbox", "inventory_report:bigbox:2026-11-21T20-00")
    assert Position.parse(position.text) == position
    assert len(position.text) < 1500
    assert not position.goes_beyond(Position.parse(position.text))
    assert Position.parse(None) == Position.parse("") == Position()


def _around(ground: Ground) -> Surroundings:
    return Surroundings(
        hearing=ground.notebook, statements=ground.notebook, originals=ground.books, agreed=lambda _p, _d: True,
        suppliers=list, alarm=Alarm("odoo", None, ground.alarm, side="changes"), observer=ground.observer, clock=SystemClock(),
    )  # fmt: skip


def test_terms_have_sensible_defaults() -> None:
    terms = ChangeTerms()
    assert terms.window > terms.every
