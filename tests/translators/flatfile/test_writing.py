"""Writing: what a layout has no place for, values that do not fit, and the layouts of several levels."""

from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import pytest

from tests.translators.flatfile.samples import (
    DESPATCH_LINES,
    despatch,
    despatch_table,
    fixed,
    orders,
    orders_table,
    read,
    sealed,
    write,
)
from translators.canonical import model_of
from translators.canonical.base import CanonicalDocument
from translators.contract import Family as Families
from translators.contract import Identity, OutboundInterchange, Separators, WritingTerms
from translators.errors import DefinitionMissing, NotWritable
from translators.finding import Code, Severity
from translators.flatfile import FlatFiles, layout


def order(**members: Any) -> CanonicalDocument:
    line = {"number": "1", "item": {"name": "Bolt"}, "quantity": {"value": "5", "unit": "EA"}}
    value = {"number": "1", "issued": "2026-11-21", "buyer": {"identifiers": {"gln": "4012345000009"}}, "lines": [line]}
    return model_of("purchase_order").model_validate(value | members)


def test_what_has_no_place_is_told_by_its_path_once() -> None:
    lines = [{"item": {"name": "x", "brand": "B"}, "number": str(n), "quantity": {"value": 1}} for n in range(3)]
    found = write(order(lines=lines, seller={"name": "S"}, release="7"), orders()).findings
    assert {(f.code, f.actual) for f in found} == {
        (Code.NOT_WRITTEN, "seller.name"),
        (Code.NOT_WRITTEN, "release"),
        (Code.NOT_WRITTEN, "lines[].item.brand"),
    }
    assert len(found) == 3


def test_of_several_identifiers_the_first_has_the_place() -> None:
    written = write(order(buyer={"identifiers": {"gln": ["4012345000009", "4012345000016"]}}), orders())
    assert "4012345000009" in written.document.body
    assert [f.actual for f in written.findings] == ["buyer.identifiers.gln[]"]


@pytest.mark.parametrize(
    ("members", "code", "severity"),
    [
        ({"ship_to": {"name": "x" * 41}}, Code.ELEMENT_TOO_LONG, Severity.ERROR),
        ({"buyer": {"name": "B"}}, Code.ELEMENT_MISSING, Severity.ERROR),
        ({"issued": "2026-11-21T10:00:00Z"}, Code.NOT_WRITTEN, Severity.WARNING),
        ({"kind": "blanket"}, Code.ELEMENT_CODE, Severity.WARNING),
    ],
)
def test_values_that_do_not_fit_are_found(members: dict[str, Any], code: Code, severity: Severity) -> None:
    findings = write(order(**members), orders()).findings
    assert (code, severity) in [(f.code, f.severity) for f in findings]


def test_a_price_with_more_decimals_is_rounded_and_found() -> None:
    lines = [{"number": "1", "item": {"name": "x"}, "quantity": {"value": 1}, "price": {"amount": "0.155"}}]
    written = write(order(lines=lines), orders())
    assert ";0,16;" in written.document.body
    assert [(f.code, f.position.segment) for f in written.findings] == [(Code.ELEMENT_TOO_LONG, 1)]


def test_numbers_of_astronomic_size_are_refused_not_written_out() -> None:
    lines = [{"number": "1", "item": {"name": "x"}, "quantity": {"value": "1E+999999"}}]
    written = write(order(lines=lines), orders())
    assert len(written.document.body) < 200
    assert [f.code for f in written.findings] == [Code.ELEMENT_TOO_LONG]


def test_characters_that_the_encoding_lacks_are_replaced_and_found() -> None:
    by = layout(orders_table() | {"encoding": "iso8859-1"})
    written = write(order(ship_to={"name": "Łódź"}), by)
    assert ";?ód?;" in written.document.body
    assert [f.code for f in written.findings] == [Code.CHARACTER_REPLACED]


