"""What is hidden of what documents hold, wherever it is shown: in segments, bytes, canonical forms, findings and quotes.

Bytes are read once more for that, leniently, so that it is known of rejected documents too what became of each element. Of a
document that cannot even be read so no value is shown while members are hidden: it is not known which ones they are.
"""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal, InvalidOperation
from typing import Any, Final

import orjson

from gateway.domain.masks import MASK, Masks
from gateway.errors import ActionRefused
from translators.annotation import AnnotatedElement, AnnotatedSegment, annotate, has_columns
from translators.contract import DocumentTerms, Terms
from translators.finding import Code, Finding, Severity
from translators.provenance import NOTHING_KNOWN, Provenance

_MILD = dict.fromkeys(set(Code) - {Code.CANONICAL_INVALID, Code.SYNTAX_UNSUPPORTED}, Severity.WARNING)
_LENIENT: Final = Terms(severities=_MILD, default=DocumentTerms(severities=_MILD))
_FRAMES: Final = frozenset({"ST", "SE", "UNH", "UNT"})
_TELLING: Final = 4
"""So many signs a value has that is hidden in texts as well; shorter ones stand in too many of them by chance."""
_QUOTED = re.compile(r'"[^"]*"')
_START_TAG = re.compile(rb"<[^\s<>/!?]+((?:\"[^\"]*\"|'[^']*'|[^<>\"'])*)>")
_ATTRIBUTE = re.compile(rb"=\s*(\"[^\"]*\"|'[^']*')")
_TEXT = re.compile(rb"(?:<!\[CDATA\[.*?\]\]>|<!--.*?-->|[^<])*", re.DOTALL)

Spot = tuple[int, int, int]
"""An element, its repetition and its component."""


@dataclass(frozen=True, slots=True)
class Veil:
    """What is hidden of a transmission: elements by the place of their segment in its bytes, and the values themselves.

    A `blind` one knows neither, as the bytes cannot be had: then all that is quoted is hidden.
    """

    masks: Masks = field(default_factory=Masks)
    spots: Mapping[int, frozenset[Spot]] = field(default_factory=dict)
    values: frozenset[str] = frozenset()
    blind: bool = False

    def hides(self, value: str) -> bool:
        """Whether a value is one of those that are hidden; short ones are not told by their value."""
        said = _plain(value)
        return len(said) >= _TELLING and said in self.values

    def text(self, text: str) -> str:
        """A sentence without the values that are hidden."""
        if self.blind:
            return _QUOTED.sub(f'"{MASK}"', text)
        for value in sorted((one for one in self.values if len(one) >= _TELLING), key=len, reverse=True):
            if value in _plain(text):
                text = _loosely(value).sub(MASK, text)
        return _QUOTED.sub(lambda quote: f'"{MASK}"' if _plain(quote.group()) in self.values else quote.group(), text)

    def story(self, told: Any) -> Any:
        """What is told of a message without what it quotes of hidden values, wherever that stands."""
        if isinstance(told, Mapping):
            return {name: MASK if self._quoted(name, one) else self.story(one) for name, one in told.items()}
        if isinstance(told, list | tuple):
            return [self.story(one) for one in told]
        return self.text(told) if isinstance(told, str) else told

    def _quoted(self, name: object, value: object) -> bool:
        return name == "actual" and isinstance(value, str) and value != "" and (self.blind or _plain(value) in self.values)

    def element(self, offset: int, element: AnnotatedElement) -> bool:
        """Whether an element is hidden."""
        spot = (element.element, element.repetition or 1, element.component or 1)
        return bool(element.value) and (spot in self.spots.get(offset, ()) or self.hides(element.value))

    def segment(self, item: AnnotatedSegment) -> AnnotatedSegment:
        """A segment as it may be shown. What is hidden keeps its place, and all behind it moves."""
        segment = item.segment
        hidden = [one for one in item.elements if self.element(segment.offset, one)]
        if not hidden:
            return replace(item, elements=tuple(self._open(one) for one in item.elements), findings=self._findings(item.findings))
        raw, moved = _covered(segment.raw, segment.tag, hidden)
        elements = tuple(
            replace(self._open(one), **(_COVERED if one in hidden else {}), start=moved(one.start), end=moved(one.end))
            for one in item.elements
        )
        return replace(item, segment=replace(segment, raw=raw), elements=elements, findings=self._findings(item.findings))

    def _open(self, element: AnnotatedElement) -> AnnotatedElement:
        members = tuple(
            replace(one, value=MASK if self.masks.hides(one.path) else self.text(one.value)) for one in element.members
        )
        return replace(element, members=members, findings=self._findings(element.findings))

    def _findings(self, findings: Iterable[Finding]) -> tuple[Finding, ...]:
        return tuple(self.finding(one) for one in findings)

    def finding(self, finding: Finding) -> Finding:
        """A finding that quotes nothing hidden."""
        actual = MASK if finding.actual and _plain(finding.actual) in self.values else finding.actual
        return replace(finding, message=self.text(finding.message), actual=actual)


