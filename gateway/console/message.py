"""The page of one message: its way, what was acknowledged, and all its sides, each at an address of its own."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final
from uuid import UUID

import orjson
from aiohttp import web

from gateway.api.answering import disposition
from gateway.api.paging import cursor_of
from gateway.console.message_document import paper_of
from gateway.console.message_raw import holding, segments_of, tone_of
from gateway.console.message_story import (
    LAYERS,
    flow_of,
    layered,
    may_be_rejected,
    places_of,
    seconds_of,
    stage_text,
    state_of,
    title_of,
    waits_for_somebody,
    way_of,
)
from gateway.console.rendering import link
from gateway.console.shell import Shell
from gateway.console.visit import Visit
from gateway.domain.masks import MASK
from gateway.domain.phrases import delivery_phrase, expectation_phrase, verdict_phrase
from gateway.errors import Absent, ActionRefused, BodyUnreadable

Json = Mapping[str, Any]

TABS: Final[Mapping[str, str]] = {
    "findings": "messages.show",
    "document": "documents.canonical",
    "raw": "messages.segments",
    "canonical": "documents.canonical",
    "delivered": "deliveries.bytes",
    "attempts": "messages.events",
    "acknowledgements": "messages.acknowledgements",
    "related": "messages.trace",
    "journal": "messages.events",
    "audit": "messages.audit",
}
"""The tabs by the operation that one has to have a right to: what lies behind the gateway is not for partners."""

COMMANDS: Final[Mapping[str, str]] = {
    "raw": "gateway correct {id} --print",
    "related": "gateway trace {id}",
    "audit": "gateway audit list --subject {id}",
}
"""What tells the same on the command line, where it is not `gateway message`."""

_SEGMENTS: Final = 200
_BEFORE: Final = 20
"""So many segments are shown before one that somebody is led to."""
_MOST_LISTED: Final = 200


@dataclass(frozen=True, slots=True)
class MessagePage:
    """One message, and what can be saved of it."""

    shell: Shell

    def routes(self) -> Sequence[web.RouteDef]:
        """A tab is an address of its own: links to it can be sent to others."""
        page = self.shell.page
        return [
            web.get("/messages/export", page(self._export)),
            web.get("/messages/{message}", page(self._show)),
            web.get("/messages/{message}/{tab}", page(self._show)),
            web.get("/messages/{message}/save/raw", page(self._save_raw)),
            web.get("/messages/{message}/save/bundle", page(self._save_bundle)),
            web.get("/messages/{message}/save/canonical/{document}", page(self._save_canonical)),
            web.get("/messages/{message}/save/delivered/{delivery}", page(self._save_delivered)),
        ]

    async def _show(self, visit: Visit) -> web.StreamResponse:
        message, tab = asked_id(visit, "message"), visit.request.match_info.get("tab", "findings")
        if tab not in TABS:
            raise Absent(visit.texts("message.no_tab"))
        view = await self.shell.ask(visit, "messages.show", message=message)
        layers = await self.shell.ask(visit, "messages.acknowledgements", message=message)
        may = self.shell.asking.may
        offered = [name for name, operation in TABS.items() if may(visit.who, operation)]
        body, problem = await self._body(visit, tab, view)
        return self.shell.render(
            visit,
            "message.html",
            screen="messages",
            view=view,
            title=title_of(view, visit.texts),
            here=tab,
            message=str(message),
            tabs=[(name, visit.texts(f"message.tab.{name}"), link("/messages", str(message), name)) for name in offered],
            way=[(stage_text(visit.texts, step.stage), step) for step in way_of(view)],
            layers=[(name, [(one, layered(one)) for one in layers[name]]) for name in LAYERS],
            state=state_of(view),
            verdict=verdict_phrase,
            delivery_state=delivery_phrase,
            expected=expectation_phrase,
            finding_tone=tone_of,
            stage=lambda name: stage_text(visit.texts, name),
            took=lambda attempt: visit.texts.duration(seconds_of(attempt)),
            body=body,
            problem=problem,
            mask=MASK,
            actions=self._actions(visit, view),
            may=lambda name: may(visit.who, name),
            command=COMMANDS.get(tab, "gateway message {id}").format(id=view["id"]),
        )

    def _actions(self, visit: Visit, view: Json) -> Sequence[tuple[str, str]]:
        """What can be done about it now, by who has the right: each leads to a page that asks before anything happens."""
        may, message = self.shell.asking.may, str(view["id"])
        found = []
        if may(visit.who, "batches.plan_replay"):
            found.append(("replay", link("/batches/plan", kind="replay", id=message)))
            if view["interchanges"]:
                found.append(("reassign", link("/batches/plan", kind="reassignment", id=message)))
        if view["deliveries"] and may(visit.who, "batches.plan_redelivery"):
            found.append(("redeliver", link("/batches/plan", kind="redelivery", id=message)))
        if may(visit.who, "batches.plan_correction") and may(visit.who, "messages.raw"):
            found.append(("correct", link("/messages", message, "correct")))
        if waits_for_somebody(view) and may(visit.who, "messages.ignore"):
            found.append(("ignore", link("/messages", message, "give-up", action="ignore")))
        if may_be_rejected(view) and may(visit.who, "messages.reject"):
            found.append(("reject", link("/messages", message, "give-up", action="reject")))
        if may(visit.who, "messages.bundle"):
            found.append(("bundle", link("/messages", message, "save", "bundle")))
        return found

    async def _body(self, visit: Visit, tab: str, view: Json) -> tuple[Any, Any]:
        """What a tab shows beside the message itself, and why it cannot be had where it cannot."""
        self.shell.asking.require(visit.who, TABS[tab])
        try:
            match tab:
                case "findings":
                    return places_of(view, visit.texts, raw=self.shell.asking.may(visit.who, "messages.segments")), None
                case "document" | "canonical":
                    return await self._canonical(visit, view, tab), None
                case "raw":
                    return await self._raw(visit, view), None
                case "delivered":
                    return await self._delivered(visit, view), None
                case "related":
                    return flow_of(view, await self._others(visit, view), visit.texts), None
                case "audit":
                    return (await self.shell.ask(visit, "messages.audit", message=view["id"]))["items"], None
        except (BodyUnreadable, ActionRefused) as problem:
            return None, problem
        return None, None

    async def _canonical(self, visit: Visit, view: Json, tab: str) -> Json:
        """One of the documents: laid out, or as JSON with the places that its members came from."""
        documents = [one for interchange in view["interchanges"] for one in interchange["documents"]]
        known = [(number, one) for number, one in enumerate(documents, 1) if one["name"] is not None]
        if not known:
            return {"documents": []}
        wanted = visit.request.query.get("document", "")
        number, chosen = next(((n, one) for n, one in known if one["id"] == wanted), known[0])
        file = await self.shell.asking.file(visit.who, "documents.canonical", document=chosen["id"])
        parts = orjson.loads(file.content)
        listed = [(one, title_of({**view, "interchanges": [{**_NAMELESS, "documents": [one]}]}, visit.texts),
                   link("/messages", str(view["id"]), tab, document=one["id"])) for _, one in known[:_MOST_LISTED]]  # fmt: skip
        told = {"documents": listed, "chosen": chosen, "more": max(0, len(known) - _MOST_LISTED)}
        if tab == "document":
            return told | {"paper": paper_of(parts, visit.texts)}
        return told | {
            "text": orjson.dumps(parts, option=orjson.OPT_INDENT_2).decode(),
            "members": await self._members(visit, view, number),
        }

    async def _members(self, visit: Visit, view: Json, number: int) -> Sequence[Json]:
        """The members of a document with where they came from. What we were handed as canonical came from nowhere else."""
        if not self.shell.asking.may(visit.who, "messages.members"):
            return []
        try:
            found = await self.shell.ask(visit, "messages.members", message=view["id"])
        except (BodyUnreadable, ActionRefused):
            return []
        return [one for one in found["items"] if one["ordinal"] == number]

    async def _raw(self, visit: Visit, view: Json) -> Json:
        """Segments: from a cursor on, or around a byte or a segment that something leads to."""
        asked = visit.request.query
        offset, number = _number(asked.get("offset")), _number(asked.get("segment"))
        after = asked.get("after", "") or (cursor_of(max(1, number - _BEFORE)) if number else "")
        found = await self.shell.ask(
            visit, "messages.segments", message=view["id"], limit=_SEGMENTS, after=after, offset=offset
        )  # fmt: skip
        segments = segments_of(found["items"])
        documents = [one for interchange in view["interchanges"] for one in interchange["documents"]]
        return {
            "segments": segments,
            "after": found["after"],
            "first": not segments or segments[0].number == 1,
            "here": holding(segments, offset=offset, number=number),
            "masked": any(MASK in one.raw for one in segments),
            "canonical": {
                number: link("/messages", str(view["id"]), "canonical", document=one["id"])
                for number, one in enumerate(documents, 1)
                if one["name"] is not None and self.shell.asking.may(visit.who, "documents.canonical")
            },
            "family": view["interchanges"][0]["family"] if view["interchanges"] else "",
        }

    async def _delivered(self, visit: Visit, view: Json) -> Json:
        """What one delivery hands over: an interchange by its segments, a document as JSON."""
        deliveries = view["deliveries"]
        if not deliveries:
            return {"deliveries": []}
        wanted = visit.request.query.get("delivery", "")
        chosen = next((one for one in deliveries if one["id"] == wanted), deliveries[0])
        told: dict[str, Any] = {"deliveries": deliveries[:_MOST_LISTED], "chosen": chosen}
        try:
            if chosen["outbound"]:
                after = visit.request.query.get("after", "")
                found = await self.shell.ask(
                    visit, "outbounds.segments", outbound=chosen["outbound"], limit=_SEGMENTS, after=after
                )  # fmt: skip
                return told | {"segments": segments_of(found["items"]), "after": found["after"]}
            file = await self.shell.asking.file(visit.who, "deliveries.bytes", delivery=chosen["id"])
            return told | {"text": orjson.dumps(orjson.loads(file.content), option=orjson.OPT_INDENT_2).decode()}
        except (BodyUnreadable, ActionRefused, Absent) as problem:
            return told | {"trouble": problem}

    async def _others(self, visit: Visit, view: Json) -> Sequence[Json]:
        """Other messages that carry the number of its first document."""
        keys = [document["keys"] for interchange in view["interchanges"] for document in interchange["documents"]]
        number = next((value for one in keys for value in (one or {}).values()), None)
        if number is None:
            return []
        try:
            found: Sequence[Json] = (await self.shell.ask(visit, "messages.trace", number=number))["transmissions"]
        except Absent:
            return []
        return found

    async def _export(self, visit: Visit) -> web.StreamResponse:
        return await self._save(visit, "messages.export", q=visit.request.query.get("q", "").strip())

    async def _save_raw(self, visit: Visit) -> web.StreamResponse:
        return await self._save(visit, "messages.raw", message=asked_id(visit, "message"))

    async def _save_bundle(self, visit: Visit) -> web.StreamResponse:
        return await self._save(visit, "messages.bundle", message=asked_id(visit, "message"))

    async def _save_canonical(self, visit: Visit) -> web.StreamResponse:
        return await self._save(visit, "documents.canonical", document=asked_id(visit, "document"))

    async def _save_delivered(self, visit: Visit) -> web.StreamResponse:
        return await self._save(visit, "deliveries.bytes", delivery=asked_id(visit, "delivery"))

    async def _save(self, visit: Visit, name: str, **members: object) -> web.StreamResponse:
        file = await self.shell.asking.file(visit.who, name, **members)
        return saved(file.name, file.content)


def saved(name: str, content: bytes) -> web.Response:
    """A file to save. It is never shown as a page, whatever it holds."""
    headers = {"Content-Disposition": disposition(name), "Content-Type": "application/octet-stream"}
    return web.Response(body=content, headers=headers)


def asked_id(visit: Visit, name: str) -> UUID:
    """An id of the path. Raises Absent for what is none."""
    try:
        return UUID(visit.request.match_info[name])
    except ValueError:
        raise Absent(visit.texts("message.absent")) from None


_NAMELESS: Final[Json] = {"partner": None}
"""In a list of documents each is called by its kind and number: whose all of them are says the title."""


def _number(text: str | None) -> int | None:
    return int(text) if text is not None and text.isdecimal() and len(text) < 13 else None
