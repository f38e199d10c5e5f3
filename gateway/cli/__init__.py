"""The `gateway` command line. `main` is the console script; `command_table` lists the commands, one file each.

Results go to standard output, talk to standard error; errors are three lines (what, where, what to do); exit statuses are
those of `exit_status`. Commands import what they need inside their functions, so that help answers at once.
"""

import gc
import os
import sys
from collections.abc import Sequence

from gateway.cli.terminal import ReaderGone, Terminal, of_process

_OBJECTS_BETWEEN = 10_000
"""New objects between looks for garbage: what a command imports is none, and a fifth of its time went into looking."""


def main(arguments: Sequence[str] | None = None, *, terminal: Terminal | None = None) -> int:
    """Run a command and return its exit status. Raises nothing: whatever goes wrong is told on standard error."""
    gc.set_threshold(_OBJECTS_BETWEEN)
    words = list(sys.argv[1:] if arguments is None else arguments)
    terminal = terminal or of_process(os.environ)
    try:
        status = _run(words, terminal)
        terminal.flush()
        sys.stdout.flush()
    except (ReaderGone, BrokenPipeError):
        _forget_readers()
        status = 0
    return status


def _run(words: list[str], terminal: Terminal) -> int:
    from typer.exceptions import Abort

    from gateway.cli.command_group import build
    from gateway.cli.exit_status import ExitStatus
    from gateway.cli.failure import report

    try:
        result = build().main(words, prog_name="gateway", standalone_mode=False, obj=terminal)
        return int(result or ExitStatus.SUCCESS)
    except (KeyboardInterrupt, Abort):
        return ExitStatus.INTERRUPTED
    except SystemExit as ended:
        return ended.code if isinstance(ended.code, int) else ExitStatus.FAILED
    except ReaderGone:
        raise
    except Exception as error:  # noqa: BLE001 - the outermost border: a person must not meet a traceback
        return report(error, terminal=terminal, command=_spoken(words))


def _spoken(words: list[str]) -> str:
    """The command without its options, which may be long."""
    return " ".join(["gateway", *[word for word in words[:1] if not word.startswith("-")]])


def _forget_readers() -> None:
    """Keep the interpreter from complaining, at its end, about output that nobody reads any more."""
    nowhere = os.open(os.devnull, os.O_WRONLY)
    for stream in (sys.stdout, sys.stderr):
        try:
            stream.flush()
        except (BrokenPipeError, ValueError):
            os.dup2(nowhere, stream.fileno())
