"""`gateway orders`: orders by state and partner, and those that are late."""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Annotated, Any
from uuid import UUID

import typer

from gateway.cli.exit_status import ExitStatus
from gateway.cli.failure import CommandFailed
from gateway.cli.options import AsJson, Config, Output, Wide, chosen, terminal_of
from gateway.cli.records import Format, write_records

if TYPE_CHECKING:
    from gateway.cli.terminal import Span, Terminal

EXAMPLES = {
    "orders": """
    gateway orders                      the newest
    gateway orders --late               those that a deadline of routes.toml was missed for
    gateway orders --likely-late        those that will likely be late, and why
    gateway orders --likely-late --summary --partner bigbox
    gateway orders --state held --state back_ordered
    gateway orders --partner bigbox -o csv
    """
}

COLUMNS = ("id", "partner", "number", "test", "state", "version", "created_at", "changed_at", "waiting", "refused", "late")
Late = Annotated[bool, typer.Option("--late", help="Those that something did not happen to in time.")]
LikelyLate = Annotated[
    bool, typer.Option("--likely-late", help="Those that will likely be late, from how long the same took before.")
]
Summary = Annotated[bool, typer.Option("--summary", help="With --likely-late: a text for each customer, to be sent.")]
State = Annotated[list[str] | None, typer.Option("--state", help="Only in this state; may be given several times.")]
Partner = Annotated[list[str] | None, typer.Option("--partner", help="Only of this partner; may be given several times.")]
Limit = Annotated[int, typer.Option("--limit", "-n", min=1, max=1000, help="At most so many.")]
Before = Annotated[str, typer.Option("--before", metavar="ID", help="Go on after this id, the last one of the list before.")]


def orders(
    context: typer.Context,
    late: Late = False,
    likely_late: LikelyLate = False,
    summary: Summary = False,
    state: State = None,
    partner: Partner = None,
    limit: Limit = 50,
    before: Before = "",
    wide: Wide = False,
    config: Config = "routes.toml",
    output: Output = Format.TEXT,
    as_json: AsJson = False,
) -> int:
    """List orders, the newest first: their state, what waits or was refused of what was said of them, what is late."""
    import asyncio

    from gateway.cli.likely_late import show_likely_late
    from gateway.cli.running import bootstrap
    from gateway.domain.order.lifecycle import ORDER_STATES

    terminal, form = terminal_of(context), chosen(output, as_json=as_json)
    if likely_late:
        return show_likely_late(terminal, config, partners=partner or (), form=form, summary=summary)
    if unknown := [one for one in state or () if one not in ORDER_STATES]:
        raise CommandFailed("no order is ever in this state", where=unknown[0], remedy=f"States are {', '.join(ORDER_STATES)}.")
    wanted = {"states": state or (), "partners": partner or (), "late": late, "limit": limit}
    found = asyncio.run(bootstrap().list_orders(config, before=UUID(before) if before else None, **wanted))
    if form is not Format.TEXT:
        write_records(terminal, form, found, columns=COLUMNS)
        return ExitStatus.SUCCESS
    _show(terminal, found, late=late, limit=limit, wide=wide)
    return ExitStatus.SUCCESS


def _show(terminal: "Terminal", found: Sequence[Mapping[str, Any]], *, late: bool, limit: int, wide: bool) -> None:
    from gateway.cli.screen import Column, show_table

    if not found:
        nothing = "Nothing is late. What must happen by when is a [[deadline]] in routes.toml."
        terminal.tell(nothing if late else "No orders there.")
        return
    titles = ("SINCE", "PARTNER", "ORDER", "STATE", "CHANGED", "WAITING", "REFUSED", "LATE", "ID")
    columns = [Column(title, number=title in ("WAITING", "REFUSED")) for title in titles]
    show_table(terminal, columns, [_row(view, wide=wide) for view in found])
    more = f"More: gateway orders --before {found[-1]['id']}. " if len(found) == limit else ""
    terminal.tell(f"{more}One of them: gateway order {found[0]['number']}")


def _row(view: Mapping[str, Any], *, wide: bool) -> "Sequence[Span]":
    from gateway.cli.order_story import state_phrase
    from gateway.cli.times import moment_text

    refused = int(view.get("refused") or 0)
    return (
        moment_text(view.get("created_at")),
        str(view.get("partner")),
        f"{view.get('number')}{' test' if view.get('test') else ''}",
        state_phrase(view.get("state")),
        moment_text(view.get("changed_at")),
        str(view.get("waiting") or ""),
        (str(refused or ""), "error"),
        (", ".join(view.get("late") or ()), "error"),
        (str(view["id"]) if wide else str(view["id"])[-12:], "faint"),
    )
