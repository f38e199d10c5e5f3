"""What is carried: goods and their packages, with number, kind, size, marks and hazard."""

from dataclasses import dataclass

from translators.edifact.messages import shared, transport
from translators.edifact.messages.clauses import Measures
from translators.edifact.messages.items import MoreNumbers
from translators.edifact.messages.parts import UNITS, Either, With
from translators.mapping.amounts import Quantity
from translators.mapping.binding import content
from translators.mapping.clauses import Each, Once, Qualified
from translators.mapping.context import Reading, Writing
from translators.mapping.identifying import IdentifierOf
from translators.mapping.mapping import Clause, Group
from translators.mapping.numbers import number, plain
from translators.mapping.parts import Lines, Number, Text
from translators.mapping.tree import Place, Row, Written, set_text, text_at
from translators.mapping.value import Value, take


@dataclass(frozen=True, slots=True)
class PackageLevels:
    """C213 of a GID: how many packages of which kind, then those inside of them."""

    elements: tuple[int, ...] = (2, 3, 4)

    @property
    def places(self) -> tuple[Place, ...]:
        """Number, kind as a code, kind in words."""
        return tuple((element, component) for element in self.elements for component in (1, 2, 5))

    def read(self, row: Row, context: Reading) -> list[Value] | None:
        """An item for each level."""
        found: list[Value] = []
        for element in self.elements:
            count, kind = (
                number(text_at(row, (element, 1)).strip() or "-"),
                Either((element, 2), (element, 5), 17).read(row, context),
            )
            level: Value = {}
            if count is not None:
                level["packages"] = count
            if kind:
                level["kind"] = kind
            if level:
                found.append(level)
        return found or None

    def write(self, value: list[Value], row: Row, context: Writing) -> list[Value] | None:
        """The levels that say only number and kind; the others are handed back."""
        left, free = [], list(self.elements)
        for level in value:
            if not free or level.keys() - {"packages", "kind"}:
                left.append(level)
                continue
            element = free.pop(0)
            if "packages" in level:
                set_text(row, (element, 1), plain(level["packages"], context.decimal))
            if "kind" in level:
                Either((element, 2), (element, 5), 17).write(level["kind"], row, context)
        return left or None


class Dimensions:
    """DIM: length, width and height of what is packed, as measures."""

    __slots__ = ("_rest", "tag")

    def __init__(self) -> None:
        self.tag = "DIM"
        self._rest = content("DIM", {}, silent=(1, *((2, part) for part in range(1, 5))))

    def read(self, row: Row, target: Value, context: Reading) -> bool:
        """Take them when none of them is there."""
        unit = text_at(row, (2, 1)).strip()
        sizes = {name: number(text_at(row, (2, part)).strip() or "-") for part, name in _SIZES.items()}
        found = {name: {"value": size, "unit": UNITS.word(unit)} for name, size in sizes.items() if size is not None}
        measures = target.get("measures", {})
        if not unit or not found or not UNITS.preferred(unit) or found.keys() & measures.keys():
            return False
        target.setdefault("measures", {}).update(found)
        if (kind := text_at(row, 1).strip()) != "2":
            target.setdefault("original_codes", {})["dimensions"] = kind
        context.trace(target, "measures", tuple((2, part) for part in range(1, 5)))
        self._rest.keep_rest(row, target, context)
        return True

    def write(self, target: Value, out: Written, context: Writing) -> None:
        """One segment, when they are all of one unit."""
        measures: Value = target.get("measures") or {}
        found = {part: measures[name] for part, name in _SIZES.items() if name in measures}
        units = {size.get("unit") for size in found.values()}
        code = UNITS.code(next(iter(units)) or "") if len(units) == 1 else None
        if code is None:
            return
        row: Row = [self.tag, take(target, ("original_codes",), "dimensions") or "2"]
        set_text(row, (2, 1), code)
        for part, size in found.items():
            set_text(row, (2, part), plain(size["value"], context.decimal))
            del measures[_SIZES[part]]
        out.rows.append(row)
        if not measures:
            target.pop("measures", None)


_SIZES = {2: "length", 3: "width", 4: "height"}

HAZARD = Group(
    "DGS",
    [
        Once(
            "DGS",
            {
                "regulation": Text(1),
                "hazard_class": Text((2, 1)),
                "un_number": Text((3, 1)),
                "packing_group": Text(5),
            },
        )
    ],
    into="item.hazard",
    single=True,
)
MARKS: list[Clause] = [
    Once("PCI", {"original_codes.marking": Text(1), "marks": Lines(tuple((2, line) for line in range(1, 11)))}),
    Once("GIN", {"identifiers": IdentifierOf((2, 1), "sscc")}, fixed={1: "BJ"}),
    Once("GIN", {"identifiers": IdentifierOf((2, 1), "tracking")}, fixed={1: "BX"}),
]
"""Marks and numbers of a package."""
PACKAGE = Group("PCI", MARKS, into="packages")
PACKAGES = Group(
    "GID",
    [
        Once("GID", {"number": Text((1, 1)), "count": Number((2, 1)), "kind": Either((2, 2), (2, 5), 17)}, always=True),
        *shared.alone(Dimensions(), Measures("measures", shared.MEASURES, usual="WT")),
        Group("PCI", MARKS),
    ],
    into="packages",
)
"""Packages of one kind, with their measures and marks."""

COUNTS: list[Clause] = [
    Once(
        "CNT",
        {"shipment.packages": Number((1, 2)), "shipment.original_codes.packages": With(Text((1, 3)), (1, 2))},
        fixed={(1, 1): "11"},
    ),
    Qualified(
        "CNT",
        (1, 1),
        Quantity((1, 2), (1, 3), UNITS),
        fields={"7": "shipment.measures.gross_weight", "15": "shipment.measures.volume"},
    ),
]
"""Packages, weight and volume of what is carried."""

GOODS: list[Clause] = [
    Once("GID", {"number": Text((1, 1)), "packaging": PackageLevels()}, always=True),
    MoreNumbers(),
    shared.FREE_TEXT,
    transport.TEMPERATURE,
    Each("HAN", "handling_list", {"code": Either((1, 1), (1, 4), 3)}),
    transport.LOCATIONS,
    *shared.alone(Dimensions(), Measures("measures", shared.MEASURES, usual="WT")),
    shared.document("ON", "order"),
    transport.REFERENCE_GROUP,
    PACKAGE,
    HAZARD,
]
"""What GID says of goods, and the groups behind it."""


def goods_read(line: Value) -> None:
    """Handling as a list of its codes."""
    if handling := line.pop("handling_list", None):
        line["handling"] = [one["code"] for one in handling]


def goods_to_write(line: Value) -> None:
    """The codes of handling, each for a segment of its own."""
    if handling := line.pop("handling", None):
        line["handling_list"] = [{"code": code} for code in handling]
