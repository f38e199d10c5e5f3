# ruff: noqa: E501 - segments are read as they stand on the wire
"""The 31 illegal and 4 legal inputs every reader is judged by, in EDIFACT form: what is found, where, and at what cost."""

import time
import tracemalloc
from collections.abc import Callable
from dataclasses import dataclass, replace

import pytest

from tests.translators.edifact.orders import order_edifact, order_message
from tests.translators.edifact.reading import read
from translators.contract import Envelope, Terms, Verdict
from translators.finding import Code, found
from translators.position import Position

SENDER, RECEIVER = "5790000000029", "5790000000012"
ORDER = order_edifact(sender=SENDER, receiver=RECEIVER, control_number="7", order_number="PO-1", lines=2)
HEADER = ORDER[: ORDER.index(b"UNH")]
UNZ = ORDER[ORDER.index(b"UNZ") :]
MEGABYTES = 1_000_000


def swapped(old: bytes, new: bytes, times: int = 1) -> bytes:
    """The good order with one thing changed."""
    assert old in ORDER
    return ORDER.replace(old, new, times)


def second(reference: str) -> bytes:
    """The good order with another message in it."""
    message = order_message(reference=reference, order_number="PO-2", lines=1).encode()
    return ORDER.replace(b"UNZ+1", message + b"UNZ+2")


def other_separators(*, announced: bool) -> bytes:
    """The good order with other service characters."""
    text = ORDER.translate(bytes.maketrans(b"+:'", b"*>~"))
    return (b"UNA>*.? ~" if announced else b"") + text


@dataclass(frozen=True)
class Illegal:
    """A case: its bytes, the code that must be found, the bytes at whose start it must be found, and where it counts."""

    data: bytes
    code: Code
    at: bytes | int | None = None
    segment: int | None = None
    element: int | None = None
    component: int | None = None

    @property
    def offset(self) -> int | None:
        return self.data.rindex(self.at) if isinstance(self.at, bytes) else self.at


ILLEGAL = {
    "empty": Illegal(b"", Code.EMPTY, 0),
    "only blanks": Illegal(b" \r\n \t\n", Code.EMPTY, 0),
    "cut inside a segment": Illegal(ORDER[: ORDER.index(b"PRODUCT 2")], Code.TRUNCATED, ORDER.index(b"PRODUCT 2")),
    "cut after a terminator": Illegal(ORDER[: ORDER.index(b"UNS")], Code.DOCUMENT_TRAILER_MISSING, b"PRI+", 21),
    "trailer of the interchange missing": Illegal(ORDER[: -len(UNZ)], Code.INTERCHANGE_TRAILER_MISSING, len(ORDER) - len(UNZ)),
    "segment count wrong": Illegal(swapped(b"UNT+24", b"UNT+25"), Code.SEGMENT_COUNT_MISMATCH, b"25+1'UNZ", 24, 1),
    "reference of the message trailer differs": Illegal(
        swapped(b"UNT+24+1", b"UNT+24+2"), Code.DOCUMENT_REFERENCE_MISMATCH, b"2'UNZ", 24, 2
    ),
    "message count wrong": Illegal(swapped(b"UNZ+1", b"UNZ+3"), Code.INTERCHANGE_COUNT_MISMATCH, b"UNZ", None, 1),
    "reference of the interchange trailer differs": Illegal(
        swapped(b"UNZ+1+7", b"UNZ+1+8"), Code.INTERCHANGE_REFERENCE_MISMATCH, b"UNZ", None, 2
    ),
    "two messages with one reference": Illegal(second("1"), Code.DOCUMENT_REFERENCE_DUPLICATE, b"1+ORDERS", 1, 1),
    "other separators not announced": Illegal(other_separators(announced=False), Code.SERVICE_STRING_MALFORMED, 0),
    "two equal separators": Illegal(b"UNA++.? '" + ORDER.replace(b":", b"+"), Code.SEPARATORS_CLASH, 0),
    "UNA cut to five characters": Illegal(b"UNA:+.?'" + ORDER, Code.SERVICE_STRING_MALFORMED, 0),
    "a release character eats a terminator": Illegal(
        swapped(b"QTY+21:12:PCE'", b"QTY+21:12:PCE?'"), Code.ELEMENT_TOO_LONG, b"PCE?'", 15, 1, 3
    ),
    "file ends in a release character": Illegal(ORDER[: ORDER.index(b"PRODUCT 2")] + b"?", Code.RELEASE_AT_END, b"?"),
    "NUL byte": Illegal(swapped(b"PRODUCT 1", b"PROD\0CT 1"), Code.CHARACTER_NUL, b"\0", 14),
    "8-bit bytes outside the declared set": Illegal(
        ORDER.replace(b"UNOC", b"UNOA").replace(b"PRODUCT 1", b"PROD\xdcKT 1"), Code.CHARACTER_SET_WRONG, b"\xdc", None, 1
    ),
    "unknown segment": Illegal(swapped(b"CUX+2", b"XXX+1'CUX+2"), Code.SEGMENT_UNKNOWN, b"XXX", 11),
    "mandatory segment missing": Illegal(swapped(b"BGM+220+PO-1+9'", b""), Code.SEGMENT_MISSING, b"UNH", 1),
    "segment out of order": Illegal(swapped(b"UNS+S'", b"BGM+220+PO-1+9'UNS+S'"), Code.SEGMENT_OUT_OF_ORDER, b"BGM", 22),
    "value too long": Illegal(swapped(b"PO-1", b"P" * 36), Code.ELEMENT_TOO_LONG, b"P" * 36, 2, 2),
    "letters in a numeric element": Illegal(swapped(b"QTY+21:12:", b"QTY+21:XII:"), Code.ELEMENT_NOT_NUMERIC, b"XII", 15, 1, 2),
    "too many components": Illegal(
        swapped(b"DTM+2:20261127:102", b"DTM+2:20261127:102:9"), Code.COMPONENT_SURPLUS, b"9'RFF", 4, 1, 4
    ),
    "byte order mark": Illegal(b"\xef\xbb\xbf" + ORDER, Code.BYTE_ORDER_MARK, 0),
    "mail header in front": Illegal(
        b"From: edi@bigbox.example\r\nSubject: UNA1234 order\r\n\r\n" + ORDER, Code.BYTES_OUTSIDE_INTERCHANGE, 0
    ),
    "message without interchange envelope": Illegal(ORDER[len(HEADER) : -len(UNZ)], Code.ENVELOPE_MISSING, 0),
    "message header inside a message": Illegal(
        swapped(b"CUX+2", b"UNH+9+ORDERS:D:96A:UN'CUX+2"), Code.DOCUMENT_TRAILER_MISSING, b"COM", 10
    ),
}

