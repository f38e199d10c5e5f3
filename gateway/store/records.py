"""What is stored, for people and partners to read: nested views as JSON objects. Bodies are loaded only when asked for."""

import asyncio
from collections import defaultdict
from collections.abc import AsyncIterator, Mapping, Sequence
from typing import Any
from uuid import UUID

import asyncpg
import orjson
import structlog
from typing_extensions import override

from gateway.domain.query import KINDS, forms
from gateway.domain.retention import Class
from gateway.domain.storable import storable
from gateway.domain.tracing_terms import link_to, trace_id_of
from gateway.errors import StoreUnavailable
from gateway.ports import Json, Records
from gateway.store.bodies import OUTBOUND, RAW
from gateway.store.connecting import Line
from gateway.store.database import Database, Row, translated
from gateway.store.expectation_records import of_transmission
from gateway.store.lines import line_view
from gateway.store.purged import purged, purged_classes
from gateway.store.search import as_uuid, found_messages, keys_view, plain
from translators.finding import DEFINITIONS, Code

_log = structlog.get_logger(__name__)

_CHANNEL = "gateway_acknowledged"
_PROOF = 5.0
"""Seconds for which a listening connection that has answered is believed."""
_MEDIA = {
    "x12": "application/EDI-X12",
    "edifact": "application/EDIFACT",
    "xml": "application/xml",
    "json": "application/json",
    "flat": "text/plain",
}
_FINDING = ("code", "severity", "message", "offset", "segment", "tag", "element", "component", "repetition", "expected", "actual")


class PostgresRecords(Records):
    """`gateway.ports.Records` over PostgreSQL, and what the command line lists. `trace_link` is where people look at traces."""

    def __init__(self, database: Database, *, trace_link: str = "") -> None:
        self._database, self._trace_link = database, trace_link

    @override
    async def transmission(self, transmission: UUID) -> Json | None:
        rows = await self._database.fetch("transmission", transmission)
        if not rows:
            return None
        parts = {
            name: await self._database.fetch(f"transmission_{name}", transmission)
            for name in ("interchanges", "documents", "findings", "acknowledgements", "deliveries", "failures")
        }
        line = line_view(transmission, await self._database.fetch("transmission_line", transmission))
        view = _transmission_view(rows[0], parts) | line | {"purged": await purged_classes(self._database, transmission)}
        view |= {"trace": self._trace_view(rows[0]["traceparent"])}
        return view | {"expectations": await of_transmission(self._database, transmission)}

    def _trace_view(self, traceparent: str | None) -> Json | None:
        trace_id = trace_id_of(traceparent)
        return None if trace_id is None else {"id": trace_id, "url": link_to(trace_id, self._trace_link)}

    @override
    async def raw(self, transmission: UUID) -> AsyncIterator[bytes]:
        rows = await self._database.fetch("raw_pieces", transmission)
        if not rows and any(row["size"] for row in await self._database.fetch("transmission", transmission)):
            raise await purged(self._database, Class.PAYLOAD, transmission)
        for row in rows:
            yield self._database.bodies.open(RAW, row["transmission"], row["bytes"], row["ordinal"])

    @override
    async def acknowledgement(self, acknowledgement: UUID) -> tuple[Json, bytes] | None:
        rows = await self._database.fetch("acknowledgement", acknowledgement)
        if not rows:
            return None
        row = rows[0]
        view = _pick(row, "transmission", "interchange", "type", "verdict", "control_number", "family", "partner", "created_at")
        view |= {"id": str(acknowledgement), "explanation": list(row["explanation"]), "media_type": _MEDIA[row["family"]]}
        if not row["bytes"]:
            raise await purged(self._database, Class.PAYLOAD, acknowledgement)
        return view, self._database.bodies.open(OUTBOUND, acknowledgement, row["bytes"])

    @override
    async def wait_for_acknowledgement(self, transmission: UUID, *, within: float) -> Json | None:
        raise StoreUnavailable("Nobody listens in this process.", remedy="Open records through `AcknowledgementBell`.")

    async def messages(self, query: Mapping[str, Any], limit: int, before: str | None) -> list[Json]:
        """The list support staff look at, newest first: see `gateway.store.search.found_messages`."""
        return await found_messages(self._database, query, limit, before)

    async def message(self, number: str) -> Json | None:
        """The transmission with this id, or with something of this id in it; its story included."""
        if as_uuid(number) is None:
            return None
        story = await self.trace(number)
        if story is None:
            return None
        transmission = story["transmissions"][0]
        return {**transmission, **{name: story[name] for name in ("events", "deliveries", "failures")}}

    async def find(self, number: str, *, limit: int = 20) -> list[UUID]:
        """Transmissions that people mean by any id or number, reference, Message-ID or file name; newest first."""
        text = storable(number.strip())
        if not text.strip("0"):
            return []  # no number: it would mean everything whose number is missing
        found = await self._database.fetch("find_transmissions", [*forms(text)], as_uuid(text), limit, [*KINDS])
        return [row["id"] for row in found]

    async def trace(self, number: str) -> Json | None:
        """The whole story of whatever carries this number: transmissions, journal, deliveries with attempts, failures."""
        ids = await self.find(number)
        if not ids:
            return None
        transmissions, events, deliveries, failures = [], [], [], []
        for transmission in ids:
            view = await self.transmission(transmission)
            if view is None:
                continue
            transmissions.append(view)
            events += [_event_view(row) for row in await self._database.fetch("transmission_events", transmission)]
            attempts = await self._database.fetch("transmission_attempts", transmission)
            deliveries += _with_attempts(view["deliveries"], attempts)
            failures += view["failures"]
        return {
            "number": number,
            "correlation": str(ids[0]),
            "transmissions": transmissions,
            "events": events,
            "deliveries": deliveries,
            "failures": failures,
        }

    async def counts(self) -> Mapping[str, int]:
        """How many of what there is."""
        return dict((await self._database.fetch("counts"))[0])


