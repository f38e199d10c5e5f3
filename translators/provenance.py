"""What is known of a transmission by the way it came, before a byte of it is read."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from translators.contract import Family, Identity

if TYPE_CHECKING:
    from translators.flatfile.layout import Layout


@dataclass(frozen=True, slots=True)
class Provenance:
    """What the way says of files that say little of themselves: flat files, and JSON that names nobody.

    `layout` reads what begins with no header that we know. `parties` are sender and receiver by family.
    """

    layout: "Layout | None" = None
    parties: Mapping[Family, tuple[Identity, Identity]] = field(default_factory=dict)


NOTHING_KNOWN = Provenance()
