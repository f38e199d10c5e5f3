"""`gateway partners guide`: the document that a new partner is sent."""

from typing import Annotated

import typer

from gateway.cli.exit_status import ExitStatus
from gateway.cli.failure import CommandFailed
from gateway.cli.options import AsJson, Config, Output, chosen, terminal_of
from gateway.cli.records import Format, write_records

EXAMPLES = {
    "guide": """
    gateway partners guide bigbox
    gateway partners guide bigbox-850 --language de
    gateway partners guide bigbox --out - > bigbox.html
    """
}

COLUMNS = ("path", "partner", "agreement", "language")

Named = Annotated[str, typer.Argument(metavar="PARTNER|AGREEMENT", help="A partner's id, or an agreement's.", show_default=False)]
Language = Annotated[str, typer.Option("--language", help="en or de.")]
Out = Annotated[
    str, typer.Option("--out", metavar="FILE", help="Where to write it; - is standard output.", show_default="NAME-LANGUAGE.html")
]


def guide(
    context: typer.Context,
    named: Named,
    language: Language = "en",
    out: Out = "",
    config: Config = "routes.toml",
    output: Output = Format.TEXT,
    as_json: AsJson = False,
) -> int:
    """Write a partner's guide: one HTML page that prints, with nothing fetched from anywhere.

    It tells how to connect, identities, acknowledgements and by when, segments and elements with what we read of them, codes
    with their meaning, our checks, examples, and errors with what we would answer. All of it is told from the configuration and
    from the tables that read and write the documents. Nothing is overwritten.
    """
    import asyncio
    from pathlib import Path

    from gateway.bootstrap.guides import partner_guide, partner_of

    terminal = terminal_of(context)
    partner, agreement = partner_of(config, named)
    page = asyncio.run(partner_guide(config, partner, agreement=agreement, language=language))
    if out == "-":
        terminal.write(page.html.encode())
        return ExitStatus.SUCCESS
    path = Path(out or page.name)
    try:
        with open(path, "x", encoding="utf-8", newline="") as stream:  # "x": nothing is overwritten
            stream.write(page.html)
    except FileExistsError:
        raise CommandFailed(f"{path} is there already", where=str(path), remedy="Name another file: --out FILE") from None
    form = chosen(output, as_json=as_json)
    if form is Format.TEXT:
        terminal.line(str(path))
        return ExitStatus.SUCCESS
    write_records(
        terminal, form, [{"path": str(path), "partner": partner, "agreement": agreement, "language": language}], columns=COLUMNS
    )
    return ExitStatus.SUCCESS
