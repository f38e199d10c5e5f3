"""Compares what a site's tables say with what is in Odoo: records that are not there, of another kind, or not just one."""

from collections.abc import AsyncIterator, Iterator, Mapping, Sequence
from typing import Any

from gateway.applications.odoo.cache import TimedCache
from gateway.applications.odoo.client import OdooClient
from gateway.applications.odoo.external_ids import ExternalIds
from gateway.applications.odoo.identification import target_key
from gateway.applications.odoo.order import KeyKind, Kind, Problem, Reference
from gateway.applications.odoo.references import ReferenceDesk
from gateway.applications.odoo.scope import Scope
from gateway.applications.odoo.speech import learn_dialect, own_company
from gateway.domain.application import OdooConnection
from gateway.domain.odoo_tables import ANY, PACKAGING, Tables, Unmapped

_KINDS: Mapping[str, Kind] = {kind.table: kind for kind in Kind}
_AT_ONCE = 500

Wrong = tuple[str, str, str, str]
"""Table, word, target, what is wrong."""


async def compare(application: str, connection: OdooConnection) -> Sequence[Unmapped]:
    """Every entry of the tables that means nothing in Odoo, or not one thing. Raises OdooError when it cannot be asked."""
    client = OdooClient.of(connection)
    try:
        scope = Scope(await learn_dialect(client, connection.gln_field), await own_company(client))
        comparison = _Comparison(client, scope, connection.tables)
        found = [(table, word, target, why) async for table, word, target, why in comparison.all()]
        return [Unmapped(application, table, word, target, why) for table, word, target, why in found]
    finally:
        await client.close()


class _Comparison:
    """One look at one database."""

    def __init__(self, client: OdooClient, scope: Scope, tables: Tables) -> None:
        cache: TimedCache[Any, Any] = TimedCache(ttl=3600.0, clock=lambda: 0.0)
        self._client, self._scope, self._tables = client, scope, tables
        self._external_ids = ExternalIds(client, cache=cache)
        self._desk = ReferenceDesk(client, self._external_ids, cache=TimedCache(ttl=3600.0, clock=lambda: 0.0))

    async def all(self) -> AsyncIterator[Wrong]:
        """Table, word, target and what is wrong with it."""
        for table, kind in _KINDS.items():
            async for one in self._references(table, kind):
                yield one
        for one in [*await self._units(), *await self._pricelists(), *await self._customers(), *await self._products()]:
            yield one

    async def _references(self, table: str, kind: Kind) -> AsyncIterator[Wrong]:
        entries: Mapping[str, str] = getattr(self._tables, table)
        wanted = {word: Reference(kind, target, word) for word, target in entries.items()}
        found = await self._desk.find(wanted.values(), self._scope)
        numbered = [number for one, number in found.items() if isinstance(number, int) and one.target.startswith("id:")]
        there = set(await self._there(kind.value, numbered))
        for word, one in wanted.items():
            number = found[one]
            if isinstance(number, Problem) or (one.target.startswith("id:") and number not in there):
                yield table, word, one.target, f"there is no such {kind.value}"

    async def _units(self) -> Sequence[Wrong]:
        external = {word: target for word, target in self._tables.units.items() if "." in target and ":" not in target}
        records = await self._external_ids.find(external.values(), model="uom.uom")
        active = set(await self._there("uom.uom", list(records.values())))
        wrong = [
            ("units", word, target, "there is no such unit, or it is archived")
            for word, target in external.items()
            if records.get(target) not in active
        ]
        packed = {word: target for word, target in self._tables.units.items() if target.startswith(PACKAGING)}
        known = await self._packagings({target.removeprefix(PACKAGING) for target in packed.values()})
        wrong += [
            ("units", word, target, "no product has a packaging of that name")
            for word, target in packed.items()
            if target.removeprefix(PACKAGING) not in known
        ]
        return wrong

    async def _packagings(self, names: set[str]) -> set[str]:
        if not names:
            return set()
        model = "uom.uom" if self._scope.dialect.packagings_are_units else "product.packaging"
        rows = await self._search(model, [["name", "in", sorted(names)]], ["name"])
        return {row["name"] for row in rows}

    async def _pricelists(self) -> Sequence[Wrong]:
        entries = self._tables.pricelists
        records = await self._external_ids.find(entries.values(), model="product.pricelist")
        rows = (
            await self._search("product.pricelist", [["id", "in", sorted(records.values())]], ["currency_id"]) if records else []
        )
        currencies = {row["id"]: row["currency_id"][1] for row in rows}
        wrong: list[Wrong] = []
        for currency, target in entries.items():
            has = currencies.get(records.get(target, 0))
            if has != currency:
                why = f"that pricelist is in {has}" if has else "there is no such pricelist"
                wrong.append(("pricelists", currency, target, why))
        return wrong

    async def _customers(self) -> Sequence[Wrong]:
        keys = {word: target_key(target) for word, target in self._tables.customers.items()}
        external = await self._external_ids.find(
            (key.value for key in keys.values() if key.kind is KeyKind.EXTERNAL), model="res.partner"
        )
        ids = await self._there("res.partner", [int(key.value) for key in keys.values() if key.kind is KeyKind.DATABASE])
        refs = await self._counted("res.partner", "ref", [key.value for key in keys.values() if key.kind is KeyKind.REF])
        counts = {KeyKind.EXTERNAL: dict.fromkeys(external, 1), KeyKind.DATABASE: {str(one): 1 for one in ids}, KeyKind.REF: refs}
        return [
            ("customers", word, self._tables.customers[word], _how_many(counts[key.kind].get(key.value, 0), "customer"))
            for word, key in keys.items()
            if counts[key.kind].get(key.value, 0) != 1
        ]

    async def _products(self) -> Sequence[Wrong]:
        products = [("products", word, code, code) for word, code in self._tables.products.items()]
        factors = [("factors", word, str(number), word.rpartition("/")[0]) for word, number in self._tables.factors.items()]
        entries = [*products, *factors]
        counts = await self._counted("product.product", "default_code", [code for _, _, _, code in entries])
        return [
            (table, word, target, _how_many(counts.get(code, 0), "product with our code " + code))
            for table, word, target, code in entries
            if counts.get(code, 0) != 1 and code != ANY
        ]

    # -------------------------------------------------------------------------------------------------------------- asking

    async def _there(self, model: str, ids: Sequence[int]) -> Sequence[int]:
        rows = await self._search(model, [["id", "in", sorted(set(ids))]], ["id"]) if ids else []
        return [int(row["id"]) for row in rows]

    async def _counted(self, model: str, field: str, values: Sequence[str]) -> dict[str, int]:
        """How many records have each value."""
        counts: dict[str, int] = {}
        for some in _portions(sorted(set(values))):
            for row in await self._search(model, [[field, "in", some]], [field]):
                counts[str(row[field])] = counts.get(str(row[field]), 0) + 1
        return counts

    async def _search(self, model: str, domain: list[Any], fields: list[str]) -> Sequence[Mapping[str, Any]]:
        found: Sequence[Mapping[str, Any]] = await self._client.call(
            model, "search_read", [domain], fields=fields, context=self._scope.context
        )
        return found


def _how_many(count: int, what: str) -> str:
    return f"there is no {what}" if not count else f"there are {count} of them: {what}"


def _portions(values: Sequence[str]) -> Iterator[list[str]]:
    return (list(values[start : start + _AT_ONCE]) for start in range(0, len(values), _AT_ONCE))
