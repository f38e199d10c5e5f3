"""Odoo's units of measure for the UN/ECE Rec 20 codes of documents."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from gateway.applications.odoo.cache import TimedCache
from gateway.applications.odoo.catalogue import Product
from gateway.applications.odoo.client import OdooClient
from gateway.applications.odoo.external_ids import ExternalIds
from gateway.applications.odoo.order import Problem
from gateway.applications.odoo.scope import Scope
from gateway.applications.odoo.tables import UNITS
from gateway.domain.odoo_tables import ANY, PACKAGING, Rounding, Tables

OWN = ANY
FINE = Decimal("1e-6")
UOM = "uom.uom"


@dataclass(frozen=True, slots=True)
class Unit:
    """A unit. Only units of one `family` convert into each other: a category up to Odoo 18, the reference unit from 19.

    `size` is how many of the family's reference unit it is.
    """

    id: int
    name: str
    family: str
    size: Decimal = Decimal(1)


@dataclass(frozen=True, slots=True)
class Pack:
    """How many of a product's own unit one of a code is, for this product: a case, a layer, a pallet. `unit` is the record that
    says so where that is a unit of its own (19), in which lines can be booked.
    """

    factor: Decimal
    unit: int | None = None


@dataclass(frozen=True, slots=True)
class Booked:
    """How a line is booked: in which unit, and how many of it are one of the document's."""

    unit: int
    factor: Decimal = Decimal(1)


@dataclass(frozen=True, slots=True)
class Units:
    """All units of the database, which of them a batch's codes mean (0: the product's own), and what codes mean for a product.

    `packed` are the codes that mean another number with each product; one that is not in `packs` for a product has no factor.
    """

    by_id: Mapping[int, Unit]
    by_code: Mapping[str, int]
    packs: Mapping[tuple[int, str], Pack] = field(default_factory=dict)
    packed: Mapping[str, str] = field(default_factory=dict)
    rounding: Rounding = field(default_factory=Rounding)

    def booked(self, code: str | None, own: int, *, product: int = 0) -> Booked | Problem:
        """How an order line is booked whose product's own unit is `own`."""
        pack = self.packs.get((product, code or ""))
        if pack is not None:
            return Booked(pack.unit) if pack.unit is not None else Booked(own, pack.factor)
        unit = self._choose(code, own)
        return unit if isinstance(unit, Problem) else Booked(unit)

    def convert(self, quantity: Decimal, code: str | None, into: int, *, product: int = 0, own: int = 0) -> Decimal | Problem:
        """A quantity given by a code (None: the product's own unit) in the unit `into`, rounded as agreed.

        `own` is the product's own unit, where that is another one than `into`.
        """
        pack = self.packs.get((product, code or ""))
        if pack is not None:
            return self.rounded(self._between(quantity * pack.factor, own or into, into), code, into)
        unit = self._choose(code, into)
        if isinstance(unit, Problem) or unit == into:
            return unit if isinstance(unit, Problem) else quantity
        return self.rounded(self._between(quantity, unit, into), code, into)

    def between(self, quantity: Decimal, source: int, target: int) -> Decimal:
        """A quantity of one unit in another of its family, to six decimals; unknown ones count as the same."""
        if source == target or source not in self.by_id or target not in self.by_id:
            return quantity
        return self._between(quantity, source, target).quantize(FINE).normalize() + 0

    def rounded(self, quantity: Decimal, code: str | None, unit: int) -> Decimal | Problem:
        """A converted quantity as Odoo is to keep it."""
        result = self.rounding.rounded(quantity)
        if result is not None:
            return result
        name = self.by_id[unit].name if unit in self.by_id else "its own unit"
        return Problem(
            "quantity-fraction",
            f"in {name} the quantity in {code} is {quantity.quantize(FINE).normalize():f}, which has more than "
            f"{self.rounding.decimals} decimals; correct the factor or the quantity, or let the application round",
        )

    def _between(self, quantity: Decimal, source: int, target: int) -> Decimal:
        if source == target or source not in self.by_id or target not in self.by_id:
            return quantity
        return quantity * self.by_id[source].size / self.by_id[target].size

    def _choose(self, code: str | None, own: int) -> int | Problem:
        if code is None:
            return own
        if code in self.packed:
            return Problem(
                "factor-missing",
                f"how many {code} holds of this product is not known: give the product a packaging {self.packed[code]!r} in "
                "Odoo, or the application's table factors an entry <our code>/" + code,
            )
        meant = self.by_code.get(code)
        if meant is None:
            advice = "activate it there (19 ships some units archived), or name one in the application's units"
            return Problem("unit-unknown", f"the unit {code} has no active counterpart in Odoo; {advice}")
        if meant in (0, own):
            return own
        unit, base = self.by_id.get(meant), self.by_id.get(own)
        if unit is not None and base is not None and unit.family != base.family:
            return Problem("unit-mismatch", f"it is ordered by {unit.name} ({code}) but kept by {base.name}")
        return meant


