"""X12 204: the load tender, by which a carrier is asked to carry goods from stop to stop."""

from collections.abc import Mapping

from translators.mapping.amounts import DocumentCurrency, Quantity
from translators.mapping.clauses import Once
from translators.mapping.context import Reading, Writing
from translators.mapping.identifying import Identifier, IdentifierOf, ReferenceOf
from translators.mapping.mapping import Clause, DocumentMapping, Group, trigger_row
from translators.mapping.parts import Coded, Text
from translators.mapping.tree import Loop, Written, text_at
from translators.mapping.value import Value
from translators.mapping.words import Words
from translators.x12.sets import codes, shared, transport
from translators.x12.sets import transport_codes as words
from translators.x12.sets.shared import alone
from translators.x12.sets.transport_parts import MarkedPackage

COMMODITIES = Words({"N": "nmfc", "T": "stcc"}, lower=True, longest=1)
"""Lists of commodity codes (23)."""
PACKAGES = {
    "PCS": "H87",
    "CTN": "CT",
    "CAS": "CS",
    "BOX": "BX",
    "BAG": "BG",
    "PKG": "PK",
    "PLT": "PF",
    "ROL": "RO",
    "DRM": "DR",
    "BDL": "BE",
    "CAN": "CA",
    "TBE": "TU",
    "SHT": "ST",
}
"""Forms of packages (211) as UN/ECE Recommendation 20."""
UNITS = Words(codes.UNITS)
FORMS = Words(PACKAGES)
UNLOADING = frozenset({"unload", "part_unload", "drop"})
WINDOWS = {"planned.start": ("37", "53"), "planned.end": ("38", "54")}
"""When to be at a stop: dates (432) where goods are loaded, and where they are unloaded."""
FILLER = {"function": "ZZ", "name": "ZZ"}
"""The contact that only begins a loop of references."""

HAZARD: list[Clause] = [
    Once(
        "LH1",
        {
            "item.measures.hazardous": shared.units(2, 1),
            "item.hazard.un_number": Text(3),
            "item.hazard.packing_group": Text(10),
        },
    ),
    Once(
        "LH2",
        {
            "item.hazard.hazard_class": Text(1),
            "item.hazard.flash_point": Quantity(7, 6, transport.TEMPERATURES),
            "item.measures.control_temperature": Quantity(9, 8, transport.TEMPERATURES),
            "item.measures.emergency_temperature": Quantity(11, 10, transport.TEMPERATURES),
            "item.measures.net_explosive": Quantity(13, 12, transport.WEIGHTS),
        },
    ),
    Once("LH3", {"item.hazard.name": Text(1)}),
]
"""Why goods are dangerous."""

GOODS: list[Clause] = [
    Once(
        "L5",
        {
            "number": Text(1),
            "item.name": Text(2),
            "item.classifications": Identifier(4, 3, COMMODITIES),
            "attributes.packaging": Text(5),
            "packages": MarkedPackage(6, 7),
        },
    ),
    transport.LADING,
    transport.L11,
    transport.NOTE,
    *alone(transport.handling("handling", "item.measures")),
    Group("G61", [transport.G61, transport.L11, Group("LH1", HAZARD)]),
]
"""Goods by their description."""


def _goods_read(line: Value) -> None:
    """A contact that says nothing is none; every line has an item."""
    contacts = [contact for contact in line.pop("contacts", ()) if contact != FILLER]
    if contacts:
        line["contacts"] = contacts


def _goods_written(line: Value) -> None:
    """References and dangers of goods stand behind a contact, if there is none behind one that says nothing."""
    if ("references" in line or "hazard" in line.get("item", {})) and "contacts" not in line:
        line["contacts"] = [dict(FILLER)]


def goods(into: str) -> Group:
    """Goods, each in a loop of its own."""
    return Group("L5", GOODS, into=into, unfold=_goods_read, fold=_goods_written)


class Release(Group):
    """Orders of goods at a stop, as one release of the standard says them: `newer` ones have loops of special handling."""

    __slots__ = ("_newer",)

    def __init__(self, clauses: list[Clause], *, into: str, newer: bool) -> None:
        super().__init__("OID", clauses, into=into)
        self._newer = newer

    def read_loop(self, loop: Loop, target: Value, context: Reading) -> bool:
        """Read an order, if its quantity is said in this way, which the length of the code tells."""
        unit = text_at(trigger_row(loop), 4).strip()
        return (not unit or (len(unit) > 2) is self._newer) and super().read_loop(loop, target, context)

    def write_loop(self, target: Value, out: Written, context: Writing) -> None:
        """Write the orders, if this is how they are said here."""
        if (out.place_of("AT5") is not None) is self._newer:
            super().write_loop(target, out, context)


def ordered(units: Words, *, newer: bool) -> Release:
    """Orders of goods, their quantities in units (355), or in newer releases by the form of package (211)."""
    clauses: list[Clause] = [
        Once(
            "OID",
            {
                "references": ReferenceOf(1, "seller_order"),
                "order.number": Text(2),
                "quantity": Quantity(5, 4, units),
                "measures.weight": Quantity(7, 6, transport.WEIGHTS),
                "measures.volume": Quantity(9, 8, transport.VOLUMES),
            },
        ),
        transport.appointments(),
        goods("goods"),
    ]
    return Release(clauses, into="orders", newer=newer)


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
    transport.L11,
    transport.appointments(_37="planned.start", _53="planned.start", _38="planned.end", _54="planned.end"),
    transport.LADING,
    transport.PALLETS,
    transport.handling("handling", "measures"),
    *alone(transport.handling("handling", "measures")),
    transport.NOTE,
    transport.one_party("party"),
    transport.OTHER_PARTIES,
    goods("lines"),
    ordered(UNITS, newer=False),
    ordered(FORMS, newer=True),
    transport.equipment("equipment"),
]
"""What is done at a stop."""


