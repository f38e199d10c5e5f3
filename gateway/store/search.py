"""Searching messages: from what people search by to transmissions, the newest first, and from those to the rows of the list.

Each thing that is searched by has a query that leads to transmissions in their order, some at a time. The sparsest of those
that a search names is followed, and what it leads to is looked at for all the rest. So no statement reads more than some thousand
entries, however much there is; what nothing is found by is told as fast as what there is.
"""

import re
from collections.abc import AsyncIterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any, Final
from uuid import UUID

import orjson

from gateway.domain.query import KINDS, NOT, forms
from gateway.domain.storable import storable
from gateway.errors import QueryInvalid
from gateway.ports import Json
from gateway.store.database import Database, Row

UUID_TEXT: Final = re.compile(r"[0-9a-fA-F]{8}(-?[0-9a-fA-F]{4}){3}-?[0-9a-fA-F]{12}")
_AGO, _MINUTES = re.compile(r"(\d{1,6})([mhd])"), {"m": 1, "h": 60, "d": 24 * 60}
_LOWEST, _HIGHEST = UUID(int=0), UUID(int=(1 << 128) - 1)
_FIRST, _MOST = 200, 5_000
"""So many transmissions are looked at in the first round, and in any."""
_LONGEST_ARRIVAL, _CLOCKS_APART = timedelta(days=1), timedelta(seconds=30)
"""Ids are made when the first byte comes, by the clock of its node; transmissions are received when the last is stored, by the
clock of the database.
"""
_USUAL = frozenset({"routed", "consumed", "accepted", "translated", "forwarded", "delivered"})
"""States that nearly everything is in: nothing leads to them but looking."""
_LEADING = (
    "partner",
    "channel",
    "type",
    "name",
    "state",
    "target",
    "owner",
    "control_number",
    "file",
    "message_id",
    "reference",
    "progress",
)
_EITHER = ("partner", "channel", "direction", "type", "name", "state", "target", "owner")
_COLUMNS = (
    "id", "transmission", "at", "direction", "partner", "channel", "type", "name", "file", "control_number", "state", "sender",
    "size", "verdict", "route", "document_number", "document", "outbound",
)  # fmt: skip
_LISTS = ("deliveries", "acknowledgements", "expectations", "failures")


@dataclass(frozen=True, slots=True)
class _Lead:
    """A query that leads to transmissions, with what it takes behind values and bounds."""

    query: str
    values: Sequence[str] | None
    more: tuple[object, ...] = ()


@dataclass(slots=True)
class _Wanted:
    """A search as the queries take it."""

    query: Mapping[str, Any]
    inside: bool
    words: list[tuple[int, str, UUID | None]] = field(default_factory=list)

    def __post_init__(self) -> None:
        for number, word in enumerate(self.query.get("words") or (), 1):
            self.words += [(number, form, as_uuid(form)) for form in forms(storable(word))]

    def values(self, name: str) -> list[str] | None:
        """The values of a field, of which one is enough; None for any."""
        given = self.query.get(name)
        if not given:
            return None
        texts = [storable(str(one)) for one in given]
        if name == "control_number":
            return ["".join(one.split()).lstrip("0") for one in texts]
        return [one.strip("<> ") for one in texts] if name == "message_id" else texts

    def keys(self) -> list[str] | None:
        """Business keys as they are stored."""
        return [storable(f"{kind}:{value}") for kind, value in self.query.get("keys") or ()] or None

    def left_out(self, name: str) -> list[str] | None:
        """The values of a field that must not be."""
        return [storable(str(one)) for one in (self.query.get(NOT) or {}).get(name) or ()] or None

    def leads(self) -> list[_Lead]:
        """The ways to what may be meant."""
        found = [_Lead(f"search_{name}", values) for name in _LEADING if (values := self.values(name)) is not None]
        found = [one for one in found if one.query != "search_state" or not _USUAL.intersection(one.values or ())]
        if (keys := self.keys()) is not None:
            found.append(_Lead("search_keys", keys))
        if self.query.get("direction") == ["out"]:
            partners = self.values("partner")
            found.append(_Lead("search_channel", ["edi.outbound"]) if partners is None else _Lead("search_published", partners))
        for number in dict.fromkeys(number for number, _, _ in self.words):
            said = [(form, uuid) for n, form, uuid in self.words if n == number]
            texts = [form for form, _ in said]
            found.append(_Lead("search_word", texts, (self.inside, [*KINDS], said[0][1])))
        return found

    def arguments(self) -> tuple[object, ...]:
        """What `messages` takes behind its bounds."""
        return (
            self.inside,
            *(self.values(name) for name in _EITHER),
            *(self.left_out(name) for name in _EITHER),
            self.values("control_number"),
            instant(self.query.get("after")),
            instant(self.query.get("before")),
            self.keys(),
            *(self.values(name) for name in ("file", "message_id", "reference", "progress")),
            [number for number, _, _ in self.words] or None,
            [form for _, form, _ in self.words] or None,
            [*KINDS],
            [uuid for _, _, uuid in self.words] or None,
        )

    def bounds(self) -> tuple[UUID, UUID]:
        """Ids between which everything lies that was received in the wanted time."""
        after, before = instant(self.query.get("after")), instant(self.query.get("before"))
        return (id_at(after - _LONGEST_ARRIVAL) if after else _LOWEST), (id_at(before + _CLOCKS_APART) if before else _HIGHEST)


