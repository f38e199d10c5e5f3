"""Lines cut at a fixed width (quirk 20), and line breaks that are data (quirk 21), in EDIFACT and X12."""

import re
from collections.abc import Callable
from dataclasses import dataclass

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.translators.edifact.orders import order_edifact
from tests.translators.x12.orders import body_850, interchange
from translators import registry, unwrapping
from translators.contract import Envelope, Interchange, Terms, TermsFor, Verdict, anything
from translators.finding import Code, Finding, Severity
from translators.parsed import ParsedSegment
from translators.unwrapping import Unwrapped, unwrapped
from translators.x12 import unwrapping as x12_unwrapping

EDIFACT = order_edifact(sender="5790000000029", receiver="5790000000012", control_number="7", order_number="PO-1", lines=3)
X12 = interchange([body_850(order_number="PO-1", lines=3)], control_number=7)


@dataclass(frozen=True)
class Syntax:
    """What the tests need of a family: a good order, its header, its terminator, a text in it, and who tells that it is cut."""

    order: bytes
    tag: str
    terminator: bytes
    text: bytes
    unwrapped: Callable[[bytes], Unwrapped | None]


FAMILIES = {
    "edifact": Syntax(EDIFACT, "UNB", b"'", b"PRODUCT 1", lambda data: unwrapped(data, 0, 0, b"'")),
    "x12": Syntax(X12, "ISA", b"~", b"WIDGET NUMBER 1", lambda data: x12_unwrapping.unwrapped(data, 0)),
}
both = pytest.mark.parametrize("family", FAMILIES.values(), ids=FAMILIES)


def cut(data: bytes, width: int, end: bytes = b"\r\n") -> bytes:
    """Data in lines of a width."""
    return end.join(data[i : i + width] for i in range(0, len(data), width)) + end


def one(data: bytes, terms_for: TermsFor = anything) -> Interchange:
    (found,) = registry.translate(data, terms_for).interchanges
    return found


# --- told apart ---------------------------------------------------------------------------------------------------------


@both
@pytest.mark.parametrize("width", [35, 40, 72, 76, 80, 104, 105, 106, 107, 128, 132, 256])
@pytest.mark.parametrize("end", [b"\r\n", b"\n", b"\r"])
def test_a_fixed_width_is_recognised(family: Syntax, width: int, end: bytes) -> None:
    assert family.unwrapped(cut(family.order, width, end)) is not None


@both
@pytest.mark.parametrize(
    "change",
    [
        lambda data, _end, _text: data,
        lambda data, end, _text: data.replace(end, end + b"\r\n"),
        lambda data, end, _text: data.replace(end, end + b"\n"),
        lambda data, end, _text: data.replace(end, end + b"\n\n   "),
        lambda data, end, _text: data.replace(end, b"\n"),
        lambda data, end, _text: data.replace(end, b"\r\n"),
        lambda data, _end, _text: data + b"\r\n",
        lambda data, _end, text: data.replace(text, text[:3] + b"\r\n" + text[3:]),
        lambda data, _end, text: data.replace(text, text[:3] + b"\n" + text[3:]),
        lambda _data, _end, _text: b"",
        lambda _data, _end, _text: b"\n\n\n",
    ],
    ids=["none", "CRLF", "LF", "indented", "LF ends", "CR ends", "last", "in text", "LF in text", "empty", "lines"],
)
def test_line_ends_after_segments_and_in_texts_are_no_cut(family: Syntax, change: Callable[[bytes, bytes, bytes], bytes]) -> None:
    assert family.unwrapped(change(family.order, family.terminator, family.text)) is None


def test_a_line_feed_as_terminator_is_no_cut() -> None:
    assert unwrapped(cut(EDIFACT, 80, b"\n"), 0, 0, b"\n") is None


def test_segments_of_one_length_that_each_end_a_line_are_no_cut() -> None:
    lines = X12[:106] + b"".join(b"N3*" + b"A" * (102 - 3) + b"%03d~" % n for n in range(9))
    assert x12_unwrapping.unwrapped(cut(lines, 106), 0) is None


def test_an_isa_that_is_none_is_not_looked_into() -> None:
    assert x12_unwrapping.unwrapped(b"ISA*00*\n" * 20, 0) is None


