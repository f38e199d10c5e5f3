"""`gateway parse`: segments with their names."""

from collections.abc import Iterable
from typing import TYPE_CHECKING, Annotated, Any

import typer

from gateway.cli.answers import TAGS, explanation_lines, explanation_record, explanations
from gateway.cli.exit_status import ExitStatus
from gateway.cli.options import AsJson, Files, LayoutFile, Output, chosen, terminal_of
from gateway.cli.records import Format, RecordWriter

if TYPE_CHECKING:
    from gateway.cli.files import Read
    from gateway.cli.terminal import Terminal
    from translators.explanation import Explanation
    from translators.flatfile import Layout
    from translators.parsed import ParsedSegment

EXAMPLES = {
    "parse": """
    gateway parse order.edi
    gateway parse order.edi --elements
    gateway parse order.edi -o json
    gateway parse 997.edi --answers order.edi
    gateway parse --layout layouts/orders.toml orders.csv
    """
}

COLUMNS = ("file", "offset", "depth", "tag", "name", "raw")
Elements = Annotated[bool, typer.Option("--elements", "-e", help="Show each element with its name as well.")]
Answers = Annotated[
    str,
    typer.Option(
        "--answers", metavar="FILE", help="What an acknowledgement answers: its sentences quote it.", show_default=False
    ),
]


def parse(
    context: typer.Context,
    files: Files,
    elements: Elements = False,
    answers: Answers = "",
    layout: LayoutFile = "",
    output: Output = Format.TEXT,
    as_json: AsJson = False,
) -> int:
    """Show segments with their names, one a line, indented as envelopes and groups hold them. Nothing is judged.

    What an acknowledgement says follows in sentences, which quote what it answers. `-o json` writes one object per file with
    the segments as a tree, `-o jsonl` and `-o csv` one segment per line.
    Exit status 5 when a file holds no interchange, 3 when a file could not be read (1 when none could).
    """
    from gateway.cli.files import content_of
    from gateway.cli.layout_reading import layout_of
    from gateway.cli.offline import work_through

    terminal = terminal_of(context)
    form = chosen(output, as_json=as_json)
    view = View(terminal, content_of(answers) if answers else b"", layout_of(layout))
    if form is Format.TEXT:
        several = len(files) > 1
        return work_through(files, lambda file: view.show(file, several=several, elements=elements), terminal=terminal)
    with RecordWriter(terminal, form, columns=COLUMNS) as writer:
        return work_through(files, lambda file: view.record(file, writer, form), terminal=terminal)


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


class View:
    """How files are shown: beside what they answer, by a layout where they are flat."""

    def __init__(self, terminal: "Terminal", answered: bytes, layout: "Layout | None") -> None:
        self._terminal = terminal
        self._answered = answered
        self._layout = layout

    def show(self, file: "Read", *, several: bool, elements: bool) -> ExitStatus:
        """Segments one a line, then what acknowledgements among them say."""
        terminal = self._terminal
        trouble: list[bool] = []
        tags: set[str] = set()
        if several:
            terminal.line((f"==> {file.name} <==", "bold"))
        for segment in self._segments(file, trouble):
            tags.add(segment.tag)
            indent = "  " * segment.depth
            name = segment.name or "unknown segment"
            terminal.line(indent, (f"{segment.tag:<3}", "bold"), f" {name:<44} ", (segment.raw, "faint"))
            if elements:
                _show_elements(segment, terminal, indent)
        for said in self._explained(file, tags):
            for spans in explanation_lines(said):
                terminal.line(*spans)
        return ExitStatus.INVALID if any(trouble) else ExitStatus.SUCCESS

    def record(self, file: "Read", writer: RecordWriter, form: Format) -> ExitStatus:
        """An object for the file, or one for each segment."""
        trouble: list[bool] = []
        segments = self._segments(file, trouble)
        if form is Format.JSON:
            held = list(segments)
            said = [explanation_record(one) for one in self._explained(file, {segment.tag for segment in held})]
            writer.write({"file": file.name, "segments": tree(held), "explanations": said})
        else:
            for segment in segments:
                writer.write({"file": file.name, "depth": segment.depth, **segment_record(segment)})
        return ExitStatus.INVALID if any(trouble) else ExitStatus.SUCCESS

    def _segments(self, file: "Read", trouble: list[bool]) -> Iterable["ParsedSegment"]:
        """The segments of a file; what stands outside of interchanges is told, and noted in `trouble`."""
        from gateway.cli.examination import is_error
        from gateway.cli.finding_text import tell_finding
        from translators import registry
        from translators.finding import Finding

        for item in registry.parse(file.data, layout=self._layout):
            if isinstance(item, Finding):
                tell_finding(self._terminal, file.name, item)
                trouble.append(is_error(item))
            else:
                yield item

    def _explained(self, file: "Read", tags: set[str]) -> "Iterable[Explanation]":
        """What the acknowledgements of a file say."""
        return explanations(file.data, self._answered) if tags & TAGS else ()


def _show_elements(segment: "ParsedSegment", terminal: "Terminal", indent: str) -> None:
    for position, element in enumerate(segment.elements, start=1):
        if any(component for components in element.repetitions for component in components):
            value = " | ".join(" : ".join(components) for components in element.repetitions)
            label = f"{position:02} {element.id:<5} {element.name or 'unknown element'}"
            terminal.line(indent, "      ", (f"{label:<44} ", "faint"), value)
