"""`gateway audit`: who did what, and whether anybody has changed what is written about it."""

import re
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Annotated, Any

import typer

from gateway.cli.exit_status import ExitStatus
from gateway.cli.options import AsJson, Config, Output, chosen, since, terminal_of
from gateway.cli.records import Format, write_records

if TYPE_CHECKING:
    from gateway.cli.terminal import Terminal
    from gateway.ports.access import Head, Verified

EXAMPLES = {
    "list": """
    gateway audit                       or: gateway audit list
    gateway audit --actor ada --after 7d
    gateway audit --action signed_in -o csv
    gateway audit --subject 0193a5c2-7e1b-7c44-9d7e-0a4f5a3f2b10 -o json
    """,
    "verify": """
    gateway audit verify
    gateway audit verify --noted 18204:9c0b6f…
    gateway audit verify -o json
    """,
}

Actor = Annotated[str, typer.Option("--actor", help="Only what this account, or login, did.", show_default=False)]
Action = Annotated[str, typer.Option("--action", help="Only this: signed_in, account_changed, purged …", show_default=False)]
Subject = Annotated[str, typer.Option("--subject", help="Only what was done to this: an id, a name.", show_default=False)]
After = Annotated[str, typer.Option("--after", metavar="TIME", help="Only since then: 7d, 2026-11-21.", show_default=False)]
Before = Annotated[str, typer.Option("--before", metavar="TIME", help="Only until then.", show_default=False)]
Limit = Annotated[int, typer.Option("--limit", "-n", min=1, max=100_000, help="At most so many.")]
Noted = Annotated[
    str,
    typer.Option("--noted", metavar="SEAL", help="A seal that an earlier check wrote: it must be there.", show_default=False),
]

COLUMNS = ("id", "at", "actor", "action", "subject", "detail", "sealed")
BROKEN_COLUMNS = ("line", "what")


def list(  # noqa: A001 - the command's name
    context: typer.Context,
    actor: Actor = "",
    action: Action = "",
    subject: Subject = "",
    after: After = "",
    before: Before = "",
    limit: Limit = 50,
    config: Config = "routes.toml",
    output: Output = Format.TEXT,
    as_json: AsJson = False,
) -> int:
    """List who did what to what, the newest first."""
    import asyncio

    from gateway.cli.running import bootstrap

    terminal, form = terminal_of(context), chosen(output, as_json=as_json)
    begin, end = since(after), since(before)
    wanted = {
        "actor": actor,
        "action": action,
        "subject": subject,
        "after": begin.isoformat() if begin else "",
        "until": end.isoformat() if end else "",
    }
    found = asyncio.run(bootstrap().audit_lines(config, wanted, limit=limit))
    if form is Format.TEXT:
        _show(terminal, found)
        return ExitStatus.SUCCESS
    write_records(terminal, form, found, columns=COLUMNS)
    return ExitStatus.SUCCESS


def verify(
    context: typer.Context,
    noted: Noted = "",
    config: Config = "routes.toml",
    output: Output = Format.TEXT,
    as_json: AsJson = False,
) -> int:
    """Check each line against its seal; ends with 1 and where it breaks if anything was changed, removed or slipped in.

    The last seal is written: noted elsewhere, and given by --noted later, it proves that the chain was not made anew meanwhile.
    """
    import asyncio

    from gateway.cli.running import bootstrap

    terminal, form = terminal_of(context), chosen(output, as_json=as_json)
    found: Verified = asyncio.run(bootstrap().verify_audit(config, _head(noted)))
    if form is Format.TEXT:
        _tell(terminal, found)
    else:
        _write(terminal, form, found)
    return ExitStatus.FAILED if found.broken else ExitStatus.SUCCESS


def _head(text: str) -> "Head | None":
    from gateway.ports.access import Head

    if not text:
        return None
    seal = re.fullmatch(r"(\d{1,18}):([0-9a-f]{64})", text.strip().lower())
    if seal is None:
        raise typer.BadParameter(f"{text!r} is no seal; write it as `gateway audit verify` did.")
    return Head(int(seal[1]), seal[2])


def _write(terminal: "Terminal", form: Format, found: "Verified") -> None:
    broken = [{"line": one.line, "what": one.what} for one in found.broken]
    if form is Format.JSON:
        since_ = found.waiting_since.isoformat() if found.waiting_since else None
        head = str(found.head) if found.head else None
        terminal.json(
            {"lines": found.lines, "waiting": found.waiting, "waiting_since": since_, "seal": head, "broken": broken}
        )  # fmt: skip
        return
    write_records(terminal, form, broken, columns=BROKEN_COLUMNS)


def _tell(terminal: "Terminal", found: "Verified") -> None:
    from gateway.cli.times import moment_text

    for one in found.broken:
        terminal.line((f"line {one.line}: " if one.line else "", "error"), one.what)
    terminal.line(f"{found.lines} {'line holds' if found.lines == 1 else 'lines hold'}", (_state(found), _tone(found)))
    if found.waiting:
        terminal.line(f"{found.waiting} wait for their seal, since {moment_text(found.waiting_since)}")
    if found.head:
        terminal.line(f"the last seal is {found.head}")
        terminal.tell(f"Note it elsewhere; later: gateway audit verify --noted {found.head}")


def _state(found: "Verified") -> str:
    return f", {len(found.broken)} {'place does' if len(found.broken) == 1 else 'places do'} not" if found.broken else ""


def _tone(found: "Verified") -> str:
    return "error" if found.broken else ""


def _show(terminal: "Terminal", found: Sequence[Mapping[str, Any]]) -> None:
    from gateway.cli.screen import Column, show_table
    from gateway.cli.terminal import json_text
    from gateway.cli.times import moment_text

    if not found:
        terminal.tell("Nothing of this is written down.")
        return
    rows = [
        (
            moment_text(one["at"]),
            str(one["actor"]),
            str(one["action"]).replace("_", " "),
            str(one["subject"]),
            json_text(one["detail"]) if one["detail"] else "",
        )
        for one in found
    ]
    show_table(terminal, [Column(title) for title in ("AT", "WHO", "DID", "TO", "DETAIL")], rows)
