"""Clauses that many messages share: parties, references, dates, texts, taxes, terms, transport, packing, prices, items, totals.

Where a segment is a group of its own in one message and a plain segment in another, `alone` makes the group. A text that is
there in nearly every such segment (`TAX+7`, `PCD+3`) is the usual one: another is kept in `original_codes`.
"""

from collections.abc import Mapping

from translators.edifact.messages import codes
from translators.edifact.messages.clauses import Communications, Measures, ReferenceMember, Spans
from translators.edifact.messages.items import PriceDetails
from translators.edifact.messages.parts import (
    LOCATION_SCHEMES,
    UNITS,
    AddressLines,
    Capitals,
    Day,
    Either,
    Joined,
    Moment,
    Unless,
    party_identifier,
)
from translators.edifact.messages.terms import (
    AllowanceCode,
    CodeBeside,
    CodeOrWords,
    ContactName,
    Incoterm,
    PaymentPeriod,
    TaxCategory,
)
from translators.mapping.amounts import DocumentCurrency, Money, Quantity
from translators.mapping.binding import none_of, one_of
from translators.mapping.clauses import Once, Qualified
from translators.mapping.identifying import Identifier
from translators.mapping.mapping import Clause, Group
from translators.mapping.parties import Parties, RoleTable
from translators.mapping.parts import Coded, Flag, Lines, Number, Paragraphs, Part, Text
from translators.mapping.texts import Texts
from translators.mapping.tree import Place, text_at
from translators.mapping.value import Value, take
from translators.mapping.words import Words

REFERENCES = Words(codes.REFERENCES, longest=3)
DATES = Words(codes.HEADER_DATES, prefix="date", longest=3)
ALL_DATES = Words(codes.HEADER_DATES | codes.DELIVERY_DATES, prefix="date", longest=3)
"""Dates in documents that have no members for those of delivery."""
QUANTITIES = Words(codes.QUANTITIES, prefix="quantity", longest=3)
AMOUNTS = Words(codes.AMOUNTS, prefix="amount", longest=3)
MEASURES = Words(codes.MEASURES, lower=True, longest=3)
TEXTS = Words(codes.TEXTS, longest=3)
ROLES = Words(codes.PARTIES, lower=True, longest=3)
CHARACTERISTICS = Words(codes.CHARACTERISTICS, longest=3)
PURPOSES = Words(codes.PURPOSES)
MEMBER_ROLES = frozenset(codes.PARTIES.values())

QUANTITY = Quantity((1, 2), (1, 3), UNITS)
"""C186 without its qualifier."""
MONEY = Money((1, 2), (1, 3))
"""C516 without its qualifier."""


def alone(*clauses: Clause) -> list[Clause]:
    """Segments that are groups of their own in this message, each the only one in its group."""
    return [Group(tag, [clause]) for clause in clauses if (tag := getattr(clause, "tag", ""))]


def beside(member: str, place: Place, usual: str) -> dict[str, Part]:
    """The usual text at a place: another is kept under the member's name."""
    return {f"original_codes.{member}": Unless(place, usual)}


# --- dates -------------------------------------------------------------------------------------------------------------

DELIVERY = {"2": "requested_delivery", "63": "latest_delivery", "37": "ship_window.start", "38": "ship_window.end"}
WINDOW = ("ship_window.start", "ship_window.end")
PERIODS = Spans("DTM", {"2": ("requested_delivery", "latest_delivery"), "10": WINDOW, "37": WINDOW, "38": WINDOW})


def dates(more: Mapping[str, str] | None = None) -> list[Clause]:
    """Dates by meaning (2005), those of delivery and shipment in members of their own, and others of `more`: `137: issued`."""
    fields = {**(more or {}), **DELIVERY}
    return [PERIODS, Qualified("DTM", (1, 1), Moment(), fields=fields, others="other_dates", names=DATES)]


# --- references, parties, contacts -------------------------------------------------------------------------------------

ISSUED = Qualified("DTM", (1, 1), Moment(), fields=dict.fromkeys(("171", "137", "182", "4"), "issued"))
REFERENCE: list[Clause] = [
    Once(
        "RFF",
        {"kind": Coded((1, 1), REFERENCES, "other", "original"), "number": Text((1, 2)), "line": Text((1, 3))},
        default={(1, 1): codes.AGREED},
    ),
    ISSUED,
]
"""What a reference says of itself."""


