"""`gateway config activate` and its neighbours: which configuration is in force, since when, by whom, and why."""

import getpass
from collections.abc import Coroutine, Mapping, Sequence
from typing import TYPE_CHECKING, Annotated, Any

import typer

from gateway.cli.exit_status import ExitStatus
from gateway.cli.options import AsJson, Config, Output, Wide, chosen, instant, terminal_of
from gateway.cli.records import Format, write_records

if TYPE_CHECKING:
    from gateway.cli.terminal import Span, Terminal
    from gateway.domain.access import Caller

EXAMPLES = {
    "activate": """
    gateway config activate --reason "BigBox sends returns, too"
    gateway config activate new/routes.toml --reason "new year's prices" --from 2027-01-01T00:00+01:00
    gateway config activate --reason "EDI-812" --override "the test is of last year's guide"
    gateway config activate --reason "a try" --dry-run
    """,
    "approve": """
    gateway config approve 12 --reason "compared it with the guide"
    """,
    "reject": """
    gateway config reject 12 --reason "the table lacks three codes"
    """,
    "roll_back": """
    gateway config roll-back --reason "orders of BigBox go nowhere"
    gateway config roll-back 9 --reason "back to before the move"
    """,
    "list": """
    gateway config list                 or without `list`
    gateway config list -o json
    """,
    "show": """
    gateway config show                 the one in force
    gateway config show 12
    gateway config show 12 --file partners/bigbox.toml
    """,
}

COLUMNS = (
    "id", "state", "kind", "digest", "proposed_by", "proposed_at", "reason", "tests", "override", "decided_by", "decided_at",
    "decision", "effective_from", "activated_at", "ended_at",
)  # fmt: skip
_TONES = {"in_force": "good", "proposed": "warning", "approved": "warning", "rejected": "error", "ended": "faint"}
_NUMBER = "The number of an activation, as the list shows it."

File = Annotated[
    str, typer.Argument(metavar="[FILE]", help="What is to be in force; default: the configuration file.", show_default=False)
]
Number = Annotated[int, typer.Argument(metavar="NUMBER", help=_NUMBER, show_default=False)]
AnyNumber = Annotated[int | None, typer.Argument(metavar="[NUMBER]", help=f"{_NUMBER} Default: the one in force.")]
To = Annotated[
    str, typer.Argument(metavar="[TO]", help="A number or a digest; default: what was in force before.", show_default=False)
]
Why = Annotated[str, typer.Option("--reason", help="Why, for the audit and for those who look at it later.", show_default=False)]
By = Annotated[str, typer.Option("--by", help="Who does it, for the audit.", show_default="your login")]
From = Annotated[str, typer.Option("--from", metavar="TIME", help="From when: 2027-01-01T00:00+01:00.", show_default="now")]
Override = Annotated[
    str, typer.Option("--override", metavar="REASON", help="Why it may be in force although tests fail.", show_default=False)
]
DryRun = Annotated[bool, typer.Option("--dry-run", help="Check and test it, and change nothing.")]
Limit = Annotated[int, typer.Option("--limit", "-n", min=1, max=1000, help="At most so many, the newest.")]
OfIt = Annotated[str, typer.Option("--file", metavar="NAME", help="Write this file of it.", show_default=False)]


def activate(
    context: typer.Context,
    reason: Why,
    file: File = "",
    from_: From = "",
    override: Override = "",
    dry_run: DryRun = False,
    by: By = "",
    config: Config = "routes.toml",
    output: Output = Format.TEXT,
    as_json: AsJson = False,
) -> int:
    """Let a configuration be in force: at once, from a time on, or when somebody else has approved it.

    It is checked and tested before. Processes that run take it while they work; each message is handled by one of the two.
    """
    import asyncio

    from gateway.cli.running import bootstrap
    from gateway.domain.activation import Proposal

    proposal = Proposal(reason=reason, effective_from=instant(from_) if from_ else None, override=override)
    wiring, path = bootstrap(), file or config
    if dry_run:
        return _tried(context, asyncio.run(wiring.try_configuration(config, path)), chosen(output, as_json=as_json))
    return _told(context, wiring.propose_configuration(config, path, proposal, by=_caller(by)), output, as_json=as_json)


def approve(
    context: typer.Context,
    number: Number,
    reason: Why,
    by: By = "",
    config: Config = "routes.toml",
    output: Output = Format.TEXT,
    as_json: AsJson = False,
) -> int:
    """Let what somebody else has proposed be in force."""
    return _told(context, _decided(config, number, by, reason, approve=True), output, as_json=as_json)


def reject(
    context: typer.Context,
    number: Number,
    reason: Why,
    by: By = "",
    config: Config = "routes.toml",
    output: Output = Format.TEXT,
    as_json: AsJson = False,
) -> int:
    """Say no to what was proposed, or call off what is to begin later."""
    return _told(context, _decided(config, number, by, reason, approve=False), output, as_json=as_json)


def roll_back(
    context: typer.Context,
    reason: Why,
    to: To = "",
    by: By = "",
    config: Config = "routes.toml",
    output: Output = Format.TEXT,
    as_json: AsJson = False,
) -> int:
    """Go back to what was in force before, at once. Nobody need approve it: it was in force."""
    from gateway.cli.running import bootstrap

    gone = bootstrap().roll_back_configuration(config, to, by=_caller(by), reason=reason)
    return _told(context, gone, output, as_json=as_json)


