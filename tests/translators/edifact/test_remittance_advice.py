# ruff: noqa: E501 - segments are read as they stand on the wire
"""REMADV as remittance advices, both ways."""

from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from tests.translators.edifact import drawing
from tests.translators.edifact.reading import read
from translators.canonical.remittance_advice import RemittanceAdvice
from translators.contract import Terms, Verdict
from translators.finding import Code

BOTH = pytest.mark.parametrize("directory", drawing.DIRECTORIES)
SEGMENTS = (
    "BGM+481+REM-1+9", "DTM+137:20261120:102", "DTM+138:20261121:102", "RFF+PQ:PAY-1", "RFF+CT:C-1",
    "FII+OR+GB29NWBK60161331926819:BIGBOX RETAIL+NWBKGB2L", "FII+BF+DE89370400440532013000:WIDGETS", "PAI+::42", "FTX+AAI+++NOVEMBER",
    "NAD+PR+5790000000029::9", "NAD+PE+5790000000012::9", "CUX+2:EUR:11",
    "DOC+380+INV-1", "MOA+9:100", "MOA+52:2", "MOA+12:88", "DTM+171:20261101:102", "RFF+ON:PO-1", "RFF+AAK:DES-9",
    "AJT+3", "MOA+165:-10", "RFF+LI:2", "FTX+AAI+++TWO BROKEN",
    "DOC+381+CN-1", "MOA+12:-8", "UNS+S", "MOA+12:80",
)  # fmt: skip


def complete(value: dict[str, Any]) -> None:
    """What no advice can be without."""
    value.setdefault("issued", date(2026, 11, 20))
    value.setdefault("amount", _paid())
    for line in value.setdefault("lines", [{}]):
        line.setdefault("document", {}).setdefault("number", "INV-1")
        line["document"].setdefault("kind", "invoice")
        line.setdefault("paid", _paid())
        for one in (line, *line.get("items", ())):
            for adjustment in one.get("adjustments", ()):
                adjustment.setdefault("reason", "damaged")
        for item in line.get("items", ()):
            item.setdefault("amount", _paid())
            item.setdefault("number", "1")
            item.setdefault("original_codes", {}).setdefault("kind", "1")


def _paid() -> dict[str, Any]:
    return {"amount": Decimal(10), "currency": "EUR"}


def again(*segments: str, directory: str = "D.96A") -> tuple[RemittanceAdvice, list[str]]:
    """The advice of these segments, and the segments it is written with."""
    found, written = drawing.again(*segments, kind="REMADV", directory=directory)
    assert isinstance(found, RemittanceAdvice)
    return found, written


@BOTH
def test_what_is_written_is_read_back_the_same(directory: str) -> None:
    drawing.round_trip("REMADV", directory, complete)


@BOTH
def test_a_whole_advice_is_valid_and_comes_back(directory: str) -> None:
    message = drawing.reread("".join(f"{s}'" for s in SEGMENTS), len(SEGMENTS), "REMADV", directory, Terms())
    assert ([f.message for f in message.findings], message.verdict, message.name) == ([], Verdict.ACCEPTED, "remittance_advice")
    advice, written = again(*SEGMENTS, directory=directory)
    assert [s for s in SEGMENTS if s not in written] == []
    assert advice.extras == []


def test_what_is_paid() -> None:
    advice, _ = again(*SEGMENTS)
    assert (advice.number, advice.payment, advice.method, advice.paid) == ("REM-1", "PAY-1", "42", date(2026, 11, 21))
    assert advice.payer_account is not None
    assert advice.payee_account is not None
    assert (advice.payer_account.number, advice.payee_account.number) == ("GB29NWBK60161331926819", "DE89370400440532013000")
    assert advice.amount is not None
    assert advice.amount.amount == 80
    first, second = advice.lines
    amounts = (first.gross, first.discount, first.paid)
    assert [one.amount if one else None for one in amounts] == [100, 2, 88]
    assert (first.document.kind, first.document.number, first.document.issued) == ("invoice", "INV-1", date(2026, 11, 1))
    assert first.order is not None
    assert first.order.number == "PO-1"
    (adjustment,) = first.adjustments
    assert adjustment.amount is not None
    assert (adjustment.reason, adjustment.amount.amount, adjustment.references[0].number) == ("damaged", -10, "2")
    assert second.paid is not None
    assert (second.document.kind, second.paid.amount) == ("credit_note", -8)


def test_documents_that_do_not_come_to_the_payment_are_found() -> None:
    segments = [s.replace("MOA+12:80", "MOA+12:81") for s in SEGMENTS]
    message = drawing.reread("".join(f"{s}'" for s in segments), len(segments), "REMADV", "D.96A", Terms())
    found = [f.message for f in message.findings if f.code is Code.CONTROL_TOTAL]
    assert found == ["The documents come to 80, the payment is said to be 81."]


def test_an_advice_in_the_order_of_another_directory_is_refused_with_its_place() -> None:
    (message,) = read(drawing.corpus("REMADV__joschametze-edifact-mapper__33001.edi")).documents
    assert (message.name, message.canonical) == ("remittance_advice", None)
    assert Code.SEGMENT_OUT_OF_ORDER in {f.code for f in message.findings}
    (refusal,) = [f for f in message.findings if f.code is Code.CANONICAL_INVALID]
    assert refusal.message == "The message says neither what is paid nor what for."


def test_an_advice_of_another_name_says_so() -> None:
    segments = ["BGM+239+1", *SEGMENTS[1:]]
    found, written = drawing.again(*segments, kind="REMADV", directory="D.96A")
    assert isinstance(found, RemittanceAdvice)
    assert found.kind == "document_239"
    assert written[0] == "BGM+239+1"
