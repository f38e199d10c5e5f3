"""Clauses that many messages share: parties, references, dates, texts, taxes, terms, transport, packing, prices, items, totals.

Where a segment is a group of its own in one message and a plain segment in another, `alone` makes the group. A text that is
there in nearly every such segment (`TAX+7`, `PCD+3`) is the usual one: another is kept in `original_codes`.
"""

from collections.abc import Iterable, Iterator, Mapping
from decimal import Decimal

from translators.edifact.messages import codes
from translators.edifact.messages.clauses import (
    Communications,
    ControlTotals,
    Descriptions,
    Measures,
    MoreNumbers,
    Periods,
    ReferenceMember,
    Schedules,
    Spans,
)
from translators.edifact.messages.parts import (
    LOCATION_SCHEMES,
    UNITS,
    AddressLines,
    AllowanceCode,
    Capitals,
    CodedUnless,
    ContactName,
    Day,
    Described,
    Either,
    Incoterm,
    ItemNumber,
    Joined,
    Moment,
    ParentLine,
    PaymentPeriod,
    PriceDetails,
    TaxCategory,
    Unless,
    joined,
    party_identifier,
    pieces_of,
)
from translators.finding import Code
from translators.mapping.binding import Where, none_of, one_of
from translators.mapping.clauses import Each, Once, Qualified
from translators.mapping.context import Reading
from translators.mapping.mapping import Clause, Group, Parties, RoleTable
from translators.mapping.parts import (
    Coded,
    DocumentCurrency,
    Flag,
    Identifier,
    Lines,
    Money,
    Number,
    Paragraphs,
    Part,
    Quantity,
    Text,
)
from translators.mapping.texts import Texts
from translators.mapping.tree import Place, Row, text_at
from translators.mapping.value import Value, take
from translators.mapping.words import Words

