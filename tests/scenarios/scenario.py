"""Scenarios as people write them: a story, what is given in which order, and what must have come of it."""

import re
import tomllib
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from itertools import permutations
from pathlib import Path
from typing import Any, Concatenate, ParamSpec

from tests.scenarios.site import Site

FOLDER = Path(__file__).parent
_ASPECTS = ("lines", "said", "calls", "books", "documents", "acknowledgements", "failures")
_PLACES = {
    "day": r"\d{4}-\d\d-\d\d",
    "customer": "bigbox|nordmart|depot|outlet|kiosk|club",
    "goods": r".+",
    "number": r"[A-Za-z-]+-\d+|P",
    "time": r"\d\d:\d\d",
    "warehouse": "east|west|north|south",
}
_WORD = r"[\w/-]+"
_COUNTED = "P"
"""How an order is called in a history that is told in every order: each telling has a number of its own instead."""


@dataclass(frozen=True, slots=True)
class Expectation:
    """What must have become of an order. An aspect that is None is not looked at."""

    order: str
    state: str
    aspects: Mapping[str, Sequence[str]]


@dataclass(frozen=True, slots=True)
class Scenario:
    """One file. `histories` are lists of steps that are played beside each other; a usual scenario has one. `alone`: it moves
    the clock of the database, so nothing else is played meanwhile.
    """

    name: str
    title: str
    histories: Sequence[Sequence[str]]
    then: Sequence[Expectation]
    alone: bool = False


def scenarios() -> list[Scenario]:
    """All of them, by name. Raises ValueError when two speak of the same order."""
    found = [_read(path) for path in sorted(FOLDER.glob("*.toml")) if path.name != "site.toml"]
    numbers = [one.order for scenario in found for one in scenario.then]
    twice = {number for number in numbers if numbers.count(number) > 1}
    if twice:
        raise ValueError(f"several scenarios speak of {', '.join(sorted(twice))}: all are played on one site")
    return found


def _read(path: Path) -> Scenario:
    told = tomllib.loads(path.read_text(encoding="utf-8"))
    unknown = set(told) - {"title", "story", "given", "every_order", "then", "alone"}
    if unknown or not told["story"].strip():
        raise ValueError(f"{path.name}: unknown {sorted(unknown)}, or no story")
    given: Sequence[str] = told.get("given", [])
    then: Sequence[Expectation] = [_expectation(one, path.name) for one in told["then"]]
    histories: Sequence[Sequence[str]]
    if every := told.get("every_order"):
        histories, then = _every_order(every, then, path.stem)
    else:
        histories = [given]
    for step in (step for history in histories for step in history):
        spoken(step)
    return Scenario(path.stem, told["title"], histories, then, told.get("alone", False))


def _expectation(told: Mapping[str, Any], where: str) -> Expectation:
    unknown = set(told) - {"order", "state", *_ASPECTS}
    if unknown:
        raise ValueError(f"{where}: {sorted(unknown)} is nothing that can be expected")
    aspects = {"failures": [], **{name: told[name] for name in _ASPECTS if name in told}}
    return Expectation(told["order"], told["state"], aspects)


def _every_order(
    events: Sequence[str], then: Sequence[Expectation], name: str
) -> tuple[Sequence[Sequence[str]], Sequence[Expectation]]:
    """Each permutation of events, each of them told twice, about an order of its own, and what is expected of all of them."""
    histories, expected = [], []
    (one,) = then
    for place, permuted in enumerate(permutations(events), 1):
        number = f"{name}-{place:03}"
        histories.append([re.sub(rf"\b{_COUNTED}\b", number, event) for event in permuted for _ in range(2)])
        expected.append(Expectation(number, one.state, one.aspects))
    return histories, expected


# ---------------------------------------------------------------------------------------------------------------- steps

Spoken = Callable[[Site], Awaitable[None]]
Meant = ParamSpec("Meant")


@dataclass(frozen=True, slots=True)
class Phrase:
    """A way of saying a step, with places in braces, and what it does."""

    text: str
    says: str
    pattern: re.Pattern[str]
    do: Callable[..., Awaitable[None]]


PHRASES: list[Phrase] = []


def phrase(
    text: str,
) -> Callable[[Callable[Concatenate[Site, Meant], Awaitable[None]]], Callable[Concatenate[Site, Meant], Awaitable[None]]]:
    """Declares what a phrase does; its sentence is the first line of the docstring."""

    def declared(
        do: Callable[Concatenate[Site, Meant], Awaitable[None]],
    ) -> Callable[Concatenate[Site, Meant], Awaitable[None]]:
        parts = re.split(r"\{(\w+)\}", text)
        pattern = "".join(
            re.escape(part) if place % 2 == 0 else f"(?P<{part}>{_PLACES.get(part, _WORD)})" for place, part in enumerate(parts)
        )
        PHRASES.append(Phrase(text, (do.__doc__ or "").partition("\n")[0], re.compile(pattern), do))
        return do

    return declared


def spoken(step: str) -> Spoken:
    """What a step does. Raises ValueError when no phrase is like it, or several are."""
    found = [(one, match) for one in PHRASES if (match := one.pattern.fullmatch(step))]
    if len(found) != 1:
        raise ValueError(f"{len(found)} phrases are like {step!r}: see README.md for those that there are")
    ((one, match),) = found

    async def do(site: Site) -> None:
        await one.do(site, **match.groupdict())

    return do


def goods_of(text: str) -> list[tuple[int, str]]:
    """`10 ANVIL, 4 ROCKET` as pairs."""
    return [(int(quantity), item) for quantity, item in (one.split(maxsplit=1) for one in text.split(", "))]
