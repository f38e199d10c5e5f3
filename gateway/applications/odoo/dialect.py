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
