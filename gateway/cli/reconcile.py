"""`gateway reconcile`: what two systems hold of the same thing, compared now."""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Annotated, Any

import typer

from gateway.cli.exit_status import ExitStatus
from gateway.cli.failure import CommandFailed
from gateway.cli.options import AsJson, Config, Output, chosen, terminal_of
from gateway.cli.records import Format, write_records

if TYPE_CHECKING:
    from gateway.cli.terminal import Terminal

EXAMPLES = {
    "reconcile": """
    gateway reconcile                           everything: as configured, and what the gateway finds by itself
    gateway reconcile odoo-orders --since 7d
    gateway reconcile processed acknowledged numbers -o csv > open.csv
    """
}

COLUMNS = ("reconciliation", "kind", "partner", "key", "line", "what", "left", "right", "since", "age", "message", "suggestion")
Names = Annotated[
    list[str] | None, typer.Argument(metavar="[NAME]...", help="Reconciliations; default: all.", show_default=False)
]
Since = Annotated[
    str, typer.Option("--since", metavar="TIME", help="Look back so far only, as 7d: failures are left as they are.")
]


def reconcile(
    context: typer.Context,
    names: Names = None,
    since: Since = "",
    config: Config = "routes.toml",
    output: Output = Format.TEXT,
    as_json: AsJson = False,
) -> int:
    """Compare now, and list what differs, how old that is, and what to do. Ends with 3 when anything does.

    What differs becomes a failure with an owner, and what differs no more is over. `processed`, `acknowledged` and `numbers` are
    known to the gateway itself: received and not processed, sent and not accepted, counted and not there.
    """
    import asyncio

    from gateway.cli.running import bootstrap
    from gateway.config.quantities import duration

    try:
        back = duration(since) if since else None
    except ValueError as error:
        raise CommandFailed(str(error), where="--since", remedy="Write it as 7d or 12h.") from error
    made = asyncio.run(bootstrap().make_reconciliations(config, names or [], back=back))
    terminal, form = terminal_of(context), chosen(output, as_json=as_json)
    failed = [(name, found) for name, found in made if isinstance(found, Exception)]
    records = [_record(one) for _, found in made if not isinstance(found, Exception) for one in found]
    if form is Format.TEXT:
        _show(terminal, records, [name for name, found in made if not isinstance(found, Exception)])
    else:
        write_records(terminal, form, records, columns=COLUMNS)
    for name, problem in failed:
        terminal.tell((f"{name} could not be made: {problem} {getattr(problem, 'remedy', '')}".strip(), "warning"))
    if failed:
        return ExitStatus.UNAVAILABLE
    return ExitStatus.SOME_FAILED if records else ExitStatus.SUCCESS


def _record(found: Any) -> Mapping[str, Any]:
    one = found.difference
    view = {name: getattr(one, name) for name in ("partner", "key", "line", "what", "left", "right")}
    since = one.since.astimezone(UTC).isoformat(timespec="seconds") if one.since else None
    age = int((datetime.now(UTC) - one.since).total_seconds()) if one.since else None
    own = {"reconciliation": found.reconciliation, "kind": one.kind.value, "since": since, "age": age}
    return {**own, **view, "message": found.message, "suggestion": found.suggestion}


def _show(terminal: "Terminal", records: list[Mapping[str, Any]], made: list[str]) -> None:
    from gateway.cli.times import duration_text

    for name in made:
        mine = [record for record in records if record["reconciliation"] == name]
        terminal.line((name, "bold"), f"  {len(mine)} differences" if len(mine) != 1 else "  1 difference")
        for record in mine:
            age = f"  ({duration_text(record['age'])} old)" if record["age"] is not None else ""
            terminal.line(f"  {record['message']}{age}")
            terminal.line(" " * 4, (record["suggestion"], "faint"))
    if not records:
        terminal.tell("Nothing differs.")
