"""Configurations: what was, is and is to be in force, what would differ, and deciding about it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from aiohttp import web

from gateway.console.rendering import link
from gateway.console.shell import Shell, see_other
from gateway.console.signing_in import Refusal
from gateway.console.visit import Visit
from gateway.errors import Absent, ActionRefused, ConfigurationInvalid, GatewayError, PlanRefused

Json = Mapping[str, Any]

TONES: Final[Mapping[str, str]] = {
    "proposed": "warning", "approved": "info", "in_force": "good", "ended": "plain", "rejected": "error",
}  # fmt: skip
"""How the states of an activation sound."""

_LIMIT: Final = 50


def outcome_of_tests(one: Json) -> str:
    """The word by which a text tells what the tests came to."""
    tests = one["tests"] or {"passed": 0, "failed": ()}
    if tests["failed"]:
        return "failed"
    return "passed" if tests["passed"] else "none"


async def may_propose(shell: Shell, visit: Visit) -> bool:
    """Whether what is activated decides here, so that a page can end with a proposal, and this person may make one."""
    if not shell.asking.may(visit.who, "configuration.propose"):
        return False
    try:
        present = await shell.ask(visit, "configuration.present")
    except Absent:  # no gateway has begun yet
        return False
    return bool(present["managed"])


@dataclass(frozen=True, slots=True)
class Configurations:
    """The history, one activation with its files, and what would change by it."""

    shell: Shell

    def routes(self) -> Sequence[web.RouteDef]:
        """The list, a page for each, its files, and what can be decided."""
        page = self.shell.page
        return [
            web.get("/configuration", page(self._list)),
            web.post("/configuration/roll-back", page(self._roll_back)),
            web.get("/configuration/{activation}", page(self._show)),
            web.get("/configuration/{activation}/file", page(self._file)),
            web.get("/configuration/{activation}/replay", page(self._replay)),
            web.post("/configuration/{activation}/approve", page(self._approve)),
            web.post("/configuration/{activation}/reject", page(self._reject)),
        ]

    async def _list(self, visit: Visit) -> web.StreamResponse:
        return await self._page(visit)

    async def _page(self, visit: Visit, *, problem: GatewayError | None = None) -> web.Response:
        after = visit.request.query.get("after", "")
        found = await self.shell.ask(visit, "configuration.list", after=after, limit=_LIMIT)
        present = next((one for one in found["items"] if one["state"] == "in_force"), None)
        return self.shell.render(
            visit,
            "configuration.html",
            status=409 if problem else 200,
            screen="configuration",
            activations=found["items"],
            tones=TONES,
            came_to=outcome_of_tests,
            older=link("/configuration", after=found["after"]) if found["after"] else "",
            newest=link("/configuration") if after else "",
            problem=Refusal(str(problem), problem.remedy) if problem else None,
            may_go_back=present is not None and present["managed"] and self._may(visit, "configuration.roll_back"),
        )

    async def _show(self, visit: Visit) -> web.StreamResponse:
        return await self._one(visit)

    async def _one(self, visit: Visit, *, problem: GatewayError | None = None) -> web.Response:
        one = await self.shell.ask(visit, "configuration.show", activation=_number(visit))
        differs, unknown = None, problem
        if one["state"] != "in_force":
            try:
                differs = await self.shell.ask(visit, "configuration.difference", activation=one["id"])
            except (Absent, ConfigurationInvalid) as found:  # its files were not kept, or cannot be read any more
                unknown = problem or found
        return self.shell.render(
            visit,
            "configuration_one.html",
            status=409 if problem else 200,
            screen="configuration",
            one=one,
            differs=differs,
            tones=TONES,
            came_to=outcome_of_tests,
            problem=Refusal(str(unknown), unknown.remedy) if unknown else None,
            may_decide=self._may(visit, "configuration.approve"),
            may_replay=self._may(visit, "configuration.replay"),
        )

    async def _file(self, visit: Visit) -> web.StreamResponse:
        name = visit.request.query.get("name", "")
        file = await self.shell.ask(visit, "configuration.file", activation=_number(visit), name=name)
        return self.shell.render(
            visit, "configuration_file.html", screen="configuration", number=_number(visit), file=file
        )  # fmt: skip

    async def _replay(self, visit: Visit) -> web.StreamResponse:
        days = visit.request.query.get("days", "7")
        found = await self.shell.ask(visit, "configuration.replay", activation=_number(visit), days=days)
        return self.shell.render(
            visit, "configuration_replay.html", screen="configuration", number=_number(visit), days=days, found=found
        )

    async def _approve(self, visit: Visit) -> web.StreamResponse:
        return await self._decided(visit, "approve")

    async def _reject(self, visit: Visit) -> web.StreamResponse:
        return await self._decided(visit, "reject")

    async def _decided(self, visit: Visit, decision: str) -> web.StreamResponse:
        number, reason = _number(visit), await _reason(visit)
        try:
            await self.shell.ask(visit, f"configuration.{decision}", activation=number, reason=reason)
        except (ActionRefused, PlanRefused, ConfigurationInvalid) as problem:
            if not self._may(visit, "configuration.approve"):
                raise
            return await self._one(visit, problem=problem)
        return see_other(visit, link("/configuration", number), said=f"configuration.{decision}")

    async def _roll_back(self, visit: Visit) -> web.StreamResponse:
        reason = await _reason(visit)
        try:
            one = await self.shell.ask(visit, "configuration.roll_back", reason=reason)
        except (ActionRefused, PlanRefused, ConfigurationInvalid, Absent) as problem:
            if not self._may(visit, "configuration.roll_back"):
                raise
            return await self._page(visit, problem=problem)
        return see_other(visit, link("/configuration", str(one["id"])), said="configuration.rolled_back")

    def _may(self, visit: Visit, operation: str) -> bool:
        return self.shell.asking.may(visit.who, operation)


def _number(visit: Visit) -> str:
    return visit.request.match_info["activation"]


async def _reason(visit: Visit) -> str:
    return str((await visit.request.post()).get("reason", "")).strip()
