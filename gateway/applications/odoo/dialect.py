"""Names that differ between Odoo 17, 18 and 19."""

from collections.abc import Sequence
from dataclasses import dataclass

SUPPORTED = (17, 18, 19)


@dataclass(frozen=True, slots=True)
class Dialect:
    """What one server understands. `gln` is the partner field holding the GLN, None where there is none."""

    major: int
    line_unit: str
    unit_family: str
    access_method: str
    gln: str | None

    @property
    def supported(self) -> bool:
        """Whether the connector was written for this version."""
        return self.major in SUPPORTED

    @property
    def package_model(self) -> str:
        """The model of packages."""
        return "stock.package" if self.major >= 19 else "stock.quant.package"

    @property
    def purchase_taxes(self) -> str:
        """The field of a purchase order's line that names its taxes."""
        return "tax_ids" if self.major >= 19 else "taxes_id"

    @property
    def packagings_are_units(self) -> bool:
        """Whether what a product is packed in are units of measure; before, there were packagings."""
        return self.major >= 19

    def model(self, name: str) -> str:
        """What this version calls a model that 19 calls so."""
        return self.package_model if name == "stock.package" else name


def dialect_of(version: Sequence[object], *, gln: str | None) -> Dialect:
    """The dialect for `server_version_info` (`[19, 0, 0, "final", 0, ""]`, or `["saas~18", 2, …]` on Odoo's own cloud)."""
    major = int("".join(c for c in str(version[0]) if c.isdigit()) or 0) if version else 0
    new = major >= 19
    return Dialect(
        major=major,
        line_unit="product_uom_id" if new else "product_uom",
        unit_family="parent_path" if new else "category_id",
        access_method="has_access" if major >= 18 else "check_access_rights",
        gln=gln,
    )
