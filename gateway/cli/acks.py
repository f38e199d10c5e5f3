"""`gateway acks`: what partners owe us for what we sent, and what they sent that matches nothing."""

import getpass
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Annotated, Any
from uuid import UUID

import typer

from gateway.cli.exit_status import ExitStatus, of_items
from gateway.cli.failure import CommandFailed
from gateway.cli.options import AsJson, Config, Output, Wide, chosen, terminal_of
from gateway.cli.records import Format, write_records

if TYPE_CHECKING:
    from gateway.cli.terminal import Span, Terminal

EXAMPLES = {
    "list": """
    gateway acks list                   or without `list`
    gateway acks --overdue --partner bigbox
    gateway acks --rejected -o csv
    gateway acks 4711                   what is owed for an order, invoice or interchange
    gateway acks --unmatched
    """,
    "waive": """
    gateway acks waive 0193a5c2-7e1b-7c44-9d7e-0a4f5a3f2b10 --reason "confirmed by telephone"
    """,
    "dismiss": """
    gateway acks dismiss 0193a5c2-7e1b-7c44-9d7e-0a4f5a3f2b10 --reason "answers what the old system sent"
    """,
    "match": """
    gateway acks match
    gateway acks match 0193a5c2-7e1b-7c44-9d7e-0a4f5a3f2b10
    """,
}

Number = Annotated[
    str, typer.Argument(metavar="[NUMBER]", help="An order, invoice or control number, or an id.", show_default=False)
]
Open = Annotated[bool, typer.Option("--open", help="What is still waited for.")]
Overdue = Annotated[bool, typer.Option("--overdue", help="What has not come in time.")]
Rejected = Annotated[bool, typer.Option("--rejected", help="What partners rejected, in part or as a whole, or contradicted.")]
State = Annotated[list[str] | None, typer.Option("--state", help="Only this state; may be given several times.")]
Partner = Annotated[list[str] | None, typer.Option("--partner", help="Only of this partner; may be given several times.")]
Kind = Annotated[list[str] | None, typer.Option("--kind", help="Only this: MDN, TA1, 997, CONTRL, APERAK, order_response …")]
Unmatched = Annotated[bool, typer.Option("--unmatched", help="Acknowledgements that answer nothing we know, instead.")]
Limit = Annotated[int, typer.Option("--limit", "-n", min=1, max=1000, help="At most so many.")]
Before = Annotated[str, typer.Option("--before", metavar="ID", help="Go on after this id, the last one of the list before.")]
Id = Annotated[UUID, typer.Argument(metavar="ID", help="An id as `gateway acks --wide` shows it.", show_default=False)]
Ids = Annotated[
    list[UUID] | None, typer.Argument(metavar="[ID]...", help="Only these; default: all that wait.", show_default=False)
]
Reason = Annotated[
    str, typer.Option("--reason", help="Why, for the audit and for those who look at it later.", show_default=False)
]
By = Annotated[str, typer.Option("--by", help="Who did it, for the audit.", show_default="your login")]

COLUMNS = (
    "id", "state", "partner", "kind", "type", "control_number", "keys", "sent_at", "due_at", "changed_at", "owner", "reason",
    "person", "explanation",
)  # fmt: skip
UNMATCHED_COLUMNS = ("id", "partner", "type", "names", "control_number", "sender", "created_at", "tries", "transmission")
_STATES = {
    "open": ("expected", "overdue"),
    "overdue": ("overdue",),
    "rejected": ("rejected", "partially_accepted", "contradicted"),
}


def list(  # noqa: A001 - the command's name
    context: typer.Context,
    number: Number = "",
    open: Open = False,  # noqa: A002 - the option's name
    overdue: Overdue = False,
    rejected: Rejected = False,
    state: State = None,
    partner: Partner = None,
    kind: Kind = None,
    unmatched: Unmatched = False,
    limit: Limit = 50,
    before: Before = "",
    wide: Wide = False,
    config: Config = "routes.toml",
    output: Output = Format.TEXT,
    as_json: AsJson = False,
) -> int:
    """List what partners owe us, or answered, for what we sent, the newest first: state, what it is about, when it was due."""
    import asyncio

    from gateway.cli.running import bootstrap

    terminal, form = terminal_of(context), chosen(output, as_json=as_json)
    if unmatched:
        found = asyncio.run(bootstrap().unmatched_acknowledgements(config, partners=partner or (), limit=limit))
        return _write(terminal, form, found, UNMATCHED_COLUMNS, _show_unmatched, wide=wide)
    named = {"open": open, "overdue": overdue, "rejected": rejected}
    states = [one for name, wanted in named.items() if wanted for one in _STATES[name]] + [*(state or ())]
    wanted = {"states": states, "partners": partner or (), "kinds": kind or (), "about": number.strip(), "limit": limit}
    found = asyncio.run(bootstrap().expectations(config, before=UUID(before) if before else None, **wanted))
    return _write(terminal, form, found, COLUMNS, _show, wide=wide)


