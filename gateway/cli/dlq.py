"""`gateway dlq`: dead letters by their cause; send again, process again, give up, or say that one arrived after all."""

import asyncio
from collections.abc import Mapping, Sequence
from functools import partial
from typing import TYPE_CHECKING, Annotated, Any
from uuid import UUID

import typer

from gateway.cli.batch_talk import By, Detach, DryRun, Expect, Manner, Rate, Reason, Try, Yes, actor, carry_out
from gateway.cli.exit_status import ExitStatus, of_items
from gateway.cli.failure import CommandFailed, report
from gateway.cli.options import AsJson, Config, Output, Wide, chosen, terminal_of
from gateway.cli.records import Format, write_records
from gateway.errors import GatewayError

if TYPE_CHECKING:
    from gateway.cli.terminal import Terminal

EXAMPLES = {
    "list": """
    gateway dlq list                    or without `list`
    gateway dlq --target odoo --code product-unknown
    gateway dlq --partner bigbox -o csv
    """,
    "show": """
    gateway dlq show 0193a5c2-7e1b-7c44-9d7e-0a4f5a3f2b10
    """,
    "replay": """
    gateway dlq replay --target odoo --reason "Odoo works again" --try 5
    gateway dlq replay 0193a5c2-7e1b-7c44-9d7e-0a4f5a3f2b10 --reason "product added"
    """,
    "discard": """
    gateway dlq discard 0193a5c2-7e1b-7c44-9d7e-0a4f5a3f2b10 --reason "ordered again by telephone"
    """,
    "found": """
    gateway dlq found 0193a5c2-7e1b-7c44-9d7e-0a4f5a3f2b10 --reason "seen in Odoo" --reference S00042
    """,
    "approve": """
    gateway dlq approve 0193a5c2-7e1b-7c44-9d7e-0a4f5a3f2b10 --reason "counted twice by the shift leader"
    gateway dlq --code approval-needed --wide                                                             what waits for it
    gateway dlq discard 0193a5c2-7e1b-7c44-9d7e-0a4f5a3f2b10 --reason "typing error of the warehouse"     to refuse it
    """,
}

Partner = Annotated[list[str] | None, typer.Option("--partner", help="Only of this partner; may be given several times.")]
Target = Annotated[list[str] | None, typer.Option("--target", help="Only for this target; may be given several times.")]
State = Annotated[list[str] | None, typer.Option("--state", help="Only this: dead, failed, in_doubt, unreadable.")]
Code = Annotated[list[str] | None, typer.Option("--code", help="Only with this cause, as the list shows it.")]
Limit = Annotated[int, typer.Option("--limit", "-n", min=1, max=10_000, help="At most so many.")]
Letters = Annotated[
    list[UUID] | None, typer.Argument(metavar="[ID]...", help="Only these; else give a partner, target, state or code.")
]
Some = Annotated[list[UUID], typer.Argument(metavar="ID...", help="Ids as `gateway dlq --wide` shows them.", show_default=False)]
One = Annotated[UUID, typer.Argument(metavar="ID", help="An id as `gateway dlq --wide` shows it.", show_default=False)]
InDoubt = Annotated[bool, typer.Option("--in-doubt", help="Also what the target may have already.")]
Reference = Annotated[str, typer.Option("--reference", help="What the target calls it.")]

COLUMNS = (
    "id", "kind", "state", "partner", "target", "type", "keys", "code", "message", "attempt", "since", "owner", "failure",
    "fingerprint", "transmission",
)  # fmt: skip


def list(  # noqa: A001 - the command's name
    context: typer.Context,
    partner: Partner = None,
    target: Target = None,
    state: State = None,
    code: Code = None,
    limit: Limit = 1000,
    wide: Wide = False,
    config: Config = "routes.toml",
    output: Output = Format.TEXT,
    as_json: AsJson = False,
) -> int:
    """List what somebody must look after before it goes on, grouped by its cause, the newest first."""
    terminal, form = terminal_of(context), chosen(output, as_json=as_json)
    found = _found(config, partner=partner, target=target, state=state, code=code, limit=limit)
    if form is not Format.TEXT:
        write_records(terminal, form, found, columns=COLUMNS)
        return ExitStatus.SUCCESS
    if not found:
        terminal.tell("Nothing is dead, refused or in doubt.")
        return ExitStatus.SUCCESS
    _show_groups(terminal, found, wide=wide)
    return ExitStatus.SUCCESS


def show(
    context: typer.Context, letter: One, config: Config = "routes.toml", output: Output = Format.TEXT, as_json: AsJson = False
) -> int:
    """Show one with its whole history: what it was, each attempt, who did what about it."""
    from gateway.cli.trace import trace

    return trace(context, str(letter), config=config, output=output, as_json=as_json)


