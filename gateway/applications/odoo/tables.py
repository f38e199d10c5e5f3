"""Odoo's own units by the codes of documents, beside what a site configures."""

from collections.abc import Mapping
from types import MappingProxyType

from gateway.domain.odoo_tables import Tables

__all__ = ["UNITS", "Tables"]

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
