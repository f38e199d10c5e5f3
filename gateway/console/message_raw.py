"""Segments as a page shows them: cut into what stands in them, with its name, what it became, and what is wrong with it."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

Json = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Piece:
    """A part of a segment's text. `about` says what it is, `tone` what is wrong with it; both empty for what separates."""

    text: str
    about: str = ""
    tone: str = ""


@dataclass(frozen=True, slots=True)
class Element:
    """An element with its place as people write it (`BEG03`, `NAD 02.1`), and the canonical members that it became."""

    place: str
    id: str
    name: str
    value: str
    canonical: Sequence[Json]
    findings: Sequence[Json]


@dataclass(frozen=True, slots=True)
class Segment:
    """A line of the page. `tone` is that of the worst finding in it, `beside` what it became."""

    number: int
    offset: int
    depth: int
    tag: str
    name: str
    raw: str
    ordinal: int | None
    pieces: Sequence[Piece]
    elements: Sequence[Element]
    findings: Sequence[Json]
    beside: Sequence[Json]
    tone: str


def segments_of(items: Sequence[Json]) -> Sequence[Segment]:
    """Segments as the operation tells them."""
    return [_segment(one) for one in items]


def holding(segments: Sequence[Segment], *, offset: int | None, number: int | None) -> int | None:
    """The number of the segment that a byte stands in, or that was asked for; None where it is none of these."""
    if number is not None:
        return number if any(one.number == number for one in segments) else None
    before = [one.number for one in segments if offset is not None and one.offset <= offset]
    return before[-1] if before else None


def _segment(item: Json) -> Segment:
    elements = [
        Element(
            _place(str(item["tag"]), one), str(one["id"]), str(one["name"]), str(one["value"]), one["canonical"], one["findings"]
        )
        for one in item["elements"]
        if one["value"] or one["findings"]
    ]
    everything = [*item["findings"], *(finding for one in item["elements"] for finding in one["findings"])]
    beside = {member["path"]: member for one in item["elements"] for member in one["canonical"]}
    whole = _worst(item["findings"])
    return Segment(
        number=item["number"],
        offset=item["offset"],
        depth=min(item["depth"], _DEEPEST),
        tag=str(item["tag"]),
        name=str(item["name"]),
        raw=str(item["raw"]),
        ordinal=item["ordinal"],
        pieces=[Piece(str(item["raw"]), "", whole)] if whole else list(_pieces(item)),
        elements=elements,
        findings=everything,
        beside=list(beside.values()),
        tone=_worst(everything),
    )


_DEEPEST = 8


def _pieces(item: Json) -> Iterator[Piece]:
    """The text cut at its elements. What is wrong with an element that is not there is shown at the tag."""
    raw, cursor = str(item["raw"]), 0
    tag = len(str(item["tag"])) if raw.startswith(str(item["tag"])) else 0
    lost = _worst([finding for one in item["elements"] if one["start"] is None for finding in one["findings"]])
    if tag:
        yield Piece(raw[:tag], str(item["name"]), lost)
        cursor = tag
    placed = [one for one in item["elements"] if one["start"] is not None]
    for one in sorted(placed, key=lambda each: each["start"]):
        if one["start"] < cursor:
            continue
        yield Piece(raw[cursor : one["start"]])
        yield Piece(raw[one["start"] : one["end"]], _about(str(item["tag"]), one), _worst(one["findings"]))
        cursor = one["end"]
    yield Piece(raw[cursor:], "", "" if tag else lost)


def _about(tag: str, element: Json) -> str:
    """What an element is, in a line: `BEG03 order number (324) → number = 4711`."""
    identifier = f" ({element['id']})" if element["id"] else ""
    became = ", ".join(f"{one['path']} = {one['value']}" for one in element["canonical"])
    wrong = " ".join(finding["message"] for finding in element["findings"])
    return " ".join(
        part for part in (f"{_place(tag, element)} {element['name']}{identifier}", f"→ {became}" if became else "", wrong) if part
    )


def _place(tag: str, element: Json) -> str:
    component = f"-{element['component']}" if element["component"] else ""
    repeated = f" ({element['repetition']})" if element["repetition"] else ""
    return f"{tag}-{element['element']:02}{component}{repeated}"


def _worst(findings: Sequence[Json]) -> str:
    tones = [tone_of(one) for one in findings]
    return next((tone for tone in ("error", "warning", "info") if tone in tones), "")


def tone_of(finding: Json) -> str:
    """The tone of a finding."""
    return {"error": "error", "warning": "warning"}.get(str(finding["severity"]), "info")
