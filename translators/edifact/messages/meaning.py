"""A validated message as a canonical document, and a canonical document as the segments of a message."""

from collections.abc import Iterator
from functools import lru_cache
from typing import TYPE_CHECKING

from translators.canonical import model_of
from translators.canonical.base import CanonicalDocument
from translators.canonical.faults import Fault, modelled
from translators.contract import Family, Guide, Origin
from translators.edifact.definitions import Position, definition
from translators.edifact.grammar import Grammar, Tree
from translators.edifact.message import Meaning
from translators.edifact.messages.tree import Rows, loops, segments
from translators.edifact.report import MessageReport
from translators.finding import Code
from translators.mapping.context import Reading, Trace, Writing
from translators.mapping.kept_codes import in_family
from translators.mapping.lineage import origins
from translators.mapping.mapping import DocumentMapping
from translators.mapping.numbers import number_with_comma
from translators.mapping.tree import Loop, Place, Row, text_at
from translators.mapping.understanding import doubt

if TYPE_CHECKING:
    from translators.mapping.guide import CompiledGuide


def canonical(mapping: DocumentMapping, tree: Tree, meaning: Meaning) -> tuple[CanonicalDocument | None, tuple[Origin, ...]]:
    """The document that a message without errors describes; None, with a finding, when it lacks what it cannot be without.

    Where each of its members came from is told when the terms ask for lineage.
    """
    report, rows = meaning.report, Rows(meaning.text, meaning.segments, repeating=meaning.repeating)

    def note(code: Code, text: str, index: int, place: Place, expected: str | None, actual: str | None) -> None:
        element, component = (place or None, None) if isinstance(place, int) else place
        number = max(index, 1)  # what is about no segment is about the whole message
        position = report.at(number, rows.row(number)[0], element, component)
        report.judgement.add(code, text, position, expected=expected, actual=actual)

    document = loops(tree, rows, held=meaning.held)
    header = rows.row(1)
    traces: list[Trace] | None = [] if meaning.terms.lineage else None
    reading = Reading(meaning.terms.timezone, note, number_with_comma, currency=_currency(document), index=1, traces=traces)
    if meaning.terms.guide is not None:
        guide = partner_guide(meaning.terms.guide, meaning.directory)
        guide.check(document, reading)
        mapping = mapping.deviating(guide.deviations)
    value = mapping.read(document, reading)
    value["code_family"] = Family.EDIFACT.value
    if len(header) > 3 and header[3].strip():
        reading.path, reading.index = "", 1
        reading.keep(header, 3, value)
    name = mapping.name_of(value)
    found = modelled(model_of(name), value, lambda fault: _told(name, fault, report))
    if found is None:
        return None, ()
    if reading.unread and (doubted := doubt(reading.unread, len(meaning.segments) - 2, name)):
        severity, text, expected = doubted
        place, actual = report.at(1, "UNH", 2), str(len(reading.unread))
        report.judgement.add(Code.NOT_MAPPED, text, place, expected=expected, actual=actual, severity=severity)
    if mapping.judge is not None:
        mapping.judge(found, reading)
    return found, origins(value, reading.traces or (), header=1)


def _currency(document: Loop) -> str | None:
    """The currency of the document, which holds for amounts that stand before it too."""
    for loop in document.loops:
        for _, row in loop.segments if loop.key == "CUX" else ():
            if text_at(row, (1, 1)).strip() == "2":
                return text_at(row, (1, 2)).strip().upper() or None
    return None


@lru_cache(maxsize=256)
def partner_guide(guide: Guide, directory: str) -> "CompiledGuide":
    """A guide resolved by the tables of a directory. Raises LocationInvalid for a place that they do not have."""
    from translators.mapping.guide import compiled  # noqa: PLC0415 - few partners have one

    def names(tag: str, name: str) -> list[Place]:
        found = definition(directory, tag, repeating=False)
        element, _, component = name.partition(".")
        if found is None:
            return []
        return [
            place for number, position in enumerate(found.positions, 1) for place in _places(number, position, element, component)
        ]

    return compiled(guide, names)


def _places(number: int, position: Position, element: str, component: str) -> Iterator[Place]:
    """The places that a name means in one position: by number or identifier, a component also by its own identifier alone."""
    if not position.composite:
        if not component and element.lstrip("0") in (str(number), position.id):
            yield number
        return
    named = element.lstrip("0") in (str(number), position.id)
    for part, one in enumerate(position.components, 1):
        if (named and (part == 1 if not component else component.lstrip("0") in (str(part), one.id))) or (
            not component and element == one.id
        ):
            yield number, part


def _told(name: str, fault: Fault, report: MessageReport) -> None:
    """Note what keeps a message from being a document."""
    text = f"The message cannot be read as a {name.replace('_', ' ')}: {fault.message}"
    place = (2, "BGM") if fault.path == "number" else (1, "UNH")
    report.judgement.add(
        Code.CANONICAL_INVALID, text, report.at(*place), expected=fault.expected or fault.path, actual=fault.actual
    )


def rows(mapping: DocumentMapping, document: CanonicalDocument, grammar: Grammar, context: Writing) -> list[Row]:
    """The segments between UNH and UNT that say the document; what they cannot say is noted in the context."""
    value = document.model_dump(exclude_none=True, exclude_unset=True, by_alias=True)
    context.unwritten += in_family(value, Family.EDIFACT.value)
    return segments(mapping.write(value, grammar.root, context), context)
