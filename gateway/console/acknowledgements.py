"""The ledger of acknowledgements both ways: what partners owe us, what we gave them, and what answers nothing."""

import shlex
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Final

from aiohttp import web

from gateway.console.rendering import link
from gateway.console.shell import Shell, see_other
from gateway.console.texts import Texts, parsed
from gateway.console.visit import Visit
from gateway.domain.expectation import KINDS
from gateway.domain.phrases import Phrase, expectation_phrase, expectation_subject, one_acknowledgement

Json = Mapping[str, Any]

LEDGER: Final = "/acknowledgements"
SIDES: Final[Mapping[str, str]] = {
    "owed": "acknowledgements.list",
    "given": "acknowledgements.given",
    "unmatched": "acknowledgements.unmatched",
}
"""The sides of the ledger by the operation that lists each."""
STANDINGS: Final = ("overdue", "rejected", "awaited", "matched")
STATES: Final = (
    "expected", "overdue", "rejected", "partially_accepted", "contradicted", "received", "accepted", "accepted_with_errors",
    "late", "waived",
)  # fmt: skip
TYPES: Final = ("TA1", "997", "999", "CONTRL", "APERAK", "824", "ApplicationResponse")
VERDICTS: Final = ("accepted", "accepted_with_errors", "partly_accepted", "rejected")

_TONES: Final[Mapping[str, str]] = {
    "expected": "info",
    "overdue": "error",
    "rejected": "error",
    "partially_accepted": "error",
    "contradicted": "error",
    "received": "good",
    "accepted": "good",
    "accepted_with_errors": "warning",
    "late": "good",
}
_OPTIONS: Final[Mapping[str, str]] = {"overdue": "--overdue", "rejected": "--rejected", "awaited": "--open"}
_LIMIT: Final = 50


def standing_of(view: Json, texts: Texts, now: datetime) -> Phrase:
    """How it stands with what a partner owes us, and who must act: `Overdue 2 h 5 min: the partner must answer`."""
    state, due, changed = str(view["state"]), parsed(view["due_at"]), parsed(view["changed_at"])
    if state == "waived":
        told = Phrase("plain", "faint", {"text": texts("acknowledgements.state.waived")})
        return expectation_phrase(view) if view["person"] else told
    if state == "expected":
        key = "awaited" if due is None else "due" if due > now else "overdue"
        return _plain(texts, key, "error" if key == "overdue" else "info", span=_span(texts, due, now))
    span = _span(texts, due, changed if state == "late" else now)
    return _plain(texts, state, _TONES.get(state, ""), span=span)


def _plain(texts: Texts, state: str, tone: str, **values: object) -> Phrase:
    return Phrase("plain", tone, {"text": texts(f"acknowledgements.state.{state}", **values)})


def _span(texts: Texts, due: datetime | None, at: datetime | None) -> str:
    """How long before or after it was due, in whole minutes, days without hours."""
    if due is None or at is None:
        return ""
    seconds = abs((at - due).total_seconds())
    whole = 86400 if seconds >= 3 * 86400 else 60
    return texts.duration(max(round(seconds / whole), 1) * whole)


@dataclass(frozen=True, slots=True)
class Owed:
    """A line of what partners owe us."""

    path: str
    kind: str
    partner: str
    about: Phrase
    message: str
    sent_at: object
    due_at: object
    state: Phrase
    owner: str
    reading: str


def owed_of(view: Json, texts: Texts, now: datetime) -> Owed:
    """A line from what the operation tells."""
    return Owed(
        path=link(LEDGER, str(view["id"])),
        kind=str(view["kind"]).replace("_", " "),
        partner=str(view["partner"] or ""),
        about=expectation_subject(view),
        message=link("/messages", str(view["transmission"])) if view["transmission"] else "",
        sent_at=view["sent_at"],
        due_at=view["due_at"],
        state=standing_of(view, texts, now),
        owner=str(view["owner"]),
        reading=reading_path(view["acknowledgement"]),
    )


def reading_path(acknowledgement: object) -> str:
    """Where an acknowledgement is read out; nothing where there is none."""
    return link(f"{LEDGER}/read", str(acknowledgement)) if acknowledgement else ""


@dataclass(frozen=True, slots=True)
class Filters:
    """What narrows a list, as the address has it."""

    values: Mapping[str, str]

    def path(self, side: str, **changed: str) -> str:
        """The same list with something else."""
        return link(LEDGER if side == "owed" else f"{LEDGER}/{side}", **{**self.values, **changed})

    def asked(self, *names: str) -> Mapping[str, object]:
        """Them as members of an operation that takes several of each."""
        return {name: (self.values[name],) for name in names if self.values.get(name)}


