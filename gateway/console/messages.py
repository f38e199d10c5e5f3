"""The list of messages: a query in one box, the same as in the address, the API and on the command line."""

import re
import shlex
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final
from urllib.parse import urlencode

from aiohttp import web

from gateway.api.streaming import stream
from gateway.console.headers import HEADERS
from gateway.console.rendering import link
from gateway.console.shell import Shell, see_other
from gateway.console.signing_in import Refusal
from gateway.console.texts import Texts
from gateway.console.visit import Visit, own_path
from gateway.domain.phrases import Phrase, acknowledgement_phrase, document_phrase, expectation_phrase, keys_text
from gateway.errors import GatewayError, PlanRefused, QueryInvalid

Json = Mapping[str, Any]

COLUMNS: Final = (
    "time", "age", "direction", "partner", "type", "numbers", "control", "size", "state", "acknowledged", "file", "id"
)  # fmt: skip
USUAL: Final = ("time", "direction", "partner", "type", "numbers", "control", "state", "acknowledged")
"""The columns that a list has until somebody chooses others."""
RANGES: Final = ("1h", "24h", "7d")
"""How far back lists are looked at with one click; words of the query, as `after:24h`."""
EXAMPLES: Final = (
    ("all", ""),
    ("in", "direction:in"),
    ("out", "direction:out"),
    ("waiting", "state:waiting state:blocked state:held"),
    (
        "failed",
        "state:rejected state:refused state:conflict state:unrouted state:stopped state:failed state:dead state:unreadable",
    ),
)
"""Queries that teach how others are written."""

_ARROWS: Final = {"in": "→", "out": "←", "internal": "·"}
_LIMIT: Final = 50
_WORD: Final = re.compile(r"""(?:"[^"]*"?|'[^']*'?|[^\s"'])+""")
"""A word of a query; blanks between quotation marks do not end it."""


@dataclass(frozen=True, slots=True)
class Row:
    """A message as the list shows it."""

    id: str
    path: str
    at: object
    way: str
    arrow: str
    partner: str
    partner_query: str
    type: str
    name: str
    numbers: str
    control: str
    size: int | None
    file: str
    state: Phrase
    acknowledged: Phrase


def row_of(view: Json, texts: Texts) -> Row:
    """A row of the list from what the operation tells of a message."""
    direction, partner = str(view.get("direction") or ""), str(view.get("partner") or "")
    name = str(view.get("name") or "")
    return Row(
        id=str(view["id"]),
        path=link("/messages", str(view["id"])),
        at=view.get("at"),
        way=texts.known(f"direction.{direction}", direction),
        arrow=_ARROWS.get(direction, "·"),
        partner=partner,
        partner_query=f"partner:{shlex.quote(partner)}",
        type=str(view.get("type") or ""),
        name=name.replace("_", " "),
        numbers=keys_text(view.get("keys")),
        control=str(view.get("control_number") or ""),
        size=view.get("size"),
        file=str(view.get("file") or ""),
        state=document_phrase(view),
        acknowledged=acknowledged(view),
    )


def acknowledged(view: Json) -> Phrase:
    """What we answered to what came, or what was answered to what we sent."""
    expected = view.get("expectations") or ()
    if not expected:
        return acknowledgement_phrase(view.get("acknowledgements") or ())
    parts = tuple(Phrase("layered", values={"layer": str(one.get("kind")), "what": expectation_phrase(one)}) for one in expected)
    tones = [expectation_phrase(one).tone for one in expected]
    return Phrase("plain", next((tone for tone in ("error", "warning", "info") if tone in tones), "good"), {"text": parts})


def range_of(query: str) -> str:
    """The range that a query has, as one of RANGES; empty where it has none, or another."""
    found = [word.partition(":")[2] for word in _WORD.findall(query) if word.startswith("after:")]
    return found[0] if len(found) == 1 and found[0] in RANGES else ""


def with_range(query: str, wanted: str) -> str:
    """The query with this range instead of its own; empty for no bound."""
    rest = [word for word in _WORD.findall(query) if not word.startswith("after:")]
    return " ".join([*rest, *([f"after:{wanted}"] if wanted else [])])