def document(code: str, member: str, *, single: bool = True) -> Group:
    """The document that one kind of reference (1153) names, as a member, or as an item of the list that the member is.

    Where there can be but one, a further one is a reference like others.
    """
    return Group(
        "RFF",
        [Once("RFF", {"number": Text((1, 2)), "line": Text((1, 3))}, fixed={(1, 1): code}), ISSUED],
        into=member,
        single=single,
        where=lambda row: text_at(row, (1, 1)).strip() == code and bool(text_at(row, (1, 2)).strip()),
    )


ORDER = document("ON", "order")
"""The order that a document is about; a further one is a reference like others."""


def reference_member(code: str, member: str) -> ReferenceMember:
    """The number of one kind of reference (1153) as a member of its own; a second one is a reference like others."""
    return ReferenceMember(code, member)


REFERENCE_GROUP = Group("RFF", REFERENCE, into="references", where=none_of((1, 2), ""))

CONTACT = Group(
    "CTA",
    [
        Once("CTA", {"function": Coded(1, Words(codes.CONTACTS, longest=3)), "": ContactName(2)}, default={1: "IC"}, always=True),
        Communications(Words(codes.MEANS)),
    ],
    into="contacts",
)
NAMED: dict[str, Part] = {
    "identifiers": party_identifier(2),
    "name": Joined(tuple((4, line) for line in range(1, 6))),
    "address.lines": AddressLines(3, 5),
    "address.city": Text((6, 1)),
    "address.region": Either((7, 1), (7, 4), 9),
    "address.postal_code": Text((8, 1)),
    "address.country": Capitals((9, 1)),
}
"""Who a party is, and where."""
PARTY: list[Clause] = [
    Once("NAD", NAMED, silent=(1,)),
    Once("LOC", {"identifiers": Identifier(1, (2, 1), LOCATION_SCHEMES, default="location_other")}, repeat=True),
    reference_member("VA", "tax_registration"),
    REFERENCE_GROUP,
    CONTACT,
]
"""What a party says of itself."""


def parties(*members: str, more: tuple[Clause, ...] = ()) -> Parties:
    """Parties by role; those in `members` are members of the level, or all that have a member when none is named."""
    return Parties("NAD", RoleTable(ROLES, frozenset(members) or MEMBER_ROLES), [*PARTY, *more])


# --- texts -------------------------------------------------------------------------------------------------------------

FREE_TEXT = Texts(
    "FTX", tuple((4, line) for line in range(1, 6)), TEXTS, longest=70, purpose=1, language=5, code=(3, 1), usual="AAI"
)

# --- money and terms ---------------------------------------------------------------------------------------------------

CURRENCY = Group(
    "CUX",
    [
        Once(
            "CUX",
            {"currency": DocumentCurrency((1, 2)), **beside("currency", (1, 3), "9")},
            fixed={(1, 1): "2"},
            default={(1, 3): "9"},
        )
    ],
)
PRICE_CURRENCY = Once(
    "CUX",
    {"currency": Text((1, 2), overrides=True), **beside("currency", (1, 3), "9")},
    fixed={(1, 1): "2"},
    default={(1, 3): "9"},
)
PRICES = Group("PRI", [Once("PRI", {"": PriceDetails()}), PRICE_CURRENCY], into="prices", where=PriceDetails().stands_in)
"""The prices of a line: see `whole_line`."""
AMOUNT_BY_MEANING = Qualified("MOA", (1, 1), MONEY, others="amounts", names=AMOUNTS)
TAX_MONEY = Qualified("MOA", (1, 1), MONEY, fields={**dict.fromkeys(("124", "150", "176"), "amount"), "125": "basis"})
TAXED: list[Clause] = [
    Once(
        "TAX",
        {
            "kind": Either((2, 1), (2, 4), 3),
            "rate": Number((5, 4)),
            "": TaxCategory((6, 1)),
            "identification": Text((7, 1)),
            **beside("function", 1, "7"),
        },
        default={1: "7"},
        always=True,
    ),
    TAX_MONEY,
    Once("LOC", {"location": Text((2, 1)), **beside("location", 1, "60")}, default={1: "60"}),
]
"""What a tax says of itself."""
TAX = Group("TAX", TAXED, into="taxes")
ALLOWED = Once(
    "ALC",
    {
        "charge": Flag(1, yes=("C",), no=("A",)),
        "": AllowanceCode((5, 1), (2, 2)),
        "settlement": Coded((3, 1), Words({}, longest=3)),
        "sequence": Coded((4, 1), Words({}, longest=3)),
        "reason": Joined(((5, 4), (5, 5))),
    },
)
"""Whether it is an allowance or a charge, and what for."""
ALLOWANCE = Group(
    "ALC",
    [
        ALLOWED,
        *alone(
            Once("QTY", {"quantity": QUANTITY, **beside("quantity", (1, 1), "1")}, default={(1, 1): "1"}),
            Once("PCD", {"percent": Number((1, 2)), **beside("percent", (1, 1), "3")}, default={(1, 1): "3"}),
            Once("RTE", {"rate": Number((1, 2)), **beside("rate", (1, 1), "1")}, default={(1, 1): "1"}),
        ),
        Group(
            "MOA",
            [
                Once("MOA", {"basis": MONEY}, fixed={(1, 1): "25"}),
                Once(
                    "MOA", {"amount": MONEY, **beside("amount", (1, 1), "8")}, default={(1, 1): "8"}, where=none_of((1, 1), "25")
                ),
            ],
        ),
        TAX,
    ],
    into="allowances_charges",
    where=one_of(1, "A", "C"),
)


