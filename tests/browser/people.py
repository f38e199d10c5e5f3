"""Who comes to the site of the browser tests."""

from dataclasses import dataclass
from typing import Final

PASSWORD: Final = "a sentence that is long enough"


@dataclass(frozen=True, slots=True)
class Person:
    """An account by its name, with what it may do."""

    name: str
    roles: tuple[str, ...] = ("viewer",)
    payloads: bool = False
    partner: str | None = None


VIEWER: Final = Person("vera")
SOMEBODY: Final = Person("nils")
"""Whose sessions are counted: nobody else uses this account."""
OPERATOR: Final = Person("olaf", ("operator",), payloads=True)
MANAGER: Final = Person("maria", ("partner-manager",))
ADMINISTRATOR: Final = Person("ada", ("operator", "partner-manager", "administrator"), payloads=True)
SOMEBODY_OF_BIGBOX: Final = Person("bob@bigbox.example", payloads=True, partner="bigbox")

PEOPLE: Final = (VIEWER, SOMEBODY, OPERATOR, MANAGER, ADMINISTRATOR, SOMEBODY_OF_BIGBOX)

STEWARD: Final = "steward"
"""Who enters products into Odoo; the key is the same word."""
