"""What is agreed about folders on a partner's server: how files are taken from one, and how they are left in another."""

from dataclasses import dataclass
from typing import Literal

Complete = Literal["stable", "renamed", "marker"]
"""How a file is known to be whole: it stopped changing, it has its final name, or a marker file lies beside it."""

After = Literal["remove", "rename", "move"]
"""What becomes of a file that is stored."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RemoteInbox:
    """The folder that is read.

    Names matching `pattern` are taken, those matching one of `ignore` never. `complete`: "stable" waits until a file has not
    changed for `settle` s; "renamed" takes each at once; "marker" when the file named by `marker` (with `{name}` or `{stem}`)
    lies beside it. `claim`: it is renamed to `<name>.<id>.taken` before it is read, where the server allows that. Stored files
    are removed, get `suffix` behind their name, or are moved to `done`. `poll` in seconds.
    """

    folder: str
    pattern: str = "*"
    ignore: tuple[str, ...] = ("*.tmp", "*.part", "*.filepart", ".*")
    complete: Complete = "stable"
    settle: float = 5.0
    marker: str = "{name}.ready"
    claim: bool = True
    after: After = "remove"
    suffix: str = ".done"
    done: str | None = None
    poll: float = 60.0


@dataclass(frozen=True, slots=True, kw_only=True)
class RemoteOutbox:
    """The folder that is written. `name` is a template, see `gateway.domain.file_name`; `temporary` is the name while a file is
    written, with `{name}`, and None for servers that refuse renaming; `marker` names an empty file written afterwards.
    """

    folder: str
    name: str = "{name}"
    temporary: str | None = "{name}.part"
    marker: str | None = None