def _filters(visit: Visit, *names: str) -> Filters:
    asked = visit.request.query
    return Filters({name: asked.get(name, "").strip() for name in names})


@dataclass(frozen=True, slots=True)
class Acknowledgements:
    """Three lists, and what is done about those that answer nothing."""

    shell: Shell

    def routes(self) -> Sequence[web.RouteDef]:
        """A list is an address of its own, with all that narrows it."""
        page = self.shell.page
        return [
            web.get(LEDGER, page(self._owed)),
            web.get(f"{LEDGER}/given", page(self._given)),
            web.get(f"{LEDGER}/unmatched", page(self._unmatched)),
            web.post(f"{LEDGER}/unmatched/match", page(self._match)),
        ]

    async def _owed(self, visit: Visit) -> web.StreamResponse:
        filters = _filters(visit, "standing", "state", "partner", "kind", "about")
        now = datetime.now(UTC)
        found = await self._found(
            visit, "owed", **filters.asked("standing", "state", "partner", "kind"), about=filters.values["about"]
        )
        rows = [owed_of(view, visit.texts, now) for view in found["items"]]
        return self._page(visit, "owed", filters, found, rows, command=_owed_command(filters), kinds=tuple(KINDS))

    async def _given(self, visit: Visit) -> web.StreamResponse:
        filters = _filters(visit, "verdict", "partner", "type")
        found = await self._found(visit, "given", **filters.asked("verdict", "partner", "type"))
        rows = [(one, one_acknowledgement(one), reading_path(one["id"])) for one in found["items"]]
        return self._page(visit, "given", filters, found, rows, kinds=TYPES)

    async def _unmatched(self, visit: Visit) -> web.StreamResponse:
        filters = _filters(visit, "partner")
        found = await self._found(visit, "unmatched", **filters.asked("partner"))
        may_match = self.shell.asking.may(visit.who, "acknowledgements.match")
        command = ["gateway", "acks", "--unmatched", *_option("--partner", filters.values["partner"])]
        return self._page(visit, "unmatched", filters, found, found["items"], command=shlex.join(command), may_match=may_match)

    async def _found(self, visit: Visit, side: str, **wanted: object) -> Any:
        return await self.shell.ask(visit, SIDES[side], **wanted, after=visit.request.query.get("after", ""), limit=_LIMIT)

    def _page(
        self,
        visit: Visit,
        side: str,
        filters: Filters,
        found: Json,
        rows: Sequence[object],
        *,
        command: str = "",
        **values: Any,
    ) -> web.Response:
        offered = [name for name, operation in SIDES.items() if self.shell.asking.may(visit.who, operation)]
        return self.shell.render(
            visit,
            "acknowledgements.html",
            screen="acknowledgements",
            side=side,
            sides=[
                (name, visit.texts(f"acknowledgements.side.{name}"), link(LEDGER if name == "owed" else f"{LEDGER}/{name}"))
                for name in offered
            ],
            filters=filters,
            narrowed=any(filters.values.values()),
            rows=rows,
            older=filters.path(side, after=found["after"]) if found["after"] else "",
            newest=filters.path(side) if visit.request.query.get("after") else "",
            ours=visit.who.partner is None,
            command=command,
            standings=STANDINGS,
            states=STATES,
            verdicts=VERDICTS,
            **values,
        )

    async def _match(self, visit: Visit) -> web.StreamResponse:
        """Those that are selected, or all that wait: which of both says the button."""
        form = await visit.request.post()
        chosen = tuple(str(one) for one in form.getall("acknowledgement", ()))
        wanted = {"all_that_wait": True} if "all" in form else {"acknowledgements": chosen}
        matched = await self.shell.ask(visit, "acknowledgements.match", **wanted)
        return see_other(visit, f"{LEDGER}/unmatched", "acknowledgements.matched", len(matched["matched"]))


def _owed_command(filters: Filters) -> str:
    """The same list on the command line."""
    values = filters.values
    standing = _OPTIONS.get(values["standing"], "")
    options = [option for name in ("state", "partner", "kind") for option in _option(f"--{name}", values[name])]
    about = [values["about"]] if values["about"] else []
    return shlex.join(["gateway", "acks", *([standing] if standing else []), *options, *about])


def _option(name: str, value: str) -> Sequence[str]:
    return [name, value] if value else []
