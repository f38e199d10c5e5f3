"""What was shipped of an order → the invoice of it, as Odoo reckons it: prices, taxes and numbers are the books' alone."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from gateway.applications.odoo.actions.action import Facilities, OneByOne, Right, Task
from gateway.applications.odoo.fault import OdooDeclined
from gateway.applications.odoo.mapping import reference_of
from gateway.applications.odoo.order import Problem
from gateway.applications.odoo.remarks import clean
from gateway.applications.odoo.scope import Scope
from gateway.ports import ApplicationCall, Outcome, OutcomeKind

SCHEMAS = ("despatch_advice/1", "purchase_order/1")
_FIELDS = ("name", "state", "origin", "order_line", "invoice_ids", "invoice_status")
_LINE = ("qty_delivered", "qty_to_invoice", "display_type")
_CONFIRMED = ("sale", "done")
Row = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class InvoiceRequest:
    """The order that is to be invoiced, by the references that it may bear. `shipped`: how much the document says has left."""

    references: tuple[str, ...]
    partner: str
    test: bool
    shipped: Decimal
    post: bool


class RequestInvoice(OneByOne[InvoiceRequest]):
    """Invoices what is due of an order: what was delivered, or what was ordered, as the products say. Option: `post`.

    What is due is not due any more once there is an invoice of it: done again it makes no second one. A request that comes before
    Odoo knows of the delivery is made again later.
    """

    name = "invoice_request"
    rights: Sequence[Right] = (
        ("sale.order", "read"),
        ("account.move", "read"),
        ("account.move", "create"),
        ("account.move", "write"),
    )

    def __init__(self, facilities: Facilities) -> None:
        self._client = facilities.client

    def read(self, call: ApplicationCall) -> InvoiceRequest | tuple[Problem, ...]:
        """The order, and how much of it was shipped."""
        document = call.document
        if document.get("schema") not in SCHEMAS:
            text = f"An invoice is requested by {' or '.join(SCHEMAS)}, not by {document.get('schema')}."
            return (Problem("document-unsupported", text),)
        order = document if document.get("schema") == "purchase_order/1" else document.get("order") or {}
        if not order.get("number"):
            return (Problem("order-missing", "The document names no order."),)
        quantities = [(line.get("quantity") or {}).get("value", 0) for line in document.get("lines") or []]
        shipped = sum((Decimal(str(one)) for one in quantities), Decimal(0)) if order is not document else Decimal(0)
        number = clean(str(order["number"]))
        references = tuple(dict.fromkeys((reference_of(order), number)))
        return InvoiceRequest(references, call.partner, call.test, shipped, bool(call.options.get("post")))

    def subject(self, wanted: InvoiceRequest) -> str:
        """One order is invoiced by one request at a time."""
        return wanted.references[0]

    async def make(self, task: Task[InvoiceRequest], scope: Scope) -> Outcome:
        """Invoice one order."""
        order = await self._order(task.wanted, scope)
        if order["state"] not in _CONFIRMED:
            raise OdooDeclined(
                "order-not-confirmed", f"Sale order {order['name']} is {order['state']} in Odoo: confirm it there."
            )
        lines = await self._call("sale.order.line", "read", [order["order_line"], list(_LINE)], scope)
        goods = [line for line in lines if not line["display_type"]]
        if any(_decimal(line, "qty_to_invoice") > 0 for line in goods):
            await self._invoice(order["id"], scope)
        elif sum((_decimal(line, "qty_delivered") for line in goods), Decimal(0)) < task.wanted.shipped:
            text = f"Sale order {order['name']} is not delivered in Odoo yet; it is asked again later."
            return Outcome(task.call.delivery, OutcomeKind.RETRY, "not-delivered-yet", text, reference=order["name"])
        invoices = await self._invoices(order["id"], scope)
        drafts = [row["id"] for row in invoices if row["state"] == "draft"]
        if drafts and task.wanted.post:
            await self._call("account.move", "action_post", [drafts], scope)
            invoices = await self._invoices(order["id"], scope)
        names = [str(row["name"]) for row in invoices if row["state"] == "posted"]
        text = f"Sale order {order['name']} is invoiced" + (f": {', '.join(names)}" if names else ", the invoice is a draft")
        response = {"id": order["id"], "name": order["name"], "invoices": [row["id"] for row in invoices]}
        return Outcome(task.call.delivery, OutcomeKind.DELIVERED, "invoiced", text, reference=order["name"], response=response)

    async def _order(self, wanted: InvoiceRequest, scope: Scope) -> Row:
        domain = [["client_order_ref", "in", list(wanted.references)], ["state", "!=", "cancel"]]
        rows = await self._client.call("sale.order", "search_read", [domain], fields=list(_FIELDS), context=scope.context)
        head = f"EDI{' TEST' if wanted.test else ''} {wanted.partner}"
        ours = [row for row in rows if str(row["origin"] or "").partition(",")[0] == head]
        if len(ours) != 1:
            found = f"{len(ours)} orders" if ours else "no order"
            text = f"Odoo has {found} {' or '.join(wanted.references)} of {wanted.partner} that came through this gateway."
            raise OdooDeclined("order-ambiguous" if ours else "order-unknown", text)
        return dict(ours[0])

    async def _invoice(self, order: int, scope: Scope) -> None:
        """By the wizard that people use, which names the orders in the context."""
        context = {**scope.context, "active_model": "sale.order", "active_ids": [order], "active_id": order}
        wanted = {"advance_payment_method": "delivered"}
        wizard = await self._client.call("sale.advance.payment.inv", "create", [wanted], context=context)
        number = wizard[0] if isinstance(wizard, list) else wizard
        await self._client.call("sale.advance.payment.inv", "create_invoices", [[number]], context=context)

    async def _invoices(self, order: int, scope: Scope) -> list[Row]:
        (row,) = await self._call("sale.order", "read", [[order], ["invoice_ids"]], scope)
        return await self._call("account.move", "read", [row["invoice_ids"], ["name", "state", "move_type"]], scope)

    async def _call(self, model: str, method: str, args: list[Any], scope: Scope) -> list[Row]:
        answer: list[Row] = await self._client.call(model, method, args, context=scope.context)
        return answer


def _decimal(row: Row, name: str) -> Decimal:
    return Decimal(str(row.get(name) or 0))
