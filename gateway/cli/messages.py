"""`gateway messages`: the list."""

from collections.abc import Mapping, Sequence
from typing import Annotated, Any

import typer

from gateway.cli.exit_status import ExitStatus
from gateway.cli.options import AsJson, Config, Output, Wide, chosen, terminal_of
from gateway.cli.records import Format, write_records
from gateway.cli.terminal import Span

EXAMPLES = {
    "messages": """
    gateway messages
    gateway messages partner:bigbox state:stopped
    gateway messages type:850 after:2026-11-20 po:4711 -o csv
    gateway messages 'direction:out -state:delivered'
    """
}

COLUMNS = (
    "id", "at", "direction", "partner", "channel", "type", "name", "keys", "control_number", "state", "transmission", "file",
    "document_number", "outbound", "expectations",
)  # fmt: skip
PHRASE_WIDTH = 72
_ARROWS = {"in": "→", "out": "←"}

Query = Annotated[list[str] | None, typer.Argument(metavar="[QUERY]...", help="What to look for; nothing means the newest.")]
Limit = Annotated[int, typer.Option("--limit", "-n", min=1, max=1000, help="At most so many.")]
Before = Annotated[str, typer.Option("--before", metavar="ID", help="Go on after this id, the last one of the list before.")]


def messages(
    context: typer.Context,
    query: Query = None,
    limit: Limit = 50,
    before: Before = "",
    wide: Wide = False,
    config: Config = "routes.toml",
    output: Output = Format.TEXT,
    as_json: AsJson = False,
) -> int:
    """List messages, the newest first: who, what, its numbers, what became of it and who must act.

    Search by partner, channel, direction, type, document, state, number, after, before, target, owner, file, messageid,
    reference (what Odoo calls it), progress (of the order) and by business keys (order or po, invoice, despatch, sscc,
    tracking …). Words without a colon search all numbers; all words have to be met. `-state:delivered` leaves out: put the query
    in quotation marks then.
    """
    import shlex

    from gateway.cli.running import ask
    from gateway.cli.screen import show_table
    from gateway.domain.query import parse

    terminal = terminal_of(context)
    # One argument is a whole query, as a link holds it; several are its parts, which the shell has taken apart already.
    wanted = parse(query[0] if query and len(query) == 1 else shlex.join(query or ()))
    found = ask(config, lambda records: records.messages(wanted, limit, before or None))
    form = chosen(output, as_json=as_json)
    if form is not Format.TEXT:
        write_records(terminal, form, found, columns=COLUMNS)
        return ExitStatus.SUCCESS
    if not found:
        terminal.tell("No messages there. Send one: gateway send FILE --to PARTNER")
        return ExitStatus.SUCCESS
    show_table(terminal, table_columns(), [row(view, wide=wide) for view in found])
    last = str(found[-1].get("id"))
    more = f"More: gateway messages --before {last}. " if len(found) == limit else ""
    terminal.tell(f"{more}The story of one: gateway trace {shortened(found[0], wide=True)}")
    return ExitStatus.SUCCESS


def table_columns() -> "list[Any]":
    """The columns of the list."""
    from gateway.cli.screen import Column

    titles = ("TIME", "", "PARTNER", "TYPE", "NUMBERS", "CONTROL", "STATE", "ACKNOWLEDGED", "ID")
    return [Column(title, number=title == "CONTROL") for title in titles]


def row(view: Mapping[str, Any], *, wide: bool) -> Sequence[Span]:
    """A message as a row of the list."""
    from gateway.cli.phrases import document_phrase, keys_text
    from gateway.cli.times import moment_text

    return (
        moment_text(view.get("at")),
        _ARROWS.get(str(view.get("direction")), "·"),
        str(view.get("partner") or "unknown"),
        str(view.get("type") or ""),
        keys_text(view.get("keys")),
        str(view.get("control_number") or ""),
        cut(document_phrase(view), wide=wide),
        acknowledged(view),
        (shortened(view, wide=wide), "faint"),
    )


def acknowledged(view: Mapping[str, Any]) -> tuple[str, str]:
    """What we answered to what came, or what was answered to what we sent: `997: Overdue`."""
    from gateway.cli.phrases import acknowledgement_phrase, expectation_phrase

    expected = [(one, *expectation_phrase(one)) for one in view.get("expectations") or ()]
    if not expected:
        return acknowledgement_phrase(view.get("acknowledgements") or ())
    tones = [tone for _, _, tone in expected]
    text = ", ".join(f"{str(one['kind']).replace('_', ' ')}: {said}" for one, said, _ in expected)
    return text, next((tone for tone in ("error", "warning", "info") if tone in tones), "good")


def cut(phrase: tuple[str, str], *, wide: bool) -> Span:
    """A phrase that leaves room for the other columns, unless all of it is wanted."""
    text, tone = phrase
    return (text if wide or len(text) <= PHRASE_WIDTH else text[: PHRASE_WIDTH - 1] + "…"), tone


def shortened(view: Mapping[str, Any], *, wide: bool) -> str:
    """The id, cut to its last twelve digits unless all of it is wanted: ids grow with time, so their ends differ."""
    whole = str(view.get("id") or "")
    return whole if wide else whole[-12:]
