"""What a site configures to match its partners' words to its Odoo."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import ROUND_CEILING, ROUND_FLOOR, ROUND_HALF_UP, Decimal
from types import MappingProxyType
from typing import Literal

NOTHING: Mapping[str, str] = MappingProxyType({})
NO_FACTORS: Mapping[str, Decimal] = MappingProxyType({})
ANY = "*"
"""The key of what is meant by every word that a table does not have."""

PACKAGING = "packaging:"
"""What a unit begins with that means another number with each product."""

RoundingMode = Literal["refuse", "half_up", "up", "down"]


@dataclass(frozen=True, slots=True)
class Rounding:
    """How a converted quantity gets to the `decimals` that Odoo keeps. `refuse`: it does not; what does not come out even is a
    failure.
    """

    mode: RoundingMode = "half_up"
    decimals: int = 6

    def rounded(self, quantity: Decimal) -> Decimal | None:
        """The quantity with so many decimals; None when it has more and must not be rounded. Never -0, never in powers of ten."""
        step = Decimal(1).scaleb(-self.decimals)
        wanted = {"half_up": ROUND_HALF_UP, "up": ROUND_CEILING, "down": ROUND_FLOOR, "refuse": ROUND_HALF_UP}[self.mode]
        result = quantity.quantize(step, wanted)
        if self.mode == "refuse" and abs(result - quantity) > NOISE:
            return None
        short = result.normalize() + 0
        return short.quantize(Decimal(1)) if int(short.as_tuple().exponent) > 0 else short


NOISE = Decimal("1e-9")
"""Less than this is no remainder but the last digits of a division."""


@dataclass(frozen=True, slots=True)
class Tables:
    """Tables of one application; every one may be left out.

    `customers`: our partner id, `<partner>/<scheme>:<value>` or `<scheme>:<value>` → an external id (`sales.bigbox`),
    `ref:<reference>` or `id:<number>`.
    `products`: `<partner>/<customer's code>` or the bare code → our own code (default_code).
    `units`: Rec 20 code (or the partner's) → an external id of a unit, `*` for the product's own unit, or `packaging:<name>` for
    the packaging of that name that each product has.
    `factors`: `<our code>/<unit code>` → how many of the product's own unit that is, whatever Odoo says.
    `pricelists`: currency → external id of the pricelist to sell by, where the customer's own has another currency.
    `taxes`, `warehouses`, `carriers`, `payment_terms`: words of documents → an external id or `id:<number>`, of a warehouse also
    `code:<code>`; `*` is what all other words mean. A word that a table lacks is a failure; without a table it is only remarked.
    """

    customers: Mapping[str, str] = field(default_factory=lambda: NOTHING)
    products: Mapping[str, str] = field(default_factory=lambda: NOTHING)
    units: Mapping[str, str] = field(default_factory=lambda: NOTHING)
    factors: Mapping[str, Decimal] = field(default_factory=lambda: NO_FACTORS)
    pricelists: Mapping[str, str] = field(default_factory=lambda: NOTHING)
    taxes: Mapping[str, str] = field(default_factory=lambda: NOTHING)
    warehouses: Mapping[str, str] = field(default_factory=lambda: NOTHING)
    carriers: Mapping[str, str] = field(default_factory=lambda: NOTHING)
    payment_terms: Mapping[str, str] = field(default_factory=lambda: NOTHING)
    rounding: Rounding = field(default_factory=Rounding)


UNMAPPED_CODES = (
    "carrier-unknown",
    "carrier-unmapped",
    "currency-mismatch",
    "factor-missing",
    "location-unknown",
    "lookup-miss",
    "partner-ambiguous",
    "partner-unknown",
    "payment-terms-unknown",
    "payment-terms-unmapped",
    "product-ambiguous",
    "product-unknown",
    "status-unmapped",
    "table-miss",
    "tax-unknown",
    "tax-unmapped",
    "unit-mismatch",
    "unit-unknown",
    "warehouse-unknown",
    "warehouse-unmapped",
)
"""Failures that say that something of a document means nothing in Odoo, or not one thing."""


@dataclass(frozen=True, slots=True)
class Unmapped:
    """An entry of an application's table that means nothing there; or, with `table` "", what a document met and nobody mapped.

    Of what was met, `word` is the code of the failure and `target` its id; `partner` and `times` say whose and how often.
    """

    application: str
    table: str
    word: str
    target: str
    why: str
    partner: str = ""
    times: int = 0
