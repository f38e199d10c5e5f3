"""A CSV of orders that repeats the order's columns in each row."""

from datetime import UTC, date, datetime
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest

from tests.translators.flatfile.samples import HEAD, csv, judged, order_row, orders, orders_table, read, sealed, write
from translators.contract import Family, Identity, Verdict
from translators.finding import Code, Severity
from translators.flatfile import Handover


def test_rows_with_one_order_number_become_one_order() -> None:
    outcome = read(csv(order_row(), order_row(LineNo="2", GTIN="", Quantity="1,5", Unit="CT")), orders())
    assert outcome.findings == []
    assert outcome.closed.verdict is Verdict.ACCEPTED
    (order,) = outcome.values
    assert order["number"] == "4711"
    assert order["buyer"] == {"identifiers": {"gln": "4012345000009"}}
    assert order["references"] == [{"kind": "contract", "number": "C-1"}]
    assert [line["number"] for line in order["lines"]] == ["1", "2"]
    assert order["lines"][0]["item"] == {
        "identifiers": {"gtin": "4012345678901", "buyer": "A-1"},
        "name": 'Schraube "M8"; verzinkt',
    }
    assert order["lines"][0]["quantity"] == {"value": Decimal(100), "unit": "EA"}
    assert order["lines"][1]["quantity"] == {"value": Decimal("1.5"), "unit": "CT"}
    assert order["lines"][0]["price"] == {"amount": Decimal("0.15")}


def test_another_order_number_begins_another_document() -> None:
    outcome = read(csv(order_row(), order_row(OrderNo="4712"), order_row(OrderNo="4712", LineNo="2")), orders())
    assert [(each.control_number, each.ordinal, each.segments) for each in outcome.documents] == [("4711", 1, 1), ("4712", 2, 2)]
    assert outcome.closed.documents == 2
    assert outcome.documents[0].end == outcome.documents[1].start


def test_dates_are_dates_and_times_are_of_the_partners_zone() -> None:
    berlin = judged(timezone=ZoneInfo("Europe/Berlin"))
    (order,) = read(csv(order_row()), orders(), berlin).values
    assert order["issued"] == date(2026, 11, 21)
    assert order["requested_delivery"] == datetime(2026, 11, 24, 7, 30, tzinfo=UTC)
    (order,) = read(csv(order_row(DeliveryTime="")), orders(), berlin).values
    assert order["requested_delivery"] == date(2026, 11, 24)


def test_a_time_without_its_date_is_found_and_kept() -> None:
    outcome = read(csv(order_row(DeliveryDate="")), orders())
    assert outcome.codes == ["element-condition"]
    kept = read(csv(order_row(DeliveryDate="")), orders(), judged(severities={Code.ELEMENT_CONDITION: Severity.WARNING}))
    assert kept.values[0]["extras"] == [{"path": "order/DeliveryTime", "value": "08:30"}]


def test_defaults_stand_for_empty_cells() -> None:
    (order,) = read(csv(order_row(Kind="", Currency="")), orders()).values
    assert (order["kind"], order["currency"]) == ("stand_alone", "EUR")


def test_what_no_field_maps_is_kept_with_its_place() -> None:
    data = csv(f"{order_row(Promotion='P1')};red", head=f"{HEAD};Colour")
    (order,) = read(data, orders()).values
    assert order["lines"][0]["extras"] == [
        {"path": "order/Promotion", "value": "P1"},
        {"path": "order/Colour", "value": "red"},
    ]


def test_columns_are_found_by_name_in_any_order() -> None:
    names, cells = HEAD.split(";"), order_row(Description="Schraube").split(";")
    data = f"{';'.join(reversed(names))}\r\n{';'.join(reversed(cells))}\r\n".encode()
    assert read(data, orders()).values[0]["lines"][0]["item"]["name"] == "Schraube"


def test_a_file_says_its_envelope_by_layout_or_caller() -> None:
    envelope = read(csv(order_row()), orders()).envelope
    assert (envelope.family, envelope.version) == (Family.FLAT, "nordmart-orders")
    assert (envelope.sender, envelope.receiver) == (Identity("ZZ", "NORDMART"), Identity("ZZ", "NORDICDC"))
    known = Handover(Identity("14", "4012345000009"), Identity("14", "5790000000012"), "77", test=True)
    envelope = read(csv(order_row()), orders(), handover=known).envelope
    assert (envelope.sender.id, envelope.receiver.id, envelope.control_number, envelope.test) == (
        "4012345000009",
        "5790000000012",
        "77",
        True,
    )


