"""Documents of other services for partners: from `edi.outbound` to sealed interchanges, over a real database."""

import asyncio
import json
from collections.abc import AsyncIterator, Mapping
from typing import Any

import pytest

from gateway.errors import DataRefused
from gateway.ports import Message
from gateway.stages.outgoing import OUTBOUND
from gateway.stages.receive_published import ReceivePublished
from gateway.system import SystemClock
from tests.integration.harness import Running
from tests.translators.x12.orders import order_850
from translators import registry
from translators.contract import Interchange


def received(number: str) -> bytes:
    """The partner's own order."""
    return order_850(sender="01:123456789", receiver="ZZ:NORDICDC", control_number=1, order_number=number)


def order(number: str, /, **changes: Any) -> dict[str, Any]:
    """A purchase order of ours as another service publishes it."""
    (interchange,) = registry.translate(received(number)).interchanges
    canonical = interchange.documents[0].canonical
    assert canonical is not None
    return {**json.loads(canonical.to_json()), **changes}


def published(body: object, *, partner: str = "bigbox", message_id: str = "m-1") -> Message:
    raw = body if isinstance(body, bytes) else json.dumps(body).encode()
    return Message(OUTBOUND, f"purchase_order.{partner}", raw, message_id)


def read(content: bytes | None) -> Interchange:
    assert content is not None
    translation = registry.translate(content)
    assert not translation.findings
    return translation.interchanges[0]


def taker(gateway: Running) -> ReceivePublished:
    """What takes from the exchange."""
    return ReceivePublished(
        intake=gateway.receive,
        work=gateway.work,
        publish=gateway.broker.publish,
        source=lambda: "nordic-dc",
        clock=SystemClock(),
        new_id=gateway.new_id,
    )


class Publisher:
    """Publishes to a running gateway, and waits until what was published is settled."""

    def __init__(self, gateway: Running) -> None:
        self.gateway = gateway
        self.take = taker(gateway)

    async def publish(self, *messages: Message) -> list[Mapping[str, Any]]:
        await self.take.handle(messages)
        names = [message.message_id for message in messages]
        async with asyncio.timeout(20):
            while True:
                found = await self.rows(
                    "select id from gateway.transmission where name = any($1) and state <> 'received' order by id", names
                )
                if len(found) == len(set(names)):
                    return [await self.gateway.delivered(row["id"]) for row in found]

    async def rows(self, query: str, *arguments: object) -> list[Any]:
        async with self.gateway.database.transaction() as connection:
            return list(await connection.fetch(query, *arguments))


@pytest.fixture
async def publisher(gateway: Running) -> AsyncIterator[Publisher]:
    async with gateway.broker.subscribe(OUTBOUND, "#", taker(gateway).handle, queue=OUTBOUND):
        yield Publisher(gateway)


async def test_a_document_becomes_an_interchange_at_the_partners_channel(publisher: Publisher) -> None:
    (view,) = await publisher.publish(published(order("PO-1")))
    (sent,) = publisher.gateway.targets["bigbox-folder"].made
    interchange = read(sent.content)
    assert (str(interchange.envelope.sender), str(interchange.envelope.receiver)) == ("ZZ:NORDICDC", "01:123456789")
    assert [(d.type, getattr(d.canonical, "number", "")) for d in interchange.documents] == [("850", "PO-1")]
    assert [d["state"] for d in view["deliveries"]] == ["delivered"]
    (document,) = view["interchanges"][0]["documents"]
    assert (document["state"], document["agreement"]) == ("routed", "bigbox-850-out")


async def test_what_stands_in_it_is_known_by_its_numbers(publisher: Publisher) -> None:
    await publisher.publish(published(order("PO-1")))
    (row,) = await publisher.rows(
        "select d.*, o.control_number as interchange_number from gateway.outbound_document d "
        "join gateway.outbound o on o.id = outbound"
    )
    interchange = read(publisher.gateway.targets["bigbox-folder"].made[0].content)
    assert row["interchange_number"] == interchange.envelope.control_number.lstrip("0")
    assert (row["group_id"], row["group_number"]) == ("PO", interchange.groups[0].control_number)
    assert (row["control_number"], row["type"], row["version"]) == ("0001", "850", "004010")
    assert (row["name"], row["agreement"], row["state"]) == ("purchase_order", "bigbox-850-out", "sealed")
    assert "order:PO-1" in row["keys"]


