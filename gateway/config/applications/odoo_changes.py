"""What of an Odoo database is watched: `[application.changes]`."""

from decimal import Decimal
from typing import Literal

from pydantic import Field, SecretStr, field_validator

from gateway.config.fields import Id, written
from gateway.config.quantities import Duration
from gateway.config.table import Secret, Table, Text
from gateway.domain.odoo_changes import ChangeTerms, Publication, StockReport
from gateway.domain.token import HASH

Watched = Literal["orders", "deliveries", "invoices", "purchases", "transfers", "counts"]
Written = Literal["order_response", "despatch_advice", "warehouse_order", "invoice", "credit_note"]


Published = Literal["catalogue", "items", "parties", "carriers", "warehouses", "locations", "lots", "units"]


class StockReportTable(Table):
    """An inventory report for a partner, made at fixed times."""

    partner: Id = Field(description="Whom it is for; he has an agreement about an inventory_report that goes out.")
    every: Duration = written("24h", "How often, counted from midnight UTC: 4h is at 0, 4, 8, 12, 16 and 20 o'clock.")
    warehouses: list[Text] = Field(default=[], description="Codes of the warehouses whose stock it tells; default: all.")
    by_location: bool = Field(default=False, description="Whether it tells stock by location, or by item alone.")
    show: Literal["available", "all"] = Field(
        default="available", description='"available": on hand less reserved; "all": on hand and reserved as well.'
    )
    buffer: int = Field(default=0, ge=0, description="So much of each item is kept back from what is available.")


class PublicationTable(Table):
    """Records that a partner is told of at fixed times: what is on offer, and what he must know of items, parties, places."""

    partner: Id = Field(description="Whom it is for; he has agreements about the documents that tell it.")
    records: list[Published] = Field(
        min_length=1,
        description="catalogue (price_catalogue), items (item_master), parties, carriers (party_master), warehouses, locations "
        "(location_master), lots (lot_master), units (unit_master).",
    )
    every: Duration = written("1h", "How often what changed is told, counted from midnight UTC.")
    full: Duration = written("168h", "How often all of it is told, changed or not; a week is counted from Mondays.")
    warehouses: list[Text] = Field(default=[], description="Codes of the warehouses whose locations are told; default: all.")


class ChangesTable(Table):
    """What happens in Odoo by itself, and what is made of it: answers to orders, despatch advices, invoices, milestones."""

    watch: list[Watched] = Field(
        default=["orders", "deliveries", "invoices", "purchases"],
        description="What is watched; default: all but transfers and counts, which go to who runs a warehouse (`warehouses`).",
    )
    every: Duration = written("15s", "How often; a hint from Odoo makes it look at once.")
    window: Duration = written(
        "2m", "Longer than any transaction in Odoo takes: what such a one changed appears late, and is looked for so far back."
    )
    page: int = Field(default=200, ge=10, le=1000, description="Records in one call.")
    company: Text | None = Field(
        default=None, description="External or database id of the company whose records are watched; default: all of the user's."
    )
    partners: dict[Id, Text] = Field(
        default={},
        description='Suppliers, by which record they are: an external id, "ref:<reference>" or "id:<number>"; '
        "default: the record whose reference is the partner's id.",
    )
    warehouses: dict[Text, Id] = Field(
        default={}, description="Which partner ships what leaves a warehouse, by its code or name: he gets warehouse orders."
    )
    stock: list[StockReportTable] = Field(default=[])
    publish: list[PublicationTable] = Field(default=[])
    hint_hashes: list[Secret] = Field(
        default=[],
        description="Hashes of secrets for /v1/applications/<id>/hint/<secret>, where Odoo says that something has changed.",
    )

    without: list[Written] = Field(
        default=[], description="Documents that are not written of what is noticed: a [[trigger]] makes them, say."
    )

    @field_validator("hint_hashes")
    @classmethod
    def _hashed(cls, value: list[SecretStr]) -> list[SecretStr]:
        if any(secret.get_secret_value() and not HASH.fullmatch(secret.get_secret_value()) for secret in value):
            raise ValueError('a token hash is "sha256:" and 64 lower-case hexadecimal digits')
        return value

    @field_validator("partners")
    @classmethod
    def _targets(cls, value: dict[str, str]) -> dict[str, str]:
        for target in value.values():
            kind, colon, rest = target.partition(":")
            if (colon and (kind not in {"ref", "id"} or not rest)) or (kind == "id" and not rest.isdecimal()):
                raise ValueError(f'"{target}" names no record: write module.name, ref:<reference> or id:<number>')
        return value


def change_terms(table: ChangesTable | None) -> ChangeTerms | None:
    """The terms of a table; None where nothing is watched."""
    if table is None:
        return None
    reports = tuple(
        StockReport(
            one.partner,
            one.every,
            warehouses=tuple(one.warehouses),
            by_location=one.by_location,
            show=one.show,
            buffer=Decimal(one.buffer),
        )
        for one in table.stock
    )
    publications = tuple(
        Publication(one.partner, what, one.every, one.full, tuple(one.warehouses))
        for one in table.publish
        for what in dict.fromkeys(one.records)
    )
    return ChangeTerms(
        watch=tuple(table.watch),
        every=table.every,
        window=table.window,
        page=table.page,
        company=table.company,
        partners=dict(table.partners),
        warehouses=dict(table.warehouses),
        stock=reports,
        publications=publications,
        without=frozenset(table.without),
        hint_hashes=tuple(secret.get_secret_value() for secret in table.hint_hashes if secret.get_secret_value()),
    )
