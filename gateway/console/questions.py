"""What is asked before something is done to several things: a page of its own that says how many, and what comes of it."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from gateway.console.signing_in import Refusal
from gateway.console.visit import Visit, own_path
from gateway.errors import GatewayError

Json = Mapping[str, Any]

NOTHING: Final[Json] = {"items": (), "after": None}
"""The page of a list that could not be asked for."""
MOST_SHOWN: Final = 10
"""So many of what was chosen are named; the others are counted."""


@dataclass(frozen=True, slots=True)
class Wish:
    """What somebody wants done to what, and what was written beside it. `back` is where they come from."""

    action: str
    ids: Sequence[str]
    back: str
    written: Mapping[str, str] = field(default_factory=dict)

    def said(self, name: str) -> str:
        """What was written in a field."""
        return self.written.get(name, "")


def wish_of(pairs: Iterable[tuple[str, object]], home: str) -> Wish:
    """The wish of a query or a form, the same in both."""
    values = [(name, str(value).strip()) for name, value in pairs]
    ids = dict.fromkeys(value for name, value in values if name == "id" and value)
    written = {name: value for name, value in values if name not in ("id", "csrf")}
    back = own_path(written.pop("back", ""), otherwise=home)
    return Wish(written.pop("action", ""), list(ids), back, written)


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """The page. `chosen` names things by a text and a path, `effects` are a tone and a sentence each."""

    path: str
    screen: str
    wish: Wish
    title: str
    button: str
    chosen: Sequence[tuple[str, str]]
    effects: Sequence[tuple[str, str]]
    fields: Sequence[str]
    reason_needed: bool = True
    choices: Mapping[str, Sequence[tuple[str, str]]] = field(default_factory=dict)
    problem: Refusal | None = None
    undone: Sequence[tuple[str, str]] = ()


def refusal(problem: GatewayError) -> Refusal:
    """Why something was not done, and what to do next, beside its form."""
    return Refusal(str(problem), problem.remedy)


def nothing_chosen(visit: Visit) -> Refusal:
    """What is told to who has selected nothing: it never means everything."""
    return Refusal(visit.texts("question.nothing"), visit.texts("question.nothing_remedy"))


def not_done(items: Sequence[Json]) -> Sequence[Json]:
    """Of what was done to several things, those that it could not be done to."""
    return [item for item in items if not item["done"]]