async def test_the_broker_brings_what_was_published(publisher: Publisher) -> None:
    await publisher.gateway.broker.publish([published(order("PO-1"), message_id="by-broker")])
    async with asyncio.timeout(20):
        while not publisher.gateway.targets["bigbox-folder"].made:
            await publisher.rows("select 1")


async def test_a_message_that_comes_twice_goes_out_once(publisher: Publisher) -> None:
    await publisher.publish(published(order("PO-1")))
    await publisher.publish(published(order("PO-1")))
    assert len(publisher.gateway.targets["bigbox-folder"].made) == 1


async def test_a_message_id_for_another_document_is_refused(publisher: Publisher) -> None:
    await publisher.publish(published(order("PO-1")))
    with pytest.raises(DataRefused, match="m-1 was used before"):
        await publisher.take.handle([published(order("PO-2"))])


async def test_the_same_document_under_another_message_id_is_a_duplicate(publisher: Publisher) -> None:
    await publisher.publish(published(order("PO-1")))
    (view,) = await publisher.publish(published(order("PO-1"), message_id="m-2"))
    assert [d["state"] for d in view["interchanges"][0]["documents"]] == ["duplicate"]
    assert len(publisher.gateway.targets["bigbox-folder"].made) == 1


async def test_our_order_and_the_partners_order_of_one_number_are_two(publisher: Publisher) -> None:
    gateway = publisher.gateway
    await gateway.delivered(await gateway.send(received("PO-1")))
    (view,) = await publisher.publish(published(order("PO-1")))
    assert [d["state"] for d in view["interchanges"][0]["documents"]] == ["routed"]


async def test_a_batch_is_packed_as_agreed(publisher: Publisher) -> None:
    (view,) = await publisher.publish(published([order(f"PO-{n}") for n in range(7)], partner="nordmart"))
    sent = [read(delivery.content) for delivery in publisher.gateway.targets["nordmart-folder"].made]
    assert sorted(len(interchange.documents) for interchange in sent) == [1, 3, 3]
    rows = await publisher.rows("select outbound, control_number from gateway.outbound_document order by outbound, ordinal")
    assert sorted(row["control_number"] for row in rows) == ["1", "1", "1", "2", "2", "3", "3"]
    assert len(view["deliveries"]) == 3


async def test_other_services_hear_of_it(publisher: Publisher) -> None:
    heard: asyncio.Queue = asyncio.Queue()
    async with publisher.gateway.broker.subscribe("edi.canonical", "*.out.*", heard.put, queue="listener"):
        await publisher.publish(published(order("PO-1")))
        (message,) = await asyncio.wait_for(heard.get(), 10)
    assert message.routing_key == "purchase_order.out.bigbox"
    assert (message.headers["type"], message.headers["direction"]) == ("document.purchase_order.sent", "out")


@pytest.mark.parametrize(
    ("body", "partner", "code"),
    [
        (order("PO-1"), "nobody", "receiver-unknown"),
        (order("PO-1", schema="invoice/1"), "bigbox", "document-rejected"),
        (b"this is no JSON", "bigbox", "no-interchange"),
        (received("PO-1"), "bigbox", "document-type-unsupported"),
        (order("PO-1", lines=[]), "bigbox", "not-writable"),
        (order("PO-1", number="P" * 90), "bigbox", "not-writable"),
    ],
)
async def test_what_cannot_go_out_is_stored_and_has_an_owner(publisher: Publisher, body: object, partner: str, code: str) -> None:
    (view,) = await publisher.publish(published(body, partner=partner))
    assert code in [failure["code"] for failure in view["failures"]]
    assert all(failure["owner"] and failure["remedy"] for failure in view["failures"])
    assert not any(target.made for target in publisher.gateway.targets.values())


async def test_a_document_without_agreement_names_what_is_missing(publisher: Publisher) -> None:
    (view,) = await publisher.publish(published({"schema": "order_response/1", "number": "R1", "status": "accepted"}))
    (failure,) = view["failures"]
    assert failure["code"] == "agreement-missing"
    assert 'direction = "out"' in failure["remedy"]
