"""Interchanges that we sent, put in place, and the acknowledgements that partners send for them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

from gateway.domain.agreement import Agreement, Direction, Partnerships
from gateway.domain.expectation import ExpectationRow, Expected, SentDocument, expectations_for
from gateway.domain.record import DeliveryRow, OutboundDocumentRow, OutboundRow
from tests.integration.harness import BIGBOX, NORDMART, US_EDIFACT, US_X12, Running, Settings, configuration
from translators.contract import AcknowledgementTerms, Family

DAY = timedelta(days=1)
FUNCTIONAL = (Expected("997", DAY),)


def settings(*agreements: Agreement) -> Settings:
    """The usual configuration, with documents that go out."""
    usual = configuration()
    known = usual.partnerships
    agreed = [*agreements, *OUT, *known.agreements.values()]
    identities = {Family.X12: [US_X12], Family.EDIFACT: [US_EDIFACT]}
    return replace(usual, partnerships=Partnerships.build(known.partners.values(), agreed, identities=identities))


OWED = AcknowledgementTerms(functional="997")
OUT = (
    Agreement("bigbox-856", "bigbox", Direction.OUT, "despatch_advice", Family.X12, "856", "004010", expect=FUNCTIONAL),
    Agreement("bigbox-810", "bigbox", Direction.OUT, "invoice", Family.X12, "810", "004010", expect=FUNCTIONAL),
    Agreement(
        "bigbox-850-out", "bigbox", Direction.OUT, "purchase_order", Family.X12, "850", "004010",
        channel="bigbox-folder", expect=(*FUNCTIONAL, Expected("order_response", DAY)),
    ),
    Agreement("bigbox-824", "bigbox", Direction.IN, "application_response", Family.X12, "824", "004010", acknowledgement=OWED),
    Agreement("bigbox-855", "bigbox", Direction.IN, "order_response", Family.X12, "855", "004010", acknowledgement=OWED),
    Agreement("nordmart-desadv", "nordmart", Direction.OUT, "despatch_advice", Family.EDIFACT, "DESADV", "D.96A"),
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Sent:
    """An interchange that is in place. `documents` are the ids of what stands in it."""

    id: UUID
    transmission: UUID
    documents: tuple[UUID, ...]


def despatch(number: int) -> list[str]:
    """A small 856, ST to SE."""
    body = [f"BSN*00*D-{number}*20261120*0915*0001", "HL*1**S", "TD1*CTN*5", "HL*2*1*O", "PRF*4711", "HL*3*2*I",
            "LIN*1*UP*036000291452", "SN1*1*abc*EA", "CTT*3"]  # fmt: skip
    return [f"ST*856*{number:04}", *body, f"SE*{len(body) + 2}*{number:04}"]


def x12(functional_id: str, sets: Sequence[Sequence[str]], *, number: int = 42, ours: bool = True, group: int = 77) -> bytes:
    """One group in one interchange, from us to BigBox or back."""
    us, them = f"ZZ*{US_X12.id:15}", f"01*{BIGBOX.id:15}"
    first, second, here, there = (us, them, US_X12.id, BIGBOX.id) if ours else (them, us, BIGBOX.id, US_X12.id)
    segments = [
        f"ISA*00*{'':10}*00*{'':10}*{first}*{second}*261120*0915*U*00401*{number:09}*0*P*>",
        f"GS*{functional_id}*{here}*{there}*20261120*0915*{group}*X*004010",
        *(segment for body in sets for segment in body),
        f"GE*{len(sets)}*{group}",
        f"IEA*1*{number:09}",
    ]
    return "".join(f"{segment}~" for segment in segments).encode()


async def _write(
    gateway: Running,
    row: OutboundRow,
    contents: Sequence[OutboundDocumentRow],
    delivery: DeliveryRow,
    rows: Sequence[ExpectationRow],
) -> None:
    async with gateway.database.transaction() as connection:
        await connection.execute(
            "insert into gateway.outbound (id, transmission, partner, family, type, sender, receiver, control_number, test, "
            "bytes) select r.* from unnest($1::gateway.outbound_v1[]) as r", [row]
        )  # fmt: skip
        await gateway.database.within(connection, "insert_outbound_documents", contents)
        await connection.execute(
            "insert into gateway.delivery (id, transmission, document, outbound, partner, route, target, action, "
            "idempotency_key, test, options, priority, sequence_key, after, state) "
            "select r.id, r.transmission, r.document, r.outbound, r.partner, r.route, r.target, r.action, r.idempotency_key, "
            "r.test, r.options, r.priority, r.sequence_key, r.after, r.state "
            "from unnest($1::gateway.delivery_v2[]) as r", [delivery]
        )  # fmt: skip
        await gateway.database.within(connection, "expect", rows)


async def in_place(
    gateway: Running, *, content: bytes, type: str, name: str, keys: Sequence[str], numbers: Sequence[str],  # noqa: A002
    family: str = "x12", number: str = "42", group: tuple[str, str] = ("SH", "77"), expected: tuple[Expected, ...] = FUNCTIONAL,
    partner: str = "bigbox", state: str = "delivered", test: bool = False, expect: bool = True,
) -> Sent:  # fmt: skip
    """Write what the sealing of an interchange writes, and its delivery in some state."""
    outbound, transmission = gateway.new_id(), gateway.new_id()
    documents = tuple(gateway.new_id() for _ in numbers)
    pair = (US_X12, BIGBOX) if family == "x12" else (US_EDIFACT, NORDMART)
    row = OutboundRow(outbound, transmission, partner, family, type, str(pair[0]), str(pair[1]), number, test, content)
    contents = [
        OutboundDocumentRow(
            outbound, n, document, *group, control_number, type, "004010", name, partner, f"{partner}-{type.lower()}", (key,)
        )
        for n, (document, control_number, key) in enumerate(zip(documents, numbers, keys, strict=True), 1)
    ]
    delivery = DeliveryRow(
        gateway.new_id(), transmission, None, outbound, partner, None, f"{partner}-folder", "transmit", outbound.hex, test, "{}",
        0, None, None, state,
    )  # fmt: skip
    sent_documents = [SentDocument(n, f"{partner}-{type.lower()}", expected) for n in range(1, len(documents) + 1)]
    rows = expectations_for(
        outbound,
        partner=partner,
        owner="sales",
        documents=sent_documents,
        sent=datetime.now(UTC),
        calendars={},
        new_id=gateway.new_id,
    )
    await _write(gateway, row, contents, delivery, rows if expect else [])
    return Sent(outbound, transmission, documents)


async def despatches(gateway: Running, count: int = 1, **changes: Any) -> Sent:
    """An interchange with so many 856."""
    numbers = range(1, count + 1)
    usual = {
        "content": x12("SH", [despatch(n) for n in numbers]),
        "type": "856",
        "name": "despatch_advice",
        "keys": [f"despatch:D-{n}" for n in numbers],
        "numbers": [f"{n:04}" for n in numbers],
    }
    return await in_place(gateway, **{**usual, **changes})


async def expectations(gateway: Running, sent: Sent) -> list[Mapping[str, Any]]:
    """What is expected for an interchange now, the oldest first."""
    async with gateway.database.connection() as connection:
        rows = await connection.fetch("select * from gateway.expectation where outbound = $1 order by id", sent.id)
    return [dict(row) for row in rows]


async def states(gateway: Running, sent: Sent) -> list[str]:
    """The states of what is expected for an interchange."""
    return [row["state"] for row in await expectations(gateway, sent)]


async def failures(gateway: Running) -> list[Mapping[str, Any]]:
    """All failures, with how many of their cases are open."""
    async with gateway.database.connection() as connection:
        rows = await connection.fetch(
            "select f.*, (select count(*) from gateway.failure_case c"
            " where c.fingerprint = f.fingerprint and c.closed_at is null) as cases"
            " from gateway.failure f order by f.first_at, f.code"
        )
    return [dict(row) for row in rows]


async def open_failures(gateway: Running) -> list[str]:
    """The codes of what somebody must look at."""
    return [row["code"] for row in await failures(gateway) if row["state"] != "resolved"]
