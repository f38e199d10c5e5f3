"""Clauses that many sets share: parties, references, dates, texts, terms, transport, packing, prices, item numbers.

Where a segment is a loop of its own in one set and a plain segment in another, `alone` makes the loop.
"""

from collections.abc import Mapping

from translators.mapping.amounts import DocumentCurrency, Money, NamedQuantity, Quantity
from translators.mapping.binding import none_of, one_of
from translators.mapping.clauses import Each, Once, Qualified, SegmentClause
from translators.mapping.mapping import Clause, Group
from translators.mapping.parties import Parties, RoleTable
from translators.mapping.parts import Coded, Flag, Lines, Named, Number, Paragraphs, Part, Text, Whole
from translators.mapping.texts import Texts
from translators.mapping.tree import Place, Row, text_at
from translators.mapping.usual import Unless
from translators.mapping.words import Words
from translators.x12.sets import codes
from translators.x12.sets.descriptions import CodedDescription, Form, is_plain
from translators.x12.sets.item_parts import Dimensions, ItemNumbers, StoreQuantities
from translators.x12.sets.moment_parts import Moment, ScheduleDates
from translators.x12.sets.parts import PARTY_NUMBERS, KeptCode, Region, ShortText, party_identifier
from translators.x12.sets.price_parts import OwnCurrency, Percent, PriceAmount, UnitPrice

UNITS = Words(codes.UNITS, longest=2)
REFERENCES = Words(codes.REFERENCES)
DATES = Words(codes.DATES, prefix="date", longest=3)
TEXTS = Words(codes.TEXTS)
NOTES = Words(codes.NOTES)
AMOUNTS = Words(codes.AMOUNTS)
QUANTITIES = Words(codes.QUANTITIES)
MEASURES = Words(codes.MEASURES)
PURPOSES = Words(codes.PURPOSES)
ROLES = Words(codes.PARTIES | codes.OTHER_ROLES)
MEMBER_ROLES = frozenset(codes.PARTIES.values())

PLAIN = one_of(2, *codes.PLAIN_DESCRIPTIONS)
PLAIN_CODE = KeptCode(2, Words(dict.fromkeys(sorted(codes.PLAIN_DESCRIPTIONS), "plain")))
OTHER_CHARACTERISTICS = none_of(2, *codes.PLAIN_DESCRIPTIONS)


def alone(*clauses: SegmentClause) -> list[Clause]:
    """Segments that are loops of their own in this set, each the only one in its loop."""
    tags = dict.fromkeys(clause.tag for clause in clauses)
    return [Group(tag, [clause for clause in clauses if clause.tag == tag]) for tag in tags]


def units(value: Place, unit: Place) -> Quantity:
    """A number with its unit (355)."""
    return Quantity(value, unit, UNITS)


def reference(kind: Place = 1, number: Place = 2, text: Place = 3) -> dict[str, Part]:
    """Members of a reference (128)."""
    return {"kind": Coded(kind, REFERENCES, original="original"), "number": Text(number), "text": ShortText(text, 80)}


REF = Each("REF", "references", reference(), needs=("kind", "number"))


def references(*besides: str, tag: str = "REF") -> Each:
    """References but for those of a kind (128) that has a member of its own."""
    kinds = Words({code: word for code, word in codes.REFERENCES.items() if code not in besides})
    members = {**reference(), "kind": Coded(1, kinds, original="original")}
    return Each(tag, "references", members, needs=("kind", "number"), where=none_of(1, *besides))


CONTACT = Each(
    "PER",
    "contacts",
    {
        "function": Coded(1, Words(codes.CONTACTS)),
        "name": Text(2),
        "other.reference": Text(9),
        "": Named(((3, 4), (5, 6), (7, 8)), Words(codes.MEANS)),
    },
    default={1: "CN"},
)


def identified(party: str = "") -> dict[str, Part]:
    """The identifier of a party (N1), and its scheme (66) where another is usual. `party` is the way to it, as `ship_to.`."""
    return {
        f"{party}identifiers": party_identifier(3, 4),
        f"{party}original_codes.identifier": KeptCode(3, PARTY_NUMBERS),
    }


PARTY: list[Clause] = [
    Once("N1", {"name": Paragraphs((2,), joins=" ", longest=60), **identified()}, silent=(1,)),
    Once("N2", {"name": Paragraphs((1, 2), joins=" ", longest=60)}, repeat=True),
    Once("N3", {"address.lines": Lines((1, 2))}, repeat=True),
    Once(
        "N4",
        {
            "address.city": Text(1),
            "address.region": Region(2, 7),
            "address.postal_code": Text(3),
            "address.country": Text(4),
        },
    ),
    REF,
    CONTACT,
]
"""What a party says of itself."""


def parties(*members: str, more: tuple[Clause, ...] = ()) -> Parties:
    """Parties by role; those in `members` are members of the level, or all that have a member when none is named."""
    return Parties("N1", RoleTable(ROLES, frozenset(members) or MEMBER_ROLES), [*PARTY, *more])


