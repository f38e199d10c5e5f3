"""What a header announces, and what an interchange remembers of it."""

import pytest

from translators.contract import DocumentTerms, Terms
from translators.edifact.kind import announced
from translators.edifact.message import _MOST_KINDS, MessageReader, Syntax
from translators.edifact.service_characters import ServiceCharacters
from translators.finding import LENIENT, Code, Severity


def header(*name: str) -> list[list[str]]:
    """The elements of a UNH."""
    return [["UNH"], ["1"], list(name)]


def test_type_version_and_association_are_those_of_the_header() -> None:
    kind = announced(header("ORDERS", "D", "96A", "UN", "EAN008"), Terms())
    assert (kind.type, kind.version, kind.association, kind.answers) == ("ORDERS", "D.96A", "EAN008", False)
    assert kind.choice is not None
    assert (kind.choice.directory, kind.choice.exact, kind.objection) == ("D.96A", True, None)


def test_a_header_without_a_name_announces_nothing() -> None:
    kind = announced([["UNH"], ["1"]], Terms())
    assert (kind.type, kind.version, kind.association, kind.choice) == ("", ".", "", None)
    assert kind.objection is not None


@pytest.mark.parametrize("name", ["CONTRL", "APERAK"])
def test_an_acknowledgement_is_never_objected_to(name: str) -> None:
    kind = announced(header(name, "D", "3", "UN"), Terms(default=DocumentTerms(agreed=False)))
    assert (kind.answers, kind.objection) == (True, None)


def test_findings_weigh_less_under_the_nearest_table_and_as_agreed_in_any_case() -> None:
    terms = Terms(default=DocumentTerms(severities={Code.ELEMENT_CODE: Severity.ERROR}))
    assert announced(header("ORDERS", "D", "96A"), terms).severities == {Code.ELEMENT_CODE: Severity.ERROR}
    assert announced(header("ORDERS", "D", "96B"), terms).severities == {**LENIENT, Code.ELEMENT_CODE: Severity.ERROR}


def test_the_terms_are_those_of_the_type() -> None:
    own = DocumentTerms(versions=frozenset({"D.01B"}))
    kind = announced(header("ORDERS", "D", "96A"), Terms(documents={"ORDERS": own}))
    assert kind.terms is own
    assert kind.objection is not None
    assert kind.objection.code is Code.DOCUMENT_VERSION_UNSUPPORTED


class TestMemory:
    """An interchange works out once what its messages have in common."""

    def reader(self) -> MessageReader:
        """Of an interchange without messages."""
        return MessageReader(b"", Syntax("UNOC", 3, ServiceCharacters()), Terms(), lambda _reference: False)

    def test_the_same_name_is_the_same_kind(self) -> None:
        reader = self.reader()
        assert reader.kind(header("ORDERS", "D", "96A")) is reader.kind(header("ORDERS", "D", "96A"))
        assert reader.kind(header("ORDERS", "D", "01B")).version == "D.01B"

    def test_few_short_names_are_remembered(self) -> None:
        reader = self.reader()
        for number in range(200):
            assert reader.kind(header("ORDERS", "D", str(number))).version == f"D.{number}"
        assert reader.kind(header("ORDERS", "X" * 1_000_000)).version == "X" * 1_000_000 + "."
        assert len(reader._kinds) <= _MOST_KINDS
        assert max(len("".join(key)) for key in reader._kinds) < 100