_COVERED: Final[Mapping[str, Any]] = {"value": MASK, "members": ()}


def veil_of(content: bytes, masks: Masks, provenance: Provenance = NOTHING_KNOWN) -> Veil:
    """What is hidden of these bytes."""
    flat = has_columns(content, provenance)
    every = annotate(content, lambda _envelope: _LENIENT, provenance=provenance)
    items = [one for one in every if isinstance(one, AnnotatedSegment)]
    known: dict[int, Mapping[str, str]] = {}
    for item in items:
        known.setdefault(id(item.canonical), {path: _plain(value) for path, value in masks.hidden(item.canonical)})
    values = {value for hidden in known.values() for value in hidden.values() if value}
    spots: dict[int, frozenset[Spot]] = {}
    for item in items:
        hidden = [
            one for one in item.elements if one.value and _is_hidden(item, one, masks, known[id(item.canonical)], flat=flat)
        ]
        if hidden:
            spots[item.segment.offset] = frozenset((one.element, one.repetition or 1, one.component or 1) for one in hidden)
            values.update(_plain(one.value) for one in hidden)
    return Veil(masks, spots, frozenset(values - {""}))


def _is_hidden(item: AnnotatedSegment, element: AnnotatedElement, masks: Masks, known: Mapping[str, str], *, flat: bool) -> bool:
    """By its place, by what it became, or as one of the values that became a part of something larger (`lines[0].item`)."""
    segment = item.segment
    if masks.hides_place(segment.tag, element.element, element.component, element.id):
        return True
    if flat and masks.hides(element.name):  # a column's name says which member it becomes
        return True
    if not masks.paths or item.document is None or segment.tag in _FRAMES:
        return False
    if not item.canonical:
        return True
    if any(masks.hides(member.path) for member in element.members):
        return True
    if segment.raw[:1] == "{":  # canonical JSON: its members are the elements
        return any(path.split(".")[0].split("[")[0] == element.id for path in known)
    said = _plain(element.value)
    return any(said == value and path.startswith(member.path) for member in element.members for path, value in known.items())


@dataclass(frozen=True, slots=True)
class _Cut:
    """Bytes that are hidden, and what is shown in their place."""

    start: int
    end: int
    shown: bytes = MASK.encode()


def _shown(cut: _Cut, _hidden: bytes) -> bytes:
    return cut.shown


def masked_bytes(
    content: bytes,
    veil: Veil,
    provenance: Provenance = NOTHING_KNOWN,
    *,
    instead: Callable[[_Cut, bytes], bytes] = _shown,
) -> bytes:
    """The bytes without what is hidden; `instead` says what stands in the place of each cut.

    Raises ActionRefused where a place cannot be told in them: then nothing is shown.
    """
    pieces, cursor = list[bytes](), 0
    for cut in _cuts(content, veil, provenance):
        pieces += [content[cursor : cut.start], instead(cut, content[cut.start : cut.end])]
        cursor = cut.end
    return b"".join([*pieces, content[cursor:]])


def unmasked(shown: bytes, content: bytes, veil: Veil, provenance: Provenance = NOTHING_KNOWN) -> bytes:
    """Bytes that were corrected with masks in them, with what these hide of `content`, in its order. Raises ActionRefused."""
    parts = shown.split(MASK.encode())
    if len(parts) == 1:
        return shown
    cuts = list(_cuts(content, veil, provenance))
    if len(cuts) != len(parts) - 1 or any(cut.shown != MASK.encode() for cut in cuts):
        raise ActionRefused(
            f"The corrected bytes have {len(parts) - 1} masks ({MASK}) and the original has {len(cuts)} hidden values.",
            remedy="Leave every mask where it stands, or correct it where the gateway runs: gateway correct ID --edit",
        )
    return b"".join([parts[0], *(content[cut.start : cut.end] + part for cut, part in zip(cuts, parts[1:], strict=True))])


