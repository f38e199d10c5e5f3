"""What a command ends with; scripts rely on these numbers."""

from collections.abc import Iterable
from enum import IntEnum


class ExitStatus(IntEnum):
    """The documented exit statuses. 78 is EX_CONFIG of sysexits.h, 130 is 128 + SIGINT as shells report it."""

    SUCCESS = 0
    FAILED = 1
    USAGE = 2
    SOME_FAILED = 3
    NOT_ALLOWED = 4
    INVALID = 5
    UNAVAILABLE = 6
    CONFIGURATION = 78
    INTERRUPTED = 130


MEANINGS: dict[ExitStatus, str] = {
    ExitStatus.SUCCESS: "success, also when there was nothing to do",
    ExitStatus.FAILED: "failed",
    ExitStatus.USAGE: "the command was not written correctly",
    ExitStatus.SOME_FAILED: "finished, but some items failed",
    ExitStatus.NOT_ALLOWED: "not allowed, or not signed in",
    ExitStatus.INVALID: "a document is invalid",
    ExitStatus.UNAVAILABLE: "a server we depend on does not answer",
    ExitStatus.CONFIGURATION: "the configuration is invalid",
    ExitStatus.INTERRUPTED: "interrupted",
}


def of_items(outcomes: Iterable[ExitStatus]) -> ExitStatus:
    """One status for a command that worked through several items.

    An invalid document outweighs everything; items that all failed alike make their own status; when some went well and
    others failed it is 3; no items at all are a success.
    """
    seen = set(outcomes)
    if ExitStatus.INVALID in seen:
        return ExitStatus.INVALID
    if len(seen) == 1:
        return seen.pop()
    return ExitStatus.SOME_FAILED if seen else ExitStatus.SUCCESS
