# ruff: noqa: E501 - segments are read as they stand on the wire
"""APERAK as application responses, both ways."""

from datetime import date
from typing import Any

import pytest

from tests.translators.edifact import drawing
from translators.canonical.application_response import ApplicationResponse

BOTH = pytest.mark.parametrize("directory", drawing.DIRECTORIES)
HEADER = ("BGM+305+R-1+9", "DTM+137:20261120:102")


def complete(value: dict[str, Any]) -> None:
    """What no response can be without: it has no currency."""
    value.setdefault("issued", date(2026, 11, 20))
    value.pop("currency", None)
    if "answered" in value:
        value["answered"] = [{"kind": "order", "number": "PO-1"}]
    for error in value.get("errors", ()):
        error.setdefault("code", "1")
        if "references" in error:  # there is room for one
            error["references"] = error["references"][:1]
            error.pop("line", None)


def again(*segments: str, directory: str = "D.96A") -> tuple[ApplicationResponse, list[str]]:
    """The response of these segments, and the segments it is written with."""
    found, written = drawing.again(*segments, kind="APERAK", directory=directory)
    assert isinstance(found, ApplicationResponse)
    return found, written


@BOTH
def test_what_is_written_is_read_back_the_same(directory: str) -> None:
    drawing.round_trip("APERAK", directory, complete)


@BOTH
def test_a_rejected_order(directory: str) -> None:
    segments = (
        "BGM+305+R-1+9+RE", "DTM+137:20261120:102", "FTX+AAI+++PLEASE SEND AGAIN", "RFF+ON:PO-1", "DTM+171:20261101:102", "RFF+ADE:77",
        "NAD+BY+5790000000029::9", "NAD+SU+5790000000012::9",
        "ERC+42::92", "FTX+AAO+++UNKNOWN ITEM", "RFF+LI:3", "ERC+12", "FTX+AAI+++WRONG PRICE", "RFF+CT:C-7",
    )  # fmt: skip
    response, written = again(*segments, directory=directory)
    assert response.status == "rejected"
    (answer,) = response.documents
    assert answer.document is not None
    assert (answer.document.kind, answer.document.number, answer.document.issued) == ("order", "PO-1", date(2026, 11, 1))
    first, second = answer.errors
    assert (first.code, first.text, first.line, second.text) == ("42", "UNKNOWN ITEM", "3", "WRONG PRICE")
    assert response.business_keys[:2] == (("application_response", "R-1"), ("order", "PO-1"))
    expected = [s for s in segments if directory == "D.96A" or not s.startswith("RFF+ON")]  # there a document is one (DOC)
    assert [s for s in expected if s not in written] == []


@pytest.mark.parametrize(
    ("bgm", "errors", "status"),
    [
        ("BGM+305+1+9+AP", (), "accepted"), ("BGM+305+1+9+CA", (), "partly_accepted"), ("BGM+305+1+29", (), "accepted"), ("BGM+305+1+27", (), "rejected"),
        ("BGM+305+1+34", (), "with_changes"), ("BGM+305+1+9", (), "accepted"), ("BGM+305+1+9", ("ERC+1",), "with_errors"), ("BGM+305+1+9+AB", (), "received"),
    ],
)  # fmt: skip
def test_the_verdict(bgm: str, errors: tuple[str, ...], status: str) -> None:
    response, written = again(bgm, "DTM+137:20261120:102", *errors)
    assert response.status == status
    assert written[0] == bgm


def test_a_text_of_several_lines_is_one() -> None:
    response, written = again(*HEADER, "ERC+1", "FTX+AAO+++FIRST:SECOND")
    assert response.documents[0].errors[0].text == "FIRST\nSECOND"
    assert written[-1] == "FTX+AAO+++FIRST:SECOND"


def test_a_response_of_another_format() -> None:
    response = ApplicationResponse.model_validate(
        {
            "number": "R1", "status": "with_errors", "issued": "2026-11-20",
            "documents": [{"status": "with_errors", "document": {"number": "PO-1", "kind": "order"}, "errors": [{"code": "7", "text": "wrong"}]}],
        }
    )  # fmt: skip
    body, unwritten = drawing.written(response, "APERAK", "D.96A")
    assert unwritten == []
    assert body.text == "BGM+305+R1'DTM+137:20261120:102'RFF+ON:PO-1'ERC+7'FTX+AAO+++wrong'"


@pytest.mark.parametrize(
    ("name", "number", "text"),
    [
        ("APERAK__nerdocs-pydifact__aperak.edi", "APERAK001", "Message accepted without errors"),
        ("APERAK__nerdocs-pydifact__aperak_rejected.edi", "APERAK002", "Order rejected due to invalid product code"),
        ("APERAK-2__nerdocs-pydifact__aperak_rejected.edi", "APERAK003", "Order rejected\n invalid product code"),
    ],
)
def test_responses_of_the_corpus(name: str, number: str, text: str) -> None:
    response = drawing.first_of(name)
    assert isinstance(response, ApplicationResponse)
    (answer,) = response.documents
    assert answer.document is not None
    assert (response.number, answer.document.number, answer.errors[0].text) == (number, "PO123456", text)
