"""An order in every version that partners send: by which tables it is read, what is said about it, and what it then says."""

import re

import pytest

from tests.translators.edifact.orders import order_edifact
from tests.translators.x12.orders import body_850, interchange
from translators import registry
from translators.canonical.purchase_order import PurchaseOrder
from translators.contract import AcknowledgementTerms, Document, DocumentTerms, Family, Interchange, Terms, Verdict
from translators.finding import Code, Severity

RELEASES = [
    f"00{version}0{release}{part}"
    for version in range(3, 9)
    for release in range(1, 8)
    for part in range(3)
    if "003010" <= f"00{version}0{release}{part}" <= "008010"
]
DIRECTORIES = [f"D.{year % 100:02}{part}" for year in range(1993, 2022) for part in "AB"]
EXACT = {"004010", "005010", "D.96A", "D.01B"}
STRANGE = [release for release in RELEASES if release < "003040"]
BEYOND = ["002000", "002003", "008020", "008060", "90.1", "1.911", "2.912", "D.92B", "D.22A", "D.23B", "D.24A"]
ANSWERED = Terms(acknowledgement=AcknowledgementTerms("997", list_accepted=True))


def order_x12(version: str) -> bytes:
    """An order as partners write it in a version: six digits in dates before 004010."""
    data = interchange([body_850(order_number="PO-1", lines=2)], version=version)
    return re.sub(rb"\*20(\d{6})(?=[*~])", rb"*\1", data) if version < "004010" else data


def order_of(version: str) -> bytes:
    if version.startswith("00"):
        return order_x12(version)
    data = order_edifact(sender="5790000000029", receiver="5790000000012", control_number="7", order_number="PO-1", lines=2)
    agency, _, release = version.partition(".")
    return data.replace(b"ORDERS:D:96A:UN:EAN008", f"ORDERS:{agency}:{release}:UN".encode())


def read(data: bytes, terms: Terms = ANSWERED) -> tuple[Interchange, Document]:
    (one,) = registry.translate(data, lambda _envelope: terms).interchanges
    (document,) = one.documents
    return one, document


def content(document: Document) -> dict:
    assert isinstance(document.canonical, PurchaseOrder)
    return document.canonical.model_dump(exclude={"extras"})


USUAL = {family: content(read(order_of(version))[1]) for family, version in (("0", "004010"), ("D", "D.96A"))}


def table_of(version: str) -> str:
    """The table that reads a version: the last before it in X12, the nearest in EDIFACT."""
    if version.startswith("00"):
        return "005010" if version >= "005010" else "004010"
    return "D.96A" if version <= "D.98B" and version >= "D.93A" else "D.01B"


def test_the_lists_are_those_of_the_standards() -> None:
    assert (RELEASES[0], RELEASES[-1], DIRECTORIES[0], DIRECTORIES[-1]) == ("003010", "008010", "D.93A", "D.21B")
    assert set(RELEASES) | set(DIRECTORIES) >= EXACT


@pytest.mark.parametrize("version", [*RELEASES, *DIRECTORIES])
def test_an_order_of_every_version_is_read_to_the_same_document(version: str) -> None:
    one, document = read(order_of(version))
    assert (one.verdict, document.verdict, document.version) == (Verdict.ACCEPTED, Verdict.ACCEPTED, version)
    assert content(document) == USUAL["0" if one.envelope.family is Family.X12 else "D"]


@pytest.mark.parametrize("version", [*RELEASES, *DIRECTORIES])
def test_the_table_that_reads_a_version_is_named_and_nothing_else_weighs_against_it(version: str) -> None:
    found = read(order_of(version))[1].findings
    nearest = [finding for finding in found if finding.code is Code.VERSION_NEAREST]
    assert {finding.severity for finding in found} <= {Severity.INFO, Severity.WARNING}
    if version in EXACT:
        assert found == ()
        return
    assert [finding.severity for finding in nearest] == [Severity.WARNING if version in STRANGE else Severity.INFO]
    assert table_of(version) in nearest[0].message
    assert version in nearest[0].message
    assert (nearest[0].position.segment, nearest[0].actual) == (1, version)
    short_dates = {Code.ELEMENT_TOO_SHORT} if version < "004010" else set()
    assert {finding.code for finding in found} == {Code.VERSION_NEAREST} | short_dates


@pytest.mark.parametrize("version", BEYOND)
def test_what_lies_beyond_is_read_by_the_nearest_table_with_a_warning_that_says_what_is_known(version: str) -> None:
    one, document = read(order_of(version))
    assert one.verdict is not Verdict.REJECTED
    assert isinstance(document.canonical, PurchaseOrder)
    (nearest,) = (finding for finding in document.findings if finding.code is Code.VERSION_NEAREST)
    assert nearest.severity is Severity.WARNING
    assert nearest.expected in ("003040 to 008010", "D.93A to D.21B")


@pytest.mark.parametrize("version", ["003010", "008060", "D.22A", "003060", "D.99A"])
def test_an_agreement_may_refuse_what_only_the_nearest_table_reads(version: str) -> None:
    strict = Terms(default=DocumentTerms(severities={Code.VERSION_NEAREST: Severity.ERROR}))
    assert read(order_of(version), strict)[1].verdict is Verdict.REJECTED
    other = Terms(default=DocumentTerms(versions=frozenset({"004010", "D.96A"})))
    _one, document = read(order_of(version), other)
    assert Code.DOCUMENT_VERSION_UNSUPPORTED in {finding.code for finding in document.findings}


@pytest.mark.parametrize("version", ["00401A", "21", "X.XX", "D."])
def test_what_is_no_version_is_refused_by_name(version: str) -> None:
    data = order_x12("004010").replace(b"*X*004010", f"*X*{version}".encode())
    if "." in version:
        data = order_of(version)
    one, document = read(data)
    assert one.verdict is Verdict.REJECTED
    (finding,) = (finding for finding in document.findings if finding.code is Code.DOCUMENT_VERSION_UNSUPPORTED)
    assert version in finding.message


@pytest.mark.parametrize("version", RELEASES)
def test_the_answer_is_written_as_its_version_has_it(version: str) -> None:
    one, _document = read(order_of(version))
    (owed,) = registry.acknowledge(one)
    assert owed.verdict is Verdict.ACCEPTED
    assert owed.outbound.groups[0].version == version
