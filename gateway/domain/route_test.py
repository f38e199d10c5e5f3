"""Route tests: what somebody expects to become of a document, held against what would become of it. Pure.

Only what is expected is looked at: a test says what matters, and does not break when something else is added.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from typing import Any, Final

from gateway.domain.set_aside import without_numbers

Json = Mapping[str, Any]

_STEP = re.compile(r"([^.\[\]]+)|\[([0-9]*)\]")


@dataclass(frozen=True, slots=True)
class Deviation:
    """Where what became of a document is not what was expected. None stands for nothing at all."""

    what: str
    expected: Any
    actual: Any


def deviations(expected: Json, outcome: Json) -> list[Deviation]:
    """All that is otherwise than expected.

    `outcome` is a transmission with its `findings` in words, `interchanges`, and in each `documents`, `acknowledgements` and
    `written`. What is expected of documents and of what is sent counts those of all interchanges, in their order.
    """
    documents = [one for interchange in outcome["interchanges"] for one in interchange["documents"]]
    answers = [one for interchange in outcome["interchanges"] for one in interchange["acknowledgements"]]
    written = [one for interchange in outcome["interchanges"] for one in interchange["written"]]
    found = list(_plain(expected, _transmission(outcome), _WHOLE, ""))
    found += _each(expected, "document", documents, _of_document)
    found += _each(expected, "acknowledgement", answers, _of_sent)
    found += _each(expected, "written", written, _of_sent)
    return found


def _transmission(outcome: Json) -> Json:
    """What is expected of the whole: who sent it, and what was found in it beside its documents."""
    found = [*outcome["findings"], *(one for interchange in outcome["interchanges"] for one in interchange["findings"])]
    partners = list(dict.fromkeys(one["partner"] for one in outcome["interchanges"]))
    return {"state": outcome["state"], "partner": partners[0] if len(partners) == 1 else partners, "findings": found}


_WHOLE: Final = ("state", "partner", "findings")
_DOCUMENT: Final = ("document", "state", "verdict", "agreement", "route", "findings", "failures", "deliver")
_SENT: Final = ("type", "verdict", "channel")


def _plain(expected: Json, actual: Json, names: Sequence[str], where: str) -> Iterator[Deviation]:
    """Members that are compared as they are; the order of findings and deliveries means nothing."""
    for name in names:
        if name in expected and _sorted(expected[name]) != _sorted(actual[name]):
            yield Deviation(f"{where}{name}", expected[name], actual[name])


def _sorted(value: Any) -> Any:
    return sorted(value) if isinstance(value, list) and all(isinstance(one, str) for one in value) else value


def _each(expected: Json, name: str, actual: Sequence[Json], compare: Any) -> Iterator[Deviation]:
    if name not in expected:
        return
    wanted = expected[name]
    if len(wanted) != len(actual):
        yield Deviation(f"number of {name}s", len(wanted), len(actual))
    for number, (one, other) in enumerate(zip(wanted, actual, strict=False), 1):
        yield from compare(one, other, f"{name} {number}: ")


def _of_document(expected: Json, actual: Json, where: str) -> Iterator[Deviation]:
    yield from _plain(expected, {**actual, "document": actual["name"]}, _DOCUMENT, where)
    for form, name in (("fields", "canonical"), ("routed", "routed")):
        for path, value in expected.get(form, {}).items():
            there = value_at(actual[name] or {}, path)
            if not same(value, there):
                yield Deviation(f"{where}{form} {path}", value, there)
    for target, wanted in expected.get("request", {}).items():
        made = actual["requests"].get(target)
        for path, value in wanted.items():
            there = value_at(made or {}, path)
            if not same(value, there):
                yield Deviation(f"{where}request to {target}: {path}", value, there)


def _of_sent(expected: Json, actual: Json, where: str) -> Iterator[Deviation]:
    yield from _plain(expected, actual, _SENT, where)
    if "content" in expected:
        said = bool(actual["verdict"])
        texts = [
            _lines(
                without_numbers(actual["family"], _joined(text, actual["family"]).encode(), acknowledgement=said).decode(),
                actual["family"],
            )
            for text in (expected["content"], actual["content"])
        ]
        for number in range(max(map(len, texts))):
            one, other = (lines[number] if number < len(lines) else None for lines in texts)
            if one != other:
                yield Deviation(f"{where}line {number + 1}", one, other)


_ENDS: Final = {"x12": re.compile(r"(?<=~)(?=.)"), "edifact": re.compile(r"(?<=[^?]')(?=.)")}
"""Where a segment ends on a line of several: an apostrophe in X12, or behind the release sign of EDIFACT, ends none."""


def _joined(text: str, family: str) -> str:
    """Segments may stand on lines of their own where they end with a sign."""
    return re.sub(r"(?<=[~'])\r?\n", "", text.strip()) if family in ("x12", "edifact") else text.strip()


def _lines(text: str, family: str) -> list[str]:
    ends = _ENDS.get(family)
    return [line for part in text.splitlines() for line in (ends.split(part) if ends is not None else (part,))]


def value_at(document: Any, path: str) -> Any:
    """What stands at a path: `lines[0].item.name`; `lines[].number` is a list of those of all. None where there is nothing."""
    return _walk(document, [(match[1], match[2]) for match in _STEP.finditer(path)])


def _walk(node: Any, steps: Sequence[tuple[str | None, str | None]]) -> Any:
    for position, (name, index) in enumerate(steps):
        if name is not None:
            node = node.get(name) if isinstance(node, Mapping) else None
        elif not isinstance(node, list):
            return None
        elif index:
            node = node[int(index)] if int(index) < len(node) else None
        else:
            return [_walk(one, steps[position + 1 :]) for one in node]
    return node


def same(expected: Any, actual: Any) -> bool:
    """Whether two values mean the same: decimals are text in documents, and may be written as numbers in a test."""
    if isinstance(expected, list) and isinstance(actual, list):
        return len(expected) == len(actual) and all(same(one, other) for one, other in zip(expected, actual, strict=True))
    if isinstance(expected, (int, float)) and not isinstance(expected, bool) and isinstance(actual, str):
        return _number(actual) == Decimal(str(expected))
    return bool(expected == actual)


def _number(text: str) -> Decimal | None:
    """A finite number that text says, every digit of it: those of parcels have eighteen."""
    try:
        number = Decimal(text)
    except InvalidOperation:
        return None
    return number if number.is_finite() else None
