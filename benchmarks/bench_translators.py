"""How fast documents are translated, without a gateway round it: each step in one run, as a ratio to `bytes.split`.

Microseconds drift with the machine; the ratio to cutting the same bytes at their terminators, measured in turn with the
step, says what the step costs anywhere. Orders are those of `interchanges`, each another one.

A family is a function in `FAMILIES` that gives its steps: name, bytes for the yardstick, and what to run on them.
"""

import argparse
import gc
import json
import platform
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from pydifact.segmentcollection import RawSegmentCollection

from benchmarks import interchanges
from translators import registry
from translators.edifact import content, tokenizer
from translators.edifact.judgement import Judgement
from translators.edifact.report import MessageReport
from translators.edifact.service_characters import ServiceCharacters
from translators.edifact.tokenizer import Locator
from translators.findings import Findings
from translators.x12.definitions import ELEMENT
from translators.x12.grammar import grammar
from translators.x12.separators import read_header
from translators.x12.tokenizer import Scanner, SetText, set_text
from translators.x12.validation import Validator

_ORDERS = 512


@dataclass(frozen=True, slots=True)
class Step:
    """One thing that is measured: `run` on the index of each document, beside splitting `documents` at `terminator`."""

    name: str
    documents: Sequence[bytes]
    terminator: bytes
    run: Callable[[int], object]


def x12() -> Iterator[Step]:
    """Small 850 of 004010, five lines, about 1 KB."""
    documents = [interchanges.x12(1, number) for number in range(1, _ORDERS + 1)]
    headers = [read_header(data, 0) for data in documents]
    scanners = [
        Scanner.of(data, header.separators, header.terminator, 1 << 20) for data, header in zip(documents, headers, strict=True)
    ]
    table = grammar("850", "004010")

    def tokenise(index: int) -> list[list[str]]:
        return [segment.split(ELEMENT) for segment in _set_of(scanners[index], documents[index]).segments]

    texts = [_set_of(scanner, data) for scanner, data in zip(scanners, documents, strict=True)]

    def validate(index: int) -> object:
        text = texts[index]
        findings = Findings({}, limit=100)
        rows = [segment.split(ELEMENT) for segment in text.segments]
        return Validator(text, table, findings, headers[index].separators).run(rows)

    yield Step("header", documents, b"~", lambda index: read_header(documents[index], 0))
    yield Step("tokenise", documents, b"~", tokenise)
    yield Step("validate", documents, b"~", validate)
    yield Step("translate", documents, b"~", lambda index: registry.translate(documents[index]))


def _set_of(scanner: Scanner, data: bytes) -> SetText:
    return set_text(scanner, data.index(b"ST*850"), data.index(b"GE*"))


def edifact() -> Iterator[Step]:
    """Small ORDERS of D.96A, five lines, about 1 KB; pydifact cuts the same bytes."""
    documents = [interchanges.edifact(1, number) for number in range(1, _ORDERS + 1)]
    texts = [data[data.index(b"UNH") : data.index(b"UNZ")].decode() for data in documents]
    characters = ServiceCharacters()
    cuts = [tokenizer.cut(text, characters) for text in texts]

    def validate(index: int) -> object:
        text, judgement = cuts[index], Judgement({}, 100)
        report = MessageReport(judgement, Locator(documents[index], 0, len(documents[index]), characters))
        tree = content.judged(text, len(text.segments) - 1, "ORDERS", "D.96A", report, repeating=False)
        if judgement.findings:
            raise ValueError(judgement.findings)
        return tree

    yield Step("tokenise", documents, b"'", lambda index: tokenizer.cut(texts[index], characters).all_elements())
    yield Step("validate", documents, b"'", validate)
    yield Step("parse", documents, b"'", lambda index: list(registry.parse(documents[index])))
    yield Step("translate", documents, b"'", lambda index: registry.translate(documents[index]))
    yield Step("pydifact", documents, b"'", lambda index: list(RawSegmentCollection.from_str(documents[index].decode()).segments))


FAMILIES: dict[str, Callable[[], Iterator[Step]]] = {"x12": x12, "edifact": edifact}
"""The families, in the order they are measured."""


def measure(step: Step, rounds: int) -> tuple[float, float]:
    """Seconds for one document, and for splitting it: the best of rounds in which both take turns."""
    best = split = float("inf")
    indexes = range(len(step.documents))
    for _ in range(rounds):
        begin = time.process_time()
        for index in indexes:
            step.run(index)
        middle = time.process_time()
        for data in step.documents:
            for _turn in range(20):
                data.split(step.terminator)
        end = time.process_time()
        best, split = min(best, (middle - begin) / len(indexes)), min(split, (end - middle) / len(indexes) / 20)
    return best, split


def main() -> None:
    """Measure the families asked for, say so on standard error, and end with one line of JSON."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--rounds", type=int, default=40, help="rounds of which the best counts")
    parser.add_argument("--family", choices=sorted(FAMILIES), action="append", help="only this family; may be repeated")
    arguments = parser.parse_args()
    figures: dict[str, object] = {"benchmark": "translators", "python": platform.python_version(), "rounds": arguments.rounds}
    gc.freeze()
    for name in arguments.family or FAMILIES:
        for step in FAMILIES[name]():
            taken, split = measure(step, arguments.rounds)
            figures[f"{name}_{step.name}_us"] = round(taken * 1e6, 1)
            figures[f"{name}_{step.name}_ratio"] = round(taken / split, 1)
            print(f"{name} {step.name:10} {taken * 1e6:8.1f} us  {taken / split:7.1f} x split", file=sys.stderr)
            if step.name == "translate":
                figures[f"{name}_orders_per_second"] = round(1 / taken)
    print(json.dumps(figures))


if __name__ == "__main__":
    main()
