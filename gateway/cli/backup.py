"""`gateway db backup-check`: whether a backup can be used, and what to do after a restore."""

from typing import Annotated

import typer

from gateway.cli.exit_status import ExitStatus
from gateway.cli.options import AsJson, Config, Output, chosen, terminal_of
from gateway.cli.records import Format, write_records

EXAMPLES = {
    "check": """
    gateway db backup-check --dump /backups/gateway-2026-11-21.dump
    gateway db backup-check --url postgresql://edi@restored.internal/edi
    gateway db backup-check --sample 5000 -o json
    """
}

Url = Annotated[
    str,
    typer.Option(
        "--url",
        envvar="BACKUP_URL",
        help="The restored database; default: the region's newest dump, or the database of the configuration.",
    ),
]
Dump = Annotated[
    str, typer.Option("--dump", metavar="FILE", help="What pg_dump wrote (-Fc, -Ft, -Fd): restored aside, examined, removed.")
]
Sample = Annotated[int, typer.Option("--sample", min=0, max=1_000_000, help="So many bodies of each kind are read and hashed.")]


def check(
    context: typer.Context,
    url: Url = "",
    dump: Dump = "",
    sample: Sample = 200,
    config: Config = "routes.toml",
    output: Output = Format.TEXT,
    as_json: AsJson = False,
) -> int:
    """Say whether a backup can be used: schema, rows, up to when it goes, control numbers, what lacks its other half, bodies.

    Nothing is changed. Exit status 1 when something is wrong. What has to be done after a restore stands at the end.
    """
    import asyncio

    from gateway.cli.doctor import COLUMNS, show
    from gateway.cli.running import bootstrap

    terminal = terminal_of(context)
    checked = asyncio.run(bootstrap().examine_backup(config, url=url, dump=dump, sample=sample))
    form = chosen(output, as_json=as_json)
    if form is Format.TEXT:
        show(terminal, checked.found)
        terminal.line("After a restore, before partners are let in again:")
        for number, step in enumerate(checked.steps, 1):
            terminal.line(f"{number}. {step}")
    else:
        write_records(terminal, form, (dict(zip(COLUMNS, line, strict=True)) for line in checked.found), columns=COLUMNS)
    failed = any(state == "fail" for _, state, _, _ in checked.found)
    return ExitStatus.FAILED if failed else ExitStatus.SUCCESS
