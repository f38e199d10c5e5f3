"""What of an Odoo database is watched, how often, and what is made of it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from decimal import Decimal
from typing import Literal

WATCHED = ("orders", "deliveries", "invoices", "purchases")
"""What is watched by default; `transfers` within the company and `counts` of stock can be as well."""
DOCUMENTS = {
    "order_response": "orders",
    "despatch_advice": "deliveries",
    "warehouse_order": "deliveries",
    "invoice": "invoices",
    "credit_note": "invoices",
}
"""The documents that are written of what happens to orders of customers, by what must be watched for them."""


@dataclass(frozen=True, slots=True)
class StockReport:
    """An inventory report for a partner, every so long counted from midnight UTC. `buffer` is kept back of each product."""

    partner: str
    every: timedelta
    warehouses: tuple[str, ...] = ()
    by_location: bool = False
    show: Literal["all", "available"] = "available"
    buffer: Decimal = Decimal(0)


PUBLISHED: Mapping[str, str] = {
    "catalogue": "price_catalogue",
    "items": "item_master",
    "parties": "party_master",
    "carriers": "party_master",
    "warehouses": "location_master",
    "locations": "location_master",
    "lots": "lot_master",
    "units": "unit_master",
}
"""What a partner can be told of at fixed times (what is on offer, records that he must know), and by which document."""


@dataclass(frozen=True, slots=True)
class Publication:
    """Records of one kind (`what`) for a partner: what changed every so long, all of them every `full`, from midnight UTC.

    `warehouses` are those whose locations are meant, by code; none: all.
    """

    partner: str
    what: str
    every: timedelta
    full: timedelta
    warehouses: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class ChangeTerms:
    """How changes of a database are noticed.

    `window` is longer than any transaction there takes. `partners` say by which record (an external id, `ref:…` or `id:…`) Odoo
    knows a partner of ours; without an entry it is the one whose reference is our id. `warehouses` say which partner ships what
    leaves a warehouse, by its name or code. `hint_hashes` are those of the secrets in the address that Odoo calls to be asked
    at once. `without` are documents that something else writes.
    """

    watch: tuple[str, ...] = WATCHED
    every: timedelta = timedelta(seconds=15)
    window: timedelta = timedelta(seconds=120)
    page: int = 200
    company: str | None = None
    partners: Mapping[str, str] = field(default_factory=dict)
    warehouses: Mapping[str, str] = field(default_factory=dict)
    stock: tuple[StockReport, ...] = ()
    publications: tuple[Publication, ...] = ()
    hint_hashes: tuple[str, ...] = ()
    without: frozenset[str] = frozenset()