def _stop_read(stop: Value) -> None:
    """Lines of a stop are its goods; the first of an order says what is said of the order."""
    if stop.get("action") in UNLOADING:
        _exchange(stop, WINDOWS)
    if "party" not in stop and "other_parties" in stop:
        stop["party"], *others = stop.pop("other_parties")
        _share(stop, "other_parties", others)
    lines = stop.pop("lines", [])
    for order in stop.pop("orders", ()):
        first, *others = order.pop("goods", None) or [{}]
        lines += [_merged(order, first), *others]
    if lines:
        stop["lines"] = lines


def _exchange(stop: Value, windows: Mapping[str, tuple[str, str]]) -> None:
    """Keep the one code of a date where there was none, and none where it was the other."""
    kept = stop.pop("original_codes", {})
    for member, (usual, other) in windows.items():
        if member.partition(".")[2] in stop.get("planned", {}):
            if kept.get(member) == other:
                del kept[member]
            else:
                kept.setdefault(member, usual)
    _share(stop, "original_codes", kept)


def _merged(order: Value, first: Value) -> Value:
    """What is said of an order and of its first goods as one line."""
    line = {**order, **first}
    for member in ("references", "extras"):
        if member in order and member in first:
            line[member] = [*order[member], *first[member]]
    if "original_codes" in order and "original_codes" in first:
        line["original_codes"] = {**order["original_codes"], **first["original_codes"]}
    return line


def _stop_written(stop: Value) -> None:
    """Lines that belong to an order stand in the loop of that order."""
    if stop.get("action") in UNLOADING:
        _exchange(stop, {member: dates[::-1] for member, dates in WINDOWS.items()})
    orders: list[Value] = []
    for line in stop.pop("lines", ()):
        if _begins_order(line):
            orders.append(_split(line))
        elif orders:
            orders[-1].setdefault("goods", []).append(line)
        else:
            stop.setdefault("lines", []).append(line)
    if orders:
        stop["orders"] = orders


ORDERED = frozenset({"order", "quantity", "measures", "other_dates"})
"""What is said of an order of goods rather than of the goods."""


def _of_order(reference: Value) -> bool:
    return reference.keys() == {"kind", "number"} and reference["kind"] == "seller_order"


def _begins_order(line: Value) -> bool:
    if ORDERED & line.keys():
        return True
    return "handling" not in line and any(map(_of_order, line.get("references", ())))  # an order has no special handling


def _split(line: Value) -> Value:
    """A line as an order and its first goods."""
    order = {member: line.pop(member) for member in ORDERED & line.keys()}
    references = line.pop("references", [])
    mine = next(filter(_of_order, references), None)
    if mine is not None:
        order["references"] = [mine]
        references = [reference for reference in references if reference is not mine]
    if references:
        line["references"] = references
    dates = order.get("other_dates", {})
    kept = line.pop("original_codes", {})
    own = {name: code for name, code in kept.items() if name in dates or name.startswith(("time_", "zone_"))}
    extras = line.pop("extras", [])
    _share(order, "original_codes", own)
    _share(line, "original_codes", {name: code for name, code in kept.items() if name not in own})
    _share(order, "extras", [extra for extra in extras if "/OID/L5" not in extra["path"]])
    _share(line, "extras", [extra for extra in extras if "/OID/L5" in extra["path"]])
    if not line.get("item", True):
        del line["item"]
    if line:
        order["goods"] = [line]
    return order


def _share(owner: Value, member: str, value: object) -> None:
    if value:
        owner[member] = value


def _unfold(order: Value, _context: Reading) -> Value:
    order.pop("standing", None)
    transport.merge_carrier(order)
    return order


def _fold(order: Value, _context: Writing) -> Value:
    """Stops and goods have items only where something is said of them."""
    for line in [line for stop in order.get("stops", ()) for line in stop.get("lines", ())]:
        if not line.get("item", True):
            del line["item"]
    return order


MAPPING = DocumentMapping(
    "transport_order",
    [
        Once(
            "B2",
            {
                "carrier.identifiers": IdentifierOf(2, "scac"),
                "number": Text(4),
                "charges_payment": Coded(6, transport.PAYMENTS),
            },
        ),
        Once(
            "B2A",
            {"purpose": Coded(1, shared.PURPOSES, other="other"), "kind": Coded(2, Words(words.TENDERS), other="other")},
            default={1: "00", 2: "LT"},
        ),
        Once("C3", {"currency": DocumentCurrency(1)}),
        transport.L11,
        transport.appointments(_64="respond_by", _10="requested_pickup", _02="requested_delivery", _68="requested_delivery"),
        transport.ROUTE,
        transport.handling("shipment.handling", "shipment.measures"),
        *alone(transport.handling("shipment.handling", "shipment.measures")),
        transport.PALLETS,
        transport.NOTE,
        transport.parties(),
        transport.equipment("shipment.equipment"),
        Group("S5", STOP, into="stops", unfold=_stop_read, fold=_stop_written),
        transport.totals("totals.payable"),
    ],
    unfold=_unfold,
    fold=_fold,
    wire={"orders": "lines", "goods": "lines"},
)
