"""180 as canonical return request, and back."""

from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import pytest

from tests.translators.x12.sets import corpus, judged, missing, read, read_set, segments, written
from translators.canonical.return_request import ReturnRequest

REQUEST: dict[str, Any] = {
    "number": "RMA-REQ-1",
    "purpose": "original",
    "issued": datetime(2026, 3, 2, 9, 15, tzinfo=UTC),
    "request": {"number": "OLD-1"},
    "order": {"number": "PO-4711", "issued": date(2026, 1, 15)},
    "invoice": {"number": "INV-77"},
    "returned": date(2026, 3, 1),
    "references": [{"kind": "department", "number": "038"}],
    "contacts": [{"function": "order", "name": "J SMITH", "telephone": "3125550100"}],
    "transport": [{"carrier": {"identifiers": {"scac": "UPSN"}}, "mode": "parcel"}],
    "texts": [{"purpose": "general", "lines": ["PLEASE SEND LABELS"]}],
    "buyer": {"name": "BIGBOX STORES", "identifiers": {"duns": "123456789"}},
    "seller": {"name": "NORDIC DC"},
    "lines": [
        {
            "number": "1",
            "item": {"identifiers": {"upc": "036000291452", "seller": "W-1"}, "name": "WIDGET"},
            "quantity": {"value": "3", "unit": "EA"},
            "price": {"amount": "25.75", "kind": "unit_cost"},
            "reason": "damaged",
            "reason_text": "BOX CRUSHED",
            "condition": "unused",
            "disposition": "return",
            "order": {"number": "PO-4711"},
        },
        {
            "number": "2",
            "authorisation": "RMA-2",
            "item": {"identifiers": {"seller": "W-2"}},
            "quantity": {"value": "1", "unit": "EA"},
            "reason": "wrong_item",
        },
    ],
}


def request(*segments: str, purpose: str = "00") -> Any:
    found = read_set(f"BGN*{purpose}*R1*20260302", *segments, kind="180", group="AN").canonical
    assert isinstance(found, ReturnRequest)
    return found


def test_a_consumer_sent_something_back() -> None:
    data = corpus("180__inteligenz-x12parser__FromEasistandards.txt").replace(b"003030", b"004010").replace(b"GS*BS", b"GS*AN")
    (document,) = read(data)
    found = document.canonical
    assert isinstance(found, ReturnRequest)
    assert (found.number, found.returned) == ("04360132310", date(2004, 1, 5))
    assert found.order is not None
    assert (found.order.number, found.order.issued) == ("123456789", date(2003, 12, 15))
    (line,) = found.lines
    assert line.item.identifiers == {"buyer": "12345670000"}
    assert line.price is not None
    assert (line.price.amount, line.price.kind) == (Decimal("25.75"), "unit_cost")
    assert (line.reason, line.disposition) == ("defective", "return")
    assert line.original_codes == {"reason": "DR", "disposition": "CR"}
    assert missing(segments(data), written(found, "180")) == ["BLI*IN*12345670000*1*EA*UCP*25.75"]
    assert "BLI*BP*12345670000*1*EA*UCP*25.75" in written(found, "180")


@pytest.mark.parametrize("version", ["004010", "005010"])
def test_what_is_written_is_valid_and_says_the_same(version: str) -> None:
    assert judged(ReturnRequest.model_validate(REQUEST), "180", version) == ()


def test_the_segments_of_a_line() -> None:
    found = written(ReturnRequest.model_validate(REQUEST), "180")
    assert found[:2] == ["BGN*00*RMA-REQ-1*20260302*0915**OLD-1", "PRF*PO-4711***20260115"]
    start = found.index("BLI*UP*036000291452*3*EA*UCP*25.75**VN*W-1")
    assert found[start + 1 : start + 5] == ["N9*LI*1", "PID*F****WIDGET", "RDR*RA*DA**BOX CRUSHED*N", "PRF*PO-4711"]
    assert found[start + 5 :] == ["BLI*VN*W-2*1*EA", "N9*RZ*RMA-2", "N9*LI*2", "RDR**WG"]


@pytest.mark.parametrize(("purpose", "kind"), [("00", "request"), ("11", "authorisation"), ("44", "rejection")])
def test_the_step_is_in_the_purpose(purpose: str, kind: str) -> None:
    found = request("N9*RZ*RMA-7", purpose=purpose)
    assert (found.kind, found.purpose, found.authorisation) == (kind, "original", "RMA-7")
    assert ("return_authorisation", "RMA-7") in found.business_keys
    assert written(found, "180") == [f"BGN*{purpose}*R1*20260302", "N9*RZ*RMA-7"]


@pytest.mark.parametrize(
    ("code", "reason"),
    [
        ("DA", "damaged"),
        ("DT", "damaged"),
        ("PR", "recall"),
        ("RE", "recall"),
        ("EI", "unsold"),
        ("WG", "wrong_item"),
        ("CV", "other"),
    ],
)
def test_reasons_come_back_as_they_were_sent(code: str, reason: str) -> None:
    sent = ["BLI*VN*W1*1*EA", f"RDR*CR*{code}"]
    found = request(*sent)
    assert found.lines[0].reason == reason
    assert written(found, "180")[1:] == sent


def test_an_answer_says_what_is_to_be_done() -> None:
    sent = ["RDR*RD**NR", "BLI*VN*W1*1*EA", "RDR*DI**IN*NOT DEFECTIVE"]
    found = request(*sent, purpose="11")
    assert (found.disposition, found.attributes) == ("other", {"response": "NR"})
    line = found.lines[0]
    assert (line.disposition, line.attributes, line.reason_text) == ("destroy", {"response": "IN"}, "NOT DEFECTIVE")
    assert written(found, "180")[1:] == sent
