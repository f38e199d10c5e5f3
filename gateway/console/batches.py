"""Batches: what is done again in bulk, by frozen plans: which there are, and how far they are."""

import shlex
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final
from uuid import UUID

from aiohttp import web

from gateway.console.questions import NOTHING, refusal
from gateway.console.rendering import link
from gateway.console.shell import Shell
from gateway.console.texts import Texts
from gateway.console.visit import Visit
from gateway.domain.phrases import Phrase, spaced
from gateway.errors import PlanRefused

Json = Mapping[str, Any]

STATES: Final = ("planned", "running", "tried", "done", "cancelled")
COLUMNS: Final = ("planned", "what", "filter", "state", "items", "by")
ITEM_STATES: Final[Mapping[str, str]] = {
    "failed": "error",
    "skipped": "warning",
    "running": "info",
    "planned": "",
    "done": "good",
    "cancelled": "faint",
}
"""The states of items with their tones, what needs a look first."""

_OF_MESSAGES: Final = ("replay", "redeliver")
_OF_FAILURES: Final = ("failure ", "--group ")
_LIMIT: Final = 50


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a batch is. `ended` of `count` items will not change any more; `left` have not begun."""

    count: int
    ended: int
    left: int
    running: int
    done: int
    failed: int
    skipped: int

    @property
    def quarter(self) -> int:
        """How many quarters have ended: what is worth telling aloud."""
        return 4 * self.ended // self.count if self.count else 4


def progress_of(view: Json) -> Progress:
    """How far a batch is, of what it was to do: what its plan left out never counted."""
    items = view["items"]
    skipped = items.get("skipped", 0) - (view["plan"]["matched"] - view["plan"]["count"])
    ended = sum(items.get(name, 0) for name in ("done", "failed", "cancelled")) + max(skipped, 0)
    return Progress(
        count=view["count"],
        ended=ended,
        left=items.get("planned", 0),
        running=items.get("running", 0),
        done=items.get("done", 0),
        failed=items.get("failed", 0),
        skipped=max(skipped, 0),
    )


def is_moving(view: Json) -> bool:
    """Whether it can look otherwise in a moment without anybody doing anything."""
    return bool(view["state"] == "running" or view["items"].get("running"))


def batch_state(view: Json) -> Phrase:
    """How a batch stands, and who has to do something about it."""
    progress = progress_of(view)
    match view["state"]:
        case "planned" if view["second_person"]:
            return Phrase("batch.planned_second", "warning", {"person": view["planned_by"]})
        case "planned":
            return Phrase("batch.planned", "warning")
        case "running":
            return Phrase("batch.running", "info", {"ended": progress.ended, "count": progress.count})
        case "tried":
            return Phrase("batch.tried", "warning", {"ended": progress.ended, "left": progress.left})
        case "cancelled":
            return Phrase("batch.cancelled", "faint", {"person": view["settled_by"], "done": progress.done})
    unwell = progress.failed + progress.skipped
    about = {"done": progress.done, "count": progress.count, "unwell": unwell}
    return Phrase("batch.done_partly", "error", about) if unwell else Phrase("batch.done", "good", about)


def what_it_does(texts: Texts, action: str, count: int) -> str:
    """`Process 12 messages again`."""
    return texts(f"batches.does.{action}", count=count) if texts.known(f"batches.does.{action}", "") else spaced(action)


def filter_path(view: Json) -> str:
    """Where what was chosen can be looked at: a failure or a search of messages. Ids that were given one by one have no list."""
    words = str(view["filter"])
    for beginning in _OF_FAILURES:
        if words.startswith(beginning):
            return link("/failures", words.removeprefix(beginning).strip())
    if view["action"] not in _OF_MESSAGES or words.startswith("dlq ") or any(map(_is_id, words.split())):
        return ""
    return link("/messages", q=words)


def filter_text(view: Json, texts: Texts) -> str:
    """What was chosen, as it was written; ids that were given one by one as their number."""
    words = str(view["filter"]).split()
    if words and all(map(_is_id, words)):
        return texts("batches.by_ids", count=len(words))
    return " ".join(words)


def _is_id(word: str) -> bool:
    try:
        UUID(word)
    except ValueError:
        return False
    return True


@dataclass(frozen=True, slots=True)
class Row:
    """A batch as the list shows it."""

    path: str
    at: object
    what: str
    filter: str
    filter_path: str
    state: Phrase
    counts: Sequence[tuple[str, str]]
    by: str
    reason: str


def counts_of(view: Json, texts: Texts) -> Sequence[tuple[str, str]]:
    """How many items are in each state, with the tone of it; what needs a look first."""
    counted = [(tone, name, view["items"].get(name, 0)) for name, tone in ITEM_STATES.items()]
    return [(tone, texts(f"batches.counted.{name}", count=number)) for tone, name, number in counted if number]


@dataclass(frozen=True, slots=True)
class Batches:
    """The list, the newest first."""

    shell: Shell

    def routes(self) -> Sequence[web.RouteDef]:
        """The list."""
        return [web.get("/batches", self.shell.page(self._list))]

    async def _list(self, visit: Visit) -> web.StreamResponse:
        asked, texts = visit.request.query, visit.texts
        state, after = asked.get("state", ""), asked.get("after", "")
        chosen = [state] if state in STATES else []
        problem, found = None, NOTHING
        try:
            found = await self.shell.ask(visit, "batches.list", state=chosen, after=after, limit=_LIMIT)
        except PlanRefused as refused:
            problem = refusal(refused)
        here = link("/batches", state="".join(chosen))
        return self.shell.render(
            visit,
            "batches.html",
            status=422 if problem else 200,
            screen="batches",
            problem=problem,
            rows=[self._row(view, texts) for view in found["items"]],
            columns=COLUMNS,
            here=chosen[0] if chosen else "all",
            tabs=[("all", texts("batches.state.all"), "/batches")]
            + [(name, texts(f"batches.state.{name}"), link("/batches", state=name)) for name in STATES],
            newest=here if after else "",
            older=link("/batches", state="".join(chosen), after=found["after"]) if found["after"] else "",
            command=shlex.join(["gateway", "batches", "list", *(part for one in chosen for part in ("--state", one))]),
        )

    def _row(self, view: Json, texts: Texts) -> Row:
        return Row(
            path=link("/batches", str(view["id"])),
            at=view["planned_at"],
            what=what_it_does(texts, view["action"], view["count"]),
            filter=filter_text(view, texts),
            filter_path=filter_path(view),
            state=batch_state(view),
            counts=counts_of(view, texts),
            by=str(view["planned_by"]),
            reason=str(view["reason"]),
        )
