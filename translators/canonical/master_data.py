"""What the documents of master data have in common."""

from datetime import date, datetime
from enum import StrEnum
from typing import ClassVar

from translators.canonical.header import Header
from translators.canonical.parts import Period


class Extent(StrEnum):
    """Whether a document says all there is, or only what changed since the last."""

    FULL = "full"
    DELTA = "delta"


class RecordAction(StrEnum):
    """What becomes of a record at the receiver. `upsert` adds it, or replaces what is there."""

    UPSERT = "upsert"
    ADD = "add"
    CHANGE = "change"
    DELETE = "delete"
    NONE = "none"
    OTHER = "other"


class MasterData(Header):
    """Records of one kind. Its key is its number and who keeps the records. `valid` is since when, or how long, they hold."""

    ISSUERS: ClassVar[tuple[str, ...]] = ("seller", "buyer", "ordering_party")

    number: str
    extent: Extent = Extent.DELTA
    as_of: date | datetime | None = None
    valid: Period | None = None
