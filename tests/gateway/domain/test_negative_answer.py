"""What says that a document is rejected: an order line by line, anything else as a whole, in each family that can say it."""

import re
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import pytest

from gateway.config.agreed_format import PATTERN, agreed_format
from gateway.domain.negative_answer import Rejection, agreement_lines, answer_names, negative_answers
from translators import registry
from translators.canonical.application_response import ApplicationResponse
from translators.canonical.invoice import Invoice
from translators.canonical.order_response import OrderResponse
from translators.canonical.purchase_order import PurchaseOrder
from translators.contract import Family, Identity, WritingTerms
from translators.packing import packed

REASON = "Item 4711 is no longer made.\nPlease order item 4712."
AT = datetime(2026, 11, 20, 8, 30, tzinfo=UTC)
SAID = Rejection(REASON, "PO-7-R1F2A", AT, "x12", "850")
ORDER = PurchaseOrder.model_validate({
    "number": "PO-7", "issued": "2026-11-19", "currency": "USD", "release": "2",
    "buyer": {"name": "BigBox", "identifiers": {"gln": "5790000000029"}},
    "seller": {"name": "Nordic", "identifiers": {"gln": "5790000000012"}},
    "lines": [
        {"number": "1", "item": {"identifiers": {"buyer": "A-1"}}, "quantity": {"value": "5", "unit": "EA"}},
        {"item": {"identifiers": {"buyer": "A-2"}}, "quantity": {"value": "7", "unit": "EA"}},
    ],
})  # fmt: skip
INVOICE = Invoice.model_validate(
    {"number": "I-9", "issued": "2026-11-19", "currency": "USD", "lines": [], "buyer": {"name": "BigBox"}}
)


def sealed(document: Any, family: Family, kind: str, version: str) -> str:
    """A document as its partner gets it."""
    written = registry.write(family, document, kind, version, WritingTerms())
    names = ("ZZ", "NDC"), ("ZZ", "BB")
    sender, receiver = (Identity(*name) for name in names)
    (outbound,) = packed(family, [written], sender=sender, receiver=receiver, test=False, terms=WritingTerms())
    numbers = [1] * len(outbound.groups)
    return registry.seal(outbound, control_number=1, group_numbers=numbers, prepared=AT).decode()


def test_an_order_is_refused_line_by_line_with_the_reason() -> None:
    response, otherwise = negative_answers(ORDER, SAID)
    assert isinstance(response, OrderResponse)
    assert (response.status, response.number, response.issued) == ("rejected", "PO-7-R1F2A", AT)
    assert response.order is not None
    assert (response.order.number, response.order.release, response.order.issued) == ("PO-7", "2", date(2026, 11, 19))
    answers = [(line.number, answer.status, answer.quantity) for line in response.lines for answer in line.responses]
    assert [(number, status) for number, status, _ in answers] == [("1", "rejected"), ("2", "rejected")]
    assert [quantity.value for _, _, quantity in answers if quantity is not None] == [Decimal(5), Decimal(7)]
    assert response.texts[0].lines == REASON.splitlines()
    assert response.reason == "Item 4711 is no longer made. Please order item 4712."
    assert (response.buyer, response.seller) == (ORDER.buyer, ORDER.seller)
    assert isinstance(otherwise, ApplicationResponse)


def test_anything_else_as_a_whole() -> None:
    (answer,) = negative_answers(INVOICE, SAID)
    assert isinstance(answer, ApplicationResponse)
    (told,) = answer.documents
    assert told.document is not None
    assert (told.status, told.document.kind, told.document.number) == ("rejected", "invoice", "I-9")
    assert told.errors[0].text == REASON
    assert answer.buyer == INVOICE.buyer


@pytest.mark.parametrize("changed", [{"lines": []}, {"number": None}])
def test_an_order_without_lines_or_a_number_as_a_whole(changed: dict[str, Any]) -> None:
    assert [type(one) for one in negative_answers(ORDER.model_copy(update=changed), SAID)] == [ApplicationResponse]


@pytest.mark.parametrize(
    ("family", "kind", "version", "pieces"),
    [
        (Family.X12, "855", "004010", ["BAK*00*RD*PO-7*", "ACK*IR*5*EA", "ACK*IR*7*EA", "no longer made"]),
        (Family.EDIFACT, "ORDRSP", "D.96A", ["BGM+231+PO-7-R1F2A+27", "RFF+ON:PO-7", "LIN+1+7", "FTX+AAI+++Item 4711"]),
    ],
)
def test_an_order_response_in_each_family(family: Family, kind: str, version: str, pieces: list[str]) -> None:
    response = next(iter(negative_answers(ORDER, SAID)))
    text = sealed(response, family, kind, version)
    assert [piece for piece in pieces if piece not in text] == []


@pytest.mark.parametrize(
    ("family", "kind", "version", "pieces"),
    [
        (Family.X12, "824", "004010", ["OTI*TR*PO*PO-7*", "TED*ZZZ*Item 4711"]),
        (Family.EDIFACT, "APERAK", "D.96A", ["BGM+305+PO-7-R1F2A++RE", "RFF+ON:PO-7", "ERC+ZZZ", "FTX+AAO+++Item 4711"]),
        (Family.EDIFACT, "APERAK", "D.01B", ["DOC+220+PO-7", "ERC+ZZZ"]),
    ],
)
def test_an_application_acknowledgement_in_each_family(family: Family, kind: str, version: str, pieces: list[str]) -> None:
    *_, answer = negative_answers(ORDER, SAID)
    text = sealed(answer, family, kind, version)
    assert [piece for piece in pieces if piece not in text] == []


@pytest.mark.parametrize(
    ("family", "kind", "version", "piece"),
    [(Family.X12, "824", "004010", "OTI*TR*IV*I-9*"), (Family.EDIFACT, "APERAK", "D.96A", "RFF+IV:I-9")],
)
def test_an_invoice_is_answered_by_its_number(family: Family, kind: str, version: str, piece: str) -> None:
    (answer,) = negative_answers(INVOICE, SAID)
    assert piece in sealed(answer, family, kind, version)


def test_orders_are_best_answered_by_a_response() -> None:
    assert answer_names("purchase_order") == ("order_response", "application_response")
    assert answer_names("invoice") == ("application_response",)


@pytest.mark.parametrize(
    ("answer", "family", "version", "form"),
    [
        ("order_response", "x12", "004010VICS", "x12/004010/855"),
        ("order_response", "edifact", "D.96A", "edifact/D.96A/ORDRSP"),
        ("application_response", "edifact", "D.01B", "edifact/D.01B/APERAK"),
        ("application_response", "x12", "005010", "x12/005010/824"),
        ("order_response", "xml", "UBL-2.1", "xml/UBL-2.1/OrderResponse"),
        ("order_response", "xml", "cXML-1.2", "xml/cXML-1.2/ConfirmationRequest"),
        ("order_response", "json", "1", "json/order_response"),
        ("order_response", "flat", "orders", "x12/004010/855"),
    ],
)
def test_lines_that_would_allow_it_are_a_format_that_can_be_agreed(answer: str, family: str, version: str, form: str) -> None:
    lines = agreement_lines(answer, partner="bigbox", family=family, version=version, channel="bigbox-as2")
    assert f'format = "{form}"' in lines
    assert re.match(PATTERN, form)
    agreed = agreed_format(form)
    *_, whole = negative_answers(ORDER, SAID)
    said = next(iter(negative_answers(ORDER, SAID))) if answer == "order_response" else whole
    written = registry.write(agreed.family, said, agreed.type, agreed.version, WritingTerms())
    assert "error" not in {finding.severity.value for finding in written.findings}
