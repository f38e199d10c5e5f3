"""`gateway translate`: documents in their canonical form."""

import json
from typing import TYPE_CHECKING, Any

import typer

from gateway.cli.exit_status import ExitStatus, of_items
from gateway.cli.options import AsJson, Files, LayoutFile, Output, chosen, terminal_of
from gateway.cli.records import Format, RecordWriter

if TYPE_CHECKING:
    from gateway.cli.examination import JudgedDocument, JudgedInterchange, Reader
    from gateway.cli.files import Read
    from gateway.cli.terminal import Terminal

EXAMPLES = {
    "translate": """
    gateway translate order.edi
    gateway translate --layout layouts/orders.toml orders.csv
    gateway translate inbox/ > orders.jsonl
    cat order.edi | gateway translate - | jq .canonical.lines
    """
}

COLUMNS = ("file", "document", "type", "version", "control_number", "canonical")


def translate(
    context: typer.Context, files: Files, output: Output = Format.TEXT, as_json: AsJson = False, layout: LayoutFile = ""
) -> int:
    """Translate documents to their canonical form: JSON lines, one for each document that is valid.

    Documents that are refused, or that have no canonical form, are told on standard error. Exit status 5 when a document
    was refused, 3 when one has no canonical form yet or a file could not be read (1 when none could).
    """
    from gateway.cli.layout_reading import reader_of
    from gateway.cli.offline import work_through

    reader = reader_of(layout)
    terminal = terminal_of(context)
    form = chosen(output, as_json=as_json)
    form = Format.JSONL if form is Format.TEXT else form
    with RecordWriter(terminal, form, columns=COLUMNS) as writer:
        return work_through(files, lambda file: _translate(file, writer, terminal, reader), terminal=terminal)


def _translate(file: "Read", writer: RecordWriter, terminal: "Terminal", reader: "Reader") -> ExitStatus:
    from gateway.cli.examination import examine, is_error
    from gateway.cli.finding_text import tell_finding
    from translators.finding import Finding

    outcomes = {ExitStatus.SUCCESS}
    for event in examine(file.data, reader=reader):
        if isinstance(event, Finding):
            tell_finding(terminal, file.name, event)
            outcomes.add(ExitStatus.INVALID if is_error(event) else ExitStatus.SUCCESS)
        else:
            outcomes |= _interchange(file.name, event, writer, terminal)
    return of_items(outcomes)


def _interchange(file: str, interchange: "JudgedInterchange", writer: RecordWriter, terminal: "Terminal") -> set[ExitStatus]:
    from gateway.cli.examination import findings_of
    from gateway.cli.finding_text import tell_finding

    outcomes = {ExitStatus.SUCCESS if interchange.valid else ExitStatus.INVALID}
    for document in interchange.documents:
        if document.canonical is not None:
            writer.write(document_record(file, document))
        elif document.valid:
            words = f"{file}: {_spoken(document)} has no canonical form yet; `gateway parse` shows what it holds"
            terminal.tell(words)
            outcomes.add(ExitStatus.SOME_FAILED)
    if not interchange.valid:
        for finding, about in findings_of(interchange):
            tell_finding(terminal, file, finding, document=_spoken(about) if about else None)
        for document in interchange.documents:
            if not document.valid:
                terminal.tell((f"{file}: ", "bold"), f"{_spoken(document)}: ", ("not translated, it is invalid", "error"))
    return outcomes


def document_record(file: str, document: "JudgedDocument") -> dict[str, Any]:
    """The object that is written for a document; `canonical` holds the bytes' own JSON, numbers that matter are strings."""
    return {
        "file": file,
        "document": document.name,
        "type": document.type,
        "version": document.version,
        "control_number": document.control_number,
        "canonical": json.loads(document.canonical or b"null"),
    }


def _spoken(document: "JudgedDocument") -> str:
    return f"{document.type} {document.version} {document.control_number}"
