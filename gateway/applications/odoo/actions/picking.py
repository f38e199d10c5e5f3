"""Warehouse shipments and receipts → transfers: found, filled in, validated, and never twice for one document."""

from collections.abc import Mapping, Sequence
from typing import Any

from gateway.applications.odoo.actions.action import Facilities, OneByOne, Right, Task
from gateway.applications.odoo.allocation import Taken, allocate
from gateway.applications.odoo.catalogue import products_of
from gateway.applications.odoo.fault import OdooDeclined
from gateway.applications.odoo.filling import Filling, open_move
from gateway.applications.odoo.order import Problem
from gateway.applications.odoo.scope import Scope
from gateway.applications.odoo.shipment import Shipment, read_shipment
from gateway.applications.odoo.shipped import shipped
from gateway.applications.odoo.transfers import OPEN, Transfer, TransferDesk, noted
from gateway.ports import ApplicationCall, Outcome, OutcomeKind

REMAINDERS = ("back_order", "cancel", "document")
OVERS = ("refuse", "accept")


class MoveGoods(OneByOne[Shipment]):
    """Does what a warehouse says it has done: its shipment as a delivery, its receipt as a receipt.

    Options: `remainder`, what becomes of what is missing: `back_order` (default), `cancel`, or `document` (cancelled when the
    document says that nothing more will come); `over`, more than is open: `refuse` (default) or `accept`; `create_lots`, for
    deliveries of lots that Odoo does not know.
    """

    name = "picking"
    rights: Sequence[Right] = (
        ("stock.picking", "read"),
        ("stock.picking", "write"),
        ("stock.move", "write"),
        ("stock.move.line", "create"),
        ("stock.move.line", "unlink"),
        ("stock.lot", "create"),
        ("stock.package", "create"),
        ("sale.order", "read"),
        ("purchase.order", "read"),
        ("product.product", "read"),
    )

    def __init__(self, facilities: Facilities) -> None:
        self._facilities = facilities
        self._desk = TransferDesk(facilities.client)
        self._filling = Filling(facilities.client)

    def read(self, call: ApplicationCall) -> Shipment | tuple[Problem, ...]:
        """The shipment wanted."""
        problems = tuple(
            Problem("option-invalid", f"The option {name} is {call.options[name]!r}; it may be {' or '.join(allowed)}.")
            for name, allowed in (("remainder", REMAINDERS), ("over", OVERS))
            if call.options.get(name, allowed[0]) not in allowed
        )
        tables = self._facilities.tables
        return problems or read_shipment(call.document, key=call.idempotency_key, partner=call.partner, tables=tables)

    def subject(self, wanted: Shipment) -> str:
        """Two documents of one order are carried out one after the other."""
        return wanted.subject

    async def make(self, task: Task[Shipment], scope: Scope) -> Outcome:
        """Book one shipment."""
        shipment = task.wanted
        found = await self._find(shipment, scope)
        done = next((one for one in found if one.state == "done" and one.bears(shipment.key)), None)
        if done is not None:
            return await self._told(task, done, scope)
        transfer = _the_open_one(found, shipment)
        if transfer.state == "draft":
            await self._desk.confirm(transfer, scope)
        moves = await self._desk.moves(transfer, scope)
        taken = await self._allocate(task, transfer, moves, scope)
        drop_rest = _drops_rest(task)
        if not taken:
            return await self._nothing(task, transfer, drop_rest, scope)
        filled = await self._filling.commands(
            shipment, taken, moves, await self._desk.lines(moves, scope), task.call.options, scope
        )
        note = noted(transfer, f"EDI {task.call.partner} {shipment.number}", shipment.key)
        values = {"note": note, "move_ids": filled, **await self._carried(shipment, scope)}
        await self._desk.write(transfer, values, scope, tracking=", ".join(shipment.tracking))
        return await self._told(task, await self._desk.validate(transfer, scope, drop_rest=drop_rest), scope)

    async def _carried(self, shipment: Shipment, scope: Scope) -> dict[str, int]:
        """The method of delivery that the document means, where the site has a table of them."""
        if shipment.carrier is None:
            return {}
        found = (await self._facilities.resolver.references.find([shipment.carrier], scope))[shipment.carrier]
        if isinstance(found, Problem):
            raise OdooDeclined(found.code, found.message)
        return {"carrier_id": found}

    async def _find(self, shipment: Shipment, scope: Scope) -> list[Transfer]:
        """All transfers it may be of, back orders of a named one included. Those within the company are meant only by name."""
        found = await self._desk.named(shipment.transfers, scope)
        later = [back for one in found for back in one.back_orders]
        if later:
            found += await self._desk.read(later, scope)
        if found:
            return [one for one in found if one.internal or _goes_that_way(one, shipment)]
        if shipment.orders and shipment.incoming:
            found = await self._desk.of_purchase(shipment.orders, scope)
        if not found and shipment.orders:  # what comes in for an order of a customer's is a return
            found = await self._desk.of_sale(shipment.orders, scope)
        return [one for one in found if _goes_that_way(one, shipment)]

    async def _allocate(
        self, task: Task[Shipment], transfer: Transfer, moves: Sequence[Mapping[str, Any]], scope: Scope
    ) -> tuple[Taken, ...]:
        rows = await self._desk.products(moves, scope)
        products = products_of(rows)
        codes = [one.unit for one in task.wanted.goods if one.unit]
        units = await self._facilities.resolver.units.fetch(codes, scope, of=products.all)
        tracking = {row["id"]: row["tracking"] for row in rows}
        opened = [open_move(move, tracking) for move in moves if move["state"] not in ("done", "cancel")]
        over = task.call.options.get("over") == "accept"
        taken = allocate(task.wanted.goods, opened, products=products, units=units, transfer=transfer.name, over=over)
        problems = [one for one in taken if isinstance(one, Problem)]
        if problems:
            raise OdooDeclined(problems[0].code, "\n".join(problem.message for problem in problems))
        return tuple(one for one in taken if isinstance(one, Taken))

    async def _nothing(self, task: Task[Shipment], transfer: Transfer, drop_rest: bool, scope: Scope) -> Outcome:  # noqa: FBT001
        """Nothing was moved: the transfer stays open, or nothing of it is wanted any more."""
        if not drop_rest:
            raise OdooDeclined(
                "nothing-moved",
                f"Document {task.wanted.number} says that nothing of transfer {transfer.name} was moved; it stays open. "
                'Cancel it by hand, or let the option remainder = "cancel" do so.',
            )
        await self._desk.cancel([transfer.id], scope)
        text = f"Transfer {transfer.name} is cancelled: nothing of it was moved"
        return Outcome(task.call.delivery, OutcomeKind.DELIVERED, "cancelled", text, reference=transfer.name)

    async def _told(self, task: Task[Shipment], done: Transfer, scope: Scope) -> Outcome:
        """What was done, and what it means for the order."""
        back = await self._desk.read(done.back_orders, scope) if done.back_orders else []
        later = [one.name for one in back if one.state in OPEN]
        text = f"Transfer {done.name} is done" + (f"; what is missing is on {', '.join(later)}" if later else "")
        response: dict[str, Any] = {"id": done.id, "name": done.name, "state": done.state, "back_orders": later}
        milestones = () if task.wanted.incoming else await shipped(self._facilities, task, done, scope)
        return Outcome(
            task.call.delivery,
            OutcomeKind.DELIVERED,
            "moved",
            text,
            reference=done.name,
            response=response,
            milestones=milestones,
        )


