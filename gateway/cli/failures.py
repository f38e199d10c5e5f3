"""`gateway failures`: what went wrong, grouped, with its owner, and what people do about it."""

import getpass
from collections.abc import Awaitable, Callable, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Annotated, Any

import typer

from gateway.cli.exit_status import ExitStatus, of_items
from gateway.cli.failure import CommandFailed
from gateway.cli.options import AsJson, Config, Output, Wide, chosen, instant, terminal_of
from gateway.cli.records import Format, write_records

if TYPE_CHECKING:
    from uuid import UUID

    from gateway.cli.screen import Branch
    from gateway.cli.terminal import Span, Terminal
    from gateway.domain.triage import Helped
    from gateway.operations import failures as operations
    from gateway.operations.failures import FailureDesk

EXAMPLES = {
    "list": """
    gateway failures list               or without `list`: what is not resolved
    gateway failures --owner edi --stage deliver
    gateway failures --all --partner bigbox -o csv
    """,
    "show": """
    gateway failures show 3f2a9c51d0e87b46
    """,
    "acknowledge": """
    gateway failures acknowledge 3f2a9c51d0e87b46 --reason "calling BigBox"
    """,
    "assign": """
    gateway failures assign 3f2a9c51d0e87b46 --to warehouse --reason "their table of items"
    """,
    "mute": """
    gateway failures mute 3f2a9c51d0e87b46 --for 3d --reason "BigBox moves its servers"
    gateway failures mute 3f2a9c51d0e87b46 --until 2026-12-01T08:00 --reason "known, corrected in December"
    """,
    "resolve": """
    gateway failures resolve 3f2a9c51d0e87b46 --reason "table corrected and replayed"
    gateway failures resolve 3f2a9c51d0e87b46 --helped partner-acted --reason "BigBox sent it again with the right unit"
    """,
    "note": """
    gateway failures note 3f2a9c51d0e87b46 "BigBox: ticket 4711, Ms Jensen"
    """,
}

Id = Annotated[
    str, typer.Argument(metavar="ID", help="An id as the list shows it, or its last six characters.", show_default=False)
]
Ids = Annotated[
    list[str],
    typer.Argument(metavar="ID...", help="Ids as the list shows them, or their last six characters.", show_default=False),
]
Owner = Annotated[list[str] | None, typer.Option("--owner", help="Only of this owner; may be given several times.")]
Stage = Annotated[list[str] | None, typer.Option("--stage", help="Only of this stage: translate, route, deliver, channel …")]
Partner = Annotated[list[str] | None, typer.Option("--partner", help="Only of this partner; may be given several times.")]
Code = Annotated[list[str] | None, typer.Option("--code", help="Only with this code; may be given several times.")]
Route = Annotated[list[str] | None, typer.Option("--route", help="Only of this route or channel; may be given several times.")]
State = Annotated[list[str] | None, typer.Option("--state", help="Only open, acknowledged, muted or resolved ones.")]
All = Annotated[bool, typer.Option("--all", help="Resolved ones as well.")]
Limit = Annotated[int, typer.Option("--limit", "-n", min=1, max=1000, help="At most so many.")]
Before = Annotated[str, typer.Option("--before", metavar="TIME", help="Go on before this time, the last one of the list before.")]
To = Annotated[str, typer.Option("--to", metavar="OWNER", help="An owner of routes.toml.", show_default=False)]
Until = Annotated[str, typer.Option("--until", metavar="TIME", help="When it is over: 2026-12-01T08:00 (UTC).")]
For = Annotated[str, typer.Option("--for", metavar="TIME", help="How long: 12h, 3d.")]
Why = Annotated[str, typer.Option("--reason", help="Why, for the audit and for those who look at it later.", show_default=False)]
Reason = Annotated[str, typer.Option("--reason", help="Why, for those who look at it later.")]
What = Annotated[
    str,
    typer.Option(
        "--helped",
        metavar="WHAT",
        help="What helped, which is proposed when one like it happens: replayed, redelivered, corrected, configured, "
        "partner-acted, application-mended, waived or passed.",
    ),
]
Note = Annotated[str, typer.Argument(metavar="TEXT", help="The note.", show_default=False)]
By = Annotated[str, typer.Option("--by", help="Who does it, for the audit.", show_default="your login")]

COLUMNS = (
    "fingerprint", "state", "owner", "stage", "code", "partner", "route", "count", "open_cases", "regressions", "first_at",
    "last_at", "muted_until", "attended_by", "message", "remedy", "id",
)  # fmt: skip
_UNRESOLVED = ("open", "acknowledged", "muted")
_TONES = {"open": "error", "acknowledged": "warning", "muted": "faint", "resolved": "good"}


