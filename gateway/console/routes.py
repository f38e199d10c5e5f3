"""The routes in force, explained in their order; and a document tried against them, of which nothing is stored or sent."""

import base64
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final
from uuid import UUID

from aiohttp import web
from aiohttp.web_request import FileField

from gateway.console.rendering import link
from gateway.console.shell import Shell
from gateway.console.signing_in import Refusal
from gateway.console.visit import Visit
from gateway.domain.phrases import Phrase, document_phrase, verdict_phrase
from gateway.domain.segment_lines import segment_lines
from gateway.errors import Absent, BodyUnreadable, GatewayError, PlanRefused

Json = Mapping[str, Any]

_MOST_BYTES: Final = 1_048_576


def ending(document: Json) -> Phrase:
    """What would become of a document, as the list of messages would say it."""
    return document_phrase({**document, "deliveries": ()})


def ways_of(routes: Sequence[Json], document: Json) -> Sequence[tuple[Json, Json | None]]:
    """Every route with what was found when it was tried; None for those behind the one that took the document."""
    tried = {one["route"]: one for one in document["tried"]}
    return [(route, tried.get(route["id"])) for route in routes]


@dataclass(frozen=True, slots=True)
class Routes:
    """The configuration in force, and the test of a document."""

    shell: Shell

    def routes(self) -> Sequence[web.RouteDef]:
        """The list, and the test: with an address of its own for a message that came."""
        page = self.shell.page
        return [
            web.get("/routes", page(self._list)),
            web.get("/routes/test", page(self._test_message)),
            web.post("/routes/test", page(self._test)),
        ]

    async def _list(self, visit: Visit) -> web.StreamResponse:
        return self.shell.render(visit, "routes.html", screen="routes", view=await self.shell.ask(visit, "routes.list"))

    async def _test_message(self, visit: Visit) -> web.StreamResponse:
        message = visit.request.query.get("message", "").strip()
        if not message:
            return await self._page(visit, {})
        try:
            found = await self.shell.ask(visit, "routes.explain", message=_id(message, visit))
        except (Absent, PlanRefused, BodyUnreadable) as problem:
            return await self._page(visit, {"message": message}, problem=problem)
        return await self._page(visit, {"message": message}, found=found)

    async def _test(self, visit: Visit) -> web.StreamResponse:
        posted = await visit.request.post()
        form = {name: value for name, value in posted.items() if isinstance(value, str)}
        try:
            content, name = given(posted, visit)
            found = await self.shell.ask(
                visit, "routes.test", channel=form.get("channel"), content=base64.b64encode(content).decode(), name=name
            )
        except (Absent, PlanRefused) as problem:
            return await self._page(visit, form, problem=problem)
        return await self._page(visit, form, found=found)

    async def _page(
        self, visit: Visit, form: Mapping[str, str], *, found: Json | None = None, problem: GatewayError | None = None
    ) -> web.Response:
        view = await self.shell.ask(visit, "routes.list")
        return self.shell.render(
            visit,
            "route_test.html",
            status=422 if problem else 200,
            screen="routes",
            view=view,
            found=found,
            form={name: form.get(name, "") for name in ("channel", "text", "message")},
            problem=Refusal(str(problem), problem.remedy) if problem else None,
            ways=lambda document: ways_of(view["routes"], document),
            ending=ending,
            verdict=verdict_phrase,
            segments=segment_lines,
            message_path=link("/messages", form["message"]) if form.get("message") and found else "",
            may_see=self.shell.asking.may(visit.who, "routes.explain"),
        )


def given(posted: Mapping[str, Any], visit: Visit) -> tuple[bytes, str]:
    """What was chosen as a file, with its name, or else pasted. Raises PlanRefused for nothing, and for what is too large."""
    file, text = posted.get("file"), posted.get("text", "")
    content = file.file.read(_MOST_BYTES + 1) if isinstance(file, FileField) else b""
    if content and isinstance(file, FileField):
        name = re.split(r"[/\\]", file.filename)[-1]
    else:
        # A browser writes lines of a text field with CR LF; documents mostly end them otherwise, or not at all.
        content, name = (text.replace("\r\n", "\n").encode() if isinstance(text, str) and text.strip() else b""), ""
    if not content:
        raise PlanRefused(visit.texts("routes.nothing"), remedy=visit.texts("routes.nothing_remedy"))
    if len(content) > _MOST_BYTES:
        raise PlanRefused(visit.texts("routes.too_large"), remedy=visit.texts("routes.too_large_remedy"))
    return content, name


def _id(text: str, visit: Visit) -> UUID:
    try:
        return UUID(text)
    except ValueError:
        raise PlanRefused(visit.texts("routes.no_id"), remedy=visit.texts("routes.no_id_remedy")) from None
