"""Gate: orders to warehouses wait here until no rule holds them, their goods are there and it is time; then they go, once.

Several processes share the work: each order is looked at in a transaction of its own, by whoever is first. It is looked at when
it comes, when something happens that may change the decision, and when a time is reached that does.
"""

from collections.abc import Awaitable, Callable, Sequence
from datetime import timedelta
from uuid import UUID

import orjson
import structlog
from typing_extensions import override

from gateway.domain.failure import fingerprint
from gateway.domain.lifecycle import move
from gateway.domain.order.milestone import Event
from gateway.domain.order.record import event_row
from gateway.domain.record import FailureRow
from gateway.domain.release.decision import decide, rank
from gateway.domain.release.lifecycle import RELEASE_HOLD, WAREHOUSE_RELEASE
from gateway.domain.release.parts import parsed
from gateway.domain.release.record import OVERDUE, STAGE, HoldRow, ReleaseRow, overdue_mark
from gateway.domain.storable import storable
from gateway.errors import Contention, DataRefused, GatewayError
from gateway.ports import Configuration, Observer
from gateway.ports.release import AtGate, OverdueHold, ReleaseSession, ReleaseSettlement, ReleaseStore
from gateway.stages.gate_changes import cancel, change, still_wanted, take_back, told_of
from gateway.stages.gate_facts import Known, gather, speaking
from gateway.stages.gate_writing import Desk, end_hold, identified, journal, say, send, write
from gateway.stages.lanes import Arrived
from gateway.stages.outgoing import OUTBOUND
from gateway.stages.stock_news import items, levels
from gateway.stages.woken import Woken

log = structlog.get_logger(__name__)

_BATCH = 20
_SOON, _LATER = timedelta(milliseconds=200), timedelta(minutes=5)
"""When an order is looked at again that somebody else had hold of, and one that could not be decided about."""
FAULT = "release-not-decided"
_OVER = frozenset({"cancelled", "rejected"})
"""States of customers' orders of which nothing is to be shipped any more."""
_LIVE = frozenset({"held", "planned", "partly_released"})


