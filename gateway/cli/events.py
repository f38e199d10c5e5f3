"""`gateway events replay`: what was published, once more, for one listener: a plan first, then the count."""

from typing import Annotated

import typer

from gateway.cli.batch_talk import By, Detach, DryRun, Expect, Manner, Reason, Try, Yes, actor, carry_out
from gateway.cli.options import AsJson, Config, Output, chosen, terminal_of
from gateway.cli.options import since as moment_since
from gateway.cli.records import Format

EXAMPLES = {
    "replay": """
    gateway events replay --to billing.events --since 2026-11-20 --reason "its database was restored"
    gateway events replay --to billing.events --since 6h --type order.shipped --type order.delivered --partner bigbox --dry-run
    gateway events replay --to stock.documents --since 2026-11-20T06:00 --until 2026-11-20T09:00 --type 'document.*' --dry-run
    gateway events replay --to crm.events --order 4711 --reason "asked for" --yes --expect 6
    """,
}

To = Annotated[str, typer.Option("--to", metavar="QUEUE", help="The queue that gets them, and nobody else.", show_default=False)]
Since = Annotated[str, typer.Option("--since", metavar="TIME", help="What was published since then: a time, or as 6h or 7d.")]
Until = Annotated[str, typer.Option("--until", metavar="TIME", help="And before then.")]
Types = Annotated[
    list[str] | None,
    typer.Option("--type", metavar="TYPE", help="order.shipped, document.invoice.received, document.*; default: order.*."),
]
Partners = Annotated[list[str] | None, typer.Option("--partner", metavar="PARTNER", help="Only of this partner.")]
Orders = Annotated[list[str] | None, typer.Option("--order", metavar="NUMBER", help="Only about this order.")]
Rate = Annotated[float, typer.Option("--rate", min=0.01, help="So many a second at most.")]


def replay(
    context: typer.Context,
    to: To,
    since: Since = "",
    until: Until = "",
    type: Types = None,  # noqa: A002 - the option's name
    partner: Partners = None,
    order: Orders = None,
    reason: Reason = "",
    try_first: Try = None,
    rate: Rate = 100.0,
    dry_run: DryRun = False,
    yes: Yes = False,
    expect: Expect = None,
    detach: Detach = False,
    by: By = "",
    config: Config = "routes.toml",
    output: Output = Format.TEXT,
    as_json: AsJson = False,
) -> int:
    """Publish milestones and canonical documents again, to one queue: the same messages under the same ids, with `replay: true`.

    A plan comes first: how many, of which types, and what is not kept any more. Nothing is sent before you confirm the count. The
    gateway does it; a process that is killed meanwhile loses nothing, and repeats at most the few that were on their way, under
    their ids.
    """
    import asyncio

    from gateway.cli.running import bootstrap

    who = actor(by)
    wanted = {
        "types": tuple(type or ("order.*",)),
        "since": moment_since(since),
        "until": moment_since(until),
        "partners": tuple(partner or ()),
        "orders": tuple(order or ()),
    }
    planned = asyncio.run(
        bootstrap().plan_event_replay_of(
            config, to.strip(), wanted, by=who, reason=reason, rate=rate, try_first=try_first, keep_it=not dry_run
        )
    )
    manner = Manner(config=config, by=who, yes=yes, expect=expect, detach=detach)
    return carry_out(terminal_of(context), chosen(output, as_json=as_json), planned, manner, dry_run=dry_run)
