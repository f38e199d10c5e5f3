"""X12 875: the purchase order of the grocery trade. It knows no currency: amounts are in that of the trade's country."""

from decimal import Decimal

from translators.finding import Code
from translators.mapping.amounts import Money
from translators.mapping.binding import begins, one_of
from translators.mapping.clauses import Once, Qualified
from translators.mapping.context import Reading, Writing
from translators.mapping.identifying import IdentifierOf
from translators.mapping.mapping import Clause, DocumentMapping, Group
from translators.mapping.parts import Coded, Number, Paragraphs, Text
from translators.mapping.texts import Texts
from translators.mapping.usual import Unless
from translators.mapping.value import Value
from translators.mapping.words import Words
from translators.x12.sets import codes, purchase_order, shared
from translators.x12.sets.grocery_invoice import ALLOWANCE, CONTACT, REFERENCE, TERMS, signed, unsigned
from translators.x12.sets.item_parts import ItemNumbers
from translators.x12.sets.moment_parts import Moment
from translators.x12.sets.parts import Standing
from translators.x12.sets.shared import units

_DATES = {
    "02": "requested_delivery",
    "68": "requested_delivery",
    "54": "latest_delivery",
    "67": "latest_delivery",
    "37": "ship_window.start",
    "38": "ship_window.end",
}
_OTHER_DATES = Words({code: word for code, word in codes.GROCERY_DATES.items() if code not in _DATES}, prefix="date", longest=2)
_STORE = Group(
    "N1",
    [
        Once("N1", {"ship_to.name": Text(2), **shared.identified("ship_to.")}, fixed={1: "ST"}),
        Once(
            "QTY",
            {"original_codes.quantity": Unless(1, "01"), "quantity": units(2, (3, 1))},
            default={1: "01"},
        ),
        REFERENCE,
    ],
    into="schedule",
    where=one_of(1, "ST"),
)
"""How much of a line is for one store."""
_LINE: list[Clause] = [
    Once(
        "G68",
        {
            "quantity": units(1, 2),
            "price.amount": Number(3),
            "item.identifiers": IdentifierOf(4, "upc_case"),
            "item": ItemNumbers(5, 2),
            "attributes.price_bracket": Text(9),
            "attributes.price_list": Text(12),
            "attributes.price_list_issue": Text(13),
        },
    ),
    Once("G69", {"item.name": Paragraphs((1,), joins=" ", longest=45)}, repeat=True),
    Once("G70", {"packing.per_package.value": Number(1), "packing.measures.size": units(2, 3)}),
    REFERENCE,
    TERMS,
    ALLOWANCE,
    _STORE,
    purchase_order.sub_lines(),
]


def _unfold(order: Value, context: Reading) -> Value:
    leg = order.pop("leg", None)
    if leg:
        order["transport"] = [leg]
    standing = order.pop("standing", {})
    for holder in (order, *order.get("lines", ())):
        for one in holder.get("allowances_charges", ()):
            signed(one)
        if "packing" in holder:
            holder["packaging"] = [holder.pop("packing")]
    purchase_order.whole(order, context)
    ordered = order.get("totals", {}).get("measures", {}).get("ordered")
    total = _ordered(order)
    if ordered and total is not None and ordered["value"] != total:
        text = f"G76 claims a quantity of {ordered['value']}, the lines come to {total}."
        context.note(Code.CONTROL_TOTAL, text, standing.get("G76", 0), 1, str(total), str(ordered["value"]))
    return order


def _ordered(order: Value) -> Decimal | None:
    """What the lines come to; None when not all have a quantity."""
    quantities = [line.get("quantity", {}).get("value") for line in order["lines"]]
    return sum(quantities, Decimal(0)) if quantities and None not in quantities else None


def _fold(order: Value, _context: Writing) -> Value:
    transport = order.get("transport", [])
    if transport and transport[0].keys() <= {"mode", "text", "original"}:
        order["leg"] = transport[0]
        order["transport"] = transport[1:]
    for holder in (order, *order.get("lines", ())):
        for one in holder.get("allowances_charges", ()):
            unsigned(one)
    for line in order.get("lines", ()):
        price = line.get("price", {})
        if "currency" in price and price["currency"] == order.get("currency"):
            del price["currency"]
        packaging = line.get("packaging", [])
        if len(packaging) == 1 and packaging[0].keys() <= {"per_package", "measures"}:
            line["packing"] = line.pop("packaging")[0]
    total = _ordered(order) if order.get("lines") else None
    if total is not None:
        unit = order["lines"][0]["quantity"].get("unit")
        said = {"value": total, "unit": unit} if unit else {"value": total}
        order.setdefault("totals", {}).setdefault("measures", {}).setdefault("ordered", said)
    return order


MAPPING = DocumentMapping(
    "purchase_order",
    [
        Once(
            "G50",
            {
                "purpose": Coded(1, Words(codes.GROCERY_PURPOSES), other="other"),
                "issued": Moment(2),
                "number": Text(3),
                "kind": Coded(7, Words(codes.ORDER_KINDS), other="other"),
            },
            default={1: "N"},
        ),
        REFERENCE,
        CONTACT,
        Qualified("G62", 1, Moment(2), fields=_DATES, others="other_dates", names=_OTHER_DATES),
        Texts("NTE", (2,), shared.TEXTS, longest=80, purpose=1),
        Once(
            "G66",
            {
                "delivery_terms.payment": Coded(1, Words(codes.TRANSPORT_PAYMENTS), original="original"),
                "leg.mode": Coded(2, Words(codes.MODES), original="original"),
                "leg.text": Text(5),
                "delivery_terms.original_codes.place_kind": Text(6),
                "delivery_terms.place": Text(7),
            },
        ),
        TERMS,
        shared.parties(),
        ALLOWANCE,
        Group("G68", _LINE, into="lines", where=begins("G68")),
        Once(
            "G76",
            {
                "totals.measures.ordered": units(1, 2),
                "totals.measures.weight": units(3, 4),
                "totals.measures.volume": units(5, 6),
                "totals.payable": Money(8, decimals=2),
                "": Standing("G76"),
            },
        ),
    ],
    unfold=_unfold,
    fold=_fold,
)