LARGE = {
    "50 MB without a terminator": (lambda: HEADER + b"UNH+1+ORDERS:D:96A:UN'BGM+220+" + b"A" * 50 * MEGABYTES, Code.SEGMENT_TOO_LARGE),
    "one element with a million components": (
        lambda: swapped(b"DTM+2:20261127:102", b"DTM+2" + b":" * MEGABYTES + b"9"), Code.COMPONENT_SURPLUS
    ),
    "one segment with a million elements": (
        lambda: swapped(b"DTM+2:20261127:102", b"DTM+2:20261127:102" + b"+" * MEGABYTES + b"9"), Code.ELEMENT_SURPLUS
    ),
}  # fmt: skip

LEGAL = {
    "UNA announces other separators": other_separators(announced=True),
    "a value ends in a released release character": swapped(b"PRODUCT 1", b"PRODUCT????"),
    "8-bit bytes in the declared set": swapped(b"PRODUCT 1", b"GEM\xdcSE"),
    "CRLF after every terminator": ORDER.replace(b"'", b"'\r\n"),
}


def test_the_good_order_is_accepted_without_a_finding() -> None:
    result = read(ORDER)
    assert result.findings == []
    assert [i.verdict for i in result.interchanges] == [Verdict.ACCEPTED]


@pytest.mark.parametrize("name", ILLEGAL)
def test_illegal_input_is_found_at_its_place(name: str) -> None:
    case = ILLEGAL[name]
    findings = [f for f in read(case.data).findings if f.code is case.code]
    assert findings, f"{case.code} was not found"
    position = findings[0].position
    assert (position.segment, position.element, position.component) == (case.segment, case.element, case.component)
    if case.offset is not None:
        assert position.offset == case.offset


TOLERATED = {"byte order mark", "mail header in front", "8-bit bytes outside the declared set"}