# --- the way back -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("end", [b"\r\n", b"\n"])
def test_every_byte_finds_its_way_back(end: bytes) -> None:
    data = b"junk" + cut(EDIFACT, 80, end)
    flat = Unwrapped(data, 4, len(data))
    assert flat.data == EDIFACT
    assert all(data[flat.original(n)] == flat.data[n] for n in range(len(flat.data)))


@given(st.binary(max_size=80))
def test_positions_are_those_of_what_was_received(data: bytes) -> None:
    flat = Unwrapped(data, 0, len(data))
    assert flat.data == data.replace(b"\r", b"").replace(b"\n", b"")
    assert [data[flat.original(n)] for n in range(len(flat.data))] == list(flat.data)


# --- read ---------------------------------------------------------------------------------------------------------------


@both
@pytest.mark.parametrize("width", [76, 80, 106, 132])
@pytest.mark.parametrize("end", [b"\r\n", b"\n"])
def test_the_order_is_the_same_and_the_breaks_are_noted_at_the_header(family: Syntax, width: int, end: bytes) -> None:
    read, plain = one(cut(family.order, width, end)), one(family.order)
    assert read.verdict is Verdict.ACCEPTED
    assert [(f.code, f.position.offset, f.position.tag) for f in read.findings] == [(Code.LINE_BREAKS, 0, family.tag)]
    assert read.documents[0].canonical == plain.documents[0].canonical
    assert read.documents[0].findings == plain.documents[0].findings


@both
def test_what_cut_lines_weigh_is_agreed(family: Syntax) -> None:
    data = cut(family.order, 80)
    refusing, silent = (Terms(severities={Code.LINE_BREAKS: severity}) for severity in (Severity.ERROR, None))
    assert one(data, lambda _envelope: refusing).verdict is Verdict.REJECTED
    assert one(data, lambda _envelope: silent).findings == ()


@both
def test_the_envelope_and_the_documents_say_where_they_stand_in_what_was_received(family: Syntax) -> None:
    data = b"From: mailer\r\n\r\n" + cut(family.order, 80)
    read = one(data)
    (document,) = read.documents
    header = {"ISA": b"ST*850", "UNB": b"UNH+1"}[family.tag]
    assert data[read.envelope.offset :].startswith(family.tag.encode())
    assert data[document.start :].replace(b"\r\n", b"").startswith(header)
    assert data[read.end :].strip() == b""


def test_una_before_a_cut_interchange_is_read() -> None:
    read = one(cut(b"UNA:+.? '" + EDIFACT, 80))
    assert read.verdict is Verdict.ACCEPTED
    assert read.envelope.offset == 9


def findings_of(read: Interchange) -> list[Finding]:
    groups = [finding for group in read.groups for finding in group.findings]
    return [*groups, *(finding for document in read.documents for finding in document.findings)]


@pytest.mark.parametrize(
    ("order", "wrong", "code", "place"),
    [
        (EDIFACT.replace(b"QTY+21:36:PCE", b"QTY+21:XL:PCE"), b"XL", Code.ELEMENT_NOT_NUMERIC, (25, 1, 2)),
        (X12.replace(b"PO1*3*30*EA", b"PO1*3*XL*EA"), b"XL", Code.ELEMENT_NOT_NUMERIC, (20, 2, None)),
        (X12.replace(b"GE*1*7", b"GE*5*7"), b"5*7~", Code.GROUP_COUNT_MISMATCH, (None, 1, None)),
        (
            EDIFACT.replace(b"UNH", b"UNG+ORDERS+A+B+261120:0930+1+UN+D:96A'UNH", 1).replace(b"UNZ", b"UNE+5+1'UNZ"),
            b"UNE+5",
            Code.GROUP_COUNT_MISMATCH,
            (None, 1, None),
        ),
    ],
    ids=["element of EDIFACT", "element of X12", "group of X12", "group of EDIFACT"],
)
def test_findings_say_where_they_are_in_what_was_received(
    order: bytes, wrong: bytes, code: Code, place: tuple[int | None, ...]
) -> None:
    data = cut(order, 80)
    (finding,) = (f for f in findings_of(one(data)) if f.code is code)
    assert (finding.position.segment, finding.position.element, finding.position.component) == place
    assert data[finding.position.offset :].replace(b"\r\n", b"").startswith(wrong)


