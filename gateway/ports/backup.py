"""What a restored database tells of itself."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol


@dataclass(frozen=True, slots=True, kw_only=True)
class BackupFacts:
    """What was found in a database that came from a backup.

    `pending` are migrations that it lacks. `orphans` and `numbers` name what should not be there, with how often. `checked`
    bodies were read, `broken` are those that are not what was stored, each with the reason.
    """

    schema: int
    pending: Sequence[str]
    rows: Mapping[str, int]
    unfinished: Mapping[str, int]
    last_received: datetime | None
    last_event: datetime | None
    last_sent: datetime | None
    orphans: Mapping[str, int]
    numbers: Sequence[tuple[str, str, int]]
    checked: int
    broken: Sequence[str]


class Backup(Protocol):
    """A restored database."""

    async def examine(self, *, sample: int) -> BackupFacts:
        """Look at all of it, and read so many bodies, chosen by chance. Raises SchemaMismatch for one of a newer release."""
