"""`gateway check`: whether routes.toml is right."""

import os
from collections.abc import Iterable, Sequence
from enum import StrEnum
from typing import TYPE_CHECKING, Annotated, Any
from urllib.parse import quote

import typer

from gateway.cli.exit_status import ExitStatus
from gateway.cli.options import AsJson, terminal_of
from gateway.cli.records import Format, write_records
from gateway.cli.terminal import Terminal, printable

if TYPE_CHECKING:
    from gateway.config.report import Item

EXAMPLES = {
    "check": """
    gateway check
    gateway check routes.toml --deny-warnings
    gateway check -o github            for annotations in a pull request
    """
}

COLUMNS = ("file", "line", "column", "code", "severity", "name", "message", "remedy")


class CheckFormat(StrEnum):
    """How complaints are written: the usual formats, SARIF 2.1.0, and GitHub's workflow commands."""

    TEXT = "text"
    JSON = "json"
    JSONL = "jsonl"
    CSV = "csv"
    SARIF = "sarif"
    GITHUB = "github"


File = Annotated[str, typer.Argument(metavar="[FILE]", envvar="GATEWAY_CONFIG", help="The configuration.")]
Output = Annotated[CheckFormat, typer.Option("--output", "-o", help="How to write the result.")]
DenyWarnings = Annotated[bool, typer.Option("--deny-warnings", help="Let warnings fail the check, too.")]


def check(
    context: typer.Context,
    file: File = "routes.toml",
    output: Output = CheckFormat.TEXT,
    as_json: AsJson = False,
    deny_warnings: DenyWarnings = False,
) -> int:
    """Check routes.toml and what it includes: syntax, keys, references, secrets, routes that can never match. Offline.

    Each complaint is `file:line:column CODE message` with what to do below it. Exit status 78 when the configuration cannot
    be used.
    """
    from pathlib import Path

    from gateway.config import lint

    terminal = terminal_of(context)
    report = lint(Path(file), terminal.environ)
    records = [record(item, folder=os.path.dirname(file)) for item in report.items]
    write(records, CheckFormat.JSON if as_json and output is CheckFormat.TEXT else output, terminal, file=file)
    refused = bool(report.errors) or (deny_warnings and bool(report.warnings))
    return ExitStatus.CONFIGURATION if refused else ExitStatus.SUCCESS


def record(item: "Item", *, folder: str) -> dict[str, Any]:
    """A complaint as JSON; `file` as seen from the working folder, lines and columns from 1."""
    return {
        "file": os.path.normpath(os.path.join(folder, item.file)),
        "line": item.line,
        "column": item.column,
        "code": item.code,
        "severity": item.severity,
        "name": item.name,
        "message": item.message,
        "remedy": item.remedy,
    }


def write(records: Sequence[dict[str, Any]], form: CheckFormat, terminal: Terminal, *, file: str) -> None:
    """Write complaints in a format."""
    match form:
        case CheckFormat.TEXT:
            _show(records, terminal, file=file)
        case CheckFormat.SARIF:
            terminal.json(sarif(records))
        case CheckFormat.GITHUB:
            for line in github(records):
                terminal.line(line)
        case _:
            write_records(terminal, Format(form.value), records, columns=COLUMNS)


def _show(records: Iterable[dict[str, Any]], terminal: Terminal, *, file: str) -> None:
    counts = {"error": 0, "warning": 0}
    for complaint in records:
        counts[complaint["severity"]] += 1
        place = f"{complaint['file']}:{complaint['line']}:{complaint['column']} "
        terminal.line((place, "bold"), (complaint["code"], complaint["severity"]), f" {complaint['message']}")
        terminal.line("    ", (complaint["remedy"], "faint"))
    if any(counts.values()):
        words = [f"{count} {severity}{'' if count == 1 else 's'}" for severity, count in counts.items()]
        terminal.tell(f"{file}: {', '.join(words)}.")
    else:
        terminal.tell(f"{file}: ", ("nothing to complain of", "good"), ". Start it: gateway run")


def sarif(records: Sequence[dict[str, Any]]) -> dict[str, Any]:
    """The complaints as a SARIF 2.1.0 log."""
    rules = {complaint["code"]: complaint for complaint in records}
    driver = {
        "name": "gateway check",
        "rules": [{"id": code, "name": rule["name"], "help": {"text": rule["remedy"]}} for code, rule in sorted(rules.items())],
    }
    return {
        "$schema": "https://json.schemastore.org/sarif-2.1.0.json",
        "version": "2.1.0",
        "runs": [{"tool": {"driver": driver}, "columnKind": "unicodeCodePoints", "results": [_sarif_result(c) for c in records]}],
    }


def _sarif_result(complaint: dict[str, Any]) -> dict[str, Any]:
    region = {"startLine": complaint["line"], "startColumn": complaint["column"]}
    place = {"artifactLocation": {"uri": quote(complaint["file"])}, "region": region}
    return {
        "ruleId": complaint["code"],
        "level": complaint["severity"],
        "message": {"text": _advice(complaint)},
        "locations": [{"physicalLocation": place}],
    }


def github(records: Iterable[dict[str, Any]]) -> Iterable[str]:
    """The complaints as workflow commands, which GitHub shows at the lines of a pull request."""
    for complaint in records:
        place = f"file={_property(complaint['file'])},line={complaint['line']},col={complaint['column']}"
        title = _property(f"{complaint['code']} {complaint['name']}")
        yield f"::{complaint['severity']} {place},title={title}::{_data(_advice(complaint))}"


def _advice(complaint: dict[str, Any]) -> str:
    end = "" if complaint["message"].endswith((".", "?", "!")) else "."
    return f"{complaint['message']}{end} {complaint['remedy']}"


def _data(text: str) -> str:
    return printable(text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A"))


def _property(text: str) -> str:
    return _data(text).replace(":", "%3A").replace(",", "%2C")
