"""Despatch advices of suppliers → the receipts that expect the goods: day, tracking, and quantities with lots and packages."""

from collections.abc import Mapping, Sequence
from typing import Any

from gateway.applications.odoo.actions.action import Facilities, OneByOne, Right, Task
from gateway.applications.odoo.allocation import Taken, allocate
from gateway.applications.odoo.fault import OdooDeclined
from gateway.applications.odoo.filling import Filling, open_move
from gateway.applications.odoo.mapping import odoo_datetime
from gateway.applications.odoo.order import Problem
from gateway.applications.odoo.purchases import PurchaseDesk
from gateway.applications.odoo.scope import Scope
from gateway.applications.odoo.shipment import DESPATCH, Shipment, read_shipment
from gateway.applications.odoo.transfers import OPEN, Transfer, TransferDesk, noted
from gateway.ports import ApplicationCall, Outcome, OutcomeKind


class ExpectGoods(OneByOne[Shipment]):
    """Enters what is on its way into the open receipt of our purchase order: nobody has to type it when it comes.

    Nothing is received by it. The quantities that Odoo expected give way to those advised; further advices come on top. What the
    supplier ships to the customer is done with it: nobody of ours will ever see the goods. What it lacks is back-ordered then.

    Options: `over`, more than is ordered: `refuse` (default) or `accept`.
    """

    name = "expected_receipt"
    rights: Sequence[Right] = (
        ("purchase.order", "read"),
        ("stock.picking", "write"),
        ("stock.move", "write"),
        ("stock.move.line", "create"),
        ("stock.move.line", "unlink"),
        ("stock.package", "create"),
        ("product.product", "read"),
        ("product.supplierinfo", "read"),
    )

    def __init__(self, facilities: Facilities) -> None:
        self._facilities = facilities
        self._purchases = PurchaseDesk(facilities.client)
        self._desk = TransferDesk(facilities.client)
        self._filling = Filling(facilities.client)

    def read(self, call: ApplicationCall) -> Shipment | tuple[Problem, ...]:
        """The goods advised."""
        key, tables = call.idempotency_key, self._facilities.tables
        read = read_shipment(call.document, key=key, partner=call.partner, tables=tables, schemas=(DESPATCH,))
        if isinstance(read, Shipment) and not read.orders:
            return (Problem("order-missing", "The despatch advice names no order of ours."),)
        return read

    def subject(self, wanted: Shipment) -> str:
        """Advices of one order are entered one after the other."""
        return wanted.subject

    async def make(self, task: Task[Shipment], scope: Scope) -> Outcome:
        """Enter one advice."""
        advice = task.wanted
        found = [one for one in await self._desk.of_purchase(advice.orders, scope) if one.incoming or one.drop_ship]
        transfer = next((one for one in found if one.bears(advice.key)), None)
        if transfer is None:
            transfer = _open_one(found, advice)
            await self._enter(task, transfer, scope)
        code, text = "expected", f"Receipt {transfer.name} expects the goods of {advice.number}"
        if transfer.drop_ship:
            if transfer.state != "done":
                transfer = await self._desk.validate(transfer, scope, drop_rest=False)
            code, text = "moved", f"Transfer {transfer.name} is done: its goods are on their way to the customer"
        response = {"id": transfer.id, "name": transfer.name, "state": transfer.state}
        return Outcome(task.call.delivery, OutcomeKind.DELIVERED, code, text, reference=transfer.name, response=response)

    async def _enter(self, task: Task[Shipment], transfer: Transfer, scope: Scope) -> None:
        advice = task.wanted
        moves = await self._desk.moves(transfer, scope)
        taken = await self._allocate(task, moves, transfer, scope)
        lines = await self._desk.lines(moves, scope)
        if transfer.drop_ship:
            commands = await self._filling.commands(advice, taken, moves, lines, task.call.options, scope)
        else:
            first = "[edi:" not in transfer.note
            commands = await self._filling.expected(advice, taken, moves, lines, scope, first=first)
        values: dict[str, Any] = {
            "note": noted(transfer, f"EDI {task.call.partner} {advice.number}", advice.key),
            "move_ids": commands,
        }
        if advice.expected:
            values["scheduled_date"] = odoo_datetime(advice.expected)
        await self._desk.write(transfer, values, scope, tracking=", ".join(advice.tracking))

    async def _allocate(
        self, task: Task[Shipment], moves: Sequence[Mapping[str, Any]], transfer: Transfer, scope: Scope
    ) -> tuple[Taken, ...]:
        rows = await self._desk.products(moves, scope)
        vendor = await self._purchases.vendor(task.wanted.orders, scope)
        products = await self._purchases.products(rows, vendor, scope)
        codes = [one.unit for one in task.wanted.goods if one.unit]
        units = await self._facilities.resolver.units.fetch(codes, scope, of=products.all)
        tracking = {row["id"]: row["tracking"] for row in rows}
        taken = allocate(
            task.wanted.goods,
            [open_move(move, tracking) for move in moves if move["state"] not in ("done", "cancel")],
            products=products,
            units=units,
            transfer=transfer.name,
            over=task.call.options.get("over") == "accept",
        )
        problems = [one for one in taken if isinstance(one, Problem)]
        if problems:
            raise OdooDeclined(problems[0].code, "\n".join(problem.message for problem in problems))
        return tuple(one for one in taken if isinstance(one, Taken))


def _open_one(found: Sequence[Transfer], advice: Shipment) -> Transfer:
    names = ", ".join(advice.orders)
    opened = [one for one in found if one.state in OPEN]
    if len(opened) > 1:
        several = ", ".join(one.name for one in opened)
        raise OdooDeclined(
            "transfer-ambiguous", f"Purchase order {names} has several open receipts: {several}. Enter it by hand."
        )
    if not opened:
        states = ", ".join(f"{one.name} is {one.state}" for one in found) or "it has none"
        raise OdooDeclined("transfer-unknown", f"Purchase order {names} has no open receipt in Odoo: {states}.")
    return opened[0]
