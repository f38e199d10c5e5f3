"""`gateway explain`: a document with names, values, canonical members and findings beside each element."""

from enum import StrEnum
from typing import TYPE_CHECKING, Annotated, Any

import typer

from gateway.cli.exit_status import ExitStatus
from gateway.cli.options import AsJson, Files, terminal_of
from gateway.cli.records import Format, RecordWriter

if TYPE_CHECKING:
    from gateway.cli.files import Read
    from gateway.cli.terminal import Terminal
    from translators.annotation import AnnotatedElement, AnnotatedSegment
    from translators.finding import Finding

EXAMPLES = {
    "explain": """
    gateway explain order.edi
    gateway explain order.edi -o html > order.html
    gateway explain order.edi -o json
    """
}

COLUMNS = ("file", "offset", "tag", "name", "raw")


class Form(StrEnum):
    """How an explanation is written: as records are, or as one page for a browser."""

    TEXT = "text"
    JSON = "json"
    JSONL = "jsonl"
    CSV = "csv"
    HTML = "html"


Output = Annotated[Form, typer.Option("--output", "-o", help="How to write the result.")]


def explain(
    context: typer.Context,
    files: Files,
    output: Output = Form.TEXT,
    as_json: AsJson = False,
) -> int:
    """Show each element with its name, its value, the canonical member it became, and what is wrong with it.

    `-o html` writes one page with everything in it, to be opened in a browser or sent to the partner. `-o json` and `-o jsonl`
    write one object for each segment. Exit status 5 when something is wrong in a file.
    """
    from gateway.cli.offline import work_through

    terminal = terminal_of(context)
    if output is Form.HTML and not as_json:
        from gateway.cli.explain_page import page

        return work_through(files, lambda file: _page(file, terminal, page), terminal=terminal)
    form = Format.JSON if as_json else Format(output.value)
    if form is Format.TEXT:
        return work_through(files, lambda file: _show(file, terminal, several=len(files) > 1), terminal=terminal)
    with RecordWriter(terminal, form, columns=COLUMNS) as writer:
        return work_through(files, lambda file: _record(file, writer), terminal=terminal)


def _page(file: "Read", terminal: "Terminal", page: Any) -> ExitStatus:
    text, wrong = page(file.name, file.data)
    terminal.write(text.encode())
    return ExitStatus.INVALID if wrong else ExitStatus.SUCCESS


def _show(file: "Read", terminal: "Terminal", *, several: bool) -> ExitStatus:
    from gateway.cli.examination import is_error
    from translators.annotation import annotate
    from translators.finding import Finding

    wrong = False
    if several:
        terminal.line((f"==> {file.name} <==", "bold"))
    for item in annotate(file.data):
        if isinstance(item, Finding):
            wrong = wrong or is_error(item)
            _finding(item, terminal, "")
            continue
        wrong = wrong or any(is_error(found) for found in all_findings(item))
        _segment(item, terminal)
    return ExitStatus.INVALID if wrong else ExitStatus.SUCCESS


def all_findings(item: "AnnotatedSegment") -> "list[Finding]":
    """The findings about a segment and its elements."""
    return [*item.findings, *(finding for element in item.elements for finding in element.findings)]


def _segment(item: "AnnotatedSegment", terminal: "Terminal") -> None:
    segment, indent = item.segment, "  " * item.segment.depth
    terminal.line(indent, (f"{segment.tag:<3}", "bold"), f" {segment.name or 'unknown segment'}  ", (segment.raw, "faint"))
    for finding in item.findings:
        _finding(finding, terminal, f"{indent}    ")
    for element in item.elements:
        if element.value or element.findings:
            _element(element, terminal, f"{indent}    ")


def _element(element: "AnnotatedElement", terminal: "Terminal", indent: str) -> None:
    place = f"{element.element:02}" + (f".{element.component}" if element.component else "")
    label = f"{place:<5} {element.id:<5} {element.name[:30]:<30} "
    became = ", ".join(f"{member.path} = {member.value}" if member.value else member.path for member in element.members)
    terminal.line(indent, (label, "faint"), f"{element.value:<24}", (f"  → {became}" if became else "", "green"))
    for finding in element.findings:
        _finding(finding, terminal, f"{indent}      ")


def _finding(finding: "Finding", terminal: "Terminal", indent: str) -> None:
    colour = {"error": "red", "warning": "yellow"}.get(str(finding.severity), "faint")
    terminal.line(indent, (f"^ {finding.severity} {finding.code}: {finding.message}", colour))


def _record(file: "Read", writer: RecordWriter) -> ExitStatus:
    from gateway.cli.examination import is_error
    from translators.annotation import annotate, finding_record, segment_record
    from translators.finding import Finding

    wrong = False
    for item in annotate(file.data):
        if isinstance(item, Finding):
            wrong = wrong or is_error(item)
            writer.write({"file": file.name, "findings": [finding_record(item)]})
            continue
        wrong = wrong or any(is_error(found) for found in all_findings(item))
        writer.write({"file": file.name, **segment_record(item)})
    return ExitStatus.INVALID if wrong else ExitStatus.SUCCESS
