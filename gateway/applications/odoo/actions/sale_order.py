"""Purchase orders → sale orders: a whole batch in a few calls, one transaction for all of it where nothing stands against it."""

from collections.abc import Awaitable, Callable, Mapping, Sequence

from gateway.applications.odoo.actions.action import Facilities, Outcomes, Right, Task, failed, troubled
from gateway.applications.odoo.confirmation import OPEN, Booked, Desk
from gateway.applications.odoo.fault import OdooError, OdooFault
from gateway.applications.odoo.loading import Loaded, OrderLoader
from gateway.applications.odoo.mapping import ACTION, read_order
from gateway.applications.odoo.order import LoadRows, Problem, ResolvedOrder, SaleOrder
from gateway.applications.odoo.resolution import Candidate
from gateway.applications.odoo.rows import load_rows
from gateway.applications.odoo.scope import Scope
from gateway.domain.order.milestone import Event, Link, Milestone
from gateway.ports import ApplicationCall, Outcome, OutcomeKind


class BookOrders:
    """Books a canonical purchase order once, whatever is repeated, cut or crashes.

    Options: `customer`, `prices` (`order`, `odoo`), `notes`, `purposes` (see `mapping.read_order`); `create_partner` (create
    unknown parties), `confirm` (confirm the quotation).
    """

    name = ACTION
    rights: Sequence[Right] = (
        ("sale.order", "create"),
        ("sale.order", "write"),
        ("product.product", "read"),
        ("res.partner", "read"),
    )

    def __init__(self, facilities: Facilities, *, sleep: Callable[[float], Awaitable[None]], jitter: Callable[[], float]) -> None:
        self._facilities = facilities
        self._loader = OrderLoader(facilities.client, sleep=sleep, random=jitter)
        self._desk = Desk(facilities.client)

    def read(self, call: ApplicationCall) -> SaleOrder | tuple[Problem, ...]:
        """The sale order wanted."""
        return read_order(
            call.document,
            key=call.idempotency_key,
            partner=call.partner,
            test=call.test,
            options=call.options,
            tables=self._facilities.tables,
        )

    async def carry_out(self, tasks: Mapping[int, Task[SaleOrder]], scope: Scope) -> Outcomes:
        """Resolve, load, read back, confirm: the orders of one company."""
        resolver, client = self._facilities.resolver, self._facilities.client
        try:
            candidates = [Candidate(task.wanted, bool(task.call.options.get("create_partner"))) for task in tasks.values()]
            resolutions = dict(zip(tasks, await resolver.resolve(candidates, scope), strict=True))
        except OdooError as error:  # no order was written yet
            return {position: troubled(task.call, error, untouched=True) for position, task in tasks.items()}
        outcomes = {p: failed(tasks[p].call, one) for p, one in resolutions.items() if isinstance(one, tuple)}
        resolved = {p: one for p, one in resolutions.items() if isinstance(one, ResolvedOrder)}
        before = client.calls
        try:
            ids, refused = await self._load(resolved, scope)
        except OdooError as error:
            untouched = error.unsent and client.calls == before + 1  # it was the first call that might have written
            return outcomes | {position: troubled(tasks[position].call, error, untouched=untouched) for position in resolved}
        outcomes |= {position: troubled(tasks[position].call, fault) for position, fault in refused.items()}
        try:
            booked = await self._settle(tasks, ids, scope)
        except OdooError as error:  # the orders are there; the external ids make the repeat safe
            return outcomes | {position: troubled(tasks[position].call, error) for position in ids}
        return outcomes | {position: self._settled(tasks[position], one) for position, one in booked.items()}

    async def _load(self, resolved: Mapping[int, ResolvedOrder], scope: Scope) -> tuple[dict[int, int], dict[int, OdooFault]]:
        """Database ids of what exists now, and why the rest does not; one call per set of columns, which is one as a rule."""
        groups: dict[tuple[str, ...], dict[int, LoadRows]] = {}
        for position, one in resolved.items():
            rows = load_rows(one, dialect=scope.dialect)
            groups.setdefault(rows.columns, {})[position] = rows
        ids: dict[int, int] = {}
        refused: dict[int, OdooFault] = {}
        for group in groups.values():
            for position, result in zip(group, await self._loader.load(list(group.values()), scope), strict=True):
                if isinstance(result, Loaded):
                    ids[position] = result.id
                else:
                    refused[position] = result
        if any(fault.code == "stale-reference" for fault in refused.values()):
            self._facilities.resolver.forget()
        return ids, refused

    async def _settle(
        self, tasks: Mapping[int, Task[SaleOrder]], ids: Mapping[int, int], scope: Scope
    ) -> dict[int, Booked | OdooFault]:
        if not ids:
            return {}
        read = await self._desk.read(list(ids.values()), scope)
        wanted = {order: read[order] for p, order in ids.items() if tasks[p].call.options.get("confirm") and order in read}
        confirmed = await self._desk.confirm(wanted, scope) if wanted else {}
        gone = OdooFault("odoo.exceptions.MissingError", "Record does not exist or has been deleted.")
        return {position: confirmed.get(order) or read.get(order) or gone for position, order in ids.items()}

    def _settled(self, task: Task[SaleOrder], booked: Booked | OdooFault) -> Outcome:
        if isinstance(booked, OdooFault):
            return troubled(task.call, booked)
        response = {"id": booked.id, "name": booked.name, "state": booked.state, "amount_untaxed": booked.amount}
        if task.wanted.remarks:
            response["remarks"] = list(task.wanted.remarks)
        return Outcome(
            task.call.delivery,
            OutcomeKind.DELIVERED,
            "booked",
            f"Sale order {booked.name}",
            reference=booked.name,
            response=response,
            milestones=accepted(self._facilities.id, task, booked),
        )


def accepted(application: str, task: Task[SaleOrder], booked: Booked) -> tuple[Milestone, ...]:
    """What a confirmed order says of the buyer's: accepted, as this one of Odoo's. A quotation says nothing yet."""
    if booked.state in (*OPEN, "cancel"):
        return ()
    return (
        Milestone(
            source=application,
            key=f"sale.order:{booked.name}:accepted",
            event=Event.ACCEPTED,
            partner=task.call.partner,
            number=str(task.call.document.get("number") or ""),
            links=(Link(application, "order", booked.name),),
            test=task.call.test,
        ),
    )
