"""What a field of a model is, and short ways to write one down."""

from collections.abc import Mapping
from dataclasses import dataclass

VERSIONS = (17, 18, 19)


@dataclass(frozen=True, slots=True)
class Field:
    """A field: type as in `fields_get`, the model a relation leads to, the label that messages use.

    `inverse` is the field of the other model that a one2many is the other side of.
    """

    type: str
    label: str
    comodel: str = ""
    required: bool = False
    readonly: bool = False
    indexed: bool = False
    inverse: str = "order_id"


Fields = Mapping[str, Field]

COMMON: Fields = {
    "id": Field("integer", "ID", readonly=True),
    "display_name": Field("char", "Display Name", readonly=True),
    "create_date": Field("datetime", "Created on", readonly=True),
    "write_date": Field("datetime", "Last Updated on", readonly=True),
}

NAMED: Fields = {"name": Field("char", "Name", required=True), "active": Field("boolean", "Active")}


def char(label: str, *, indexed: bool = False, required: bool = False, readonly: bool = False) -> Field:
    """A short text."""
    return Field("char", label, indexed=indexed, required=required, readonly=readonly)


def number(label: str, *, readonly: bool = False) -> Field:
    """A quantity or factor."""
    return Field("float", label, readonly=readonly)


def money(label: str) -> Field:
    """An amount, computed by Odoo."""
    return Field("monetary", label, readonly=True)


def flag(label: str) -> Field:
    """Yes or no."""
    return Field("boolean", label)


def moment(label: str, *, required: bool = False) -> Field:
    """An instant in UTC."""
    return Field("datetime", label, required=required)


def day(label: str) -> Field:
    """A date."""
    return Field("date", label)


def selection(label: str, *, readonly: bool = False) -> Field:
    """One of a few words."""
    return Field("selection", label, readonly=readonly)


def many2one(label: str, comodel: str, *, indexed: bool = False, required: bool = False, readonly: bool = False) -> Field:
    """A record of another model."""
    return Field("many2one", label, comodel, indexed=indexed, required=required, readonly=readonly)


def one2many(label: str, comodel: str, inverse: str) -> Field:
    """The records of another model that name this one."""
    return Field("one2many", label, comodel, inverse=inverse)


def many2many(label: str, comodel: str) -> Field:
    """Several records of another model."""
    return Field("many2many", label, comodel)
