"""`gateway shadow`: this gateway beside another one, until both would send the same."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Annotated, Any

import typer

from gateway.cli.exit_status import ExitStatus
from gateway.cli.options import AsJson, Config, Output, chosen, since, terminal_of
from gateway.cli.records import Format, write_records

if TYPE_CHECKING:
    from gateway.cli.terminal import Terminal

EXAMPLES = {
    "compare": """
    gateway shadow compare bigbox legacy/sent/2026-11-21
    gateway shadow compare bigbox legacy/sent --since 2d --set-aside "lines[].item.name"
    """,
    "status": """
    gateway shadow status bigbox
    gateway shadow status bigbox -o json
    """,
}

COLUMNS = ("name", "identity", "state", "legacy", "differences")
_TONES = {"same": "good", "different": "error", "only_ours": "warning", "only_legacy": "warning"}

Partner = Annotated[str, typer.Argument(metavar="PARTNER", help="The partner's id in routes.toml.", show_default=False)]
Sent = Annotated[
    list[str], typer.Argument(metavar="FILE...", help="What the other gateway sent: files, or folders with all below.")
]
Since = Annotated[str, typer.Option("--since", metavar="TIME", help="Of ours, what is younger than this only: 2d, or a date.")]
SetAside = Annotated[
    list[str] | None, typer.Option("--set-aside", metavar="ELEMENT", help="An element that may differ; repeatable.")
]


def compare(
    context: typer.Context,
    partner: Partner,
    file: Sent,
    since_: Since = "",
    set_aside: SetAside = None,
    config: Config = "routes.toml",
    output: Output = Format.TEXT,
    as_json: AsJson = False,
) -> int:
    """Compare what the other gateway sent with what this one withheld: by meaning, document by document.

    The order of entries, how dates and numbers are written, control numbers and times are set aside. What came of it is kept:
    comparing a document again takes the place of the earlier comparison. Exit status 3 when something differs.
    """
    import asyncio
    from dataclasses import asdict

    from gateway.cli.files import Unreadable, each
    from gateway.cli.running import bootstrap

    terminal, form = terminal_of(context), chosen(output, as_json=as_json)
    unread, files = [], []
    for read in each(file, stdin=terminal.stdin):
        if isinstance(read, Unreadable):
            unread.append(read.name)
        else:
            files.append((read.name, read.data))
    made = asyncio.run(bootstrap().compare_shadow(config, partner, files, since=since(since_), set_aside=set_aside or []))
    records = [{**asdict(one), "state": one.state.value} for one in made.compared]
    if form is Format.TEXT:
        for record in records:
            _line(terminal, record)
        terminal.tell(f"All that differs, by element: gateway shadow status {partner}")
    else:
        write_records(terminal, form, records, columns=COLUMNS)
    for name in [*unread, *made.unread]:
        terminal.tell((f"{name}: no interchange can be read in it", "warning"))
    differs = any(record["state"] != "same" for record in records)
    return ExitStatus.SOME_FAILED if differs or unread or made.unread else ExitStatus.SUCCESS


def status(
    context: typer.Context,
    partner: Partner,
    config: Config = "routes.toml",
    output: Output = Format.TEXT,
    as_json: AsJson = False,
) -> int:
    """Show which agreements are in shadow, how many documents were the same, and what differs, grouped by element.

    Exit status 3 while something differs.
    """
    import asyncio

    from gateway.cli.running import bootstrap

    terminal, form = terminal_of(context), chosen(output, as_json=as_json)
    told = asyncio.run(bootstrap().shadow_status(config, partner))
    if form is Format.JSON:
        terminal.json(told)
    elif form is Format.TEXT:
        _show(terminal, told)
    else:
        write_records(terminal, form, told["differences"], columns=("document", "element", "documents", "ours", "legacy"))
    return ExitStatus.SUCCESS if told["ready"] or not told["documents"] else ExitStatus.SOME_FAILED


def _show(terminal: "Terminal", told: Mapping[str, Any]) -> None:
    for one in told["agreements"]:
        terminal.line(f"{one['agreement']}: ", ("in shadow", "warning") if one["shadow"] else ("served by this gateway", "good"))
    for one in told["documents"]:
        terminal.line(f"{one['count']:6} {one['document']} ", (one["state"].replace("_", " "), _TONES.get(one["state"], "")))
    for one in told["differences"]:
        where = f"{one['documents']:6} {one['document']} {one['element']}"
        terminal.line(f"{where}: ours {_quoted(one['ours'])}, the other {_quoted(one['legacy'])}")
    if not told["documents"]:
        terminal.tell(f"Nothing was compared yet. Next: gateway shadow compare {told['partner']} FOLDER")
    elif told["ready"]:
        terminal.tell("Nothing differs. Cut over agreement by agreement: shadow = false in routes.toml.")


def _line(terminal: "Terminal", record: Mapping[str, Any]) -> None:
    state = record["state"]
    named = f" {record['name']} {record['identity']} {record['legacy']}".rstrip()
    terminal.line((f"{state.replace('_', ' '):12}", _TONES[state]), named)
    for one in record["differences"]:
        terminal.line(f"             {one['path']}: ours {_quoted(one['ours'])}, the other {_quoted(one['legacy'])}")


def _quoted(value: str | None) -> str:
    return "has nothing" if value is None else f'"{value}"'
