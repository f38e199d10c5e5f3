"""What is known of Odoo's records when something is to be said of them: rows, and what their relations lead to. Pure.

Everything is read at one time; the mappings look nothing up.
"""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal

from gateway.applications.odoo.changes.changed import readable
from gateway.applications.odoo.changes.values import Row, plain, related
from gateway.applications.odoo.mapping import read_order
from gateway.applications.odoo.order import SaleLine, SaleOrder
from gateway.applications.odoo.tables import UNITS, Tables
from gateway.ports.originals import Original
from translators.canonical.parts import Quantity


@dataclass(frozen=True, slots=True)
class Unit:
    """A unit of measure: how many reference units it is worth, its name, and its external ids; `family` are those it can be
    converted into.
    """

    id: int
    name: str
    worth: Decimal
    external_ids: tuple[str, ...]
    tables: Tables = field(default_factory=Tables)
    family: int = 0
    means: str | None = None
    """The code that it stands for with one product alone."""

    def is_meant_by(self, code: str | None) -> bool:
        """Whether orders in this code are booked in this unit."""
        if self.means is not None:
            return code == self.means
        configured = self.tables.units.get(code or "")
        names = (configured,) if configured else UNITS.get(code or "", ())
        return any(name in self.external_ids for name in names)

    @property
    def code(self) -> str | None:
        """Its UN/ECE Rec 20 code, where it has one."""
        return self.means or next((code for code in (*self.tables.units, *UNITS) if self.is_meant_by(code)), None)

    def quantity(self, value: Decimal, like: "SaleLine | None" = None) -> Quantity:
        """So many of it; in the code that the partner used, where that means this unit."""
        if like is not None and (like.unit is None or self.is_meant_by(like.unit)):
            return Quantity(value=value, unit=like.unit or self.code)
        code = self.code
        return Quantity(value=value, unit=code, original=None if code else self.name)

    def convert(self, value: Decimal, into: "Unit") -> Decimal:
        """A number of these as a number of others of its family."""
        if self.id == into.id or not into.worth:
            return value
        return plain((value * self.worth / into.worth).quantize(Decimal("1e-6")))


@dataclass(frozen=True, slots=True)
class Lookup:
    """Records by id, by what they are. A product's unit is in `units` as well."""

    products: Mapping[int, Row] = field(default_factory=dict)
    units: Mapping[int, Unit] = field(default_factory=dict)
    partners: Mapping[int, Row] = field(default_factory=dict)
    taxes: Mapping[int, Row] = field(default_factory=dict)
    lots: Mapping[int, Row] = field(default_factory=dict)
    packages: Mapping[int, Row] = field(default_factory=dict)

    def product(self, row: Row) -> Row:
        """The product of a line; empty when it has none."""
        return self.products.get(related(row, "product_id") or 0, {})

    def unit(self, row: Row, name: str) -> Unit:
        """The unit of a line, by the name of its field."""
        number = related(row, name) or 0
        return self.units.get(number) or Unit(number, "", Decimal(1), ())


@dataclass(frozen=True, slots=True)
class Line:
    """A line of a sale order. `ordinal` counts the lines that were booked, from 1; None for one that was added in Odoo.

    `booked` is how it was booked, `sent` the line as the partner sent it; empty when nobody knows any more. `unfinished`: a
    change of the partner's that is being carried out has added it, and there is more to come.
    """

    id: int
    row: Row
    product: Row
    unit: Unit
    quantity: Decimal
    ordinal: int | None = None
    booked: SaleLine | None = None
    sent: Mapping[str, object] = field(default_factory=dict)
    unfinished: bool = False

    @property
    def number(self) -> str | None:
        """The partner's line number; its place where lines have none; None for a line that the partner did not order."""
        if self.ordinal is None:
            return None
        return self.booked.label if self.booked else str(self.sent.get("number") or self.ordinal)

    def stated(self, value: Decimal) -> Quantity:
        """A quantity of it, in the partner's unit."""
        return self.unit.quantity(value, self.booked)


@dataclass(frozen=True, slots=True)
class Order:
    """A sale order that came through this gateway: how it stands in Odoo, how it was booked, how it was sent."""

    row: Row
    original: Original
    lines: Sequence[Line]
    booked: SaleOrder | None
    lookup: Lookup

    @property
    def id(self) -> int:
        """Its database id."""
        return int(self.row["id"])

    @property
    def name(self) -> str:
        """Its number in Odoo."""
        return str(self.row.get("name") or self.id)

    @property
    def partner(self) -> str:
        """Who sent it."""
        return self.original.partner

    @property
    def number(self) -> str:
        """Its number at the partner."""
        said = self.original.received.get("number") or self.row.get("client_order_ref")
        return str(said or self.name)

    @property
    def release(self) -> str | None:
        """Which release of a blanket order it is."""
        said = self.original.received.get("release")
        return str(said) if said else None

    def line(self, number: int | None) -> Line | None:
        """The line with this database id."""
        return next((line for line in self.lines if line.id == number), None)


def _booked(original: Original, key: str, tables: Tables) -> SaleOrder | None:
    """The order as it was booked, and changed since; lines that the customer took back are of nothing."""
    document, gone = readable(original.delivered)
    read = read_order(document, key=key, partner=original.partner, test=original.test, options=original.options, tables=tables)
    if not isinstance(read, SaleOrder):
        return None
    lines = (replace(line, quantity=Decimal(0)) if place in gone else line for place, line in enumerate(read.lines))
    return replace(read, lines=tuple(lines))


Agreed = Callable[[str, str], bool]
"""Whether a partner has an agreement about a document that goes out."""


def order_of(row: Row, lines: Sequence[Row], original: Original, *, places: Mapping[int, int], unit: str, lookup: Lookup,
             key: str, tables: Tables, unfinished: Collection[int] = ()) -> Order:  # fmt: skip
    """An order, its lines matched with those that were booked. `places` are the ordinals of lines by database id, `unfinished`
    those that a change has added which is being carried out.
    """
    booked = _booked(original, key, tables) if original.delivered else None
    sent = original.received.get("lines") or []
    made = []
    for line in lines:
        ordinal = places.get(int(line["id"]))
        at = ordinal - 1 if ordinal else -1
        made.append(
            Line(
                id=int(line["id"]),
                row=line,
                product=lookup.product(line),
                unit=lookup.unit(line, unit),
                quantity=plain(Decimal(str(line.get("product_uom_qty") or 0))),
                ordinal=ordinal,
                booked=booked.lines[at] if booked and 0 <= at < len(booked.lines) else None,
                sent=sent[at] if 0 <= at < len(sent) else {},
                unfinished=int(line["id"]) in unfinished,
            )
        )
    return Order(row, original, made, booked, lookup)
