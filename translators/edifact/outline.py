"""A message as people need to know it who send or read it: its segments in order, their elements, what codes mean to us."""

from collections.abc import Iterator
from importlib import import_module

from translators.edifact import directories
from translators.edifact.definitions import definition
from translators.edifact.directories.labels import element_label, segment_label
from translators.edifact.grammar import Node, grammar
from translators.edifact.messages import MAPPINGS
from translators.errors import DefinitionMissing
from translators.mapping.mapping import DocumentMapping
from translators.mapping.outline import Meanings, Speech
from translators.parsed import OutlineElement, OutlineSegment

_SERVICE = frozenset({"UNH", "UNT", "UNS"})


def outline(document_type: str, version: str) -> Iterator[OutlineSegment]:
    """The segments of a message in the order of its table. Raises DefinitionMissing when no directory describes it."""
    choice = directories.choose(document_type, version)
    if choice is None:
        raise DefinitionMissing(f"no table of message {document_type} in {version}")
    module = MAPPINGS.get(document_type, ("", ""))[1]
    mapping: DocumentMapping | None = import_module(module).MAPPING if module else None
    yield from _inside(grammar(document_type, choice.directory).root, Speech.of(mapping), choice.directory, 0)


def _inside(node: Node, speech: Speech, directory: str, depth: int) -> Iterator[OutlineSegment]:
    for index, child in enumerate(node.children):
        if child.children:
            yield from _inside(child, speech.inside(child.trigger), directory, depth + 1)
            continue
        begins = index == 0 and node.parent is not None
        yield OutlineSegment(
            child.tag, segment_label(child.tag), depth, node.mandatory if begins else child.mandatory, child.maximum,
            node.maximum if begins else -1, speech.reads(child.tag) or child.tag in _SERVICE or (begins and bool(speech.levels)),
            tuple(_elements(child.tag, directory, speech.meanings(child.tag, begins=begins))),
        )  # fmt: skip


def _elements(tag: str, directory: str, meanings: Meanings) -> Iterator[OutlineElement]:
    found = definition(directory, tag, repeating=False)
    if found is None:
        return
    lists = {(lookup.element, lookup.component): lookup.values for lookup in found.lookups}
    for number, position in enumerate(found.positions, 1):
        for component, part in enumerate(position.components, 1):
            known = dict(meanings.get((number, component), {}))
            if component == 1:
                known |= meanings.get(number, {})
            listed = lists.get((number, component), frozenset())
            codes = tuple((code, known[code]) for code in sorted(known) if not listed or code in listed)
            place = f"{tag}.{number}" + (f".{component}" if position.composite else "")
            mandatory = part.mandatory and position.mandatory
            yield OutlineElement(place, part.id, element_label(part.id), mandatory, str(part.form), codes, len(listed))
