"""`gateway replay` and `gateway redeliver`: a plan first, then the count, then the gateway does it."""

from typing import Annotated

import typer

from gateway.cli.batch_talk import (
    By,
    Chosen,
    Detach,
    DryRun,
    Expect,
    Group,
    Manner,
    Rate,
    Reason,
    Try,
    Yes,
    actor,
    carry_out,
    selection,
)
from gateway.cli.options import AsJson, Config, Output, chosen, terminal_of
from gateway.cli.records import Format

EXAMPLES = {
    "replay": """
    gateway replay 0193a5c2-7e1b-7c44-9d7e-0a4f5a3f2b10 --reason "the route was corrected"
    gateway replay partner:bigbox state:stopped after:2026-11-20 --reason "SKU table" --dry-run
    gateway replay --group 3f2a9c51d0e87b46 --reason "SKU table" --try 5 --rate 10
    gateway replay partner:bigbox after:2026-11-20 --reason "as before" --configuration 700f5f23c6d3
    gateway replay 0193a5c2-7e1b-7c44-9d7e-0a4f5a3f2b10 --route bigbox-late --reason "a late order"
    """,
    "redeliver": """
    gateway redeliver state:dead target:odoo --reason "Odoo works again"
    gateway redeliver 0193a5c2-7e1b-7c44-9d7e-0a4f5a3f2b10 --reason "the partner lost it" --delivered
    gateway redeliver --group 3f2a9c51d0e87b46 --reason "product added" --yes --expect 12
    """,
}

Acknowledge = Annotated[bool, typer.Option("--acknowledge", help="Let the senders have their acknowledgements again.")]
Configuration = Annotated[
    str, typer.Option("--configuration", metavar="DIGEST", help="Judge by an earlier configuration, as `trace` names it.")
]
Named = Annotated[
    str, typer.Option("--route", metavar="NAME", help="The route to take, whatever its condition, partner and agreement are.")
]
InDoubt = Annotated[bool, typer.Option("--in-doubt", help="Also what the target may have already.")]
Delivered = Annotated[bool, typer.Option("--delivered", help="Also what was delivered.")]


def replay(
    context: typer.Context,
    what: Chosen = None,
    group: Group = "",
    reason: Reason = "",
    acknowledge: Acknowledge = False,
    configuration: Configuration = "",
    route: Named = "",
    try_first: Try = None,
    rate: Rate = 20.0,
    dry_run: DryRun = False,
    yes: Yes = False,
    expect: Expect = None,
    detach: Detach = False,
    by: By = "",
    config: Config = "routes.toml",
    output: Output = Format.TEXT,
    as_json: AsJson = False,
) -> int:
    """Process messages again from their stored bytes, with the configuration in force or an earlier one.

    A plan comes first: what was delivered is left out, what was not is given up for the new run, senders are not answered again
    unless you say so. Nothing is done before you confirm the count. With --route the documents take the route that you name.
    """
    import asyncio

    from gateway.cli.running import bootstrap

    who, terms = actor(by), {"acknowledge": acknowledge, "configuration": configuration, "route": route}
    planned = asyncio.run(
        bootstrap().plan_replay_of(
            config, selection(what, group), by=who, reason=reason, rate=rate, try_first=try_first, keep_it=not dry_run, **terms
        )
    )
    manner = Manner(config=config, by=who, yes=yes, expect=expect, detach=detach)
    return carry_out(terminal_of(context), chosen(output, as_json=as_json), planned, manner, dry_run=dry_run)


def redeliver(
    context: typer.Context,
    what: Chosen = None,
    group: Group = "",
    reason: Reason = "",
    in_doubt: InDoubt = False,
    delivered: Delivered = False,
    try_first: Try = None,
    rate: Rate = 20.0,
    dry_run: DryRun = False,
    yes: Yes = False,
    expect: Expect = None,
    detach: Detach = False,
    by: By = "",
    config: Config = "routes.toml",
    output: Output = Format.TEXT,
    as_json: AsJson = False,
) -> int:
    """Send the same bytes to their target again, under the same key: what failed or died, and what you name besides.

    The plan says which of them the target recognises and which it would get twice.
    """
    import asyncio

    from gateway.cli.running import bootstrap

    who, terms = actor(by), {"in_doubt": in_doubt, "delivered": delivered}
    planned = asyncio.run(
        bootstrap().plan_redelivery_of(
            config, selection(what, group), by=who, reason=reason, rate=rate, try_first=try_first, keep_it=not dry_run, **terms
        )
    )
    manner = Manner(config=config, by=who, yes=yes, expect=expect, detach=detach)
    return carry_out(terminal_of(context), chosen(output, as_json=as_json), planned, manner, dry_run=dry_run)
