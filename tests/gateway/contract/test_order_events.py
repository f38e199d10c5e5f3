"""What is published of orders is what the contract says."""

import json
from datetime import UTC, datetime
from decimal import Decimal
from uuid import uuid4

import pytest
from jsonschema import Draft202012Validator, FormatChecker

from gateway.client.received import read_event
from gateway.contract.schemas import bodies, headers
from gateway.domain.order.line import Line
from gateway.domain.order.milestone import Event, LineQuantity, Link, Milestone
from gateway.domain.order.order import Order
from gateway.domain.order.process import Statement
from gateway.ports.orders import HeldOrder
from gateway.stages.order_publication import message

NOW = datetime(2026, 11, 21, 14, 5, tzinfo=UTC)


@pytest.mark.parametrize("applied", [True, False])
@pytest.mark.parametrize("occurred", [NOW, None])
def test_a_message_keeps_to_its_schemas_and_is_read_by_the_client(*, applied: bool, occurred: datetime | None) -> None:
    held = HeldOrder(uuid4(), "bigbox", "PO-1", test=False, state="shipped", version=3, now=NOW)
    said = Milestone(
        "wms", "s-1", Event.SHIPPED, occurred=occurred, links=[Link("wms", "shipment", "S-1")],
        lines=[LineQuantity("1", Decimal("2.5"), "EA"), LineQuantity(None, Decimal(1), item="gtin:4006381333931")],
    )  # fmt: skip
    order = Order(lines={"1": Line("1", unit="EA")})
    row = message(held, Statement(said, NOW), order, version=4, applied=applied, gateway="nordic-dc", new_id=uuid4)
    assert (row.exchange, row.routing_key) == ("edi.events", "shipped.bigbox")
    body, told = json.loads(row.body), json.loads(row.headers)
    checker = FormatChecker()
    assert list(Draft202012Validator(bodies()["order_event/1"], format_checker=checker).iter_errors(body)) == []
    assert list(Draft202012Validator(headers()["order_event"], format_checker=checker).iter_errors(told)) == []
    assert told.keys() <= headers()["order_event"]["properties"].keys()
    event = read_event(row.body, told)
    assert (event.event, event.verdict, event.order.version) == (Event.SHIPPED, "applied" if applied else "withdrawn", 4)
    assert [line.quantity for line in event.lines] == ["2.5", "1"]
