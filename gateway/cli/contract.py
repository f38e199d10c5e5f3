"""`gateway contract`: what other services may rely on."""

from typing import Annotated

import typer

from gateway.cli.exit_status import ExitStatus
from gateway.cli.failure import CommandFailed
from gateway.cli.options import AsJson, Output, chosen, terminal_of
from gateway.cli.records import Format, write_records

EXAMPLES = {
    "export": """
    gateway contract export
    gateway contract export --folder ../order-service/contract -o json
    """,
}

Folder = Annotated[str, typer.Option("--folder", metavar="DIR", help="Where to write; made when it is not there.")]


def export(context: typer.Context, folder: Folder = "contract", output: Output = Format.TEXT, as_json: AsJson = False) -> int:
    """Write what other services may rely on: `asyncapi.json` (AsyncAPI 3.0), and the JSON Schemas of canonical documents, of
    other messages and of headers, each with its version.

    Files that are there already are written anew. Lists what was written.
    """
    from pathlib import Path

    from gateway.contract.export import files, write

    terminal, form = terminal_of(context), chosen(output, as_json=as_json)
    try:
        write(Path(folder))
    except OSError as error:
        text = f"It cannot be written: {error.strerror}."
        raise CommandFailed(text, where=folder, remedy="Name another folder: --folder DIR") from error
    records = [{"file": f"{folder}/{path}", "bytes": len(content)} for path, content in files().items()]
    if form is Format.TEXT:
        for record in records:
            terminal.line(str(record["file"]))
        return ExitStatus.SUCCESS
    write_records(terminal, form, records, columns=("file", "bytes"))
    return ExitStatus.SUCCESS
