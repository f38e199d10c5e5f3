"""A subscriber as the page of its target shows it: what it is given, how it stands, and the log of what it was posted."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from gateway.console.rendering import link
from gateway.console.shell import Shell
from gateway.console.visit import Visit

Json = Mapping[str, Any]

TONES: Final[Mapping[str, str]] = {
    "delivered": "good", "waiting": "info", "sending": "info", "blocked": "info", "failed": "error", "dead": "error",
    "in_doubt": "warning", "voided": "faint", "diverted": "faint",
}  # fmt: skip
"""How the states of a post sound."""

_LIMIT: Final = 50


@dataclass(frozen=True, slots=True)
class SubscriberLog:
    """A subscriber with a page of its log. `state` and `order` are what the log was searched for."""

    view: Json
    notices: list[Json]
    state: str
    order: str
    older: str
    newest: str
    tones: Mapping[str, str]


async def subscriber_of(shell: Shell, visit: Visit, name: str) -> SubscriberLog:
    """The subscriber of a target, with the part of its log that the address asks for."""
    asked = visit.request.query
    state, order, after = (asked.get(key, "").strip() for key in ("state", "order", "after"))
    known = (await shell.ask(visit, "subscribers.list"))["items"]
    wanted = {"state": [state] if state else None, "order": [order] if order else None}
    log = await shell.ask(visit, "subscribers.log", subscriber=name, after=after, limit=_LIMIT, **wanted)
    path = link("/applications", name)
    return SubscriberLog(
        view=next(one for one in known if one["subscriber"] == name),
        notices=log["items"],
        state=state,
        order=order,
        older=link(path, state=state, order=order, after=log["after"]) if log["after"] else "",
        newest=link(path, state=state, order=order) if after else "",
        tones=TONES,
    )
