"""Bytes to lines and cells: encodings that are not as stated, line ends, quotes, and time that stays linear."""

import time

import pytest

from tests.translators.flatfile.samples import csv, judged, order_row, orders, orders_table, read
from translators.contract import DocumentRead, Terms, TermsFor, Verdict
from translators.finding import Code
from translators.flatfile import FlatFiles, layout
from translators.flatfile.cells import Cells

UMLAUT = order_row(Description="Größe Ü")


def agreed(terms: Terms) -> TermsFor:
    return lambda _envelope: terms


def names(data: bytes, **settings: object) -> tuple[list[str], list[str]]:
    """The item names that a file says, and the codes of what is found."""
    outcome = read(data, layout(orders_table() | settings))
    return [line["item"]["name"] for order in outcome.values for line in order["lines"]], outcome.codes


@pytest.mark.parametrize(
    ("written", "stated", "codes"),
    [
        ("utf-8", "utf-8", []),
        ("utf-8-sig", "utf-8-sig", []),
        ("utf-8", "utf-8-sig", []),
        ("utf-8-sig", "utf-8", ["byte-order-mark"]),
        ("utf-8-sig", "windows-1252", ["byte-order-mark", "character-set-wrong"]),
        ("utf-16", "utf-16", []),
        ("utf-16-le", "utf-16", []),
        ("utf-16-be", "utf-16", []),
        ("utf-16", "utf-8", ["byte-order-mark", "character-set-wrong"]),
        ("utf-16-le", "utf-8", ["character-set-wrong"]),
        ("utf-8", "utf-16", ["character-set-wrong"]),
        ("windows-1252", "utf-8", ["character-set-wrong"]),
        ("utf-8", "windows-1252", ["character-set-wrong"]),
        ("iso8859-1", "ascii", ["character-set-wrong"]),
        ("cp850", "cp850", []),
        ("cp037", "cp037", []),
    ],
)
def test_a_file_is_read_as_what_it_is_written_in(written: str, stated: str, codes: list[str]) -> None:
    found, noted = names(csv(order_row(Description="A"), UMLAUT).decode().encode(written), encoding=stated)
    assert (found, noted) == (["A", "Größe Ü"], codes)


def test_bytes_that_are_no_characters_are_replaced_and_found() -> None:
    data = csv(order_row(Description="a@b")).replace(b"@", b"\x81")
    found, codes = names(data, encoding="windows-1252")
    assert (found, codes) == (["a\ufffdb"], ["character-outside-set"])


@pytest.mark.parametrize("end", [b"\n", b"\r\n", b"\r"])
@pytest.mark.parametrize("last", [True, False])
def test_every_line_end_is_read(end: bytes, *, last: bool) -> None:
    data = csv(order_row(), order_row(LineNo="2")).replace(b"\r\n", end)
    assert len(names(data if last else data.removesuffix(end))[0]) == 2


def test_blank_lines_are_passed_over() -> None:
    data = csv(order_row(), "", "  ", order_row(LineNo="2")) + b"\r\n\x1a"
    assert names(data) == (['Schraube "M8"; verzinkt'] * 2, ["line-breaks"])


@pytest.mark.parametrize("text", ["two\nlines", "a\n\nb", 'a ""quote"" and\n;a delimiter'])
def test_quoted_values_may_have_line_breaks(text: str) -> None:
    found, codes = names(csv(order_row(Description=f'"{text}"'), order_row(LineNo="2", Description="next")))
    assert (found, codes) == ([text.replace('""', '"'), "next"], [])


def test_a_quote_that_is_never_closed_ends_with_its_line() -> None:
    outcome = read(csv(order_row(Description='"open'), order_row(OrderNo="4712"), order_row(OrderNo="4713")), orders())
    assert [each.verdict for each in outcome.documents] == [Verdict.REJECTED, Verdict.ACCEPTED, Verdict.ACCEPTED]
    finding = next(f for f in outcome.findings if f.code is Code.ELEMENT_CHARACTER)
    assert (finding.position.segment, finding.position.element) == (2, 14)


def test_a_quote_inside_a_value_is_a_character() -> None:
    assert names(csv(order_row(Description='Rohr 5" lang'))) == (['Rohr 5" lang'], [])


@pytest.mark.parametrize(
    ("line", "values"),
    [
        ("", [""]),
        ("a;b;", ["a", "b", ""]),
        ('"a";"";"b;c"', ["a", "", "b;c"]),
        ('"a""";"""b"', ['a"', '"b']),
        ('""', [""]),
        ('x"y;"z"', ['x"y', "z"]),
    ],
)
def test_cells_are_taken_apart_and_put_together(line: str, values: list[str]) -> None:
    cells = Cells(";", '"')
    assert cells.split(line) == (values, [])
    assert cells.split(cells.join(values)[0])[0] == values
    assert len(cells.starts(line)) == len(values)


def test_without_quotes_a_delimiter_is_replaced() -> None:
    assert Cells("|", "").join(["a|b", "c\nd", '"'])[0] == 'a b|c d|"'
    assert Cells("|", "").split('"a|b"')[0] == ['"a', 'b"']


def test_a_line_beyond_the_limit_refuses_the_file_and_the_rest_is_read() -> None:
    data = csv(order_row(), "x" * 5000, order_row(OrderNo="4712"))
    outcome = read(data, orders(), lambda _: Terms(max_segment_bytes=4000))
    assert [f.code for f in outcome.closed.findings] == [Code.SEGMENT_TOO_LARGE]
    assert (outcome.closed.verdict, len(outcome.documents)) == (Verdict.REJECTED, 2)


def test_a_document_beyond_the_limit_is_refused_alone() -> None:
    rows = [order_row(LineNo=str(number)) for number in range(1, 50)]
    data = csv(order_row(OrderNo="1"), *rows, order_row(OrderNo="2"))
    for terms in (Terms(max_document_segments=20), Terms(max_document_bytes=2000)):
        outcome = read(data, orders(), agreed(terms))
        assert [each.verdict for each in outcome.documents] == [Verdict.ACCEPTED, Verdict.REJECTED, Verdict.ACCEPTED]
        assert Code.DOCUMENT_TOO_LARGE in [f.code for f in outcome.documents[1].findings]


def test_findings_of_a_document_are_capped() -> None:
    rows = [order_row(LineNo=str(number), Quantity="x") for number in range(1, 50)]
    (document,) = read(csv(*rows), orders(), judged(max_findings=10)).documents
    assert len(document.findings) == 11
    assert document.findings[-1].code is Code.FINDINGS_CAPPED


@pytest.mark.parametrize("row", [order_row(Description='"open'), order_row(Description='"a"b'), ";" * 50, '"' * 61, 'a;"b""'])
def test_time_is_linear_in_the_size_of_bad_files(row: str) -> None:
    def seconds(count: int) -> float:
        data = csv(*[row] * count)
        begun = time.process_time()
        for _ in FlatFiles(orders()).read(data, 0, lambda _: Terms()):
            pass
        return time.process_time() - begun

    # CPU time, the best of three: others use this machine too. Quadratic time would be 64 times as long.
    assert min(seconds(8000) for _ in range(3)) < 24 * min(seconds(1000) for _ in range(3))


def test_documents_come_one_at_a_time() -> None:
    data = csv(*(order_row(OrderNo=str(number)) for number in range(1000)))
    events = FlatFiles(orders()).read(data, 0, lambda _: Terms())
    next(events)
    first = next(events)
    assert isinstance(first, DocumentRead)
    assert first.document.end < 1000
