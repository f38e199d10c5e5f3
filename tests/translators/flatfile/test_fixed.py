"""A despatch advice of fixed width, with several kinds of records and trailers that count."""

from decimal import Decimal

import pytest

from tests.translators.flatfile.samples import DESPATCH_LINES, despatch, fixed, read, sealed, write
from translators.contract import Identity, Verdict
from translators.finding import Code
from translators.flatfile import FlatFiles


def changed(number: int, line: str | None, *more: str) -> bytes:
    lines = list(DESPATCH_LINES)
    lines[number : number + 1] = [*([line] if line is not None else []), *more]
    return fixed(*lines)


def test_records_become_a_document_with_packages_lines_and_lots() -> None:
    outcome = read(fixed(*DESPATCH_LINES), despatch())
    assert outcome.findings == []
    (advice,) = outcome.values
    assert advice["order"] == {"number": "PO-1"}
    assert advice["shipment"]["measures"] == {"gross_weight": {"value": Decimal("12.500"), "unit": "KGM"}}
    assert advice["texts"] == [{"purpose": "delivery", "lines": ["erst anrufen", "Rampe 3"]}]
    assert [content["line"] for content in advice["packages"][0]["contents"]] == ["1", "2"]
    assert advice["lines"][0]["lots"][0]["number"] == "L-77"
    assert advice["lines"][1]["quantity"] == {"value": Decimal("5.50"), "unit": "EA"}
    assert advice["complete"] is False


def test_the_header_of_the_file_makes_the_envelope() -> None:
    envelope = read(fixed(*DESPATCH_LINES), despatch()).envelope
    assert (envelope.sender, envelope.receiver) == (Identity("", "WMS"), Identity("", "NORDICDC"))
    assert (envelope.control_number, envelope.prepared, envelope.test) == ("000000012", "202611211405", False)


def test_it_is_written_as_it_was_read() -> None:
    (document,) = read(fixed(*DESPATCH_LINES), despatch()).documents
    assert document.canonical is not None
    written = write(document.canonical, despatch())
    assert written.findings == ()
    assert written.document.segments == 11
    assert sealed(written, by=despatch()) == fixed(*DESPATCH_LINES)


def test_several_documents_are_counted_by_the_file() -> None:
    (document,) = read(fixed(*DESPATCH_LINES), despatch()).documents
    assert document.canonical is not None
    written = write(document.canonical, despatch())
    data = sealed(written, written, by=despatch())
    assert data.splitlines()[-1].startswith(b"FT00000200000024")
    outcome = read(data, despatch())
    assert (outcome.closed.documents, outcome.findings) == (2, [])


@pytest.mark.parametrize(
    ("number", "line", "code", "segment", "element"),
    [
        (1, "DHD-1         20261321202611211400PO-1        P000012500", "element-date", 2, 15),
        (1, "DHD-1         20261121202611211400PO-1        X000012500", "canonical-invalid", 2, 47),
        (1, "DHD-1         20261121202611211400PO-1        P0000x2500", "element-not-numeric", 2, 48),
        (1, "DHD-1         20261121202611211400            P000012500", "element-missing", 2, 35),
        (5, "PK340123450000000005PAL", "identifier-check-digit", 6, 3),
        (5, "PK340123450000000000BOX", "element-code", 6, 21),
        (11, "DT00000300000010550", "control-total", 12, 3),
        (11, "DT00000200000010551", "control-total", 12, 9),
        (12, "FT00000200000013", "interchange-count-mismatch", 13, 3),
        (12, "FT00000100000012", "interchange-count-mismatch", 13, 9),
        (12, "FT0000010000001x", "element-not-numeric", 13, 9),
        (4, "XXwhat is this", "segment-unknown", 5, None),
    ],
)
def test_what_is_wrong_is_found_at_its_place(number: int, line: str, code: str, segment: int, element: int | None) -> None:
    outcome = read(changed(number, line), despatch())
    found = [(f.code.value, f.position.segment, f.position.element) for f in outcome.findings]
    assert (code, segment, element) in found
    finding = next(f for f in outcome.findings if f.code.value == code)
    assert finding.position.offset == 82 * (segment - 1) + (element or 1) - 1


def test_a_file_that_was_cut_is_refused() -> None:
    outcome = read(fixed(*DESPATCH_LINES[:-2]), despatch())
    assert outcome.closed.verdict is Verdict.REJECTED
    assert outcome.codes == ["segment-missing", "interchange-trailer-missing"]


def test_records_outside_of_a_document_are_found() -> None:
    outcome = read(fixed(DESPATCH_LINES[0], DESPATCH_LINES[3], *DESPATCH_LINES[1:-1]), despatch())
    assert "stray-segment" in outcome.codes
    behind = read(fixed(*DESPATCH_LINES, DESPATCH_LINES[3]), despatch())
    assert "stray-segment" in behind.codes


def test_a_record_whose_item_was_not_begun_is_found() -> None:
    outcome = read(fixed(*DESPATCH_LINES[:4], DESPATCH_LINES[9], *DESPATCH_LINES[5:]), despatch())
    (finding,) = [f for f in outcome.findings if f.code is Code.SEGMENT_UNEXPECTED]
    assert (finding.position.segment, finding.position.tag) == (5, "lot")


def test_what_stands_between_the_fields_is_kept_and_restored() -> None:
    data = changed(3, f"{'DNerst anrufen':72}SPECIAL")
    (document,) = read(data, despatch()).documents
    assert document.canonical is not None
    assert document.canonical.model_dump()["extras"] == [{"path": "note/73+8", "qualifier": None, "value": "SPECIAL"}]
    assert sealed(write(document.canonical, despatch()), by=despatch()) == data


def test_lines_of_other_lengths_are_read_and_found() -> None:
    data = fixed(*DESPATCH_LINES)
    short = b"\r\n".join(line.rstrip() for line in data.split(b"\r\n"))
    assert read(short, despatch()).values == read(data, despatch()).values
    long = read(data.replace(b"DNRampe 3" + b" " * 71, b"DNRampe 3" + b" " * 71 + b"!"), despatch())
    assert long.codes == ["element-surplus"]
    cut = read(data.replace(b"DL000002              000000550EA" + b" " * 47, b"DL000002              0000005"), despatch())
    assert "element-too-short" in cut.codes


def test_zeros_are_no_date() -> None:
    (advice,) = read(changed(9, "LOL-77                00000000"), despatch()).values
    assert advice["lines"][0]["lots"] == [{"number": "L-77"}]


def test_people_see_each_cell_with_the_member_it_becomes() -> None:
    segments = list(FlatFiles(despatch()).parse(fixed(*DESPATCH_LINES), 0))
    assert [segment.tag for segment in segments][:4] == ["file_header", "head", "ship_to", "note"]
    first = segments[1].elements[0]
    assert (first.id, first.name, first.repetitions) == ("3+12", "number", (("D-1",),))
    assert segments[9].depth > segments[8].depth
