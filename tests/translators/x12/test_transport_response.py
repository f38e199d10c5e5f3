"""990 as canonical transport response, and back."""

from datetime import date
from typing import Any

import pytest

from tests.translators.x12.sets import corpus, judged, missing, read, read_set, segments, written
from translators.canonical.transport_response import TransportResponse

ANSWER: dict[str, Any] = {
    "number": "PRO-1",
    "status": "accepted",
    "issued": date(2026, 3, 2),
    "order": {"number": "LOAD-1"},
    "carrier": {"identifiers": {"scac": "RDWY"}},
}
DETAILED: dict[str, Any] = {
    **ANSWER,
    "other_dates": {"scheduled_pickup": date(2026, 3, 3)},
    "shipment": {"equipment": [{"number": "UTLX666955", "kind": "trailer"}]},
    "texts": [{"lines": ["TRUCK WILL BE LATE"]}],
    "stops": [{"number": "1", "action": "load", "references": [{"kind": "appointment", "number": "A7"}]}],
}


def response(*segments: str, version: str = "004010") -> Any:
    found = read_set(*segments, kind="990", group="GF", version=version).canonical
    assert isinstance(found, TransportResponse)
    return found


def test_a_carrier_accepts_a_load() -> None:
    data = corpus("990__indice-co-edi.net__990-MGCTLYST-SAMPLE.EDI")
    (document,) = read(data)
    found = document.canonical
    assert isinstance(found, TransportResponse)
    assert found.status == "accepted"
    assert found.order is not None
    assert found.order.number == "75027674"
    assert found.carrier is not None
    assert found.carrier.identifiers == {"scac": "SCAC"}
    assert ("transport_order", "75027674") in found.business_keys
    assert missing(segments(data, terminator="\n"), written(found, "990")) == []


@pytest.mark.parametrize(("version", "content"), [("004010", DETAILED), ("005010", ANSWER)])
def test_what_is_written_is_valid_and_says_the_same(version: str, content: dict[str, Any]) -> None:
    assert judged(TransportResponse.model_validate(content), "990", version) == ()


def test_the_segments_of_an_answer() -> None:
    found = TransportResponse.model_validate(ANSWER)
    assert written(found, "990") == ["B1*RDWY*LOAD-1*20260302*A", "N9*CN*PRO-1"]
    assert written(found, "990", "005010") == ["B1*RDWY*LOAD-1*20260302*A", "L11*PRO-1*CN"]


@pytest.mark.parametrize(
    ("code", "status"),
    [
        ("A", "accepted"),
        ("B", "conditional"),
        ("C", "with_changes"),
        ("D", "declined"),
        ("E", "declined"),
        ("R", "cancelled"),
        ("N", "other"),
    ],
)
def test_the_answer_is_read_and_written_again(code: str, status: str) -> None:
    sent = f"B1*RDWY*L1*20260302*{code}"
    assert response(sent).status == status
    assert written(response(sent), "990") == [sent]


def test_a_carrier_says_why_he_declines() -> None:
    sent = ["B1*RDWY*L1**D", "N9*PO*4711*ORDER*20260301", "V9*REJ*******A30", "K1*NO TRUCK"]
    found = response(*sent)
    assert found.reason == "A30"
    assert (found.references[0].kind, found.references[0].issued) == ("order", date(2026, 3, 1))
    assert found.texts[0].lines == ["NO TRUCK"]
    assert written(found, "990") == sent


def test_an_answer_without_a_code_is_another() -> None:
    assert response("B1*RDWY*L1").status == "other"
