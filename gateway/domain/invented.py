"""Values that stand in for those of people: of the same length and signs, so that what reads them reads the same. Pure."""

from collections.abc import Mapping
from typing import Any, Final

from gateway.domain.masks import Masks, parse_masks

_TABLE: Final = bytes(
    ord("X") if 65 <= sign <= 90 else ord("x") if 97 <= sign <= 122 or sign >= 128 else ord("0") if 48 <= sign <= 57 else sign
    for sign in range(256)
)

_CONTACTS: Final = tuple(f"contacts.{member}" for member in ("name", "telephone", "fax", "email", "other"))
_EVERYWHERE: Final = (*_CONTACTS, "address.lines", "address.city", "address.postal_code", "notes")
_OF_PARTIES: Final = ("*.name", "*.legal_name", "*.tax_registration", "*.tax_identifiers", "lines.ship_to.name")
PERSONAL: Final = (*(f"{depth}{member}" for depth in ("", "*.", "*.*.") for member in _EVERYWHERE), *_OF_PARTIES)
"""Members that tell of people and places: names, addresses, telephones, mails, and texts in which they may stand."""


def personal(keep: tuple[str, ...] = ()) -> Masks:
    """What stands in the place of those members, but for what is kept. Raises MaskInvalid for nothing that could be."""
    kept = parse_masks(keep)
    return parse_masks([path for path in PERSONAL if path not in keep and tuple(path.split(".")) not in kept.paths])


_SHORTEST: Final = 4
"""Shorter values stay: they are codes, which say what kind of value stands beside them."""


def stand_in(value: bytes) -> bytes:
    """Letters become X and x, digits 0; all else stays, so that separators and escapes do."""
    return value.translate(_TABLE) if len(value) >= _SHORTEST else value


def invented(document: Any, masks: Masks, path: str = "") -> Any:
    """A document with stand-ins for what is hidden."""
    if isinstance(document, Mapping):
        return {name: invented(one, masks, f"{path}.{name}" if path else str(name)) for name, one in document.items()}
    if isinstance(document, list):
        return [invented(one, masks, path) for one in document]
    if isinstance(document, str) and masks.hides(path):
        return stand_in(document.encode()).decode()
    return document
