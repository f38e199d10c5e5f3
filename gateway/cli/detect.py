"""`gateway detect`: what files hold."""

from collections import Counter
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

import typer

from gateway.cli.exit_status import ExitStatus
from gateway.cli.options import AsJson, Files, Output, chosen, terminal_of
from gateway.cli.records import Format, RecordWriter

if TYPE_CHECKING:
    from gateway.cli.examination import JudgedInterchange
    from gateway.cli.files import Read
    from gateway.cli.terminal import Terminal

EXAMPLES = {
    "detect": """
    gateway detect order.edi
    gateway detect inbox/ -o csv
    curl -s https://partner.example/order | gateway detect -
    """
}

COLUMNS = (
    "file",
    "family",
    "version",
    "sender",
    "receiver",
    "control_number",
    "test",
    "prepared",
    "documents",
    "characters",
    "bytes",
)
_FAMILIES = {"x12": "X12", "edifact": "EDIFACT"}


def detect(context: typer.Context, files: Files, output: Output = Format.TEXT, as_json: AsJson = False) -> int:
    """Say what files hold: format and version, sender and receiver, control number, separators, documents by type, characters.

    Exit status 5 when a file holds no interchange, 3 when a file could not be read (1 when none could). `-o json` and
    `-o jsonl` write one object per file, `-o csv` one row per interchange.
    """
    from gateway.cli.offline import work_through

    terminal = terminal_of(context)
    form = chosen(output, as_json=as_json)
    if form is Format.TEXT:
        return work_through(files, lambda file: _show(describe(file.name, file.data), terminal), terminal=terminal)
    with RecordWriter(terminal, form, columns=COLUMNS) as writer:
        return work_through(files, lambda file: _record(file, writer, form), terminal=terminal)


def describe(name: str, data: bytes) -> dict[str, Any]:
    """What a file holds, as the JSON object of `-o json`. `family` is None when there is no interchange in it."""
    from gateway.cli.examination import characters_of, examine
    from gateway.cli.finding_text import finding_record
    from translators.finding import Finding

    interchanges: list[dict[str, Any]] = []
    outside: list[dict[str, Any]] = []
    for event in examine(data):
        if isinstance(event, Finding):
            outside.append(finding_record(event))
        else:
            interchanges.append(_interchange(event))
    families = sorted({interchange["family"] for interchange in interchanges})
    return {
        "file": name,
        "family": families[0] if len(families) == 1 else "mixed" if families else None,
        "bytes": len(data),
        "characters": characters_of(data),
        "interchanges": interchanges,
        "findings": outside,
    }


def _interchange(interchange: "JudgedInterchange") -> dict[str, Any]:
    envelope = interchange.envelope
    return {
        "family": envelope.family.value,
        "version": envelope.version,
        "sender": str(envelope.sender),
        "receiver": str(envelope.receiver),
        "control_number": envelope.control_number,
        "test": envelope.test,
        "prepared": envelope.prepared,
        "acknowledgement_requested": envelope.acknowledgement_requested,
        "offset": envelope.offset,
        "separators": asdict(envelope.separators),
        "groups": len(interchange.groups),
        "documents": dict(Counter(f"{document.type} {document.version}".rstrip() for document in interchange.documents)),
    }


def _record(file: "Read", writer: RecordWriter, form: Format) -> ExitStatus:
    found = describe(file.name, file.data)
    if form is Format.CSV:
        for interchange in found["interchanges"] or [{}]:
            writer.write({**found, **interchange, "documents": _documents(interchange.get("documents", {}))})
    else:
        writer.write(found)
    return ExitStatus.SUCCESS if found["family"] else ExitStatus.INVALID


def _show(found: dict[str, Any], terminal: "Terminal") -> ExitStatus:
    terminal.line((found["file"], "bold"), f": {found['bytes']} bytes, {found['characters']}")
    for interchange in found["interchanges"]:
        _show_interchange(interchange, terminal)
    for finding in found["findings"]:
        terminal.line(f"  byte {finding['offset']}: ", (finding["message"], "warning"))
        terminal.line("    ", (finding["remedy"], "faint"))
    return ExitStatus.SUCCESS if found["family"] else ExitStatus.INVALID


def _show_interchange(interchange: dict[str, Any], terminal: "Terminal") -> None:
    name = _FAMILIES[interchange["family"]]
    test = ", test" if interchange["test"] else ""
    terminal.line("  ", (f"{name} {interchange['version']}", "info"), f" interchange {interchange['control_number']}{test}")
    rows = {
        "from": interchange["sender"],
        "to": interchange["receiver"],
        "prepared": interchange["prepared"],
        "separators": "  ".join(f"{role} {mark!r}" for role, mark in interchange["separators"].items() if mark),
        "documents": _documents(interchange["documents"]) or "none",
    }
    for label, value in rows.items():
        terminal.line((f"    {label:<11}", "faint"), value)


def _documents(counts: dict[str, int]) -> str:
    return ", ".join(f"{name} ({number} times)" if number > 1 else name for name, number in counts.items())
