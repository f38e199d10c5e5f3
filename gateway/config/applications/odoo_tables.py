"""How partners' words become records of Odoo: `[application.tables]`."""

from collections.abc import Mapping
from decimal import Decimal, InvalidOperation
from types import MappingProxyType
from typing import Annotated

from pydantic import Field

from gateway.config.fields import Id
from gateway.config.table import Table, Text
from gateway.domain.odoo_tables import Rounding, RoundingMode, Tables

Codes = Annotated[Id | dict[Text, Text], Field(union_mode="left_to_right")]
"""The id of a [[table]], or the entries themselves."""

KINDS = ("customers", "products", "units", "factors", "pricelists", "taxes", "warehouses", "carriers", "payment_terms")
"""All tables there are, by their keys."""


class RoundingTable(Table):
    """What becomes of a converted quantity that has more decimals than Odoo keeps."""

    mode: RoundingMode = Field(
        default="half_up", description='"half_up", "up" or "down"; "refuse": it is a failure, and nothing is rounded.'
    )
    decimals: int = Field(default=6, ge=0, le=6, description="So many decimals are kept.")


class OdooTablesTable(Table):
    """Partners' words and what they are in Odoo. Each is the id of a [[table]], or the entries themselves: word = record."""

    customers: Codes = Field(
        default={},
        description='Whose orders they are: "<partner>", "<partner>/<scheme>:<value>" or "<scheme>:<value>" = an external id, '
        '"ref:<reference>" or "id:<number>".',
    )
    products: Codes = Field(default={}, description='"<partner>/<their code>" or "<their code>" = our code (internal reference).')
    units: Codes = Field(
        default={},
        description='Unit codes of documents = an external id of a unit, "*" for the product\'s own, or "packaging:<name>" for '
        "the packaging of that name that each product has.",
    )
    factors: Codes = Field(
        default={},
        description='"<our code>/<unit code>" = how many of the product\'s own unit that is; goes before what Odoo says.',
    )
    pricelists: Codes = Field(default={}, description="Currency = an external id of the pricelist to sell by.")
    taxes: Codes = Field(
        default={},
        description='"<category>/<rate>", "<category>" or "<rate>", as "S/25" = an external id or "id:<number>" of a tax.',
    )
    warehouses: Codes = Field(
        default={},
        description='"<scheme>:<value>", a bare identifier or name = a warehouse\'s code, external id or "id:<number>".',
    )
    carriers: Codes = Field(
        default={},
        description='"<carrier>/<service>", "<carrier>" or "<service>" = an external id or "id:<number>" of a delivery method; '
        "a carrier is an identifier (also with its scheme), or a name.",
    )
    payment_terms: Codes = Field(
        default={},
        description='"<percent>/<days>/<net days>", "<net days>" or words = an external id or "id:<number>" of payment terms.',
    )
    rounding: RoundingTable = Field(default_factory=RoundingTable)


def odoo_tables(table: OdooTablesTable, codes: Mapping[str, Mapping[str, str]]) -> Tables:
    """The tables, with the contents of files. They have been checked."""
    found = {kind: MappingProxyType(dict(entries_of(table, kind, codes))) for kind in KINDS if kind != "factors"}
    factors = {word: Decimal(value) for word, value in entries_of(table, "factors", codes).items()}
    rounding = Rounding(table.rounding.mode, table.rounding.decimals)
    return Tables(**found, factors=MappingProxyType(factors), rounding=rounding)


def entries_of(table: OdooTablesTable, kind: str, codes: Mapping[str, Mapping[str, str]]) -> Mapping[str, str]:
    """The entries of one table, wherever they stand."""
    said: str | Mapping[str, str] = getattr(table, kind)
    return codes.get(said, {}) if isinstance(said, str) else said


def factor(text: str) -> Decimal | None:
    """A factor as it is written; None when it is none."""
    try:
        value = Decimal(text)
    except InvalidOperation:
        return None
    return value if value.is_finite() and value > 0 else None
