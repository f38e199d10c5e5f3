"""What of an Odoo database is watched, how often, and what is made of it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from decimal import Decimal
from typing import Literal

WATCHED = ("orders", "deliveries", "invoices", "purchases")
"""What can be watched; all of it by default."""


@dataclass(frozen=True, slots=True)
class StockReport:
    """An inventory report for a partner, every so long counted from midnight UTC. `buffer` is kept back of each product."""

    partner: str
    every: timedelta
    warehouses: tuple[str, ...] = ()
    by_location: bool = False
    show: Literal["all", "available"] = "available"
    buffer: Decimal = Decimal(0)


@dataclass(frozen=True, slots=True)
class ChangeTerms:
    """How changes of a database are noticed.

    `window` is longer than any transaction there takes. `partners` say by which record (an external id, `ref:…` or `id:…`) Odoo
    knows a partner of ours; without an entry it is the one whose reference is our id. `warehouses` say which partner ships what
    leaves a warehouse, by its name or code. `hint_hashes` are those of the secrets in the address that Odoo calls to be asked
    at once.
    """

    watch: tuple[str, ...] = WATCHED
    every: timedelta = timedelta(seconds=15)
    window: timedelta = timedelta(seconds=120)
    page: int = 200
    company: str | None = None
    partners: Mapping[str, str] = field(default_factory=dict)
    warehouses: Mapping[str, str] = field(default_factory=dict)
    stock: tuple[StockReport, ...] = ()
    hint_hashes: tuple[str, ...] = ()
