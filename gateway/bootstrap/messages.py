"""Messages for people: what is stored is searched and read, and what somebody hands over is stored."""

import asyncio
from collections.abc import AsyncIterator, Iterator, Mapping, Sequence
from contextlib import asynccontextmanager
from uuid import UUID

from gateway.bootstrap.office import Office, Where, opened
from gateway.domain.acknowledgement_layers import acknowledgement_layers
from gateway.domain.lifecycle import DELIVERY, DOCUMENT, OUTBOUND_DOCUMENT, TRANSMISSION
from gateway.domain.order.lifecycle import ORDER_STATES
from gateway.domain.partner_view import row_for_partner, transmission_for_partner
from gateway.domain.query import parse
from gateway.errors import Absent
from gateway.ports import Json
from gateway.stages.lanes import Arrived
from gateway.stages.outgoing import OUTBOUND
from gateway.stages.receive import Receive
from gateway.stages.triggered import is_triggered
from gateway.store.audit import PostgresAudit
from gateway.store.database import Database
from gateway.store.message_parts import MessageParts
from gateway.store.records import AcknowledgementBell, PostgresRecords
from gateway.store.search import Found, found_messages, page_of_messages
from gateway.store.work import PostgresWork
from gateway.system import SystemClock
from gateway.telemetry.metrics import PrometheusObserver

_LIFECYCLES = (TRANSMISSION, DOCUMENT, DELIVERY, OUTBOUND_DOCUMENT)
_STATES = {"rejected"} | {state for table in _LIFECYCLES for (before, _), after in table.items() for state in (before, after)}
"""What messages can be in; `rejected` are documents that never were in another state."""
_LOOKED_AT = 50_000
"""So many transmissions are looked at for one page."""
_MOST_SUBJECTS = 60
"""Of a message with very many documents the audit is asked about the first of them."""
_AUDIT_LINES = 500
_SENT_DOCUMENTS = 1000
"""So many documents of a transmission are looked through for what a partner may see of it."""


@asynccontextmanager
async def open_records(where: Where, environ: Mapping[str, str] | None = None) -> AsyncIterator[AcknowledgementBell]:
    """A connection to what is stored, for the commands that list and explain. `environ` stands in for that of the process."""
    async with opened(where, environ) as office:
        records = AcknowledgementBell(office.database, office.url, trace_link=office.snapshot.gateway.tracing.link)
        try:
            yield records
        finally:
            await records.close()


async def search_messages(
    where: Where, text: str, *, limit: int = 50, before: UUID | None = None, partner: str | None = None
) -> Found:
    """Messages that a query finds, the newest first, after the row `before`; and after which one they go on. `partner` is the
    only one whose are shown. It ends after a while, with few rows or none, where what is looked for is nearly nowhere.

    Raises QueryInvalid, or GatewayError for what is no date.
    """
    query = parse(text, partners=partner is not None)
    async with opened(where) as office:
        if partner is None:
            return await page_of_messages(office.database, query, limit, before, looked_at=_LOOKED_AT)
        if partner not in query.get("partner", [partner]):
            return Found((), None)
        own = {**query, "partner": [partner]}
        found = await page_of_messages(office.database, own, limit, before, inside=False, looked_at=_LOOKED_AT)
        return Found([row_for_partner(row) for row in found.rows], found.after)


async def message_of(where: Where, number: UUID, *, partner: str | None = None) -> Json:
    """A transmission with its story, by the id of anything in it. Raises Absent."""
    async with opened(where) as office:
        records = _records(office)
        view = await records.message(str(number))
        seen = view if view is None or partner is None else await _for_partner(office.database, view, partner)
        if seen is None:
            raise absent(f"the id {number}")
        return seen


async def trace_of(where: Where, number: str, *, partner: str | None = None) -> Json:
    """The whole story of whatever carries a number. Raises Absent where nothing does."""
    async with opened(where) as office:
        story = await _records(office).trace(number)
        if story is not None and partner is not None:
            story = await _story_for_partner(office.database, story, partner)
        if story is None:
            raise absent(f"the number {number}")
        return story


def _records(office: Office) -> PostgresRecords:
    return PostgresRecords(office.database, trace_link=office.snapshot.gateway.tracing.link)


async def layers_of(where: Where, number: UUID, *, partner: str | None = None) -> Json:
    """All that was, or is to be, acknowledged of a message, by layer. Raises Absent."""
    view = await message_of(where, number, partner=partner)
    async with opened(where) as office:
        parts, transmission = MessageParts(office.database), UUID(str(view["id"]))
        receipts = [one for one in await parts.receipts(transmission) if partner is None or one["partner"] == partner]
        return acknowledgement_layers(view, receipts, await parts.business_answers(transmission))


