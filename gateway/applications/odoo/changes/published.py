"""Records of Odoo as lines of master data and catalogues; the documents that tell of all of them, or of what changed. Pure."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from gateway.applications.odoo.changes.parts import outgoing
from gateway.applications.odoo.changes.saying import Said, next_said
from gateway.domain.odoo_changes import PUBLISHED, Publication
from gateway.ports.hearing import Notice
from translators.canonical import model_of
from translators.canonical.base import CanonicalDocument
from translators.canonical.item_master import ItemRecord
from translators.canonical.location_master import LocationRecord
from translators.canonical.lot_master import LotRecord
from translators.canonical.master_data import Extent, RecordAction
from translators.canonical.parts import Item, Location, Lot, Party
from translators.canonical.party_master import PartyRecord
from translators.canonical.price_catalogue import CatalogueAction, CatalogueLine
from translators.canonical.unit_master import UnitRecord

LINES = 2_000
"""In one document: what is more comes in further ones, which add to the first."""

_MONDAY = datetime(2024, 1, 1, tzinfo=UTC)
GONE = "gone"
TOLD = "told"

Record = ItemRecord | PartyRecord | LocationRecord | LotRecord | UnitRecord | CatalogueLine


@dataclass(frozen=True, slots=True)
class Told:
    """A record: its id in Odoo, what is told of it, and whether it is in use."""

    id: int
    line: Record
    used: bool


@dataclass(frozen=True, slots=True)
class Edition:
    """Documents about records at a time, with what is remembered of each record afterwards."""

    notices: Sequence[Notice]
    keys: Mapping[str, str]


def subject_of(publication: Publication) -> str:
    """Under which name the editions of a publication are counted."""
    return f"{publication.what}:{publication.partner}"


def subject_of_record(publication: Publication, number: int) -> str:
    """Under which name what is told of a record is remembered."""
    return f"{subject_of(publication)}:{number}"


def slot_of(every: timedelta, now: datetime) -> datetime:
    """The latest time at or before now when something was due that is due every so long: counted from midnight UTC, what is
    longer than a day from a Monday's.
    """
    day = timedelta(days=1)
    start = now.astimezone(UTC).replace(hour=0, minute=0, second=0, microsecond=0) if every <= day else _MONDAY
    return start + every * ((now - start) // every)


def edition(
    publication: Publication,
    records: Iterable[Told],
    keys: Mapping[str, str],
    *,
    full: bool,
    slot: datetime,
    now: datetime,
    seller: Party | None,
    more: Mapping[str, Any],
) -> Edition:
    """What is told at a time: all there is, or what is new, other, or gone since it was told last (`keys`, by subject)."""
    lines: list[Record] = []
    remembered: dict[str, str] = {}
    for record in records:
        subject = subject_of_record(publication, record.id)
        before = Said.parse(keys.get(subject, ""), subject)
        if not record.used and before is None:
            continue
        said = next_said(before, TOLD if record.used else GONE, _content(record))
        if said is not None:
            remembered[subject] = said.key(subject)
        if full and record.used:
            lines.append(_with_action(record.line, "upsert"))
        elif not full and said is not None:
            lines.append(_with_action(record.line, _action(before, record)))
    numbered = [line.model_copy(update={"number": str(place)}) for place, line in enumerate(lines, 1)]
    make = _maker(publication, slot=slot, now=now, seller=seller, more=more)
    key = f"{subject_of(publication)}:{slot:%Y-%m-%dT%H-%M}"
    if not numbered and not full:
        return Edition((), remembered)
    parts = [numbered[start : start + LINES] for start in range(0, max(len(numbered), 1), LINES)]
    notices = [
        Notice(
            f"{key}:{place}",
            (outgoing(publication.partner, make(part, Extent.FULL if full and place == 1 else Extent.DELTA, place)),),
        )
        for place, part in enumerate(parts, 1)
    ]
    return Edition(notices, remembered)


def _content(record: Told) -> object:
    if not record.used:
        return GONE
    return record.line.model_dump(mode="json", exclude={"number", "action"}, exclude_unset=True)


def _action(before: Said | None, record: Told) -> str:
    if not record.used:
        return "delete"
    return "change" if before is not None and before.word != GONE else "add"


def _with_action(line: Record, action: str) -> Record:
    if not isinstance(line, CatalogueLine):
        return line.model_copy(update={"action": RecordAction(action)})
    return line.model_copy(update={"action": CatalogueAction("add" if action == "upsert" else action)})


Maker = Callable[[Sequence[Record], Extent, int], CanonicalDocument]


def _maker(publication: Publication, *, slot: datetime, now: datetime, seller: Party | None, more: Mapping[str, Any]) -> Maker:
    """Makes the documents of an edition."""
    name = PUBLISHED[publication.what]
    model = model_of(name)
    number = f"{publication.what[:2].upper()}{slot:%y%m%d%H%M}"  # an 832 has room for 15 characters
    issued = now.replace(microsecond=0)
    dated = {"effective": issued} if name == "price_catalogue" else {"as_of": issued}

    def make(lines: Sequence[Record], extent: Extent, place: int) -> CanonicalDocument:
        told = {"number": number if place == 1 else f"{number}-{place}", "issued": issued, "extent": extent, "lines": list(lines)}
        owner = {"seller": seller} if seller is not None else {}
        return model(**told, **owner, **dated, **more)

    return make


# ------------------------------------------------------------------------------------------------------------- small lines


def bin_line(name: str, barcode: str | None, *, path: str, usage: str, parent: str | None) -> LocationRecord:
    """A place in a warehouse, by its full name and its barcode."""
    known = {"seller": path} | ({"bin": barcode} if barcode else {})
    inside = {"parent": Location(identifiers={"seller": parent})} if parent else {}
    place = Location(kind="bin", identifiers=dict(known), name=name)
    return LocationRecord(location=place, functions=["storage" if usage == "internal" else usage], **inside)


def lot_line(item: Item, number: str, expiry: datetime | None) -> LotRecord:
    """A lot or serial number."""
    more = {"expiry": expiry} if expiry is not None else {}
    return LotRecord(item=item, lot=Lot(number=number, **more))


def grouped(
    rows: Iterable[Mapping[str, Any]], key: Callable[[Mapping[str, Any]], int | None]
) -> dict[int, list[Mapping[str, Any]]]:
    """Rows by the record that they belong to."""
    found: dict[int, list[Mapping[str, Any]]] = {}
    for row, number in _with(rows, key):
        found.setdefault(number, []).append(row)
    return found


def _with(
    rows: Iterable[Mapping[str, Any]], key: Callable[[Mapping[str, Any]], int | None]
) -> Iterator[tuple[Mapping[str, Any], int]]:
    for row in rows:
        if number := key(row):
            yield row, number