def replay(
    context: typer.Context,
    letters: Letters = None,
    partner: Partner = None,
    target: Target = None,
    state: State = None,
    code: Code = None,
    reason: Reason = "",
    in_doubt: InDoubt = False,
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
    """Send dead deliveries to where they were to go, and process again what could not be read. A plan comes first."""
    from gateway.cli.running import bootstrap

    found, words = _selected(config, letters or (), partner=partner, target=target, state=state, code=code)
    terminal, form, who = terminal_of(context), chosen(output, as_json=as_json), actor(by)
    said: dict[str, Any] = {"by": who, "reason": reason, "rate": rate, "try_first": try_first, "keep_it": not dry_run}
    manner = Manner(config=config, by=who, yes=yes, expect=expect, detach=detach)
    plans = {
        "delivery": partial(bootstrap().plan_redelivery_of, in_doubt=in_doubt, **said),
        "transmission": partial(bootstrap().plan_replay_of, **said),
    }
    outcomes = []
    for kind, plan in plans.items():
        ids = [UUID(one["id"]) for one in found if one["kind"] == kind]
        if ids:
            planned = asyncio.run(plan(config, {"words": words, "ids": ids}))
            outcomes.append(carry_out(terminal, form, planned, manner, dry_run=dry_run))
    return of_items(outcomes)


def discard(context: typer.Context, letters: Some, reason: Reason = "", by: By = "", config: Config = "routes.toml") -> int:
    """Give up what is dead, refused, in doubt or unreadable, with a reason. What was to come after it is given up as well."""
    from gateway.cli.running import bootstrap

    terminal, outcomes = terminal_of(context), []
    for letter in letters:
        try:
            was = asyncio.run(bootstrap().discard_dead_letter(config, letter, by=actor(by), reason=reason))
        except GatewayError as error:
            if len(letters) == 1:
                raise
            outcomes.append(report(error, terminal=terminal, command=f"gateway dlq discard {letter}"))
            continue
        terminal.tell(f"{letter} is given up; it was {was.replace('_', ' ')}.")
        outcomes.append(ExitStatus.SUCCESS)
    return of_items(outcomes)


def found(
    context: typer.Context, letter: One, reason: Reason = "", reference: Reference = "", by: By = "",
    config: Config = "routes.toml",
) -> int:  # fmt: skip
    """Say that what is in doubt has arrived: somebody looked. What comes after it goes on."""
    from gateway.cli.running import bootstrap

    asyncio.run(bootstrap().found_delivered(config, letter, by=actor(by), reason=reason, reference=reference or None))
    terminal_of(context).tell("It counts as delivered.")
    return ExitStatus.SUCCESS


def approve(context: typer.Context, letters: Some, reason: Reason = "", by: By = "", config: Config = "routes.toml") -> int:
    """Let be done what waits for a person's approval, with a reason. It is done once, under your name; `discard` refuses it."""
    from gateway.cli.running import bootstrap

    terminal, outcomes = terminal_of(context), []
    for letter in letters:
        try:
            asyncio.run(bootstrap().approve_delivery(config, letter, by=actor(by), reason=reason))
        except GatewayError as error:
            if len(letters) == 1:
                raise
            outcomes.append(report(error, terminal=terminal, command=f"gateway dlq approve {letter}"))
            continue
        terminal.tell(f"{letter} is approved, and made now.")
        outcomes.append(ExitStatus.SUCCESS)
    return of_items(outcomes)


def _found(config: str, *, limit: int, **chosen_by: Sequence[str] | None) -> Sequence[Mapping[str, Any]]:
    from gateway.cli.running import bootstrap

    names = {"partner": "partners", "target": "targets", "state": "states", "code": "codes"}
    wanted = {names[name]: values or () for name, values in chosen_by.items()}
    return asyncio.run(bootstrap().dead_letters(config, limit=limit, **wanted))


def _selected(config: str, letters: Sequence[UUID], **chosen_by: Sequence[str] | None) -> tuple[Sequence[Mapping[str, Any]], str]:
    """The letters that were chosen, and the choice in words. Raises CommandFailed when nothing was, or nothing is left of it."""
    if not letters and not any(chosen_by.values()):
        what, remedy = "nothing was chosen: that never means everything", "Give ids, --partner, --target, --state or --code."
        raise CommandFailed(what, where="dlq", remedy=remedy, status=ExitStatus.USAGE)
    wanted = sorted(map(str, letters))
    found = [one for one in _found(config, limit=100_000, **chosen_by) if not wanted or one["id"] in wanted]
    if not found:
        raise CommandFailed("none of them is dead, refused or in doubt", where="dlq", remedy="See what is: gateway dlq --wide")
    return found, " ".join(["dlq", *wanted, *_words(**chosen_by)])


def _words(**chosen_by: Sequence[str] | None) -> Sequence[str]:
    return [f"--{name} {value}" for name, values in chosen_by.items() for value in values or ()]


def _show_groups(terminal: "Terminal", found: Sequence[Mapping[str, Any]], *, wide: bool) -> None:
    """One line a cause; with `wide` one a letter."""
    from gateway.cli.phrases import keys_text
    from gateway.cli.screen import Column, show_table
    from gateway.cli.times import moment_text

    groups: dict[tuple[str, str], Sequence[Mapping[str, Any]]] = {}
    for letter in found:
        mark = letter["id"] if wide else letter["fingerprint"]
        groups[mark, letter["target"]] = [*groups.get((mark, letter["target"]), ()), letter]
    rows = []
    for group in groups.values():
        first = group[0]
        rows.append((
            str(len(group)),
            str(first["target"] or "reading"),
            str(first["partner"] or "unknown"),
            (str(first["state"]).replace("_", " "), "warning" if first["state"] == "in_doubt" else "error"),
            str(first["code"]),
            " ".join(str(first["message"]).split())[: 200 if wide else 50],
            keys_text(first["keys"]),
            str(first["owner"]),
            moment_text(first["since"]),
            (str(first["id"]) if wide or not first["failure"] else str(first["fingerprint"]), "faint"),
        ))  # fmt: skip
    titles = ("COUNT", "TARGET", "PARTNER", "STATE", "CODE", "MESSAGE", "NUMBERS", "OWNER", "SINCE", "ID" if wide else "FAILURE")
    show_table(terminal, [Column(title, number=title == "COUNT") for title in titles], rows)
    terminal.tell("Send them again: gateway dlq replay --target T --code C --reason WHY. One by one: gateway dlq --wide")
