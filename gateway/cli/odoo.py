"""`gateway odoo`: what of documents and tables means nothing in Odoo."""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Annotated, Any

import typer

from gateway.cli.exit_status import ExitStatus
from gateway.cli.options import AsJson, Config, Output, chosen, terminal_of
from gateway.cli.records import Format, write_records

if TYPE_CHECKING:
    from gateway.cli.terminal import Terminal

EXAMPLES = {
    "unmapped": """
    gateway odoo unmapped                       what documents met and nobody mapped
    gateway odoo unmapped --compare             and what the tables name that is not in Odoo
    gateway odoo unmapped odoo-west --compare -o csv > open.csv
    """
}

COLUMNS = ("application", "table", "word", "target", "partner", "times", "why")
Application = Annotated[str, typer.Argument(metavar="[APPLICATION]", help="Only of this Odoo database.", show_default=False)]
Compare = Annotated[bool, typer.Option("--compare", help="Ask Odoo for everything that the tables name.")]


def unmapped(
    context: typer.Context,
    application: Application = "",
    compare: Compare = False,
    config: Config = "routes.toml",
    output: Output = Format.TEXT,
    as_json: AsJson = False,
) -> int:
    """List what is not mapped: products, units, partners, carriers … that documents brought and Odoo does not know by that
    name, how often, and the failures they are in. Ends with 3 when there is any.

    With `--compare` every entry of the application's tables is looked for in Odoo as well.
    """
    import asyncio

    from gateway.cli.running import bootstrap

    found = asyncio.run(bootstrap().unmapped(config, application or None, comparing=compare))
    records = [{name: getattr(one, name) for name in COLUMNS} for one in found]
    terminal, form = terminal_of(context), chosen(output, as_json=as_json)
    if form is Format.TEXT:
        _show(terminal, records, compared=compare)
    else:
        write_records(terminal, form, records, columns=COLUMNS)
    return ExitStatus.SOME_FAILED if records else ExitStatus.SUCCESS


def _show(terminal: "Terminal", records: Sequence[Mapping[str, Any]], *, compared: bool) -> None:
    met = [record for record in records if not record["table"]]
    wrong = [record for record in records if record["table"]]
    if met:
        terminal.line(("Met in documents", "bold"))
    for record in met:
        whose = f" of {record['partner']}" if record["partner"] else ""
        often = f" {record['times']} times" if record["times"] > 1 else ""
        terminal.line(f"  {record['word']}{whose}{often}: {record['why']}")
        terminal.line(" " * 4, (f"gateway failures show {record['target']}", "faint"))
    if wrong:
        terminal.line(("In the tables", "bold"))
    for record in wrong:
        terminal.line(f"  {record['application']} {record['table']}: {record['word']} = {record['target']}: {record['why']}")
    if not records:
        terminal.tell("Everything that was met is mapped." if not compared else "Everything is mapped.")
    elif not compared:
        terminal.tell("Compare the tables with Odoo, too: gateway odoo unmapped --compare")
