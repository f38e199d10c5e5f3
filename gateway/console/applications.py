"""What deliveries go to: applications, partners' channels, subscribers; what waits at each and why; what can be done about it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from aiohttp import web

from gateway.console.rendering import link
from gateway.console.shell import Shell, see_other
from gateway.console.signing_in import Refusal
from gateway.console.subscribers import subscriber_of
from gateway.console.visit import Visit
from gateway.domain.phrases import Phrase, target_phrase
from gateway.errors import ActionRefused, Denied, GatewayError, PlanRefused

Json = Mapping[str, Any]

KINDS: Final = ("application", "channel", "subscriber", "gone")
COUNTS: Final = ("due", "sending", "in_sequence", "after_others", "put_aside", "dead")
"""What a target's page tells apart beside what waits."""


def open_at(target: Json) -> int:
    """Deliveries that are not made: all that a hold would keep, but for those that are under way."""
    return sum(target[name] for name in ("waiting", "in_sequence", "after_others", "put_aside"))


def by_kind(targets: Sequence[Json]) -> Sequence[tuple[str, Sequence[tuple[Json, Phrase, int]]]]:
    """Targets by what they are, each with what keeps it and how many deliveries are not made; no kind without any."""
    groups: dict[str, list[tuple[Json, Phrase, int]]] = {kind: [] for kind in KINDS}
    for one in targets:
        groups[one["kind"] or "gone"].append((one, target_phrase(one), open_at(one)))
    return [(kind, found) for kind, found in groups.items() if found]


@dataclass(frozen=True, slots=True)
class Applications:
    """The list, and one of it."""

    shell: Shell

    def routes(self) -> Sequence[web.RouteDef]:
        """The list, a page for each, and what can be done there."""
        page = self.shell.page
        return [
            web.get("/applications", page(self._list)),
            web.get("/applications/{target}", page(self._show)),
            web.post("/applications/{target}/hold", page(self._hold)),
            web.post("/applications/{target}/release", page(self._release)),
            web.post("/applications/{target}/retry", page(self._retry)),
            web.post("/applications/{target}/event", page(self._event)),
        ]

    async def _list(self, visit: Visit) -> web.StreamResponse:
        targets = (await self.shell.ask(visit, "targets.list"))["items"]
        return self.shell.render(visit, "applications.html", screen="applications", groups=by_kind(targets))

    async def _show(self, visit: Visit) -> web.StreamResponse:
        return await self._page(visit)

    async def _page(
        self, visit: Visit, *, status: int = 200, problem: GatewayError | None = None, posted: Json | None = None
    ) -> web.Response:
        name = visit.request.match_info["target"]
        target = await self.shell.ask(visit, "targets.show", target=name)
        may = self.shell.asking.may
        return self.shell.render(
            visit,
            "application.html",
            status=status,
            screen="applications",
            target=target,
            state=target_phrase(target),
            counts=[(count, target[count]) for count in COUNTS],
            kept=open_at(target),
            dead=link("/messages", q=f"target:{name} state:dead"),
            subscriber=await subscriber_of(self.shell, visit, name) if target["kind"] == "subscriber" else None,
            posted=posted,
            problem=Refusal(str(problem), problem.remedy) if problem else None,
            may_hold=may(visit.who, "targets.hold"),
            may_post=may(visit.who, "subscribers.test"),
        )

    async def _hold(self, visit: Visit) -> web.StreamResponse:
        return await self._done(visit, "targets.hold", "applications.held")

    async def _release(self, visit: Visit) -> web.StreamResponse:
        return await self._done(visit, "targets.release", "applications.released")

    async def _done(self, visit: Visit, operation: str, said: str) -> web.StreamResponse:
        name, reason = visit.request.match_info["target"], str((await visit.request.post()).get("reason", "")).strip()
        try:
            await self.shell.ask(visit, operation, target=name, reason=reason)
        except (ActionRefused, PlanRefused) as problem:
            if isinstance(problem, Denied):
                raise
            return await self._page(visit, status=409, problem=problem)
        return see_other(visit, link("/applications", name), said=said)

    async def _retry(self, visit: Visit) -> web.StreamResponse:
        name = visit.request.match_info["target"]
        moved = await self.shell.ask(visit, "targets.retry", target=name)
        return see_other(visit, link("/applications", name), said="applications.retried", count=sum(moved["targets"].values()))

    async def _event(self, visit: Visit) -> web.StreamResponse:
        """Post a test event to a subscriber; the page that is answered tells what came of it."""
        posted = await self.shell.ask(visit, "subscribers.test", subscriber=visit.request.match_info["target"])
        return await self._page(visit, posted=posted)
