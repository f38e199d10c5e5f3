"""`gateway parse`: segments with their names."""

from collections.abc import Iterable
from typing import TYPE_CHECKING, Annotated, Any

import typer

from gateway.cli.exit_status import ExitStatus
from gateway.cli.options import AsJson, Files, Output, chosen, terminal_of
from gateway.cli.records import Format, RecordWriter

if TYPE_CHECKING:
    from gateway.cli.files import Read
    from gateway.cli.terminal import Terminal
    from translators.parsed import ParsedSegment

EXAMPLES = {
    "parse": """
    gateway parse order.edi
    gateway parse order.edi --elements
    gateway parse order.edi -o json
    """
}

COLUMNS = ("file", "offset", "depth", "tag", "name", "raw")
Elements = Annotated[bool, typer.Option("--elements", "-e", help="Show each element with its name as well.")]


def parse(
    context: typer.Context,
    files: Files,
    elements: Elements = False,
    output: Output = Format.TEXT,
    as_json: AsJson = False,
) -> int:
    """Show segments with their names, one a line, indented as envelopes and groups hold them. Nothing is judged.

    `-o json` writes one object per file with the segments as a tree, `-o jsonl` and `-o csv` one segment per line.
    Exit status 5 when a file holds no interchange, 3 when a file could not be read (1 when none could).
    """
    from gateway.cli.offline import work_through

    terminal = terminal_of(context)
    form = chosen(output, as_json=as_json)
    if form is Format.TEXT:
        several = len(files) > 1
        return work_through(files, lambda file: _show(file, terminal, several=several, elements=elements), terminal=terminal)
    with RecordWriter(terminal, form, columns=COLUMNS) as writer:
        return work_through(files, lambda file: _record(file, writer, form, terminal), terminal=terminal)


def segment_record(segment: "ParsedSegment") -> dict[str, Any]:
    """A segment as JSON. Each element lists its repetitions, each repetition its components."""
    return {
        "tag": segment.tag,
        "name": segment.name,
        "offset": segment.offset,
        "raw": segment.raw,
        "elements": [
            {
                "position": position,
                "id": element.id,
                "name": element.name,
                "repetitions": [list(components) for components in element.repetitions],
            }
            for position, element in enumerate(segment.elements, start=1)
        ],
    }


def tree(segments: Iterable["ParsedSegment"]) -> list[dict[str, Any]]:
    """Segments nested by their depth: each holds as `children` the deeper ones that follow it."""
    roots: list[dict[str, Any]] = []
    path: list[tuple[int, dict[str, Any]]] = []
    for segment in segments:
        node = {**segment_record(segment), "children": []}
        while path and path[-1][0] >= segment.depth:
            path.pop()
        (path[-1][1]["children"] if path else roots).append(node)
        path.append((segment.depth, node))
    return roots


def _segments(file: "Read", terminal: "Terminal", trouble: list[bool]) -> Iterable["ParsedSegment"]:
    """The segments of a file; what stands outside of interchanges is told, and noted in `trouble`."""
    from gateway.cli.examination import is_error
    from gateway.cli.finding_text import tell_finding
    from translators import registry
    from translators.finding import Finding

    for item in registry.parse(file.data):
        if isinstance(item, Finding):
            tell_finding(terminal, file.name, item)
            trouble.append(is_error(item))
        else:
            yield item


def _show(file: "Read", terminal: "Terminal", *, several: bool, elements: bool) -> ExitStatus:
    trouble: list[bool] = []
    if several:
        terminal.line((f"==> {file.name} <==", "bold"))
    for segment in _segments(file, terminal, trouble):
        indent = "  " * segment.depth
        name = segment.name or "unknown segment"
        terminal.line(indent, (f"{segment.tag:<3}", "bold"), f" {name:<44} ", (segment.raw, "faint"))
        if elements:
            _show_elements(segment, terminal, indent)
    return ExitStatus.INVALID if any(trouble) else ExitStatus.SUCCESS


def _show_elements(segment: "ParsedSegment", terminal: "Terminal", indent: str) -> None:
    for position, element in enumerate(segment.elements, start=1):
        if any(component for components in element.repetitions for component in components):
            value = " | ".join(" : ".join(components) for components in element.repetitions)
            label = f"{position:02} {element.id:<5} {element.name or 'unknown element'}"
            terminal.line(indent, "      ", (f"{label:<44} ", "faint"), value)


def _record(file: "Read", writer: RecordWriter, form: Format, terminal: "Terminal") -> ExitStatus:
    trouble: list[bool] = []
    segments = _segments(file, terminal, trouble)
    if form is Format.JSON:
        writer.write({"file": file.name, "segments": tree(segments)})
    else:
        for segment in segments:
            writer.write({"file": file.name, "depth": segment.depth, **segment_record(segment)})
    return ExitStatus.INVALID if any(trouble) else ExitStatus.SUCCESS
