"""`gateway partners`: trading partners."""

from typing import Annotated

import typer

from gateway.cli.doctor import COLUMNS, show, verdict
from gateway.cli.options import AsJson, Config, Output, chosen, terminal_of
from gateway.cli.records import Format, write_records

EXAMPLES = {
    "probe": """
    gateway partners test bigbox
    gateway partners test bigbox --no-message
    gateway partners test bigbox -o json
    """
}

Partner = Annotated[str, typer.Argument(metavar="PARTNER", help="The partner's id in routes.toml.", show_default=False)]
Message = Annotated[
    bool, typer.Option("--message/--no-message", help="AS2: send a message that says it is a test, and check the receipt.")
]


def probe(
    context: typer.Context,
    partner: Partner,
    message: Message = True,
    config: Config = "routes.toml",
    output: Output = Format.TEXT,
    as_json: AsJson = False,
) -> int:
    """Try each channel of a partner step by step: name, connection, TLS with its certificate, HTTP or login, a test message.

    Each line is ok, warn or fail, with a remedy; what comes after a failed step is not tried. Exit status 6 when one failed.
    """
    import asyncio

    terminal = terminal_of(context)
    found = asyncio.run(_tried(config, partner, send=message))
    form = chosen(output, as_json=as_json)
    if form is Format.TEXT:
        show(terminal, found)
    else:
        write_records(terminal, form, (dict(zip(COLUMNS, diagnosis, strict=True)) for diagnosis in found), columns=COLUMNS)
    return verdict(found)


async def _tried(config: str, partner: str, *, send: bool) -> list[tuple[str, str, str, str]]:
    from gateway.cli.running import bootstrap

    return [step async for step in bootstrap().probe_partner(config, partner, send=send)]
