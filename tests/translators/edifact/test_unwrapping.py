"""Lines cut at a fixed width (quirk 20), and line breaks that are data (quirk 21)."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.translators.edifact.orders import order_edifact
from tests.translators.edifact.reading import one
from translators.contract import Verdict
from translators.edifact.service_characters import ServiceCharacters
from translators.edifact.unwrapping import Unwrapped, wrapped
from translators.finding import Code

PLAIN = ServiceCharacters()
ORDER = order_edifact(sender="5790000000029", receiver="5790000000012", control_number="7", order_number="PO-1", lines=3)


def cut(data: bytes, width: int, end: bytes = b"\r\n") -> bytes:
    """Data in lines of a width."""
    return end.join(data[i : i + width] for i in range(0, len(data), width)) + end


@pytest.mark.parametrize("width", [35, 40, 72, 76, 80, 128, 132, 256])
@pytest.mark.parametrize("end", [b"\r\n", b"\n", b"\r"])
def test_a_fixed_width_is_recognised(width: int, end: bytes) -> None:
    assert wrapped(cut(ORDER, width, end), 0, PLAIN)


@pytest.mark.parametrize(
    "data",
    [
        ORDER,
        ORDER.replace(b"'", b"'\r\n"),
        ORDER.replace(b"'", b"'\n"),
        ORDER + b"\r\n",
        ORDER.replace(b"PRODUCT 1", b"PRO\r\nDUCT 1"),
        ORDER.replace(b"PRODUCT", b"PRO\nDUCT"),
        b"",
        b"\n\n\n",
    ],
)
def test_line_ends_after_segments_and_in_texts_are_no_cut(data: bytes) -> None:
    assert not wrapped(data, 0, PLAIN)


def test_a_line_feed_as_terminator_is_no_cut() -> None:
    assert not wrapped(cut(ORDER, 80, b"\n"), 0, ServiceCharacters(segment="\n"))


@pytest.mark.parametrize("end", [b"\r\n", b"\n"])
def test_every_byte_finds_its_way_back(end: bytes) -> None:
    data = b"junk" + cut(ORDER, 80, end)
    flat = Unwrapped(data, 4, len(data))
    assert flat.data == ORDER
    assert all(data[flat.original(n)] == flat.data[n] for n in range(len(flat.data)))


@given(st.binary(max_size=80))
def test_positions_are_those_of_what_was_received(data: bytes) -> None:
    flat = Unwrapped(data, 0, len(data))
    assert flat.data == data.replace(b"\r", b"").replace(b"\n", b"")
    assert [data[flat.original(n)] for n in range(len(flat.data))] == list(flat.data)


@pytest.mark.parametrize("width", [76, 80])
def test_the_order_is_the_same_and_the_breaks_are_noted(width: int) -> None:
    interchange = one(cut(ORDER, width))
    assert (interchange.verdict, [f.code for f in interchange.findings]) == (Verdict.ACCEPTED, [Code.LINE_BREAKS])
    assert interchange.documents[0].canonical == one(ORDER).documents[0].canonical


def test_una_before_a_cut_interchange_is_read() -> None:
    interchange = one(cut(b"UNA:+.? '" + ORDER, 80))
    assert interchange.verdict is Verdict.ACCEPTED
    assert interchange.envelope.offset == 9


def test_findings_in_groups_are_moved_too() -> None:
    text = ORDER.replace(b"UNH", b"UNG+ORDERS+A+B+261120:0930+1+UN+D:96A'UNH", 1).replace(b"UNZ", b"UNE+5+1'UNZ")
    data = cut(text, 80)
    (finding,) = one(data).groups[0].findings
    assert finding.code is Code.GROUP_COUNT_MISMATCH
    assert data[finding.position.offset :].replace(b"\r\n", b"").startswith(b"UNE")


def test_a_line_break_inside_a_text_stays_in_the_text() -> None:
    canonical = one(ORDER.replace(b"PRODUCT 1", b"LINE ONE\nLINE TWO")).documents[0].canonical
    assert canonical is not None
    assert b"LINE ONE\\nLINE TWO" in canonical.to_json()
