"""X12 832: the price and product catalogue."""

from translators.mapping.clauses import Once, Qualified
from translators.mapping.context import Reading, Writing
from translators.mapping.mapping import Clause, DocumentMapping, Group
from translators.mapping.parts import Coded, Number, Text
from translators.mapping.texts import Texts
from translators.mapping.value import Value
from translators.mapping.words import Words
from translators.x12.sets import codes, shared, sums
from translators.x12.sets.item_parts import ItemNumbers
from translators.x12.sets.moment_parts import Moment
from translators.x12.sets.price_parts import PriceAmount
from translators.x12.sets.shared import units

VALID = {"196": "valid.start", "036": "valid.end", "197": "valid.end"}
HEADER_DATES = {"007": "effective", **VALID}
LINE_DATES = {"007": "valid.start", **VALID, "018": "available.start"}
PRICE_DATES = {"007": "valid.start", **VALID}
TEXT = Texts(
    "MTX", (2,), Words({code: word for code, word in codes.TEXTS.items() if code != "PKG"}), longest=264, purpose=1, language=6
)


def _dates(fields: dict[str, str], others: str = "other_dates") -> Qualified:
    names = Words({code: word for code, word in codes.DATES.items() if code not in fields}, prefix="date", longest=3)
    return Qualified("DTM", 1, Moment(2, 3, 4), fields=fields, others=others, names=names)


PRICE: list[Clause] = [
    Once(
        "CTP",
        {
            "class": Text(1),
            "kind": Coded(2, Words(codes.PRICE_KINDS), original="original"),
            "": PriceAmount(3),
            "basis": units(4, (5, 1)),
        },
    ),
    _dates(PRICE_DATES, others=""),
]

LINE: list[Clause] = [
    Once("LIN", {"number": Text(1), "item": ItemNumbers(2, 15)}),
    Once("G53", {"action": Coded(1, Words(codes.MAINTENANCE), other="other")}),
    _dates(LINE_DATES),
    shared.REF,
    shared.CONTACT,
    shared.ITEM_NAME,
    shared.CODED_DESCRIPTION,
    shared.ITEM_DESCRIPTION,
    shared.ITEM_ATTRIBUTE,
    shared.ITEM_CODE,
    shared.ITEM_MEASURES,
    shared.TARIFF,
    shared.PACKAGING_TEXT,
    shared.PACK,
    shared.TRANSPORT,
    shared.PAYMENT_TERMS,
    Once("LDT", {"lead_days": Number(2)}, fixed={1: "AF", 3: "DA"}),
    shared.ALLOWANCE,
    shared.DELIVERY_TERMS,
    shared.TAX,
    TEXT,
    Group("CTP", PRICE, into="prices", needs=("amount",)),
    shared.other_parties(),
]


def _unfold(document: Value, context: Reading) -> Value:
    lines = document.get("lines", [])
    sums.check(document, context, lines=lines)
    for line in lines:
        prices = line.pop("prices", [])
        for one in prices:
            if "class" in one:
                one.setdefault("original_codes", {})["class"] = one.pop("class")
        if prices:
            line["price"] = prices[0]
        if prices[1:]:
            line["other_prices"] = prices[1:]
    return document


def _fold(document: Value, _context: Writing) -> Value:
    for line in document.get("lines", ()):
        prices = [line.pop("price")] if "price" in line else []
        prices += line.pop("other_prices", [])
        for one in prices:
            if "class" in one.get("original_codes", {}):
                one["class"] = one["original_codes"].pop("class")
        if prices:
            line["prices"] = prices
    return document


MAPPING = DocumentMapping(
    "price_catalogue",
    [
        Once(
            "BCT",
            {
                "kind": Coded(1, Words(codes.CATALOGUES)),
                "number": Text(2),
                "version": Text(3),
                "attributes.revision": Text(4),
                "name": Text(9),
                "purpose": Coded(10, shared.PURPOSES, other="other"),
            },
            default={1: "PC"},
        ),
        shared.references(),
        shared.CONTACT,
        _dates(HEADER_DATES),
        shared.CURRENCY,
        shared.PAYMENT_TERMS,
        shared.ALLOWANCE,
        shared.TRANSPORT,
        shared.DELIVERY_TERMS,
        shared.PACKAGING_TEXT,
        shared.TAX,
        TEXT,
        shared.parties(),
        Group("LIN", LINE, into="lines"),
        sums.COUNTS,
    ],
    unfold=_unfold,
    fold=_fold,
)
