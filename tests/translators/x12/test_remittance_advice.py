"""820 as canonical remittance advice, and back."""

from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from tests.translators.x12.sets import corpus, judged, read, read_set, written
from translators.canonical.remittance_advice import RemittanceAdvice
from translators.contract import Document
from translators.finding import Code


def usd(amount: str) -> dict[str, Any]:
    return {"amount": Decimal(amount), "currency": "USD"}


ADVICE: dict[str, Any] = {
    "number": "RA-1",
    "payment": "0310162359",
    "method": "clearing_house",
    "credit": True,
    "currency": "USD",
    "amount": usd("1180.50"),
    "paid": date(2026, 3, 2),
    "issued": date(2026, 3, 1),
    "attributes": {"payment_format": "CTX", "originating_company": "1234567890"},
    "payer_account": {"number": "0099109999", "kind": "current", "bank": {"aba": "234056789"}},
    "payee_account": {"number": "1008973899", "kind": "current", "bank": {"aba": "045678099"}},
    "payer": {"name": "BIGBOX STORES", "identifiers": {"duns": "123456789"}},
    "payee": {"name": "NORDIC DC", "identifiers": {"buyer": "V-17"}},
    "adjustments": [
        {"reason": "advertising", "amount": usd("-20"), "references": [{"kind": "agreement", "number": "AD-1"}]},
    ],
    "lines": [
        {
            "document": {"kind": "invoice", "number": "INV-1", "issued": date(2026, 2, 1)},
            "action": "final",
            "paid": usd("980.00"),
            "gross": usd("1000.00"),
            "discount": usd("20.00"),
            "order": {"number": "PO-1"},
        },
        {
            "document": {"kind": "invoice", "number": "INV-2"},
            "paid": usd("220.50"),
            "gross": usd("250.50"),
            "adjustments": [
                {"reason": "damaged", "amount": usd("-30.00")},
                {"amount": usd("-0.00"), "texts": [{"purpose": "general", "lines": ["ONE CASE CRUSHED"]}]},
            ],
            "items": [
                {
                    "number": "1",
                    "quantity": {"value": Decimal(3), "unit": "EA"},
                    "price": usd("10"),
                    "item": {"identifiers": {"seller": "W-1"}},
                }
            ],
        },
    ],
}  # fmt: skip


def advice(*segments: str, version: str = "004010") -> Document:
    return read_set(*segments, kind="820", group="RA", version=version)


def sums(document: Document) -> list[tuple[str | None, str | None]]:
    return [(found.expected, found.actual) for found in document.findings if found.code is Code.CONTROL_TOTAL]


@pytest.mark.parametrize("version", ["004010", "005010"])
def test_what_we_write_passes_our_own_validation_and_is_read_back(version: str) -> None:
    assert judged(RemittanceAdvice.model_validate(ADVICE), "820", version) == ()


def test_an_advice_is_written_in_the_order_of_the_standard() -> None:
    rows = written(RemittanceAdvice.model_validate(ADVICE), "820")
    assert rows[0] == "BPR*I*1180.50*C*ACH*CTX*01*234056789*DA*0099109999*1234567890**01*045678099*DA*1008973899*20260302"
    assert rows[1:5] == ["TRN*1*0310162359", "CUR*BY*USD", "REF*TN*RA-1", "DTM*097*20260301"]
    start = rows.index("ENT*1")
    assert rows[start + 1] == "ADX*-20*71*AH*AD-1"
    assert rows[start + 2 : start + 5] == ["RMR*IV*INV-1*FL*980.00*1000.00*20.00", "REF*PO*PO-1", "DTM*003*20260201"]
    assert rows[start + 5] == "RMR*IV*INV-2**220.50*250.50**04*-30.00"


def test_a_payment_that_its_documents_come_to_is_no_finding() -> None:
    plain = advice("BPR*I*30*C*CHK", "ENT*1", "RMR*IV*A**10", "RMR*IV*B**20")
    with_adjustment = advice("BPR*I*25*C*CHK", "ENT*1", "ADX*-5*71", "RMR*IV*A**10", "RMR*IV*B**20")
    with_credit = advice("BPR*I*10*C*CHK", "ENT*1", "RMR*CM*A**10", "RMR*IV*B**20")
    assert [sums(one) for one in (plain, with_adjustment, with_credit)] == [[], [], []]


def test_a_payment_that_nothing_comes_to_is_found() -> None:
    assert sums(advice("BPR*I*31*C*CHK", "ENT*1", "RMR*IV*A**10", "RMR*IV*B**20")) == [("30", "31")]


def test_the_amount_of_the_payment_is_in_the_currency_of_the_document() -> None:
    found = advice("BPR*I*30*C*CHK", "CUR*PR*CAD", "ENT*1", "RMR*IV*A**30").canonical
    assert isinstance(found, RemittanceAdvice)
    assert found.amount is not None
    assert found.amount.currency == "CAD"
    assert written(found, "820")[:2] == ["BPR*I*30*C*CHK", "CUR*PR*CAD"]


def test_a_bank_without_an_account_stays_what_it_was() -> None:
    found = advice("BPR*D*30*C*ACH**01*234056789", "ENT*1", "RMR*IV*A**30").canonical
    assert isinstance(found, RemittanceAdvice)
    assert found.payer_account is None
    assert [(extra.path, extra.value) for extra in found.extras] == [("BPR/06", "01"), ("BPR/07", "234056789")]
    assert written(found, "820")[0] == "BPR*D*30*C*ACH**01*234056789"


def test_a_payment_of_an_encyclopaedia() -> None:
    (document,) = read(corpus("820__inteligenz-x12parser__Example5_Wikipedia.txt"))
    found = document.canonical
    assert isinstance(found, RemittanceAdvice)
    assert found.amount is not None
    assert found.amount.amount == Decimal("77.77")
    assert found.method == "clearing_house"
    assert found.payer is not None
    assert found.payer.name == "WHIZCO OF AMERICA INC"
    assert [line.paid.amount for line in found.lines if line.paid] == [Decimal("11.11"), Decimal("22.22"), Decimal("44.44")]
    assert sums(document) == []


def test_a_guide_of_a_retailer_with_words_for_numbers_keeps_the_words() -> None:
    (document,) = read(corpus("820__inteligenz-x12parser__Example3_HomeDepot.txt"))
    found = document.canonical
    assert isinstance(found, RemittanceAdvice)
    assert [line.document.kind for line in found.lines][1:] == ["invoice", "credit_note", "invoice"]
    assert found.lines[1].order is not None
    assert found.lines[2].texts[0].lines == ["DESCRIPTION TEXT"]
    assert "RMR*IV*INVOICE NUMBER**NET AMOUNT PAID*GROSS AMOUNT*CASH DISCOUNT AMOUNT TAKEN*PT*0" in written(found, "820")


def test_an_advice_of_a_release_without_a_segment_that_is_known_is_refused_with_a_finding() -> None:
    (document,) = read(corpus("820__kputnam-stupidedi__pass-1.edi"))
    assert document.canonical is None
    assert {Code.VERSION_NEAREST, Code.CANONICAL_INVALID} <= {found.code for found in document.findings}
