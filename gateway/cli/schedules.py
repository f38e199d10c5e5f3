"""`gateway schedules`: what is done at times of the clock."""

import getpass
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Annotated, Any

import typer

from gateway.cli.exit_status import ExitStatus
from gateway.cli.options import AsJson, Config, Output, chosen, terminal_of
from gateway.cli.records import Format, write_records

if TYPE_CHECKING:
    from gateway.cli.terminal import Terminal

EXAMPLES = {
    "list": """
    gateway schedules list
    gateway schedules list -o json
    """,
    "history": """
    gateway schedules history
    gateway schedules history nightly --limit 5
    """,
    "run": """
    gateway schedules run nightly
    """,
}

Which = Annotated[str, typer.Argument(metavar="[SCHEDULE]", help="Only the runs of this one.", show_default=False)]
Schedule = Annotated[str, typer.Argument(metavar="SCHEDULE", help="The schedule.", show_default=False)]
Limit = Annotated[int, typer.Option("--limit", min=1, max=10_000, help="So many runs at most.")]
By = Annotated[str, typer.Option("--by", help="Who asks for it, for the history.", show_default="your login")]
Wait = Annotated[float, typer.Option("--wait", min=0, metavar="SECONDS", help="Wait so long for its end.")]

LIST_COLUMNS = ("id", "cron", "timezone", "run", "owner", "next", "last", "state")
RUN_COLUMNS = (
    "id",
    "schedule",
    "due",
    "state",
    "actor",
    "skipped",
    "attempt",
    "node",
    "started_at",
    "ended_at",
    "result",
    "message",
)


def list(  # noqa: A001 - the command's name
    context: typer.Context, config: Config = "routes.toml", output: Output = Format.TEXT, as_json: AsJson = False
) -> int:
    """List the schedules: when they are due next, and how their last runs ended."""
    import asyncio

    from gateway.cli.running import bootstrap

    found = asyncio.run(bootstrap().listed_schedules(config))
    return _written(context, chosen(output, as_json=as_json), found, LIST_COLUMNS)


def history(
    context: typer.Context,
    schedule: Which = "",
    limit: Limit = 20,
    config: Config = "routes.toml",
    output: Output = Format.TEXT,
    as_json: AsJson = False,
) -> int:
    """Show the last runs, the newest first: for which time, by whom, what came of them; and times that were left out."""
    import asyncio

    from gateway.cli.running import bootstrap

    found = asyncio.run(bootstrap().schedule_history(config, schedule or None, limit=limit))
    return _written(context, chosen(output, as_json=as_json), found, RUN_COLUMNS)


def run(
    context: typer.Context,
    schedule: Schedule,
    by: By = "",
    wait: Wait = 60.0,
    config: Config = "routes.toml",
    output: Output = Format.TEXT,
    as_json: AsJson = False,
) -> int:
    """Have a schedule run now, by a gateway that is running, and wait for its end."""
    import asyncio

    from gateway.cli.running import bootstrap

    view = asyncio.run(bootstrap().ask_for_run(config, schedule, actor=by or getpass.getuser(), within=wait))
    terminal = terminal_of(context)
    _written(context, chosen(output, as_json=as_json), [view], RUN_COLUMNS)
    if view["state"] == "asked":
        terminal.tell(("No gateway has begun it yet: it begins as soon as one runs.", "warning"))
    return ExitStatus.FAILED if view["state"] == "failed" else ExitStatus.SUCCESS


def _written(context: typer.Context, form: Format, found: Sequence[Mapping[str, Any]], columns: tuple[str, ...]) -> int:
    terminal = terminal_of(context)
    if form is Format.TEXT:
        _show(terminal, found)
    else:
        write_records(terminal, form, found, columns=columns)
    return ExitStatus.SUCCESS


def _show(terminal: "Terminal", found: Sequence[Mapping[str, Any]]) -> None:
    from gateway.cli.times import moment_text

    for one in found:
        if "cron" in one:
            following = moment_text(one["next"]) if one["next"] else "never"
            last = f"last {moment_text(one['last'])} {one['state']}" if one["last"] else "not run yet"
            terminal.line(
                (f"{one['id']:<20}", "bold"), f"  {one['cron']} {one['timezone']}: {one['run']}, next {following}; {last}"
            )
            continue
        by = f" for {one['actor']}" if one["actor"] else ""
        left_out = f", {one['skipped']} times left out" if one["skipped"] else ""
        outcome = one["message"] or (", ".join(f"{k} {v}" for k, v in one["result"].items()) if one["result"] else "")
        terminal.line(
            (f"{one['schedule']:<20}", "bold"), f"  {moment_text(one['due'])}{by}: {one['state']}{left_out}  {outcome}".rstrip()
        )
    if not found:
        terminal.tell("There is nothing.")
