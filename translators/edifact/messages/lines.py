"""Clauses about items, lines and the totals at the end, and what holds lines together: sub-lines, prices, control totals."""

from collections.abc import Iterable, Iterator, Mapping
from decimal import Decimal

from translators.edifact.messages import codes
from translators.edifact.messages.clauses import ControlTotals, Measures, Periods, Schedules
from translators.edifact.messages.descriptions import Descriptions
from translators.edifact.messages.items import Described, ItemNumber, MoreNumbers, ParentLine
from translators.edifact.messages.parts import Capitals, CodedUnless, Joined, Moment, joined, party_identifier, pieces_of
from translators.edifact.messages.shared import (
    ALLOWANCE,
    AMOUNT_BY_MEANING,
    AMOUNTS,
    CHARACTERISTICS,
    DATES,
    DELIVERY_TERMS,
    FREE_TEXT,
    MEASURES,
    MONEY,
    PACKAGES,
    PAYMENT_TERMS,
    PRICES,
    QUANTITIES,
    QUANTITY,
    REFERENCE_GROUP,
    TAX,
    TRANSPORT,
    beside,
    dates,
    parties,
)
from translators.finding import Code
from translators.mapping.binding import one_of
from translators.mapping.clauses import Each, Once, Qualified
from translators.mapping.compiled import Where
from translators.mapping.context import Reading
from translators.mapping.mapping import Clause, Group
from translators.mapping.parts import Coded, Part, Text
from translators.mapping.tree import Row, text_at
from translators.mapping.value import Value, take
from translators.mapping.words import Words

# --- items -------------------------------------------------------------------------------------------------------------

ITEM_MEASURES = Measures("item.measures", MEASURES)
_WORDS = ((3, 4), (3, 5))


def _described(row: Row) -> bool:
    return any(text_at(row, place).strip() for place in _WORDS)


def _attribute(where: Where | None = None) -> Each:
    members: dict[str, Part] = {"name": Coded((2, 1), CHARACTERISTICS), "": Described(3), **beside("description", 1, "F")}
    return Each("IMD", "item.attributes", members, needs=("name", "value"), default={1: "F"}, where=where)


DESCRIPTION: list[Clause] = [
    Once(
        "IMD",
        {"item.name": Joined(_WORDS), "item.original_codes.name": Text((2, 1)), **beside("name", 1, "F")},
        fixed={(2, 1): codes.NAME},
        default={1: "F"},
        where=_described,
    ),
    _attribute(one_of((2, 1), *codes.CHARACTERISTICS)),
    Descriptions(),
    _attribute(),
]
"""What an item is called, its characteristics, and its description."""
ORIGIN = Once("ALI", {"item.origin_country": Capitals(1)})
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
    ORIGIN,
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
    whole_item(line)
    stand_in(line, "quantity", "other_quantities", _STANDING_IN)


def whole_item(line: Value) -> None:
    """The item of a line after reading, its description as one text, and a price of all prices."""
    item = line.setdefault("item", {})
    _called(item)
    description = item.get("description")
    if description is not None:
        item["description"] = joined(description)
    prices = line.pop("prices", None)
    if prices:
        line["price"] = price = next((price for price in prices if price.get("kind") == "net"), prices[0])
        if len(prices) > 1:
            line["other_prices"] = [other for other in prices if other is not price]


def _called(item: Value) -> None:
    """What an item is called is its name; where it has the title of a book, it is a description of it."""
    called = item.pop("called", None)
    if called is None:
        return
    if "name" not in item:
        item["name"] = joined(called)
    elif "description" in item:
        item["description"] = [*called, *item["description"]]
    else:
        item["description"] = called
        item.setdefault("original_codes", {})["description"] = "F"


def stand_in(line: Value, member: str, others: str, names: Mapping[str, str]) -> None:
    """The first of some other values of a line as the member, where the line does not have that; its code is kept."""
    there = line.get(others)
    if not there or member in line:
        return
    for code, name in names.items():
        if name in there and name not in line.get("original_codes", {}):
            line[member] = take(line, (others,), name)
            line.setdefault("original_codes", {})[member] = code
            return


def stand_back(line: Value, member: str, others: str, names: Mapping[str, str]) -> None:
    """The member under the meaning it was sent with."""
    name = names.get(line.get("original_codes", {}).get(member, ""))
    if name is not None and member in line:
        take(line, ("original_codes",), member)
        line.setdefault(others, {}).setdefault(name, line.pop(member))


def line_in_segments(line: Value) -> None:
    """A line before writing: the description in lines, all prices, and the quantity under the meaning it was sent with."""
    item_in_segments(line)
    stand_back(line, "quantity", "other_quantities", _STANDING_IN)


def item_in_segments(line: Value) -> None:
    """The item of a line before writing, and all prices.

    A name that is the title of a book has a characteristic of its own.
    """
    item = line.get("item", {})
    titled = item.get("original_codes", {}).get("name") == codes.NAME
    if not titled and item.get("name"):
        item["called"] = pieces_of(item.pop("name"))
    if item.get("description"):
        item["description"] = pieces_of(item["description"])
    price = line.pop("price", None)
    prices = [*([price] if price is not None else ()), *(line.pop("other_prices", None) or ())]
    if prices:
        line["prices"] = prices


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