def columns_of(kept: str) -> Sequence[str]:
    """The columns that somebody has chosen, in the order of all; the usual ones where nothing is known. The time, which leads to
    the message, is always there.
    """
    chosen = {"time", *kept.split(".")}
    return [name for name in COLUMNS if name in chosen] if kept else USUAL


@dataclass(frozen=True, slots=True)
class Messages:
    """The list and what completes a query."""

    shell: Shell

    def routes(self) -> Sequence[web.RouteDef]:
        """The list, and the completion that its box asks for."""
        page = self.shell.page
        return [
            web.get("/messages", page(self._list)),
            web.get("/messages/range", page(self._range)),
            web.post("/messages/columns", page(self._choose)),
            web.get("/messages/complete", page(self._complete)),
            web.get("/messages/news", page(self._news)),
        ]

    async def _list(self, visit: Visit) -> web.StreamResponse:
        asked = visit.request.query
        if "q" not in asked and visit.remembered("range") in RANGES:
            return see_other(visit, link("/messages", q=with_range("", visit.remembered("range"))))
        q, after = asked.get("q", "").strip(), asked.get("after", "")
        try:
            found = await self.shell.ask(visit, "messages.list", q=q, after=after, limit=_LIMIT)
        except (QueryInvalid, PlanRefused) as problem:
            return self._page(visit, q=q, status=422, problem=problem)
        rows = [row_of(view, visit.texts) for view in found["items"]]
        older = link("/messages", q=q, after=found["after"]) if found["after"] else ""
        return self._page(visit, q=q, rows=rows, older=older, newest=link("/messages", q=q) if after else "")

    def _page(
        self,
        visit: Visit,
        *,
        q: str,
        rows: Sequence[Row] = (),
        older: str = "",
        newest: str = "",
        status: int = 200,
        problem: GatewayError | None = None,
    ) -> web.Response:
        return self.shell.render(
            visit,
            "messages.html",
            status=status,
            screen="messages",
            q=q,
            rows=rows,
            columns=columns_of(visit.remembered("columns")),
            all_columns=COLUMNS[1:],
            examples=[(name, with_range(query, range_of(q))) for name, query in EXAMPLES],
            ranges=("", *RANGES),
            range=range_of(q),
            batches=self.shell.asking.may(visit.who, "batches.plan_replay"),
            older=older,
            newest=newest,
            news="" if newest else "/messages/news",
            problem=Refusal(str(problem), problem.remedy) if problem else None,
            command=shlex.join(["gateway", "messages", *([q] if q else [])]),
        )

    async def _range(self, visit: Visit) -> web.StreamResponse:
        """Look at another range, and keep it: lists that are opened without a query begin with it."""
        asked = visit.request.query
        wanted = asked.get("last", "") if asked.get("last") in RANGES else ""
        onward = see_other(visit, "/messages?" + urlencode({"q": with_range(asked.get("q", ""), wanted)}))
        visit.remember(onward, "range", wanted or "all")
        return onward

    async def _choose(self, visit: Visit) -> web.StreamResponse:
        """Choose columns."""
        form = await visit.request.post()
        wanted = ["time", *(name for name in COLUMNS[1:] if name in form.getall("column", []))]
        onward = see_other(visit, own_path(str(form.get("next", "")), otherwise="/messages"))
        visit.remember(onward, "columns", ".".join(wanted))
        return onward

    async def _news(self, visit: Visit) -> web.StreamResponse:
        """How many have come, as they come. Which of them a search would find is found out when somebody wants to see them."""
        events = await self.shell.asking.events(visit.who, "live", kind=("messages",))
        return await stream(visit.request, events, HEADERS)

    async def _complete(self, visit: Visit) -> web.StreamResponse:
        asked = visit.request.query
        text, cursor = asked.get("text", ""), asked.get("cursor", "")
        place = int(cursor) if cursor.isdecimal() else len(text)
        found = await self.shell.ask(visit, "messages.complete", text=text, cursor=place)
        return web.json_response(found["items"])
