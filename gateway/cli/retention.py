"""`gateway retention`: how long things are kept, what would go, what must not."""

import getpass
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Annotated, Any
from uuid import UUID

import typer

from gateway.cli.exit_status import ExitStatus
from gateway.cli.failure import CommandFailed
from gateway.cli.options import AsJson, Config, Output, chosen, instant, terminal_of
from gateway.cli.records import Format, write_records

if TYPE_CHECKING:
    from gateway.cli.terminal import Terminal

EXAMPLES = {
    "status": """
    gateway retention status
    gateway retention status -o json
    """,
    "plan": """
    gateway retention plan
    """,
    "hold": """
    gateway retention hold --partner bigbox --reason "case 2026-17"
    gateway retention hold --partner bigbox --after 2025-01-01 --before 2026-01-01 --reason "tax audit 2025"
    gateway retention hold --query "partner:bigbox type:810 after:2026-01-01" --reason "case 2026-17"
    gateway retention hold --id 0193a5c2-7e1b-7c44-9d7e-0a4f5a3f2b10 --reason "case 2026-17"
    """,
    "holds": """
    gateway retention holds
    gateway retention holds --released -o csv
    """,
    "release": """
    gateway retention release 0193a5c2-7e1b-7c44-9d7e-0a4f5a3f2b10 --reason "case closed"
    """,
}

Partner = Annotated[str, typer.Option("--partner", help="All that is this partner's, also what comes later.")]
After = Annotated[str, typer.Option("--after", metavar="TIME", help="With --partner: only what was received since then.")]
Before = Annotated[str, typer.Option("--before", metavar="TIME", help="With --partner: only what was received before then.")]
Query = Annotated[str, typer.Option("--query", help="What `gateway messages` finds with these words now.")]
Ids = Annotated[list[UUID] | None, typer.Option("--id", help="This transmission; may be given several times.")]
Reason = Annotated[str, typer.Option("--reason", help="Why, for the audit and for whoever asks later.", show_default=False)]
By = Annotated[str, typer.Option("--by", help="Who did it, for the audit.", show_default="your login")]
HoldId = Annotated[UUID, typer.Argument(metavar="HOLD", help="The id of a hold.", show_default=False)]
Released = Annotated[bool, typer.Option("--released", help="Those that were released as well.")]

STATUS_COLUMNS = ("class", "kept", "partners", "since", "purged_in_30_days", "holds")
PLAN_COLUMNS = ("class", "what", "old", "goes", "stays", "more")
HOLD_COLUMNS = (
    "id", "partner", "after", "before", "query", "transmissions", "reason", "actor", "at", "released_at", "released_by",
    "release_reason",
)  # fmt: skip


def status(context: typer.Context, config: Config = "routes.toml", output: Output = Format.TEXT, as_json: AsJson = False) -> int:
    """Show how long each class is kept, since when there is something of it, and how much went in the last 30 days."""
    import asyncio

    from gateway.cli.running import bootstrap

    found = asyncio.run(bootstrap().retention_status(config))
    return _written(context, chosen(output, as_json=as_json), found, STATUS_COLUMNS, _show_status)


def plan(context: typer.Context, config: Config = "routes.toml", output: Output = Format.TEXT, as_json: AsJson = False) -> int:
    """Say what would go now, and what stays though it is old enough, and why. Nothing is changed."""
    import asyncio

    from gateway.cli.running import bootstrap

    found = asyncio.run(bootstrap().retention_plan(config))
    return _written(context, chosen(output, as_json=as_json), found, PLAN_COLUMNS, _show_plan)


def hold(
    context: typer.Context,
    reason: Reason,
    partner: Partner = "",
    after: After = "",
    before: Before = "",
    query: Query = "",
    id: Ids = None,  # noqa: A002 - the option's name
    by: By = "",
    config: Config = "routes.toml",
) -> int:
    """Keep something, however old it gets, until the hold is released: a partner's, what a query finds, or chosen ones."""
    import asyncio

    from gateway.cli.running import bootstrap
    from gateway.domain.query import parse

    _judge(reason, partner=partner, query=query, ids=id or (), bounds=bool(after or before))
    placed, transmissions = asyncio.run(
        bootstrap().place_hold(
            config,
            partner=partner or None,
            after=instant(after) if after else None,
            before=instant(before) if before else None,
            query=parse(query) if query.strip() else {},
            written=query.strip(),
            ids=id or (),
            actor=by or getpass.getuser(),
            reason=reason.strip(),
        )
    )
    what = (
        f"{transmissions} {'transmission is' if transmissions == 1 else 'transmissions are'}" if not partner else f"{partner} is"
    )
    terminal = terminal_of(context)
    terminal.line(str(placed))
    terminal.tell(f"{what} held. End it: gateway retention release {placed} --reason …")
    return ExitStatus.SUCCESS


