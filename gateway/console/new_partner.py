"""A new partner: samples are given, and the file that is proposed for it is shown with all that is to be decided.

Where what is activated decides, it is proposed from here, as it was changed on the page. Else the console writes nothing: the
file is saved by the browser, or copied, and put into its place by whoever may.
"""

import base64
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from aiohttp import web
from aiohttp.web_request import FileField

from gateway.api.answering import disposition
from gateway.console.configuration import may_propose
from gateway.console.rendering import link
from gateway.console.shell import Shell, see_other
from gateway.console.visit import Visit
from gateway.domain.onboarding.wish import Transport
from gateway.errors import ActionRefused, ConfigurationInvalid, Denied, GatewayError, PlanRefused

Json = Mapping[str, Any]

PATH: Final = "/new-partner"
WORDS: Final = ("name", "owner", "timezone", "application", "address", "user", "as2_name")
SEVERITIES: Final[Mapping[str, str]] = {"error": "error", "warning": "warning", "info": "info"}


@dataclass(frozen=True, slots=True)
class NewPartner:
    """The form, and what is proposed."""

    shell: Shell

    def routes(self) -> Sequence[web.RouteDef]:
        """The form, what follows from it, and the file to save."""
        page = self.shell.page
        return [
            web.get(PATH, page(self._begin)),
            web.post(PATH, page(self._propose)),
            web.post(f"{PATH}/file", page(self._save)),
            web.post(f"{PATH}/configuration", page(self._activate)),
        ]

    async def _begin(self, visit: Visit) -> web.StreamResponse:
        self.shell.asking.require(visit.who, "partners.propose")
        return await self._page(visit, {})

    async def _page(
        self, visit: Visit, form: Mapping[str, str], *, found: Json | None = None, written: Mapping[str, str] | None = None,
        problem: GatewayError | None = None,
    ) -> web.Response:  # fmt: skip
        if found is not None and await may_propose(self.shell, visit):
            written = {one["path"]: one["text"] for one in (found, *found["tables"])}
        may_list = self.shell.asking.may(visit.who, "targets.list")
        return self.shell.render(
            visit, "new_partner.html", status=422 if problem else 200, screen="partners", problem=problem, found=found,
            written=written,
            transports=[one.value for one in Transport], severities=SEVERITIES, may_list=may_list,
            form={name: form.get(name, "") for name in ("partner", "transport", "formats", "sends", "identities", *WORDS)},
        )  # fmt: skip

    async def _propose(self, visit: Visit) -> web.StreamResponse:
        """Look at the samples. Nothing of them is kept: the page that is answered says all."""
        posted = await visit.request.post()
        form = {name: value.strip() for name, value in posted.items() if isinstance(value, str)}
        asked: dict[str, object] = {name: form.get(name) for name in ("partner", "transport", *WORDS)}
        asked |= {name: several(form.get(name, "")) for name in ("formats", "identities")}
        sends = form.get("sends", "")
        if sends:
            asked["sends"] = [] if sends == "none" else several(sends)
        try:
            found = await self.shell.ask(visit, "partners.propose", samples=files_of(posted.getall("samples", [])), **asked)
        except (PlanRefused, ActionRefused, ConfigurationInvalid) as problem:
            if isinstance(problem, Denied):
                raise
            return await self._page(visit, form, problem=problem)
        return await self._page(visit, form, found=found)

    async def _activate(self, visit: Visit) -> web.StreamResponse:
        """Propose the configuration with the files as they are on the page now."""
        posted = await visit.request.post()
        names, texts = (map(str, posted.getall(name, [])) for name in ("name", "text"))
        files = {name: text.replace("\r\n", "\n") for name, text in zip(names, texts, strict=False)}
        try:
            activation = await self.shell.ask(
                visit, "configuration.propose", files=files, reason=str(posted.get("reason", "")).strip()
            )
        except Denied:
            raise
        except (PlanRefused, ActionRefused, ConfigurationInvalid) as problem:
            return await self._page(visit, {}, written=files, problem=problem)
        return see_other(visit, link("/configuration", str(activation["id"])), said="configuration.proposed")

    async def _save(self, visit: Visit) -> web.StreamResponse:
        """What was proposed, as a file: it comes back as the page had it."""
        self.shell.asking.require(visit.who, "partners.propose")
        posted = await visit.request.post()
        name, text = str(posted.get("name", "partner.toml")), str(posted.get("text", ""))
        headers = {"Content-Disposition": disposition(name), "Content-Type": "application/octet-stream"}
        return web.Response(body=text.replace("\r\n", "\n").encode(), headers=headers)


def several(text: str) -> list[str]:
    """What stands in a field for several things, separated by commas or blanks."""
    return text.replace(",", " ").split()


def files_of(fields: Sequence[Any]) -> list[dict[str, str]]:
    """The files that were chosen in a form, as operations take them; an empty choice is none."""
    return [
        {"name": one.filename, "content": base64.b64encode(one.file.read()).decode()}
        for one in fields
        if isinstance(one, FileField) and one.filename
    ]
