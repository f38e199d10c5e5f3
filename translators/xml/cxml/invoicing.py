"""What cXML invoices and credit notes share: an InvoiceDetailRequest is either, by its purpose."""

from collections.abc import Iterator

from translators.canonical.arithmetic import check
from translators.canonical.base import CanonicalDocument
from translators.canonical.billing import Billing
from translators.mapping.value import Value, descend
from translators.mapping.words import Words
from translators.xml.codecs import Digits, Instant, Number
from translators.xml.context import Reading, Writing
from translators.xml.cxml.parts import (
    BASIS,
    ORDER_REFERENCE,
    PAYMENT_TERM,
    PRICE,
    Roles,
    currency_of,
    described,
    item_id,
    order_again,
    order_of,
    price_read,
    price_written,
    references,
    tax,
    terms_read,
    terms_written,
)
from translators.xml.cxml.rules import Extrinsics, Money, Phrase, Remarks, Unit
from translators.xml.node import Node
from translators.xml.rules import Aggregate, Each, Inside, Misfit, Rule
from translators.xml.values import Code, Leaf

MODIFICATION: tuple[Rule, ...] = (
    Inside(
        "AdditionalDeduction",
        Inside("DeductionAmount", Money("Money", "less")),
        Inside("DeductionPercent", Leaf("@percent", "less_percent", Number())),
    ),
    Inside("AdditionalCost", Money("Money", "more"), Inside("Percentage", Leaf("@percent", "more_percent", Number()))),
    Inside("ModificationDetail", Leaf("@name", "code"), Phrase("Description", "reason")),
)

LINE: tuple[Rule, ...] = (
    Leaf("@invoiceLineNumber", "number", Digits()),
    Leaf("@quantity", "quantity.value", Number()),
    Leaf("@referenceDate", "delivered", Instant()),
    Unit("quantity"),
    PRICE,
    BASIS,
    Inside(
        "InvoiceDetailItemReference",
        Leaf("@lineNumber", "order.line", Digits()),
        item_id(),
        *described(),
    ),
    Inside("ShipNoticeIDInfo", Leaf("@shipNoticeID", "despatch.number"), Leaf("@shipNoticeDate", "despatch.issued", Instant())),
    Money("SubtotalAmount", "amounts.subtotal"),
    tax("amounts.tax"),
    Money("GrossAmount", "amounts.gross"),
    Inside("InvoiceItemModifications", Each("Modification", "allowances_charges", *MODIFICATION)),
    Money("NetAmount", "amounts.net"),
    Remarks(most=1),
    Extrinsics(),
)

ORDER: tuple[Rule, ...] = (
    Inside(
        "InvoiceDetailOrderInfo",
        ORDER_REFERENCE,
        Inside("OrderIDInfo", Leaf("@orderID", "named.number"), Leaf("@orderDate", "named.issued", Instant())),
        Inside(
            "SupplierOrderInfo",
            Leaf("@orderID", "seller_order.number"),
            Leaf("@orderDate", "seller_order.issued", Instant()),
        ),
        required=True,
    ),
    Each("InvoiceDetailItem", "lines", *LINE, scope=True),
)


SUMMARY: tuple[Rule, ...] = (
    Money("SubtotalAmount", "totals.lines"),
    tax("totals.tax"),
    Inside("SpecialHandlingAmount", Money("Money", "totals.other.handling")),
    Inside("ShippingAmount", Money("Money", "totals.other.shipping")),
    Money("GrossAmount", "totals.other.gross"),
    Inside("InvoiceHeaderModifications", Each("Modification", "allowances_charges", *MODIFICATION)),
    Money("TotalCharges", "totals.charges"),
    Money("TotalAllowances", "totals.allowances"),
    Money("TotalAmountWithoutTax", "totals.tax_exclusive"),
    Money("NetAmount", "totals.tax_inclusive"),
    Money("DepositAmount", "totals.prepaid"),
    Money("DueAmount", "totals.payable"),
)


