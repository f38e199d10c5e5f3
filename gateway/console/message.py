"""The page of one message: its way, what was acknowledged, and what it held, for those who may see that."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final
from uuid import UUID

import orjson
from aiohttp import web

from gateway.api.answering import disposition
from gateway.console.rendering import link
from gateway.console.shell import Shell
from gateway.console.texts import Texts, parsed
from gateway.console.visit import Visit
from gateway.domain.phrases import (
    Phrase,
    delivery_phrase,
    expectation_phrase,
    one_acknowledgement,
    transmission_phrase,
    verdict_phrase,
)
from gateway.errors import Absent, BodyUnreadable

Json = Mapping[str, Any]

TABS: Final[Mapping[str, str]] = {
    "contents": "messages.show",
    "document": "documents.canonical",
    "raw": "messages.segments",
    "canonical": "documents.canonical",
    "deliveries": "messages.events",
    "acknowledgements": "messages.acknowledgements",
    "related": "messages.events",
    "journal": "messages.events",
}
"""The tabs by the operation that one has to have a right to: what lies behind the gateway is not for partners."""

LAYERS: Final = ("receipt", "technical", "functional", "business")


@dataclass(frozen=True, slots=True)
class Step:
    """A stage of the way, and how long after the one before it was done."""

    stage: str
    at: object
    took: float | None


def way_of(view: Json) -> Sequence[Step]:
    """The way of a message by its journal: each stage once, when it was done first; without a journal what is known of times."""
    times = [("received", view["received_at"]), *((event["stage"], event["at"]) for event in view.get("events") or ())]
    if not view.get("events") and view.get("settled_at"):
        times.append(("settled", view["settled_at"]))
    firsts: dict[str, object] = {}
    for stage, at in sorted(times, key=lambda one: str(one[1])):
        firsts.setdefault(str(stage), at)
    steps: list[Step] = []
    before: datetime | None = None
    for stage, at in firsts.items():
        now = parsed(at)
        took = (now - before).total_seconds() if now and before else None
        steps.append(Step(stage, at, took))
        before = now
    return steps


def layered(one: Json) -> Phrase:
    """An acknowledgement of a layer, given or awaited: `997: Overdue`."""
    if one["way"] == "given":
        return one_acknowledgement({"type": one["kind"], "verdict": one["verdict"], "state": one["state"]})
    expected = expectation_phrase({**one, "person": "", "reason": ""})
    return Phrase("layered", expected.tone, {"layer": one["kind"], "what": expected})


def stage_text(texts: Texts, stage: str) -> str:
    """A stage as this language calls it."""
    return texts.known(f"stage.{stage}", stage.replace("_", " "))


@dataclass(frozen=True, slots=True)
class MessagePage:
    """One message, and what can be saved of it."""

    shell: Shell

    def routes(self) -> Sequence[web.RouteDef]:
        """A tab is an address of its own: links to it can be sent to others."""
        page = self.shell.page
        return [
            web.get("/messages/{message}", page(self._show)),
            web.get("/messages/{message}/{tab}", page(self._show)),
            web.get("/messages/{message}/save/raw", page(self._save_raw)),
            web.get("/messages/{message}/save/canonical/{document}", page(self._save_canonical)),
        ]

    async def _show(self, visit: Visit) -> web.StreamResponse:
        message, tab = _id(visit, "message"), visit.request.match_info.get("tab", "contents")
        if tab not in TABS:
            raise Absent(visit.texts("message.no_tab"))
        view = await self.shell.ask(visit, "messages.show", message=message)
        layers = await self.shell.ask(visit, "messages.acknowledgements", message=message)
        offered = [name for name, operation in TABS.items() if self.shell.asking.may(visit.who, operation)]
        return self.shell.render(
            visit,
            "message.html",
            screen="messages",
            view=view,
            here=tab,
            message=str(message),
            tabs=[(name, visit.texts(f"message.tab.{name}"), link("/messages", str(message), name)) for name in offered],
            way=[(stage_text(visit.texts, step.stage), step) for step in way_of(view)],
            layers=[(name, [(one, layered(one)) for one in layers[name]]) for name in LAYERS],
            state=transmission_phrase(view["state"]),
            documents=[document for interchange in view["interchanges"] for document in interchange["documents"]],
            verdict=verdict_phrase,
            delivery_state=delivery_phrase,
            expected=expectation_phrase,
            stage=lambda name: stage_text(visit.texts, name),
            body=await self._body(visit, tab, message, view),
            may_save=self.shell.asking.may(visit.who, "messages.raw"),
        )

    async def _body(self, visit: Visit, tab: str, message: UUID, view: Json) -> Any:
        """What a tab shows beside the message itself; text where it cannot be had any more."""
        try:
            match tab:
                case "raw":
                    after = visit.request.query.get("after", "")
                    return await self.shell.ask(visit, "messages.segments", message=message, limit=200, after=after)
                case "document" | "canonical":
                    return await self._canonical(visit, view, pretty=tab == "canonical")
                case "journal":
                    return view["events"]
        except BodyUnreadable as problem:
            return f"{problem} {problem.remedy}"
        return None

    async def _canonical(self, visit: Visit, view: Json, *, pretty: bool) -> Sequence[tuple[str, str, Any]]:
        """The canonical documents of a message, each with its id and its title: parsed, or as text to read."""
        found = []
        for interchange in view["interchanges"]:
            for document in interchange["documents"]:
                if document["name"] is None:
                    continue
                file = await self.shell.asking.file(visit.who, "documents.canonical", document=document["id"])
                parts = orjson.loads(file.content)
                shown = orjson.dumps(parts, option=orjson.OPT_INDENT_2).decode() if pretty else parts
                found.append((document["id"], document["name"].replace("_", " "), shown))
                if len(found) == _MOST_DOCUMENTS:
                    return found
        return found

    async def _save_raw(self, visit: Visit) -> web.StreamResponse:
        return await self._save(visit, "messages.raw", message=_id(visit, "message"))

    async def _save_canonical(self, visit: Visit) -> web.StreamResponse:
        return await self._save(visit, "documents.canonical", document=_id(visit, "document"))

    async def _save(self, visit: Visit, name: str, **members: object) -> web.StreamResponse:
        """A file to save. It is never shown as a page, whatever it holds."""
        file = await self.shell.asking.file(visit.who, name, **members)
        headers = {"Content-Disposition": disposition(file.name), "Content-Type": "application/octet-stream"}
        return web.Response(body=file.content, headers=headers)


_MOST_DOCUMENTS: Final = 20
"""Documents of one message that are shown on a page; each can be saved."""


def _id(visit: Visit, name: str) -> UUID:
    """An id of the path. Raises Absent for what is none."""
    try:
        return UUID(visit.request.match_info[name])
    except ValueError:
        raise Absent(visit.texts("message.absent")) from None
