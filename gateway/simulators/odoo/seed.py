"""What stands in a fresh database: units, currencies, countries, a company, and what a seed adds."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from gateway.simulators.odoo.database import Database
from gateway.simulators.odoo.schema import GLN

Seed = Mapping[str, Any]
"""`products`, `partners`, `pricelists`: lists of objects with the fields of Odoo. `external_id` names a record; a partner's
`children` are its addresses; a product's `unit` is an external id; `currency` and `country` are codes."""

UNITS: Mapping[str, tuple[str, str, float]] = {
    "product_uom_unit": ("Units", "Unit", 1.0),
    "product_uom_dozen": ("Dozens", "Unit", 12.0),
    "product_uom_pack_6": ("Pack of 6", "Unit", 6.0),
    "product_uom_kgm": ("kg", "Weight", 1.0),
    "product_uom_gram": ("g", "Weight", 0.001),
    "product_uom_lb": ("lb", "Weight", 0.453592),
    "product_uom_litre": ("L", "Volume", 1.0),
    "product_uom_gal": ("gal (US)", "Volume", 3.78541),
    "product_uom_meter": ("m", "Length", 1.0),
    "product_uom_cm": ("cm", "Length", 0.01),
    "product_uom_hour": ("Hours", "Working Time", 1.0),
    "product_uom_day": ("Days", "Working Time", 8.0),
}

COUNTRIES = {"US": "United States", "DK": "Denmark", "DE": "Germany", "FR": "France", "GB": "United Kingdom", "SE": "Sweden"}
STATES = {"CA": "California", "IL": "Illinois", "NY": "New York", "TX": "Texas"}
CURRENCIES = ("USD", "EUR", "DKK", "GBP", "SEK")

EXAMPLE: Seed = {
    "products": [
        {"default_code": "ACME-1", "barcode": "5790000000012", "name": "Acme anvil", "list_price": 100.0},
        {"default_code": "ACME-2", "barcode": "036000291452", "name": "Acme rocket", "list_price": 25.5},
    ],
    "partners": [{"name": "BigBox", "ref": "bigbox", "is_company": True, "external_id": "sales.bigbox"}],
}
"""Enough to try the simulator by hand."""


def plant(database: Database, seed: Seed, *, major: int) -> None:
    """Fill a fresh database and commit."""
    _base(database, major=major)
    for one in seed.get("pricelists", []):
        values = {"name": one.get("name", one["currency"]), "currency_id": _named(database, "res.currency", one["currency"])}
        _insert(database, "product.pricelist", values, one.get("external_id"))
    for one in seed.get("products", []):
        _product(database, one)
    for one in seed.get("partners", []):
        _partner(database, one, parent=False)
    database.commit()


def read_seed(path: Path) -> Seed:
    """A seed from a JSON file."""
    seed: Seed = json.loads(path.read_text(encoding="utf-8"))
    return seed


def _base(database: Database, *, major: int) -> None:
    for currency in CURRENCIES:
        _insert(database, "res.currency", {"name": currency}, f"base.{currency}")
    for code, name in COUNTRIES.items():
        _insert(database, "res.country", {"name": name, "code": code}, f"base.{code.lower()}")
    for code, name in STATES.items():
        _insert(database, "res.country.state", {"name": name, "code": code, "country_id": _country(database, "US")}, None)
    company = {"name": "Our company", "currency_id": _named(database, "res.currency", "USD")}
    _insert(database, "res.company", company, "base.main_company")
    families: dict[str, int] = {}
    for local, (name, family, factor) in UNITS.items():
        if local == "product_uom_pack_6" and major < 19:
            continue
        # 19 comes with some units archived, which hides them even from those who know their external id
        values: dict[str, Any] = {"name": name, "factor": factor, "active": major < 19 or local != "product_uom_dozen"}
        number = _insert(database, "uom.uom", values, f"uom.{local}")
        head = families.setdefault(family, number)
        path = f"{head}/" if head == number else f"{head}/{number}/"
        placed = {"parent_path": path, "relative_uom_id": False if head == number else head}
        database.update("uom.uom", number, placed if major >= 19 else {"category_id": head})


def _product(database: Database, one: Mapping[str, Any]) -> None:
    values = {"sale_ok": True, "list_price": 1.0, "type": "consu", **one}
    unit = values.pop("unit", "uom.product_uom_unit")
    external = values.pop("external_id", None)
    values["uom_id"] = database.external[unit][1]
    _insert(database, "product.product", values, external)


def _partner(database: Database, one: Mapping[str, Any], *, parent: int | bool) -> None:
    values = {"type": "contact", "is_company": not parent, **one, "parent_id": parent}
    children = values.pop("children", [])
    external = values.pop("external_id", None)
    currency = values.pop("currency", None)
    if currency:
        lists = database.records["product.pricelist"]
        wanted = _named(database, "res.currency", currency)
        values["property_product_pricelist"] = next(n for n, stored in lists.items() if stored["currency_id"] == wanted)
    country = values.pop("country", None)
    if country:
        values["country_id"] = _country(database, country)
    if GLN in values and GLN not in database.models["res.partner"]:
        values["ref"] = values.pop(GLN)
    number = _insert(database, "res.partner", values, external)
    for child in children:
        _partner(database, {"type": "delivery", **child}, parent=number)


def _insert(database: Database, model: str, values: dict[str, Any], external: str | None) -> int:
    unknown = set(values) - set(database.models[model])
    if unknown:
        raise ValueError(f"the seed names {', '.join(sorted(unknown))}, which {model} does not have in this version")
    number = database.insert(model, values)
    if external:
        database.bind(external, model, number)
    return number


def _named(database: Database, model: str, name: str) -> int:
    return min(database.equal(model, "name", [name]))


def _country(database: Database, code: str) -> int:
    return min(database.equal("res.country", "code", [code]))
