"""One acknowledgement: what is owed and how it stands; and read out in plain words beside the lines that it is about."""

import shlex
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import pairwise
from typing import Any, Final
from uuid import UUID

from aiohttp import web

from gateway.console.acknowledgements import LEDGER, owed_of, reading_path
from gateway.console.rendering import link
from gateway.console.shell import Shell, see_other
from gateway.console.texts import Texts
from gateway.console.visit import Visit
from gateway.domain.acknowledgement_reading import About, ReadLine
from gateway.domain.letter import ENGLISH, about_text, letter, verdict_text
from gateway.domain.lifecycle import EXPECTATION
from gateway.domain.phrases import Phrase
from gateway.errors import Absent

Json = Mapping[str, Any]

_VERDICTS: Final[Mapping[str, str]] = {
    "accepted": "good",
    "received": "good",
    "with_changes": "warning",
    "with_errors": "error",
    "accepted_with_errors": "warning",
    "warned": "warning",
    "partly_accepted": "error",
    "rejected": "error",
    "unknown": "warning",
}
_NEXT: Final[Mapping[str, str]] = {
    "accepted": "nothing",
    "received": "nothing",
    "with_changes": "noted",
    "accepted_with_errors": "noted",
    "warned": "noted",
    "partly_accepted": "partly",
    "rejected": "rejected",
    "with_errors": "rejected",
}
"""What is to be done next, by the verdict; one that nobody knows is asked about."""


@dataclass(frozen=True, slots=True)
class Said:
    """A thing that it says. `number` counts complaints; verdicts have none. `place` leads to the line that is meant."""

    number: int | None
    sentence: str
    remedy: str
    code: str
    tone: str
    quote: str
    place: str


def said_of(lines: Sequence[Json], shown: frozenset[int]) -> Sequence[Said]:
    """What it says, line by line; `shown` are the places of the lines that stand beside it."""
    found: list[Said] = []
    number = 0
    for line in lines:
        complaint = line["verdict"] is None
        number += complaint
        place = f"#line-{line['offset']}" if line["offset"] in shown else ""
        tone = "error" if complaint else _VERDICTS.get(line["verdict"], "")
        mark = number if complaint else None
        found.append(Said(mark, line["sentence"], line["remedy"], line["code"], tone, line["quote"], place))
    return found


def complaints_at(lines: Sequence[Json]) -> Mapping[int, Sequence[int]]:
    """Which complaints, by their numbers, each place of the document has."""
    found: dict[int, list[int]] = {}
    complaints = [line for line in lines if line["verdict"] is None]
    for number, line in enumerate(complaints, 1):
        if line["offset"] is not None:
            found.setdefault(line["offset"], []).append(number)
    return found


def letter_of(view: Json, texts: Texts) -> tuple[str, str]:
    """The text for the partner, in the language of the page."""
    lines = [ReadLine(**line) for line in view["lines"]]
    about = About(**view["answers"])
    return letter(view["kind"], view["way"], lines, about=about, verdict=view["verdict"], words=_words(texts))


def _words(texts: Texts) -> Mapping[str, str]:
    return {key: texts.template(f"letter.{key}") for key in ENGLISH}


