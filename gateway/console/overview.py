"""The overview: is anything stuck, who is affected, is it getting worse. Each figure that has a list leads to it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from aiohttp import web

from gateway.console.rendering import link
from gateway.console.shell import Shell, see_other
from gateway.console.visit import Visit

Json = Mapping[str, Any]

_NEEDS: Final[Mapping[str, str]] = {
    "failures": "",
    "overdue": "",
    "rejected": "",
    "dead_letters": "state:dead",
    "breakers": "",
    "held": "",
    "orders_late": "",
    "orders_held": "state:held",
    "unmatched": "",
}
"""What needs somebody, with the search of messages that shows it, where there is one."""
_ON_ITS_WAY: Final[Mapping[str, str]] = {"to_read": "state:received", "to_deliver": "state:waiting", "to_publish": ""}


@dataclass(frozen=True, slots=True)
class Tile:
    """A figure. `names` are those it counts, where they are few; `since` the moment of the oldest."""

    name: str
    amount: int
    path: str
    names: Sequence[str] = ()
    since: object = None


def tiles_of(view: Json, wanted: Mapping[str, str]) -> Sequence[Tile]:
    """The figures of the overview by their names."""
    found = []
    for name, query in wanted.items():
        value = view[name]
        names = value if isinstance(value, list) else ()
        amount = len(value) if isinstance(value, list) else value
        path = link("/messages", q=query) if query else ""
        found.append(Tile(name, amount, path, names, view.get(f"{name}_since")))
    return found


@dataclass(frozen=True, slots=True)
class Overview:
    """The first page of who sees the whole gateway. Accounts of partners have none: they begin with their messages."""

    shell: Shell

    def routes(self) -> Sequence[web.RouteDef]:
        """The root."""
        return [web.get("/", self.shell.page(self._show))]

    async def _show(self, visit: Visit) -> web.StreamResponse:
        if visit.who.partner is not None:
            return see_other(visit, "/messages")
        view = await self.shell.ask(visit, "overview")
        return self.shell.render(
            visit,
            "overview.html",
            screen="overview",
            view=view,
            needs=[tile for tile in tiles_of(view, _NEEDS) if tile.amount],
            on_its_way=tiles_of(view, _ON_ITS_WAY),
        )
