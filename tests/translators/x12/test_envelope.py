"""ISA as an envelope, rule by rule, and how trailers are compared with it."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.translators.x12.orders import interchange
from translators import registry
from translators.contract import Identity
from translators.finding import Code
from translators.x12.envelope import check_header, count_of, envelope_of, known_version, same_number
from translators.x12.separators import WIDTHS, Header, read_header

GOOD = ("00", "", "00", "", "01", "123456789", "ZZ", "NORDICDC", "260302", "0915", "U", "00401", "000000007", "0", "P", ">")


def header(start: int = 0, **changes: str) -> Header:
    values = [changes.get(f"isa{number}", value) for number, value in enumerate(GOOD, 1)]
    text = "*".join(value.ljust(width) for value, width in zip(values, WIDTHS, strict=True))
    return read_header(b"." * start + f"ISA*{text}~GS*PO~".encode(), start)


def test_an_envelope_is_trimmed_and_keeps_what_was_sent() -> None:
    envelope = envelope_of(header())
    assert (envelope.sender, envelope.receiver) == (Identity("01", "123456789"), Identity("ZZ", "NORDICDC"))
    assert (envelope.control_number, envelope.version, envelope.prepared) == ("000000007", "00401", "260302 0915")
    assert envelope.header[5] == "123456789      "
    assert list(check_header(header())) == []


@pytest.mark.parametrize(("indicator", "test"), [("P", False), ("T", True), ("I", True), (" ", False), ("X", True)])
def test_whatever_is_not_production_is_a_test(indicator: str, test: bool) -> None:
    assert envelope_of(header(isa15=indicator)).test is test


@pytest.mark.parametrize(
    ("element", "value", "code"),
    [
        (1, "07", Code.AUTHORISATION_INVALID),
        (1, "", Code.AUTHORISATION_INVALID),
        (3, "02", Code.SECURITY_INVALID),
        (5, "??", Code.SENDER_QUALIFIER_INVALID),
        (6, "", Code.SENDER_UNKNOWN),
        (7, "", Code.RECEIVER_QUALIFIER_INVALID),
        (8, "", Code.RECEIVER_UNKNOWN),
        (9, "260230", Code.INTERCHANGE_DATE_INVALID),
        (9, "2603", Code.INTERCHANGE_DATE_INVALID),
        (10, "2400", Code.INTERCHANGE_TIME_INVALID),
        (10, "09", Code.INTERCHANGE_TIME_INVALID),
        (12, "00901", Code.INTERCHANGE_VERSION_UNSUPPORTED),
        (12, "004", Code.INTERCHANGE_VERSION_UNSUPPORTED),
        (13, "ABC", Code.INTERCHANGE_NUMBER_INVALID),
        (13, "", Code.INTERCHANGE_NUMBER_INVALID),
        (14, "2", Code.ACKNOWLEDGEMENT_REQUEST_INVALID),
        (15, "X", Code.TEST_INDICATOR_INVALID),
    ],
)
def test_each_rule_finds_its_fault_at_its_byte(element: int, value: str, code: Code) -> None:
    read = header(start=11, **{f"isa{element}": value})
    (finding,) = check_header(read)
    assert (finding.code, finding.position.element, finding.actual) == (code, element, value.ljust(WIDTHS[element - 1]))
    assert finding.position.offset == 11 + 4 + sum(WIDTHS[: element - 1]) + element - 1
    assert finding.message.endswith("is empty." if not value else f"is {value!r}.")


def test_several_faults_are_found_in_the_order_of_the_elements() -> None:
    elements = [f.position.element for f in check_header(header(isa15="X", isa1="99", isa13="-1"))]
    assert elements == [1, 13, 15]


@pytest.mark.parametrize(
    ("version", "known"),
    [
        ("00200", True),
        ("00401", True),
        ("00802", True),
        ("00100", False),
        ("00900", False),
        ("004010", False),
        ("0040\u0663", False),
    ],
)
def test_versions_of_the_standard(version: str, known: bool) -> None:
    assert known_version(version) is known


@given(st.integers(0, 10**18 - 1), st.integers(0, 6), st.text(" ", max_size=3))
def test_leading_zeros_and_blanks_of_a_number_mean_nothing(number: int, zeros: int, blanks: str) -> None:
    sent = f"{blanks}{'0' * zeros}{number}"
    assert same_number(sent, str(number)) is (len(sent.strip()) < 19)
    assert not same_number(sent, str(number + 1))


@given(st.text(max_size=25), st.text(max_size=25))
def test_comparing_is_symmetric_and_everything_equals_itself(left: str, right: str) -> None:
    assert same_number(left, left)
    assert same_number(left, right) is same_number(right, left)


@pytest.mark.parametrize(
    ("text", "count"),
    [
        ("3", 3),
        (" 03 ", 3),
        ("", None),
        ("-1", None),
        ("1.0", None),
        ("\u0663", None),
        ("\u00b2", None),
        ("9" * 11, 99_999_999_999),
        ("9" * 12, None),
    ],
)
def test_counts_of_a_trailer(text: str, count: int | None) -> None:
    assert count_of(text) == count


@pytest.mark.parametrize(
    ("number", "severities", "verdict"),
    [(b"000000101", [], "accepted"), (b"101", ["warning"], "accepted"), (b"000000102", ["error"], "rejected")],
)
def test_the_number_of_the_trailer_is_that_of_the_header_digit_for_digit(
    number: bytes, severities: list[str], verdict: str
) -> None:
    data = interchange([["ST*850*0001", "BEG*00*SA*1**20260302", "PO1*1*2*EA*3**VN*A", "SE*4*0001"]])
    before, mark, _ = data.rpartition(b"IEA*1*")
    (found,) = registry.translate(
        before.replace(b"*" + number_of(data) + b"*", b"*000000101*") + mark + number + b"~"
    ).interchanges
    wrong = [finding for finding in found.findings if finding.code is Code.INTERCHANGE_REFERENCE_MISMATCH]
    assert [finding.severity for finding in wrong] == severities
    assert found.verdict == verdict


def number_of(data: bytes) -> bytes:
    """ISA13 as sent."""
    return data.split(b"*")[13]