def other_parties() -> Parties:
    """Parties of a level that has a member for none of them."""
    return Parties("N1", RoleTable(ROLES, frozenset()), PARTY)


def dates(more: Mapping[str, str] | None = None, *, delivery: bool = True) -> Qualified:
    """Dates by meaning (374). `delivery` gives those of delivery and shipment their own members, `more` does so for others."""
    fields = {
        "002": "requested_delivery",
        "996": "requested_delivery",
        "063": "latest_delivery",
        "074": "latest_delivery",
        "037": "ship_window.start",
        "038": "ship_window.end",
    }
    own = {**(fields if delivery else {}), **(more or {})}
    return Qualified("DTM", 1, Moment(2, 3, 4), fields=own, others="other_dates", names=DATES)


CURRENCY = Once("CUR", {"currency": DocumentCurrency(2), "original_codes.currency": Unless(1, "BY")}, default={1: "BY"})


def announces(row: Row) -> bool:
    """Whether an N9 only announces a text: general notes do, what was agreed (ZZ) where it has no number."""
    return text_at(row, 1) in codes.NOTES and (text_at(row, 1) != "ZZ" or not text_at(row, 2).strip())


def note_texts() -> Group:
    """N9 that only announces a text, and its lines."""
    return Group(
        "N9",
        [
            Once("N9", {"purpose": Coded(1, NOTES), "lines": Lines((3,))}),
            Once("MSG", {"lines": Lines((1,))}, repeat=True),
            Once("MTX", {"lines": Lines((2, 3))}, repeat=True, silent=(1,)),
        ],
        into="texts",
        where=announces,
        needs=("lines",),
    )


