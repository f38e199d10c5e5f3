"""`gateway trace`: the whole story of a number."""

from typing import Annotated

import typer

from gateway.cli.exit_status import ExitStatus
from gateway.cli.failure import CommandFailed
from gateway.cli.options import AsJson, Config, Output, chosen, terminal_of
from gateway.cli.records import Format, write_records

EXAMPLES = {
    "trace": """
    gateway trace 4711                  an order number
    gateway trace 000000042             a control number
    gateway trace 4711 -o json
    """
}

COLUMNS = ("at", "stage", "subject", "node", "configuration", "steps")
Number = Annotated[
    str, typer.Argument(metavar="NUMBER", help="An order number, a control number or a message id.", show_default=False)
]


def trace(
    context: typer.Context, number: Number, config: Config = "routes.toml", output: Output = Format.TEXT, as_json: AsJson = False
) -> int:
    """Tell the whole story of a number: the bytes that came, what they held, why it went where, each attempt, the answer.

    `-o json` writes one object with everything, `-o jsonl` and `-o csv` one line per event of the journal.
    """
    from gateway.cli.running import ask
    from gateway.cli.screen import show_tree
    from gateway.cli.story import story

    terminal = terminal_of(context)
    view = ask(config, lambda records: records.trace(number.strip()))
    if view is None:
        raise CommandFailed(
            "nothing is known of this number", where=number, remedy="Look for parts of it: gateway messages NUMBER"
        )
    match chosen(output, as_json=as_json):
        case Format.TEXT:
            show_tree(terminal, story(view))
        case Format.JSON:
            terminal.json(view)
        case form:
            write_records(terminal, form, view.get("events") or (), columns=COLUMNS)
    return ExitStatus.SUCCESS
