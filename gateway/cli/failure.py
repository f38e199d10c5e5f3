"""Turns whatever ended a command into three lines and an exit status. Nobody is shown a traceback who did not ask for one."""

import traceback

from typer.exceptions import TyperException

from gateway.cli.exit_status import ExitStatus
from gateway.cli.terminal import Terminal
from gateway.errors import GatewayError


class CommandFailed(GatewayError):
    """A command cannot go on. `where` names the file, line or message id it is about."""

    def __init__(self, message: str, *, where: str, remedy: str, status: ExitStatus = ExitStatus.FAILED) -> None:
        super().__init__(message, remedy=remedy)
        self.where = where
        self.exit_status = status


def report(error: BaseException, *, terminal: Terminal, command: str) -> ExitStatus:
    """Tell the person what happened, where, and what to do; returns what to exit with. `command` is the words typed."""
    if terminal.debug:
        terminal.stderr.write("".join(traceback.format_exception(error)))
    what, where, remedy, status = _described(error, command=command)
    terminal.problem(what, where=where, remedy=remedy)
    return status


def _described(error: BaseException, *, command: str) -> tuple[str, str, str, ExitStatus]:
    match error:
        case GatewayError():
            where = str(getattr(error, "where", "") or command)
            remedy = error.remedy or f"Run `{command} --help`, or `gateway doctor` to check the installation."
            return str(error), where, remedy, ExitStatus(error.exit_status)
        case TyperException():
            context = getattr(error, "ctx", None)
            path = context.command_path if context is not None else command
            return _usage(error), path, f"Run `{path} --help` to see examples.", ExitStatus(error.exit_code)
        case OSError():
            what = error.strerror or str(error)
            return what, error.filename or command, "Check the name and your rights, then run it again.", ExitStatus.FAILED
        case _:
            what = f"internal error: {type(error).__name__}: {error}".rstrip(": ")
            return what, command, "Run it again with --debug and report what it prints.", ExitStatus.FAILED


def _usage(error: TyperException) -> str:
    message = " ".join(error.format_message().split()).replace(": Value error, ", ": ")
    return message or "the command is incomplete"
