"""Products of Odoo by barcode and code."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from gateway.applications.odoo.cache import TimedCache
from gateway.applications.odoo.client import OdooClient
from gateway.applications.odoo.order import Problem, WantedProduct
from gateway.applications.odoo.scope import Scope

FIELDS = ("default_code", "barcode", "name", "uom_id", "sale_ok")


@dataclass(frozen=True, slots=True)
class Product:
    """A product variant: `unit` is the database id of its own unit of measure."""

    id: int
    code: str
    barcode: str
    name: str
    unit: int
    sold: bool


Key = tuple[int | None, str, str]
"""Company, field (`barcode` or `default_code`), value."""


@dataclass(frozen=True, slots=True)
class Products:
    """What a batch's items could be, by field and value. `complete` when Odoo has just said all of it."""

    company: int | None
    found: Mapping[Key, tuple[Product, ...]]
    complete: bool

    def unit_of(self, product: int) -> int:
        """The own unit of a product among these; 0 for another."""
        return next((one.unit for one in self.all if one.id == product), 0)

    @property
    def all(self) -> list[Product]:
        """Every one of them, once."""
        return list(dict.fromkeys(product for products in self.found.values() for product in products))

    def choose(self, wanted: WantedProduct, *, for_sale: bool = True) -> Product | Problem:
        """The one product meant. A code is not unique in Odoo: more than one match is a failure, never a guess."""
        by_barcode = self._matching("barcode", wanted.barcodes)
        by_code = self._matching("default_code", wanted.codes)
        if by_barcode and by_code:
            matches = [p for p in by_barcode if p in by_code]
            if not matches:
                conflict = f"its GTIN means {_names(by_barcode)}, our code {_names(by_code)}"
                return Problem("product-ambiguous", f"{wanted.label}: {conflict}")
        else:
            matches = by_barcode or by_code
        if not matches and not wanted.barcodes and not wanted.codes:
            matches = self._matching("default_code", wanted.buyer_codes)
        if not matches:
            return Problem("product-unknown", f"{wanted.label} is not in Odoo")
        if len(matches) > 1:
            return Problem("product-ambiguous", f"{wanted.label} means several products: {_names(matches)}")
        if for_sale and not matches[0].sold:
            return Problem("product-not-sold", f"{wanted.label} is not for sale in Odoo")
        return matches[0]

    def _matching(self, field: str, values: Iterable[str]) -> list[Product]:
        matches = [p for value in values for p in self.found.get((self.company, field, value), ())]
        return list(dict.fromkeys(matches))


class Catalogue:
    """Finds the products of a whole batch with one call, or none when all are known."""

    def __init__(self, client: OdooClient, *, cache: TimedCache[Key, tuple[Product, ...]]) -> None:
        self._client = client
        self._cache = cache

    async def fetch(self, wanted: Sequence[WantedProduct], scope: Scope, *, fresh: bool = False) -> Products:
        """Everything any of these items could be. `fresh` asks Odoo even for what is known."""
        keys = {(scope.company, "barcode", b) for w in wanted for b in w.barcodes}
        keys |= {(scope.company, "default_code", c) for w in wanted for c in (*w.codes, *w.buyer_codes)}
        known = {} if fresh else {key: value for key in keys if (value := self._cache.get(key)) is not None}
        missing = [key for key in keys if key not in known]
        found = await self._search(missing, scope) if missing else {}
        for key, products in found.items():
            self._cache.put(key, products)
        return Products(scope.company, known | found, complete=not known)

    def forget(self) -> None:
        """Look everything up again from now on."""
        self._cache.clear()

    async def _search(self, keys: Sequence[Key], scope: Scope) -> dict[Key, tuple[Product, ...]]:
        by_field = {field: sorted(v for _, f, v in keys if f == field) for field in ("barcode", "default_code")}
        terms: list[Any] = [[field, "in", values] for field, values in by_field.items() if values]
        domain = ["|"] * (len(terms) - 1) + terms
        rows = await self._client.call("product.product", "search_read", [domain], fields=list(FIELDS), context=scope.context)
        found: dict[Key, tuple[Product, ...]] = dict.fromkeys(keys, ())
        for product in map(_product, rows):
            for key in ((scope.company, "barcode", product.barcode), (scope.company, "default_code", product.code)):
                if key in found:
                    found[key] = (*found[key], product)
        return found


def products_of(rows: Iterable[Mapping[str, Any]]) -> Products:
    """Just these rows, as records to choose from: the products of an order or a transfer."""
    found: dict[Key, tuple[Product, ...]] = {}
    for product in map(_product, rows):
        for key in ((None, "barcode", product.barcode), (None, "default_code", product.code)):
            if key[2]:
                found[key] = (*found.get(key, ()), product)
    return Products(None, found, complete=True)


def _product(row: Mapping[str, Any]) -> Product:
    return Product(
        id=row["id"],
        code=row["default_code"] or "",
        barcode=row["barcode"] or "",
        name=row["name"] or "",
        unit=row["uom_id"][0] if row["uom_id"] else 0,
        sold=bool(row["sale_ok"]),
    )


def _names(products: Iterable[Product]) -> str:
    return ", ".join(f"[{p.code or p.id}] {p.name}" for p in products)