class AcknowledgementBell(PostgresRecords):
    """Records for a process in which partners wait for acknowledgements: one LISTEN connection for all of them.

    A notification is only a hint: whoever waits looks in the table before and after, and every second besides.
    """

    def __init__(self, database: Database, url: str, *, trace_link: str = "") -> None:
        super().__init__(database, trace_link=trace_link)
        self._line = Line(url)
        self._connection: asyncpg.Connection[Row] | None = None
        self._proved = 0.0
        self._waiting: defaultdict[UUID, set[asyncio.Event]] = defaultdict(set)
        self._connecting = asyncio.Lock()

    async def close(self) -> None:
        """End the listening connection."""
        if self._connection is not None:
            connection, self._connection = self._connection, None
            connection.terminate()

    async def wait_for_acknowledgement(self, transmission: UUID, *, within: float) -> Json | None:
        """The view once the transmission is settled; None when that took longer than `within` seconds."""
        rung = asyncio.Event()
        self._waiting[transmission].add(rung)
        try:
            async with asyncio.timeout(within):
                while True:
                    await self._listen()
                    rung.clear()
                    view = await self._settled(transmission)
                    if view is not None:
                        return view
                    try:
                        async with asyncio.timeout(1):
                            await rung.wait()
                    except TimeoutError:
                        continue
        except TimeoutError:
            return None
        finally:
            self._waiting[transmission].discard(rung)
            if not self._waiting[transmission]:
                del self._waiting[transmission]

    async def _settled(self, transmission: UUID) -> Json | None:
        rows = await self._database.fetch("transmission", transmission)
        if not rows or rows[0]["state"] in ("received", "replaying"):
            return None
        return await self.transmission(transmission)

    async def _listen(self) -> None:
        async with self._connecting:
            now = asyncio.get_running_loop().time()
            if await self._hears(now):
                return
            with translated():
                self._connection = await self._line.connect()
                await self._connection.add_listener(_CHANNEL, self._ring)
            self._proved = now

    async def _hears(self, now: float) -> bool:
        """Whether the listening connection still leads somewhere; it is asked every few seconds, for silence says nothing."""
        if self._connection is None or self._connection.is_closed():
            return False
        if now - self._proved < _PROOF:
            return True
        try:
            await self._connection.execute("select 1", timeout=2)
        except (OSError, TimeoutError, asyncpg.PostgresError, asyncpg.InterfaceError) as error:
            _log.warning("listening_connection_lost", problem=str(error) or "no answer in time")
            self._connection.terminate()
            return False
        self._proved = now
        return True

    def _ring(self, _connection: object, _pid: int, _channel: str, payload: object) -> None:
        for event in self._waiting.get(UUID(str(payload)), ()):
            event.set()