def waive(context: typer.Context, expectation: Id, reason: Reason, by: By = "", config: Config = "routes.toml") -> int:
    """No longer wait for an answer, or hold a bad one against nobody. Its failure ends; the reason stays with it."""
    import asyncio

    from gateway.cli.running import bootstrap

    why, who = _reason(reason, expectation), by or getpass.getuser()
    row = asyncio.run(bootstrap().waive_expectation(config, expectation, actor=who, reason=why))
    if row is None:
        raise CommandFailed("nothing with this id is expected", where=str(expectation), remedy="Look for it: gateway acks --wide")
    terminal_of(context).tell(f"The {_spaced(row.kind)} is waived; it was {_spaced(row.state)}.")
    return ExitStatus.SUCCESS


def dismiss(context: typer.Context, acknowledgement: Id, reason: Reason, by: By = "", config: Config = "routes.toml") -> int:
    """Take an acknowledgement that answers nothing of ours out of the queue. It stays stored, with the reason."""
    import asyncio

    from gateway.cli.running import bootstrap

    why, who = _reason(reason, acknowledgement), by or getpass.getuser()
    if not asyncio.run(bootstrap().dismiss_acknowledgement(config, acknowledgement, actor=who, reason=why)):
        remedy = "Look for it: gateway acks --unmatched --wide"
        raise CommandFailed("it does not wait to be matched", where=str(acknowledgement), remedy=remedy)
    terminal_of(context).tell("It is dismissed.")
    return ExitStatus.SUCCESS


def match(context: typer.Context, acknowledgements: Ids = None, config: Config = "routes.toml") -> int:
    """Match acknowledgements that wait now, not at their next turn: all of them, or these."""
    import asyncio

    from gateway.cli.running import bootstrap

    wanted = acknowledgements or []
    matched = asyncio.run(bootstrap().match_acknowledgements(config, wanted))
    terminal_of(context).tell(f"{len(matched)} matched. What is left: gateway acks --unmatched")
    return of_items(ExitStatus.SUCCESS if one in matched else ExitStatus.FAILED for one in wanted)


def _write(
    terminal: "Terminal", form: Format, found: Sequence[Mapping[str, Any]], columns: Sequence[str], show: Any, *, wide: bool
) -> int:
    if form is Format.TEXT:
        show(terminal, found, wide=wide)
        return ExitStatus.SUCCESS
    write_records(terminal, form, found, columns=columns)
    return ExitStatus.SUCCESS


def _show(terminal: "Terminal", found: Sequence[Mapping[str, Any]], *, wide: bool) -> None:
    from gateway.cli.phrases import expectation_subject
    from gateway.cli.screen import Column, show_table

    if not found:
        terminal.tell('Nothing there. What is expected is agreed in routes.toml: expect = { ack = "997", within = "24h" }')
        return
    titles = ("STATE", "PARTNER", "EXPECTED", "ABOUT", "INTERCHANGE", "DUE", "ID")
    show_table(
        terminal, [Column(title, number=title == "INTERCHANGE") for title in titles], [_row(one, wide=wide) for one in found]
    )
    troubled = next((one for one in found if one["state"] in _STATES["rejected"] and one.get("explanation")), None)
    if troubled is not None:
        terminal.tell(f"{expectation_subject(troubled)}: {' '.join(troubled['explanation'])}")
    terminal.tell("Settle one by hand: gateway acks waive ID --reason WHY")


def _row(view: Mapping[str, Any], *, wide: bool) -> "Sequence[Span]":
    from gateway.cli.phrases import expectation_phrase, expectation_subject
    from gateway.cli.times import moment_text

    return (
        expectation_phrase(view),
        str(view.get("partner") or "unknown"),
        _spaced(view.get("kind")),
        expectation_subject(view),
        str(view.get("control_number") or ""),
        moment_text(view.get("due_at")),
        (str(view["id"]) if wide else str(view["id"])[-12:], "faint"),
    )


def _show_unmatched(terminal: "Terminal", found: Sequence[Mapping[str, Any]], *, wide: bool) -> None:
    from gateway.cli.screen import Column, show_table
    from gateway.cli.times import moment_text

    if not found:
        terminal.tell("Every acknowledgement that came answers something of ours.")
        return
    rows = [
        (
            moment_text(one.get("created_at")),
            str(one.get("partner") or "unknown"),
            str(one["type"]),
            ", ".join(one["names"]) or "nothing",
            str(one.get("control_number") or ""),
            (str(one["id"]) if wide else str(one["id"])[-12:], "faint"),
        )
        for one in found
    ]
    titles = ("CAME", "PARTNER", "TYPE", "ANSWERS", "INTERCHANGE", "ID")
    show_table(terminal, [Column(title, number=title == "INTERCHANGE") for title in titles], rows)
    terminal.tell("Match them when what they answer is known: gateway acks match. Or: gateway acks dismiss ID --reason WHY")


def _reason(reason: str, about: UUID) -> str:
    if not reason.strip():
        raise CommandFailed("a reason is needed", where=str(about), remedy='Say why: --reason "confirmed by telephone"')
    return reason.strip()


def _spaced(word: object) -> str:
    return str(word or "").replace("_", " ")
