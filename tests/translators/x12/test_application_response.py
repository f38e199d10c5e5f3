"""824 as canonical application response, and back."""

from datetime import UTC, datetime
from typing import Any

import pytest

from tests.translators.x12.sets import corpus, judged, missing, read, read_set, segments, written
from translators.canonical.application_response import Answer, ApplicationResponse

ADVICE = {
    "number": "ADV-1001",
    "purpose": "original",
    "issued": datetime(2026, 3, 2, 9, 15, tzinfo=UTC),
    "status": "partly_accepted",
    "buyer": {
        "name": "BIGBOX STORES",
        "identifiers": {"duns": "123456789"},
        "contacts": [{"function": "edi", "telephone": "3125550100"}],
    },
    "seller": {"name": "NORDIC DC", "identifiers": {"partner": "NORDICDC"}},
    "documents": [
        {
            "status": "rejected",
            "document": {"kind": "invoice", "number": "INV-77"},
            "sender": "NORDICDC",
            "receiver": "BIGBOX",
            "sent": datetime(2026, 3, 1, 8, 0, tzinfo=UTC),
            "group": "12",
            "control_number": "0001",
            "type": "810",
            "version": "004010",
            "references": [{"kind": "order", "number": "PO-4711"}],
            "amounts": {"total": {"amount": "100.50"}},
            "errors": [
                {
                    "code": "PPD",
                    "text": "PRICE DIFFERS FROM ORDER",
                    "line": "3",
                    "segment": "IT1",
                    "segment_number": 12,
                    "element": 4,
                    "field": "212",
                    "value": "9.95",
                    "expected": "8.95",
                    "texts": [{"purpose": "general", "lines": ["PLEASE SEND A CREDIT NOTE", "WITHIN 10 DAYS"]}],
                },
                {"agency": "AB", "code_list": "65", "code": "17", "references": [{"kind": "order", "number": "PO-4711"}]},
            ],
        },
        {"status": "accepted", "document": {"kind": "invoice", "number": "INV-78"}},
    ],
}  # fmt: skip


def advice(*segments: str, version: str = "004010") -> Any:
    found = read_set("BGN*00*A1*20260302", *segments, kind="824", group="AG", version=version).canonical
    assert isinstance(found, ApplicationResponse)
    return found


def test_a_railroad_says_what_is_wrong_with_a_bill_of_lading() -> None:
    data = corpus("824__inteligenz-x12parser__FromCnSpec.txt")
    (document,) = read(data)
    found = document.canonical
    assert isinstance(found, ApplicationResponse)
    assert (found.number, found.issued, found.status) == ("404", datetime(2008, 10, 29, 11, 34, tzinfo=UTC), Answer.WITH_ERRORS)
    (answered,) = found.documents
    assert answered.document is not None
    assert (answered.document.kind, answered.document.number) == ("bill_of_lading", "006394")
    assert (answered.group, answered.control_number) == ("40860", "408600001")
    (error,) = answered.errors
    assert (error.code, error.text) == ("024", "A problem has been detected in the electronic bill of lading")
    assert len(error.texts[0].lines) == 7
    assert found.extras == answered.extras == error.extras == []
    assert ("bill_of_lading", "006394") in found.business_keys
    assert missing(segments(data, terminator="\r\n"), written(found, "824")) == []


@pytest.mark.parametrize("version", ["004010", "005010"])
def test_what_is_written_is_valid_and_says_the_same(version: str) -> None:
    assert judged(ApplicationResponse.model_validate(ADVICE), "824", version) == ()


def test_an_error_says_which_line_where_and_what() -> None:
    found = written(ApplicationResponse.model_validate(ADVICE), "824")
    assert "OTI*TR*IV*INV-77*NORDICDC*BIGBOX*20260301*0800*12*0001*810*004010" in found
    start = found.index("TED*PPD*PRICE DIFFERS FROM ORDER*IT1*12*4*212*9.95*8.95")
    assert found[start : start + 4] == [
        found[start],
        "NTE*GEN*PLEASE SEND A CREDIT NOTE",
        "NTE*GEN*WITHIN 10 DAYS",
        "RED*3*LI",
    ]
    assert found[start + 4 : start + 7] == ["LM*AB", "LQ*65*17", "RED*PO-4711*PO"]


@pytest.mark.parametrize(
    ("code", "status"),
    [
        ("TA", "accepted"),
        ("TC", "with_changes"),
        ("TE", "with_errors"),
        ("TP", "partly_accepted"),
        ("TR", "rejected"),
        ("IA", "accepted"),
        ("IR", "rejected"),
        ("GP", "partly_accepted"),
        ("TH", "other"),
    ],
)
def test_the_verdict_is_read_and_written_again(code: str, status: str) -> None:
    found = advice(f"OTI*{code}*PO*4711")
    assert (found.documents[0].status, found.status) == (status, status)
    assert written(found, "824")[-1] == f"OTI*{code}*PO*4711"


@pytest.mark.parametrize(
    ("codes", "status"),
    [
        (("TA", "TA"), "accepted"),
        (("TA", "TC"), "with_changes"),
        (("TE", "TC"), "with_errors"),
        (("TA", "TR"), "partly_accepted"),
        (("TR", "TR"), "rejected"),
    ],
)
def test_several_verdicts_are_one_together(codes: tuple[str, ...], status: str) -> None:
    assert advice(*(f"OTI*{code}*PO*4711" for code in codes)).status == status


def test_codes_of_an_industry_are_errors_with_their_list() -> None:
    found = advice("OTI*TR*IV*77", "LM*AB*X", "LQ*65*17", "RED*2*LI", "LQ*65*18", "LM*DF", "LQ**A1")
    errors = found.documents[0].errors
    assert [(e.agency, e.code_list, e.code, e.line) for e in errors] == [
        ("AB", "65", "17", "2"),
        ("AB", "65", "18", None),
        ("DF", "ZZ", "A1", None),
    ]
    assert [(extra.path, extra.value) for extra in errors[0].extras] == [("OTI/LM/LM/02", "X")]
    assert written(found, "824")[2:] == ["LM*AB*X", "LQ*65*17", "RED*2*LI", "LQ*65*18", "LM*DF", "LQ*ZZ*A1"]


def test_the_place_of_an_error_in_release_005010_has_components() -> None:
    found = advice("OTI*TE*TN*0001", "TED*IID*BAD ITEM*LIN*7*3>1*234*X", "CTX*LINE>3", version="005010")
    error = found.documents[0].errors[0]
    assert (error.segment, error.segment_number, error.element, error.field, error.value) == ("LIN", 7, 3, "234", "X")
    assert [extra.path for extra in error.extras] == ["OTI/TED/TED/05/2", "OTI/TED/CTX"]


def test_an_application_that_says_nothing_of_documents_answers_one() -> None:
    found = written(ApplicationResponse.model_validate({"number": "A", "status": "rejected"}), "824")
    assert found == ["BGN*00*A", "OTI*TR*TN"]
