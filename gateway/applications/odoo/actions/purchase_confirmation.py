"""Order responses of suppliers → our purchase orders: confirmed quantities, prices and days, as far as these are tolerated."""

from collections.abc import Sequence
from typing import Any

from gateway.applications.odoo.actions.action import Facilities, OneByOne, Right, Task
from gateway.applications.odoo.dependents import Dependents
from gateway.applications.odoo.fault import OdooDeclined
from gateway.applications.odoo.order import Problem
from gateway.applications.odoo.purchases import Purchase, PurchaseDesk
from gateway.applications.odoo.scope import Scope
from gateway.applications.odoo.supplier_answer import Agreed, SupplierAnswer, agree, read_answer
from gateway.ports import ApplicationCall, Outcome, OutcomeKind

OPEN = ("draft", "sent")
CUSTOMERS = ("linked", "by_date")


class ConfirmPurchase(OneByOne[SupplierAnswer]):
    """Enters what a supplier confirms.

    Options: `price_tolerance` and `quantity_tolerance` in percent (default 0) and `date_tolerance` in days (default: any), beyond
    which a person decides; `confirm`: a request that is still open becomes an order; `customers`: whose orders are put off when
    the goods come later, those that are `linked` to their receipt in Odoo, or also all that need them sooner (`by_date`).
    """

    name = "purchase_confirmation"
    rights: Sequence[Right] = (
        ("purchase.order", "read"),
        ("purchase.order", "write"),
        ("purchase.order.line", "write"),
        ("stock.move", "write"),
        ("product.product", "read"),
        ("product.supplierinfo", "read"),
    )

    def __init__(self, facilities: Facilities) -> None:
        self._facilities = facilities
        self._client = facilities.client
        self._desk = PurchaseDesk(facilities.client)

    def read(self, call: ApplicationCall) -> SupplierAnswer | tuple[Problem, ...]:
        """The answer."""
        if call.options.get("customers", "linked") not in CUSTOMERS:
            return (Problem("option-invalid", f"customers is one of {', '.join(CUSTOMERS)}, or left out."),)
        tables = self._facilities.tables
        return read_answer(call.document, key=call.idempotency_key, partner=call.partner, options=call.options, tables=tables)

    def subject(self, wanted: SupplierAnswer) -> str:
        """Answers to one order are entered one after the other."""
        return wanted.order

    async def make(self, task: Task[SupplierAnswer], scope: Scope) -> Outcome:
        """Enter one answer."""
        purchase = await self._desk.find([task.wanted.order], scope)
        put_off: Sequence[str] = ()
        if task.wanted.mark not in purchase.origin:
            put_off = await self._enter(task, purchase, scope)
        text = f"Purchase order {purchase.name} is confirmed"
        response: dict[str, Any] = {"id": purchase.id, "name": purchase.name}
        if put_off:
            text += f"; {', '.join(put_off)} had to be put off"
            response["put_off"] = list(put_off)
        return Outcome(task.call.delivery, OutcomeKind.DELIVERED, "confirmed", text, reference=purchase.name, response=response)

    async def _enter(self, task: Task[SupplierAnswer], purchase: Purchase, scope: Scope) -> list[str]:
        """Write it all; the mark comes last. Answers the customers' orders that were put off."""
        answer = task.wanted
        self._open(task, purchase)
        units = await self._facilities.resolver.units.fetch(
            [line.unit for line in answer.lines if line.unit], scope, of=purchase.products.all
        )
        agreed = agree(answer, purchase, units)
        if not isinstance(agreed, Agreed):
            texts = "\n".join(problem.message for problem in agreed)
            advice = "Agree with the supplier, change the purchase order by hand, or tolerate it by the delivery's options."
            raise OdooDeclined(agreed[0].code, f"{texts}\n{advice}")
        if purchase.state in OPEN:
            await self._client.call("purchase.order", "button_confirm", [[purchase.id]], context=scope.context)
            purchase = await self._desk.find([answer.order], scope)  # with its receipts
        await self._redate(purchase, agreed, scope)
        put_off = await self._put_off(task, purchase, agreed, scope)
        values: dict[str, Any] = {"origin": ", ".join(filter(None, (purchase.origin, answer.mark)))}
        if answer.seller_order and not purchase.reference:
            values["partner_ref"] = answer.seller_order
        if agreed.values:
            values["order_line"] = [[1, line, dict(changed)] for line, changed in agreed.values.items()]
        await self._client.call("purchase.order", "write", [[purchase.id], values], context=scope.context)
        return put_off

    async def _put_off(self, task: Task[SupplierAnswer], purchase: Purchase, agreed: Agreed, scope: Scope) -> list[str]:
        """Customers' orders that wait for lines with a new day."""
        customers = task.call.options.get("customers")
        lines = [line for line in purchase.lines if line.id in agreed.days]
        if not customers or not lines:
            return []
        receipts = sorted(move for line in lines for move in line.moves)
        products = {line.product for line in lines}
        return await Dependents(self._client).put_off(receipts, products, scope, by_date=customers == "by_date")

    def _open(self, task: Task[SupplierAnswer], purchase: Purchase) -> None:
        if task.wanted.rejected:
            raise OdooDeclined(
                "order-rejected",
                f"{purchase.vendor_name} refuses purchase order {purchase.name}: cancel it in Odoo, or order elsewhere.",
            )
        if purchase.state == "cancel":
            raise OdooDeclined(
                "order-cancelled", f"Purchase order {purchase.name} is cancelled in Odoo, and was confirmed by its supplier."
            )
        if purchase.state in OPEN and not task.call.options.get("confirm"):
            raise OdooDeclined(
                "order-not-confirmed", f"Purchase order {purchase.name} is a request in Odoo: confirm it there, then repeat."
            )

    async def _redate(self, purchase: Purchase, agreed: Agreed, scope: Scope) -> None:
        """Open receipts are expected on the new days; the order's own line changes only their deadlines."""
        moves = {move: agreed.days[line.id] for line in purchase.lines if line.id in agreed.days for move in line.moves}
        if not moves:
            return
        rows = await self._client.call("stock.move", "read", [sorted(moves), ["state"]], context=scope.context)
        by_day: dict[str, list[int]] = {}
        for row in rows:
            if row["state"] not in ("done", "cancel"):
                by_day.setdefault(moves[row["id"]], []).append(row["id"])
        for day, ids in by_day.items():
            await self._client.call("stock.move", "write", [ids, {"date": day}], context=scope.context)
