"""`gateway publish`: hand canonical documents for a partner to the gateway, as a service would on `edi.outbound`."""

import hashlib
from typing import Annotated

import typer

from gateway.cli.exit_status import ExitStatus
from gateway.cli.options import AsJson, Config, Output, chosen, terminal_of
from gateway.cli.records import Format

EXAMPLES = {
    "publish": """
    gateway publish invoice.json --to bigbox
    gateway translate their-order.edi | gateway publish - --to supplier
    """
}

File = Annotated[
    str,
    typer.Argument(
        metavar="FILE", help="Canonical JSON, as `gateway translate` writes it; `-` is standard input.", show_default=False
    ),
]
To = Annotated[str, typer.Option("--to", metavar="PARTNER", help="Whom it is for, as in routes.toml.", show_default=False)]
MessageId = Annotated[
    str,
    typer.Option(
        "--id", metavar="ID", help="The message id; the same one again is not sent again.", show_default="the content's hash"
    ),
]


def publish(
    context: typer.Context,
    file: File,
    to: To,
    message_id: MessageId = "",
    config: Config = "routes.toml",
    output: Output = Format.TEXT,
    as_json: AsJson = False,
) -> int:
    """Hand canonical documents for a partner straight into the store that routes.toml names; writes the id of the transmission.

    The gateway writes them as the agreement with the partner says and sends them by its channel.
    """
    from gateway.cli.send import into_store, read_one, show
    from gateway.stages.outgoing import OUTBOUND

    terminal = terminal_of(context)
    read = read_one(file, terminal)
    key = message_id or f"sha256:{hashlib.sha256(read.data).hexdigest()}"
    answer = into_store(config, to, read, key=key, channel=OUTBOUND)
    show({"file": file, "partner": to, **answer}, chosen(output, as_json=as_json), terminal)
    return ExitStatus.SUCCESS
