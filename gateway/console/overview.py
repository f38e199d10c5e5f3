"""The overview: is anything stuck, who is affected, is it getting worse, what changed. Each figure leads to its list."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from aiohttp import web

from gateway.console.shell import Shell, see_other
from gateway.console.visit import Visit

Json = Mapping[str, Any]

NEEDS: Final[Mapping[str, str]] = {
    "failures": "/failures",
    "overdue": "/acknowledgements?standing=overdue",
    "rejected": "/acknowledgements?standing=rejected",
    "dead_letters": "/dead-letters",
    "orders_late": "/orders?late=yes",
    "orders_held": "/orders/held",
    "breakers": "/applications",
    "held": "/applications",
    "unmatched": "/acknowledgements/unmatched",
}
"""What may need somebody, with the list that shows it. All are always there, so that nothing moves when a figure changes."""
WAYS: Final[Mapping[str, str]] = {
    "to_read": "/messages?q=state%3Areceived",
    "to_deliver": "/messages?q=state%3Awaiting+state%3Ablocked",
    "to_publish": "",
}
"""What is on its way. What is still to be published is in no list of messages: it is news for listeners."""

_RECENT: Final = 5


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
    for name, path in wanted.items():
        value = view[name]
        names = value if isinstance(value, list) else ()
        amount = len(value) if isinstance(value, list) else value
        found.append(Tile(name, amount, path, names, view.get(f"{name}_since") if amount else None))
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
        recent = await self.shell.ask(visit, "failures.list", state=("open", "acknowledged"), limit=_RECENT)
        return self.shell.render(
            visit,
            "overview.html",
            screen="overview",
            view=view,
            needs=tiles_of(view, NEEDS),
            ways=tiles_of(view, WAYS),
            recent=recent["items"],
            failed=sum(hour["failed"] for hour in view["volumes"]),
        )