def list(  # noqa: A001 - the command's name
    context: typer.Context,
    limit: Limit = 20,
    wide: Wide = False,
    config: Config = "routes.toml",
    output: Output = Format.TEXT,
    as_json: AsJson = False,
) -> int:
    """List what was, is and is to be in force, the newest first: who wanted it and why, what its tests said, who approved."""
    import asyncio

    from gateway.cli.running import bootstrap

    terminal, form = terminal_of(context), chosen(output, as_json=as_json)
    found = asyncio.run(bootstrap().configurations(config, limit=limit))
    if form is Format.TEXT:
        _show(terminal, found, wide=wide)
        return ExitStatus.SUCCESS
    write_records(terminal, form, found, columns=COLUMNS)
    return ExitStatus.SUCCESS


def show(
    context: typer.Context,
    number: AnyNumber = None,
    file: OfIt = "",
    config: Config = "routes.toml",
    output: Output = Format.TEXT,
    as_json: AsJson = False,
) -> int:
    """Show an activation with all that was said about it, or a file of its configuration."""
    import asyncio

    from gateway.cli.running import bootstrap

    wiring = bootstrap()
    if not file:
        return _told(context, wiring.configuration(config, number), output, as_json=as_json)
    wanted = number if number is not None else asyncio.run(wiring.configuration(config))["id"]
    terminal_of(context).line(asyncio.run(wiring.configuration_file(config, wanted, file)).rstrip("\n"))
    return ExitStatus.SUCCESS


def _decided(config: str, number: int, by: str, reason: str, *, approve: bool) -> Coroutine[Any, Any, Mapping[str, Any]]:
    from gateway.cli.running import bootstrap

    return bootstrap().decide_configuration(config, number, approve=approve, by=_caller(by), reason=reason)


def _caller(by: str) -> "Caller":
    from gateway.domain.access import at_the_machine

    return at_the_machine(by or getpass.getuser())


def _told(
    context: typer.Context, asked: Coroutine[Any, Any, Mapping[str, Any]], output: Format, *, as_json: bool = False
) -> int:  # fmt: skip
    import asyncio

    terminal, form = terminal_of(context), chosen(output, as_json=as_json)
    one = asyncio.run(asked)
    if form is Format.TEXT:
        _describe(terminal, one)
    else:
        write_records(terminal, form, [one], columns=COLUMNS)
    return ExitStatus.SUCCESS


def _tried(context: typer.Context, found: Mapping[str, Any], form: Format) -> int:
    terminal = terminal_of(context)
    if form is not Format.TEXT:
        write_records(terminal, form, [found], columns=("digest", "same", "problem", "lint", "tests"))
    else:
        terminal.line((found["digest"][:12], "bold"), f"  {_tests(found)}")
        said = found["problem"] or ("in force already" if found["same"] else "it could be activated")
        terminal.tell(f"{said}. Nothing was changed. What would differ: gateway config diff FILE")
    return ExitStatus.FAILED if found["problem"] else ExitStatus.SUCCESS


def _describe(terminal: "Terminal", one: Mapping[str, Any]) -> None:
    from gateway.cli.times import moment_text

    state = str(one["state"])
    terminal.line((f"{one['id']}", "bold"), "  ", (state.replace("_", " "), _TONES[state]), f"  {one['digest']}")
    facts = {
        "why": one["reason"],
        "by": f"{one['proposed_by'] or 'the start of a gateway'}, {moment_text(one['proposed_at'])}",
        "tests": _tests(one),
        "overridden": one["override"],
        "decided": f"{one['decided_by']}, {moment_text(one['decided_at'])}: {one['decision']}" if one["decided_by"] else "",
        "from": moment_text(one["effective_from"]),
        "until": moment_text(one["ended_at"]),
        "files": ", ".join(one["files"]),
    }
    for name, fact in facts.items():
        if fact:
            terminal.line("  ", (f"{name:<11}", "faint"), str(fact))
    terminal.tell(_next_step(one))


def _next_step(one: Mapping[str, Any]) -> str:
    match one["state"]:
        case "proposed":
            return f"It waits for somebody else with another role: gateway config approve {one['id']} --reason …"
        case "approved":
            return f"It begins at its time. Call it off: gateway config reject {one['id']} --reason …"
        case "in_force":
            return "Processes take it now. Go back: gateway config roll-back --reason …"
    return "All of them: gateway config list"


def _tests(one: Mapping[str, Any]) -> str:
    tests = one["tests"] or {"passed": 0, "failed": []}
    if not tests["passed"] and not tests["failed"]:
        return "no tests"
    return f"{tests['passed']} passed" + (f", {len(tests['failed'])} failed" if tests["failed"] else "")


def _show(terminal: "Terminal", found: Sequence[Mapping[str, Any]], *, wide: bool) -> None:
    from gateway.cli.screen import Column, show_table

    if not found:
        terminal.tell("Nothing was in force yet. Start a gateway: gateway run")
        return
    titles = ("NO", "STATE", "CONFIGURATION", "BY", "FROM", "UNTIL", "TESTS", "APPROVED BY", "WHY")
    show_table(terminal, [Column(title) for title in titles], [_row(one, wide=wide) for one in found])
    terminal.tell("One with its files: gateway config show NO. What differs: gateway config diff OLD NEW")


def _row(one: Mapping[str, Any], *, wide: bool) -> "Sequence[Span]":
    from gateway.cli.times import moment_text

    reason, state = str(one["reason"]), str(one["state"])
    return (
        str(one["id"]),
        (state.replace("_", " "), _TONES[state]),
        one["digest"] if wide else one["digest"][:12],
        str(one["proposed_by"] or "start"),
        moment_text(one["activated_at"] or one["effective_from"]),
        moment_text(one["ended_at"]),
        _tests(one) if one["kind"] != "start" else "",
        str(one["decided_by"] or ""),
        reason if wide or len(reason) <= 60 else f"{reason[:59]}…",
    )
