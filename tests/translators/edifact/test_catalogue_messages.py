# ruff: noqa: E501 - segments are read as they stand on the wire
"""PRICAT, SLSRPT, REQOTE, QUOTES: what is on offer, what was sold, what is asked for."""

from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from tests.translators.edifact import drawing
from tests.translators.edifact.reading import read
from translators.canonical.price_catalogue import PriceCatalogue
from translators.canonical.quote import Quote
from translators.canonical.request_for_quote import RequestForQuote
from translators.canonical.sales_report import SalesReport
from translators.contract import Terms

BOTH = pytest.mark.parametrize("directory", ["D.96A", "D.01B"])

CATALOGUE = [
    "BGM+9+CAT-2027+9", "DTM+137:20261120:102", "DTM+157:20270101:102", "DTM+36:20271231:102", "RFF+CT:C-17", "NAD+BY+5412345000013::9", "NAD+SU+5790000000012::9", "CUX+2:EUR:9",
    "PGI+4+:::PAINT", "LIN+1+1+5701234500018:EN", "PIA+1+W-100:SA", "IMD+F++:::White paint 10 l", "QTY+53:2:PCE", "ALI+DE", "TAX+7+VAT+++:::21+S",
    "PRI+AAA:49.90", "RNG+4+PCE:1:9", "PRI+AAA:44.90", "RNG+4+PCE:10", "DTM+157:20270201:102", "PAC+1++CT",
    "LIN+2+2+5701234500025:EN", "PGI+2", "LIN+3++5701234500032:EN", "PRI+AAA:3.10",
]  # fmt: skip


def strict(kind: str, directory: str, rows: list[str]) -> Any:
    """The message read under the usual terms: nothing may be wrong with it."""
    found = drawing.reread("".join(f"{row}'" for row in rows), len(rows), kind, directory, Terms())
    assert [finding.message for finding in found.findings] == []
    return found.canonical


@BOTH
def test_a_whole_catalogue_is_valid_and_comes_back_as_it_was(directory: str) -> None:
    document, written = drawing.again(*CATALOGUE, kind="PRICAT", directory=directory)
    assert document == strict("PRICAT", directory, CATALOGUE)
    assert sorted(written) == sorted(CATALOGUE)


def test_items_have_their_group_and_their_prices_by_quantity() -> None:
    document = strict("PRICAT", "D.96A", CATALOGUE)
    assert isinstance(document, PriceCatalogue)
    assert (document.number, document.contract) == ("CAT-2027", "C-17")
    assert document.valid is not None
    assert (document.valid.start, document.valid.end) == (date(2027, 1, 1), date(2027, 12, 31))
    paint, gone, last = document.lines
    assert [line.group for line in document.lines] == ["PAINT", "PAINT", None]
    assert (paint.action, gone.action, last.action) == ("add", "delete", None)
    assert paint.price is not None
    assert paint.price.minimum is not None
    assert (paint.price.amount, paint.price.minimum.value, paint.price.currency) == (Decimal("49.90"), Decimal(1), "EUR")
    (tier,) = paint.other_prices
    assert tier.minimum is not None
    assert tier.valid is not None
    assert (tier.minimum.value, tier.maximum, tier.valid.start) == (Decimal(10), None, date(2027, 2, 1))
    assert paint.minimum_order is not None
    assert (paint.minimum_order.value, paint.item.origin_country) == (Decimal(2), "DE")


REPORT = [
    "BGM+75+SR-1+9", "DTM+137:20261120:102", "DTM+90:20261101:102", "DTM+91:20261107:102", "NAD+SU+5790000000012::9", "NAD+BY+5412345000013::9", "CUX+2:EUR:9",
    "LOC+162+5412345000020::9", "DTM+356:20261107:102", "LIN+1++5701234500018:EN", "PRI+AAA:27", "QTY+153:2:PCE", "QTY+145:11:PCE", "LIN+2++5701234500025:EN", "QTY+61:1:PCE",
    "LOC+162+5412345000037::9", "LIN+3++5701234500018:EN", "QTY+153:5:PCE",
]  # fmt: skip


def in_directory(rows: list[str], directory: str) -> list[str]:
    """The report as a directory has it: later ones end with a section, earlier ones with the last line."""
    return rows if directory == "D.96A" else [*rows, "UNS+S"]


@BOTH
def test_a_whole_sales_report_is_valid_and_comes_back_as_it_was(directory: str) -> None:
    rows = in_directory(REPORT, directory)
    document, written = drawing.again(*rows, kind="SLSRPT", directory=directory)
    assert document == strict("SLSRPT", directory, rows)
    assert sorted(written) == sorted(rows)


