"""After the commit: targets are woken, public messages go out and leave the outbox, everything is counted."""

import asyncio
from collections.abc import Sequence
from typing import Any
from uuid import UUID

import pytest
from structlog.testing import capture_logs

from gateway.domain.record import BodyRow, DeliveryRow, DocumentRow, OutboxRow
from gateway.errors import StoreUnavailable
from gateway.ports import Message, Published, Settlement
from gateway.stages.publish import Publish
from gateway.system import SystemClock, TimeOrderedIds

new_id = TimeOrderedIds()


class Outside:
    """Broker, outbox and targets, as one who only listens; `answers` are given to the messages in turn."""

    def __init__(self, answers: Sequence[Published] = (), *, away: bool = False) -> None:
        self.answers, self.away = list(answers), away
        self.published: list[Message] = []
        self.deleted: list[UUID] = []
        self.woken: list[str] = []
        self.counts: dict[tuple[str, tuple[tuple[str, str], ...]], float] = {}

    async def publish(self, messages: Sequence[Message]) -> Sequence[Published]:
        self.published += messages
        return [self.answers.pop(0) if self.answers else Published.CONFIRMED for _ in messages]

    async def delete_outbox(self, ids: Sequence[UUID]) -> None:
        if self.away:
            raise StoreUnavailable("away")
        self.deleted += ids

    async def wake(self, target: str) -> None:
        self.woken.append(target)

    def count(self, name: str, value: float = 1, **labels: str) -> None:
        key = (name, tuple(sorted(labels.items())))
        self.counts[key] = self.counts.get(key, 0) + value

    def observe(self, name: str, value: float, **labels: str) -> None: ...

    def gauge(self, name: str, value: float, **labels: str) -> None: ...


def publish(outside: Outside, settlement: Settlement) -> None:
    stage = Publish(
        work=outside,  # type: ignore[arg-type]
        broker=outside,  # type: ignore[arg-type]
        wake=outside.wake,
        observer=outside,
        clock=SystemClock(),
    )
    asyncio.run(stage.after_commit(settlement))


def messages(count: int) -> Settlement:
    """A settlement with so many documents, each with a public message."""
    settlement = Settlement()
    for n in range(count):
        document = new_id()
        settlement.canonical.append(BodyRow(new_id(), document, b'{"number":"%d"}' % n))
        key = "purchase_order.in.bigbox"
        settlement.outbox.append(OutboxRow(new_id(), new_id(), "edi.canonical", key, '{"partner":"bigbox"}', document))
    return settlement


def delivery(target: str, state: str = "waiting") -> DeliveryRow:
    ids = (new_id(), new_id(), new_id())
    return DeliveryRow(*ids, None, "bigbox", "orders", target, "sale_order", "key", False, "{}", 0, None, None, state)


def document(state: str, **changes: Any) -> DocumentRow:
    ids = (new_id(), new_id(), new_id())
    row = DocumentRow(
        *ids, 1, "850", "004010", "0001", "purchase_order", "bigbox", None, "orders", False, "accepted", state, ()
    )  # fmt: skip
    return row._replace(**changes)


def test_a_message_carries_the_document_its_headers_and_the_id_of_the_outbox() -> None:
    outside, settlement = Outside(), messages(2)
    publish(outside, settlement)
    first = outside.published[0]
    assert (first.exchange, first.routing_key) == ("edi.canonical", "purchase_order.in.bigbox")
    assert (first.body, first.message_id) == (b'{"number":"0"}', str(settlement.outbox[0].id))
    assert first.headers == {"partner": "bigbox"}
    assert outside.deleted == [row.id for row in settlement.outbox]


def test_only_what_was_confirmed_leaves_the_outbox_and_what_nobody_listens_for_too() -> None:
    outside, settlement = Outside([Published.CONFIRMED, Published.UNKNOWN, Published.UNROUTABLE]), messages(3)
    publish(outside, settlement)
    assert outside.deleted == [settlement.outbox[0].id, settlement.outbox[2].id]


def test_a_database_that_is_away_leaves_the_messages_to_the_relay_and_raises_nothing() -> None:
    with capture_logs() as logs:
        publish(Outside(away=True), messages(2))
    assert [(line["event"], line["messages"]) for line in logs] == [("outbox_not_cleared", 2)]


def test_targets_are_woken_once_each_and_only_for_what_may_be_delivered_now() -> None:
    outside = Outside()
    rows = [delivery("odoo"), delivery("odoo"), delivery("bigbox-folder"), delivery("wms", "blocked")]
    publish(outside, Settlement(deliveries=rows))
    assert sorted(outside.woken) == ["bigbox-folder", "odoo"]
    assert outside.published == []


@pytest.mark.parametrize(
    ("row", "counted"),
    [
        (document("routed"), {"edi_routed_total": {"route": "orders", "outcome": "routed"}}),
        (document("unrouted", route=None), {"edi_routed_total": {"route": "none", "outcome": "unrouted"}}),
        (document("stopped"), {"edi_routed_total": {"route": "orders", "outcome": "stopped"}}),
        (document("duplicate"), {"edi_duplicates_total": {"kind": "document"}}),
        (document("conflict"), {"edi_duplicates_total": {"kind": "document"}}),
        (document("rejected", verdict="rejected"), {}),
        (document("unmapped", name=None), {}),
    ],
)
def test_each_document_is_counted_by_what_became_of_it(row: DocumentRow, counted: dict[str, dict[str, str]]) -> None:
    outside = Outside()
    publish(outside, Settlement(documents=[row]))
    labels = {"document": row.name or "unmapped", "direction": "in", "verdict": row.verdict}
    expected = {"edi_documents_total": labels} | counted
    assert outside.counts == {(name, tuple(sorted(given.items()))): 1 for name, given in expected.items()}
