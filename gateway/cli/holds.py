"""`gateway holds`: orders that wait before a warehouse: why, who answers for that, until when; and what people decide."""

import getpass
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Annotated, Any, Literal

import typer

from gateway.cli.exit_status import ExitStatus, of_items
from gateway.cli.failure import CommandFailed
from gateway.cli.options import AsJson, Config, Output, Wide, chosen, terminal_of
from gateway.cli.records import Format, write_records

if TYPE_CHECKING:
    from gateway.cli.terminal import Span, Terminal

EXAMPLES = {
    "list": """
    gateway holds list                  or without `list`: what holds orders now
    gateway holds --kind credit --owner finance
    gateway holds --order 4711 --all -o json
    """,
    "release": """
    gateway holds release 9f31c7 --reason "the customer has paid"
    """,
    "approve": """
    gateway holds approve 9f31c7 --reason "agreed with the sales manager"
    """,
    "refuse": """
    gateway holds refuse 9f31c7 --reason "no further credit"
    """,
}

COLUMNS = (
    "id", "state", "kind", "hold", "number", "order_number", "customer", "warehouse", "owner", "since", "due_at", "reason",
    "actor", "note",
)  # fmt: skip
_TONES = {"open": "warning", "overdue": "error", "approved": "good", "cleared": "good", "refused": "error", "withdrawn": "faint"}

Ids = Annotated[
    list[str],
    typer.Argument(metavar="ID...", help="Ids as the list shows them, or their last six characters.", show_default=False),
]
Kind = Annotated[list[str] | None, typer.Option("--kind", help="Only of this kind: credit, price, payment, approval …")]
Owner = Annotated[list[str] | None, typer.Option("--owner", help="Only of this owner; may be given several times.")]
Partner = Annotated[list[str] | None, typer.Option("--partner", help="Only orders of this customer.")]
Number = Annotated[list[str] | None, typer.Option("--order", help="Only of this order, the customer's or the warehouse's.")]
All = Annotated[bool, typer.Option("--all", help="Those that are over as well.")]
Limit = Annotated[int, typer.Option("--limit", "-n", min=1, max=1000, help="At most so many.")]
Why = Annotated[str, typer.Option("--reason", help="Why, for the audit and for those who look at it later.", show_default=False)]
By = Annotated[str, typer.Option("--by", help="Who does it, for the audit.", show_default="your login")]


def list(  # noqa: A001 - the command's name
    context: typer.Context,
    kind: Kind = None,
    owner: Owner = None,
    partner: Partner = None,
    order: Number = None,
    all: All = False,  # noqa: A002 - the option's name
    limit: Limit = 50,
    wide: Wide = False,
    config: Config = "routes.toml",
    output: Output = Format.TEXT,
    as_json: AsJson = False,
) -> int:
    """List what holds orders to warehouses, those due first: the order, why, who answers, since when, until when."""
    import asyncio

    from gateway.cli.running import bootstrap

    terminal, form = terminal_of(context), chosen(output, as_json=as_json)
    wanted = {"kinds": kind or (), "owners": owner or (), "customers": partner or (), "numbers": order or ()}
    found = asyncio.run(bootstrap().list_holds(config, standing=not all, limit=limit, **wanted))
    if form is Format.TEXT:
        _show(terminal, found, wide=wide)
        return ExitStatus.SUCCESS
    write_records(terminal, form, found, columns=COLUMNS)
    return ExitStatus.SUCCESS


def release(context: typer.Context, holds: Ids, reason: Why, by: By = "", config: Config = "routes.toml") -> int:
    """Let orders go, whatever holds them now: when their goods are there and it is time."""
    return _decide(context, config, holds, "release", by, reason, "let go")


def approve(context: typer.Context, holds: Ids, reason: Why, by: By = "", config: Config = "routes.toml") -> int:
    """Let orders pass one hold; what else holds them goes on."""
    return _decide(context, config, holds, "approve", by, reason, "approved")


def refuse(context: typer.Context, holds: Ids, reason: Why, by: By = "", config: Config = "routes.toml") -> int:
    """End orders: they go to no warehouse, and the customer's order is rejected as far as it is about them."""
    return _decide(context, config, holds, "refuse", by, reason, "refused")


def _decide(
    context: typer.Context, config: str, holds: Sequence[str], decision: Literal["release", "approve", "refuse"], by: str,
    reason: str, said: str,
) -> int:  # fmt: skip
    """Do it to each, and tell what stood in the way; one that fails alone fails the command."""
    import asyncio

    from gateway.cli.running import bootstrap

    terminal = terminal_of(context)
    results = asyncio.run(bootstrap().decide_holds(config, holds, decision, actor=by or getpass.getuser(), reason=reason))
    if len(results) == 1 and (only := results[0]) is not None:
        raise CommandFailed(str(only), where=holds[0], remedy=only.remedy)
    for one, error in zip(holds, results, strict=True):
        if error is None:
            terminal.tell(f"{one}: {said}.")
        else:
            terminal.problem(str(error), where=one, remedy=error.remedy)
    return of_items(ExitStatus.SUCCESS if error is None else ExitStatus.FAILED for error in results)


def _show(terminal: "Terminal", found: Sequence[Mapping[str, Any]], *, wide: bool) -> None:
    from gateway.cli.screen import Column, show_table

    if not found:
        terminal.tell("Nothing is held. What was: gateway holds list --all")
        return
    titles = ("ORDER", "OF", "FOR", "HELD BY", "STATE", "OWNER", "SINCE", "UNTIL", "WHY", "ID")
    show_table(terminal, [Column(title) for title in titles], [_row(one, wide=wide) for one in found])
    terminal.tell("Let one go: gateway holds release ID --reason … Or end it: gateway holds refuse ID --reason …")


def _row(one: Mapping[str, Any], *, wide: bool) -> "Sequence[Span]":
    from gateway.cli.times import moment_text

    reason = str(one["reason"])
    return (
        str(one["number"]),
        f"{one['order_number'] or ''} {one['customer'] or ''}".strip(),
        str(one["warehouse"]),
        str(one["hold"]),
        (str(one["state"]), _TONES.get(str(one["state"]), "")),
        str(one["owner"]),
        moment_text(one["since"]),
        moment_text(one["due_at"]),
        reason if wide or len(reason) <= 60 else f"{reason[:59]}…",
        (str(one["id"]) if wide else str(one["id"])[-6:], "faint"),
    )
