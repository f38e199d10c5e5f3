"""840 and 843 as canonical request for a quote and quote, and back."""

from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from tests.translators.x12.sets import judged, read_set, written
from translators.canonical import model_of
from translators.canonical.quote import Quote
from translators.canonical.request_for_quote import RequestForQuote
from translators.finding import Code

LINE: dict[str, Any] = {
    "number": "1",
    "quantity": {"value": Decimal(24), "unit": "EA"},
    "item": {"identifiers": {"seller": "W-1", "upc": "036000291452"}, "name": "WIDGET"},
    "requested_delivery": date(2026, 4, 1),
}
PRICED = {**LINE, "price": {"amount": Decimal("9.25"), "currency": "USD"}}
REQUEST: dict[str, Any] = {
    "number": "RFQ-1",
    "purpose": "original",
    "issued": date(2026, 3, 2),
    "respond_by": date(2026, 3, 16),
    "currency": "USD",
    "references": [{"kind": "requisition", "number": "REQ-1"}],
    "contacts": [{"function": "purchasing", "name": "J SMITH", "telephone": "3125550100"}],
    "buyer": {"name": "BIGBOX STORES", "identifiers": {"duns": "123456789"}},
    "delivery_terms": {"payment": "collect"},
    "lines": [PRICED],
    "totals": {"line_count": 1, "quantity": Decimal(24)},
}
QUOTE: dict[str, Any] = {
    "number": "Q-1",
    "request": {"number": "RFQ-1"},
    "purpose": "original",
    "issued": date(2026, 3, 9),
    "valid": {"end": date(2026, 4, 30)},
    "currency": "USD",
    "seller": {"name": "NORDIC DC", "identifiers": {"duns": "987654321"}},
    "payment_terms": [{"kind": "basic", "days": 30}],
    "lines": [{**PRICED, "texts": [{"lines": ["WHILE STOCKS LAST"]}]}],
    "totals": {"line_count": 1},
}


@pytest.mark.parametrize("version", ["004010", "005010"])
@pytest.mark.parametrize(("kind", "name", "value"), [("840", "request_for_quote", REQUEST), ("843", "quote", QUOTE)])
def test_what_we_write_passes_our_own_validation_and_is_read_back(
    kind: str, name: str, value: dict[str, Any], version: str
) -> None:
    found = judged(model_of(name).model_validate(value), kind, version)
    assert [one.code for one in found] == ([] if version == "004010" else [Code.VERSION_NEAREST])


def test_a_request_is_written_with_the_day_to_answer_by() -> None:
    rows = written(RequestForQuote.model_validate(REQUEST), "840")
    assert rows[0] == "BQT*00*RFQ-1*20260302*815*20260316"
    assert "PO1*1*24*EA*9.25**VN*W-1*UP*036000291452" in rows


def test_the_code_of_the_day_to_answer_by_is_kept() -> None:
    found = read_set("BQT*00*RFQ1*20260302*002*20260316", "PO1*1*2*EA***VN*A", kind="840", group="RQ").canonical
    assert isinstance(found, RequestForQuote)
    assert found.respond_by == date(2026, 3, 16)
    assert written(found, "840")[0] == "BQT*00*RFQ1*20260302*002*20260316"


def test_a_quote_says_what_it_answers_and_how_long_it_holds() -> None:
    found = read_set(
        "BQR*00*RFQ1*20260309*036*20260430", "REF*Q1*Q7", "REF*CT*C1", "PO1*1*2*EA*3.5**VN*A", kind="843", group="RR"
    ).canonical
    assert isinstance(found, Quote)
    assert found.number == "Q7"
    assert found.request is not None
    assert found.request.number == "RFQ1"
    assert found.valid is not None
    assert found.valid.end == date(2026, 4, 30)
    assert [one.kind for one in found.references] == ["contract"]
    assert ("request_for_quote", "RFQ1") in found.business_keys
    assert written(found, "843")[:3] == ["BQR*00*RFQ1*20260309*036*20260430", "REF*Q1*Q7", "REF*CT*C1"]