def _goes_that_way(transfer: Transfer, shipment: Shipment) -> bool:
    return transfer.incoming if shipment.incoming else transfer.outgoing


def _the_open_one(found: Sequence[Transfer], shipment: Shipment) -> Transfer:
    """The one transfer that is still to be done. Raises OdooDeclined."""
    names = ", ".join((*shipment.transfers, *shipment.orders))
    opened = [one for one in found if one.state in OPEN]
    begun = [one for one in opened if one.bears(shipment.key)]
    if len(opened) == 1 or begun:
        return (begun or opened)[0]
    if opened:
        several = ", ".join(one.name for one in opened)
        raise OdooDeclined(
            "transfer-ambiguous", f"{names} means several open transfers: {several}. Let the document name the one."
        )
    if not found:
        raise OdooDeclined(
            "transfer-unknown", f"There is no transfer for {names} in Odoo. Is the order confirmed, the number right?"
        )
    states = ", ".join(f"{one.name} is {one.state}" for one in found)
    raise OdooDeclined(
        "transfer-closed", f"{names}: {states}, and not by this document. Compare what was moved, and correct Odoo by hand."
    )


def _drops_rest(task: Task[Shipment]) -> bool:
    """Whether what is missing is not wanted any more."""
    remainder = task.call.options.get("remainder", REMAINDERS[0])
    return remainder == "cancel" or (remainder == "document" and task.wanted.complete is True)
