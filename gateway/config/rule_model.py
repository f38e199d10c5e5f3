"""What a route does to documents before they are delivered: the rules of `[[route]]`."""

from typing import Annotated, Any, Literal

from pydantic import Discriminator, Field, Tag

from gateway.config.fields import Id
from gateway.config.release_model import BufferRuleTable
from gateway.config.table import Table, Text


class MapRuleTable(Table):
    """Translate a code by a table."""

    map: Text = Field(description="Path that is written.")
    source: Text | None = Field(default=None, alias="from", description="Path that is read; default: the same.")
    table: Id
    default: str | None = Field(default=None, description="Value for codes that are not in the table.")
    otherwise: str | None = Field(
        default=None,
        pattern=r"^(keep|failure(:[a-z0-9_-]+)?)$",
        description='Codes not in the table: "keep" leaves the path as it is, '
        '"failure:<owner>" (default: the partner\'s owner) stops the document.',
    )


class SetRuleTable(Table):
    """Put a value, whatever was there."""

    set: Text = Field(description="Path that is written.")
    value: Any


class DefaultRuleTable(Table):
    """Put a value where there is none."""

    default: Text = Field(description="Path that is written when it is empty.")
    value: Any


class RequireRuleTable(Table):
    """Stop documents that lack a value."""

    require: Text = Field(description="Path that must have a value.")
    otherwise: str = Field(
        default="failure", pattern=r"^failure(:[a-z0-9_-]+)?$", description='"failure:<owner>"; default: the partner\'s owner.'
    )


class LookupRuleTable(Table):
    """Write what an application knows of a customer, a product or a price. Documents wait while it cannot be asked."""

    lookup: Text = Field(description="Path that is written.")
    application: Id = Field(alias="in", description="The application that is asked: an Odoo database.")
    record: Literal["customer", "product", "price"] = Field(description="What is looked up.")
    field: Text = Field(
        description="What of it is written. customer: reference, name, vat, gln, email, phone, pricelist, payment_terms; "
        "product: code, barcode, name, unit, weight, list_price, tracking; price: amount, currency."
    )
    source: Text | None = Field(
        default=None,
        alias="from",
        description='Path of the item or party that names it; default: "lines[].item", of a customer "buyer".',
    )
    customer: Text | None = Field(default=None, description='Whose price it is: the path of a party; default: "buyer".')
    company: Text | None = Field(default=None, description="Company of Odoo: external or database id; default: the user's own.")
    default: Any = Field(default=None, description="Value where there is no such record, or nothing is said of it.")
    otherwise: str | None = Field(
        default=None,
        pattern=r"^(keep|failure(:[a-z0-9_-]+)?)$",
        description='Without such a record: "keep" leaves the path as it is, "failure:<owner>" (default: the partner\'s owner) '
        "stops the document.",
    )


def _rule_kind(value: Any) -> str | None:
    """Which rule a table is, by the key that names it; `map` and `lookup` first: they have a key `default`."""
    for kind in ("map", "lookup", "set", "default", "require", "buffer"):
        if (isinstance(value, dict) and kind in value) or (not isinstance(value, dict) and hasattr(value, kind)):
            return kind
    return None


RuleTable = Annotated[
    Annotated[MapRuleTable, Tag("map")]
    | Annotated[LookupRuleTable, Tag("lookup")]
    | Annotated[SetRuleTable, Tag("set")]
    | Annotated[DefaultRuleTable, Tag("default")]
    | Annotated[RequireRuleTable, Tag("require")]
    | Annotated[BufferRuleTable, Tag("buffer")],
    Discriminator(
        _rule_kind,
        custom_error_type="rule_kind",
        custom_error_message="a rule needs one of the keys map, lookup, set, default, require, buffer",
    ),
]