def _pick(row: Row, *names: str) -> dict[str, Any]:
    return {name: plain(row[name]) for name in names}


def _finding_view(row: Row) -> dict[str, Any]:
    view = {name: value for name in _FINDING if (value := row[name]) is not None}
    return view | {"remedy": DEFINITIONS[Code(row["code"])].remedy if row["code"] in set(Code) else ""}


def _transmission_view(row: Row, parts: Mapping[str, Sequence[Row]]) -> dict[str, Any]:
    findings: defaultdict[UUID, list[dict[str, Any]]] = defaultdict(list)
    for finding in parts["findings"]:
        findings[finding["subject"]].append(_finding_view(finding))
    documents: defaultdict[UUID, list[dict[str, Any]]] = defaultdict(list)
    for document in parts["documents"]:
        names = ("id", "type", "version", "control_number", "name", "verdict", "state", "route", "agreement")
        view = _pick(document, *names) | {"keys": keys_view(document["keys"]), "findings": findings[document["id"]]}
        documents[document["interchange"]].append(view)
    answers: defaultdict[UUID, list[dict[str, Any]]] = defaultdict(list)
    for answer in parts["acknowledgements"]:
        view = _pick(answer, "type", "verdict", "control_number", "created_at") | {
            "id": str(answer["outbound"]),
            "explanation": list(answer["explanation"]),
            "state": answer["delivery_state"] or "stored",
            "reference": answer["reference"],
        }
        answers[answer["interchange"]].append(view)
    interchanges = []
    for interchange in parts["interchanges"]:
        about = ("id", "family", "sender", "receiver", "control_number", "test", "partner", "verdict", "state", "duplicate_of")
        answered_again = interchange["state"] == "duplicate" and interchange["verdict"] != "rejected"
        own = answers[interchange["id"]] or (answers.get(interchange["duplicate_of"], []) if answered_again else [])
        view = _pick(interchange, *about) | {
            "documents": documents[interchange["id"]],
            "findings": findings[interchange["id"]],
            "acknowledgements": own,
        }
        interchanges.append(view)
    failure = ("id", "stage", "code", "message", "owner", "state", "count", "remedy", "subject", "at")
    delivery = ("id", "document", "outbound", "route", "target", "action", "state", "attempt", "code", "message", "reference")
    times = ("next_attempt_at", "created_at", "settled_at")
    waits = ("sequence_key", "after", "blocked_by", "fallback_of", "held_by", "held_because")
    view = _pick(row, "id", "partner", "channel", "name", "state", "received_at", "settled_at", "size", "sha256", "remote")
    return view | {
        "interchanges": interchanges,
        "findings": findings[row["id"]],
        "deliveries": [_pick(d, *delivery, *times, *waits) for d in parts["deliveries"]],
        "failures": [_pick(f, *failure) for f in parts["failures"]],
    }


def _event_view(row: Row) -> dict[str, Any]:
    return _pick(row, "at", "stage", "subject", "configuration", "node") | {"steps": orjson.loads(row["steps"])}


def _with_attempts(deliveries: Sequence[Json], attempts: Sequence[Row]) -> list[dict[str, Any]]:
    made: defaultdict[str, list[dict[str, Any]]] = defaultdict(list)
    for attempt in attempts:
        names = ("attempt", "started_at", "ended_at", "outcome", "code", "message", "reference", "node")
        made[str(attempt["delivery"])].append(_pick(attempt, *names))
    return [{**delivery, "attempts": made[delivery["id"]]} for delivery in deliveries]
