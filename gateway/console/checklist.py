"""Tabs of a partner's page while it is brought on: its checklist, and files that are tried before they are sent; its guide.

All are also for accounts of the partner: what is ours to do is not told to them in detail.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from aiohttp import web

from gateway.api.answering import disposition
from gateway.console.new_partner import SEVERITIES, files_of
from gateway.console.partner import partner_page
from gateway.console.rendering import link
from gateway.console.shell import Shell, see_other
from gateway.console.texts import Texts, parsed
from gateway.console.visit import Visit
from gateway.domain.onboarding.checklist import Standing
from gateway.errors import ActionRefused, Denied, GatewayError, PlanRefused

Json = Mapping[str, Any]

TONES: Final[Mapping[str, str]] = {
    Standing.DONE.value: "good",
    Standing.OPEN.value: "info",
    Standing.FAILING.value: "error",
    Standing.NOT_NEEDED.value: "plain",
    Standing.WAIVED.value: "plain",
}
_MOMENTS: Final = frozenset({"at", "sent", "received"})
"""Values of texts that are moments: their days are told."""


def proof_of(texts: Texts, item: Json) -> str:
    """What proves how it stands with an item."""
    return texts(f"checklist.proof.{item['proof']}", **_shown(texts, item["proof_values"]))


def next_of(texts: Texts, item: Json) -> str:
    """What is to be done next about an item; nothing where nothing is."""
    return texts(f"checklist.next.{item['next']}", **_shown(texts, item["next_values"])) if item["next"] else ""


def _shown(texts: Texts, values: Json) -> dict[str, object]:
    return {name: texts.day(parsed(value)) if name in _MOMENTS else value for name, value in values.items()}


@dataclass(frozen=True, slots=True)
class Checklist:
    """The two tabs, and the guide to save."""

    shell: Shell

    def routes(self) -> Sequence[web.RouteDef]:
        """The checklist, what is said about it, and the files."""
        page = self.shell.page
        return [
            web.get("/partners/{partner}/checklist", page(self._show)),
            web.post("/partners/{partner}/checklist", page(self._note)),
            web.get("/partners/{partner}/try", page(self._before)),
            web.post("/partners/{partner}/try", page(self._try)),
            web.get("/partners/{partner}/guide", page(self._guide)),
        ]

    async def _show(self, visit: Visit) -> web.StreamResponse:
        return await self._page(visit)

    async def _page(self, visit: Visit, *, problem: GatewayError | None = None) -> web.Response:
        found = await self.shell.ask(visit, "partners.checklist", partner=visit.request.match_info["partner"])
        items = [{**one, "proven": proof_of(visit.texts, one), "to_do": next_of(visit.texts, one)} for one in found["items"]]
        return await partner_page(
            self.shell, visit, "checklist", status=422 if problem else 200, problem=problem, found=found, items=items,
            standings=TONES, may_note=self.shell.asking.may(visit.who, "partners.note"),
            may_try=self.shell.asking.may(visit.who, "partners.try"),
        )  # fmt: skip

    async def _note(self, visit: Visit) -> web.StreamResponse:
        """A note about an item, or its waiver."""
        posted = await visit.request.post()
        form = {name: value.strip() for name, value in posted.items() if isinstance(value, str)}
        partner = visit.request.match_info["partner"]
        try:
            await self.shell.ask(
                visit, "partners.note", partner=partner, item=form.get("item"), note=form.get("note"),
                waived=form.get("waived") == "yes",
            )  # fmt: skip
        except PlanRefused as problem:
            return await self._page(visit, problem=problem)
        return see_other(visit, link("/partners", partner, "checklist"), said="checklist.noted")

    async def _guide(self, visit: Visit) -> web.StreamResponse:
        """The guide that the partner is sent, in the language of who asks, as a file: its own style stands in it."""
        file = await self.shell.asking.file(
            visit.who, "partners.guide", partner=visit.request.match_info["partner"],
            agreement=visit.request.query.get("agreement"), language=visit.texts.language.code,
        )  # fmt: skip
        headers = {"Content-Disposition": disposition(file.name), "Content-Type": file.media_type}
        return web.Response(body=file.content, headers=headers)

    async def _before(self, visit: Visit) -> web.StreamResponse:
        self.shell.asking.require(visit.who, "partners.try")
        return await self._tried(visit)

    async def _tried(self, visit: Visit, *, files: Sequence[Json] = (), problem: GatewayError | None = None) -> web.Response:
        status = 422 if problem else 200
        return await partner_page(
            self.shell, visit, "try", status=status, problem=problem, files=files, severities=SEVERITIES
        )  # fmt: skip

    async def _try(self, visit: Visit) -> web.StreamResponse:
        """Judge what was chosen. Nothing of it is kept: the page that is answered says all."""
        self.shell.asking.require(visit.who, "partners.try")
        partner, judged = visit.request.match_info["partner"], list[Json]()
        files = files_of((await visit.request.post()).getall("files", []))
        if not files:
            nothing = PlanRefused(visit.texts("try.nothing"), remedy=visit.texts("try.nothing_remedy"))
            return await self._tried(visit, problem=nothing)
        for file in files:
            try:
                judged += [await self.shell.ask(visit, "partners.try", partner=partner, **file)]
            except (PlanRefused, ActionRefused) as problem:
                if isinstance(problem, Denied):
                    raise
                return await self._tried(visit, files=judged, problem=problem)
        return await self._tried(visit, files=judged)