@pytest.mark.parametrize("name", sorted(set(ILLEGAL) - TOLERATED))
def test_illegal_input_never_becomes_an_order(name: str) -> None:
    result = read(ILLEGAL[name].data)
    assert all(i.verdict is not Verdict.ACCEPTED for i in result.interchanges)
    for interchange in result.interchanges:
        whole = interchange.verdict in (Verdict.ACCEPTED_WITH_ERRORS, Verdict.PARTLY_ACCEPTED)
        good = [d for d in interchange.documents if d.canonical is not None]
        assert not (whole and good and name != "two messages with one reference"), name


@pytest.mark.parametrize("name", sorted(TOLERATED))
def test_tolerated_deviations_are_noted_and_the_order_is_read(name: str) -> None:
    result = read(ILLEGAL[name].data)
    assert len(result.documents) == 1
    assert result.documents[0].canonical is not None


@pytest.mark.parametrize("name", LEGAL)
def test_legal_input_is_read_without_a_finding(name: str) -> None:
    result = read(LEGAL[name])
    assert result.findings == []
    assert [d.verdict for d in result.documents] == [Verdict.ACCEPTED]


@pytest.mark.parametrize("name", LARGE)
def test_large_input_costs_bounded_memory_and_time(name: str) -> None:
    build: Callable[[], bytes] = LARGE[name][0]
    data, code = build(), LARGE[name][1]
    tracemalloc.start()
    began = time.process_time()
    result = read(data)
    took = time.process_time() - began
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert code in result.codes
    assert len(result.findings) <= 10
    assert peak < 150 * MEGABYTES
    assert took < 20


def test_two_interchanges_with_one_reference_are_both_read_and_the_caller_refuses_the_second() -> None:
    seen: set[str] = set()

    def terms_for(envelope: Envelope) -> Terms:
        if envelope.control_number not in seen:
            seen.add(envelope.control_number)
            return Terms()
        position = Position(envelope.offset, tag="UNB", element=5)
        return Terms(findings=(found(Code.INTERCHANGE_DUPLICATE, "The reference was used before.", position),))

    first, again = read(ORDER + b"\r\n" + ORDER, terms_for).interchanges
    assert (first.verdict, again.verdict) == (Verdict.ACCEPTED, Verdict.REJECTED)
    assert again.findings[0].position.offset == len(ORDER) + 2


def test_a_huge_number_of_errors_is_capped_and_says_so() -> None:
    lines = b"".join(b"LIN+%d++X:EN'QTY+21:XX'" % n for n in range(3000))
    data = HEADER + b"UNH+1+ORDERS:D:96A:UN'BGM+220+1+9'DTM+137:20261120:102'" + lines + b"UNS+S'UNT+6005+1'" + UNZ
    document = read(data).documents[0]
    assert len(document.findings) == 101
    assert document.findings[-1].code is Code.FINDINGS_CAPPED
    assert document.verdict is Verdict.REJECTED


def test_many_short_rubbish_segments_end_in_time() -> None:
    data = HEADER + b"UNH+1+ORDERS:D:96A:UN'BGM+220+1+9'" + b"Q'" * 90_000 + b"UNT+90003+1'" + UNZ
    began = time.process_time()
    result = read(data)
    assert time.process_time() - began < 10
    assert Code.SEGMENT_UNKNOWN in result.codes


@pytest.mark.parametrize(
    "rubbish", [b"?" * 300_000 + b"'", b"?'" * 150_000, b"'UNT?" * 50_000, b"UNB" * 100_000, b"'UNH+" * 20_000]
)
def test_rubbish_that_invites_backtracking_is_linear(rubbish: bytes) -> None:
    began = time.process_time()
    read(HEADER + rubbish + UNZ)
    read(rubbish)
    assert time.process_time() - began < 10


def test_cut_anywhere_the_order_is_never_accepted() -> None:
    for length in range(len(ORDER) - 1):
        result = read(ORDER[:length])
        assert result.findings
        assert all(i.verdict is Verdict.REJECTED for i in result.interchanges), length


def test_the_severity_of_a_deviation_is_the_agreement_s_choice() -> None:
    data = ILLEGAL["message count wrong"].data
    assert read(data).interchanges[0].verdict is Verdict.REJECTED
    tolerant = Terms(severities={Code.INTERCHANGE_COUNT_MISMATCH: None})
    assert read(data, lambda _e: tolerant).interchanges[0].verdict is Verdict.ACCEPTED
    limited = replace(tolerant, max_segment_bytes=20)
    assert Code.SEGMENT_TOO_LARGE in read(data, lambda _e: limited).codes
