"""Odoo's units of measure for the UN/ECE Rec 20 codes of documents."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from gateway.applications.odoo.cache import TimedCache
from gateway.applications.odoo.client import OdooClient
from gateway.applications.odoo.external_ids import ExternalIds
from gateway.applications.odoo.order import Problem
from gateway.applications.odoo.scope import Scope
from gateway.applications.odoo.tables import UNITS

OWN = "*"
FINE = Decimal("1e-6")


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
class Units:
    """All units of the database, and which of them a batch's codes mean (0: the product's own)."""

    by_id: Mapping[int, Unit]
    by_code: Mapping[str, int]

    def choose(self, code: str | None, own: int) -> int | Problem:
        """The unit an order line is booked in, for a product whose own unit is `own`."""
        if code is None:
            return own
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

    def convert(self, quantity: Decimal, code: str | None, own: int) -> Decimal | Problem:
        """A quantity given by a code (None: the product's own unit), in the product's own unit, to six decimals."""
        unit = self.choose(code, own)
        if isinstance(unit, Problem) or unit == own:
            return unit if isinstance(unit, Problem) else quantity
        size, base = self.by_id[unit].size, self.by_id[own].size
        return (quantity * size / base).quantize(FINE).normalize() + 0

    def between(self, quantity: Decimal, source: int, target: int) -> Decimal:
        """A quantity of one unit in another of its family; unknown ones count as the same."""
        if source == target or source not in self.by_id or target not in self.by_id:
            return quantity
        return (quantity * self.by_id[source].size / self.by_id[target].size).quantize(FINE).normalize() + 0


class UnitTable:
    """Reads the units once in a while; there are a few dozen."""

    def __init__(
        self,
        client: OdooClient,
        external_ids: ExternalIds,
        *,
        configured: Mapping[str, str],
        cache: TimedCache[str, Mapping[int, Unit]],
    ) -> None:
        self._client = client
        self._external_ids = external_ids
        self._configured = configured
        self._cache = cache

    async def fetch(self, codes: Iterable[str], scope: Scope) -> Units:
        """The units behind these codes."""
        candidates = {code: self._candidates(code) for code in set(codes)}
        ids = await self._external_ids.find(name for names in candidates.values() for name in names if name != OWN)
        by_code: dict[str, int] = {}
        for code, names in candidates.items():
            found = [0 if name == OWN else ids[name] for name in names if name == OWN or name in ids]
            if found:
                by_code[code] = found[0]
        by_id = self._cache.get("units")
        if by_id is None:
            by_id = await self._read(scope)
            self._cache.put("units", by_id)
        return Units(by_id, by_code)

    def forget(self) -> None:
        """Look everything up again from now on."""
        self._cache.clear()

    def _candidates(self, code: str) -> tuple[str, ...]:
        own = self._configured.get(code)
        return (own,) if own else UNITS.get(code, ())

    async def _read(self, scope: Scope) -> dict[int, Unit]:
        family = scope.dialect.unit_family
        fields = ["name", "factor", family]
        rows = await self._client.call("uom.uom", "search_read", [[]], fields=fields, context=scope.context)
        return {row["id"]: Unit(row["id"], row["name"] or "", _family(row[family]), _size(row, scope)) for row in rows}


def _size(row: Mapping[str, Any], scope: Scope) -> Decimal:
    """`factor` says it from 19 on; before, it is how many of the unit make one of the reference."""
    factor = Decimal(str(row["factor"] or 1))
    return factor if scope.dialect.major >= 19 else (1 / factor).quantize(Decimal("1e-9")).normalize() + 0


def _family(value: Any) -> str:
    """`"1/7/"` (the path of reference units) or `[4, "Weight"]` (a category)."""
    if isinstance(value, str):
        return value.partition("/")[0]
    return str(value[0]) if value else ""
