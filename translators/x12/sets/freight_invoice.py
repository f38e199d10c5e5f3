"""X12 210: a carrier's invoice."""

from decimal import Decimal

from translators.finding import Code
from translators.mapping.amounts import DocumentCurrency, Money, Quantity
from translators.mapping.clauses import Each, Once
from translators.mapping.context import Reading, Writing
from translators.mapping.identifying import Identifier, IdentifierOf, ReferenceOf
from translators.mapping.mapping import Clause, DocumentMapping, Group
from translators.mapping.parts import Coded, Number, Paragraphs, Text
from translators.mapping.value import Value
from translators.mapping.words import Words
from translators.x12.sets import shared, transport
from translators.x12.sets.moment_parts import Moment, NamedMoments
from translators.x12.sets.parts import Standing
from translators.x12.sets.transport_order import COMMODITIES
from translators.x12.sets.transport_parts import Constant, Done, KeptText, LineNumber, Listed

AS_RATED = Words({})
"""What a charge is reckoned by (221), as sent."""
DESCRIBED = Once(
    "L5",
    {
        "": LineNumber(1),
        "item.name": Text(2),
        "item.classifications": Identifier(4, 3, COMMODITIES),
        "attributes.packaging": Text(5),
    },
)
FURTHER_DESCRIBED = Once("L5", {"": LineNumber(1), "item.description": Paragraphs((2,), longest=50)}, repeat=True)
DELIVERED = Each(
    "POD",
    "milestones",
    {"event": Constant("delivered"), "occurred": Moment(1, 2), "signed_by": Text(3)},
    needs=("event", "signed_by"),
)
"""Proof of delivery."""
CHARGE = Each(
    "L1",
    "charges",
    {
        "": LineNumber(1),
        "rate": Number(2),
        "basis": Coded(3, transport.RATE_BASES),
        "amount": Money(4, decimals=2),
        "code": Text(8),
        "description": Text(12),
        "payment": Text(16),
        "quantity": Quantity(17, 18, AS_RATED),
        "percent": Number(19),
    },
)
WEIGHED = Each(
    "L0",
    "packaging",
    {
        "": LineNumber(1),
        "measures.billed": Quantity(2, 3, AS_RATED),
        "measures": transport.weight(5, 4, 11),
        "measures.volume": Quantity(6, 7, transport.VOLUMES),
        "packages": Number(8),
        "kind": Text(9),
        "text": Text(10),
    },
)

LINE: list[Clause] = [
    Once("LX", {"number": KeptText(1)}),
    transport.N9,
    transport.L11,
    DELIVERED,
    DESCRIBED,
    FURTHER_DESCRIBED,
    Once("H1", {"item.hazard.un_number": Text(1), "item.hazard.hazard_class": Text(2), "item.hazard.name": Text(4)}),
    WEIGHED,
    CHARGE,
    Once(
        "L7",
        {
            "": LineNumber(1),
            "attributes.tariff_agency": Text(2),
            "attributes.tariff": Text(3),
            "attributes.tariff_section": Text(4),
            "attributes.tariff_item": Text(5),
            "freight_class": Text(7),
        },
    ),
    transport.REMARK,
    Group("SPO", [Once("SPO", {"order.number": Text(1)})]),
    Group("OID", [Once("OID", {"references": ReferenceOf(1, "seller_order"), "order.number": Text(2)})]),
    transport.OTHER_PARTIES,
    Once("LX", {"number": Done(1)}),
]
"""Goods that were carried, and what it costs."""

STOP: list[Clause] = [
    Once(
        "S5",
        {
            "number": Text(1),
            "action": Coded(2, transport.STOP_ACTIONS, other="other"),
            "measures.weight": Quantity(3, 4, transport.WEIGHTS),
            "quantity": shared.units(5, 6),
            "measures.volume": Quantity(7, 8, transport.VOLUMES),
        },
    ),
    transport.N9,
    transport.L11,
    transport.appointments(_37="planned.start", _53="planned.start", _38="planned.end", _54="planned.end"),
    Once("H3", {"handling": Listed(1)}, repeat=True),
    transport.one_party("party"),
    transport.OTHER_PARTIES,
]
"""Where was loaded or unloaded."""


