"""What was claimed, with its body: opened, or with the reason why it cannot be had."""

from collections.abc import Sequence
from datetime import timedelta
from io import SEEK_END, BytesIO
from uuid import UUID

import orjson

from gateway.domain.retention import Class
from gateway.errors import BodyPurged, BodyUnreadable, KeyMissing
from gateway.ports import ClaimedDelivery, ClaimedTransmission
from gateway.store.bodies import CANONICAL, OUTBOUND, RAW, ROUTED
from gateway.store.database import Database, Row
from gateway.store.lines import replay_terms
from gateway.store.purged import purged

_EXTENSIONS = {"x12": "x12", "edifact": "edi", "xml": "xml", "json": "json"}


async def claimed_transmission(database: Database, row: Row) -> ClaimedTransmission:
    """A transmission with its bytes. Raises KeyMissing: it waits for a process that has the key."""
    values = dict(row)
    replay = replay_terms(values)
    del values["root"], values["acknowledge"], values["configuration"], values["named_route"]
    first, body_of = values.pop("bytes") or b"", values.pop("body_of")
    unreadable: BodyUnreadable | None = None
    try:
        body = database.bodies.open(RAW, body_of, first)
        if len(body) < row["size"]:
            body = await _whole(database, body_of, first=body, size=row["size"])
    except KeyMissing:
        raise
    except BodyUnreadable as error:
        body, unreadable = b"", error
    if unreadable is None and len(body) < row["size"]:
        unreadable = await purged(database, Class.PAYLOAD, body_of)
    return ClaimedTransmission(body=body, replay=replay, unreadable=unreadable, **values)


async def _whole(database: Database, transmission: UUID, *, first: bytes, size: int) -> bytes:
    """A body of several pieces, read one at a time: the whole is in memory once. What was purged meanwhile is missing."""
    whole = BytesIO(first)
    whole.seek(0, SEEK_END)
    ordinal = 1
    while whole.tell() < size:
        pieces = await database.fetch("raw_piece", transmission, ordinal)
        if not pieces:
            break
        whole.write(database.bodies.open(RAW, transmission, pieces[0]["bytes"], ordinal))
        ordinal += 1
    return whole.getvalue()


async def claimed_deliveries(database: Database, rows: Sequence[Row]) -> list[ClaimedDelivery]:
    """Deliveries with what they deliver; those whose body cannot be had say why."""
    return [await _with_body(database, row) for row in rows]


async def _with_body(database: Database, row: Row) -> ClaimedDelivery:
    if row["milestone"] is not None:
        return await _of_milestone(database, row)
    try:
        json = database.bodies.open(ROUTED if row["rewritten"] else CANONICAL, row["document"], row["json"])
        content = database.bodies.open(OUTBOUND, row["outbound"], row["bytes"])
    except BodyUnreadable as error:
        return _delivery(row, None, None, error)
    return _delivery(row, json, content or None, await _missing(database, row))


async def _of_milestone(database: Database, row: Row) -> ClaimedDelivery:
    """A milestone for a subscriber: the attributes and the data of what was published."""
    if row["data"] is None:
        return _delivery(row, None, None, await purged(database, Class.JOURNAL, row["milestone"]))
    message = b'{"attributes":' + row["attributes"].encode() + b',"data":' + row["data"] + b"}"
    return _delivery(row, message, None, None)


async def _missing(database: Database, row: Row) -> BodyPurged | None:
    """Why there is neither document nor interchange where one belongs."""
    if row["outbound"] is not None and not row["bytes"]:
        return await purged(database, Class.PAYLOAD, row["outbound"])
    if row["outbound"] is None and row["document"] is not None and row["json"] is None:
        return await purged(database, Class.CANONICAL, row["transmission"])
    return None


def _delivery(row: Row, json: bytes | None, content: bytes | None, unreadable: BodyUnreadable | None) -> ClaimedDelivery:
    name = row["id"].hex
    if row["outbound"] is not None:
        extension = _EXTENSIONS.get(row["family"], "txt")
        name = f"{row['outbound_type']}_{row['control_number']}_{row['outbound'].hex[-12:]}.{extension}"
    return ClaimedDelivery(
        id=row["id"],
        transmission=row["transmission"],
        document=row["document"],
        outbound=row["outbound"],
        partner=row["partner"],
        route=row["route"],
        action=row["action"],
        idempotency_key=row["idempotency_key"],
        test=row["test"],
        options=orjson.loads(row["options"]),
        attempt=row["attempt"],
        age=row["now"] - row["first_attempt_at"] - (row["paused"] or timedelta()),
        first_attempt_at=row["first_attempt_at"],
        started_at=row["now"],
        json=json,
        content=content,
        name=name,
        probes=row["probes"],
        family=row["family"] or "",
        type=row["outbound_type"] or "",
        control_number=row["control_number"] or "",
        sealed_at=row["sealed_at"],
        traceparent=row["traceparent"],
        agreement=row["agreement"],
        priority=row["priority"],
        sequence_key=row["sequence_key"],
        lost=row["lost"],
        unreadable=unreadable,
    )