@dataclass(frozen=True, slots=True)
class AcknowledgementPage:
    """A line of the ledger with what can be done about it, and the reader."""

    shell: Shell

    def routes(self) -> Sequence[web.RouteDef]:
        """What a person decides is asked for on the page of what it is about."""
        page = self.shell.page
        return [
            web.get(f"{LEDGER}/read/{{acknowledgement}}", page(self._read)),
            web.get(f"{LEDGER}/unmatched/{{acknowledgement}}", page(self._stray)),
            web.post(f"{LEDGER}/unmatched/{{acknowledgement}}/match", page(self._match)),
            web.post(f"{LEDGER}/unmatched/{{acknowledgement}}/dismiss", page(self._dismiss)),
            web.get(f"{LEDGER}/{{expectation}}", page(self._show)),
            web.post(f"{LEDGER}/{{expectation}}/waive", page(self._waive)),
        ]

    async def _show(self, visit: Visit) -> web.StreamResponse:
        expectation = _id(visit, "expectation")
        view = await self.shell.ask(visit, "acknowledgements.show", expectation=expectation)
        row = owed_of(view, visit.texts, datetime.now(UTC))
        may_waive = self.shell.asking.may(visit.who, "acknowledgements.waive") and (view["state"], "waived") in EXPECTATION
        return self.shell.render(
            visit,
            "expectation.html",
            screen="acknowledgements",
            view=view,
            row=row,
            may_waive=may_waive,
            reminder=_reminder(view, visit.texts) if view["state"] in ("expected", "overdue") and not visit.who.partner else None,
            command=shlex.join(["gateway", "acks", str(expectation)]),
        )

    async def _waive(self, visit: Visit) -> web.StreamResponse:
        expectation = _id(visit, "expectation")
        reason = str((await visit.request.post()).get("reason", ""))
        await self.shell.ask(visit, "acknowledgements.waive", expectation=expectation, reason=reason)
        return see_other(visit, link(LEDGER, str(expectation)), "acknowledgements.waived")

    async def _read(self, visit: Visit) -> web.StreamResponse:
        return await self._reading(visit, waits=False)

    async def _stray(self, visit: Visit) -> web.StreamResponse:
        """One that answers nothing we know, with what it says: whoever decides about it has to know that."""
        waits = self.shell.asking.may(visit.who, "acknowledgements.dismiss")
        return await self._reading(visit, waits=waits)

    async def _reading(self, visit: Visit, *, waits: bool) -> web.StreamResponse:
        acknowledgement = _id(visit, "acknowledgement")
        view, purged = await self._view(visit, acknowledgement)
        subject, text = letter_of(view, visit.texts)
        shown = frozenset(line["offset"] for line in view["beside"])
        return self.shell.render(
            visit,
            "acknowledgement.html",
            screen="acknowledgements",
            view=view,
            about=about_text(About(**view["answers"]), _words(visit.texts)),
            verdict=Phrase("plain", _VERDICTS.get(view["verdict"], ""), {"text": _verdict(view, visit.texts)}),
            next=visit.texts(f"acknowledgement.next.{view['way']}.{_NEXT.get(view['verdict'], 'unknown')}"),
            said=said_of(view["lines"], shown),
            complaints=complaints_at(view["lines"]),
            gaps=_gaps(view["beside"]),
            subject=subject,
            text=text,
            waits=waits,
            stray=view["answers"]["kind"] == "unknown",
            purged=purged,
            may_see=self.shell.asking.may(visit.who, "acknowledgements.read_beside"),
            stray_path=link(f"{LEDGER}/unmatched", str(acknowledgement)),
        )

    async def _view(self, visit: Visit, acknowledgement: UUID) -> tuple[Json, bool]:
        """What it says, with the lines of the document for who may see them; and whether those are gone."""
        if not self.shell.asking.may(visit.who, "acknowledgements.read_beside"):
            return await self.shell.ask(visit, "acknowledgements.read", acknowledgement=acknowledgement), False
        view = await self.shell.ask(visit, "acknowledgements.read_beside", acknowledgement=acknowledgement)
        return view, not view["beside"] and view["answers"]["kind"] not in ("as2", "unknown")

    async def _match(self, visit: Visit) -> web.StreamResponse:
        acknowledgement = _id(visit, "acknowledgement")
        told = await self.shell.ask(visit, "acknowledgements.match", acknowledgements=(str(acknowledgement),))
        if told["matched"]:
            return see_other(visit, reading_path(acknowledgement), "acknowledgements.matched", 1)
        return see_other(visit, link(f"{LEDGER}/unmatched", str(acknowledgement)), "acknowledgements.matched", 0)

    async def _dismiss(self, visit: Visit) -> web.StreamResponse:
        reason = str((await visit.request.post()).get("reason", ""))
        acknowledgement = _id(visit, "acknowledgement")
        await self.shell.ask(visit, "acknowledgements.dismiss", acknowledgement=acknowledgement, reason=reason)
        return see_other(visit, f"{LEDGER}/unmatched", "acknowledgements.dismissed")


def _verdict(view: Json, texts: Texts) -> str:
    return verdict_text(view["verdict"], _words(texts)).capitalize()


def _gaps(lines: Sequence[Json]) -> frozenset[int]:
    """The numbers of lines before which others are left out."""
    return frozenset(after["number"] for before, after in pairwise(lines) if after["number"] > before["number"] + 1)


def _reminder(view: Json, texts: Texts) -> tuple[str, str]:
    """A text that asks the partner for what it owes us."""
    document = view["document"]
    number = document["control_number"] if document else ""
    told = {
        "kind": str(view["kind"]).replace("_", " "),
        "type": view["type"],
        "interchange": view["control_number"],
        "sent": texts.moment(view["sent_at"]).striptags(),
        "document": texts("acknowledgement.reminder.document", type=document["type"], number=number) if document else "",
    }
    return texts("acknowledgement.reminder.subject", **told), texts("acknowledgement.reminder.text", **told)


def _id(visit: Visit, name: str) -> UUID:
    """An id of the path. Raises Absent for what is none."""
    try:
        return UUID(visit.request.match_info[name])
    except ValueError:
        raise Absent(visit.texts("acknowledgement.absent")) from None
