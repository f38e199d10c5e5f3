"""`gateway targets`: what deliveries go to, what waits there and why; and holding partners."""

import getpass
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Annotated, Any
from uuid import UUID

import typer

from gateway.cli.exit_status import ExitStatus
from gateway.cli.failure import CommandFailed
from gateway.cli.options import AsJson, Config, Output, chosen, terminal_of
from gateway.cli.records import Format, write_records

if TYPE_CHECKING:
    from gateway.cli.terminal import Span, Terminal

EXAMPLES = {
    "list": """
    gateway targets                     or: gateway targets list
    gateway targets list -o json
    """,
    "show": """
    gateway targets show odoo
    """,
    "hold": """
    gateway targets hold wms-east --reason "stocktaking until noon"
    """,
    "release": """
    gateway targets release wms-east --reason "stocktaking is over"
    """,
    "retry_now": """
    gateway targets retry-now odoo
    gateway targets retry-now odoo --partner bigbox
    gateway targets retry-now --delivery 0193a5c2-7e1b-7c44-9d7e-0a4f5a3f2b10
    """,
    "hold_partner": """
    gateway partners hold bigbox --reason "sends doubled orders, they are looking into it"
    """,
    "release_partner": """
    gateway partners release bigbox --reason "corrected, says Ada at BigBox"
    """,
}

Target = Annotated[str, typer.Argument(metavar="TARGET", help="An application or channel of routes.toml.", show_default=False)]
AnyTarget = Annotated[str, typer.Argument(metavar="[TARGET]", help="Only of this application or channel.", show_default=False)]
Partner = Annotated[str, typer.Argument(metavar="PARTNER", help="The partner's id in routes.toml.", show_default=False)]
OfPartner = Annotated[str, typer.Option("--partner", help="Only of this partner.", show_default=False)]
Deliveries = Annotated[
    list[UUID] | None, typer.Option("--delivery", help="Only this one, before all others; may be given several times.")
]
Reason = Annotated[
    str, typer.Option("--reason", help="Why, for the audit and for those who look at what waits.", show_default=False)
]
By = Annotated[str, typer.Option("--by", help="Who did it, for the audit.", show_default="your login")]

COLUMNS = (
    "target", "configured", "waiting", "due", "sending", "in_sequence", "put_aside", "after_others", "dead", "oldest", "next_at",
    "breaker", "breaker_since", "probe_at", "held_by", "held_because", "held_since", "maintenance_until", "rate", "concurrency",
)  # fmt: skip


def list(  # noqa: A001 - the command's name
    context: typer.Context, config: Config = "routes.toml", output: Output = Format.TEXT, as_json: AsJson = False
) -> int:
    """List what deliveries go to: how many wait, how many are under way or dead, and what keeps them."""
    terminal, found = terminal_of(context), _asked(config)
    form = chosen(output, as_json=as_json)
    if form is Format.TEXT:
        _show(terminal, found)
        return ExitStatus.SUCCESS
    write_records(terminal, form, found, columns=COLUMNS)
    return ExitStatus.SUCCESS


def show(
    context: typer.Context,
    target: Target,
    config: Config = "routes.toml",
    output: Output = Format.TEXT,
    as_json: AsJson = False,
) -> int:
    """Show one target: what waits there, for what, and its limits."""
    terminal = terminal_of(context)
    view = next((one for one in _asked(config) if one["target"] == target), None)
    if view is None:
        raise CommandFailed("there is no such target", where=target, remedy="List them: gateway targets")
    form = chosen(output, as_json=as_json)
    if form is not Format.TEXT:
        write_records(terminal, form, [view], columns=COLUMNS)
        return ExitStatus.SUCCESS
    for line in _page(view):
        terminal.line(line)
    return ExitStatus.SUCCESS


def hold(context: typer.Context, target: Target, reason: Reason = "", by: By = "", config: Config = "routes.toml") -> int:
    """Deliver nothing more to a target until it is released. No attempt is used up meanwhile, and no probe goes out."""
    return _hold(context, "target", target, reason, by, config)


def release(context: typer.Context, target: Target, reason: Reason = "", by: By = "", config: Config = "routes.toml") -> int:
    """Let the deliveries of a held target go on."""
    return _release(context, "target", target, reason, by, config)


def hold_partner(
    context: typer.Context, partner: Partner, reason: Reason = "", by: By = "", config: Config = "routes.toml"
) -> int:
    """Deliver nothing more of a partner, to applications or to it, until it is released. What it sends is received and read."""
    return _hold(context, "partner", partner, reason, by, config)


def release_partner(
    context: typer.Context, partner: Partner, reason: Reason = "", by: By = "", config: Config = "routes.toml"
) -> int:
    """Let the deliveries of a held partner go on."""
    return _release(context, "partner", partner, reason, by, config)