class Shipped:
    """When goods were sent, by whom and to whom: written only where both are known, since it needs them."""

    __slots__ = ("inner", "path", "tags")

    def __init__(self) -> None:
        self.tags = ("InvoiceDetailShipping",)
        self.path = "despatched"
        self.inner = Aggregate(Leaf("@shippingDate", "despatched", Instant()), Roles(only=("ship_from", "ship_to", "carrier")))

    def read(self, node: Node, target: Value, context: Reading) -> bool:
        """Take date and parties."""
        self.inner.read(node, target, context)
        return True

    def write(self, source: Value, parent: Node, context: Writing) -> None:
        """Date and parties."""
        if source.get("ship_from") and source.get("ship_to"):
            self.inner.write(source, parent.add(self.tags[0]), context)


_OPERATIONS = Words({"new": "original", "delete": "cancel"})
_UPDATE = "update"


class Operation(Code):
    """Whether the invoice is a new one or takes one back. No version of cXML has an update here, but it is sent: it is understood
    as one that stands in the place of the first, and written only where it was read.
    """

    __slots__ = ()

    def __init__(self) -> None:
        super().__init__("@operation", "purpose", _OPERATIONS, other="other")

    def read(self, node: Node, target: Value, context: Reading) -> bool:
        """Take what is to be done."""
        if (node.text or "").strip().lower() != _UPDATE:
            return super().read(node, target, context)
        target["purpose"] = "replace"
        target.setdefault("original_codes", {})["purpose"] = _UPDATE
        context.trace(target, "purpose", node)
        return True

    def write(self, source: Value, parent: Node, context: Writing) -> None:
        """What is to be done, said also where it is the usual."""
        codes = source.get("original_codes") or {}
        if source.get("purpose") == "replace" and codes.get("purpose") == _UPDATE:
            del source["purpose"], codes["purpose"]
            parent.add(self.tags[0], _UPDATE)
            return
        source.setdefault("purpose", "original")
        super().write(source, parent, context)


def billing(kind: Rule) -> Aggregate:
    """The rules; `kind` says the purpose."""
    return Aggregate(
        Inside(
            "InvoiceDetailRequestHeader",
            Leaf("@invoiceID", "number"),
            Leaf("@invoiceDate", "issued", Instant()),
            kind,
            Operation(),
            Inside("InvoiceDetailHeaderIndicator", required=True),
            Inside("InvoiceDetailLineIndicator", required=True),
            Shipped(),
            Roles("InvoicePartner", inner="Contact"),
            *references(),
            Inside(
                "InvoiceIDInfo",
                Leaf("@invoiceID", "corrected.number"),
                Leaf("@invoiceDate", "corrected.issued", Instant()),
            ),
            Inside(
                "ShipNoticeIDInfo",
                Leaf("@shipNoticeID", "despatch.number"),
                Leaf("@shipNoticeDate", "despatch.issued", Instant()),
            ),
            PAYMENT_TERM,
            Inside("Period", Leaf("@startDate", "period.start", Instant()), Leaf("@endDate", "period.end", Instant())),
            Remarks(most=1),
            Extrinsics(),
        ),
        Each("InvoiceDetailOrder", "portions", *ORDER),
        Inside(
            "InvoiceDetailSummary",
            *SUMMARY,
            required=True,
        ),
    )


def after_reading(value: Value) -> None:
    """Lines of all orders are lines of the document."""
    currency_of(value)
    terms_read(value)
    for holder in (value, *(line for portion in value.get("portions", ()) for line in portion.get("lines", ()))):
        _modified(holder)
    if "corrected" in value:
        value["preceding"] = [value.pop("corrected")]
    portions = value.pop("portions", [])
    lines = [line for portion in portions for line in _lines_of(portion)]
    found = [each for portion in portions for each in portion.get("references", ())]
    if found:
        value.setdefault("references", []).extend(found)
    if lines:
        value["lines"] = lines
    if len(portions) == 1:
        value |= {key: portions[0][key] for key in ("order", "seller_order", "other_dates") if key in portions[0]}
    for portion in portions if len(portions) > 1 else ():
        if "seller_order" in portion:
            value.setdefault("references", []).append({"kind": "seller_order", **portion["seller_order"]})


