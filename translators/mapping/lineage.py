"""Which place of the document each canonical member came from."""

from collections.abc import Iterable, Iterator, Mapping

from translators.contract import Origin
from translators.mapping.context import Trace
from translators.mapping.value import Value


def origins(document: Value, traces: Iterable[Trace]) -> tuple[Origin, ...]:
    """The traces of a reading with the paths that their members have in the finished document, in the order of its segments.

    Segments are numbered from 1, the header being 1. A member that was taken out again has no origin.
    """
    traces = list(traces)
    if not traces:
        return ()
    paths = {identity: path for identity, path in _owners(document, "")}
    found = []
    for trace in traces:
        owner = paths.get(id(trace.owner))
        if owner is None or trace.key not in trace.owner:
            continue
        element, component = trace.place if isinstance(trace.place, tuple) else (trace.place, 0)
        path = f"{owner}.{trace.key}" if owner else trace.key
        found.append(Origin(path, trace.segment + 1, element, component or None))
    return tuple(sorted(found, key=lambda origin: (origin.segment, origin.element, origin.component or 0)))


def _owners(value: object, path: str) -> Iterator[tuple[int, str]]:
    """Every dict of a document by its identity, with the path to it (`lines[2].item`)."""
    if isinstance(value, Mapping):
        yield id(value), path
        for key, inner in value.items():
            yield from _owners(inner, f"{path}.{key}" if path else str(key))
    elif isinstance(value, list):
        for index, inner in enumerate(value):
            yield from _owners(inner, f"{path}[{index}]")
