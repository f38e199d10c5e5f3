"""PRICAT: items and their prices. Lines stand in groups of products (PGI), which lines of the catalogue name."""

from collections.abc import Iterator
from itertools import groupby

from translators.edifact.messages import lines, shared
from translators.edifact.messages.clauses import Spans
from translators.edifact.messages.items import ItemNumber, PriceDetails, PriceRange
from translators.edifact.messages.parts import Either, Moment
from translators.mapping.clauses import Once, Qualified
from translators.mapping.context import Reading, Writing
from translators.mapping.mapping import Clause, DocumentMapping, Group
from translators.mapping.parts import Coded, Text
from translators.mapping.value import Value, take
from translators.mapping.words import Words

_NO_GROUP, _PRODUCTS = "2", "4"
_ACTIONS = Words({"1": "add", "3": "change", "2": "delete", "4": "none"})
_VALID = {
    **dict.fromkeys(("157", "7", "194"), "valid.start"),
    **dict.fromkeys(("36", "206"), "valid.end"),
}
_VALIDITY = Spans("DTM", {"273": ("valid.start", "valid.end"), "157": ("valid.start", "valid.end")})
_ORDERED = {"53": "minimum_order", "54": "maximum_order"}


def _dates(more: dict[str, str]) -> list[Clause]:
    return [_VALIDITY, Qualified("DTM", (1, 1), Moment(), fields={**more, **_VALID}, others="other_dates", names=shared.DATES)]


PRICES = Group(
    "PRI",
    [
        Once("PRI", {"": PriceDetails()}),
        shared.PRICE_CURRENCY,
        Once("RNG", {"": PriceRange()}, fixed={1: "4"}),
        _VALIDITY,
        Qualified("DTM", (1, 1), Moment(), fields=_VALID),
    ],
    into="prices",
    where=PriceDetails().stands_in,
)
"""Prices, each for quantities from and to, and for a time."""

_LINE: list[Clause] = [
    Once(
        "LIN",
        {
            "number": Text((1, 1)),
            "action": Coded((2, 1), _ACTIONS, other="other"),
            "item": ItemNumber(3, configuration=(6, 1)),
        },
        always=True,
    ),
    *lines.ITEM,
    Once("ALI", {"item.origin_country": Text(1)}),
    Qualified("QTY", (1, 1), shared.QUANTITY, fields=_ORDERED, others="other_quantities", names=shared.QUANTITIES),
    *_dates({"44": "available.start"}),
    shared.FREE_TEXT,
    shared.TAX,
    PRICES,
    shared.ALLOWANCE,
    shared.PACKAGES,
    shared.PAYMENT_TERMS,
    shared.TRANSPORT,
    shared.DELIVERY_TERMS,
]
_PRODUCT_GROUP = Group(
    "PGI",
    [
        Once("PGI", {"type": Text(1), "group": Either((2, 1), (2, 4), 3)}, default={1: _NO_GROUP}, always=True),
        Group("LIN", _LINE, into="lines", unfold=lines.whole_item, fold=lines.item_in_segments),
    ],
    into="groups",
)


def _whole(catalogue: Value, _context: Reading) -> Value:
    """Lines of all groups, each with its group."""
    found: list[Value] = []
    for group in catalogue.pop("groups", ()):
        usual = _PRODUCTS if "group" in group else _NO_GROUP
        for line in group.get("lines", ()):
            if "group" in group:
                line["group"] = group["group"]
            if group.get("type", usual) != usual:
                line.setdefault("original_codes", {})["group"] = group["type"]
            found.append(line)
        if extras := group.get("extras"):
            catalogue.setdefault("extras", []).extend(extras)
    catalogue["lines"] = found
    return catalogue


def _in_groups(catalogue: Value, _context: Writing) -> Value:
    """Lines of one group that follow each other in a group."""
    groups: list[Value] = []
    for (group, kind), members in groupby(_marked(catalogue.pop("lines", None) or []), key=lambda marked: marked[0]):
        usual = _PRODUCTS if group else _NO_GROUP
        groups.append({"type": kind or usual, **({"group": group} if group else {}), "lines": [line for _, line in members]})
    if groups:
        catalogue["groups"] = groups
    return catalogue


def _marked(found: list[Value]) -> Iterator[tuple[tuple[str, str], Value]]:
    for line in found:
        yield (line.pop("group", None) or "", take(line, ("original_codes",), "group") or ""), line


MAPPING = DocumentMapping(
    "price_catalogue",
    [
        Once(
            "BGM",
            {
                "number": Text((2, 1)),
                "purpose": Coded((3, 1), shared.PURPOSES, other="other"),
                **shared.beside("kind", (1, 1), "9"),
            },
            default={(1, 1): "9"},
        ),
        *_dates({"137": "issued"}),
        shared.FREE_TEXT,
        shared.reference_member("CT", "contract"),
        shared.REFERENCE_GROUP,
        shared.parties(),
        shared.TAX,
        shared.CURRENCY,
        shared.PAYMENT_TERMS,
        shared.TRANSPORT,
        shared.DELIVERY_TERMS,
        shared.ALLOWANCE,
        _PRODUCT_GROUP,
    ],
    unfold=_whole,
    fold=_in_groups,
    wire={"groups": ""},
)