@dataclass(frozen=True, slots=True)
class Found:
    """Rows of the list, and after which one it goes on; None at its end."""

    rows: Sequence[Json]
    after: UUID | None


async def found_messages(
    database: Database, query: Mapping[str, Any], limit: int, before: str | None, *, inside: bool = True
) -> list[Json]:
    """The list, newest first: a row a document, or an interchange or a transmission that holds none.

    `query` is what `gateway.domain.query.parse` made of a text. `before` continues after the id of a row. Not `inside`:
    what partners may know of. Raises GatewayError for what is no date.
    """
    return [*(await page_of_messages(database, query, limit, UUID(before) if before else None, inside=inside)).rows]


async def page_of_messages(
    database: Database,
    query: Mapping[str, Any],
    limit: int,
    before: UUID | None,
    *,
    inside: bool = True,
    looked_at: int | None = None,
) -> Found:
    """The same, with where it goes on: after no more than `looked_at` transmissions, however few rows were found by then."""
    wanted = _Wanted(query, inside)
    within = await _place(database, before) if before is not None else _HIGHEST
    rows: list[Row] = []
    looked = 0
    async for chunk in _candidates(database, wanted, within):
        bounds = (before or _HIGHEST, within, limit + 1 - len(rows))
        rows += await database.fetch("messages", chunk, *bounds, *wanted.arguments())
        looked += len(chunk)
        if len(rows) > limit:
            return Found([_view(row) for row in rows[:limit]], UUID(int=rows[limit - 1]["id"].int))
        if looked_at is not None and looked >= looked_at:
            return Found([_view(row) for row in rows], chunk[-1])
    return Found([_view(row) for row in rows], None)


async def _place(database: Database, row: UUID) -> UUID:
    (place,) = await database.fetch("place_of_row", row)
    return UUID(str(place["transmission"]))


async def _candidates(database: Database, wanted: _Wanted, within: UUID) -> AsyncIterator[list[UUID]]:
    """Transmissions that may hold what is wanted, the newest first, some at a time; the first may be `within` itself."""
    floor, ceiling = wanted.bounds()
    below = min(UUID(int=min(within.int + 1, _HIGHEST.int)), ceiling)
    lead, many = _Lead("search_all", None), _FIRST
    chunk: list[UUID] | None = None
    if leads := wanted.leads():
        looked = [(one, await _followed(database, one, below, floor, many)) for one in leads]
        usable = [(one, found) for one, found in looked if found is not None]
        if usable:
            lead, chunk = min(usable, key=lambda each: (len(each[1]) >= many, each[1][-1] if each[1] else _LOWEST))
    while True:
        if chunk is None:
            chunk = await _followed(database, lead, below, floor, many)
        if not chunk:
            return
        yield [*dict.fromkeys(chunk)]
        if len(chunk) < many:
            return
        below, many, chunk = chunk[-1], min(many * 5, _MOST), None


async def _followed(database: Database, lead: _Lead, below: UUID, floor: UUID, many: int) -> list[UUID] | None:
    """Where a lead leads, the newest first; None where it leads to too much without an order."""
    rows = await database.fetch(lead.query, lead.values, below, floor, many, *lead.more)
    found = [row["transmission"] for row in rows]
    return None if None in found else [UUID(int=one.int) for one in found]


def as_uuid(text: str) -> UUID | None:
    """The id that a text is, however it is written."""
    return UUID(text) if UUID_TEXT.fullmatch(text) else None


def id_at(moment: datetime) -> UUID:
    """The lowest time-ordered id of a moment."""
    return UUID(int=min(max(int(moment.timestamp() * 1000), 0), (1 << 48) - 1) << 80)


def instant(values: Sequence[str] | None) -> datetime | None:
    """The first of the given dates, as the start of that day in UTC when it has no time; `90m`, `24h` and `7d` are that long ago.
    Raises QueryInvalid.
    """
    if not values:
        return None
    ago = _AGO.fullmatch(values[0])
    try:
        if ago:
            return datetime.now(UTC) - timedelta(minutes=int(ago[1]) * _MINUTES[ago[2]])
        moment = datetime.fromisoformat(values[0])
    except (ValueError, OverflowError):
        remedy = "Write it like 2026-11-20 or 2026-11-20T14:30, or how long ago: 90m, 24h, 7d."
        raise QueryInvalid(f"{values[0]} is no date.", where=values[0], remedy=remedy) from None
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def keys_view(keys: Sequence[str]) -> dict[str, str]:
    """Business keys by kind, in their order (a document's own number is the first); the first of a kind wins."""
    found: dict[str, str] = {}
    for key in keys:
        kind, _, value = key.partition(":")
        found.setdefault(kind, value)
    return found


def plain(value: Any) -> Any:
    """A value of a row as JSON has it."""
    match value:
        case UUID():
            return str(value)
        case datetime():
            return value.isoformat()
        case bytes():
            return value.hex()
    return value


def _view(row: Row) -> dict[str, Any]:
    view = {name: plain(row[name]) for name in _COLUMNS}
    return view | {"keys": keys_view(row["keys"])} | {name: orjson.loads(row[name] or "[]") for name in _LISTS}
