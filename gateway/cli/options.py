"""Arguments and options that several commands share, so that they read and behave the same everywhere."""

from datetime import UTC, datetime, timedelta
from typing import Annotated

import typer

from gateway.cli.records import Format
from gateway.cli.terminal import Terminal

Files = Annotated[
    list[str],
    typer.Argument(
        metavar="FILE...", help="Files to read: `-` is standard input, a folder means all files below it.", show_default=False
    ),
]
Output = Annotated[Format, typer.Option("--output", "-o", help="How to write the result.")]
AsJson = Annotated[bool, typer.Option("--json", help="Short for `-o json`.")]
Config = Annotated[str, typer.Option("--config", "-c", metavar="FILE", envvar="GATEWAY_CONFIG", help="The configuration file.")]
Wide = Annotated[bool, typer.Option("--wide", help="Show ids and names in full.")]
MaxFindings = Annotated[
    int, typer.Option("--max-findings", min=1, help="List at most so many findings a file; the rest is counted.")
]
LayoutFile = Annotated[
    str,
    typer.Option("--layout", metavar="FILE", help="The layout of flat files: the files are read by it.", show_default=False),
]


def terminal_of(context: typer.Context) -> Terminal:
    """The terminal that `main` gave to this command."""
    terminal = context.obj
    if not isinstance(terminal, Terminal):
        raise TypeError("commands are started by gateway.cli.main")
    return terminal


def chosen(output: Format, *, as_json: bool) -> Format:
    """The format that was asked for: `--json` is a short form of `-o json`."""
    return Format.JSON if as_json and output is Format.TEXT else output


def since(text: str) -> datetime | None:
    """A moment, or how long ago it is (`6h`, `7d`); None for nothing. Raises typer.BadParameter."""
    from gateway.config.quantities import duration

    if not text:
        return None
    try:
        ago: timedelta = duration(text)
    except ValueError:
        return instant(text)
    return datetime.now(UTC) - ago


def instant(text: str) -> datetime:
    """A moment written in ISO 8601, in UTC; without a zone it is taken as UTC. Raises typer.BadParameter."""
    try:
        moment = datetime.fromisoformat(text)
        return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)
    except (ValueError, OverflowError) as error:
        raise typer.BadParameter(f"{text!r} is no time; write 2026-11-21T14:05 or 2026-11-21T14:05:00+01:00.") from error
