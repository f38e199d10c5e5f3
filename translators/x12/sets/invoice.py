"""X12 810: the invoice, and the credit note."""

from decimal import Decimal
from typing import Any

from translators.mapping.amounts import DocumentCurrency, Money
from translators.mapping.clauses import Each, Once, Qualified
from translators.mapping.context import Reading, Writing
from translators.mapping.mapping import Clause, DocumentMapping, Group
from translators.mapping.parts import Coded, Text
from translators.mapping.texts import Texts
from translators.mapping.usual import Unless
from translators.mapping.value import Value
from translators.mapping.words import Words
from translators.x12.sets import codes, shared, sums
from translators.x12.sets.item_parts import ItemNumbers
from translators.x12.sets.moment_parts import Moment
from translators.x12.sets.parts import CodedReference, Standing
from translators.x12.sets.shared import alone, price, units

KINDS = Words(codes.INVOICE_KINDS | codes.CREDIT_KINDS)
CREDITS = frozenset(codes.CREDIT_KINDS.values())
AMOUNTS = Words({code: word for code, word in codes.AMOUNTS.items() if code != "1"})
DATE_FIELDS = {
    "011": "despatched",
    "035": "delivered",
    "150": "period.start",
    "186": "period.start",
    "151": "period.end",
    "187": "period.end",
}
LINE_DATE_FIELDS = {code: field for code, field in DATE_FIELDS.items() if field != "despatched"}
DATES = Words({code: word for code, word in codes.DATES.items() if code not in DATE_FIELDS}, prefix="date", longest=3)
LINE_DATES = Words({code: word for code, word in codes.DATES.items() if code not in LINE_DATE_FIELDS}, prefix="date", longest=3)

CURRENCY = Once("CUR", {"currency": DocumentCurrency(2), "original_codes.currency": Unless(1, "SE")}, default={1: "SE"})
CARRIER = Each(
    "CAD",
    "transport",
    {
        "mode": Coded(1, Words(codes.MODES), original="original"),
        "equipment": Text(3),
        "carrier.identifiers.scac": Text(4),
        "text": Text(5),
        "references": CodedReference(7, 8, shared.REFERENCES),
        "service": Text(9),
    },
)
NOTE = Texts("NTE", (2,), Words({code: word for code, word in codes.TEXTS.items() if code != "PKG"}), longest=80, purpose=1)
ANNOUNCED = shared.note_texts()
"""Read only, but for a purpose that NTE has no code for: there may be one N9."""

HEADER: list[Clause] = [
    NOTE,
    CURRENCY,
    Once("REF", {"seller_order.number": Text(2)}, fixed={1: "VN"}),
    Once("REF", {"contract.number": Text(2)}, fixed={1: "CT"}),
    Once("REF", {"despatch.number": Text(2)}, fixed={1: "SI"}),
    shared.references("VN", "CT", "SI"),
    shared.CONTACT,
    shared.parties(),
    shared.PAYMENT_TERMS,
    Qualified("DTM", 1, Moment(2, 3, 4), fields=DATE_FIELDS, others="other_dates", names=DATES),
    shared.DELIVERY_TERMS,
    shared.DESCRIPTION_TEXT,
    shared.PACKAGING_TEXT,
    ANNOUNCED,
]

ITEM: list[Clause] = [*alone(*shared.ITEM), *shared.ITEM]

SUB_LINE: list[Clause] = [
    Once(
        "SLN",
        {
            "number": Text(1),
            "original_codes.relationship": Unless(3, "I"),
            "quantity": units(4, (5, 1)),
            "price": price(6, 7, 5),
            "item": ItemNumbers(9),
        },
        default={3: "I"},
    ),
    shared.dates(delivery=False),
    shared.REF,
    *shared.ITEM,
    shared.ALLOWANCE,
    shared.TAX,
]

