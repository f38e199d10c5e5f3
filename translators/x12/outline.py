"""A transaction set as people need to know it who send or read it: segments in order, their elements, what codes mean to us."""

from collections.abc import Iterator
from importlib import import_module

from translators.errors import DefinitionMissing
from translators.mapping.mapping import DocumentMapping
from translators.mapping.outline import Meanings, Speech
from translators.parsed import OutlineElement, OutlineSegment
from translators.x12.definitions import ElementDefinition, segment_definition
from translators.x12.grammar import Place, base_version, grammar
from translators.x12.sets import MAPPINGS
from translators.x12.versions import labels

_MANY = 10**9
_SERVICE = frozenset({"ST", "SE", "LS", "LE"})


def outline(document_type: str, version: str) -> Iterator[OutlineSegment]:
    """The segments of a set in the order of its table. Raises DefinitionMissing when no table describes it."""
    base = base_version(version)
    if base is None:
        raise DefinitionMissing(f"{version} is no version of X12")
    module = MAPPINGS.get(document_type, ("", ""))[1]
    mapping: DocumentMapping | None = import_module(module).MAPPING if module else None
    yield from _inside(grammar(document_type, base).root, Speech.of(mapping), base, 0)


def _inside(place: Place, speech: Speech, version: str, depth: int) -> Iterator[OutlineSegment]:
    for index, child in enumerate(place.children):
        if child.children:
            yield from _inside(child, speech.inside(child.tag), version, depth + 1)
            continue
        begins = index == 0 and place.parent is not None
        mandatory = place.mandatory if begins else child.mandatory
        loop = _count(place.maximum) if begins else -1
        yield _segment(child, speech, version, depth=depth, mandatory=mandatory, loop=loop)


def _count(maximum: int) -> int:
    return 0 if maximum >= _MANY else maximum


def _segment(place: Place, speech: Speech, version: str, *, depth: int, mandatory: bool, loop: int) -> OutlineSegment:
    tag, begins = place.tag, loop >= 0
    read = speech.reads(tag) or tag in _SERVICE or (begins and bool(speech.levels))
    elements = tuple(_elements(tag, version, speech.meanings(tag, begins=begins)))
    return OutlineSegment(tag, labels.SEGMENTS.get(tag, ""), depth, mandatory, _count(place.maximum), loop, read, elements)


def _elements(tag: str, version: str, meanings: Meanings) -> Iterator[OutlineElement]:
    for number, element in enumerate(segment_definition(tag, version).elements, 1):
        if not element.parts:
            yield _element(f"{tag}{number:02}", element, {**meanings.get((number, 1), {}), **meanings.get(number, {})})
            continue
        for component, part in enumerate(element.parts, 1):
            yield _element(f"{tag}{number:02}-{component}", part, dict(meanings.get((number, component), {})))


def _element(place: str, element: ElementDefinition, known: dict[str, str]) -> OutlineElement:
    codes = tuple((code, known[code]) for code in sorted(known) if not element.codes or code in element.codes)
    form = f"{element.kind} {element.shortest}..{element.longest}"
    name = labels.ELEMENTS.get(element.id, "")
    return OutlineElement(place, element.id, name, element.mandatory, form, codes, len(element.codes))
