"""The page of a failure: what happened, what to do next, what it is open about, what was done about it, and who was told."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from aiohttp import web

from gateway.console.failures import failure_state, stage_name, waits
from gateway.console.questions import refusal
from gateway.console.rendering import link
from gateway.console.shell import Shell, see_other
from gateway.console.texts import Texts
from gateway.console.visit import Visit
from gateway.domain.phrases import keys_text, spaced
from gateway.errors import PlanRefused

Json = Mapping[str, Any]

_SAID: Final = ("note", "reason", "message")
"""Of what an event keeps, the words of a person or of the error."""
_SENDING: Final[Mapping[str, str]] = {"sent": "good", "given_up": "error"}
"""The tone of what became of a message to an owner; it is on its way otherwise."""


@dataclass(frozen=True, slots=True)
class Happened:
    """A line of the history."""

    at: object
    what: str
    actor: str
    words: str
    until: object
    told: str


def happened(event: Json, texts: Texts) -> Happened:
    """What happened to a failure, or was done about it, in a line."""
    detail: Json = event["detail"]
    done = texts.known(f"failures.did.{event['action']}", spaced(event["action"]))
    more = detail.get("to") or (texts(f"failures.helped.{detail['helped']}") if detail.get("helped") else "")
    return Happened(
        at=event["at"],
        what=f"{done}: {more}" if more else done,
        actor=str(event["actor"]),
        words=next((str(detail[name]) for name in _SAID if detail.get(name)), ""),
        until=detail.get("until"),
        told=texts("failures.was_told", owner=str(event["tell"])) if event["tell"] and event["told_at"] else "",
    )


def acts_of(state: str) -> Sequence[str]:
    """What can be done about a failure in this state."""
    if state == "resolved":
        return ()
    return ("acknowledge", "assign", "mute", "resolve") if state != "acknowledged" else ("assign", "mute", "resolve")


@dataclass(frozen=True, slots=True)
class FailurePage:
    """One failure, and its notes."""

    shell: Shell

    def routes(self) -> Sequence[web.RouteDef]:
        """By its fingerprint, its id, or the end of either."""
        page = self.shell.page
        return [
            web.get("/failures/{failure}", page(self._show)),
            web.post("/failures/{failure}/notes", page(self._note)),
        ]

    async def _show(self, visit: Visit) -> web.StreamResponse:
        return await self._page(visit)

    async def _note(self, visit: Visit) -> web.StreamResponse:
        named, text = visit.request.match_info["failure"], str((await visit.request.post()).get("text", ""))
        try:
            story = await self.shell.ask(visit, "failures.note", failure=named, text=text)
        except PlanRefused as problem:
            return await self._page(visit, problem=problem, note=text)
        return see_other(visit, link("/failures", story["fingerprint"]), said="failures.noted")

    async def _page(self, visit: Visit, *, problem: PlanRefused | None = None, note: str = "") -> web.Response:
        story = await self.shell.ask(visit, "failures.show", failure=visit.request.match_info["failure"])
        here, may = link("/failures", story["fingerprint"]), self.shell.asking.may
        about = {"failure": story["fingerprint"]}
        open_cases = [case for case in story["cases"] if not case["closed_at"]]
        return self.shell.render(
            visit,
            "failure.html",
            status=422 if problem else 200,
            screen="failures",
            view=story,
            here=here,
            state=failure_state(story),
            waits=waits(story, visit.texts),
            stage=stage_name(visit.texts, story["stage"]),
            acts=[
                (act, link("/failures/act", action=act, id=story["fingerprint"], back=here))
                for act in acts_of(story["state"])
                if may(visit.who, f"failures.{act}")
            ],
            replay=link("/batches/plan", kind="replay", **about) if may(visit.who, "batches.plan_replay") else "",
            redelivery=link("/batches/plan", kind="redelivery", **about) if may(visit.who, "batches.plan_redelivery") else "",
            cases=[(case, keys_text(case["keys"]), _path(case)) for case in story["cases"]],
            more_cases=max(story["open_cases"] - len(open_cases), 0),
            cause=visit.texts(f"failures.cause.{story['triage']['cause']}"),
            helped=lambda one: visit.texts(f"failures.helped.{one}"),
            solved=[(one, link("/failures", one["fingerprint"])) for one in story["solved_before"]],
            history=[happened(event, visit.texts) for event in reversed(story["history"])],
            sending=lambda one: _SENDING.get(one, "info"),
            may_note=may(visit.who, "failures.note"),
            problem=refusal(problem) if problem else None,
            note=note,
        )


def _path(case: Json) -> str:
    """The message of a case. What never became one, as a channel that does not answer, has none."""
    return link("/messages", str(case["transmission"])) if case["stored"] else ""
