"""`gateway subscribers`: who milestones are posted to, what each was given, and posting it again."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Annotated, Any

import typer

from gateway.cli.batch_talk import By, Detach, DryRun, Expect, Manner, Rate, Reason, Yes, actor, carry_out
from gateway.cli.exit_status import ExitStatus
from gateway.cli.options import AsJson, Config, Output, chosen, terminal_of
from gateway.cli.options import since as moment_since
from gateway.cli.records import Format, write_records

if TYPE_CHECKING:
    from gateway.cli.terminal import Terminal

EXAMPLES = {
    "list": """
    gateway subscribers                 or: gateway subscribers list
    gateway subscribers list -o json
    """,
    "log": """
    gateway subscribers log customer-news
    gateway subscribers log customer-news --order 4711 --tries
    gateway subscribers log customer-news --state dead --since 7d -o csv
    """,
    "probe": """
    gateway subscribers test customer-news
    """,
    "resend": """
    gateway subscribers resend customer-news --state dead --reason "their server is back"
    gateway subscribers resend customer-news --since 6h --delivered --reason "they lost a day" --yes --expect 40
    """,
}

Subscriber = Annotated[str, typer.Argument(metavar="SUBSCRIBER", help="Its id in routes.toml.", show_default=False)]
States = Annotated[
    list[str] | None, typer.Option("--state", metavar="STATE", help="waiting, blocked, sending, delivered, failed, dead, voided.")
]
Orders = Annotated[list[str] | None, typer.Option("--order", metavar="NUMBER", help="Only about this order.")]
Since = Annotated[str, typer.Option("--since", metavar="TIME", help="Since then: a time, or as 6h or 7d.")]
Until = Annotated[str, typer.Option("--until", metavar="TIME", help="And before then.")]
Tries = Annotated[bool, typer.Option("--tries", help="Each attempt with the answer to it.")]
Limit = Annotated[int, typer.Option("--limit", min=1, max=10_000, help="So many at most.")]
Delivered = Annotated[bool, typer.Option("--delivered", help="Also what was delivered; the receiver knows it by its id.")]

LIST_COLUMNS = (
    "subscriber", "configured", "url", "events", "partners", "fields", "waiting", "delivered", "failed", "oldest",
    "last_delivered", "breaker", "held_by",
)  # fmt: skip
LOG_COLUMNS = (
    "id", "milestone", "at", "type", "order", "partner", "version", "state", "attempts", "code", "message", "settled_at",
    "next_at", "test", "tries",
)  # fmt: skip


def list(  # noqa: A001 - the command's name
    context: typer.Context, config: Config = "routes.toml", output: Output = Format.TEXT, as_json: AsJson = False
) -> int:
    """List subscribers: what waits for each, what arrived in the last day, what failed."""
    import asyncio

    from gateway.cli.running import bootstrap

    found = asyncio.run(bootstrap().subscribers(config))
    terminal, form = terminal_of(context), chosen(output, as_json=as_json)
    if form is not Format.TEXT:
        return _records(terminal, form, found, LIST_COLUMNS)
    for one in found:
        where = one["url"] or "no longer configured"
        counts = f"{one['delivered']} arrived in 24 h, {one['waiting']} wait"
        terminal.line((f"{one['subscriber']:<20}", "bold"), f"  {where}: {counts}", *_trouble(one))
    if not found:
        terminal.tell("There is none: write a [[subscriber]] into routes.toml.")
    return ExitStatus.SUCCESS


def log(
    context: typer.Context,
    subscriber: Subscriber,
    state: States = None,
    order: Orders = None,
    since: Since = "",
    until: Until = "",
    tries: Tries = False,
    limit: Limit = 50,
    config: Config = "routes.toml",
    output: Output = Format.TEXT,
    as_json: AsJson = False,
) -> int:
    """Show what a subscriber was given, the newest first: what of which order, how it ended, after how many attempts."""
    import asyncio

    from gateway.cli.running import bootstrap

    wanted = _wanted(state, order, since, until)
    found = asyncio.run(bootstrap().subscriber_log(config, subscriber, wanted, limit=limit))
    terminal, form = terminal_of(context), chosen(output, as_json=as_json)
    if form is not Format.TEXT:
        return _records(terminal, form, found, LOG_COLUMNS)
    for one in found:
        _show(terminal, one, tries=tries)
    if not found:
        terminal.tell("Nothing of that was posted to it.")
    return ExitStatus.SUCCESS


def probe(
    context: typer.Context,
    subscriber: Subscriber,
    config: Config = "routes.toml",
    output: Output = Format.TEXT,
    as_json: AsJson = False,
) -> int:
    """Post an event of the type gateway.test, signed as all others, and say what was answered. It is in no log."""
    import asyncio

    from gateway.cli.running import bootstrap

    view = asyncio.run(bootstrap().probe_subscriber(config, subscriber))
    terminal, form = terminal_of(context), chosen(output, as_json=as_json)
    if form is not Format.TEXT:
        _records(terminal, form, [view], tuple(view))
    elif view["arrived"]:
        terminal.line(("arrived  ", "good"), f"{view['url']} answered HTTP {view['status']} in {view['seconds']:g} s")
    else:
        terminal.line(("not taken  ", "error"), f"{view['url']}: {view['message']}")
    return ExitStatus.SUCCESS if view["arrived"] else ExitStatus.FAILED


def resend(
    context: typer.Context,
    subscriber: Subscriber,
    state: States = None,
    order: Orders = None,
    since: Since = "",
    until: Until = "",
    delivered: Delivered = False,
    reason: Reason = "",
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
    """Post again what a subscriber was given, under the same ids: what failed, with --delivered the rest. A plan comes first."""
    import asyncio

    from gateway.cli.running import bootstrap

    who, wanted = actor(by), _wanted(state, order, since, until)
    planned = asyncio.run(
        bootstrap().plan_resend_of(
            config, subscriber, wanted, by=who, reason=reason, rate=rate, delivered=delivered, keep_it=not dry_run
        )
    )
    manner = Manner(config=config, by=who, yes=yes, expect=expect, detach=detach)
    return carry_out(terminal_of(context), chosen(output, as_json=as_json), planned, manner, dry_run=dry_run)


def _wanted(states: Any, orders: Any, since: str, until: str) -> Mapping[str, Any]:
    return {
        "states": tuple(states or ()), "orders": tuple(orders or ()), "since": moment_since(since), "until": moment_since(until)
    }  # fmt: skip


def _records(terminal: "Terminal", form: Format, found: Any, columns: tuple[str, ...]) -> int:
    write_records(terminal, form, found, columns=columns)
    return ExitStatus.SUCCESS


def _trouble(one: Mapping[str, Any]) -> Any:
    """What keeps a subscriber from what is for it."""
    if one["failed"]:
        yield f", {one['failed']} failed", "error"
    if one["breaker"] not in (None, "closed"):
        yield ", it is unavailable", "warning"
    if one["held_by"]:
        yield f", held by {one['held_by']}", "warning"


_TONES = {"delivered": "good", "failed": "error", "dead": "error"}


def _show(terminal: "Terminal", one: Mapping[str, Any], *, tries: bool) -> None:
    from gateway.cli.times import moment_text

    why = "" if one["state"] == "delivered" else " ".join(part for part in (one["code"], one["message"]) if part)
    attempts = f"{one['attempts']} attempt{'' if one['attempts'] == 1 else 's'}"
    terminal.line(
        f"{moment_text(one['at'])}  {one['type'] or 'purged'} {one['order'] or ''}  ",
        (str(one["state"]), _TONES.get(str(one["state"]), "")),
        f", {attempts}  {why}".rstrip(),
    )
    for attempt in one["tries"] if tries else ():
        answer = f"HTTP {attempt['status']}" if attempt["status"] else attempt["code"]
        terminal.line(
            f"    {attempt['attempt']:>3}  {moment_text(attempt['started_at'])}  {answer}  {attempt['message']}".rstrip()
        )
