"""`gateway order`: what has become of an order, across partner, gateway, Odoo, warehouse and carrier."""

from typing import Annotated

import typer

from gateway.cli.exit_status import ExitStatus
from gateway.cli.failure import CommandFailed
from gateway.cli.options import AsJson, Config, Output, chosen, terminal_of
from gateway.cli.records import Format, RecordWriter

EXAMPLES = {
    "order": """
    gateway order 4711                  the customer's order number
    gateway order S00027                or what Odoo, the warehouse or the carrier calls it
    gateway order 1Z999AA10123456784    or a package or shipment of it
    gateway order 4711 --partner bigbox -o json
    """
}

COLUMNS = (
    "order",
    "partner",
    "heard_at",
    "occurred",
    "event",
    "source",
    "state",
    "code",
    "message",
    "lines",
    "reason",
    "document",
)
Number = Annotated[
    str,
    typer.Argument(metavar="NUMBER", help="An order number, or any name that a system has for it.", show_default=False),
]
Partner = Annotated[str, typer.Option("--partner", help="Whose order it is, where several have the number.", show_default=False)]


def order(
    context: typer.Context,
    number: Number,
    partner: Partner = "",
    config: Config = "routes.toml",
    output: Output = Format.TEXT,
    as_json: AsJson = False,
) -> int:
    """Show an order: steps done, missing and late, the quantities of its lines, who said what and what became of it.

    `-o json` writes an array of the orders that the number may mean, `-o jsonl` and `-o csv` a line for each thing that was said.
    """
    import asyncio

    from gateway.cli.order_story import order_story
    from gateway.cli.running import bootstrap
    from gateway.cli.screen import show_tree

    terminal = terminal_of(context)
    found = asyncio.run(bootstrap().orders_of(config, number, partner=partner or None))
    if not found:
        remedy = "Look for it among the messages: gateway trace NUMBER. Or list orders: gateway orders"
        raise CommandFailed("no order is known by this number", where=number, remedy=remedy)
    match chosen(output, as_json=as_json):
        case Format.TEXT:
            for view in found:
                show_tree(terminal, order_story(view))
        case Format.JSON:
            terminal.json(found)
        case form:
            with RecordWriter(terminal, form, columns=COLUMNS) as writer:
                for view in found:
                    for event in view["events"]:
                        writer.write({"order": view["number"], "partner": view["partner"], **event})
    return ExitStatus.SUCCESS
