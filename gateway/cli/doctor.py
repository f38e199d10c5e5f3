"""`gateway doctor`: what the gateway depends on."""

from collections.abc import Sequence

import typer

from gateway.cli.exit_status import ExitStatus
from gateway.cli.options import AsJson, Config, Output, chosen, terminal_of
from gateway.cli.records import Format, write_records
from gateway.cli.terminal import Terminal

EXAMPLES = {
    "doctor": """
    gateway doctor
    gateway doctor -o json
    """
}

COLUMNS = ("name", "state", "found", "remedy")
_TONES = {"ok": "good", "warn": "warning", "fail": "error"}

Diagnosis = tuple[str, str, str, str]


def doctor(context: typer.Context, config: Config = "routes.toml", output: Output = Format.TEXT, as_json: AsJson = False) -> int:
    """Look at everything the gateway depends on: configuration, database, broker, applications, disk, clock.

    Each line is ok, warn or fail, with a remedy. Exit status 6 when something failed.
    """
    import asyncio

    from gateway.cli.running import bootstrap

    terminal = terminal_of(context)
    wiring = bootstrap()
    found = asyncio.run(wiring.diagnose(wiring.settings(config, terminal.environ)))
    form = chosen(output, as_json=as_json)
    if form is Format.TEXT:
        show(terminal, found)
    else:
        write_records(terminal, form, (dict(zip(COLUMNS, diagnosis, strict=True)) for diagnosis in found), columns=COLUMNS)
    return verdict(found)


def show(terminal: Terminal, found: Sequence[Diagnosis]) -> None:
    """One line each, the remedy below where there is something to do."""
    width = max((len(name) for name, *_ in found), default=0)
    for name, state, text, remedy in found:
        terminal.line((f"{state:<5}", _TONES.get(state, "")), f" {name:<{width}}  {text}")
        if remedy and state != "ok":
            terminal.line(" " * (width + 8), (remedy, "faint"))
    counts = [sum(1 for diagnosis in found if diagnosis[1] == state) for state in ("ok", "warn", "fail")]
    terminal.tell(f"{counts[0]} ok, {counts[1]} to look at, {counts[2]} failed.")


def verdict(found: Sequence[Diagnosis]) -> ExitStatus:
    """6 when anything failed: something that we depend on is not as it must be."""
    return ExitStatus.UNAVAILABLE if any(state == "fail" for _, state, _, _ in found) else ExitStatus.SUCCESS
