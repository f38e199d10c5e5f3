"""The simulated partner writes what the gateway reads, acknowledges what it is sent, and speaks AS2 with anybody who does."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from decimal import Decimal

import pytest
from aiohttp import web

from gateway.simulators.as2 import As2Partner, NotReceived, new_pair
from gateway.simulators.partner import TradingPartner
from gateway.simulators.rest import Subscriber
from gateway.simulators.wms import WmsSimulator
from tests.gateway.channels.http_partner import partner_server
from translators import registry
from translators.canonical.purchase_order import PurchaseOrder
from translators.canonical.purchase_order_change import PurchaseOrderChange
from translators.contract import Family, Identity, Verdict

NOW = datetime(2026, 3, 2, 9, 15, tzinfo=UTC)
SIDES = {
    Family.X12: (Identity("01", "123456789"), Identity("ZZ", "NORDICDC"), "850", "004010", "997"),
    Family.EDIFACT: (Identity("14", "5798000000025"), Identity("14", "5790000000012"), "ORDERS", "D.96A", "CONTRL"),
}


def order(number: str = "4711") -> PurchaseOrder:
    line = {"number": "1", "item": {"identifiers": {"seller": "ANVIL"}}, "quantity": {"value": 10, "unit": "EA"}}
    return PurchaseOrder.model_validate({"schema": "purchase_order/1", "number": number, "issued": "2026-03-02", "lines": [line]})


def partner(family: Family) -> TradingPartner:
    return TradingPartner(family, identity=SIDES[family][0], other=SIDES[family][1], first=7)


@pytest.mark.parametrize("family", SIDES)
def test_what_it_writes_is_read_and_numbered_on(family: Family) -> None:
    side, (sender, receiver, kind, version, _) = partner(family), SIDES[family]
    for number in ("7", "8"):
        (interchange,) = registry.translate(side.written(order(), kind, version, prepared=NOW)).interchanges
        assert interchange.verdict in (Verdict.ACCEPTED, Verdict.ACCEPTED_WITH_ERRORS)
        assert (interchange.envelope.sender, interchange.envelope.receiver) == (sender, receiver)
        assert interchange.envelope.control_number.lstrip("0") == number
        (document,) = interchange.documents
        assert isinstance(document.canonical, PurchaseOrder)
        assert (document.canonical.number, document.canonical.lines[0].quantity.value) == ("4711", Decimal(10))  # type: ignore[union-attr]


@pytest.mark.parametrize("family", SIDES)
def test_it_acknowledges_documents_and_never_an_acknowledgement(family: Family) -> None:
    ours, (sender, receiver, kind, version, acknowledgement) = partner(family), SIDES[family]
    theirs = TradingPartner(family, identity=receiver, other=sender)
    (answer,) = theirs.acknowledged(ours.written(order(), kind, version, prepared=NOW), prepared=NOW)
    (read,) = ours.read(answer)
    assert read.type == acknowledgement
    assert ours.acknowledged(answer, prepared=NOW) == []


def test_what_a_format_cannot_say_is_not_sent() -> None:
    change = PurchaseOrderChange.model_validate({"schema": "purchase_order_change/1", "number": "4711", "sequence": "1"})
    with pytest.raises(ValueError, match="sequence cannot be said"):
        partner(Family.EDIFACT).written(change, "ORDCHG", "D.96A", prepared=NOW)


@asynccontextmanager
async def refusing() -> AsyncIterator[str]:
    async def refuse(_request: web.Request) -> web.Response:
        return web.Response(status=503, text="not now")

    app = web.Application()
    app.router.add_post("/as2", refuse)
    runner = web.AppRunner(app)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    yield f"http://127.0.0.1:{runner.addresses[0][1]}/as2"
    await runner.cleanup()


class TestAs2:
    async def test_a_message_arrives_whole_and_its_receipt_proves_it(self) -> None:
        taken: list[bytes] = []

        async def take(body: bytes) -> None:
            taken.append(body)

        first = As2Partner("LAKESIDE", "HARBOUR", theirs=new_pair("anybody").certificate, take=take)
        async with As2Partner("HARBOUR", "LAKESIDE", theirs=first.certificate, take=take) as harbour:
            first.trust(harbour.certificate)
            async with first:
                await first.send(harbour.url, b"ISA*00*", file_name="orders.x12")
        assert taken == [b"ISA*00*"]
        assert (first.receipts, harbour.receipts) == (1, 1)

    async def test_who_gives_no_receipt_has_not_received(self) -> None:
        async def take(_body: bytes) -> None: ...

        async with As2Partner("LAKESIDE", "HARBOUR", theirs=new_pair("HARBOUR").certificate, take=take) as lakeside:
            async with refusing() as url:
                with pytest.raises(NotReceived, match="503: not now"):
                    await lakeside.send(url, b"ISA*00*", file_name="orders.x12")
            assert lakeside.receipts == 0


async def test_a_warehouse_keeps_what_it_is_told_to_keep_and_tells_it_backwards_and_twice() -> None:
    async with partner_server() as listener, WmsSimulator(first=3001) as wms:
        wms.webhooks.subscriber = Subscriber(listener.url)
        for reference in ("A-1", "A-2"):
            wms.warehouse.release({"reference": reference, "lines": [{"line": "1", "sku": "ANVIL", "quantity": 1}]})
        wms.webhooks.keep("A-1")
        for step in (wms.warehouse.accept, wms.warehouse.start):
            for number in ("W-3001", "W-3002"):
                await step(number)
        await wms.webhooks.settled()
        assert [event for event, _ in wms.webhooks.sent] == ["evt-2", "evt-4"]
        await wms.webhooks.tell_kept("A-1", backwards=True, times=2)
        await wms.webhooks.settled()
        assert [event for event, _ in wms.webhooks.sent[2:]] == ["evt-3", "evt-3", "evt-1", "evt-1"]
