"""`gateway message show`: one message."""

from typing import Annotated

import typer

from gateway.cli.exit_status import ExitStatus
from gateway.cli.failure import CommandFailed
from gateway.cli.options import AsJson, Config, Output, chosen, terminal_of
from gateway.cli.records import Format, write_records

EXAMPLES = {
    "message": """
    gateway message show 0193a5c2-7e1b-7c44-9d7e-0a4f5a3f2b10      or without `show`
    gateway message 0193a5c2-7e1b-7c44-9d7e-0a4f5a3f2b10 -o json
    """
}

COLUMNS = ("id", "partner", "channel", "name", "state", "received_at", "size", "sha256")
Id = Annotated[str, typer.Argument(metavar="ID", help="A message id as `gateway messages --wide` shows it.", show_default=False)]


def message(
    context: typer.Context, number: Id, config: Config = "routes.toml", output: Output = Format.TEXT, as_json: AsJson = False
) -> int:
    """Show one message: what came, what it held, every finding, where it went and what was answered."""
    from gateway.cli.running import ask
    from gateway.cli.screen import show_tree
    from gateway.cli.story import message_page

    terminal = terminal_of(context)
    view = ask(config, lambda records: records.message(number.strip()))
    if view is None:
        raise CommandFailed("there is no such message", where=number, remedy="Look for it: gateway messages NUMBER")
    match chosen(output, as_json=as_json):
        case Format.TEXT:
            show_tree(terminal, message_page(view))
        case Format.JSON:
            terminal.json(view)
        case form:
            write_records(terminal, form, [view], columns=COLUMNS)
    return ExitStatus.SUCCESS
