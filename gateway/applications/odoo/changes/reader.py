"""Reads records of Odoo in as few calls as it takes, asking only for fields that this database has."""

import time
from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence
from decimal import Decimal
from typing import Any

from gateway.applications.odoo.cache import TimedCache
from gateway.applications.odoo.catalogue import Product
from gateway.applications.odoo.changes.facts import Lookup, Unit
from gateway.applications.odoo.changes.values import Row, related
from gateway.applications.odoo.client import OdooClient
from gateway.applications.odoo.external_ids import ExternalIds
from gateway.applications.odoo.scope import Scope
from gateway.applications.odoo.tables import Tables
from gateway.applications.odoo.units import Pack, UnitTable, counts_packs
from gateway.ports.pulse import beat

_PACKED = 300.0
"""Seconds for which what products are packed in is believed."""

AT_ONCE = 500
"""Ids in one call."""

PRODUCT = ("default_code", "barcode", "name", "uom_id", "tracking", "product_tmpl_id")
PARTNER = (
    "name",
    "ref",
    "vat",
    "street",
    "street2",
    "zip",
    "city",
    "state_id",
    "country_id",
    "commercial_partner_id",
    "parent_id",
)
TAX = ("name", "amount", "amount_type", "ubl_cii_tax_category_code")
LOT = ("name", "expiration_date")
UNIT = ("name", "factor", "category_id", "parent_path")


class Reader:
    """Reads from one database, in one company."""

    def __init__(
        self, client: OdooClient, scope: Scope, tables: Tables, *, turn: Callable[[], Awaitable[None]] | None = None
    ) -> None:
        self._client, self.scope, self.tables, self._turn = client, scope, tables, turn
        self._fields: dict[tuple[str, tuple[str, ...]], list[str]] = {}
        self._units: Mapping[int, Unit] | None = None
        self._packed: UnitTable | None = None

    async def fields(self, model: str, wanted: Sequence[str]) -> list[str]:
        """Those of the fields that the model has: modules add them, versions rename them."""
        key = (model, tuple(wanted))
        if key not in self._fields:
            known = await self._call(model, "fields_get", [list(wanted)], attributes=["type"])
            self._fields[key] = [name for name in wanted if name in known]
        return self._fields[key]

    async def search(
        self, model: str, domain: Sequence[Any], wanted: Sequence[str], *, limit: int | None = None
    ) -> list[dict[str, Any]]:
        """Records that a domain means, by id. Archived ones too: what was sold may not be sold any more."""
        fields = await self.fields(model, wanted)
        more = {"limit": limit} if limit else {}
        rows = await self._call(model, "search_read", [list(domain)], fields=fields, order="id", **more)
        return [dict(row) for row in rows]

    async def below(self, model: str, field: str, ids: Iterable[int], wanted: Sequence[str]) -> list[dict[str, Any]]:
        """Records whose relation leads to one of these."""
        rows: list[dict[str, Any]] = []
        for some in _portions(ids):
            rows += await self.search(model, [[field, "in", some]], wanted)
        return rows

    async def records(self, model: str, ids: Iterable[int | None], wanted: Sequence[str]) -> dict[int, dict[str, Any]]:
        """Records by id, without those that are gone."""
        found: dict[int, dict[str, Any]] = {}
        for some in _portions(ids):
            fields = await self.fields(model, wanted)
            rows = await self._call(model, "read", [some, fields])
            found |= {int(row["id"]): dict(row) for row in rows}
        return found

    async def external_ids(self, model: str, ids: Iterable[int]) -> dict[int, tuple[str, ...]]:
        """All external ids of records. A service user may not read `ir.model.data`, but ask for the metadata of what he reads."""
        found: dict[int, tuple[str, ...]] = {}
        for some in _portions(ids):
            for row in await self._call(model, "get_metadata", [some]):
                found[int(row["id"])] = tuple(one["xmlid"] for one in row.get("xmlids") or ())
        return found

    async def lookup(
        self,
        *,
        products: Iterable[int | None] = (),
        taxes: Iterable[int] = (),
        lots: Iterable[int | None] = (),
        packages: Iterable[int | None] = (),
    ) -> Lookup:
        """What relations lead to."""
        package = "stock.package" if self.scope.dialect.major >= 19 else "stock.quant.package"
        return Lookup(
            products=await self.records("product.product", products, PRODUCT),
            units=await self.units(),
            taxes=await self.records("account.tax", taxes, TAX),
            lots=await self.records("stock.lot", lots, LOT),
            packages=await self.records(package, packages, ("name",)),
        )

    async def units(self, *, fresh: bool = False) -> Mapping[int, Unit]:
        """All units of measure; there are a few dozen, and they hardly ever change."""
        if self._units is None or fresh:
            rows = await self.search("uom.uom", [["active", "in", [True, False]]], UNIT)
            names = await self.external_ids("uom.uom", [int(row["id"]) for row in rows])
            self._units = {int(row["id"]): self._unit(row, names.get(int(row["id"]), ())) for row in rows}
        return self._units

    async def packs(self, codes: Iterable[str], products: Iterable[Row]) -> Mapping[tuple[int, str], Pack]:
        """What one of a code holds of each product, where the site's tables count by the case or pallet."""
        wanted = [code for code in codes if counts_packs(self.tables, code)]
        if not wanted:
            return {}
        if self._packed is None:
            external_ids = ExternalIds(self._client, cache=TimedCache(ttl=0.0, clock=time.monotonic))
            units, packs = (TimedCache[Any, Any](ttl=_PACKED, clock=time.monotonic) for _ in range(2))
            self._packed = UnitTable(self._client, external_ids, tables=self.tables, cache=units, packagings=packs)
        of = [
            Product(int(row["id"]), str(row.get("default_code") or ""), "", "", related(row, "uom_id") or 0, sold=True)
            for row in products
        ]
        return (await self._packed.fetch(wanted, self.scope, of=of)).packs

    async def parties(self, ids: Iterable[int | None]) -> dict[int, dict[str, Any]]:
        """Records of `res.partner`, with the codes of their countries and states beside the rest."""
        gln = self.scope.dialect.gln
        rows = await self.records("res.partner", ids, (*PARTNER, *filter(None, [gln])))
        countries = await self.records("res.country", (related(row, "country_id") for row in rows.values()), ("code",))
        states = await self.records("res.country.state", (related(row, "state_id") for row in rows.values()), ("code",))
        for row in rows.values():
            row["country_code"] = countries.get(related(row, "country_id") or 0, {}).get("code")
            row["state_code"] = states.get(related(row, "state_id") or 0, {}).get("code")
        return rows

    def _unit(self, row: Row, names: tuple[str, ...]) -> Unit:
        """Up to 18 the factor says how many of it make the reference unit, from 19 on how many of that make it."""
        factor = Decimal(str(row.get("factor") or 1))
        worth = factor if self.scope.dialect.major >= 19 else 1 / factor
        family = related(row, "category_id") or int(str(row.get("parent_path") or 0).split("/")[0])
        return Unit(int(row["id"]), str(row.get("name") or ""), worth, names, self.tables, family)

    async def _call(self, model: str, method: str, args: list[Any], **keywords: Any) -> Any:
        if self._turn is not None:
            await self._turn()
        beat()
        context = {**self.scope.context, "active_test": False}
        return await self._client.call(model, method, args, context=context, **keywords)


def _portions(ids: Iterable[int | None]) -> Iterable[list[int]]:
    wanted = sorted({one for one in ids if one})
    return (wanted[start : start + AT_ONCE] for start in range(0, len(wanted), AT_ONCE))
