"""Findings as people and programs read them on the command line."""

from typing import Any

from gateway.cli.terminal import Span, Terminal
from translators.finding import Finding

_TONES = {"error": "error", "warning": "warning", "info": "info"}


def finding_record(finding: Finding, *, document: str | None = None) -> dict[str, Any]:
    """A finding as JSON. `segment` is the tag, `position` the segment's number in its document, `offset` counts bytes."""
    place = finding.position
    return {
        "code": finding.code.value,
        "severity": finding.severity.value,
        "message": finding.message,
        "segment": place.tag,
        "position": place.segment,
        "element": place.element,
        "component": place.component,
        "offset": place.offset,
        "repetition": place.repetition,
        "level": finding.level.value,
        "document": document,
        "expected": finding.expected,
        "actual": finding.actual,
        "remedy": finding.remedy,
    }


def place_text(finding: Finding) -> str:
    """Where a finding is, in the words of the standards: `segment 5 BEG, element 3, component 1 (byte 120)`."""
    place = finding.position
    words = []
    if place.segment is not None:
        words.append(f"segment {place.segment} {place.tag or ''}".rstrip())
    elif place.tag:
        words.append(place.tag)
    for name in ("element", "component", "repetition"):
        number = getattr(place, name)
        if number is not None:
            words.append(f"{name} {number}")
    where = ", ".join(words)
    return f"{where} (byte {place.offset})" if where else f"byte {place.offset}"


def show_finding(terminal: Terminal, file: str, finding: Finding, *, document: str | None = None) -> None:
    """A finding on standard output: its place, what is wrong, what was there, what to do."""
    for spans in finding_lines(file, finding, document=document):
        terminal.line(*spans)


def tell_finding(terminal: Terminal, file: str, finding: Finding, *, document: str | None = None) -> None:
    """The same on standard error, where findings are not the result."""
    for spans in finding_lines(file, finding, document=document):
        terminal.tell(*spans)


def finding_lines(file: str, finding: Finding, *, document: str | None = None) -> list[tuple[Span, ...]]:
    """The lines of a finding."""
    subject = f" in {document}" if document else ""
    severity = finding.severity.value
    lines: list[tuple[Span, ...]] = [
        (
            (f"{file}: {place_text(finding)}{subject}: ", "bold"),
            (severity, _TONES[severity]),
            f" {finding.code.value}: {finding.message}",
        )
    ]
    there = [
        f"{word} {value}"
        for word, value in (("expected", finding.expected), ("found", _quoted(finding.actual)))
        if value is not None
    ]
    if there:
        lines.append(("    ", ", ".join(there)))
    if severity != "info":
        lines.append(("    ", (finding.remedy, "faint")))
    return lines


def _quoted(value: str | None) -> str | None:
    return None if value is None else f'"{value}"'
