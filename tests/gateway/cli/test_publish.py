"""`gateway publish`: documents for partners, by hand and without a broker."""

import hashlib
from collections.abc import Callable
from typing import Any
from uuid import uuid4

from gateway.ports import Receipt
from gateway.stages.outgoing import OUTBOUND

INVOICE = b'{"schema":"invoice/1","number":"R1"}'


def handed_over(wiring: Any) -> Any:
    return next(asked for name, asked in wiring.asked if name == "receive")


def test_a_document_is_handed_over_as_a_service_would(invoke: Callable, wired: Callable) -> None:
    number = uuid4()
    wiring = wired(receive=Receipt(number))
    result = invoke("publish", "-", "--to", "bigbox", stdin=INVOICE)
    handover = handed_over(wiring)
    assert (result.status, result.out.strip()) == (0, str(number))
    assert (handover.channel, handover.partner, handover.body) == (OUTBOUND, "bigbox", INVOICE)
    assert handover.idempotency_key == f"sha256:{hashlib.sha256(INVOICE).hexdigest()}"


def test_the_message_id_can_be_given(invoke: Callable, wired: Callable) -> None:
    wiring = wired(receive=Receipt(uuid4(), repeated=True))
    result = invoke("publish", "-", "--to", "bigbox", "--id", "erp-4711", stdin=INVOICE)
    assert handed_over(wiring).idempotency_key == "erp-4711"
    assert "It was stored before." in result.err


def test_a_message_id_of_another_document_is_refused(invoke: Callable, wired: Callable) -> None:
    wired(receive=Receipt(uuid4(), conflict=True))
    result = invoke("publish", "-", "--to", "bigbox", "--id", "erp-4711", stdin=INVOICE)
    assert result.status != 0
    assert "used before for other content" in result.err
