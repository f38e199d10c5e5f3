"""`gateway validate`: what is wrong in files."""

from collections import Counter
from typing import TYPE_CHECKING, Any

import typer

from gateway.cli.exit_status import ExitStatus
from gateway.cli.options import AsJson, Files, LayoutFile, MaxFindings, Output, chosen, terminal_of
from gateway.cli.records import Format, RecordWriter

if TYPE_CHECKING:
    from gateway.cli.examination import JudgedDocument, JudgedInterchange, Reader
    from gateway.cli.files import Read
    from gateway.cli.terminal import Terminal
    from translators.finding import Finding

EXAMPLES = {
    "validate": """
    gateway validate order.edi
    gateway validate --layout layouts/orders.toml orders.csv
    gateway validate inbox/ -o jsonl
    cat order.edi | gateway validate -
    """
}

COLUMNS = ("file", "code", "severity", "message", "segment", "position", "element", "component", "offset", "document", "remedy")


class Report:
    """What is known about one file while it is read: its documents, and its findings up to a limit."""

    def __init__(self, name: str, *, max_findings: int) -> None:
        self.name = name
        self.family: str | None = None
        self.valid = True
        self.documents: list[dict[str, Any]] = []
        self.findings: list[dict[str, Any]] = []
        self.omitted = 0
        self._max = max_findings

    def take(self, event: "JudgedInterchange | Finding") -> list[tuple["Finding", str | None]]:
        """Take what was read next; returns those of its findings that are within the limit, with the document they are about."""
        from gateway.cli.examination import findings_of
        from translators.finding import Finding

        if isinstance(event, Finding):
            marked: list[tuple[Finding, str | None]] = [(event, None)]
        else:
            self._interchange(event)
            marked = [(finding, _spoken(document)) for finding, document in findings_of(event)]
        return [(finding, about) for finding, about in marked if self._note(finding, about)]

    def record(self) -> dict[str, Any]:
        """The object that `-o json` and `-o jsonl` write for a file."""
        return {
            "file": self.name,
            "family": self.family,
            "valid": self.valid,
            "documents": self.documents,
            "findings": self.findings,
            "findings_omitted": self.omitted,
        }

    def _interchange(self, interchange: "JudgedInterchange") -> None:
        family = interchange.envelope.family.value
        self.family = family if self.family in (None, family) else "mixed"
        self.valid = self.valid and interchange.valid
        for document in interchange.documents:
            self.documents.append(
                {
                    "type": document.type,
                    "version": document.version,
                    "control_number": document.control_number,
                    "valid": document.valid,
                }
            )

    def _note(self, finding: "Finding", document: str | None) -> bool:
        from gateway.cli.examination import is_error
        from gateway.cli.finding_text import finding_record

        if is_error(finding):
            self.valid = False
        if len(self.findings) >= self._max:
            self.omitted += 1
            return False
        self.findings.append(finding_record(finding, document=document))
        return True


def validate(
    context: typer.Context,
    files: Files,
    output: Output = Format.TEXT,
    as_json: AsJson = False,
    max_findings: MaxFindings = 1000,
    layout: LayoutFile = "",
) -> int:
    """Check files against their standard: envelopes, counts, structure, every element. Nothing is sent or stored.

    Exit status 0 when every file is valid (warnings do not count), 5 when one is not; a file that cannot be read makes 3,
    or 1 when none could be. `-o json` and `-o jsonl` write one object per file, `-o csv` one row per finding.
    """
    from gateway.cli.layout_reading import reader_of
    from gateway.cli.offline import work_through

    reader = reader_of(layout)
    terminal = terminal_of(context)
    form = chosen(output, as_json=as_json)
    tally: Counter[bool] = Counter()
    if form is Format.TEXT:
        status = work_through(files, lambda file: _show(file, reader, terminal, tally, max_findings), terminal=terminal)
        terminal.tell(_summary(tally))
        return status
    with RecordWriter(terminal, form, columns=COLUMNS) as writer:
        return work_through(files, lambda file: _record(file, reader, writer, form, max_findings), terminal=terminal)


def _show(file: "Read", reader: "Reader", terminal: "Terminal", tally: Counter[bool], max_findings: int) -> ExitStatus:
    from gateway.cli.examination import examine
    from gateway.cli.finding_text import show_finding

    report = Report(file.name, max_findings=max_findings)
    for event in examine(file.data, reader=reader):
        for finding, about in report.take(event):
            show_finding(terminal, file.name, finding, document=about)
    if report.omitted:
        terminal.line(f"{file.name}: {report.omitted} more findings are not shown; --max-findings shows more")
    for document in report.documents:
        word: tuple[str, str] = ("valid", "good") if document["valid"] else ("invalid", "error")
        terminal.line(f"{file.name}: {document['type']} {document['version']} {document['control_number']}: ", word)
    terminal.line((f"{file.name}: ", "bold"), ("valid", "good") if report.valid else ("invalid", "error"))
    tally[report.valid] += 1
    return ExitStatus.SUCCESS if report.valid else ExitStatus.INVALID


def _record(file: "Read", reader: "Reader", writer: RecordWriter, form: Format, max_findings: int) -> ExitStatus:
    from gateway.cli.examination import examine

    report = Report(file.name, max_findings=max_findings)
    for event in examine(file.data, reader=reader):
        report.take(event)
    if form is Format.CSV:
        for finding in report.findings:
            writer.write({"file": file.name, **finding})
    else:
        writer.write(report.record())
    return ExitStatus.SUCCESS if report.valid else ExitStatus.INVALID


def _spoken(document: "JudgedDocument | None") -> str | None:
    return f"{document.type} {document.control_number}" if document is not None else None


def _summary(tally: Counter[bool]) -> str:
    total = tally.total()
    if not total:
        return "Nothing was validated."
    words = f"{total} {'file' if total == 1 else 'files'}: {tally[True]} valid, {tally[False]} invalid."
    return words + (" See what the sender would be answered: gateway ack FILE" if tally[False] else "")