def list(  # noqa: A001 - the command's name
    context: typer.Context,
    owner: Owner = None,
    stage: Stage = None,
    partner: Partner = None,
    code: Code = None,
    route: Route = None,
    state: State = None,
    all: All = False,  # noqa: A002 - the option's name
    limit: Limit = 50,
    before: Before = "",
    wide: Wide = False,
    config: Config = "routes.toml",
    output: Output = Format.TEXT,
    as_json: AsJson = False,
) -> int:
    """List groups of failures, those that happened last first: state, owner, what, how often, since when."""
    import asyncio

    from gateway.cli.running import bootstrap
    from gateway.ports.failures import FailureFilter

    terminal, form = terminal_of(context), chosen(output, as_json=as_json)
    states = tuple(state or (() if all else _UNRESOLVED))
    wanted = FailureFilter(
        states, owner or (), stage or (), partner or (), code or (), route or (), instant(before) if before else None, limit
    )
    found = asyncio.run(bootstrap().failures(config, wanted))
    if form is Format.TEXT:
        _show_list(terminal, found, wide=wide)
        return ExitStatus.SUCCESS
    write_records(terminal, form, found, columns=COLUMNS)
    return ExitStatus.SUCCESS


def show(
    context: typer.Context, failure: Id, config: Config = "routes.toml", output: Output = Format.TEXT, as_json: AsJson = False
) -> int:
    """Show a failure: what to do, its cases, what happened to it, and who was told."""
    import asyncio

    from gateway.cli.running import bootstrap
    from gateway.cli.screen import show_tree

    terminal, form = terminal_of(context), chosen(output, as_json=as_json)
    found = asyncio.run(bootstrap().failure(config, failure))
    if found is None:
        raise CommandFailed("there is no such failure", where=failure, remedy="Look for it: gateway failures list --all")
    match form:
        case Format.TEXT:
            show_tree(terminal, _page(found))
        case Format.JSON:
            terminal.json(found)
        case _:
            write_records(terminal, form, [found], columns=COLUMNS)
    return ExitStatus.SUCCESS


def acknowledge(context: typer.Context, failures: Ids, reason: Reason = "", by: By = "", config: Config = "routes.toml") -> int:
    """Take failures on: nobody further is told of them."""
    return _done(context, config, failures, by, "yours now", lambda desk, one, who: desk.acknowledge(one, by=who, reason=reason))


def assign(
    context: typer.Context, failures: Ids, to: To, reason: Reason = "", by: By = "", config: Config = "routes.toml"
) -> int:
    """Give failures to another owner, who is told of them."""
    said = f"{to}'s now"
    return _done(context, config, failures, by, said, lambda desk, one, who: desk.assign(one, to, by=who, reason=reason))


def mute(
    context: typer.Context, failures: Ids, reason: Why, until: Until = "", lasting: For = "", by: By = "",
    config: Config = "routes.toml",
) -> int:  # fmt: skip
    """Silence failures until a time, also when they come back; afterwards they are open again by themselves."""
    end = _end(until, lasting)
    said = f"muted until {end:%Y-%m-%d %H:%M} UTC"
    return _done(context, config, failures, by, said, lambda desk, one, who: desk.mute(one, end, by=who, reason=reason))


def resolve(
    context: typer.Context, failures: Ids, reason: Why, helped: What = "", by: By = "", config: Config = "routes.toml"
) -> int:
    """End failures with all their cases. One that comes back is open again, as a regression."""
    what = _what_helped(helped)
    return _done(
        context, config, failures, by, "resolved", lambda desk, one, who: desk.resolve(one, by=who, reason=reason, helped=what)
    )


def _what_helped(text: str) -> "Helped | None":
    from gateway.domain.triage import Helped

    if text and text not in set(Helped):
        raise typer.BadParameter(f"{text!r} is none of {', '.join(Helped)}.")
    return Helped(text) if text else None


def note(context: typer.Context, failure: Id, text: Note, by: By = "", config: Config = "routes.toml") -> int:
    """Add a note to a failure."""
    return _done(context, config, [failure], by, "noted", lambda desk, one, who: desk.note(one, text, by=who))


def _done(
    context: typer.Context, config: str, ids: Sequence[str], by: str, said: str,
    act: "Callable[[FailureDesk, UUID, operations.By], Awaitable[object]]",
) -> int:  # fmt: skip
    """Do it to each, and tell what stood in the way; one that fails alone fails the command."""
    import asyncio

    from gateway.cli.running import bootstrap

    terminal = terminal_of(context)
    results = asyncio.run(bootstrap().attend_to_failures(config, ids, act, actor=by or getpass.getuser()))
    remedy = "Look for it: gateway failures list"
    if len(results) == 1 and (only := results[0]) is not None:
        raise CommandFailed(str(only), where=ids[0], remedy=only.remedy or remedy)
    for one, error in zip(ids, results, strict=True):
        if error is None:
            terminal.tell(f"{one}: {said}.")
        else:
            terminal.problem(str(error), where=one, remedy=error.remedy or remedy)
    return of_items(ExitStatus.SUCCESS if error is None else ExitStatus.FAILED for error in results)


