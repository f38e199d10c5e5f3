"""Failures: what went wrong, in groups of one cause, with who has to look after each."""

import shlex
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from aiohttp import web

from gateway.console.questions import NOTHING, refusal
from gateway.console.rendering import link
from gateway.console.shell import Shell
from gateway.console.texts import Texts
from gateway.console.visit import Visit
from gateway.domain.phrases import Moment, Phrase, spaced
from gateway.errors import PlanRefused

Json = Mapping[str, Any]

STATES: Final[Mapping[str, Sequence[str]]] = {
    "standing": ("open", "acknowledged", "muted"),
    "open": ("open",),
    "acknowledged": ("acknowledged",),
    "muted": ("muted",),
    "resolved": ("resolved",),
    "all": ("open", "acknowledged", "muted", "resolved"),
}
"""What the list can show, the first one if nothing is said."""
FILTERS: Final = ("owner", "partner", "stage", "code", "route")
COLUMNS: Final = ("what", "state", "owner", "partner", "where", "cases", "seen")

_LIMIT: Final = 50
_SOON: Final = 60
"""Seconds for which nobody counts how long a failure waits."""


@dataclass(frozen=True, slots=True)
class Group:
    """A failure as the list shows it. `waits` says for how long nobody has taken it on."""

    id: str
    path: str
    code: str
    message: str
    state: Phrase
    waits: str
    regressions: int
    stage: str
    owner: str
    partner: str
    route: str
    count: int
    open_cases: int
    first_at: object
    last_at: object


def group_of(view: Json, texts: Texts) -> Group:
    """A row of the list from what the operation tells of a failure."""
    return Group(
        id=str(view["fingerprint"]),
        path=link("/failures", str(view["fingerprint"])),
        code=str(view["code"]),
        message=str(view["message"]),
        state=failure_state(view),
        waits=waits(view, texts),
        regressions=view["regressions"],
        stage=stage_name(texts, view["stage"]),
        owner=str(view["owner"]),
        partner=str(view["partner"] or ""),
        route=str(view["route"] or ""),
        count=view["count"],
        open_cases=view["open_cases"],
        first_at=view["first_at"],
        last_at=view["last_at"],
    )


def failure_state(view: Json) -> Phrase:
    """Who has to act on a failure: nobody yet, whoever took it on, nobody for a while, nobody any more."""
    match view["state"]:
        case "acknowledged":
            return Phrase("failure.taken", "warning", {"person": view["attended_by"]})
        case "muted":
            return Phrase("failure.muted", "faint", {"until": Moment(view["muted_until"]), "person": view["attended_by"]})
        case "resolved":
            about = {"person": view["resolved_by"], "reason": view["resolved_reason"] or ""}
            return Phrase("failure.resolved_because" if about["reason"] else "failure.resolved", "good", about)
    return Phrase("failure.open", "error", {"owner": view["owner"]})


def waits(view: Json, texts: Texts) -> str:
    """For how long nobody has taken it on; nothing while that is no time at all, or where somebody has."""
    seconds = view["unattended_seconds"]
    return texts("failures.waits", time=texts.duration(round(seconds))) if seconds and seconds >= _SOON else ""


def stage_name(texts: Texts, stage: str) -> str:
    """A stage as this language calls it."""
    return texts.known(f"failures.stage.{stage}", spaced(stage))


@dataclass(frozen=True, slots=True)
class Failures:
    """The list of groups. What it shows stands in its address."""

    shell: Shell

    def routes(self) -> Sequence[web.RouteDef]:
        """The list."""
        return [web.get("/failures", self.shell.page(self._list))]

    async def _list(self, visit: Visit) -> web.StreamResponse:
        asked = visit.request.query
        wanted = {name: asked.get(name, "").strip() for name in FILTERS}
        state = asked.get("state", "")
        shown = state if state in STATES else "standing"
        after, problem, found = asked.get("after", ""), None, NOTHING
        filters = {name: [value] for name, value in wanted.items() if value}
        try:
            found = await self.shell.ask(visit, "failures.list", state=STATES[shown], **filters, after=after, limit=_LIMIT)
        except PlanRefused as refused:
            problem = refusal(refused)
        here = {**wanted, "state": "" if shown == "standing" else shown}
        choices = await self.shell.ask(visit, "failures.choices")
        return self.shell.render(
            visit,
            "failures.html",
            status=422 if problem else 200,
            screen="failures",
            problem=problem,
            groups=[group_of(view, visit.texts) for view in found["items"]],
            columns=COLUMNS,
            state=shown,
            states=[(name, self._number(name, choices["state"]), link("/failures", **wanted, state=name)) for name in STATES],
            wanted=wanted,
            filters=[(name, offered(choices[name], wanted[name])) for name in FILTERS],
            filtered=any(wanted.values()),
            may=self.shell.asking.may(visit.who, "failures.resolve"),
            back=link("/failures", **here, after=after),
            newest=link("/failures", **here) if after else "",
            older=link("/failures", **here, after=found["after"]) if found["after"] else "",
            command=command_of(wanted, shown),
        )

    def _number(self, name: str, states: Mapping[str, int]) -> int:
        return sum(states.get(state, 0) for state in STATES[name])


def offered(values: Mapping[str, int], chosen: str) -> Sequence[tuple[str, int]]:
    """What a filter can be set to, with how many groups are so; what is set stays, though there be none any more."""
    return sorted({chosen: 0, **values}.items() if chosen else values.items())


def command_of(wanted: Mapping[str, str], state: str) -> str:
    """The same list on the command line."""
    words = ["gateway", "failures", "list"]
    if state == "all":
        words.append("--all")
    elif state != "standing":
        words += ["--state", state]
    return shlex.join([*words, *(part for name, value in wanted.items() if value for part in (f"--{name}", value))])
