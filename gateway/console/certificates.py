"""Certificates of a partner and ours towards it: what is in use, what comes next; a new one looked at before it takes over."""

import base64
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any, Final

from aiohttp import web
from aiohttp.web_request import FileField

from gateway.api.answering import disposition
from gateway.console.configuration import may_propose
from gateway.console.partner import partner_page
from gateway.console.rendering import link
from gateway.console.shell import Shell, see_other
from gateway.console.visit import Visit
from gateway.errors import ActionRefused, ConfigurationInvalid, Denied, GatewayError, PlanRefused

Json = Mapping[str, Any]

STANDINGS: Final[Mapping[str, str]] = {"current": "good", "accepted": "info", "next": "info", "past": "faint"}
"""How each standing of a certificate sounds, in the order in which they are shown."""
TONES_OF_CONCERNS: Final[Mapping[str, str]] = {"error": "error", "warning": "warning", "info": "info"}

_MOST_BYTES: Final = 100_000
"""A certificate is much smaller, a chain of them too."""


@dataclass(frozen=True, slots=True)
class Side:
    """The certificates of one side of a channel, side by side: theirs or ours."""

    channel: str
    ours: bool
    certificates: Sequence[Json]

    @property
    def changing(self) -> bool:
        """Whether old and new overlap, or a new one waits for its day."""
        return sum(one["standing"] in ("current", "accepted", "next") for one in self.certificates) > 1

    @property
    def ends(self) -> Json | None:
        """The one whose end needs somebody: nothing takes over from it."""
        warned = [one for one in self.certificates if one["mark"] is not None and one["standing"] != "past"]
        return min(warned, key=lambda one: str(one["not_after"])) if warned else None


def sides_of(certificates: Sequence[Json]) -> Sequence[Side]:
    """The certificates by channel and side, those in use first."""
    order = list(STANDINGS)
    keys = dict.fromkeys((one["channel"], one["ours"]) for one in certificates)
    return [
        Side(channel, ours, sorted(
            (one for one in certificates if (one["channel"], one["ours"]) == (channel, ours)),
            key=lambda one: (order.index(one["standing"]), str(one["not_after"])),
        ))
        for channel, ours in keys
    ]  # fmt: skip


@dataclass(frozen=True, slots=True)
class Certificates:
    """The tab of certificates."""

    shell: Shell

    def routes(self) -> Sequence[web.RouteDef]:
        """The tab, a certificate to save, and a new one to look at and to let take over."""
        page = self.shell.page
        return [
            web.get("/partners/{partner}/certificates", page(self._list)),
            web.post("/partners/{partner}/certificates", page(self._examine)),
            web.post("/partners/{partner}/certificates/roll-over", page(self._roll_over)),
            web.get("/partners/{partner}/certificates/{fingerprint}", page(self._save)),
        ]

    async def _list(self, visit: Visit) -> web.StreamResponse:
        return await self._page(visit, {})

    async def _page(
        self, visit: Visit, form: Mapping[str, str], *, found: Json | None = None, problem: GatewayError | None = None
    ) -> web.Response:
        partner = await self.shell.ask(visit, "partners.show", partner=visit.request.match_info["partner"])
        return await partner_page(
            self.shell, visit, "certificates", status=422 if problem else 200, problem=problem, found=found,
            sides=sides_of(partner["certificates"]), standings=STANDINGS, concern_tones=TONES_OF_CONCERNS,
            channels=[one["id"] for one in partner["channels"] if one["type"] == "as2"],
            form={name: form.get(name, "") for name in ("channel", "whose", "day", "overlap", "text")},
            may_examine=self.shell.asking.may(visit.who, "partners.examine"),
            may_propose=found is not None and not found["ours"] and await may_propose(self.shell, visit),
        )  # fmt: skip

    async def _examine(self, visit: Visit) -> web.StreamResponse:
        """Look at what was pasted or chosen. Nothing of it is kept: the page that is answered says all."""
        posted = await visit.request.post()
        form = _form(posted)
        try:
            found = await self.shell.ask(visit, "partners.examine", **_asked(posted, visit))
        except PlanRefused as problem:
            return await self._page(visit, form, problem=problem)
        return await self._page(visit, form, found=found)

    async def _roll_over(self, visit: Visit) -> web.StreamResponse:
        """Propose the configuration in which it takes over: what was looked at comes back as the page had it."""
        posted = await visit.request.post()
        form = _form(posted)
        try:
            asked = {**_asked(posted, visit), "reason": form.get("reason", "")}
            activation = await self.shell.ask(visit, "partners.roll_over", **asked)
        except Denied:
            raise
        except (PlanRefused, ActionRefused, ConfigurationInvalid) as problem:
            return await self._page(visit, form, problem=problem)
        return see_other(visit, link("/configuration", str(activation["id"])), said="configuration.proposed")

    async def _save(self, visit: Visit) -> web.StreamResponse:
        asked = {name: visit.request.match_info[name] for name in ("partner", "fingerprint")}
        file = await self.shell.asking.file(visit.who, "partners.certificate", **asked)
        headers = {"Content-Disposition": disposition(file.name), "Content-Type": file.media_type}
        return web.Response(body=file.content, headers=headers)


def _form(posted: Mapping[str, Any]) -> Mapping[str, str]:
    """What was written, to stand in the form again; a private key is shown to nobody, also not to who gave it."""
    form = {name: value for name, value in posted.items() if isinstance(value, str)}
    return form if "PRIVATE KEY" not in form.get("text", "") else {}


def _asked(posted: Mapping[str, Any], visit: Visit) -> Json:
    """The certificate and how it is to be used, as operations take them. Raises PlanRefused for what can be neither."""
    said = {name: value for name, value in posted.items() if isinstance(value, str)}
    return {
        "partner": visit.request.match_info["partner"],
        "certificate": base64.b64encode(given(posted, visit)).decode(),
        "channel": said.get("channel"),
        "ours": said.get("whose") == "ours",
        "use_from": _midnight(said.get("day", ""), visit),
        "overlap_days": said.get("overlap"),
    }


def given(posted: Mapping[str, Any], visit: Visit) -> bytes:
    """What was chosen as a file, or else pasted. Raises PlanRefused for nothing, and for what is far too large."""
    file, text = posted.get("file"), posted.get("text", "")
    content = file.file.read(_MOST_BYTES + 1) if isinstance(file, FileField) else b""
    content = content or (text.strip().encode() if isinstance(text, str) else b"")
    if not content:
        raise PlanRefused(visit.texts("certificates.nothing"), remedy=visit.texts("certificates.nothing_remedy"))
    if len(content) > _MOST_BYTES:
        raise PlanRefused(visit.texts("certificates.too_large"), remedy=visit.texts("certificates.nothing_remedy"))
    return content


def _midnight(day: str, visit: Visit) -> str | None:
    """The beginning of a day in UTC, as configurations mean days. Raises PlanRefused for what is no day."""
    if not day.strip():
        return None
    try:
        chosen = date.fromisoformat(day.strip())
    except ValueError:
        raise PlanRefused(visit.texts("certificates.no_day"), remedy=visit.texts("certificates.no_day_remedy")) from None
    return datetime(chosen.year, chosen.month, chosen.day, tzinfo=UTC).isoformat()