NOTE_TEXTS = note_texts()
NOTE_REFERENCES = Group(
    "N9",
    [
        Once("N9", {**reference(), "text": ShortText(3, 45), "issued": Moment(4, 5, 6)}),
        Once("MSG", {"text": Paragraphs((1,), longest=264)}, repeat=True),
        Once("MTX", {"text": Paragraphs((2,), longest=264)}, repeat=True),
    ],
    into="references",
    where=none_of(2, ""),
    needs=("kind",),
)
MESSAGE = Texts("MSG", (1,), TEXTS, longest=264)
MESSAGE_TEXT = Texts("MTX", (2,), TEXTS, longest=264, purpose=1, language=6)
DESCRIPTION_TEXT = Texts("PID", (5,), Words({}), longest=80, says="description", fixed={1: "F"})
PACKAGING_TEXT = Texts("PKG", (5,), Words({}), longest=80, code=4, says="packaging", fixed={1: "F"})
CHARGED: dict[str, Part] = {
    "charge": Flag(1, yes=("C",), no=("A", "P")),
    "code": Unless(2, "ZZZZ"),
    "amount": Money(5, decimals=2),
    "": Percent(6, 7),
    "rate": Number(8),
    "quantity": units(10, 9),
    "settlement": Text(12),
    "reason": Text(15),
}
"""Members of an allowance or charge (SAC)."""
IS_CHARGED = one_of(1, "A", "P", "C")
ALLOWANCE = Each("SAC", "allowances_charges", CHARGED, where=IS_CHARGED, default={2: "ZZZZ"})
CHARGE = Group(
    "SAC",
    [OwnCurrency(("amount",), before=True), Once("SAC", CHARGED, default={2: "ZZZZ"})],
    into="allowances_charges",
    where=IS_CHARGED,
    needs=("charge",),
)
"""An allowance or charge, where SAC begins a loop that may name a currency of its own."""
TAX = Each(
    "TXI",
    "taxes",
    {
        "kind": Coded(1, Words({"VA": "VAT", "GS": "GST"}, longest=2)),
        "amount": Money(2),
        "rate": Number(3),
        "exempt": Flag(6, ("Y", "1", "0"), ("N", "2")),
        "basis": Money(8),
        "identification": Text(9),
    },
)
TAXED_ALLOWANCE = Group(
    "SAC",
    [Once("SAC", CHARGED, default={2: "ZZZZ"}), TAX, *alone(TAX)],
    into="allowances_charges",
    where=IS_CHARGED,
    needs=("charge",),
)
"""An allowance or charge with the taxes on it, where SAC begins a loop."""
PAYMENT_TERMS = Each(
    "ITD",
    "payment_terms",
    {
        "kind": Coded(1, Words(codes.TERMS_KINDS), original="original"),
        "basis": Coded(2, Words(codes.TERMS_BASES)),
        "discount_percent": Number(3),
        "discount_due": Moment(4),
        "discount_days": Whole(5),
        "due": Moment(6),
        "days": Whole(7),
        "discount_amount": Money(8, decimals=2),
        "text": Text(12),
    },
)
DELIVERY_TERMS = Once(
    "FOB",
    {
        "delivery_terms.payment": Coded(1, Words(codes.TRANSPORT_PAYMENTS), original="original"),
        "delivery_terms.original_codes.place_kind": Unless(2, "ZZ"),
        "delivery_terms.place": Text(3),
        "delivery_terms.original_codes.terms_kind": Unless(4, "01"),
        "delivery_terms.incoterm": Coded(5, Words({term: term for term in sorted(codes.INCOTERMS)}), strict=True),
        "delivery_terms.original_codes.text_kind": Unless(6, "ZZ"),
        "delivery_terms.text": Text(7),
    },
    default={1: "DF", 2: ("ZZ", 3), 4: ("01", 5), 6: ("ZZ", 7)},
)
TRANSPORT = Each(
    "TD5",
    "transport",
    {
        "stage": Coded(1, Words({}, longest=2)),
        "carrier.identifiers": party_identifier(2, 3),
        "mode": Coded(4, Words(codes.MODES), original="original"),
        "text": Text(5),
        "service": Text(12),
    },
)
PACKAGES = Each(
    "TD1",
    "packaging",
    {
        "kind": Text(1),
        "packages": Number(2),
        "measures": NamedQuantity(6, units(7, 8), MEASURES, "weight"),
        "measures.volume": units(9, 10),
    },
)
PACK = Each(
    "PO4",
    "packaging",
    {
        "per_package.value": Number(1),
        "measures.size": units(2, 3),
        "kind": Text(4),
        "measures": NamedQuantity(5, units(6, 7), MEASURES, "gross_weight"),
        "measures.gross_volume": units(8, 9),
        "": Dimensions(10, 11, 12, 13),
    },
)
OTHER_PRICE = Each(
    "CTP",
    "other_prices",
    {"kind": Coded(2, Words(codes.PRICE_KINDS), original="original"), "": PriceAmount(3), "basis": units(4, (5, 1))},
    needs=("amount",),
)
ITEM_NAME = Once(
    "PID",
    {"item.name": Text(5), "item.original_codes.name": PLAIN_CODE, "item.original_codes.name_form": Form()},
    where=PLAIN,
    default={1: "F"},
    silent=(2,),
)
"""What an item is called; where that is not said in free form, `name_form` keeps the form (349)."""
CODED_DESCRIPTION = CodedDescription(80)
ITEM_DESCRIPTION = Once(
    "PID",
    {"item.description": Paragraphs((5,), longest=80), "item.original_codes.description": PLAIN_CODE},
    where=is_plain,
    default={1: "F"},
    silent=(2,),
    repeat=True,
)
ITEM_ATTRIBUTE = Each(
    "PID",
    "item.attributes",
    {"name": Coded(2, Words(codes.CHARACTERISTICS)), "code": Text(4), "value": Text(5)},
    needs=("name", "value"),
    where=OTHER_CHARACTERISTICS,
    default={1: "F"},
)
ITEM_CODE = Each(
    "PID",
    "item.attributes",
    {"name": Coded(2, Words(codes.CHARACTERISTICS)), "value": Text(4)},
    needs=("name", "value"),
    where=OTHER_CHARACTERISTICS,
    default={1: "S"},
)
ITEM_MEASURES = Qualified("MEA", 2, units(3, (4, 1)), others="item.measures", names=MEASURES)
TARIFF = Once("TC2", {"item.identifiers.harmonised_system": Text(2)}, fixed={1: "J"})
MORE_ITEM_NUMBERS = Once("LIN", {"item": ItemNumbers(2, 15, coded=False)}, repeat=True)
LINE_QUANTITIES = Qualified("QTY", 1, units(2, (3, 1)), others="other_quantities", names=QUANTITIES)
SCHEDULE = Each("SCH", "schedule", {"quantity": units(1, 2), "ship_to.name": Text(4), "": ScheduleDates(((5, 6, 7), (8, 9, 10)))})
STORES = StoreQuantities("SDQ", UNITS)
LINE_AMOUNTS = Qualified("AMT", 1, Money(2), others="amounts", names=AMOUNTS)
TOTALS = Qualified(
    "AMT",
    1,
    Money(2),
    fields={"TT": "totals.payable", "TP": "totals.payable", "1": "totals.lines"},
    others="totals.other",
    names=AMOUNTS,
)
COUNTS = Once("CTT", {"totals.line_count": Whole(1), "totals.quantity": Number(2)})
LINE_CURRENCY = OwnCurrency(("price", "other_prices", "amounts"))


def price(amount: Place, basis: Place, unit: Place) -> UnitPrice:
    """A unit price with its basis (639)."""
    return UnitPrice(amount, basis, unit, UNITS, Words(codes.PRICE_KINDS_BY_BASIS))


ITEM: list[SegmentClause] = [
    ITEM_NAME,
    CODED_DESCRIPTION,
    ITEM_DESCRIPTION,
    ITEM_ATTRIBUTE,
    ITEM_CODE,
    ITEM_MEASURES,
    MORE_ITEM_NUMBERS,
    TARIFF,
]
"""Segments that describe the item of a line."""