async def events_of(where: Where, number: UUID) -> Sequence[Json]:
    """The journal of everything that carries an id: each stage with its steps, in their order. Raises Absent."""
    view = await trace_of(where, str(number))
    return sorted(view["events"], key=lambda event: str(event["at"]))


async def audit_of(where: Where, number: UUID) -> Sequence[Json]:
    """Who looked at a message or anything in it, or did something about it, the newest first. Raises Absent."""
    view = await message_of(where, number)
    async with opened(where) as office:
        audit = PostgresAudit(office.database)
        subjects = list(dict.fromkeys(_subjects(view)))[:_MOST_SUBJECTS]
        found = [line for one in subjects for line in await audit.lines({"subject": one}, before=None, limit=_AUDIT_LINES)]
    return sorted(found, key=lambda line: int(line["id"]), reverse=True)[:_AUDIT_LINES]


def _subjects(view: Json) -> Iterator[str]:
    """What the audit may name: the message, what is in it, what became of it, and the batches that did it again."""
    yield str(view["id"])
    for interchange in view["interchanges"]:
        yield str(interchange["id"])
        for part in (*interchange["documents"], *interchange["acknowledgements"]):
            yield str(part["id"])
    for delivery in view["deliveries"]:
        yield str(delivery["id"])
        if delivery["outbound"]:
            yield str(delivery["outbound"])
    runs = [*([view["replay_of"]] if view["replay_of"] else []), *view["replays"]]
    yield from (str(run["batch"]) for run in runs)
    yield from (str(failure["id"]) for failure in view["failures"])


async def known_values(where: Where) -> Mapping[str, Sequence[str]]:
    """What fields may hold, for completing a search: names of the configuration and states."""
    async with opened(where) as office:
        snapshot = office.snapshot
        agreements = snapshot.agreements
        return {
            "partner": sorted(snapshot.partners),
            "channel": sorted(snapshot.channels),
            "target": sorted({*snapshot.applications, *snapshot.channels, *snapshot.subscribers}),
            "owner": sorted(snapshot.owners),
            "type": sorted({one.type for one in agreements}),
            "name": sorted({one.document for one in agreements}),
            "direction": ["in", "out", "internal"],
            "state": sorted(_STATES),
            "progress": [*ORDER_STATES],
        }


async def _visible(database: Database, view: Json, partner: str) -> set[str]:
    """The documents of a transmission that a partner may see: what it sent, and of what is for it what was sent."""
    query = {"partner": [partner], "words": [str(view["id"])]}
    rows = await found_messages(database, query, _SENT_DOCUMENTS, None, inside=False)
    return {str(row["id"]) for row in rows}


async def _for_partner(database: Database, view: Json, partner: str) -> Json | None:
    seen = transmission_for_partner(view, partner)
    if seen is None or is_triggered(str(view["channel"])):
        return None
    if view["channel"] != OUTBOUND:
        return seen
    sent = await _visible(database, view, partner)
    kept = [
        {**one, "findings": [], "documents": [{**d, "findings": []} for d in one["documents"] if d["id"] in sent]}
        for one in seen["interchanges"]
    ]
    return {**seen, "interchanges": kept, "findings": []} if sent else None


async def _story_for_partner(database: Database, story: Json, partner: str) -> Json | None:
    found = [await _for_partner(database, one, partner) for one in story["transmissions"]]
    seen = [one for one in found if one is not None]
    if not seen:
        return None
    return {"number": story["number"], "correlation": seen[0]["id"], "transmissions": seen}


def absent(what: str) -> Absent:
    """Nothing is there, or nothing that whoever asks may see."""
    return Absent(f"Nothing is known under {what}.", remedy="Look for it in the list of messages, also by parts of its numbers.")


@asynccontextmanager
async def open_intake(where: Where) -> AsyncIterator[Receive]:
    """Hand transmissions to the store without a gateway in between; a running one finds them by its sweep."""

    async def unannounced(_arrived: Sequence[Arrived]) -> None:
        """Nobody is told: the sweep of the running gateway looks every second."""

    async with opened(where) as office:
        receive = Receive(
            work=PostgresWork(office.database),
            announce=unannounced,
            observer=PrometheusObserver(),
            clock=SystemClock(),
            max_bytes=office.snapshot.gateway.max_transmission,
        )
        async with asyncio.TaskGroup() as group:
            task = group.create_task(receive.run())
            yield receive
            task.cancel()
