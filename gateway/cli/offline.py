"""How the offline commands work through their files: one after the other, a fault in one never ending the rest."""

from collections.abc import Callable, Sequence

from gateway.cli.exit_status import ExitStatus, of_items
from gateway.cli.failure import report
from gateway.cli.files import Read, Unreadable, each
from gateway.cli.terminal import ReaderGone, Terminal


def work_through(names: Sequence[str], work: Callable[[Read], ExitStatus], *, terminal: Terminal) -> ExitStatus:
    """Call `work` for each file and return the status of the whole.

    A file that cannot be read, or on which our own code fails, is told as a problem and counted as failed.
    """
    outcomes: set[ExitStatus] = set()
    for file in each(names, stdin=terminal.stdin):
        outcomes.add(_one(file, work, terminal=terminal))
    if not outcomes:
        terminal.tell("No files there.")
    return of_items(outcomes)


def _one(file: Read | Unreadable, work: Callable[[Read], ExitStatus], *, terminal: Terminal) -> ExitStatus:
    if isinstance(file, Unreadable):
        terminal.problem(f"cannot read {file.name}: {file.reason}", where=file.name, remedy=file.remedy)
        return ExitStatus.FAILED
    try:
        return work(file)
    except ReaderGone:
        raise
    except Exception as error:  # noqa: BLE001 - a fault of ours must not keep the other files from being looked at
        return report(error, terminal=terminal, command=file.name)