def _discount_due(terms: Value) -> None:
    """In terms with a discount, the date they name is that of the discount."""
    if terms.get("kind") == "discount" and "due" in terms and "discount_due" not in terms:
        terms["discount_due"] = terms.pop("due")
        take(terms, ("original_codes",), "due")


_TERMS_CODE, _TERMS_WORDS = (2, 1), ((2, 4), (2, 5))
PAYMENT_TERMS = Group(
    "PAT",
    [
        Once(
            "PAT",
            {
                "kind": Coded(1, Words(codes.PAYMENTS, longest=3), original="original"),
                "original_codes.text": CodeBeside(_TERMS_CODE, _TERMS_WORDS, codes.AGREED),
                "text": CodeOrWords(_TERMS_CODE, _TERMS_WORDS, codes.AGREED),
                "basis": Coded((3, 1), Words(codes.PAYMENT_BASES, longest=3)),
                "": PaymentPeriod(),
            },
            default={1: "1"},
            always=True,
        ),
        Qualified("DTM", (1, 1), Day(), fields={**dict.fromkeys(("13", "140", "209", "265"), "due"), "12": "discount_due"}),
        Once("PCD", {"discount_percent": Number((1, 2)), **beside("discount_percent", (1, 1), "12")}, default={(1, 1): "12"}),
        Once("MOA", {"discount_amount": MONEY, **beside("discount_amount", (1, 1), "21")}, default={(1, 1): "21"}),
    ],
    into="payment_terms",
    unfold=_discount_due,
)
DELIVERY_TERMS = Group(
    "TOD",
    [
        Once(
            "TOD",
            {
                "payment": Coded(2, Words(codes.TRANSPORT_PAYMENTS, longest=3)),
                "": Incoterm((3, 1)),
                "text": Paragraphs(((3, 4), (3, 5)), joins=" ", longest=70),
                **beside("function", 1, "3"),
            },
            default={1: "3"},
            always=True,
        ),
        Once("LOC", {"place": Either((2, 1), (2, 4), 0), **beside("place", 1, "1")}, default={1: "1"}),
    ],
    into="delivery_terms",
    single=True,
)
TRANSPORT = Group(
    "TDT",
    [
        Once(
            "TDT",
            {
                "stage": Coded(1, Words(codes.STAGES, longest=3)),
                "tracking": Text((2, 1)),
                "mode": Coded((3, 1), Words(codes.MODES, longest=3), original="original"),
                "text": Text((3, 2)),
                "equipment": Either((4, 1), (4, 2), 8),
                "carrier.identifiers": party_identifier(5),
                "carrier.name": Text((5, 4)),
            },
            default={1: "20"},
        )
    ],
    into="transport",
)

# --- packing and measures ----------------------------------------------------------------------------------------------

PACKAGES = Group(
    "PAC",
    [
        Once("PAC", {"packages": Number((1, 1)), "kind": Either((3, 1), (3, 4), 17)}),
        Measures("measures", MEASURES),
        Once("QTY", {"per_package": QUANTITY, **beside("per_package", (1, 1), "52")}, default={(1, 1): "52"}),
        Group("PCI", [Once("PCI", {"original_codes.marking": Text(1), "marks": Lines(tuple((2, n) for n in range(1, 11)))})]),
    ],
    into="packaging",
)
