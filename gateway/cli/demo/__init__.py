"""`gateway demo`: two partners, the gateway on its embedded servers, a simulated Odoo, in one process; nothing outside of it."""

from typing import Annotated

import typer

from gateway.cli.exit_status import ExitStatus
from gateway.cli.options import AsJson, Output, chosen, terminal_of
from gateway.cli.records import Format

EXAMPLES = {
    "demo": """
    gateway demo                        see it, and leave nothing behind
    gateway demo --keep                 then look around, and send orders of your own
    gateway demo --data my-demo         keep what was stored, to be read later
    """
}

Keep = Annotated[bool, typer.Option("--keep", help="Stay up afterwards, until Ctrl-C, and keep the data folder.")]
Data = Annotated[
    str | None,
    typer.Option("--data", metavar="FOLDER", help="A new folder for what is stored; it is kept.", show_default=False),
]


def demo(
    context: typer.Context, keep: Keep = False, data: Data = None, output: Output = Format.TEXT, as_json: AsJson = False
) -> int:
    """Show the whole way of an order: two partners send real documents, one with a fault inside, one for an unknown product.

    Runs the gateway with its routes.toml on an embedded database and broker, beside a simulated Odoo. Needs no server, touches
    none, and heeds only GATEWAY_LISTEN of the environment. Exit status 1 when anything did not happen as it should have.
    """
    import asyncio
    import shutil

    from gateway.cli.demo.demonstration import Demonstration
    from gateway.cli.demo.site import prepared

    kept = keep or data is not None
    place = prepared(data, terminal_of(context).environ)
    demonstration = Demonstration(place, terminal_of(context), keep=keep, kept=kept, form=chosen(output, as_json=as_json))
    try:
        return asyncio.run(demonstration.run())
    except asyncio.CancelledError:
        return ExitStatus.INTERRUPTED
    finally:
        if not kept:
            shutil.rmtree(place.data, ignore_errors=True)