def test_a_layout_without_quotes_replaces_delimiters() -> None:
    by = layout(orders_table() | {"quote": ""})
    written = write(order(ship_to={"name": "a;b\nc"}), by)
    assert ";a b c;" in written.document.body
    assert [f.code for f in written.findings] == [Code.CHARACTER_REPLACED]


def test_line_breaks_in_fixed_fields_are_blanks() -> None:
    advice = model_of("despatch_advice").model_validate(
        {"number": "1", "order": {"number": "2"}, "texts": [{"purpose": "delivery", "lines": ["a\r\nb"]}]}
    )
    written = write(advice, despatch())
    assert "DNa b " in written.document.body
    assert [f.code for f in written.findings] == [Code.CHARACTER_REPLACED]


def test_a_layout_writes_its_own_document_only() -> None:
    with pytest.raises(DefinitionMissing, match="wms-despatch"):
        write(order(), despatch())
    with pytest.raises(DefinitionMissing, match="other"):
        FlatFiles(orders()).write(order(), "purchase_order", "other", WritingTerms())


def test_an_envelope_that_does_not_fit_is_refused() -> None:
    (document,) = read(fixed(*DESPATCH_LINES), despatch()).documents
    assert document.canonical is not None
    written = write(document.canonical, despatch())
    with pytest.raises(NotWritable, match="15 characters"):
        sealed(written, by=despatch(), sender=Identity("ZZ", "A" * 20))
    assert sealed(written, by=despatch(), test=True).splitlines()[0].rstrip().endswith(b"T")


def test_a_file_that_is_one_document_holds_one() -> None:
    by = layout(
        {
            "name": "stock",
            "document": "inventory_report",
            "form": "delimited",
            "record": [
                {
                    "into": "lines",
                    "fields": [
                        {"column": 1, "to": "lines[].item.identifiers.seller"},
                        {"column": 4, "to": "number"},
                        {"column": 3, "to": "lines[].quantity.value"},
                    ],
                }
            ],
        }
    )
    outcome = read(b"A,x,5,R1\nB,,6,R1\n", by)
    (report,) = outcome.values
    assert [line["item"]["identifiers"]["seller"] for line in report["lines"]] == ["A", "B"]
    assert report["lines"][0]["extras"] == [{"path": "record1/2", "value": "x"}]
    document = outcome.documents[0].canonical
    assert document is not None
    written = write(document, by)
    assert (written.document.body, written.findings) == ("A,x,5,R1\nB,,6,R1\n", ())
    with pytest.raises(NotWritable, match="holds one document"):
        sealed(written, written, by=by)


def test_nothing_is_acknowledged() -> None:
    assert FlatFiles(orders()).acknowledge(None) == ()  # type: ignore[arg-type]


SCHEDULE = {
    "name": "schedules",
    "document": "purchase_order",
    "form": "delimited",
    "decimal_mark": ",",
    "thousands": ".",
    "empty": ["NULL"],
    "record": [
        {
            "name": "row",
            "begins": "document",
            "into": "lines[].schedule",
            "group_by": {"document": ["Order"], "lines": ["Line"]},
            "fields": [
                {"column": 1, "name": "Order", "to": "number"},
                {"column": 2, "name": "Line", "to": "lines[].number"},
                {"column": 3, "to": "lines[].item.identifiers.buyer"},
                {"column": 4, "to": "lines[].schedule[].requested", "format": "DDMMYY"},
                {"column": 5, "to": "lines[].schedule[].quantity.value"},
                {"column": 6, "to": "texts[purpose=note].lines[0]"},
                {"column": 7, "to": "texts[purpose=note].lines[1]"},
                {"to": "lines[].schedule[].quantity.unit", "constant": "EA"},
            ],
        }
    ],
}