REFERENCES = Words(codes.REFERENCES, longest=3)
DATES = Words(codes.HEADER_DATES, prefix="date", longest=3)
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
    Once("RFF", {"kind": Coded((1, 1), REFERENCES, "other", "original"), "number": Text((1, 2)), "line": Text((1, 3))}),
    ISSUED,
]
"""What a reference says of itself."""
ORDER = Group(
    "RFF",
    [Once("RFF", {"number": Text((1, 2)), "line": Text((1, 3))}, fixed={(1, 1): "ON"}), ISSUED],
    into="order",
    single=True,
    where=lambda row: text_at(row, (1, 1)).strip() == "ON" and bool(text_at(row, (1, 2)).strip()),
)
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
PARTY: list[Clause] = [
    Once(
        "NAD",
        {
            "identifiers": party_identifier(2),
            "name": Joined(tuple((4, line) for line in range(1, 6))),
            "address.lines": AddressLines(3, 5),
            "address.city": Text((6, 1)),
            "address.region": Either((7, 1), (7, 4), 9),
            "address.postal_code": Text((8, 1)),
            "address.country": Capitals((9, 1)),
        },
        silent=(1,),
    ),
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

FREE_TEXT = Texts("FTX", tuple((4, line) for line in range(1, 6)), TEXTS, longest=70, purpose=1, language=5, code=(3, 1))

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
PRICE_CURRENCY = Once("CUX", {"currency": Text((1, 2), overrides=True)}, fixed={(1, 1): "2"}, default={(1, 3): "9"})
PRICES = Group("PRI", [Once("PRI", {"": PriceDetails()}), PRICE_CURRENCY], into="prices", where=PriceDetails().stands_in)
"""The prices of a line: see `whole_line`."""
AMOUNT_BY_MEANING = Qualified("MOA", (1, 1), MONEY, others="amounts", names=AMOUNTS)
TAX_MONEY = Qualified("MOA", (1, 1), MONEY, fields={**dict.fromkeys(("124", "150", "176"), "amount"), "125": "basis"})
TAX = Group(
    "TAX",
    [
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
    ],
    into="taxes",
)
ALLOWANCE = Group(
    "ALC",
    [
        Once(
            "ALC",
            {
                "charge": Flag(1, yes=("C",), no=("A",)),
                "": AllowanceCode((5, 1), (2, 2)),
                "settlement": Text((3, 1)),
                "sequence": Text((4, 1)),
                "reason": Joined(((5, 4), (5, 5))),
            },
        ),
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
    ],
    into="allowances_charges",
    where=one_of(1, "A", "C"),
)


def _discount_due(terms: Value) -> None:
    """In terms with a discount, the date they name is that of the discount."""
    if terms.get("kind") == "discount" and "due" in terms and "discount_due" not in terms:
        terms["discount_due"] = terms.pop("due")
        take(terms, ("original_codes",), "due")


PAYMENT_TERMS = Group(
    "PAT",
    [
        Once(
            "PAT",
            {
                "kind": Coded(1, Words(codes.PAYMENTS, longest=3), original="original"),
                "text": Either((2, 1), (2, 4), 0),
                "basis": Coded((3, 1), Words(codes.PAYMENT_BASES, longest=3)),
                "": PaymentPeriod(),
            },
            default={1: "1"},
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
ITEM_MEASURES = Measures("item.measures", MEASURES)

# --- items -------------------------------------------------------------------------------------------------------------

_WORDS = ((3, 4), (3, 5))


def _described(row: Row) -> bool:
    return any(text_at(row, place).strip() for place in _WORDS)


def _attribute(where: Where | None = None) -> Each:
    members: dict[str, Part] = {"name": Coded((2, 1), CHARACTERISTICS), "": Described(3), **beside("description", 1, "F")}
    return Each("IMD", "item.attributes", members, needs=("name", "value"), default={1: "F"}, where=where)


DESCRIPTION: list[Clause] = [
    Once(
        "IMD",
        {"item.name": Joined(_WORDS), **beside("name", 1, "F")},
        fixed={(2, 1): codes.NAME},
        default={1: "F"},
        where=_described,
    ),
    _attribute(one_of((2, 1), *codes.CHARACTERISTICS)),
    Descriptions(),
    _attribute(),
]
"""What an item is called, its characteristics, and its description."""
ITEM: list[Clause] = [MoreNumbers(), *DESCRIPTION, ITEM_MEASURES]
"""Segments that describe the item of a line."""

# --- lines -------------------------------------------------------------------------------------------------------------

LINE_QUANTITIES = Qualified("QTY", (1, 1), QUANTITY, fields={"21": "quantity"}, others="other_quantities", names=QUANTITIES)
_STANDING_IN = {"1": "discrete", "113": "to_be_delivered", "47": "invoiced"}
"""Quantities that are the ordered one where no other is, by qualifier (6063)."""
_PART: list[Clause] = [
    Once("QTY", {"quantity": QUANTITY, **beside("quantity", (1, 1), "11")}, default={(1, 1): "11"}),
    Periods("DTM", "2", "period"),
    Qualified("DTM", (1, 1), Moment(), fields={"2": "requested"}, others="other_dates", names=DATES),
]
"""What a part of a line's schedule says of itself."""
PLACES = Group(
    "LOC",
    [
        Once(
            "LOC",
            {
                "ship_to.identifiers": party_identifier(2),
                "ship_to.name": Text((2, 4)),
                "kind": CodedUnless(1, Words({}, prefix="place", longest=3), usual="7"),
            },
            default={1: "7"},
        ),
        *_PART,
    ],
    into="schedule",
    where=lambda row: any(text_at(row, place).strip() for place in ((2, 1), (2, 4))) or text_at(row, 1).strip() not in ("", "7"),
)
"""Places with their share of the quantity."""
SCHEDULES = Schedules(_PART)

ACTION = Coded((2, 1), Words(codes.ACTIONS, longest=3))
"""What is to be done with a line (1229)."""


def line_segment(member: str = "action", action: Part = ACTION) -> Once:
    """LIN: number, item, the line above. `member` is what its action (1229) fills."""
    members = {"number": Text((1, 1)), member: action, "item": ItemNumber(3, configuration=(6, 1)), "parent": ParentLine(4)}
    return Once("LIN", members, always=True)


ORDER_LINE: list[Clause] = [
    *ITEM,
    LINE_QUANTITIES,
    *dates(),
    AMOUNT_BY_MEANING,
    FREE_TEXT,
    PRICES,
    REFERENCE_GROUP,
    PACKAGES,
    PLACES,
    TAX,
    parties("ship_to"),
    ALLOWANCE,
    PAYMENT_TERMS,
    TRANSPORT,
    DELIVERY_TERMS,
    SCHEDULES,
]
"""What stands behind LIN in a line of an order, of its change, and of the response to it."""


def whole_line(line: Value) -> None:
    """A line after reading: its item, the description as one text, a price of all prices, a quantity where only another was sent.

    The first net price is the price, without one the first of all.
    """
    item = line.setdefault("item", {})
    description = item.get("description")
    if description is not None:
        item["description"] = joined(description)
    prices = line.pop("prices", None)
    if prices:
        line["price"] = price = next((price for price in prices if price.get("kind") == "net"), prices[0])
        if len(prices) > 1:
            line["other_prices"] = [other for other in prices if other is not price]
    others = line.get("other_quantities")
    if others and "quantity" not in line:
        for code, name in _STANDING_IN.items():
            if name in others and name not in line.get("original_codes", {}):
                line["quantity"] = take(line, ("other_quantities",), name)
                line.setdefault("original_codes", {})["quantity"] = code
                break


def line_in_segments(line: Value) -> None:
    """A line before writing: the description in lines, all prices, and the quantity under the meaning it was sent with."""
    item = line.get("item", {})
    if item.get("description"):
        item["description"] = pieces_of(item["description"])
    price = line.pop("price", None)
    prices = [*([price] if price is not None else ()), *(line.pop("other_prices", None) or ())]
    if prices:
        line["prices"] = prices
    name = _STANDING_IN.get(line.get("original_codes", {}).get("quantity", ""))
    if name is not None and "quantity" in line:
        take(line, ("original_codes",), "quantity")
        line.setdefault("other_quantities", {}).setdefault(name, line.pop("quantity"))


def lines(clauses: Iterable[Clause]) -> Group:
    """The lines of a message, sub-lines among them: `nested` puts those into their lines, `in_sequence` back."""
    return Group("LIN", clauses, into="lines", unfold=whole_line, fold=line_in_segments)


def nested(document: Value) -> None:
    """Put sub-lines into the lines they name. The parent of one that names a line that did not come before is kept as sent."""
    top: list[Value] = []
    known: dict[str, Value] = {}
    for line in document.get("lines", ()):
        parent = line.pop("parent", None)
        above = known.get(parent["number"]) if parent is not None else None
        number = line.get("number")
        if above is not None:
            above.setdefault("sub_lines", []).append(line)
            continue
        if parent is not None:
            kept = {"qualifier": number} if number else {}
            line.setdefault("extras", []).extend(
                {"path": f"{parent['path']}/LIN/04/{component}", **kept, "value": value}
                for component, value in ((1, "1"), (2, parent["number"]))
            )
        if number:
            known.setdefault(number, line)
        top.append(line)
    document["lines"] = top


def in_sequence(document: Value) -> None:
    """Put sub-lines behind their lines, each naming the line it belongs to."""
    flat: list[Value] = []
    for position, line in enumerate(document.get("lines", ()), 1):
        below = line.pop("sub_lines", None) or ()
        flat.append(line)
        if below:
            line.setdefault("number", str(position))
        flat += [{**sub_line, "parent": {"number": line["number"]}} for sub_line in below]
    if flat:
        document["lines"] = flat


def every_line(document: Value) -> Iterator[Value]:
    """Lines and sub-lines."""
    for line in document.get("lines", ()):
        yield line
        yield from line.get("sub_lines", ())


# --- summary -----------------------------------------------------------------------------------------------------------

SECTION = Once("UNS", fixed={1: "S"}, always=True)
TOTALS = Qualified(
    "MOA",
    (1, 1),
    MONEY,
    fields={code: f"totals.{member}" for code, member in codes.TOTALS.items()},
    others="totals.other",
    names=AMOUNTS,
)
CONTROL = ControlTotals({"1": "quantity", "2": "line_count"})


def check_totals(document: Value, context: Reading) -> None:
    """Note each CNT that the lines do not add up to."""
    for index, code, claimed in document.pop("controls", ()):
        if code == "2":
            actual, what = Decimal(sum(1 for _line in every_line(document))), "lines"
        else:
            quantities = (line["quantity"]["value"] for line in every_line(document) if "quantity" in line)
            actual, what = sum(quantities, Decimal(0)), "units"
        if actual != claimed:
            text = f"CNT claims {claimed} {what}; there are {actual}."
            context.note(Code.CONTROL_TOTAL, text, index, (1, 2), str(actual), str(claimed))