def test_a_line_break_inside_a_text_stays_in_the_text() -> None:
    canonical = one(EDIFACT.replace(b"PRODUCT 1", b"LINE ONE\nLINE TWO")).documents[0].canonical
    assert canonical is not None
    assert b"LINE ONE\\nLINE TWO" in canonical.to_json()


# --- several interchanges -----------------------------------------------------------------------------------------------


def longer(family: Syntax, shift: int) -> bytes:
    """The order with so many more bytes in its texts, of which each holds 26 more at most."""
    order = family.order
    for line in (b"1", b"2", b"3"):
        text = family.text[:-1] + line
        more = min(shift, 26)
        order, shift = order.replace(text, text + b"X" * more), shift - more
    return order


@both
@pytest.mark.parametrize("shift", range(0, 78, 3))
def test_every_interchange_of_a_cut_file_is_read_wherever_its_lines_are_cut(family: Syntax, shift: int) -> None:
    first = longer(family, shift)
    translation = registry.translate(cut(first + family.order + family.order, 80))
    assert translation.findings == ()
    assert [i.verdict for i in translation.interchanges] == [Verdict.ACCEPTED] * 3
    assert [len(i.documents) for i in translation.interchanges] == [1, 1, 1]


@both
def test_a_cut_interchange_and_one_with_lines_of_its_own_are_both_read(family: Syntax) -> None:
    lines = family.order.replace(family.terminator, family.terminator + b"\n")
    for data in (cut(family.order, 80) + lines, lines + cut(family.order, 80)):
        translation = registry.translate(data)
        assert [i.verdict for i in translation.interchanges] == [Verdict.ACCEPTED, Verdict.ACCEPTED]
        assert translation.findings == ()


@both
def test_rubbish_between_cut_interchanges_is_told(family: Syntax) -> None:
    data = cut(family.order + b"RUBBISH;" + family.order, 80)
    translation = registry.translate(data)
    assert [i.verdict for i in translation.interchanges] == [Verdict.ACCEPTED, Verdict.ACCEPTED]
    assert [f.code for f in translation.findings] == [Code.BYTES_OUTSIDE_INTERCHANGE]
    assert data[translation.findings[0].position.offset :].replace(b"\r\n", b"").startswith(b"RUBBISH;")


# --- limits, and for people -----------------------------------------------------------------------------------------------


@both
def test_a_cut_interchange_beyond_the_limit_is_refused(family: Syntax, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(unwrapping, "MOST_BYTES", 700)
    data = cut(family.order, 80)
    read = one(data)
    assert read.verdict is Verdict.REJECTED
    assert Code.INTERCHANGE_TOO_LARGE in {finding.code for finding in read.findings}


def test_the_way_back_takes_little_memory() -> None:
    flat = Unwrapped(cut(b"x" * 800_000, 80), 0, 820_000)
    assert flat._flat.itemsize * len(flat._flat) == flat._lengths.itemsize * len(flat._lengths) == 80_000


@both
def test_the_segments_of_a_cut_file_are_shown_with_their_places(family: Syntax) -> None:
    data = cut(family.order * 2, 80)
    shown = [segment for segment in registry.parse(data) if isinstance(segment, ParsedSegment)]
    plain = [segment for segment in registry.parse(family.order * 2) if isinstance(segment, ParsedSegment)]
    assert [(s.tag, s.raw, s.elements) for s in shown] == [(s.tag, s.raw, s.elements) for s in plain]
    assert all(re.sub(rb"[\r\n]", b"", data[s.offset :]).startswith(s.tag.encode()) for s in shown)


def test_terms_are_asked_for_once_an_interchange() -> None:
    asked: list[Envelope] = []

    def terms_for(envelope: Envelope) -> Terms:
        asked.append(envelope)
        return Terms()

    registry.translate(cut(X12 * 3, 80), terms_for)
    assert [envelope.control_number for envelope in asked] == ["000000007"] * 3
