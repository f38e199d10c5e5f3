"""Shadow beside another gateway: what both would send, what differs, and the cut-over of one agreement after the other.

The files of the other gateway are compared by the command line, where they lie: nothing of them is uploaded here.
"""

import shlex
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from aiohttp import web

from gateway.console.configuration import may_propose
from gateway.console.partner import partner_page
from gateway.console.rendering import link
from gateway.console.shell import Shell, see_other
from gateway.console.visit import Visit
from gateway.errors import ActionRefused, ConfigurationInvalid, Denied, GatewayError, PlanRefused

Json = Mapping[str, Any]

STANDINGS: Final[Mapping[str, str]] = {"own": "good", "ready": "good", "differs": "warning", "not_compared": "info"}
"""How it stands with an agreement, and how that sounds."""
STATES: Final[Mapping[str, str]] = {"different": "error", "only_ours": "warning", "only_legacy": "warning"}
"""How a document that is not the same sounds."""
_LIMIT: Final = 50


def standing_of(agreement: Json) -> str:
    """Who serves an agreement, and whether it may be cut over."""
    if not agreement["shadow"]:
        return "own"
    if agreement["ready"]:
        return "ready"
    return "differs" if agreement["compared_at"] else "not_compared"


@dataclass(frozen=True, slots=True)
class Shadow:
    """The list, the tab of a partner, what differs, and the cut-over."""

    shell: Shell

    def routes(self) -> Sequence[web.RouteDef]:
        """The pages, and the form of a cut-over."""
        page, tab = self.shell.page, "/partners/{partner}/shadow"
        return [
            web.get("/shadow", page(self._list)),
            web.get(tab, page(self._show)),
            web.get(f"{tab}/differences", page(self._differences)),
            web.get(f"{tab}/agreements/{{agreement}}", page(self._agreement)),
            web.post(f"{tab}/agreements/{{agreement}}", page(self._propose)),
        ]

    async def _list(self, visit: Visit) -> web.StreamResponse:
        found = await self.shell.ask(visit, "shadow.list")
        return self.shell.render(
            visit,
            "shadow.html",
            screen="shadow",
            agreements=found["items"],
            in_shadow=sum(one["shadow"] for one in found["items"]),
            standing=standing_of,
            standings=STANDINGS,
        )

    async def _show(self, visit: Visit) -> web.StreamResponse:
        partner = visit.request.match_info["partner"]
        found = await self.shell.ask(visit, "shadow.show", partner=partner)
        return await partner_page(
            self.shell, visit, "shadow", found=found, in_shadow=sum(one["shadow"] for one in found["agreements"]),
            missing=[one for one in found["documents"] if one["state"] in ("only_ours", "only_legacy")],
            standing=standing_of, standings=STANDINGS, states=STATES,
            compare=f"gateway shadow compare {shlex.quote(partner)} FOLDER",
            may_see=self.shell.asking.may(visit.who, "shadow.differences"),
        )  # fmt: skip

    async def _differences(self, visit: Visit) -> web.StreamResponse:
        """Documents with what both say: a look at what documents hold."""
        self.shell.asking.require(visit.who, "shadow.differences")
        partner, query = visit.request.match_info["partner"], visit.request.query
        chosen = {name: query.get(name, "") for name in ("document", "state", "element")}
        after = query.get("after", "")
        found = await self.shell.ask(visit, "shadow.differences", partner=partner, **chosen, after=after, limit=_LIMIT)
        here = ("/partners", partner, "shadow", "differences")
        return await partner_page(
            self.shell, visit, "shadow", template="shadow_differences.html", documents=found["items"], states=STATES,
            chosen=chosen, older=link(*here, **chosen, after=found["after"]) if found["after"] else "",
            newest=link(*here, **chosen) if after else "",
        )  # fmt: skip

    async def _agreement(self, visit: Visit) -> web.StreamResponse:
        return await self._one(visit)

    async def _one(self, visit: Visit, *, problem: GatewayError | None = None) -> web.Response:
        partner, agreement = (visit.request.match_info[name] for name in ("partner", "agreement"))
        lines = await self.shell.ask(visit, "shadow.lines", partner=partner, agreement=agreement)
        found = await self.shell.ask(visit, "shadow.show", partner=partner)
        (one,) = (each for each in found["agreements"] if each["agreement"] == agreement)
        return await partner_page(
            self.shell, visit, "shadow", template="shadow_agreement.html", status=409 if problem else 200, problem=problem,
            one=one, lines=lines, standing=standing_of, standings=STANDINGS, may_propose=await may_propose(self.shell, visit),
            may_number=self.shell.asking.may(visit.who, "numbers.list"),
        )  # fmt: skip

    async def _propose(self, visit: Visit) -> web.StreamResponse:
        """Propose the configuration by which it is cut over, or goes back."""
        form = await visit.request.post()
        partner, agreement = (visit.request.match_info[name] for name in ("partner", "agreement"))
        try:
            activation = await self.shell.ask(
                visit, "shadow.cut_over", partner=partner, agreement=agreement, shadow=form.get("shadow") == "true",
                reason=str(form.get("reason", "")).strip(),
            )  # fmt: skip
        except Denied:
            raise
        except (PlanRefused, ActionRefused, ConfigurationInvalid) as problem:
            return await self._one(visit, problem=problem)
        return see_other(visit, link("/configuration", str(activation["id"])), said="configuration.proposed")
