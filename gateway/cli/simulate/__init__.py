"""`gateway simulate`: a trading partner on this machine that speaks what was agreed, and misbehaves on demand."""

from pathlib import Path
from typing import Annotated

import typer

from gateway.cli.exit_status import ExitStatus
from gateway.cli.failure import CommandFailed
from gateway.cli.options import AsJson, Config, Output, chosen, terminal_of
from gateway.cli.records import Format
from gateway.simulators.partner.manners import Answering, Receipting, Sending

EXAMPLES = {
    "partner": """
    gateway simulate partner bigbox --orders 2
    gateway simulate partner bigbox --orders 2 --sending duplicate --sending out-of-order
    gateway simulate partner bigbox --answering late --delay 30s --receipt wrong-mic
    gateway simulate partner bigbox --file orders.x12 --sending half-written --finish-after 1m -o jsonl
    """,
    "keys": """
    gateway simulate keys bigbox
    gateway simulate keys bigbox --into trial
    """,
}

KEYS = "simulated"
Partner = Annotated[str, typer.Argument(metavar="PARTNER", help="The partner's id in routes.toml.", show_default=False)]
Channel = Annotated[str, typer.Option("--channel", metavar="ID", help="The channel to use; default: the partner's first.")]
Orders = Annotated[int, typer.Option("--orders", metavar="N", min=0, help="Send so many orders, in the agreed format.")]
Files = Annotated[list[str] | None, typer.Option("--file", metavar="FILE", help="Send this file as it is; can be repeated.")]
Items = Annotated[list[str] | None, typer.Option("--item", metavar="CODE:QUANTITY", help="A line of each order; repeatable.")]
FirstOrder = Annotated[str, typer.Option("--first-order", metavar="NUMBER", help="Number of the first order: its end counts on.")]
FirstNumber = Annotated[int, typer.Option("--first-number", metavar="N", min=1, help="Control number of the first interchange.")]
FileName = Annotated[
    str, typer.Option("--file-name", metavar="NAME", help="Names of files, with {document} and {number} in them.")
]
HowSent = Annotated[list[Sending] | None, typer.Option("--sending", help="What is wrong with what it sends; can be repeated.")]
HowAnswered = Annotated[list[Answering] | None, typer.Option("--answering", help="What is wrong with its answers; repeatable.")]
HowReceipted = Annotated[
    list[Receipting] | None, typer.Option("--receipt", help="What is wrong with its AS2 receipts; repeatable.")
]
Delay = Annotated[str, typer.Option("--delay", metavar="DURATION", help="How late it is where it is late.")]
FinishAfter = Annotated[
    str, typer.Option("--finish-after", metavar="DURATION", help="When half-written files are completed; default: never.")
]
For = Annotated[str, typer.Option("--for", metavar="DURATION", help="End after this time; default: stay until Ctrl-C.")]
Until = Annotated[int, typer.Option("--until-received", metavar="N", min=0, help="End when so many messages have come.")]
Url = Annotated[str, typer.Option("--url", envvar="GATEWAY_URL", help="The gateway; default: where routes.toml says it listens.")]
Keys = Annotated[str, typer.Option("--keys", metavar="FOLDER", help="Where `gateway simulate keys` wrote the partner's keys.")]
Into = Annotated[str, typer.Option("--into", metavar="FOLDER", help="Where to write them.")]
Name = Annotated[str, typer.Argument(metavar="PARTNER", help="Whose keys they are to be; names the files.", show_default=False)]


def partner(
    context: typer.Context,
    partner: Partner,
    channel: Channel = "",
    orders: Orders = 0,
    file: Files = None,
    item: Items = None,
    first_order: FirstOrder = "4711",
    first_number: FirstNumber = 1,
    file_name: FileName = "{document}-{number}.edi",
    sending: HowSent = None,
    answering: HowAnswered = None,
    receipt: HowReceipted = None,
    delay: Delay = "10s",
    finish_after: FinishAfter = "",
    lasting: For = "",
    until_received: Until = 0,
    url: Url = "",
    keys: Keys = KEYS,
    config: Config = "routes.toml",
    output: Output = Format.TEXT,
    as_json: AsJson = False,
) -> int:
    """Be a partner: send orders and files to the gateway, take what it sends, answer as agreed, and say so as it happens.

    Identities, formats, acknowledgements owed and the way come from routes.toml. Over AS2, SFTP and HTTP it listens where the
    channel's address says, which must be on this machine; a token for HTTP comes from GATEWAY_TOKEN_FILE or GATEWAY_TOKEN. Exit
    status 3 when the gateway did not take something.
    """
    import asyncio

    from gateway.cli.simulate.speaking import Wanted
    from gateway.cli.simulate.staying import Stay, play
    from gateway.simulators.partner.manners import Manners

    manners = Manners(
        frozenset(sending or ()), frozenset(answering or ()), frozenset(receipt or ()), seconds("--delay", delay) or 0.0
    )
    wanted = Wanted(partner, channel, url, Path(config).absolute().parent / keys, manners, first_number)
    stay = Stay(seconds("--for", lasting), until_received, seconds("--finish-after", finish_after))
    terminal, form = terminal_of(context), chosen(output, as_json=as_json)
    leaving = {"orders": orders, "files": file or [], "items": item or [], "first_order": first_order, "file_name": file_name}
    try:
        return asyncio.run(play(config, wanted, leaving, stay, terminal, form))
    except asyncio.CancelledError:
        return ExitStatus.INTERRUPTED


def keys(context: typer.Context, partner: Name, into: Into = KEYS, config: Config = "routes.toml") -> int:
    """Make keys for a simulated partner: a certificate for AS2, a host key for SFTP; writes the lines for routes.toml.

    They are for trials on this machine: the private keys lie beside the certificate, and hold for a year.
    """
    from gateway.cli.simulate.key_files import make_keys

    made = make_keys(Path(config).absolute().parent / into, partner)
    terminal = terminal_of(context)
    terminal.line(f'certificates = ["{into}/{partner}.pem"]    # in a channel of type as2')
    terminal.line(f'host_keys = ["{made.fingerprint}"]    # in a channel of type sftp')
    terminal.tell(f"Written to {made.folder}: {', '.join(made.files)}")
    return ExitStatus.SUCCESS


def seconds(option: str, text: str) -> float | None:
    """A duration of an option in seconds, None for nothing. Raises CommandFailed."""
    from gateway.config.quantities import duration

    try:
        return duration(text).total_seconds() if text else None
    except ValueError as error:
        raise CommandFailed(str(error), where=option, remedy="Write it as 30s or 5m.", status=ExitStatus.USAGE) from error
