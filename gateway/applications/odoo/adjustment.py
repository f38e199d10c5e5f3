"""A warehouse's correction of its stock → differences by place, product and lot. Pure."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from gateway.applications.odoo.identification import identifiers, wanted_product
from gateway.applications.odoo.order import Kind, Problem, Reference, WantedProduct
from gateway.applications.odoo.references import party_words, reference
from gateway.applications.odoo.remarks import clean
from gateway.applications.odoo.tables import Tables
from gateway.applications.odoo.values import Json, decimal, label_of, unit_of
from gateway.ports.delivery import APPROVED_BY

SCHEMA = "inventory_adjustment/1"
GOOD = ("good", "available", "")
PREFIX = "location_"


@dataclass(frozen=True, slots=True)
class Difference:
    """So much more (plus) or less of a product, of one lot, in one place. `place` is a location's name or external id as
    configured, `bin` what the warehouse calls the bin; both empty for the stock of the warehouse.
    """

    label: str
    product: WantedProduct
    quantity: Decimal
    unit: str | None
    lot: str | None
    place: str
    bin: str


@dataclass(frozen=True, slots=True)
class Adjustment:
    """All differences of one document. `limit` is the largest that is booked without a person, in the product's own unit;
    `worth` is what all of them together may be worth, by the products' cost.
    """

    key: str
    number: str
    differences: tuple[Difference, ...]
    limit: Decimal | None
    worth: Decimal | None
    warehouse: Reference | None = None

    @property
    def reference(self) -> str:
        """The name of the stock moves that it makes, by which a repeat finds them."""
        return f"EDI {self.number} [edi:{self.key}]"


def read_adjustment(document: Json, *, key: str, partner: str, options: Json, tables: Tables) -> Adjustment | tuple[Problem, ...]:
    """The differences a document tells of, or every reason why they cannot be booked.

    Options: `warehouse` or `location` (the stock they are of), `location_<status>` (where goods of a status lie:
    `location_damaged`), `bins` (bins are locations in Odoo as well), `limit` and `limit_value` (larger differences, or those that
    are worth more, wait for a person, until one has approved them).
    """
    if document.get("schema") != SCHEMA:
        return (Problem("document-unsupported", f"Stock is adjusted by {SCHEMA}, not by {document.get('schema')}."),)
    limits = {name: decimal(options.get(name)) for name in ("limit", "limit_value")}
    for name, limit in limits.items():
        if options.get(name) is not None and (limit is None or limit < 0):
            return (Problem("option-invalid", f"The option {name} is {options[name]!r}; it is a number."),)
    differences: list[Difference] = []
    problems: list[Problem] = []
    for ordinal, line in enumerate(document.get("lines") or [], 1):
        read = list(_line(line, ordinal, partner, options, tables))
        problems += [one for one in read if isinstance(one, Problem)]
        differences += [one for one in read if isinstance(one, Difference)]
    if not differences and not problems:
        problems.append(Problem("lines-missing", "The document tells of no difference."))
    chosen = str(options.get("warehouse") or "")
    meant = Reference(Kind.WAREHOUSE, chosen, chosen) if chosen else _warehouse(document, options, tables)
    if isinstance(meant, Problem):
        problems.append(meant)
    if problems:
        return tuple(problems)
    number = clean(str(document.get("number") or ""))
    if options.get(APPROVED_BY):
        limits = dict.fromkeys(limits)
    return Adjustment(
        key, number, tuple(differences), limits["limit"], limits["limit_value"], meant if isinstance(meant, Reference) else None
    )


def _warehouse(document: Json, options: Json, tables: Tables) -> Reference | Problem | None:
    """Whose stock it is by the document; a location that is configured goes before it."""
    return None if options.get("location") else reference(Kind.WAREHOUSE, party_words(document.get("warehouse")), tables)


def _line(line: Json, ordinal: int, partner: str, options: Json, tables: Tables) -> Iterator[Difference | Problem]:
    label = label_of(line, ordinal)
    stated = line.get("quantity") or {}
    quantity = decimal(stated.get("value"))
    if quantity is None:
        yield Problem("quantity-invalid", f"Line {label} has no quantity.")
        return
    base = Difference(
        label=label,
        product=wanted_product(line.get("item") or {}, partner=partner, tables=tables),
        quantity=quantity,
        unit=unit_of(stated),
        lot=None,
        place=str(options.get("location") or ""),
        bin=_bin(line) if options.get("bins") else "",
    )
    places = _places(line, options, base.place, label)
    if isinstance(places, Problem):
        yield places
        return
    for lot, part in _lots(line, quantity):
        for place, sign in places:
            if part or line.get("reason") == "count":  # counted, and right: it need not be counted again
                yield Difference(label, base.product, part * sign, base.unit, lot, place, base.bin)


def _places(line: Json, options: Json, stock: str, label: str) -> Sequence[tuple[str, int]] | Problem:
    """Where the quantity comes to, and where it leaves, when goods only change their status."""
    before, after = str(line.get("from_status") or ""), str(line.get("to_status") or "")
    if before == after:
        return [(stock, 1)]
    found: list[tuple[str, int]] = []
    for status, sign in ((before, -1), (after, 1)):
        place = stock if status in GOOD else options.get(f"{PREFIX}{status}")
        if place is None:
            return Problem(
                "status-unmapped",
                f"Line {label}: goods become {after or 'good'} that were {before or 'good'}; where goods of status {status!r} "
                f"lie is not said. Name it by the option {PREFIX}{status}.",
            )
        found.append((str(place), sign))
    return found


def _lots(line: Json, quantity: Decimal) -> list[tuple[str | None, Decimal]]:
    """The lots concerned; the quantity is that of the only one where it names none itself."""
    lots = [lot for lot in line.get("lots") or [] if lot.get("number") or lot.get("serials")]
    if not lots:
        return [(None, quantity)]
    sign = -1 if quantity < 0 else 1
    parts: list[tuple[str | None, Decimal]] = []
    for lot in lots:
        parts += [(str(serial), Decimal(sign)) for serial in lot.get("serials") or []]
        if not lot.get("serials"):
            own = decimal((lot.get("quantity") or {}).get("value"))
            parts.append((clean(str(lot["number"])), abs(own) * sign if own is not None else quantity))
    rest = quantity - sum((part for _, part in parts), Decimal(0))
    return [*parts, (None, rest)] if len(parts) > 1 or rest else parts


def _bin(line: Mapping[str, object]) -> str:
    location = line.get("location")
    if not isinstance(location, Mapping):
        return ""
    named = [*identifiers(location, "seller"), *identifiers(location, "buyer"), *identifiers(location, "bin")]
    return next(iter((*named, str(location.get("name") or ""))), "")
