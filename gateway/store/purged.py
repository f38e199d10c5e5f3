"""What is gone by retention, and what is said of it."""

from uuid import UUID

from gateway.domain.retention import Class, in_words, purged_text
from gateway.errors import BodyPurged
from gateway.store.database import Database


async def purged(database: Database, kind: Class, subject: UUID) -> BodyPurged:
    """Why a body is not there: when it was purged, and by which period."""
    rows = await database.fetch("purged_of", kind.value, subject)
    at, period = (rows[0]["at"], rows[0]["period"]) if rows else (None, None)
    return BodyPurged(purged_text(kind, at, period))


async def purged_classes(database: Database, subject: UUID) -> list[dict[str, str]]:
    """What of something is gone, since when and by which period: for the views of it."""
    rows = await database.fetch("purged_classes", subject)
    return [
        {
            "class": row["class"],
            "at": row["at"].isoformat(),
            "period": in_words(row["period"]),
            "text": purged_text(Class(row["class"]), row["at"], row["period"]),
        }
        for row in rows
    ]
