"""Which element each member of a canonical document came from: worked out on request, after reading."""

from collections.abc import Iterator

from translators.contract import Origin
from translators.mapping.value import Value
from translators.xml.context import Trace
from translators.xml.cxml.attributes import Attribute


def origins(value: Value, traces: list[Trace]) -> tuple[Origin, ...]:
    """The origins of all members, in the order of the document. `segment` counts elements; the text of an element comes first
    among what it says, then its attributes, as in `parse`.
    """
    paths = dict(_paths(value, ""))
    found = []
    for trace in traces:
        if id(trace.owner) in paths:
            before = paths[id(trace.owner)]
            path = f"{before}.{trace.key}" if before else trace.key
            found.append(Origin(path, trace.node.ordinal, _place(trace), None))
    return tuple(sorted(found, key=lambda origin: (origin.segment, origin.element)))


def _place(trace: Trace) -> int:
    """The number of the text or the attribute among what its element says."""
    if isinstance(trace.node, Attribute):
        return trace.node.place
    texts = 1 if (trace.node.text or "").strip() else 0
    names = [name for name, _ in trace.node.attributes]
    return texts + names.index(trace.attribute) + 1 if trace.attribute in names else 1


def _paths(value: object, path: str) -> Iterator[tuple[int, str]]:
    """The path of every dict in a value, by its identity."""
    if isinstance(value, dict):
        yield id(value), path
        for key, inner in value.items():
            yield from _paths(inner, f"{path}.{key}" if path else str(key))
    elif isinstance(value, list):
        for place, inner in enumerate(value):
            yield from _paths(inner, f"{path}[{place}]")