@pytest.mark.parametrize(
    ("cells", "code", "column"),
    [
        ({"Quantity": "many"}, "element-not-numeric", 15),
        ({"Quantity": "1.5"}, "element-not-numeric", 15),
        ({"Quantity": ""}, "element-missing", 15),
        ({"OrderDate": "31.02.2026"}, "element-date", 3),
        ({"OrderDate": "2026-11-21"}, "element-date", 3),
        ({"DeliveryTime": "25:00"}, "element-time", 5),
        ({"Unit": "XX"}, "element-code", 16),
        ({"Kind": "Q"}, "canonical-invalid", 2),
        ({"BuyerGLN": ""}, "element-missing", 7),
        ({"GTIN": "4012345678902"}, "identifier-check-digit", 12),
        ({"ShipToName": "x" * 41}, "element-too-long", 9),
        ({"Description": '"never closed'}, "element-character", 14),
        ({"Description": '"a "quote" inside"'}, "element-character", 14),
        ({"ShipToName": "a\0b"}, "character-nul", 9),
    ],
)
def test_a_bad_cell_is_found_with_line_column_and_byte(cells: dict[str, str], code: str, column: int) -> None:
    data = csv(order_row(), order_row(OrderNo="4712", **cells))
    outcome = read(data, orders())
    finding = next(each for each in outcome.documents[1].findings if each.code.value == code)
    assert (finding.position.segment, finding.position.element, finding.position.tag) == (3, column, "order")
    value = next(iter(cells.values())).encode()
    assert data[finding.position.offset :].startswith(value)
    assert outcome.documents[0].findings == ()
    assert outcome.documents[0].canonical is not None


def test_half_a_document_is_never_taken_for_a_whole_one() -> None:
    outcome = read(csv(order_row(), order_row(OrderNo="4712"), order_row(LineNo="2")), orders())
    assert outcome.closed.verdict is Verdict.REJECTED
    (finding,) = outcome.closed.findings
    assert (finding.code, finding.position.segment) == (Code.DOCUMENT_REFERENCE_DUPLICATE, 4)
    assert "line 2" in finding.message


def test_rows_that_contradict_the_first_row_of_their_order_are_refused() -> None:
    outcome = read(csv(order_row(), order_row(LineNo="2", BuyerGLN="4012345000016")), orders())
    (finding,) = outcome.findings
    assert (finding.code, finding.position.segment, finding.expected) == (Code.ELEMENT_CONDITION, 3, "4012345000009")


def test_a_row_that_only_speaks_of_the_order_adds_no_line() -> None:
    blank = dict.fromkeys(("LineNo", "GTIN", "ArticleNo", "Description", "Quantity", "Unit", "NetPrice"), "")
    outcome = read(csv(order_row(), order_row(**blank)), orders())
    assert len(outcome.values[0]["lines"]) == 1


@pytest.mark.parametrize("missing", ["OrderNo", "Quantity", "BuyerGLN"])
def test_a_header_line_without_a_mandatory_column_refuses_the_file(missing: str) -> None:
    outcome = read(csv(order_row(), head=HEAD.replace(missing, "Other")), orders())
    assert outcome.closed.verdict is Verdict.REJECTED
    assert [(f.code, f.expected) for f in outcome.closed.findings] == [(Code.HEADER_MALFORMED, missing)]


def test_a_header_line_may_leave_optional_columns_out() -> None:
    head, row = HEAD.replace(";Promotion", ""), order_row().removesuffix(";")
    outcome = read(csv(row, f"{row};surplus", head=head), orders())
    assert outcome.codes == ["element-surplus"]
    assert outcome.findings[-1].position.segment == 3


def test_short_and_long_rows_are_found() -> None:
    outcome = read(csv(order_row().rsplit(";", 2)[0], order_row(OrderNo="4712") + ";more"), orders())
    short, long = outcome.findings
    assert (short.code, short.severity, short.actual) == (Code.ELEMENT_CONDITION, Severity.WARNING, "16")
    assert (long.code, long.severity, long.expected) == (Code.ELEMENT_SURPLUS, Severity.ERROR, "18 columns")


def test_what_it_lacks_as_an_order_is_said_by_its_path() -> None:
    table = orders_table()
    table["record"][0]["fields"] = [f for f in table["record"][0]["fields"] if f["column"] in ("OrderNo", "Quantity")]
    outcome = read(b"OrderNo;Quantity\r\n1;5\r\n", table)
    assert [(f.code, f.expected, f.position.segment) for f in outcome.findings] == [(Code.CANONICAL_INVALID, "lines[0].item", 2)]


def test_an_empty_file_is_refused() -> None:
    for data in (b"", HEAD.encode(), b"\r\n\r\n"):
        outcome = read(data, orders())
        assert outcome.closed.verdict is Verdict.REJECTED
        assert Code.INTERCHANGE_EMPTY in [f.code for f in outcome.closed.findings]


def test_lineage_names_line_and_column_of_each_member() -> None:
    (document,) = read(csv(order_row(), order_row(LineNo="2")), orders(), judged(lineage=True)).documents
    origins = {origin.path: (origin.segment, origin.element) for origin in document.lineage}
    assert origins["number"] == (2, 1)
    assert origins["references[0].number"] == (2, 10)
    assert origins["lines[1].quantity.value"] == (3, 15)


def test_an_order_is_written_as_it_was_read() -> None:
    data = csv(order_row(Promotion="P1"), order_row(LineNo="2", NetPrice="12,00", Promotion="P1"), order_row(OrderNo="4712"))
    written = [write(each.canonical, orders()) for each in read(data, orders()).documents if each.canonical]
    assert [each.findings for each in written] == [(), ()]
    assert sealed(*written, by=orders()) == data


def test_times_are_written_in_the_partners_zone() -> None:
    zone = ZoneInfo("America/Chicago")
    (document,) = read(csv(order_row()), orders(), judged(timezone=zone)).documents
    assert document.canonical is not None
    assert sealed(write(document.canonical, orders(), timezone=zone), by=orders()) == csv(order_row())
