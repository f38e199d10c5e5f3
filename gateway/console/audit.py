"""The audit: who did what to what, and whether it is still what was written."""

import re
import shlex
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Final

from aiohttp import web

from gateway.console.rendering import link
from gateway.console.shell import Shell
from gateway.console.signing_in import Refusal
from gateway.console.texts import Texts
from gateway.console.visit import Visit
from gateway.errors import PlanRefused

Json = Mapping[str, Any]

ACTIONS: Final = (
    "signed_in", "sign_in_failed", "signed_out", "session_ended", "sessions_ended", "password_chosen", "identity_bound",
    "account_added", "account_invited", "account_changed", "account_closed",
    "token_added", "token_rotated", "token_revoked",
    "messages.raw", "messages.segments", "documents.canonical", "outbounds.bytes", "outbounds.segments", "deliveries.bytes",
    "acknowledgements.read_beside",
    "batch_planned", "batch_running", "batch_cancelled", "discarded", "approved", "ignored", "rejected",
    "failure_noted", "failure_acknowledged", "failure_resolved", "failure_muted", "failure_unmuted", "failure_assigned",
    "configuration_proposed", "configuration_approved", "configuration_rejected", "configuration_rolled_back",
    "configuration_in_force",
    "deliveries_held", "deliveries_released", "deliveries_retried_now",
    "control_number_seeded", "control_numbers_skipped", "outbound_voided", "expectation_waived", "acknowledgement_dismissed",
    "checklist_noted", "checklist_waived", "legal_hold_placed", "legal_hold_released", "purged", "audit_purged",
)  # fmt: skip
"""What is offered to look for; whatever else is written is shown as it is."""

_PAGES: Final = (
    (("messages.",), "/messages", "messages.show"),
    (("failure_",), "/failures", "failures.show"),
    (("batch_",), "/batches", "batches.show"),
    (("configuration_",), "/configuration", "configuration.show"),
    (
        ("account_", "token_", "session_", "sessions_", "signed_", "password_", "identity_"),
        "/settings/accounts",
        "accounts.show",
    ),
)
"""Where what a line is about has a page: how such actions begin, the page, and the operation that it needs."""
_MOMENT: Final = re.compile(r"\d{4}-\d\d-\d\dT")
_LIMIT: Final = 100
_LONGEST: Final = 500


@dataclass(frozen=True, slots=True)
class Line:
    """A line as the list shows it. `path` is the page of what it is about, where there is one."""

    at: object
    actor: str
    action: str
    done: str
    subject: str
    path: str
    detail: Sequence[tuple[str, str]]
    sealed: int | None


def parts_of(detail: Json, texts: Texts, within: str = "") -> Iterator[tuple[str, str]]:
    """What a line says beside, as names and values that one can read; what stands in something names that first."""
    for name, value in detail.items():
        named = f"{within}{name}".replace("_", " ")
        match value:
            case None | "" | []:
                continue
            case dict():
                yield from parts_of(value, texts, f"{named}: ")
            case bool():
                yield named, texts("audit.yes" if value else "audit.no")
            case list():
                yield named, ", ".join(str(one) for one in value)[:_LONGEST]
            case str() if _MOMENT.match(value):
                yield named, texts.moment(value)
            case _:
                yield named, str(value)[:_LONGEST]


def utc(text: str) -> str:
    """A time of the form as the operation wants it: what names no zone is UTC."""
    if not text:
        return ""
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        return text  # the operation says what is wrong with it
    return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).astimezone(UTC).isoformat()


@dataclass(frozen=True, slots=True)
class Audit:
    """The list of lines, and the look at the chain."""

    shell: Shell

    def routes(self) -> Sequence[web.RouteDef]:
        """What is looked for stands in the address."""
        page = self.shell.page
        return [web.get("/audit", page(self._list)), web.get("/audit/verify", page(self._verify))]

    async def _list(self, visit: Visit) -> web.StreamResponse:
        asked = visit.request.query
        wanted = {name: asked.get(name, "").strip() for name in ("actor", "action", "subject", "since", "until")}
        after, problem = asked.get("after", ""), None
        found: Json = {"items": (), "after": None}
        times = {name: utc(wanted[name]) for name in ("since", "until")}
        try:
            found = await self.shell.ask(visit, "audit.list", **{**wanted, **times}, after=after, limit=_LIMIT)
        except PlanRefused as refused:
            problem = Refusal(str(refused), refused.remedy)
        return self.shell.render(
            visit,
            "audit.html",
            status=422 if problem else 200,
            screen="audit",
            wanted=wanted,
            actions=self._offered(visit, wanted["action"]),
            lines=[self._line(visit, one) for one in found["items"]],
            problem=problem,
            older=link("/audit", **wanted, after=found["after"]) if found["after"] else "",
            newest=link("/audit", **wanted) if after else "",
            looked=any(wanted.values()),
            command=_command(wanted),
        )

    def _offered(self, visit: Visit, chosen: str) -> Sequence[tuple[str, str]]:
        names = ACTIONS if not chosen or chosen in ACTIONS else (chosen, *ACTIONS)
        return [(name, _action(visit.texts, name)) for name in names]

    def _line(self, visit: Visit, view: Json) -> Line:
        subject, action = str(view["subject"]), str(view["action"])
        page = next((page for starts, page, needs in _PAGES if action.startswith(starts) and self._may(visit, needs)), "")
        return Line(
            at=view["at"],
            actor=str(view["actor"]),
            action=action,
            done=_action(visit.texts, action),
            subject=subject,
            path=link(page, subject) if page and subject else "",
            detail=list(parts_of(view["detail"], visit.texts)),
            sealed=view["sealed"],
        )

    def _may(self, visit: Visit, operation: str) -> bool:
        return self.shell.asking.may(visit.who, operation)

    async def _verify(self, visit: Visit) -> web.StreamResponse:
        """A look at the whole chain, which takes a while: it is made when somebody asks for it."""
        self.shell.asking.require(visit.who, "audit.verify")
        noted, found, problem = visit.request.query.get("noted"), None, None
        if noted is not None:
            try:
                found = await self.shell.ask(visit, "audit.verify", noted=noted.strip().lower())
            except PlanRefused:
                problem = Refusal(visit.texts("audit.no_seal"), visit.texts("audit.no_seal_remedy"))
        return self.shell.render(
            visit,
            "audit_verify.html",
            status=422 if problem else 200,
            screen="audit",
            noted=noted or "",
            found=found,
            problem=problem,
            command=shlex.join(["gateway", "audit", "verify", *(["--noted", noted] if noted else [])]),
        )


def _action(texts: Texts, action: str) -> str:
    return texts.known(f"audit.action.{action}", action.replace("_", " "))


def _command(wanted: Mapping[str, str]) -> str:
    options = {"actor": "--actor", "action": "--action", "subject": "--subject", "since": "--after", "until": "--before"}
    return shlex.join(
        ["gateway", "audit", *(part for name, option in options.items() if wanted[name] for part in (option, wanted[name]))]
    )
