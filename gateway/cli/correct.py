"""`gateway correct`: a corrected copy of a message is processed; the original stays as it is."""

import asyncio
import os
import shlex
import subprocess
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from gateway.cli.batch_talk import By, Detach, DryRun, Expect, Manner, Reason, Yes, actor, carry_out
from gateway.cli.exit_status import ExitStatus
from gateway.cli.failure import CommandFailed
from gateway.cli.options import AsJson, Config, Output, chosen, terminal_of
from gateway.cli.records import Format

if TYPE_CHECKING:
    from gateway.cli.terminal import Terminal

EXAMPLES = {
    "correct": """
    gateway correct 0193a5c2-7e1b-7c44-9d7e-0a4f5a3f2b10 --edit --reason "BEG03 was empty"
    gateway correct 0193a5c2-7e1b-7c44-9d7e-0a4f5a3f2b10 --print > order.edi
    gateway correct 0193a5c2-7e1b-7c44-9d7e-0a4f5a3f2b10 --file order.edi --reason "BEG03 was empty" --yes --expect 1
    """
}

Number = Annotated[str, typer.Argument(metavar="ID", help="A message's id, or that of something in it.", show_default=False)]
Corrected = Annotated[str, typer.Option("--file", metavar="FILE", help="The corrected bytes; `-` is standard input.")]
Edit = Annotated[bool, typer.Option("--edit", help="Open them in $VISUAL or $EDITOR.")]
Print = Annotated[bool, typer.Option("--print", help="Only write the stored bytes to standard output.")]
Acknowledge = Annotated[bool, typer.Option("--acknowledge", help="Let the sender have an acknowledgement of the copy.")]


def correct(
    context: typer.Context,
    number: Number,
    file: Corrected = "",
    edit: Edit = False,
    print_: Print = False,
    reason: Reason = "",
    acknowledge: Acknowledge = False,
    dry_run: DryRun = False,
    yes: Yes = False,
    expect: Expect = None,
    detach: Detach = False,
    by: By = "",
    config: Config = "routes.toml",
    output: Output = Format.TEXT,
    as_json: AsJson = False,
) -> int:
    """Process a corrected copy of a message under an id of its own, linked with the original, which stays as it is.

    With `second_person = true` in [gateway] somebody else than you has to confirm it.
    """
    from gateway.cli.running import bootstrap

    terminal = terminal_of(context)
    original, body = asyncio.run(bootstrap().message_bytes(config, number))
    if print_:
        terminal.write(body)
        return ExitStatus.SUCCESS
    if bool(file) == edit:
        remedy = "Give --file FILE, or --edit. The stored bytes: gateway correct ID --print"
        raise CommandFailed("say where the corrected bytes are", where=str(original), remedy=remedy, status=ExitStatus.USAGE)
    corrected = _edited(body) if edit else _read(terminal, file)
    who = actor(by)
    planned = asyncio.run(
        bootstrap().plan_correction_of(
            config, original, corrected, by=who, reason=reason, acknowledge=acknowledge, keep_it=not dry_run
        )
    )
    manner = Manner(config=config, by=who, yes=yes, expect=expect, detach=detach)
    return carry_out(terminal, chosen(output, as_json=as_json), planned, manner, dry_run=dry_run)


def _read(terminal: "Terminal", file: str) -> bytes:
    return terminal.stdin.read() if file == "-" else Path(file).read_bytes()


def _edited(body: bytes) -> bytes:
    """The bytes after a person changed them in an editor of their choice."""
    editor = os.environ.get("VISUAL") or os.environ.get("EDITOR") or "vi"
    with tempfile.TemporaryDirectory(prefix="edi-correct-") as folder:
        file = Path(folder) / "message.edi"
        file.write_bytes(body)
        file.chmod(0o600)
        done = subprocess.run([*shlex.split(editor), str(file)], check=False)
        if done.returncode:
            raise CommandFailed(f"{editor} ended with status {done.returncode}", where=str(file), remedy="Nothing was changed.")
        return file.read_bytes()