class Gate(Woken):
    """Decides about orders to warehouses. `judge` is called when something was said of customers' orders."""

    FAILED = "gate_not_worked"

    def __init__(
        self,
        *,
        store: ReleaseStore,
        configuration: Callable[[], Configuration],
        owner_of: Callable[[str | None], str],
        announce: Callable[[Sequence[Arrived]], Awaitable[None]],
        judge: Callable[[], None],
        observer: Observer,
        new_id: Callable[[], UUID],
        node: str,
        poll: float = 1.0,
    ) -> None:
        super().__init__(poll=poll)
        self._store, self._configuration, self._owner_of = store, configuration, owner_of
        self._announce, self._judge = announce, judge
        self._observer, self._new_id, self._node = observer, new_id, node

    @override
    async def round(self) -> int:
        """Read what is known of stock, then look at all that is due; answers how many orders and documents."""
        total = 0
        while read := await self._read_stock():
            total += read
        while await self._next():
            total += 1
        return total + await self._tell_overdue()

    async def measure(self) -> int:
        """Report how many orders are held, by why; answers how many holds stand."""
        standing = await self._store.standing()
        for kind in {rule.kind.value for rule in self._configuration().release.holds} | standing.keys():
            self._observer.gauge("edi_releases_held", standing.get(kind, 0), kind=kind)
        return sum(standing.values())

    async def _next(self) -> bool:
        """Look at one order; one that somebody else works on at this moment is looked at again soon."""
        looked: list[AtGate] = []
        try:
            return await self._look(looked)
        except Contention:
            if looked:
                await self._store.put_off(looked[-1].row.id, _SOON)
        except DataRefused as error:
            await self._give_up(looked, f"The database refused what was made of it: {error}")
        except GatewayError:
            raise
        except Exception as error:  # a bug met by one order must not keep the others
            log.exception("release_failed_unexpectedly")
            await self._give_up(looked, f"It failed unexpectedly: {type(error).__name__}: {error}")
        return bool(looked)

    async def _look(self, looked: list[AtGate]) -> bool:
        configuration, settlement = self._configuration(), ReleaseSettlement(node=self._node)
        settlement.configuration = configuration.digest
        desk = Desk(configuration, settlement, self._owner_of, self._new_id, self._node)
        async with self._store.at_gate() as session:
            one = await session.take()
            if one is None:
                return False
            looked.append(one)
            if one.json is None:
                raise ValueError(str(one.unreadable or "its document is gone"))
            await self._decide(session, one, desk)
            await session.settle(settlement)
        if settlement.transmissions:
            await self._announce([(OUTBOUND, row.id) for row in settlement.transmissions])
        if settlement.says:
            self._judge()
        for row in settlement.rows:
            self._observer.count("edi_releases_total", state=row.state)
        return True

    async def _decide(self, session: ReleaseSession, one: AtGate, desk: Desk) -> None:
        terms = desk.configuration.release
        first = one.row.state == "arrived"
        if first and await session.waits_for_earlier(one):
            desk.settlement.rows.append(one.row._replace(look_at=one.now + _SOON))
            return
        known = await gather(session, one, desk.configuration)
        row = identified(known)
        if first and known.says.purpose == "cancel":
            await self._cancel(session, known, desk)
        elif first and (same := _same(known)) is not None:
            self._end(known, "withdrawn", f"The same order came before: {same.row.id}.", desk)
        elif refused := [hold for hold in known.holds if hold.state == "refused"]:
            self._refuse(known, refused[0], desk)
        elif known.served is not None and known.served.state in _OVER and one.row.state != "released":
            self._end(known, "withdrawn", f"The order {known.served.number} is {known.served.state}.", desk)
        elif not known.says.demands or not terms.holds_back(one.partner):
            self._pass(known, desk)
        else:
            if first and known.earlier:
                known, row = await self._replace(session, known, row, desk)
            if known.has_nothing_to_do:
                self._cover(known, desk)
            else:
                write(known, decide(known.facts, terms), rank(known.facts, terms), row, desk)

    async def _cancel(self, session: ReleaseSession, known: Known, desk: Desk) -> None:
        """What waits is withdrawn; whoever was told to ship is told not to; what is not known here goes as it is addressed."""
        if not known.earlier:
            self._pass(known, desk)
            return
        for before in known.earlier:
            if before.row.state in _LIVE:
                await self._withdraw(session, before, f"It was cancelled by {known.says.number}.", desk)
        done = cancel(known, await told_of(session, known.earlier, desk), identified(known), desk)
        covered = [line for before in known.earlier if before.row.covered for line in parsed(before.row.wants)]
        if covered and known.served is not None:  # its goods were released with other orders
            others = await session.others_of_order(known.one, known.served.id, known.says.subject)
            told = take_back(known, await told_of(session, others, desk), covered, done.row, desk)
            done.warehouses += told.warehouses
        state = "released" if done.warehouses else "withdrawn"
        note = "" if done.warehouses else "Nobody has what it cancels, or it has left."
        row = done.row._replace(state=move(WAREHOUSE_RELEASE, "arrived", state), look_at=None, note=note)
        desk.settlement.rows.append(row)
        journal(known.one, f"gate_{state}", {"number": row.number, "note": note, "to": done.warehouses}, desk)

    async def _replace(self, session: ReleaseSession, known: Known, row: ReleaseRow, desk: Desk) -> tuple[Known, ReleaseRow]:
        """Take the place of what came before; warehouses that have something of that are told what is different.

        Answers what is left.
        """
        told = await told_of(session, known.earlier, desk)
        for before in known.earlier:
            if before.row.state in _LIVE:
                await self._withdraw(session, before, f"It was replaced by {known.says.number}.", desk)
        done = change(known, told, row, desk)
        if done.warehouses:
            journal(known.one, "gate_changed", {"number": row.number, "to": done.warehouses}, desk)
        return still_wanted(known, done, desk), done.row

    def _cover(self, known: Known, desk: Desk) -> None:
        """End one of which nothing is left to release: other orders have it all."""
        elsewhere = ", ".join(known.elsewhere)
        note = f"All of it was released, or is about to be, with {elsewhere}." if elsewhere else "The order wants no more of it."
        self._end(known, "withdrawn", note[:500], desk)
        desk.settlement.rows[-1] = desk.settlement.rows[-1]._replace(covered=bool(elsewhere))

    def _pass(self, known: Known, desk: Desk) -> None:
        """Let it go to whom it is addressed."""
        warehouse = desk.configuration.release.of_partner(known.one.partner)
        if warehouse is None:
            self._end(known, "withdrawn", f"{known.one.partner} is no warehouse any more: see [[warehouse]].", desk)
            return
        for hold in known.holds:
            if hold.state in ("open", "overdue"):
                end_hold(hold, "cleared", None, desk, note="nothing is held any more")
        self._released(known, send(known, warehouse, None, identified(known), desk), desk)

    def _released(self, known: Known, row: ReleaseRow, desk: Desk) -> None:
        after = row._replace(state=move(WAREHOUSE_RELEASE, known.one.row.state, "released"), look_at=None, go_at=None)
        desk.settlement.rows.append(after)
        journal(known.one, "gate_released", {"number": row.number, "to": [p.warehouse for p in desk.settlement.parts]}, desk)

    def _refuse(self, known: Known, hold: HoldRow, desk: Desk) -> None:
        """A person has refused it: the customer's order is rejected as far as it is about it."""
        self._end(known, "refused", f"{hold.actor} refused it: {hold.note}", desk)
        if known.served is not None:
            goods = [(demand, demand.quantity) for demand in known.facts.demands]
            desk.settlement.says.append(event_row(say(known, Event.REJECTED, goods, hold.note, "rejected"), desk.new_id()))

    def _end(self, known: Known, event: str, note: str, desk: Desk) -> None:
        """End it without sending anything."""
        customer = known.served.partner if known.served is not None else None
        for hold in known.holds:
            if hold.state in ("open", "overdue"):
                end_hold(hold, "withdrawn", customer, desk, note=note)
        state = move(WAREHOUSE_RELEASE, known.one.row.state, event)
        desk.settlement.rows.append(identified(known)._replace(state=state, look_at=None, go_at=None, note=note))
        journal(known.one, f"gate_{state}", {"number": known.says.number, "note": note}, desk)

    async def _withdraw(self, session: ReleaseSession, before: AtGate, note: str, desk: Desk) -> None:
        """End one that came before: it, its holds, the goods that were kept for it."""
        for hold in await session.holds_of(before.row.id):
            if hold.state in ("open", "overdue"):
                end_hold(hold, "withdrawn", before.row.customer, desk, note=note)
        state = move(WAREHOUSE_RELEASE, before.row.state, "withdrawn")
        desk.settlement.rows.append(before.row._replace(state=state, look_at=None, go_at=None, note=note))
        journal(before, f"gate_{state}", {"number": before.row.number, "note": note}, desk)

    async def _read_stock(self) -> int:
        """Read what documents say of stock and items; answers how many documents."""
        configuration = self._configuration()
        async with self._store.at_gate() as session:
            news = await session.take_stock_news(_BATCH)
            for one in news:
                warehouse = configuration.release.of_partner(one.partner or "")
                if warehouse is None or one.json is None:
                    continue
                document = orjson.loads(one.json)
                if one.name == "item_master" and one.outgoing:
                    await session.add_items(warehouse.id, items(document))
                elif one.name == "inventory_report" and not one.outgoing:
                    rows = levels(document, warehouse=warehouse.id, document=one.document, at=one.at)
                    await session.set_levels(
                        rows,
                        warehouse=warehouse.id,
                        whole=warehouse.whole_reports,
                        settles=warehouse.settles,
                        sources=speaking(configuration.release)[warehouse.id],
                    )
        return len(news)

    async def _tell_overdue(self) -> int:
        """Tell owners of holds that take too long; answers how many."""
        total = 0
        while True:
            settlement = ReleaseSettlement()
            async with self._store.at_gate() as session:
                due = await session.overdue(_BATCH)
                if not due:
                    return total
                for one in due:
                    settlement.holds.append(one.row._replace(state=move(RELEASE_HOLD, one.row.state, "due")))
                    settlement.failures.append(self._overdue(one))
                await session.settle(settlement)
            for failure in settlement.failures:
                self._observer.count("edi_failures_total", stage=failure.stage, code=failure.code)
            total += len(due)

    def _overdue(self, one: OverdueHold) -> FailureRow:
        hold = one.row
        order = f" for order {one.order_number}" if one.order_number else ""
        text = (
            f"{one.number}{order} is held ({hold.hold}) and should not be since {hold.due_at:%Y-%m-%d %H:%M} UTC. {hold.reason}"
        )
        return FailureRow(
            id=self._new_id(),
            fingerprint=overdue_mark(hold, one.customer),
            stage=STAGE,
            code=OVERDUE,
            partner=one.customer,
            route=None,
            owner=hold.owner,
            message=storable(text)[:2_000],
            remedy=f"Let it go: gateway holds release {hold.id} --reason … Or end it: gateway holds refuse {hold.id} --reason …",
            sample=hold.id,
            transmission=one.transmission,
        )

    async def _give_up(self, looked: Sequence[AtGate], why: str) -> None:
        """Leave an order that cannot be decided about for a while, and tell its owner."""
        if not looked:
            return
        one = looked[-1]
        failure = FailureRow(
            id=self._new_id(),
            fingerprint=fingerprint(stage=STAGE, code=FAULT, partner=one.row.customer, route=None),
            stage=STAGE,
            code=FAULT,
            partner=one.row.customer,
            route=None,
            owner=self._owner_of(one.row.customer),
            message=storable(f"The release of {one.row.number or one.row.id} cannot be decided about. {why}")[:2_000],
            remedy="Report this with the document's id: it is a fault of the gateway. It is tried again by itself.",
            sample=one.row.id,
            transmission=one.transmission,
        )
        await self._store.put_off(one.row.id, _LATER, [failure])


def _same(known: Known) -> AtGate | None:
    """What came before under the very number, where this is no change of it."""
    if known.says.purpose in ("change", "replace"):
        return None
    return next((one for one in known.earlier if one.row.number == known.says.number), None)