def test_rows_may_repeat_several_levels() -> None:
    by = layout(SCHEDULE)
    data = b'1,1,A,211126,"1.000,5",,second\n1,1,A,221126,5,,second\n1,2,B,NULL,,,second\n2,1,A,,,,\n'
    outcome = read(data, by)
    assert outcome.findings == []
    first, second = outcome.values
    assert [len(line.get("schedule", [])) for line in first["lines"]] == [2, 0]
    assert first["lines"][0]["schedule"][0] == {
        "requested": date(2026, 11, 21),
        "quantity": {"value": Decimal("1000.5"), "unit": "EA"},
    }
    assert first["texts"] == [{"purpose": "note", "lines": ["second"]}]
    assert len(second["lines"]) == 1
    documents = [each.canonical for each in outcome.documents if each.canonical]
    written = [write(document, by) for document in documents]
    assert [each.findings for each in written] == [(), ()]
    assert [each.model_dump() for each in documents] == [
        each.canonical.model_dump() for each in read(sealed(*written, by=by), by).documents if each.canonical
    ]


@pytest.mark.parametrize("text", ["1.00", "1.0000", "1,2,3", "1e5", "٣", "--1", "+1-", "1_0", ""])
def test_numbers_are_read_strictly(text: str) -> None:
    outcome = read(f'1,1,A,211126,"{text}"\n'.encode(), layout(SCHEDULE))
    assert outcome.codes == (["element-not-numeric"] if text else [])


@pytest.mark.parametrize(
    ("text", "value"), [("5-", "-5"), ("-5", "-5"), ("+1.234.567,8", "1234567.8"), (",5", "0.5"), ("5,", "5")]
)
def test_numbers_of_partners_are_understood(text: str, value: str) -> None:
    (found,) = read(f'1,1,A,211126,"{text}"\n'.encode(), layout(SCHEDULE)).values
    assert found["lines"][0]["schedule"][0]["quantity"]["value"] == Decimal(value)


def test_items_of_one_list_go_to_the_record_that_suits_them() -> None:
    table = despatch_table()
    place = next(index for index, each in enumerate(table["record"]) if each["name"] == "package")
    for name, tag, charge in (("allowance", "AL", "false"), ("charge", "CH", "true")):
        amount = {"start": 3, "length": 9, "to": "allowances_charges[].amount.amount", "implied_decimals": 2, "name": "amount"}
        flag = {"to": "allowances_charges[].charge", "constant": charge, "true": "true", "false": "false"}
        when = {"start": 1, "length": 2, "value": tag}
        table["record"].insert(place, {"name": name, "into": "allowances_charges", "when": when, "fields": [amount, flag]})
    by = layout(table)
    data = {"number": "1", "order": {"number": "2"}}
    charges = [
        {"charge": flag, "amount": {"amount": amount}} for flag, amount in ((True, "1.00"), (False, "2.00"), (True, "3.00"))
    ]
    advice = model_of("despatch_advice").model_validate(data | {"allowances_charges": charges})
    written = write(advice, by)
    assert written.findings == ()
    assert [line[:11] for line in written.document.body.splitlines()[1:4]] == ["CH000000100", "AL000000200", "CH000000300"]
    (found,) = read(sealed(written, by=by), by).values
    assert [(each["charge"], each["amount"]["amount"]) for each in found["allowances_charges"]] == [
        (True, Decimal("1.00")),
        (False, Decimal("2.00")),
        (True, Decimal("3.00")),
    ]


def test_negative_numbers_keep_their_sign_before_the_zeros() -> None:
    advice = model_of("despatch_advice").model_validate(
        {"number": "1", "order": {"number": "2"}, "lines": [{"number": "1", "quantity": {"value": "-5.25"}}]}
    )
    body = write(advice, despatch()).document.body
    assert "-00000525EA" in body


def test_sealing_needs_no_documents_where_the_file_may_be_empty() -> None:
    outbound = OutboundInterchange(
        Families.FLAT, Identity("", ""), Identity("", ""), "", test=False, separators=Separators("", "", "")
    )
    prepared = datetime(2026, 11, 21, tzinfo=UTC)
    data = FlatFiles(orders()).seal(outbound, control_number=1, group_numbers=[], prepared=prepared)
    assert data.decode().startswith("OrderNo;Kind;")
