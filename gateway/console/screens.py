"""What the navigation offers: a screen by its path, the key that leads to it behind `g`, and the right that it needs."""

from dataclasses import dataclass
from typing import Final

from gateway.domain.access import Right


@dataclass(frozen=True, slots=True)
class Screen:
    """`name` is its key in the texts (`screen.<name>`). `partners`: accounts of partners have it too."""

    name: str
    path: str
    key: str
    right: Right = Right.SEE
    partners: bool = False


SCREENS: Final = (
    Screen("overview", "/", "o"),
    Screen("messages", "/messages", "m", partners=True),
)
