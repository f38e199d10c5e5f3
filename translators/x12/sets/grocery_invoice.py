"""X12 880: the invoice of the grocery trade."""

from collections.abc import Mapping

from translators.mapping.amounts import Money
from translators.mapping.clauses import Each, Once, Qualified
from translators.mapping.context import Reading, Writing
from translators.mapping.identifying import IdentifierOf
from translators.mapping.mapping import Clause, DocumentMapping, Group
from translators.mapping.parts import Coded, Named, Number, Paragraphs, Text, Whole
from translators.mapping.texts import Texts
from translators.mapping.usual import Unless
from translators.mapping.value import Value
from translators.mapping.words import Words
from translators.x12.sets import codes, shared, sums
from translators.x12.sets.invoice import CREDITS, KINDS, about_order, credit_kind, positive
from translators.x12.sets.item_parts import ItemNumbers
from translators.x12.sets.moment_parts import Moment
from translators.x12.sets.parts import Standing
from translators.x12.sets.shared import units

DATES: Mapping[str, str] = {"11": "despatched", "35": "delivered"}
OTHER_DATES = Words({code: word for code, word in codes.GROCERY_DATES.items() if code not in DATES}, prefix="date", longest=2)
ALLOWING = frozenset({"01", "02", "04", "07", "08", "09"})
"""Methods of handling (331) that are allowances whatever the sign of the amount."""

REFERENCE = Each("N9", "references", {**shared.reference(), "issued": Moment(4, 5, 6)}, needs=("kind", "number"))
CONTACT = Each(
    "G61",
    "contacts",
    {
        "function": Coded(1, Words(codes.CONTACTS)),
        "name": Text(2),
        "": Named(((3, 4),), Words(codes.MEANS)),
        "other.reference": Text(5),
    },
    default={1: "CN"},
)
TERMS = Each(
    "G23",
    "payment_terms",
    {
        "kind": Coded(1, Words(codes.TERMS_KINDS), original="original"),
        "basis": Coded(2, Words(codes.TERMS_BASES)),
        "discount_percent": Number(5),
        "discount_due": Moment(6),
        "discount_days": Whole(7),
        "due": Moment(8),
        "days": Whole(9),
        "discount_amount": Money(10, decimals=2),
        "text": Text(15),
    },
)
FREIGHT = Once(
    "G25",
    {
        "delivery_terms.payment": Coded(1, Words(codes.TRANSPORT_PAYMENTS), original="original"),
        "delivery_terms.original_codes.place": Unless(2, "ZZ"),
        "delivery_terms.place": Text(3),
    },
    default={2: "ZZ"},
)
"""The kind of the place (433) is kept as its code."""
CARRIER = Each(
    "G27",
    "transport",
    {
        "mode": Coded(1, Words(codes.MODES), original="original"),
        "equipment": Text(3),
        "carrier.identifiers.scac": Text(4),
        "text": Text(5),
    },
)
ALLOWANCE = Group(
    "G72",
    [
        Once(
            "G72",
            {
                "code": Text(1),
                "settlement": Text(2),
                "sequence": Text(3),
                "rate": Number(5),
                "quantity": units(6, 7),
                "amount": Money(8, decimals=2),
                "percent": Number(9),
                "basis": Money(10),
            },
        ),
        Once("G73", {"reason": Paragraphs((1,), joins=" ", longest=45)}, repeat=True),
    ],
    into="allowances_charges",
    needs=("code",),
)

LINE: list[Clause] = [
    Once(
        "G17",
        {
            "quantity": units(1, 2),
            "price.amount": Number(3),
            "item.identifiers": IdentifierOf(4, "upc_case"),
            "item": ItemNumbers(5, 2),
            "other_quantities.units_shipped": units(10, 11),
            "net": Money(14),
        },
    ),
    Once("G69", {"item.name": Paragraphs((1,), joins=" ", longest=45)}, repeat=True),
    Once("G20", {"packing.per_package.value": Number(1), "packing.measures.size": units(2, 3)}),
    REFERENCE,
    TERMS,
    FREIGHT,
    ALLOWANCE,
]


def _unfold(document: Value, context: Reading) -> Value:
    credit = document.get("kind") in CREDITS
    document["schema"] = "credit_note/1" if credit else "invoice/1"
    about_order(document, {})
    lines = document.get("lines", [])
    for holder in (document, *lines):
        for one in holder.get("allowances_charges", ()):
            signed(one)
        if "packing" in holder:
            holder["packaging"] = [holder.pop("packing")]
    sums.check(document, context, lines=lines, amounts=True)
    if credit:
        positive(document)
    return document


def signed(one: Value) -> None:
    """An allowance by its method of handling, or by its sign: amounts are said without one."""
    numbers = [one["amount"]["amount"]] if "amount" in one else [one[name] for name in ("rate", "percent") if name in one]
    negative = any(number < 0 for number in numbers)
    by_method = one.get("settlement", "02") in ALLOWING
    one["charge"] = not negative and not by_method
    if negative:
        _turn(one)
        if by_method:
            one.setdefault("original_codes", {})["charge"] = "-"


def _turn(one: Value) -> None:
    for name in ("rate", "percent"):
        if name in one:
            one[name] = -one[name]
    if "amount" in one:
        one["amount"]["amount"] = -one["amount"]["amount"]


def _fold(document: Value, context: Writing) -> Value:
    if document["schema"] == "credit_note/1":
        credit_kind(document, context)
    for holder in (document, *document.get("lines", ())):
        for one in holder.get("allowances_charges", ()):
            unsigned(one)
        packaging = holder.get("packaging", [])
        if holder is not document and len(packaging) == 1 and packaging[0].keys() <= {"per_package", "measures"}:
            holder["packing"] = holder.pop("packaging")[0]
        price = holder.get("price", {})
        if "currency" in price and price["currency"] == document.get("currency"):
            del price["currency"]
    return document


def unsigned(one: Value) -> None:
    """The sign that says allowance or charge where the method of handling does not."""
    by_method = one.setdefault("settlement", "06" if one["charge"] else "02") in ALLOWING
    minus = one.get("original_codes", {}).pop("charge", None) == "-"
    if not one.get("original_codes", True):
        del one["original_codes"]
    charge = one.pop("charge")
    if (by_method and (minus or charge)) or (not by_method and not charge):
        _turn(one)


MAPPING = DocumentMapping(
    "invoice",
    [
        Once(
            "G01",
            {
                "issued": Moment(1),
                "number": Text(2),
                "order.issued": Moment(3),
                "order.number": Text(4),
                "seller_order.number": Text(5),
                "kind": Coded(8, KINDS, other="other"),
            },
        ),
        REFERENCE,
        CONTACT,
        Qualified("G62", 1, Moment(2, 4, 5), fields=DATES, others="other_dates", names=OTHER_DATES),
        Texts("NTE", (2,), shared.TEXTS, longest=80, purpose=1),
        CARRIER,
        TERMS,
        FREIGHT,
        shared.parties(),
        ALLOWANCE,
        Group("G17", LINE, into="lines"),
        Once(
            "G31",
            {
                "totals.measures.shipped": units(1, 2),
                "totals.measures.weight": units(3, 4),
                "totals.measures.volume": units(5, 6),
            },
        ),
        Once("G33", {"totals.payable": Money(1, decimals=2), "": Standing("TDS")}, always=True),
    ],
    also=("credit_note",),
    unfold=_unfold,
    fold=_fold,
)
