"""A validated set as a canonical document, and a canonical document as a set."""

from functools import lru_cache
from typing import TYPE_CHECKING

from translators.canonical import model_of
from translators.canonical.base import CanonicalDocument
from translators.canonical.faults import Fault, modelled
from translators.contract import Family, Guide, Origin
from translators.errors import DefinitionMissing, LocationInvalid
from translators.finding import Code
from translators.mapping.arrangement import arranged
from translators.mapping.context import Reading, Writing
from translators.mapping.kept_codes import in_family
from translators.mapping.lineage import origins
from translators.mapping.mapping import DocumentMapping
from translators.mapping.tree import Place, Row
from translators.mapping.understanding import doubt
from translators.x12.definitions import segment_definition
from translators.x12.grammar import Grammar
from translators.x12.sets.source import Source
from translators.x12.sets.tree import loops

if TYPE_CHECKING:
    from translators.mapping.guide import CompiledGuide


def canonical(mapping: DocumentMapping, source: Source) -> tuple[CanonicalDocument | None, tuple[Origin, ...]]:
    """The document that a valid set describes; None, with a finding, when it lacks what it cannot be without.

    Where each of its members came from is told when the terms ask for lineage.
    """

    def note(code: Code, text: str, index: int, place: Place, expected: str | None, actual: str | None) -> None:
        element = place if isinstance(place, int) else place[0]
        source.find(code, text, index, element, expected=expected, actual=actual)

    document, context = loops(source.rows, source.places), Reading(source.terms.timezone, note)
    if source.terms.guide is not None:
        guide = partner_guide(source.terms.guide, source.version)
        guide.check(document, context)
        mapping = mapping.deviating(guide.deviations)
    if source.terms.lineage:
        context.traces = []
    value = mapping.read(document, context)
    value["code_family"] = Family.X12.value
    name = mapping.name_of(value)

    def told(fault: Fault) -> None:
        text = f"The set cannot be read as a {name.replace('_', ' ')}: {fault.message}"
        source.find(Code.CANONICAL_INVALID, text, 0, 0, expected=fault.expected or fault.path, actual=fault.actual)

    found = modelled(model_of(name), value, told)
    if context.unread and (doubted := doubt(context.unread, len(source.rows) - 2, name)):
        severity, text, expected = doubted
        source.find(Code.NOT_MAPPED, text, 0, 0, expected=expected, actual=str(len(context.unread)), severity=severity)
    return (None, ()) if found is None else (found, origins(value, context.traces or ()))


@lru_cache(maxsize=256)
def partner_guide(guide: Guide, version: str) -> "CompiledGuide":
    """A guide resolved by the tables of a version. Raises LocationInvalid for a place that they do not have."""
    from translators.mapping.guide import compiled  # noqa: PLC0415 - few partners have one

    def names(tag: str, name: str) -> list[Place]:
        element, _, component = name.partition(".")
        found: list[Place] = []
        try:
            elements = segment_definition(tag, version).elements
        except DefinitionMissing as error:
            raise LocationInvalid(f"there is no segment {tag} in {version}") from error
        for number, definition in enumerate(elements, 1):
            if element.lstrip("0") != str(number) and element != definition.id:
                continue
            parts = [part for part, one in enumerate(definition.parts, 1) if component in (str(part), one.id)]
            found += [(number, part) for part in parts] if component else [number]
        return found

    return compiled(guide, names)


def rows(mapping: DocumentMapping, document: CanonicalDocument, grammar: Grammar, context: Writing) -> list[Row]:
    """The segments between ST and SE that say the document; what they cannot say is noted in the context."""
    context.elements = lambda tag: len(segment_definition(tag, grammar.version).elements)
    value = document.model_dump(exclude_none=True, exclude_unset=True, by_alias=True)
    context.unwritten += in_family(value, Family.X12.value)
    return list(arranged(mapping.write(value, grammar.root, context), context))
