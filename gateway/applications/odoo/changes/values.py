"""Values of Odoo's records in our terms. Empty is False there, a relation is `[id, name]`, dates are text in UTC. Pure."""

from collections.abc import Mapping
from datetime import UTC, date, datetime
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

Row = Mapping[str, Any]

_CENT = Decimal("0.01")
_WHOLE = Decimal(1)
_MILLESIMAL = Decimal("0.001")
_WITHOUT_DECIMALS = frozenset(
    ("BIF", "CLP", "DJF", "GNF", "ISK", "JPY", "KMF", "KRW", "PYG", "RWF", "UGX", "VND", "VUV", "XAF", "XOF", "XPF")
)
_WITH_THREE = frozenset(("BHD", "IQD", "JOD", "KWD", "LYD", "OMR", "TND"))
_EXPONENTS = {**dict.fromkeys(_WITHOUT_DECIMALS, _WHOLE), **dict.fromkeys(_WITH_THREE, _MILLESIMAL)}


def related(row: Row, name: str) -> int | None:
    """The id of the record that a many2one leads to; None when empty, or when this database has no such field."""
    value = row.get(name)
    return int(value[0]) if isinstance(value, list) and value else int(value) if value and not isinstance(value, list) else None


def related_name(row: Row, name: str) -> str:
    """The name of the record that a many2one leads to."""
    value = row.get(name)
    return str(value[1]) if isinstance(value, list) and len(value) > 1 else ""


def listed(row: Row, name: str) -> tuple[int, ...]:
    """The ids of an x2many."""
    return tuple(int(one) for one in row.get(name) or ())


def text(row: Row, name: str) -> str | None:
    """A text; None when it is empty. `/` is what documents without a number are called."""
    value = row.get(name)
    said = " ".join(str(value).split()) if value else ""
    return said if said and said != "/" else None


def quantity(row: Row, name: str) -> Decimal:
    """A number of units: floats come with noise in their last digits."""
    return plain(Decimal(str(row.get(name) or 0)).quantize(Decimal("1e-6"), ROUND_HALF_UP))


def money(row: Row, name: str, currency: str | None) -> Decimal:
    """An amount, with as many decimals as the currency has."""
    return rounded(Decimal(str(row.get(name) or 0)), currency)


def rounded(amount: Decimal, currency: str | None) -> Decimal:
    """An amount with as many decimals as its currency has."""
    return amount.quantize(_EXPONENTS.get(currency or "", _CENT), ROUND_HALF_UP)


def plain(value: Decimal) -> Decimal:
    """A number without zeros at its end, and never in powers of ten."""
    short = value.normalize()
    return short.quantize(_WHOLE) if int(short.as_tuple().exponent) > 0 else short


def moment(row: Row, name: str) -> datetime | None:
    """An instant; a field of days gives midnight UTC."""
    value = row.get(name)
    if not value:
        return None
    return datetime.fromisoformat(str(value)[:19].replace(" ", "T")).replace(tzinfo=UTC)


def day(row: Row, name: str) -> date | None:
    """A day."""
    value = row.get(name)
    return date.fromisoformat(str(value)[:10]) if value else None