LINE: list[Clause] = [
    Once("IT1", {"number": Text(1), "quantity": units(2, 3), "price": price(4, 5, 3), "item": ItemNumbers(6)}),
    shared.LINE_QUANTITIES,
    shared.LINE_CURRENCY,
    Once("IT3", {"other_quantities.units_shipped": units(1, 2), "attributes.shipment_status": Text(3)}),
    shared.TAX,
    shared.OTHER_PRICE,
    Qualified("PAM", 4, Money(5), fields={"1": "net"}, others="amounts", names=AMOUNTS),
    *ITEM,
    shared.PACKAGING_TEXT,
    shared.PACK,
    shared.PAYMENT_TERMS,
    Once("REF", {"order.number": Text(2)}, fixed={1: "PO"}),
    Once("REF", {"invoice.number": Text(2)}, fixed={1: "IV"}),
    Once("REF", {"despatch.number": Text(2)}, fixed={1: "SI"}),
    shared.references("PO", "IV", "SI"),
    shared.CONTACT,
    shared.STORES,
    Qualified("DTM", 1, Moment(2, 3, 4), fields=LINE_DATE_FIELDS, others="other_dates", names=LINE_DATES),
    CARRIER,
    shared.TAXED_ALLOWANCE,
    Group("SLN", SUB_LINE, into="sub_lines"),
    shared.parties("ship_to"),
]

SUMMARY: list[Clause] = [
    Once(
        "TDS",
        {
            "totals.payable": Money(1, decimals=2),
            "totals.discountable": Money(2, decimals=2),
            "totals.other.discounted": Money(3, decimals=2),
            "totals.other.discount": Money(4, decimals=2),
            "": Standing("TDS"),
        },
        always=True,
    ),
    shared.TAX,
    CARRIER,
    Qualified("AMT", 1, Money(2), fields={"1": "totals.lines"}, others="totals.other", names=AMOUNTS),
    shared.TAXED_ALLOWANCE,
    Group(
        "ISS",
        [
            Once(
                "ISS",
                {
                    "totals.measures.shipped": units(1, 2),
                    "totals.measures.weight": units(3, 4),
                    "totals.measures.volume": units(5, 6),
                },
            )
        ],
    ),
    sums.COUNTS,
]

HEAD = Once(
    "BIG",
    {
        "issued": Moment(1),
        "number": Text(2),
        "order.issued": Moment(3),
        "order.number": Text(4),
        "order.release": Text(5),
        "order.sequence": Text(6),
        "kind": Coded(7, KINDS, other="other"),
        "purpose": Coded(8, shared.PURPOSES, other="other"),
        "invoice": Text(10),
    },
)


def _unfold(document: Value, context: Reading) -> Value:
    credit = document.get("kind") in CREDITS
    document["schema"] = "credit_note/1" if credit else "invoice/1"
    about_order(document, {"release": 5, "sequence": 6})
    preceding = [{"number": document.pop("invoice")}] if "invoice" in document else []
    if credit:
        preceding += [{"number": one["number"]} for one in document.get("references", ()) if _invoice(one)]
        _without(document, "references", _invoice)
    if preceding:
        document["preceding"] = preceding
    lines = document.get("lines", [])
    sums.check(document, context, lines=lines, amounts=True)
    if credit:
        positive(document)
    document["lines"] = [single for index, line in enumerate(lines) for single in _flat(line, index)]
    return document


def about_order(document: Value, places: dict[str, int]) -> None:
    """An order without a number is none: its date is one of the other dates, the rest stays at its places in BIG."""
    order = document.get("order", {})
    if not order or "number" in order:
        return
    del document["order"]
    if "issued" in order:
        document.setdefault("other_dates", {}).setdefault("order", order["issued"])
    for member, place in places.items():
        if member in order:
            document.setdefault("extras", []).append({"path": f"BIG/{place:02}", "value": order[member]})


def _invoice(reference: Value) -> bool:
    return bool(reference["kind"] == "invoice") and reference.keys() <= {"kind", "number"}