def _cuts(content: bytes, veil: Veil, provenance: Provenance) -> Iterator[_Cut]:
    """What is hidden, in the order of the bytes."""
    cursor = 0
    for item in annotate(content, lambda _envelope: _LENIENT, provenance=provenance):
        if not isinstance(item, AnnotatedSegment) or item.segment.offset < cursor:
            continue
        hidden = [one for one in item.elements if veil.element(item.segment.offset, one)]
        for cut in _cuts_in(content, item, hidden, veil) if hidden else ():
            if cut.end > cut.start >= cursor:
                yield cut
                cursor = cut.end


def _cuts_in(content: bytes, item: AnnotatedSegment, hidden: Sequence[AnnotatedElement], veil: Veil) -> Iterator[_Cut]:
    """What is hidden of one segment, line, element of XML, or document of JSON."""
    start, raw = item.segment.offset, item.segment.raw
    if raw.startswith("<"):
        yield from _cuts_in_xml(content, start)
        return
    for charset in ("utf-8", "latin-1"):
        written = raw.encode(charset, "replace")
        if not written or content[start : start + len(written)] != written:
            continue
        if raw.startswith("{"):
            yield _Cut(start, start + len(written), masked_json(written, veil.masks, veil))
            return
        places = _places(hidden)
        if places is None:
            yield _Cut(start, start + len(written), _covered_whole(item.segment.tag).encode())
        for first, last in places or ():
            yield _Cut(start + len(raw[:first].encode(charset)), start + len(raw[:last].encode(charset)))
        return
    raise _nowhere("segments")


def _cuts_in_xml(content: bytes, start: int) -> Iterator[_Cut]:
    """The values of an element's attributes, and its text."""
    tag = _START_TAG.match(content, start)
    if tag is None:
        raise _nowhere("elements")
    for value in _ATTRIBUTE.finditer(content, tag.start(1), tag.end(1)):
        yield _Cut(value.start(1) + 1, value.end(1) - 1)
    text = _TEXT.match(content, tag.end())
    if text is not None and text.group().strip() and not tag.group().endswith(b"/>"):
        yield _Cut(tag.end(), text.end())


def _nowhere(what: str) -> ActionRefused:
    return ActionRefused(
        "Fields of it are hidden by the configuration, and where they stand in its bytes cannot be told.",
        remedy=f"Look at its {what} or its canonical form: there they are left out one by one.",
    )


def masked_json(content: bytes, masks: Masks, veil: Veil | None = None) -> bytes:
    """A canonical document as JSON without what is hidden."""
    shown = masks.masked(orjson.loads(content), veil.hides if veil is not None else lambda _value: False)
    return orjson.dumps(shown)


def _covered(raw: str, tag: str, hidden: Sequence[AnnotatedElement]) -> tuple[str, Callable[[int | None], int | None]]:
    """A segment's text with masks in it, and where what stood at a place stands then. A place that is not known covers all."""
    places = None if raw.startswith("{") else _places(hidden)
    if places is None:
        return _covered_whole(tag), lambda _place: None
    text, cursor = "", 0
    for start, end in places:
        text, cursor = f"{text}{raw[cursor:start]}{MASK}", end

    def moved(place: int | None) -> int | None:
        return None if place is None else place + sum(len(MASK) - (end - start) for start, end in places if end <= place)

    return text + raw[cursor:], moved


def _places(hidden: Sequence[AnnotatedElement]) -> list[tuple[int, int]] | None:
    """Where elements stand in the text of their segment, in order; None where that is not known of one."""
    places = sorted((one.start, one.end) for one in hidden if one.start is not None and one.end is not None)
    return places if len(places) == len(hidden) else None


def _covered_whole(tag: str) -> str:
    return f"{tag} {MASK}"


def _plain(value: str) -> str:
    """A value without what differs by the way it is written: `2026-03-16` and `20260316`, `2.50` and `2.5`."""
    try:
        return f"{Decimal(value.strip()).normalize():f}".replace(".", "").replace("-", "")
    except InvalidOperation:
        return "".join(sign for sign in value.casefold() if sign.isalnum())


def _loosely(value: str) -> re.Pattern[str]:
    """A value in a text, however it is broken up by signs there."""
    return re.compile(r"[\W_]*".join(map(re.escape, value)), re.IGNORECASE)
