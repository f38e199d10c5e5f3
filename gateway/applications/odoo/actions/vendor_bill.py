"""Invoices and credit notes of suppliers → draft bills, matched with our purchase orders; people check and post them."""

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

from gateway.applications.odoo.actions.action import Facilities, OneByOne, Right, Task
from gateway.applications.odoo.bill import Bill, book, read_bill
from gateway.applications.odoo.fault import OdooDeclined, OdooFault
from gateway.applications.odoo.order import Problem, Reference
from gateway.applications.odoo.purchases import Purchase, PurchaseDesk
from gateway.applications.odoo.scope import Scope
from gateway.ports import ApplicationCall, Outcome, OutcomeKind

FIELDS = ("name", "state", "amount_untaxed", "amount_total", "ref")
CENT = Decimal("0.01")


class EnterBill(OneByOne[Bill]):
    """Enters a supplier's claim as a draft, once.

    Options: `tolerance`, by how much Odoo's total may differ from the document's before it is said (default 0.05);
    `without_order`: a claim that names no purchase order of ours is entered too, for the seller it names.
    """

    name = "vendor_bill"
    rights: Sequence[Right] = (
        ("account.move", "read"),
        ("account.move", "create"),
        ("purchase.order", "read"),
        ("product.product", "read"),
        ("product.supplierinfo", "read"),
        ("res.partner", "read"),
    )

    def __init__(self, facilities: Facilities) -> None:
        self._facilities = facilities
        self._client = facilities.client
        self._desk = PurchaseDesk(facilities.client)

    def read(self, call: ApplicationCall) -> Bill | tuple[Problem, ...]:
        """The bill."""
        return read_bill(call.document, key=call.idempotency_key, partner=call.partner, tables=self._facilities.tables)

    def subject(self, wanted: Bill) -> str:
        """Claims for one order are entered one after the other."""
        return next(iter(wanted.orders), wanted.number)

    async def make(self, task: Task[Bill], scope: Scope) -> Outcome:
        """Enter one claim."""
        bill = task.wanted
        external_ids = self._facilities.resolver.external_ids
        known = (await external_ids.find([bill.external_id])).get(bill.external_id)
        remarks: tuple[str, ...] = ()
        if known is None:
            known, remarks = await self._enter(task, scope)
        rows = await self._client.call("account.move", "read", [[known], list(FIELDS)], context=scope.context)
        if not rows:
            raise OdooDeclined(
                "bill-gone", f"The draft of {bill.number} was deleted in Odoo. If it is wanted after all, send it anew."
            )
        return self._told(task, rows[0], remarks)

    async def _enter(self, task: Task[Bill], scope: Scope) -> tuple[int, tuple[str, ...]]:
        bill = task.wanted
        purchases = [await self._desk.find([number], scope) for number in bill.orders]
        vendor = await self._vendor(task, purchases, scope)
        await self._not_there(bill, vendor, scope)
        codes, bought = (
            [line.unit for line in bill.lines if line.unit],
            [one for order in purchases for one in order.products.all],
        )
        units = await self._facilities.resolver.units.fetch(codes, scope, of=bought)
        currency = await self._currency(bill, scope)
        named = await self._named(bill, scope)
        booking = book(bill, purchases, units, vendor=vendor, currency=currency, company=scope.company, named=named)
        data = [list(row) for row in booking.rows]
        answer = await self._client.call("account.move", "load", [list(booking.columns), data], context=scope.load_context)
        if not answer["ids"]:
            texts = [message["message"] for message in answer["messages"] if message.get("type") == "error"]
            raise OdooFault("", "\n".join(dict.fromkeys(texts)) or "Odoo made no bill and gave no reason.")
        return int(answer["ids"][0]), booking.remarks

    async def _named(self, bill: Bill, scope: Scope) -> dict[Reference, int]:
        """Taxes and payment terms that the bill names, by the site's tables."""
        found = await self._facilities.resolver.references.find(bill.named, scope)
        problems = [one for one in found.values() if isinstance(one, Problem)]
        if problems:
            raise OdooDeclined(problems[0].code, "\n".join(problem.message for problem in problems))
        return {one: number for one, number in found.items() if isinstance(number, int)}

    async def _vendor(self, task: Task[Bill], purchases: Sequence[Purchase], scope: Scope) -> int:
        """Who is to be paid: the vendor of the orders; the seller named must not be somebody else."""
        bill = task.wanted
        vendors = {one.vendor for one in purchases}
        if len(vendors) > 1:
            raise OdooDeclined("several-vendors", f"{bill.number} is for purchase orders of several vendors. Enter it by hand.")
        directory = self._facilities.resolver.partners
        found = (await directory.fetch([bill.vendor], scope)).choose(bill.vendor) if bill.vendor and bill.vendor.keys else None
        if isinstance(found, Problem):
            found = None if vendors else found
        if not vendors:
            if not task.call.options.get("without_order"):
                raise OdooDeclined(
                    "order-missing", f"{bill.number} names no purchase order of ours. Enter it by hand, or allow without_order."
                )
            if found is None or isinstance(found, Problem):
                label = bill.vendor.label if bill.vendor else "nobody"
                raise OdooDeclined("partner-unknown", f"The seller of {bill.number} ({label}) is not in Odoo, or not just once.")
            return found.id
        (vendor,) = vendors
        owner = await directory.by_id(vendor, scope)
        if found is not None and not isinstance(found, Problem) and owner is not None and found.commercial != owner.commercial:
            raise OdooDeclined(
                "vendor-mismatch",
                f"{bill.number} is from {found.name}, its purchase order was given to {owner.name}. Look into it.",
            )
        return vendor

    async def _not_there(self, bill: Bill, vendor: int, scope: Scope) -> None:
        """Somebody may have entered it by hand."""
        domain = [
            ["ref", "=", bill.number],
            ["partner_id", "child_of", vendor],
            ["move_type", "=", bill.move_type],
            ["state", "!=", "cancel"],
        ]
        rows = await self._client.call("account.move", "search_read", [domain], fields=["name", "state"], context=scope.context)
        if rows:
            names = ", ".join(str(row["name"] or f"draft {row['id']}") for row in rows)
            raise OdooDeclined("bill-duplicate", f"{bill.number} of this vendor is in Odoo already: {names}. Compare them.")

    async def _currency(self, bill: Bill, scope: Scope) -> int | None:
        if not bill.currency:
            return None
        found = await self._client.call("res.currency", "search", [[["name", "=", bill.currency]]], context=scope.context)
        if not found:
            raise OdooDeclined("currency-unknown", f"The currency {bill.currency} is not active in Odoo.")
        return int(found[0])

    def _told(self, task: Task[Bill], row: Mapping[str, Any], remarks: tuple[str, ...]) -> Outcome:
        bill = task.wanted
        total = Decimal(str(row["amount_total"]))
        tolerance = Decimal(str(task.call.options.get("tolerance", "0.05")))
        said = list(remarks)
        if bill.total is not None and abs(total - bill.total) > tolerance:
            said.append(
                f"Odoo comes to {total:.2f}, the document says {bill.total:.2f}: look at prices and taxes before posting."
            )
        name = str(row["name"] or "") if row["name"] not in (False, "/") else f"draft {row['id']}"
        response: dict[str, Any] = {"id": row["id"], "name": name, "state": row["state"], "amount_total": row["amount_total"]}
        if said:
            response["remarks"] = said
        text = f"Bill {name} for {bill.number}" + (f"; {len(said)} things to look at" if said else "")
        return Outcome(task.call.delivery, OutcomeKind.DELIVERED, "drafted", text, reference=name, response=response)