def _without(document: Value, key: str, taken: Any) -> None:
    """Leave out the items of a list that were taken; a list without any is none."""
    rest = [one for one in document.pop(key, ()) if not taken(one)]
    if rest:
        document[key] = rest


def _flat(line: Value, index: int) -> list[Value]:
    """A line with its components behind it."""
    below = line.pop("sub_lines", ())
    if below:
        line.setdefault("number", str(index + 1))
    return [line, *({"part_of": line["number"], **sub_line} for sub_line in below)]


def positive(document: Value) -> None:
    """A credit that is written with a negative total says what is credited with the sign turned round."""
    total = document.get("totals", {}).get("payable", {}).get("amount")
    if total is None or total >= 0:
        return
    for line in document.get("lines", ()):
        _turn(line)
    _turn({"amounts": document["totals"], "taxes": document.get("taxes", ())})
    _turn({"amounts": document["totals"].get("other", {})})
    _turn({"allowances_charges": document.get("allowances_charges", ())})


def _turn(part: Value) -> None:
    """Turn the sign of the amounts of a part, and of a line's quantity, or of its price where that was the negative one."""
    price, quantity = part.get("price"), part.get("quantity")
    if price is not None and price["amount"] < 0:
        price["amount"] = -price["amount"]
    elif quantity is not None:
        quantity["value"] = -quantity["value"]
    amounts = [*part.get("amounts", {}).values(), part.get("net")]
    for one in (*part.get("taxes", ()), *part.get("allowances_charges", ())):
        amounts += [one.get("amount"), one.get("basis")]
    for amount in amounts:
        if isinstance(amount, dict) and isinstance(amount.get("amount"), Decimal):
            amount["amount"] = -amount["amount"]


def _fold(document: Value, context: Writing) -> Value:
    credit = document["schema"] == "credit_note/1"
    if credit:
        credit_kind(document, context)
    preceding = document.pop("preceding", [])
    if preceding and preceding[0].keys() == {"number"}:
        document["invoice"] = preceding[0]["number"]
        preceding = preceding[1:]
    if credit and preceding:
        taken = [one for one in preceding if one.keys() == {"number"}]
        document["references"] = [{"kind": "invoice", **one} for one in taken] + document.get("references", [])
        preceding = [one for one in preceding if one not in taken]
    if preceding:
        document["preceding"] = preceding
    _due(document)
    document["lines"] = _nested(document.pop("lines", []))
    return document


def credit_kind(document: Value, context: Writing) -> None:
    """The type code makes it a credit note: one whose kind has no code of its own is a plain one."""
    kind = document.get("kind")
    kept = document.get("original_codes", {}).get("kind")
    if kind in CREDITS or (kept is not None and KINDS.known(kept) in CREDITS):
        return
    if kind is not None:
        context.unwritten.append("kind")
    document["kind"] = "credit_note"


def _due(document: Value) -> None:
    """A day on which all is due is said as a term of payment."""
    due = document.get("due")
    if due is None or any("due" in terms for terms in document.get("payment_terms", ())):
        return
    document.setdefault("payment_terms", []).append({"due": document.pop("due")})


def _nested(lines: list[Value]) -> list[Value]:
    """Components inside the line that they are part of."""
    found: list[Value] = []
    known: dict[str, Value] = {}
    for line in lines:
        parent = known.get(line.get("part_of", ""))
        if parent is None:
            found.append(line)
            if "number" in line and "part_of" not in line:
                known[line["number"]] = line
            continue
        parent.setdefault("sub_lines", []).append({name: value for name, value in line.items() if name != "part_of"})
    return found


MAPPING = DocumentMapping(
    "invoice",
    [HEAD, *HEADER, Group("IT1", LINE, into="lines"), *SUMMARY],
    also=("credit_note",),
    unfold=_unfold,
    fold=_fold,
    wire={"sub_lines": "lines"},
)
