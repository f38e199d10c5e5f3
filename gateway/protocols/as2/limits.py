"""How much of a message is read before it is refused."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Limits:
    """Bounds of one message. Sizes in bytes.

    `header_bytes` and `header_count` are of one header block, `parts` of all multiparts together, `depth` of nested multiparts,
    `layers` of signatures, encryptions and compressions around each other, `inflated_bytes` of a compressed layer when inflated.
    """

    header_bytes: int = 16 * 1024
    header_count: int = 100
    parts: int = 100
    depth: int = 5
    layers: int = 6
    inflated_bytes: int = 256 * 1024 * 1024


DEFAULT_LIMITS = Limits()
