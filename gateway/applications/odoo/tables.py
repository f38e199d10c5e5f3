"""What a site configures to match its partners' words to its Odoo."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

NOTHING: Mapping[str, str] = MappingProxyType({})

UNITS: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        **dict.fromkeys(("C62", "EA", "H87", "PCE", "NAR"), ("uom.product_uom_unit",)),
        **dict.fromkeys(("DZN", "DZ"), ("uom.product_uom_dozen",)),
        "KGM": ("uom.product_uom_kgm",),
        "GRM": ("uom.product_uom_gram",),
        "TNE": ("uom.product_uom_ton",),
        "LBR": ("uom.product_uom_lb",),
        "ONZ": ("uom.product_uom_oz",),
        "LTR": ("uom.product_uom_litre",),
        "MLT": ("uom.product_uom_milliliter",),
        "MTQ": ("uom.product_uom_cubic_meter",),
        "GLL": ("uom.product_uom_gal",),
        "OZA": ("uom.product_uom_floz",),
        "MTR": ("uom.product_uom_meter",),
        "CMT": ("uom.product_uom_cm",),
        "MMT": ("uom.product_uom_millimeter",),
        "KTM": ("uom.product_uom_km",),
        "INH": ("uom.product_uom_inch",),
        "FOT": ("uom.product_uom_foot",),
        "YRD": ("uom.product_uom_yard",),
        "SMI": ("uom.product_uom_mile",),
        "MTK": ("uom.product_uom_square_meter", "uom.uom_square_meter"),
        "FTK": ("uom.product_uom_square_foot", "uom.uom_square_foot"),
        "HUR": ("uom.product_uom_hour",),
        "DAY": ("uom.product_uom_day",),
    }
)
"""External ids of Odoo's own units by UN/ECE Rec 20 code; several where versions name them differently."""


@dataclass(frozen=True, slots=True)
class Tables:
    """Tables of one application; every key may be left out.

    `customers`: our partner id, `<partner>/<scheme>:<value>` or `<scheme>:<value>` → an external id (`sales.bigbox`),
    `ref:<reference>` or `id:<number>`.
    `products`: `<partner>/<customer's code>` or the bare code → our own code (default_code).
    `units`: Rec 20 code (or the partner's) → an external id of a unit, or `*` for the product's own unit.
    `pricelists`: currency → external id of the pricelist to sell by, where the customer's own has another currency.
    """

    customers: Mapping[str, str] = field(default_factory=lambda: NOTHING)
    products: Mapping[str, str] = field(default_factory=lambda: NOTHING)
    units: Mapping[str, str] = field(default_factory=lambda: NOTHING)
    pricelists: Mapping[str, str] = field(default_factory=lambda: NOTHING)