class UnitTable:
    """Reads the units once in a while, a few dozen of them; and what products are packed in, where tables ask for that."""

    def __init__(
        self,
        client: OdooClient,
        external_ids: ExternalIds,
        *,
        tables: Tables,
        cache: TimedCache[str, Mapping[int, Unit]],
        packagings: TimedCache[tuple[int, str], Pack | None],
    ) -> None:
        self._client = client
        self._external_ids = external_ids
        self._tables = tables
        self._cache = cache
        self._packagings = packagings
        self._counted = {key.rpartition("/")[2] for key in tables.factors}

    async def fetch(self, codes: Iterable[str], scope: Scope, *, of: Iterable[Product] = ()) -> Units:
        """The units behind these codes, and what they mean for these products."""
        candidates = {code: self._candidates(code) for code in set(codes)}
        ids = await self._external_ids.find((name for names in candidates.values() for name in names if name != OWN), model=UOM)
        by_code: dict[str, int] = {}
        for code, names in candidates.items():
            found = [0 if name == OWN else ids[name] for name in names if name == OWN or name in ids]
            if found:
                by_code[code] = found[0]
        by_id = self._cache.get("units")
        if by_id is None:
            by_id = await self._read(scope)
            self._cache.put("units", by_id)
        named = {code: name for code in candidates if (name := packaging_of(self._tables, code)) is not None}
        packs = await self._packs(set(candidates), named, {one.id: one for one in of}, by_id, scope)
        counted = {code: code for code in candidates if code in self._counted and not candidates[code]}
        return Units(by_id, by_code, packs, counted | named, self._tables.rounding)

    def forget(self) -> None:
        """Look everything up again from now on."""
        self._cache.clear()
        self._packagings.clear()

    def _candidates(self, code: str) -> tuple[str, ...]:
        own = self._tables.units.get(code, "")
        if own.startswith(PACKAGING):
            return ()
        return (own,) if own else UNITS.get(code, ())

    async def _read(self, scope: Scope) -> dict[int, Unit]:
        family = scope.dialect.unit_family
        fields = ["name", "factor", family]
        rows = await self._client.call(UOM, "search_read", [[]], fields=fields, context=scope.context)
        return {row["id"]: Unit(row["id"], row["name"] or "", _family(row[family]), _size(row, scope)) for row in rows}

    async def _packs(
        self, codes: Iterable[str], named: Mapping[str, str], of: Mapping[int, Product], units: Mapping[int, Unit], scope: Scope
    ) -> dict[tuple[int, str], Pack]:
        """By product and code; what the site's own table says goes before what Odoo says."""
        packs = {
            (product.id, code): Pack(factor)
            for product in of.values()
            for code in codes
            if (factor := self._tables.factors.get(f"{product.code}/{code}")) is not None
        }
        names = set(named.values())
        missing = [one for one in of.values() if any(self._packagings.get((one.id, name)) is None for name in names)]
        if missing and names:
            await self._packagings_of(missing, names, units, scope)
        for product in of:
            for code, name in named.items():
                pack = self._packagings.get((product, name))
                if pack is not None:
                    packs.setdefault((product, code), pack)
        return packs

    async def _packagings_of(
        self, products: Sequence[Product], names: Iterable[str], units: Mapping[int, Unit], scope: Scope
    ) -> None:
        """What Odoo says: `product.packaging` up to 18, from 19 on the units of a product."""
        known = {one.id: one for one in products}
        if scope.dialect.packagings_are_units:
            rows = await self._client.call("product.product", "read", [sorted(known), ["uom_ids"]], context=scope.context)
            for row in rows:
                own = units.get(known[row["id"]].unit)
                for unit in filter(None, map(units.get, row["uom_ids"])):
                    if own is not None and unit.family == own.family and unit.name in names:
                        self._packagings.put((row["id"], unit.name), Pack(unit.size / own.size, unit.id))
            return
        domain = [["product_id", "in", sorted(known)], ["name", "in", sorted(names)]]
        rows = await self._client.call(
            "product.packaging", "search_read", [domain], fields=["product_id", "name", "qty"], context=scope.context
        )
        for row in rows:
            if row["qty"]:
                self._packagings.put((row["product_id"][0], row["name"]), Pack(Decimal(str(row["qty"]))))


def counts_packs(tables: Tables, code: str) -> bool:
    """Whether a code means another number with each product."""
    return packaging_of(tables, code) is not None or any(key.endswith(f"/{code}") for key in tables.factors)


def packaging_of(tables: Tables, code: str) -> str | None:
    """The name of the packaging that a code means with each product; None when it means a unit."""
    target = tables.units.get(code, "")
    return target.removeprefix(PACKAGING) if target.startswith(PACKAGING) else None


def _size(row: Mapping[str, Any], scope: Scope) -> Decimal:
    """`factor` says it from 19 on; before, it is how many of the unit make one of the reference."""
    factor = Decimal(str(row["factor"] or 1))
    return factor if scope.dialect.major >= 19 else (1 / factor).quantize(Decimal("1e-9")).normalize() + 0


def _family(value: Any) -> str:
    """`"1/7/"` (the path of reference units) or `[4, "Weight"]` (a category)."""
    if isinstance(value, str):
        return value.partition("/")[0]
    return str(value[0]) if value else ""
