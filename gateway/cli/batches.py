"""`gateway batches`: bulk replays and redeliveries, what they were asked for and how far they are."""

import asyncio
from typing import TYPE_CHECKING, Annotated
from uuid import UUID

import typer

from gateway.cli.batch_talk import (
    COLUMNS,
    By,
    Detach,
    Expect,
    Manner,
    actor,
    counts_text,
    ended,
    follow,
    show_item,
    show_plan,
)
from gateway.cli.exit_status import ExitStatus
from gateway.cli.failure import CommandFailed
from gateway.cli.options import AsJson, Config, Output, Wide, chosen, terminal_of
from gateway.cli.records import Format, write_records

if TYPE_CHECKING:
    from gateway.cli.batch_talk import Json
    from gateway.cli.terminal import Terminal

EXAMPLES = {
    "list": """
    gateway batches list                or without `list`
    gateway batches --state running
    """,
    "show": """
    gateway batches show 0a4f5a3f2b10
    gateway batches show 0a4f5a3f2b10 --state failed -o csv
    """,
    "confirm": """
    gateway batches confirm 0a4f5a3f2b10 --expect 128
    """,
    "cancel": """
    gateway batches cancel 0a4f5a3f2b10
    """,
}

Named = Annotated[str, typer.Argument(metavar="BATCH", help="A batch's id, or the end of it.", show_default=False)]
State = Annotated[list[str] | None, typer.Option("--state", help="Only in this state; may be given several times.")]
Limit = Annotated[int, typer.Option("--limit", "-n", min=1, max=10_000, help="At most so many.")]
After = Annotated[int, typer.Option("--after", min=0, help="Go on after this item.")]

ITEM_COLUMNS = (
    "ordinal",
    "state",
    "subject",
    "transmission",
    "run",
    "partner",
    "name",
    "target",
    "took",
    "outcome",
    "settled_at",
)


def list(  # noqa: A001 - the command's name
    context: typer.Context,
    state: State = None,
    limit: Limit = 50,
    wide: Wide = False,
    config: Config = "routes.toml",
    output: Output = Format.TEXT,
    as_json: AsJson = False,
) -> int:
    """List batches, the newest first: what was asked for, by whom, how far it is."""
    from gateway.cli.running import bootstrap
    from gateway.cli.screen import Column, show_table
    from gateway.cli.times import moment_text

    terminal, form = terminal_of(context), chosen(output, as_json=as_json)
    found = asyncio.run(bootstrap().batches(config, states=state or (), limit=limit))
    if form is not Format.TEXT:
        write_records(terminal, form, found, columns=COLUMNS)
        return ExitStatus.SUCCESS
    if not found:
        terminal.tell("No batches. Plan one: gateway replay QUERY --reason WHY --dry-run")
        return ExitStatus.SUCCESS
    rows = [
        (
            moment_text(view["planned_at"]),
            view["action"],
            view["filter"] if wide else view["filter"][:40],
            view["state"],
            counts_text(view["items"]),
            view["planned_by"],
            (view["id"] if wide else view["id"][-12:], "faint"),
        )
        for view in found
    ]
    show_table(terminal, [Column(title) for title in ("PLANNED", "ACTION", "FILTER", "STATE", "ITEMS", "BY", "ID")], rows)
    terminal.tell("One of them: gateway batches show ID")
    return ExitStatus.SUCCESS


def show(
    context: typer.Context,
    named: Named,
    state: State = None,
    limit: Limit = 50,
    after: After = 0,
    config: Config = "routes.toml",
    output: Output = Format.TEXT,
    as_json: AsJson = False,
) -> int:
    """Show a batch: its plan, how far it is, and what became of its items."""
    from gateway.cli.running import bootstrap

    terminal, form = terminal_of(context), chosen(output, as_json=as_json)
    view = asyncio.run(bootstrap().batch(config, named))
    items = asyncio.run(bootstrap().batch_items(config, UUID(view["id"]), states=state or (), after=after, limit=limit))
    if form is not Format.TEXT:
        write_records(terminal, form, items, columns=ITEM_COLUMNS)
        return ExitStatus.SUCCESS
    _describe(terminal, view)
    for item in items:
        show_item(terminal, item)
    if len(items) == limit:
        terminal.tell(f"More: gateway batches show {view['id']} --after {items[-1]['ordinal']}")
    return ExitStatus.SUCCESS


def confirm(
    context: typer.Context,
    named: Named,
    expect: Expect = None,
    detach: Detach = False,
    by: By = "",
    config: Config = "routes.toml",
    output: Output = Format.TEXT,
    as_json: AsJson = False,
) -> int:
    """Let a planned batch run, or go on with one whose first few have ended. --expect says how many are left to do."""
    from gateway.cli.running import bootstrap

    terminal = terminal_of(context)
    view = asyncio.run(bootstrap().batch(config, named))
    left = int(view["items"].get("planned", 0))
    if expect is None:
        _describe(terminal, view)
        remedy = f"gateway batches confirm {view['id']} --expect {left}"
        raise CommandFailed("say how many are to be done", where=view["id"], remedy=remedy, status=ExitStatus.USAGE)
    who = actor(by)
    asyncio.run(bootstrap().confirm_batch(config, UUID(view["id"]), expect=expect, by=who))
    end = follow(terminal, view["id"], Manner(config=config, by=who, yes=True, detach=detach))
    return ended(terminal, chosen(output, as_json=as_json), end)


def cancel(context: typer.Context, named: Named, by: By = "", config: Config = "routes.toml") -> int:
    """Do nothing more of a batch. What has begun ends by itself."""
    from gateway.cli.running import bootstrap

    view = asyncio.run(bootstrap().batch(config, named))
    number = asyncio.run(bootstrap().cancel_batch(config, UUID(view["id"]), by=actor(by)))
    terminal_of(context).tell(f"Cancelled: {number} of {view['count']} are not done.")
    return ExitStatus.SUCCESS


def _describe(terminal: "Terminal", view: "Json") -> None:
    from gateway.cli.times import moment_text

    terminal.line((f"{view['action']} {view['id']}", "bold"), f"  {view['state']}: {counts_text(view['items'])}")
    terminal.line(f"  {view['filter']}")
    if route := (view.get("options") or {}).get("route"):
        terminal.line(f"  by the route {route}")
    terminal.line(f"  planned by {view['planned_by']} at {moment_text(view['planned_at'])}: {view['reason']}")
    if view.get("confirmed_by"):
        terminal.line(f"  confirmed by {view['confirmed_by']} at {moment_text(view['confirmed_at'])}, {view['rate']:g} a second")
    show_plan(terminal, view)