def _end(until: str, lasting: str) -> datetime:
    """When a silence is over. Raises typer.BadParameter."""
    if bool(until) == bool(lasting):
        raise typer.BadParameter("say when it is over, by --until or by --for.")
    if until:
        return instant(until)
    unit = {"m": "minutes", "h": "hours", "d": "days", "w": "weeks"}.get(lasting[-1:])
    if unit is None or not lasting[:-1].isdecimal() or len(lasting) > 6:
        raise typer.BadParameter(f"{lasting!r} is no length of time; write 90m, 12h, 3d or 2w.")
    return datetime.now(UTC) + timedelta(**{unit: int(lasting[:-1])})


def _show_list(terminal: "Terminal", found: Sequence[Mapping[str, Any]], *, wide: bool) -> None:
    from gateway.cli.screen import Column, show_table

    if not found:
        terminal.tell("No failures. What was resolved: gateway failures list --all")
        return
    titles = ("STATE", "OWNER", "STAGE", "CODE", "PARTNER", "ROUTE", "COUNT", "LAST", "ID")
    rows = [_row(one, wide=wide) for one in found]
    show_table(terminal, [Column(title, number=title == "COUNT") for title in titles], rows)
    terminal.tell("What is known of one, and what to do: gateway failures show ID")


def _row(view: Mapping[str, Any], *, wide: bool) -> "Sequence[Span]":
    from gateway.cli.times import moment_text

    return (
        _state(view),
        str(view["owner"]),
        str(view["stage"]),
        str(view["code"]),
        str(view.get("partner") or ""),
        str(view.get("route") or ""),
        str(view["count"]),
        moment_text(view["last_at"]),
        (str(view["id"]) if wide else str(view["fingerprint"]), "faint"),
    )


def _state(view: Mapping[str, Any]) -> "Span":
    from gateway.cli.times import moment_text

    state = str(view["state"])
    if state == "muted":
        return f"muted until {moment_text(view['muted_until'])}", _TONES[state]
    if state == "acknowledged":
        return f"acknowledged by {view['attended_by']}", _TONES[state]
    if state == "open" and view["regressions"]:
        return "open: regression", _TONES[state]
    return state, _TONES[state]


def _page(view: Mapping[str, Any]) -> "Branch":
    from gateway.cli.failure_triage import add_triage
    from gateway.cli.screen import Branch
    from gateway.cli.times import moment_text

    root = Branch(((f"{view['code']}", "bold"), "  ", _state(view), f"  owner {view['owner']}"))
    about = [f"stage {view['stage']}"] + [f"{name} {view[name]}" for name in ("partner", "route") if view.get(name)]
    back = f", came back {view['regressions']} times" if view["regressions"] else ""
    root.add(", ".join(about))
    root.add(f"{view['count']} times since {moment_text(view['first_at'])}, last {moment_text(view['last_at'])}{back}")
    if view.get("effect"):
        root.add((str(view["effect"]), "bold"))
    root.add(str(view["message"]))
    root.add(("what to do: ", "info"), str(view["remedy"]))
    add_triage(root, view)
    cases = root.add((f"cases: {view['open_cases']} open", "info"))
    for case in view["cases"]:
        cases.add(*_case(case))
    history = root.add(("history", "info"))
    for event in view["history"]:
        history.add(*_event(event))
    if view["notifications"]:
        told = root.add(("told", "info"))
        for one in view["notifications"]:
            answer = ": ".join(str(one[name]) for name in ("code", "answer") if one.get(name))
            told.add(f"{moment_text(one['created_at'])} {one['owner']} by {one['address']}: {one['state']} {answer}".rstrip())
    root.add((f"id {view['id']}  fingerprint {view['fingerprint']}", "faint"))
    return root


def _case(case: Mapping[str, Any]) -> "Sequence[Span]":
    from gateway.cli.times import moment_text

    ended = f" (ended by {case['closed_by'] or 'gateway'}: {case['closed_reason']})" if case["closed_at"] else ""
    again = f" (came back {case['recurred']} times)" if case.get("recurred") else ""
    return (f"{moment_text(case['at'])} ", (f"{case['transmission']}  ", "faint"), f"{case['message']}{again}{ended}")


def _event(event: Mapping[str, Any]) -> "Sequence[Span]":
    from gateway.cli.times import moment_text

    detail = event["detail"]
    words = {"came_back": "came back: regression", "noted": "note"}.get(event["action"], event["action"])
    to = f" to {detail['to']}" if detail.get("to") else f" ({detail['helped']})" if detail.get("helped") else ""
    until = f" until {moment_text(detail['until'])}" if detail.get("until") else ""
    said = next((str(detail[name]) for name in ("note", "reason", "message") if detail.get(name)), "")
    told = f" ({event['tell']} told)" if event["tell"] and event["told_at"] else ""
    return (
        f"{moment_text(event['at'])} {words}{to}{until} by {event['actor']}",
        f": {said}" if said else "",
        (told, "faint"),
    )
