"""Changes, replacements and cancellations of orders → the sale order, by the rules for what is confirmed, shipped or invoiced."""

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

from gateway.applications.odoo.actions.action import Facilities, OneByOne, Right, Task
from gateway.applications.odoo.catalogue import products_of
from gateway.applications.odoo.change_plan import Knowledge, NewLine, Plan, plan, standing
from gateway.applications.odoo.confirmation import OPEN
from gateway.applications.odoo.fault import OdooDeclined, OdooFault
from gateway.applications.odoo.mapping import decimal_text
from gateway.applications.odoo.order import Problem
from gateway.applications.odoo.order_change import Fate, OrderChange, chosen, read_change
from gateway.applications.odoo.rows import line_external_id
from gateway.applications.odoo.scope import Scope
from gateway.domain.order.milestone import Event, LineQuantity, Link, Milestone
from gateway.ports import ApplicationCall, Outcome, OutcomeKind

FIELDS = (
    "name",
    "state",
    "origin",
    "locked",
    "commitment_date",
    "partner_id",
    "partner_shipping_id",
    "order_line",
    "picking_ids",
)
LINE_FIELDS = ("product_id", "product_uom_qty", "qty_delivered", "qty_invoiced", "price_unit", "display_type")
REMEDIES = {
    "already-shipped": "Its goods are gone: answer the buyer, or agree a return.",
    "shipped-meanwhile": "It was cancelled all the same, because both happened at one time: put that right by hand.",
}
Row = Mapping[str, Any]


