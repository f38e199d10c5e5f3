"""`gateway numbers`: the control numbers of what we send."""

import getpass
from typing import Annotated
from uuid import UUID

import typer

from gateway.cli.exit_status import ExitStatus
from gateway.cli.failure import CommandFailed
from gateway.cli.options import AsJson, Config, Output, chosen, terminal_of
from gateway.cli.records import Format, write_records

EXAMPLES = {
    "list": """
    gateway numbers list
    gateway numbers list bigbox -o json
    """,
    "seed": """
    gateway numbers seed bigbox --family x12 --last 4711
    gateway numbers seed bigbox --family x12 --group IN --last 250
    """,
    "void": """
    gateway numbers void 0193a5c2-7e1b-7c44-9d7e-0a4f5a3f2b10 --reason "the partner has it by mail"
    """,
}

PartnerFilter = Annotated[str, typer.Argument(metavar="[PARTNER]", help="Only the counters of this partner.", show_default=False)]
Partner = Annotated[str, typer.Argument(metavar="PARTNER", help="Whose counter.", show_default=False)]
Family = Annotated[str, typer.Option("--family", help="x12, edifact, xml …", show_default=False)]
Group = Annotated[str, typer.Option("--group", help="Count groups of this functional id (GS01) instead of interchanges.")]
Last = Annotated[
    int, typer.Option("--last", min=0, help="The last number that was used; the next is one more.", show_default=False)
]
Test = Annotated[bool, typer.Option("--test", help="The counter of test interchanges.")]
Back = Annotated[bool, typer.Option("--back", help="Allow to put it back: numbers will come again.")]
By = Annotated[str, typer.Option("--by", help="Who did it, for the audit.", show_default="your login")]
Reason = Annotated[str, typer.Option("--reason", help="Why, for the audit and for those who look for the number.")]
Outbound = Annotated[UUID, typer.Argument(metavar="INTERCHANGE", help="The id of a sealed interchange.", show_default=False)]

COLUMNS = ("counts", "family", "sender", "receiver", "of", "last")


def list(  # noqa: A001 - the command's name
    context: typer.Context,
    partner: PartnerFilter = "",
    config: Config = "routes.toml",
    output: Output = Format.TEXT,
    as_json: AsJson = False,
) -> int:
    """List the counters: what they count, between whom, the last number that was taken."""
    import asyncio

    from gateway.cli.running import bootstrap

    terminal = terminal_of(context)
    rows = [
        dict(zip(COLUMNS, (*scope.split("|"), last), strict=True))
        for scope, last in asyncio.run(bootstrap().control_numbers(config, partner))
    ]
    form = chosen(output, as_json=as_json)
    if form is not Format.TEXT:
        write_records(terminal, form, rows, columns=COLUMNS)
        return ExitStatus.SUCCESS
    for row in rows:
        kind = f"groups {row['of']}" if row["counts"] == "group" else "test interchanges" if row["of"] == "T" else "interchanges"
        terminal.line(f"{row['family']:<8} {row['sender']} → {row['receiver']}  {kind}: last {row['last']}")
    if not rows:
        terminal.tell("Nothing was numbered yet.")
    return ExitStatus.SUCCESS


def seed(
    context: typer.Context,
    partner: Partner,
    family: Family,
    last: Last,
    group: Group = "",
    test: Test = False,
    back: Back = False,
    reason: Reason = "",
    by: By = "",
    config: Config = "routes.toml",
) -> int:
    """Begin a counter where the system before left off. It is put back only with --back."""
    import asyncio

    from gateway.cli.running import bootstrap

    terminal = terminal_of(context)
    wiring = bootstrap()
    scope = wiring.counter_of(config, partner, family, group=group, test=test)
    done = asyncio.run(wiring.seed_control_number(config, scope, last, actor=by or getpass.getuser(), reason=reason, back=back))
    if done.after is None:
        raise CommandFailed(
            f"{done.before} was taken already: after {last} numbers would come again",
            where=scope,
            remedy="Give a higher number, or --back if the partner wants it so.",
        )
    terminal.tell(
        f"The next number is {last + 1}; before, the last one was {done.before if done.before is not None else 'none'}."
    )
    return ExitStatus.SUCCESS


def void(context: typer.Context, outbound: Outbound, reason: Reason, by: By = "", config: Config = "routes.toml") -> int:
    """Give up an interchange that was numbered and never sent, with a reason. Nothing is sent of it, nothing awaited."""
    import asyncio

    from gateway.cli.running import bootstrap

    terminal = terminal_of(context)
    if not reason.strip():
        raise CommandFailed("a reason is needed", where=str(outbound), remedy='Say why: --reason "sent by mail instead"')
    done = asyncio.run(bootstrap().void_outbound(config, outbound, actor=by or getpass.getuser(), reason=reason.strip()))
    if done is None:
        raise CommandFailed("there is no such interchange", where=str(outbound), remedy="Look for it: gateway trace NUMBER")
    if done.hindered:
        raise CommandFailed(
            f"its delivery is {done.hindered}: what has left cannot be voided",
            where=str(outbound),
            remedy="Tell the partner to ignore it, or send a correction.",
        )
    terminal.tell(f"Number {done.control_number} is void{' already' if done.before and not done.voided else ''}.")
    return ExitStatus.SUCCESS