def _stop_read(stop: Value) -> None:
    """The first party of a stop is the one who is there."""
    others = stop.get("other_parties", [])
    if others and "party" not in stop:
        stop["party"] = others.pop(0)
        if not others:
            del stop["other_parties"]


def _unfold(invoice: Value, context: Reading) -> Value:
    """The amount due stands before the currency; charges are judged against the sums."""
    transport.merge_carrier(invoice)
    payable, currency = invoice.get("totals", {}).get("payable"), invoice.get("currency")
    if payable and currency:
        payable.setdefault("currency", currency)
    standing = {**invoice.pop("standing", {}), **invoice.get("totals", {}).pop("standing", {})}
    if not invoice.get("totals", True):
        del invoice["totals"]
    _judge(invoice, standing, context)
    return invoice


def _judge(invoice: Value, standing: dict[str, int], context: Reading) -> None:
    """Note sums that the charges of the lines do not come to, and an amount due that is not the sum of charges."""
    totals = invoice.get("totals", {})
    claimed = totals.get("lines", {}).get("amount")
    amounts = [
        charge["amount"]["amount"]
        for line in invoice.get("lines", ())
        for charge in line.get("charges", ())
        if "amount" in charge
    ]
    total = sum(amounts, Decimal(0))
    if claimed is not None and amounts and claimed != total and (index := standing.get("L3")) is not None:
        text = f"The charges of L3 are {claimed}, those of the lines come to {total}."
        context.note(Code.CONTROL_TOTAL, text, index, 5, str(total), str(claimed))
    due = totals.get("payable", {}).get("amount")
    charged = total if claimed is None else claimed
    prepaid = totals.get("prepaid", {}).get("amount", Decimal(0))
    known = claimed is not None or amounts
    if due is not None and known and due not in (charged, charged - prepaid) and (index := standing.get("B3")) is not None:
        text = f"The amount due is {due}, the charges come to {charged}."
        context.note(Code.CONTROL_TOTAL, text, index, 7, str(charged), str(due))


def _fold(invoice: Value, _context: Writing) -> Value:
    """Lines are numbered, and their segments say the number again."""
    transport.say_nothing_of_purpose(invoice)
    for count, line in enumerate(invoice.get("lines", ()), 1):
        number = line.setdefault("number", str(count))
        for part in (*line.get("charges", ()), *line.get("packaging", ())):
            part["of_line"] = number
    return invoice


MAPPING = DocumentMapping(
    "freight_invoice",
    [
        transport.appointments(),  # before B3, which has one other date
        Once(
            "B3",
            {
                "number": Text(2),
                "shipment.number": Text(3),
                "charges_payment": Coded(4, transport.PAYMENTS),
                "issued": Moment(6),
                "totals.payable": Money(7, decimals=2),
                "": NamedMoments(((10, 9, None),), {"035": "delivered"}, shared.DATES),
                "carrier.identifiers": IdentifierOf(11, "scac"),
                "despatched": Moment(12),
                "totals.": Standing("B3"),
            },
        ),
        Once("C3", {"currency": DocumentCurrency(1)}),
        shared.PAYMENT_TERMS,
        transport.N9,
        transport.L11,
        transport.INVOICED_ROUTE,
        Once("H3", {"shipment.handling": Listed(1)}, repeat=True),
        transport.REMARK,
        transport.parties(),
        transport.equipment("equipment"),
        Group("S5", STOP, into="stops", unfold=_stop_read),
        Group("LX", LINE, into="lines"),
        transport.totals("totals.lines"),
    ],
    unfold=_unfold,
    fold=_fold,
)