class ChangeOrder(OneByOne[OrderChange]):
    """Changes or cancels the order that bears the document's number.

    Options: `prices` (`order`: the document's prices are booked, `odoo`: they are not).
    """

    name = "sale_order_change"
    rights: Sequence[Right] = (
        ("sale.order", "read"),
        ("sale.order", "write"),
        ("sale.order.line", "write"),
        ("sale.order.line", "create"),
        ("stock.picking", "read"),
        ("product.product", "read"),
        ("res.partner", "read"),
    )

    def __init__(self, facilities: Facilities) -> None:
        self._facilities = facilities
        self._client = facilities.client

    def read(self, call: ApplicationCall) -> OrderChange | tuple[Problem, ...]:
        """The change wanted."""
        return read_change(
            call.document,
            key=call.idempotency_key,
            partner=call.partner,
            test=call.test,
            options=call.options,
            tables=self._facilities.tables,
        )

    def subject(self, wanted: OrderChange) -> str:
        """Changes of one order are made one after the other."""
        return wanted.number

    async def make(self, task: Task[OrderChange], scope: Scope) -> Outcome:
        """Make one change."""
        change = task.wanted
        domain = [["client_order_ref", "in", list(change.references)]]
        rows = await self._client.call(
            "sale.order", "search_read", [domain], fields=list(FIELDS), order="id desc", context=scope.context
        )
        order = chosen(rows, change)
        if isinstance(order, Problem):
            raise OdooDeclined(order.code, order.message)
        if change.cancel:
            return await self._cancel(task, order, scope)
        if change.mark not in str(order["origin"] or ""):
            await self._change(task, order, scope)
        return self._told(task, order, Event.CHANGED, "changed", f"Sale order {order['name']} is changed")

    async def _cancel(self, task: Task[OrderChange], order: Row, scope: Scope) -> Outcome:
        """Odoo cancels even what is delivered, without complaint: so it is looked at before and after."""
        name = order["name"]
        if order["state"] != "cancel":
            self._unlocked(order)
            await self._nothing_done(order, "already-shipped", scope)
            context = {**scope.context, "disable_cancel_warning": True}
            await self._client.call("sale.order", "action_cancel", [[order["id"]]], context=context)
            (now,) = await self._client.call("sale.order", "read", [[order["id"]], ["state"]], context=scope.context)
            if now["state"] != "cancel":
                raise OdooDeclined(
                    "not-cancelled", f"Odoo did not cancel sale order {name}: it asks for a person's answer there."
                )
            await self._nothing_done(order, "shipped-meanwhile", scope)
        return self._told(task, order, Event.CANCELLED, "cancelled", f"Sale order {name} is cancelled")

    async def _nothing_done(self, order: Row, word: str, scope: Scope) -> None:
        """Raise OdooDeclined when a delivery of the order is done or something of it is invoiced."""
        (now,) = await self._client.call("sale.order", "read", [[order["id"]], ["picking_ids"]], context=scope.context)
        pickings = await self._client.call(
            "stock.picking", "read", [now["picking_ids"], ["name", "state"]], context=scope.context
        )
        done = [row["name"] for row in pickings if row["state"] == "done"]
        if done:
            raise OdooDeclined(word, f"Sale order {order['name']} is shipped by {', '.join(done)}. {REMEDIES[word]}")
        lines = await self._client.call("sale.order.line", "read", [order["order_line"], ["qty_invoiced"]], context=scope.context)
        if any(line["qty_invoiced"] for line in lines):
            raise OdooDeclined(
                "already-invoiced", f"Sale order {order['name']} is invoiced: credit the invoice first, or answer the buyer."
            )

    def _unlocked(self, order: Row) -> None:
        if order["locked"]:
            raise OdooDeclined("order-locked", f"Sale order {order['name']} is locked in Odoo: unlock it there, then repeat.")

    async def _change(self, task: Task[OrderChange], order: Row, scope: Scope) -> None:
        change = task.wanted
        if order["state"] == "cancel":
            raise OdooDeclined("order-cancelled", f"Sale order {order['name']} is cancelled in Odoo: nothing of it can change.")
        self._unlocked(order)
        await self._same_address(change, order, scope)
        made = plan(change, await self._know(change, order, scope))
        if not isinstance(made, Plan):
            raise OdooDeclined(made[0].code, "\n".join(problem.message for problem in made))
        if made.added:
            await self._add(change, order, made.added, scope)
        values: dict[str, Any] = {"origin": ", ".join(filter(None, (order["origin"], change.mark)))}
        if change.delivered and change.delivered != order["commitment_date"]:
            values["commitment_date"] = change.delivered
        if made.commands:
            values["order_line"] = list(made.commands)
        await self._client.call("sale.order", "write", [[order["id"]], values], context=scope.context)

    async def _know(self, change: OrderChange, order: Row, scope: Scope) -> Knowledge:
        """Everything that planning needs."""
        unit = scope.dialect.line_unit
        rows = await self._client.call(
            "sale.order.line", "read", [order["order_line"], [*LINE_FIELDS, unit]], context=scope.context
        )
        lines = [standing(row, unit) for row in rows if row["product_id"] and not row["display_type"]]
        fields = ["default_code", "barcode", "name", "uom_id", "sale_ok"]
        products = await self._client.call(
            "product.product", "read", [sorted({one.product for one in lines}), fields], context=scope.context
        )
        resolver = self._facilities.resolver
        wanted = [line.product for line in change.lines if line.fate is not Fate.DROP]
        own, catalogue = products_of(products), await resolver.products.fetch(wanted, scope, fresh=True)
        codes = [line.unit for line in change.lines if line.unit]
        return Knowledge(
            lines=lines,
            own=own,
            catalogue=catalogue,
            units=await resolver.units.fetch(codes, scope, of=(*own.all, *catalogue.all)),
            confirmed=order["state"] not in OPEN,
        )

    async def _same_address(self, change: OrderChange, order: Row, scope: Scope) -> None:
        """A change of the destination is a person's matter: deliveries under way keep the old one."""
        if change.delivery is None:
            return
        partners = await self._facilities.resolver.partners.fetch([change.delivery], scope)
        owner = await self._facilities.resolver.partners.by_id(order["partner_id"][0], scope)
        found = partners.choose(change.delivery, customer=owner)
        if (
            found is None
            or isinstance(found, Problem)
            or found.id not in (order["partner_shipping_id"][0], order["partner_id"][0])
        ):
            named = found.name if found is not None and not isinstance(found, Problem) else change.delivery.label
            raise OdooDeclined(
                "address-changed",
                f"The change has goods delivered to {named}, sale order {order['name']} to {order['partner_shipping_id'][1]}: "
                "deliveries under way would keep the old address. Decide by hand.",
            )

    async def _add(self, change: OrderChange, order: Row, added: Sequence[NewLine], scope: Scope) -> None:
        """New lines under external ids of their own, so that a repeat finds them. Lines with a price of their own come apart."""
        for priced in (True, False):
            rows = [_cells(change, order, one, scope) for one in added if _priced(one) is priced]
            if not rows:
                continue
            data = [list(row.values()) for row in rows]
            answer = await self._client.call("sale.order.line", "load", [list(rows[0]), data], context=scope.load_context)
            if not answer["ids"]:
                texts = [message["message"] for message in answer["messages"] if message.get("type") == "error"]
                raise OdooFault("", "\n".join(dict.fromkeys(texts)) or "Odoo added no line and gave no reason.")

    def _told(self, task: Task[OrderChange], order: Row, event: Event, code: str, text: str) -> Outcome:
        change = task.wanted
        response: dict[str, Any] = {"id": order["id"], "name": order["name"]}
        if change.remarks:
            response["remarks"] = list(change.remarks)
        milestone = Milestone(
            source=self._facilities.id,
            key=f"sale.order:{order['name']}:{code}:{change.key}",
            event=event,
            partner=change.partner,
            number=change.number,
            lines=tuple(_quantities(change)) if event is Event.CHANGED else (),
            total=event is Event.CHANGED,
            links=(Link(self._facilities.id, "order", order["name"]),),
            test=change.test,
        )
        said = () if order["state"] in OPEN and event is Event.CHANGED else (milestone,)
        return Outcome(
            task.call.delivery, OutcomeKind.DELIVERED, code, text, reference=order["name"], response=response, milestones=said
        )


def _priced(one: NewLine) -> bool:
    return one.line.sale is not None and one.line.sale.price is not None


def _cells(change: OrderChange, order: Row, one: NewLine, scope: Scope) -> dict[str, str]:
    sale = one.line.sale
    quantity = sale.quantity if sale is not None else Decimal(0)
    cells = {
        "id": line_external_id(change.key, one.line.ordinal),
        "order_id/.id": str(order["id"]),
        "product_id/.id": str(one.product),
        "product_uom_qty": decimal_text(quantity),
        f"{scope.dialect.line_unit}/.id": str(one.unit),
    }
    if sale is not None and sale.price is not None:
        cells |= {"price_unit": decimal_text(sale.price), "discount": decimal_text(sale.discount)}
    return cells


def _quantities(change: OrderChange) -> list[LineQuantity]:
    """The ordered quantities after the change, of the lines that it names with one."""
    return [
        LineQuantity(line=line.label, quantity=line.sale.quantity if line.sale else Decimal(0), unit=line.unit)
        for line in change.lines
        if line.sale is not None or line.fate is Fate.DROP
    ]
