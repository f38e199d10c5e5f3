"""`gateway db`: the database."""

import getpass
from typing import Annotated

import typer

from gateway.cli.exit_status import ExitStatus
from gateway.cli.options import AsJson, Config, Output, chosen, terminal_of
from gateway.cli.records import Format, write_records

EXAMPLES = {
    "migrate": """
    gateway db migrate --dry-run
    gateway db migrate
    """,
    "status": """
    gateway db status
    gateway db status -o json
    """,
    "restored": """
    gateway db restored --skip 1000
    """,
}

Skip = Annotated[int, typer.Option("--skip", min=1, help="By how much each counter is moved on.", show_default=False)]
By = Annotated[str, typer.Option("--by", help="Who did it, for the audit.", show_default="your login")]
DryRun = Annotated[bool, typer.Option("--dry-run", help="Write the SQL and change nothing.")]


def migrate(
    context: typer.Context,
    dry_run: DryRun = False,
    config: Config = "routes.toml",
    output: Output = Format.TEXT,
    as_json: AsJson = False,
) -> int:
    """Bring the database schema up to this version. Each migration is one transaction; running twice changes nothing."""
    import asyncio

    from gateway.cli.running import bootstrap

    terminal = terminal_of(context)
    wiring = bootstrap()
    applied = asyncio.run(wiring.migrate(wiring.settings(config, terminal.environ), dry_run=dry_run))
    form = chosen(output, as_json=as_json)
    if form is Format.TEXT:
        for entry in applied:
            for line in entry.splitlines():
                terminal.line(line)
        count = f"{len(applied)} {'migration' if len(applied) == 1 else 'migrations'}"
        terminal.tell(
            "The schema is up to date." if not applied else f"{count} would be applied." if dry_run else f"{count} applied."
        )
    else:
        write_records(terminal, form, ({"migration": entry} for entry in applied), columns=("migration",))
    return ExitStatus.SUCCESS


def restored(context: typer.Context, skip: Skip, by: By = "", config: Config = "routes.toml") -> int:
    """Say that the database came from a backup: control numbers that partners may know already are skipped, all counters by N.

    Do it before the gateway runs again. Choose N larger than what was sent to any one partner since the backup.
    """
    import asyncio

    from gateway.cli.running import bootstrap

    terminal = terminal_of(context)
    counters = asyncio.run(bootstrap().skip_control_numbers(config, skip, actor=by or getpass.getuser()))
    terminal.tell(f"{counters} {'counter' if counters == 1 else 'counters'} moved on by {skip}.")
    return ExitStatus.SUCCESS


def status(context: typer.Context, config: Config = "routes.toml", output: Output = Format.TEXT, as_json: AsJson = False) -> int:
    """Show the schema's version, pending migrations and sizes. Exit status 6 when the database does not answer."""
    import asyncio

    from gateway.cli.running import bootstrap
    from gateway.cli.story import detail_text

    terminal = terminal_of(context)
    wiring = bootstrap()
    found = asyncio.run(wiring.database_status(wiring.settings(config, terminal.environ)))
    match chosen(output, as_json=as_json):
        case Format.TEXT:
            width = max((len(name) for name in found), default=0)
            for name, value in found.items():
                terminal.line((f"{name.replace('_', ' '):<{width}}  ", "faint"), detail_text(value) or "none")
        case Format.JSON:
            terminal.json(found)
        case form:
            write_records(terminal, form, [found], columns=tuple(found))
    return ExitStatus.SUCCESS
