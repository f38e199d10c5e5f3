"""What the navigation offers: a screen by its path, the key that leads to it behind `g`, and the right that it needs."""

from collections.abc import Mapping, Sequence
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


GROUPS: Final[Mapping[str, Sequence[str]]] = {
    "work": (
        "overview",
        "messages",
        "failures",
        "acknowledgements",
        "orders",
        "dead_letters",
        "batches",
        "figures",
        "service_levels",
    ),
    "set_up": ("partners", "shadow", "routes", "applications", "schedules", "reconciliation", "configuration"),
    "keeping": ("audit", "settings"),
}
"""The screens by what they are for, in the order in which they are offered; the names of groups are texts (`group.work`)."""

SCREENS: Final = (
    Screen("overview", "/", "o"),
    Screen("messages", "/messages", "m", partners=True),
    Screen("failures", "/failures", "f"),
    Screen("dead_letters", "/dead-letters", "d"),
    Screen("batches", "/batches", "b"),
    Screen("figures", "/figures", "v"),
    Screen("service_levels", "/service-levels", "n"),
    Screen("acknowledgements", "/acknowledgements", "a", partners=True),
    Screen("orders", "/orders", "w", partners=True),
    Screen("reconciliation", "/reconciliation", "c"),
    Screen("partners", "/partners", "p"),
    Screen("shadow", "/shadow", "h"),
    Screen("routes", "/routes", "u"),
    Screen("applications", "/applications", "t"),
    Screen("schedules", "/schedules", "s"),
    Screen("configuration", "/configuration", "i"),
    Screen("audit", "/audit", "l", right=Right.AUDIT),
    Screen("settings", "/settings", "e", right=Right.ADMINISTER),
)


def grouped(screens: Sequence[Screen]) -> Sequence[tuple[str, Sequence[Screen]]]:
    """Screens in their groups, as the navigation shows them; groups without any are left out."""
    named = {screen.name: screen for screen in screens}
    groups = [(group, [named[name] for name in names if name in named]) for group, names in GROUPS.items()]
    return [(group, within) for group, within in groups if within]