def test_each_line_knows_where_and_how_much_was_sold() -> None:
    document = strict("SLSRPT", "D.96A", REPORT)
    assert isinstance(document, SalesReport)
    places = [line.location.identifiers["gln"] for line in document.lines if line.location is not None]
    assert places == ["5412345000020", "5412345000020", "5412345000037"]
    assert [(one.kind, one.quantity.value) for line in document.lines for one in line.activities if one.quantity] == [
        ("sold", Decimal(2)), ("on_hand", Decimal(11)), ("returned", Decimal(1)), ("sold", Decimal(5)),
    ]  # fmt: skip
    assert document.period is not None
    assert (document.period.start, document.lines[0].as_of) == (date(2026, 11, 1), date(2026, 11, 7))


REQUEST = [
    "BGM+311+RFQ-5+9", "DTM+137:20261120:102", "DTM+36:20261127:102", "DTM+2:20261215:102", "CUX+2:EUR:9", "NAD+BY+5412345000013::9",
    "LIN+1++5701234500018:EN", "IMD+F++:::White paint 10 l", "QTY+21:500:PCE", "UNS+S", "CNT+2:1",
]  # fmt: skip
QUOTE = [
    "BGM+310+Q-88+9", "DTM+137:20261121:102", "DTM+157:20261121:102", "DTM+36:20261231:102", "RFF+AGI:RFQ-5", "CUX+2:EUR:9", "NAD+BY+5412345000013::9", "NAD+SU+5790000000012::9",
    "LIN+1++5701234500018:EN", "QTY+21:500:PCE", "PRI+AAA:41.5", "UNS+S", "CNT+2:1",
]  # fmt: skip


@BOTH
@pytest.mark.parametrize(("kind", "rows"), [("REQOTE", REQUEST), ("QUOTES", QUOTE)])
def test_requests_and_quotes_are_valid_and_come_back_as_they_were(kind: str, rows: list[str], directory: str) -> None:
    document, written = drawing.again(*rows, kind=kind, directory=directory)
    assert document == strict(kind, directory, rows)
    assert sorted(written) == sorted(rows)


def test_a_request_says_by_when_it_wants_its_answer() -> None:
    request = strict("REQOTE", "D.96A", REQUEST)
    assert isinstance(request, RequestForQuote)
    assert (request.number, request.respond_by, request.requested_delivery) == ("RFQ-5", date(2026, 11, 27), date(2026, 12, 15))


def test_a_quote_says_what_it_answers_and_how_long_it_holds() -> None:
    quote = strict("QUOTES", "D.96A", QUOTE)
    assert isinstance(quote, Quote)
    assert quote.request is not None
    assert quote.valid is not None
    assert (quote.number, quote.request.number, quote.valid.end) == ("Q-88", "RFQ-5", date(2026, 12, 31))
    assert [line.price.amount for line in quote.lines if line.price] == [Decimal("41.5")]


def test_a_count_that_lines_do_not_come_to_is_noted() -> None:
    rows = [row.replace("CNT+2:1", "CNT+2:7") for row in QUOTE]
    found = drawing.reread("".join(f"{row}'" for row in rows), len(rows), "QUOTES", "D.96A", Terms())
    assert [finding.message for finding in found.findings] == ["CNT claims 7 lines; there are 1."]


# --- the corpus --------------------------------------------------------------------------------------------------------


def test_a_catalogue_of_a_fashion_house() -> None:
    (found,) = read(drawing.corpus("PRICAT__bots-edi-bots-plugins__147.edi")).documents
    assert isinstance(found.canonical, PriceCatalogue)
    assert found.canonical.number == "0000000000267789"
    first = found.canonical.lines[0]
    assert first.price is not None
    assert (first.item.identifiers["gtin"], first.price.amount, first.price.kind) == (
        "1641100101014",
        Decimal(100),
        "suggested_retail",
    )
    assert first.valid is not None
    assert first.valid.start == date(2007, 9, 25)
    assert not any(line.extras for line in found.canonical.lines)


def test_a_report_of_shops() -> None:
    first, *_rest = read(drawing.corpus("SLSRPT__bots-edi-bots-plugins__slsrpt01.edi")).documents
    assert isinstance(first.canonical, SalesReport)
    line = first.canonical.lines[0]
    assert line.location is not None
    assert line.location.identifiers == {"gln": "8712345001472"}
    assert [(one.kind, one.quantity.value) for one in line.activities if one.quantity] == [("sold", Decimal(2))]


def test_a_quote_of_an_energy_market_is_refused_for_its_count() -> None:
    first, *_rest = read(drawing.corpus("QUOTES__indice-co-edi.net__edifact.01.multi-message.edi")).documents
    assert first.canonical is None
    assert "UNT counts 158 segments; there are 31." in [finding.message for finding in first.findings]