def _judge(reason: str, *, partner: str, query: str, ids: Sequence[UUID], bounds: bool) -> None:
    if not reason.strip():
        raise CommandFailed("a reason is needed", where="retention hold", remedy='Say why: --reason "case 2026-17"')
    if not partner and not query.strip() and not ids:
        raise CommandFailed("nothing was said to be held", where="retention hold", remedy="Name --partner, --query or --id.")
    if partner and (query.strip() or ids):
        raise CommandFailed("a partner is held as a whole", where=partner, remedy="Make two holds of it.")
    if bounds and not partner:
        raise CommandFailed("--after and --before go with --partner", where="retention hold", remedy="Write them into the query.")


def holds(
    context: typer.Context,
    released: Released = False,
    config: Config = "routes.toml",
    output: Output = Format.TEXT,
    as_json: AsJson = False,
) -> int:
    """List the holds: what is held, why, by whom."""
    import asyncio

    from gateway.cli.running import bootstrap

    found = asyncio.run(bootstrap().legal_holds(config, released=released))
    return _written(context, chosen(output, as_json=as_json), found, HOLD_COLUMNS, _show_holds)


def release(context: typer.Context, hold: HoldId, reason: Reason, by: By = "", config: Config = "routes.toml") -> int:
    """End a hold. What is old enough goes with the next purge."""
    import asyncio

    from gateway.cli.running import bootstrap

    if not reason.strip():
        raise CommandFailed("a reason is needed", where=str(hold), remedy='Say why: --reason "case closed"')
    if not asyncio.run(bootstrap().release_hold(config, hold, actor=by or getpass.getuser(), reason=reason.strip())):
        raise CommandFailed("no hold of this id is in force", where=str(hold), remedy="List them: gateway retention holds")
    terminal_of(context).tell("It is released.")
    return ExitStatus.SUCCESS


Show = Callable[["Terminal", Sequence[Any]], None]


def _written(context: typer.Context, form: Format, found: Sequence[Any], columns: tuple[str, ...], show: Show) -> int:
    terminal = terminal_of(context)
    if form is Format.TEXT:
        show(terminal, found)
    else:
        write_records(terminal, form, found, columns=columns)
    return ExitStatus.SUCCESS


def _show_status(terminal: "Terminal", found: Sequence[Any]) -> None:
    for one in found:
        others = "".join(f"; {partner}: {period}" for partner, period in one["partners"].items())
        terminal.line(f"{one['class']:<10}kept {one['kept']}{others}")
        since = f"since {one['since']}" if one["since"] else "nothing yet"
        terminal.line(" " * 10, (f"{one['holds']}; {since}; {one['purged_in_30_days']} purged in 30 days", "faint"))


def _show_plan(terminal: "Terminal", found: Sequence[Any]) -> None:
    for one in found:
        stays = ", ".join(f"{count} {why}" for why, count in one["stays"].items())
        more = " or more" if one["more"] else ""
        kept = f"; stays: {stays}" if stays else ""
        terminal.line(
            f"{one['class']:<10}{one['what']:<11}{one['goes']}{more} of {one['old']}{more} that are old enough go{kept}"
        )


def _show_holds(terminal: "Terminal", found: Sequence[Any]) -> None:
    for one in found:
        what = one["partner"] or one["query"] or "chosen"
        chosen_ones = f", {one['transmissions']} transmissions" if one["transmissions"] else ""
        ended = f", released {one['released_at']:%Y-%m-%d} by {one['released_by']}" if one["released_at"] else ""
        terminal.line(str(one["id"]), f"  {what}{chosen_ones}: {one['reason']} ({one['actor']}, {one['at']:%Y-%m-%d}{ended})")
    if not found:
        terminal.tell("Nothing is held.")
