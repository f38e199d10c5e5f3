"""ISA as partners send it: padded, unpadded, without ISA16, with any marks."""

import pytest

from translators.finding import Code
from translators.x12.envelope import envelope_of, same_number
from translators.x12.separators import WIDTHS, read_header
from translators.x12.tokenizer import Scanner, set_text

ISA = "ISA*00*          *00*          *01*123456789      *ZZ*NORDICDC       *260302*0915*U*00401*000000007*0*P*>"
GS = "GS*PO*123456789*NORDICDC*20260302*0915*7*X*004010"


def header_of(text: str):  # type: ignore[no-untyped-def]
    return read_header(text.encode(), 0)


@pytest.mark.parametrize("terminator", ["~", "'", "\n", "\r", "|", "\x1c", "\x85"])
def test_any_terminator_is_found(terminator: str) -> None:
    data = f"{ISA}{terminator}{GS}{terminator}".encode("latin-1")
    header = read_header(data, 0)
    assert header.whole
    assert header.findings == ()
    assert header.separators.segment in (terminator, "�")
    assert (header.separators.element, header.separators.component) == ("*", ">")
    assert header.end == 107 - 1


@pytest.mark.parametrize("line_end", ["\n", "\r\n", "\r", "\n   ", "\n\n"])
def test_line_ends_behind_the_terminator_are_no_part_of_it(line_end: str) -> None:
    header = header_of(f"{ISA}~{line_end}{GS}~{line_end}")
    assert (header.separators.segment, header.end) == ("~", 106)


def test_component_separator_tilde_and_terminator_bar() -> None:
    header = header_of(f"{ISA[:-1]}~|\r\n{GS}|\r\n")
    assert (header.separators.component, header.separators.segment) == ("~", "|")


def test_a_left_out_isa16_does_not_shift_the_terminator() -> None:
    for line_end in ("", "\n"):
        header = header_of(f"{ISA[:-1]}~{line_end}{GS}~{line_end}")
        assert (header.separators.component, header.separators.segment) == ("", "~")
        assert [f.code for f in header.findings] == [Code.HEADER_MALFORMED]


def test_unpadded_elements_are_read_and_reported() -> None:
    header = header_of(f"{ISA.replace('123456789      ', '123456789').replace('NORDICDC       ', 'NORDICDC')}~{GS}~")
    assert [(f.code, f.position.element) for f in header.findings] == [(Code.HEADER_MALFORMED, 6)]
    envelope = envelope_of(header)
    assert (str(envelope.sender), str(envelope.receiver)) == ("01:123456789", "ZZ:NORDICDC")


def test_blank_filled_elements_are_present_and_kept_for_echoing() -> None:
    header = header_of(f"{ISA}~{GS}~")
    assert tuple(map(len, header.elements)) == WIDTHS
    assert envelope_of(header).header[1] == " " * 10


@pytest.mark.parametrize(
    ("mark", "version", "repetition"),
    [("U", "00401", ""), ("U", "00501", ""), ("^", "00501", "^"), ("^", "00401", ""), ("!", "00402", "!"), ("V", "00602", "")],
)
def test_isa11_separates_repetitions_from_00402_on(mark: str, version: str, repetition: str) -> None:
    header = header_of(f"{ISA.replace('*U*00401*', f'*{mark}*{version}*')}~{GS}~")
    assert header.separators.repetition == repetition


@pytest.mark.parametrize("component", ["*", "~", "A", "1", " "])
def test_marks_that_cannot_separate_are_reported(component: str) -> None:
    header = header_of(f"{ISA[:-1]}{component}~{GS}~")
    assert Code.SEPARATORS_CLASH in {f.code for f in header.findings}


def test_a_terminator_mangled_to_several_bytes_is_recognised() -> None:
    data = f"{ISA}…{GS}…".encode()
    header = read_header(data, 0)
    assert header.terminator == "…".encode()
    assert [f.code for f in header.findings] == [Code.TERMINATOR_MANGLED]
    scanner = Scanner.of(data, header.separators, header.terminator, 1000)
    assert scanner.segment_end(header.end) == data.rindex("…".encode())


@pytest.mark.parametrize("length", [3, 4, 8, 50, 104, 105])
def test_a_cut_isa_is_no_exception(length: int) -> None:
    header = read_header(ISA.encode()[:length], 0)
    assert len(header.elements) == 16
    assert 0 <= header.end <= max(length, 4)


@pytest.mark.parametrize(
    ("left", "right", "same"), [("1", "0001", True), ("A1", "A1 ", True), ("1", "2", False), ("²", "2", False), ("", "0", False)]
)
def test_control_numbers_are_compared_as_numbers(left: str, right: str, same: bool) -> None:
    assert same_number(left, right) is same


def test_offsets_are_those_of_the_bytes_sent() -> None:
    text = f"{ISA}~\r\n{GS}~\r\n"
    data = text.encode() + "ST*850*0001~\r\n\r\n  N1*ST*CAFÉ*92*7~\r\nN3*X~".encode()
    header = read_header(data, 0)
    start = data.index(b"ST*850")
    segments = set_text(Scanner.of(data, header.separators, header.terminator, 1000), start, len(data))
    assert len(segments.segments) == 3
    for index, tag in enumerate((b"ST*850", b"N1*ST", b"N3*X")):
        assert segments.offset(index) == data.index(tag)
    assert segments.element_offset(1, 4) == data.index(b"7~\r\nN3")
    assert segments.foreign == data.index("É".encode())


def test_our_own_control_characters_in_data_cannot_separate() -> None:
    data = f"{ISA}~{GS}~ST*850*0001~N1*ST*A\x1dB\x1cC~".encode()
    header = read_header(data, 0)
    segments = set_text(Scanner.of(data, header.separators, header.terminator, 1000), data.index(b"ST*850"), len(data))
    assert segments.segments[1].count("\x1d") == 2
    assert len(segments.segments) == 2
