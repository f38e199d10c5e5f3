"""INVRPT: how much there is of what, where and when. In D.96A a quantity begins the group of a stock, in D.01B its kind (INV)."""

from translators.edifact.messages import codes, goods, lines, shared
from translators.edifact.messages.despatch_advice import beginning
from translators.edifact.messages.parts import Moment, Unless, party_identifier
from translators.mapping.clauses import Each, Once, Qualified
from translators.mapping.context import Reading
from translators.mapping.mapping import Clause, DocumentMapping, Group
from translators.mapping.parts import Coded, Part, Text
from translators.mapping.tree import Row
from translators.mapping.value import Value, take
from translators.mapping.words import Words

REPORT = "35"
_ACCEPTED = "1"
"""The kind of inventory (7491) that is as usual."""
STOCK_KINDS = Words(codes.STOCK)
_PERIOD = {"90": "period.start", "91": "period.end", "194": "period.start", "206": "period.end"}
_AS_OF = {"366": "as_of"}
_PLACE: dict[str, Part] = {
    "kind": Coded(1, Words(codes.PLACES, prefix="place", longest=3)),
    "identifiers": party_identifier(2),
    "name": Text((2, 4)),
}
LOCATION: list[Clause] = [
    Once("LOC", {f"location.{name}": part for name, part in _PLACE.items()}),
    Each("LOC", "locations", _PLACE, needs=("kind",)),
]
"""Where it is; further places are kept beside it."""


def _dates(fields: dict[str, str]) -> Qualified:
    return Qualified("DTM", (1, 1), Moment(), fields=fields, others="other_dates", names=shared.ALL_DATES)


STOCK: list[Clause] = [
    Once("QTY", {"status": Coded((1, 1), STOCK_KINDS, other="other"), "quantity": shared.QUANTITY}),
    goods.IDENTITIES,
    Once("LOC", {f"location.{name}": part for name, part in _PLACE.items()}),
    _dates({**_AS_OF, "17": "expected", **_PERIOD}),
    shared.REFERENCE_GROUP,
    shared.PRICES,
    shared.parties("none"),
]
"""One quantity: what it is, where, and as of when."""
_MOVEMENT: dict[str, Part] = {
    "movement.direction": Text(1),
    "movement.kind": Unless(2, _ACCEPTED),
    "movement.reason": Text(3),
    "movement.balance": Text(4),
}
LINE: list[Clause] = [
    lines.line_segment(),
    *lines.ITEM,
    Once("ALI", {"item.origin_country": Text(1)}),
    *LOCATION,
    _dates(_AS_OF),
    shared.FREE_TEXT,
    shared.REFERENCE_GROUP,
]
HEADER: list[Clause] = [
    beginning(REPORT),
    _dates({"137": "issued", **_AS_OF, **_PERIOD}),
    shared.FREE_TEXT,
    shared.REFERENCE_GROUP,
    shared.parties(),
    shared.CURRENCY,
]


def _begins(row: Row) -> bool:
    return row[0] in ("QTY", "INV")


def _whole_stock(stock: Value) -> None:
    """What a quantity is, by its qualifier, or where that says nothing of it, by the kind of inventory; lots; the price."""
    movement = stock.pop("movement", {})
    if movement:
        stock.setdefault("original_codes", {}).update({f"inventory.{name}": value for name, value in movement.items()})
    kind = codes.INVENTORY_KINDS.get(movement.get("kind", ""))
    if kind is not None and stock.get("status") in (None, "other", "on_hand"):
        kept = stock["original_codes"].get("status") or (STOCK_KINDS.code("on_hand") if "status" in stock else "")
        stock["original_codes"]["status"] = kept or ""
        stock["status"] = kind
    if "status" not in stock:
        stock["status"] = "other"
    own: Value = {}
    left, more = goods.into_lot(own, stock.pop("numbers", ()))
    lots = [*([own] if own else []), *more]
    if lots:
        stock["lots"] = lots
    if left:
        stock.setdefault("original_codes", {}).update(
            {f"number.{scheme}": " ".join(_listed(value)) for scheme, value in left.items()}
        )
    prices = stock.pop("prices", None)
    if prices:
        stock["price"] = prices[0]


def _listed(value: str | list[str]) -> list[str]:
    return value if isinstance(value, list) else [value]


def _stock_in_segments(stock: Value) -> None:
    """A stock as its segments: the kind of inventory, the numbers of its lots, its price."""
    kept: Value = stock.get("original_codes") or {}
    names = [name for name in kept if name.startswith("inventory.")]
    movement = {name.removeprefix("inventory."): take(stock, ("original_codes",), name) for name in names}
    status = stock.get("status")
    if movement and codes.INVENTORY_KINDS.get(movement.get("kind", "")) == status:
        code = take(stock, ("original_codes",), "status")
        word = STOCK_KINDS.known(code or "")
        if code == "" and "quantity" not in stock:
            del stock["status"]
        elif code:
            stock["status"] = word or "other"
            if word is None or STOCK_KINDS.code(word) != code:
                stock.setdefault("original_codes", {})["status"] = code
    numbers = [
        found
        for name in [name for name in kept if name.startswith("number.")]
        for found in goods.identities({name.removeprefix("number."): take(stock, ("original_codes",), name).split(" ")})
    ]
    lots: list[Value] = stock.pop("lots", None) or []
    found = [one for lot in lots for one in goods.lot_numbers(lot)] + numbers
    left = [lot for lot in lots if lot]
    price = stock.pop("price", None)
    told = (("movement", movement), ("numbers", found), ("lots", left), ("prices", [price] if price else []))
    stock.update({name: value for name, value in told if value})


def _stocks(key: str, inventory: Once) -> Group:
    return Group(key, [*STOCK, inventory], into="stock", unfold=_whole_stock, fold=_stock_in_segments, where=_begins)


def _whole(report: Value, _context: Reading) -> Value:
    """The report, which has at least no line."""
    report.setdefault("lines", [])
    return report


MAPPING = DocumentMapping(
    "inventory_report",
    [
        *HEADER,
        Group(
            "LIN",
            [
                *LINE,
                _stocks("QTY", Once("INV", _MOVEMENT)),
                _stocks("INV", Once("INV", _MOVEMENT, default={2: _ACCEPTED}, always=True)),
            ],
            into="lines",
            unfold=lines.whole_item,
            fold=lines.item_in_segments,
        ),
    ],
    unfold=_whole,
)
