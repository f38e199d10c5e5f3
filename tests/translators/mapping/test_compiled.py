"""The quick way through segments reads what the close look reads, and notes what it notes: good documents and spoilt ones.

Where lineage is asked for, every segment is read closely; else by compiled functions as soon as a clause has read some.
"""

import json
from dataclasses import replace
from random import Random
from typing import Any

import pytest

from tests.translators.edifact import drawing as edifact
from tests.translators.edifact import test_round_trip as edifact_trips
from tests.translators.x12 import test_round_trip as x12
from translators import registry
from translators.contract import Family, Terms

SEEDS = 16
"""Twice and more what a clause reads closely before it has a quick way."""


def spoilt(random: Random, data: bytes, *, segment: bytes, element: bytes, component: bytes) -> bytes:
    """A document with some of its values emptied, blank, doubled, exchanged, or with something behind them."""
    first, *body, last, end = data.split(segment)[: -2 if segment == b"'" else -3]
    rest = data.split(segment)[len(body) + 3 :]
    for _ in range(random.randint(1, 6)):
        row = random.randrange(1, len(body)) if len(body) > 1 else 0
        values = body[row].split(element)
        place = random.randrange(1, len(values)) if len(values) > 1 else 0
        if not place:
            continue
        other = random.choice(body).split(element)[-1]
        values[place] = random.choice(
            [
                b"",
                b"  ",
                b" " + values[place],
                b"X",
                b"ZZZ",
                other,
                values[place] + component + b"Q",
                values[place] + element + b"7",
            ]
        )
        body[row] = element.join(values)
    if random.random() < 0.3 and len(body) > 1:
        body.insert(row := random.randrange(1, len(body)), body[row])
    return segment.join([first, *body, last, end, *rest])


def said(data: bytes, terms: Terms, *, closely: bool) -> tuple[Any, list[tuple[str, int]]]:
    """The canonical document, and the findings with the place of each."""
    terms = replace(terms, default=replace(terms.default, lineage=closely))
    document = registry.translate(data, lambda _envelope: terms).interchanges[0].documents[0]
    body = json.loads(document.canonical.to_json()) if document.canonical is not None else None
    return body, [(finding.message, finding.position.offset) for finding in document.findings]


@pytest.mark.parametrize(("kind", "version"), x12.CASES)
def test_sets_of_x12(kind: str, version: str) -> None:
    for seed in range(SEEDS):
        data = x12.sealed(registry.write(Family.X12, x12.drawn(kind, version, seed), kind, version))
        for text in (data, spoilt(Random(seed), data, segment=b"~", element=b"*", component=b">")):
            assert said(text, x12.LOWERED, closely=False) == said(text, x12.LOWERED, closely=True), text


@pytest.mark.parametrize(("kind", "directory"), edifact_trips.CASES)
def test_messages_of_edifact(kind: str, directory: str) -> None:
    for seed in range(SEEDS):
        drawn = edifact.drawn(kind, directory, seed, edifact_trips.COMPLETE.get(kind, edifact_trips._nothing))
        data = edifact_trips.sealed(registry.write(Family.EDIFACT, drawn, kind, directory))
        for text in (data, spoilt(Random(seed), data, segment=b"'", element=b"+", component=b":")):
            assert said(text, edifact.LOWERED, closely=False) == said(text, edifact.LOWERED, closely=True), text
