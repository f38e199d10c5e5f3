"""Which place of the document each canonical member came from."""

from collections.abc import Iterable, Iterator, Mapping

from translators.contract import Origin
from translators.mapping.context import Trace
from translators.mapping.value import Value


def origins(document: Value, traces: Iterable[Trace], *, header: int = 0) -> tuple[Origin, ...]:
    """The traces of a reading with the paths that their members have in the finished document, in the order of its segments.

    Segments are numbered from 1, the header being 1; `header` is the number it has in the traces. A value that was moved after
    it was read is found where it went, below its old owner, or anywhere when that is gone; one that is nowhere has no origin.
    """
    traces = list(traces)
    if not traces:
        return ()
    paths = dict(_owners(document, ""))
    anywhere: dict[int, list[str]] = {}
    for member, value in _members(document, ""):
        anywhere.setdefault(id(value), []).append(member)
    found = []
    for trace in traces:
        found_at = _path(trace, paths.get(id(trace.owner)), anywhere)
        if found_at is not None:
            element, component = trace.place if isinstance(trace.place, tuple) else (trace.place, 0)
            found.append(Origin(found_at, trace.segment + 1 - header, element, component or None))
    return tuple(sorted(found, key=lambda origin: (origin.segment, origin.element, origin.component or 0)))


def _path(trace: Trace, owner: str | None, anywhere: Mapping[int, list[str]]) -> str | None:
    """The path to what was traced, None when it is no longer there."""
    if owner is not None and trace.key in trace.owner:
        return f"{owner}.{trace.key}" if owner else trace.key
    if trace.value is None or (isinstance(trace.value, str) and len(trace.value) < 2):  # Python shares short texts
        return None
    moved = [] if owner is None else [path for path, value in _members(trace.owner, owner) if value is trace.value]
    moved = moved or anywhere.get(id(trace.value), [])
    return moved[0] if len(moved) == 1 else None


def _members(value: object, path: str) -> Iterator[tuple[str, object]]:
    """Every member of a part of the document with the path to it."""
    inner: Iterable[tuple[str, object]] = ()
    if isinstance(value, Mapping):
        inner = ((f"{path}.{key}" if path else str(key), one) for key, one in value.items())
    elif isinstance(value, list):
        inner = ((f"{path}[{index}]", one) for index, one in enumerate(value))
    for found, one in inner:
        yield found, one
        yield from _members(one, found)


def _owners(value: object, path: str) -> Iterator[tuple[int, str]]:
    """Every dict of a document by its identity, with the path to it (`lines[2].item`)."""
    if isinstance(value, Mapping):
        yield id(value), path
        for key, inner in value.items():
            yield from _owners(inner, f"{path}.{key}" if path else str(key))
    elif isinstance(value, list):
        for index, inner in enumerate(value):
            yield from _owners(inner, f"{path}[{index}]")