def retry_now(
    context: typer.Context,
    target: AnyTarget = "",
    partner: OfPartner = "",
    deliveries: Deliveries = None,
    by: By = "",
    config: Config = "routes.toml",
) -> int:
    """Try now what waits for its next attempt: of a target, of a partner, or single deliveries. A breaker is probed at once."""
    import asyncio

    from gateway.cli.running import bootstrap

    if not (target or partner or deliveries):
        remedy = "gateway targets retry-now TARGET, or --partner, or --delivery"
        raise CommandFailed("everything at once is not tried: say of what", where="retry-now", remedy=remedy)
    moved = asyncio.run(
        bootstrap().retry_now(
            config, actor=by or getpass.getuser(), target=target or None, partner=partner or None, deliveries=deliveries or None
        )
    )
    terminal = terminal_of(context)
    for name, count in moved.items():
        terminal.tell(f"{name}: {_counted(count)} tried now.")
    if not moved:
        terminal.tell("Nothing of it waits for an attempt. What is dead is sent again by: gateway redeliver")
    return ExitStatus.SUCCESS


def _hold(context: typer.Context, kind: str, name: str, reason: str, by: str, config: str) -> int:
    import asyncio

    from gateway.cli.running import bootstrap

    why, who = _reason(reason, name), by or getpass.getuser()
    done = asyncio.run(bootstrap().hold_deliveries(config, kind, name, actor=who, reason=why))
    what = "Nothing is delivered to" if kind == "target" else "Nothing is delivered of"
    release = f"gateway {kind}s release {name}"
    terminal_of(context).tell(f"{what} {name} until: {release}" if done else f"{name} is held already. Release it: {release}")
    return ExitStatus.SUCCESS


def _release(context: typer.Context, kind: str, name: str, reason: str, by: str, config: str) -> int:
    import asyncio

    from gateway.cli.running import bootstrap

    who = by or getpass.getuser()
    was = asyncio.run(bootstrap().release_deliveries(config, kind, name, actor=who, reason=reason.strip()))
    if was is None:
        raise CommandFailed("it is not held", where=name, remedy="See what is: gateway targets")
    terminal_of(context).tell(
        f"{name} is released. It was held by {was.actor} since {was.since:%Y-%m-%d %H:%M} UTC: {was.reason}"
    )
    return ExitStatus.SUCCESS


def _asked(config: str) -> Sequence[Mapping[str, Any]]:
    import asyncio

    from gateway.cli.running import bootstrap

    return asyncio.run(bootstrap().delivery_targets(config))


def _show(terminal: "Terminal", found: Sequence[Mapping[str, Any]]) -> None:
    from gateway.cli.phrases import target_phrase
    from gateway.cli.screen import Column, show_table
    from gateway.cli.times import moment_text

    rows: Sequence[Sequence[Span]] = [
        (
            str(one["target"]),
            str(one["waiting"] + one["in_sequence"] + one["put_aside"] + one["after_others"]),
            str(one["sending"]),
            (str(one["dead"]), "error" if one["dead"] else ""),
            moment_text(one["oldest"]),
            target_phrase(one),
        )
        for one in found
    ]
    numbers = ("WAITING", "UNDER WAY", "DEAD")
    titles = ("TARGET", *numbers, "OLDEST", "STATE")
    show_table(terminal, [Column(title, number=title in numbers) for title in titles], rows)
    terminal.tell("See one: gateway targets show TARGET")


def _page(view: Mapping[str, Any]) -> "Sequence[str]":
    from gateway.cli.phrases import target_phrase
    from gateway.cli.times import moment_text

    state, _ = target_phrase(view)
    lines = [f"{view['target']}: {state}"]
    lines += [] if view["configured"] else ["It is not in routes.toml any more: nobody delivers to it."]
    waits = (
        ("waiting", "wait for their turn or their next attempt"),
        ("due", "of them are due"),
        ("sending", "are under way"),
        ("in_sequence", "wait for earlier ones of their sequence key"),
        ("after_others", "wait for another target of their route"),
        ("put_aside", "wait because their partner is held"),
        ("dead", "are dead: gateway dlq"),
    )
    lines += [f"  {view[name]:>7} {words}" for name, words in waits if view[name]]
    lines += [f"  the next one is due {moment_text(view['next_at'])}"] if view["next_at"] else []
    limits = [f"{view['rate']:g} calls a second"] if view["rate"] else []
    limits += [f"{view['concurrency']} calls in flight"] if view["concurrency"] else []
    lines += [f"  limits: {', '.join(limits)}, of all processes together"] if limits else []
    return lines


def _reason(reason: str, about: str) -> str:
    if not reason.strip():
        raise CommandFailed("a reason is needed", where=about, remedy='Say why: --reason "stocktaking until noon"')
    return reason.strip()


def _counted(count: int) -> str:
    return "1 delivery is" if count == 1 else f"{count} deliveries are"
