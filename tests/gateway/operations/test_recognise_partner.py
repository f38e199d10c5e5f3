"""What samples tell of a partner: whoever wrote them, however strange they are, and nothing that is not in them."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.domain.agreement import Direction
from gateway.domain.onboarding.recognised import Sample
from gateway.operations.recognise_partner import agreed_version, characters_of, recognise
from tests.gateway.cli.test_partners_add import EDIFACT, X12
from translators.contract import Family, Identity
from translators.finding import Code

OURS = {Family.X12: [Identity("ZZ", "MYCOMPANY")], Family.EDIFACT: [Identity("14", "5790000000012")]}
FIXTURES = Path(__file__).parents[2] / "fixtures"
FILES = sorted(path for folder in ("x12", "edifact", "xml") for path in (FIXTURES / folder).iterdir())


def of(*texts: str) -> list[Sample]:
    return [Sample(f"{number}.edi", text.encode()) for number, text in enumerate(texts)]


def test_an_order_in_x12_with_all_that_is_special_about_it() -> None:
    found = recognise(of(X12), OURS)
    assert found.theirs == {Family.X12: [Identity("01", "555555555")]}
    assert (found.ours, found.foreign) == ({Family.X12: [Identity("ZZ", "MYCOMPANY")]}, {})
    (document,) = found.documents
    assert (document.type, document.version, document.document, document.written) == (
        "850",
        "004010",
        "purchase_order",
        frozenset(),
    )
    assert [(one.place, one.value, one.count) for one in document.outside] == [("PO103", "QZ", 1)]
    assert document.items.codes == {"buyer": ["A-1"]}
    assert document.items.known == {"buyer": {"A-2": "OURS-2"}}
    assert document.without_currency
    assert set(document.units) == {"QZ", "EA"}
    syntax = found.syntax(Family.X12)
    assert syntax is not None
    assert syntax.applications == frozenset({("ACMEAPP", "MYAPP")})
    assert syntax.group_versions == frozenset({"004010VICS"})
    assert not syntax.acknowledgement_requested


def test_what_one_of_ours_sent_is_a_sample_of_what_we_send() -> None:
    turned = EDIFACT.replace("4399901000009:14+5790000000012:14", "5790000000012:14+4399901000009:14")
    found = recognise(of(turned), OURS)
    assert found.theirs == {Family.EDIFACT: [Identity("14", "4399901000009")]}
    assert found.sends
    assert [one.direction for one in found.documents] == [Direction.OUT]
    assert found.syntax(Family.EDIFACT) is None


def test_several_samples_are_one_partner() -> None:
    found = recognise(of(X12, X12, EDIFACT), OURS)
    assert [(one.type, one.count) for one in found.documents] == [("850", 2), ("ORDERS", 1)]
    assert set(found.theirs) == {Family.X12, Family.EDIFACT}


def test_what_would_be_refused_is_counted_and_what_cannot_be_read_is_named() -> None:
    found = recognise(of(X12.replace("SE*7*", "SE*9*"), "ISA", "order;item\n1;A\n"), OURS)
    assert found.documents[0].complaints[Code.SEGMENT_COUNT_MISMATCH] == 1
    assert found.flat == ["1.edi", "2.edi"]
    assert recognise(of(""), OURS).unread == {"0.edi": "The transmission holds no data."}


@pytest.mark.parametrize(
    ("family", "written", "agreed"),
    [
        (Family.X12, "004010VICS", "004010"),
        (Family.X12, "21", "21"),
        (Family.EDIFACT, "D.96A", "D.96A"),
        (Family.EDIFACT, "0.96A", "D.96A"),
        (Family.EDIFACT, "S.93A", "S.93A"),
        (Family.EDIFACT, "X.XX", "X.XX"),
        (Family.XML, "UBL-2.1", "UBL-2.1"),
    ],
)
def test_versions_are_those_that_agreements_name(family: Family, written: str, agreed: str) -> None:
    assert agreed_version(family, written) == agreed


def test_characters_are_told_by_the_bytes() -> None:
    assert [characters_of(one) for one in (b"abc", "ä".encode(), "ä".encode("latin-1"))] == ["ascii", "utf-8", "8-bit"]


@given(st.binary(max_size=300))
def test_whatever_a_file_holds_it_is_read(content: bytes) -> None:
    found = recognise([Sample("x", content)], OURS)
    assert found.samples == ["x"]


@pytest.mark.parametrize("path", FILES[::4], ids=lambda path: path.name)
def test_real_files_are_recognised(path: Path) -> None:
    found = recognise([Sample(path.name, path.read_bytes())], OURS)
    assert found.documents or found.flat or found.unread or found.syntaxes
