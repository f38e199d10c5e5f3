"""`gateway version`: which gateway this is."""

import typer

from gateway.cli.exit_status import ExitStatus
from gateway.cli.options import AsJson, Output, chosen, terminal_of
from gateway.cli.records import Format, write_records

EXAMPLES = {
    "version": """
    gateway version
    gateway version -o json
    """
}


def version(context: typer.Context, output: Output = Format.TEXT, as_json: AsJson = False) -> int:
    """Show the version of the gateway, of Python, and of the database schema this version works with."""
    terminal = terminal_of(context)
    facts = installed()
    form = chosen(output, as_json=as_json)
    if form is Format.TEXT:
        for name, value in facts.items():
            terminal.line(*told(name, value))
    elif form is Format.JSON:
        terminal.json(facts)
    else:
        write_records(terminal, form, [facts], columns=tuple(facts))
    return ExitStatus.SUCCESS


def told(name: str, value: str | int | None) -> tuple[tuple[str, str], str]:
    """A line of it, as a terminal writes it."""
    return (f"{name:<10}", "faint"), str(value if value is not None else "none")


def installed() -> dict[str, str | int | None]:
    """Versions by name. `schema` is the number of the newest migration this code knows, None when it ships none."""
    import platform
    from importlib import metadata
    from importlib.resources import files

    try:
        number = metadata.version("edi-gateway")
    except metadata.PackageNotFoundError:  # run from a checkout that is not installed
        number = "unknown"
    migrations = files("gateway").joinpath("store", "migrations")
    known = [int(path.name[:4]) for path in migrations.iterdir() if path.name[:4].isdigit()] if migrations.is_dir() else []
    return {
        "version": number,
        "python": platform.python_version(),
        "schema": max(known, default=None),
        "platform": platform.platform(terse=True),
    }