def _lines_of(portion: Value) -> list[Value]:
    """The lines of an order, each with its number."""
    named = portion.pop("named", None)
    order_of(portion)
    if named and "number" in named and "order" not in portion:
        portion["order"] = named
    lines: list[Value] = portion.pop("lines", [])
    for line in lines:
        price_read(line)
        _of_order(line, portion.get("order", {}))
    return lines


def _of_order(line: Value, order: Value) -> None:
    """A line names its order; what it comes to is said in full or before discounts."""
    named = line.pop("order", {})
    if "number" in order:
        line["order"] = {"number": order["number"], **named}
    elif "line" in named:
        line.setdefault("extras", []).append({"path": "InvoiceDetailItemReference/@lineNumber", "value": named["line"]})
    amounts = line.get("amounts", {})
    if "subtotal" in amounts:
        line["net"] = amounts.pop("subtotal")
    if not amounts:
        line.pop("amounts", None)


def _modified(holder: Value) -> None:
    """What is added or taken off, as an amount or a percentage."""
    found = []
    for each in holder.pop("allowances_charges", ()):
        charge = "more" in each or "more_percent" in each
        side = "more" if charge else "less"
        amount, percent = each.pop(side, None), each.pop(f"{side}_percent", None)
        for other in ("less", "less_percent"):
            each.pop(other, None)
        said = {"charge": charge, "amount": amount, "percent": percent}  # 0 % is said, too
        found.append(each | {name: one for name, one in said.items() if one is not None})
    if found:
        holder["allowances_charges"] = found


def before_writing(value: Value) -> None:
    """Lines by order; what is mandatory among the sums is what the document says in other words."""
    value.pop("currency", None)
    terms_written(value)
    for holder in (value, *(value.get("lines") or ())):
        for each in holder.get("allowances_charges") or ():
            side = "more" if each.pop("charge") else "less"
            for member, name in (("amount", side), ("percent", f"{side}_percent")):
                if member in each and (member == "amount" or "amount" not in each):
                    each[name] = each.pop(member)
            if each.get("reason"):
                each.setdefault("code", "Charge" if side == "more" else "Discount")
    preceding = value.pop("preceding", None) or []
    if preceding:
        value["corrected"] = preceding[0]
        if preceding[1:]:
            value["preceding"] = preceding[1:]
    _sums(value.setdefault("totals", {}))
    value["portions"] = list(_portions(value))


def _sums(totals: Value) -> None:
    """The sum of the lines and the sum with tax must be stated."""
    for wanted, others in (("lines", ("tax_exclusive", "payable")), ("tax_inclusive", ("payable", "lines"))):
        if not totals.get(wanted):
            found = next((totals[name] for name in others if totals.get(name)), None)
            if found:
                totals[wanted] = dict(found)


def _portions(value: Value) -> Iterator[Value]:
    header, seller_order = value.pop("order", None) or {}, value.pop("seller_order", None)
    usual = header.get("number", "")
    by_order: dict[str, list[Value]] = {}
    for line in value.pop("lines", None) or ():
        by_order.setdefault((line.get("order") or {}).get("number") or usual, []).append(line)
    if not by_order and (header or seller_order):
        by_order[usual] = []
    documents = [r for r in value.get("references") or () if r.get("kind") == "order_document"]
    for place, (number, lines) in enumerate(by_order.items()):
        portion: Value = {"order": header if number == usual and header else {"number": number} if number else {}}
        if not place and seller_order:
            portion["seller_order"] = seller_order
        if place < len(documents):
            value["references"].remove(documents[place])
            portion["references"] = [documents[place]]
        if not number:
            order_again(value, portion)
        for line in lines:
            price_written(line)
            _before_line(line)
        yield {**portion, "lines": lines}


def _before_line(line: Value) -> None:
    named = line.pop("order", None) or {}
    line["order"] = {"line": named["line"]} if named.get("line") else {}
    if line.get("net"):
        descend(line, ("amounts",))["subtotal"] = line.pop("net")


def judge(document: CanonicalDocument) -> Iterator[Misfit]:
    """The sums that do not add up."""
    if isinstance(document, Billing):
        for found in check(document):
            yield f"{found.message} ({found.rule})", ("InvoiceDetailSummary",), str(found.expected), str(found.actual)
