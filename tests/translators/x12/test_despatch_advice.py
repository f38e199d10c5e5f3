"""856 as canonical despatch advice, and back: both nestings, every structure that partners use, lots, totals, levels."""

from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import pytest

from tests.translators.x12.sets import corpus, judged, missing, read, read_set, segments, written
from translators import registry
from translators.canonical import model_of
from translators.canonical.despatch_advice import DespatchAdvice
from translators.contract import Document, Family
from translators.finding import Code

EA = {"unit": "EA"}
SSCCS = ("006141411234567890", "006141411234567906", "006141411234567913")


def advice(document: Document) -> DespatchAdvice:
    """The despatch advice that was read."""
    assert isinstance(document.canonical, DespatchAdvice), document.findings
    return document.canonical


def quantity(value: int) -> dict[str, Any]:
    """So many each."""
    return {"value": Decimal(value), **EA}


def order(number: str, line: str = "") -> dict[str, str]:
    """An order, or a line of it."""
    return {"number": number, **({"line": line} if line else {})}


def model(value: dict[str, Any]) -> DespatchAdvice:
    """A canonical despatch advice."""
    found = model_of("despatch_advice").model_validate(value)
    assert isinstance(found, DespatchAdvice)
    return found


HEAD: dict[str, Any] = {
    "number": "SHP-2026-1",
    "purpose": "original",
    "issued": datetime(2026, 3, 2, 8, 15, tzinfo=UTC),
    "despatched": datetime(2026, 3, 2, 7, 30, tzinfo=UTC),
    "expected_delivery": date(2026, 3, 4),
    "shipment": {
        "bill_of_lading": "BOL-1",
        "load": "L-77",
        "tracking": ["1Z999", "1Z998"],
        "packages": Decimal(3),
        "package_kind": "CTN25",
        "measures": {"gross_weight": {"value": Decimal("61.5"), "unit": "LBR"}},
        "equipment": [{"kind": "trailer", "number": "MSKU1234567", "seals": ["S1"]}],
    },
    "transport": [{"carrier": {"identifiers": {"scac": "UPSN"}}, "mode": "road", "text": "GROUND"}],
    "delivery_terms": {"payment": "prepaid"},
    "ship_from": {"name": "NORDIC DC", "identifiers": {"duns": "123456789"}},
    "ship_to": {
        "name": "BIGBOX DC 12",
        "identifiers": {"buyer": "0012"},
        "address": {"lines": ["1200 LOGISTICS WAY"], "city": "JOLIET", "region": "IL", "postal_code": "60435", "country": "US"},
    },
}
LINES: list[dict[str, Any]] = [
    {
        "number": "1",
        "item": {"identifiers": {"upc": "036000291452", "buyer": "B-1"}, "name": "WIDGET"},
        "quantity": quantity(10),
        "ordered": quantity(12),
        "status": "partial",
        "order": order("PO-1", "1"),
    },
    {"number": "2", "item": {"identifiers": {"seller": "V-2"}}, "quantity": quantity(5), "order": order("PO-1", "2")},
    {"number": "3", "item": {"identifiers": {"seller": "V-3"}}, "quantity": quantity(7), "order": order("PO-2", "1")},
]
PACKED_BY_ORDER: dict[str, Any] = {
    **HEAD,
    "orders": [{"order": order("PO-1"), "references": [{"kind": "department", "number": "038"}]}, {"order": order("PO-2")}],
    "packages": [
        {
            "kind": "PLT94",
            "identifiers": {"sscc": SSCCS[0]},
            "packages": [
                {
                    "identifiers": {"sscc": SSCCS[1], "tracking": "1Z999"},
                    "kind": "CTN25",
                    "measures": {"gross_weight": {"value": Decimal(20), "unit": "LBR"}},
                    "contents": [
                        {
                            "line": "1",
                            "quantity": quantity(10),
                            "lots": [
                                {"number": "L1", "quantity": quantity(4), "expiry": date(2027, 1, 31)},
                                {"number": "L2", "quantity": quantity(6), "serials": ["SN1", "SN2"]},
                            ],
                        },
                        {"line": "2", "quantity": quantity(3)},
                    ],
                },
                {"identifiers": {"sscc": SSCCS[2]}, "contents": [{"line": "2", "quantity": quantity(2)}]},
            ],
        }
    ],
    "lines": LINES,
}
PACKED_ACROSS_ORDERS: dict[str, Any] = {
    **HEAD,
    "orders": [{"order": order("PO-1")}, {"order": order("PO-2")}],
    "packages": [
        {
            "identifiers": {"sscc": SSCCS[0]},
            "contents": [{"line": "1", "quantity": quantity(10)}, {"line": "3", "quantity": quantity(7)}],
        },
        {"identifiers": {"sscc": SSCCS[1]}, "contents": [{"line": "2", "quantity": quantity(5)}]},
    ],
    "lines": [LINES[0], LINES[2], LINES[1]],
}


def levels(rows: list[str]) -> str:
    """The codes of the levels, in order."""
    return "".join(row.split("*")[3] for row in rows if row.startswith("HL*"))


@pytest.mark.parametrize("version", ["004010", "005010"])
@pytest.mark.parametrize("value", [PACKED_BY_ORDER, PACKED_ACROSS_ORDERS], ids=["by-order", "across-orders"])
def test_a_full_advice_is_valid_and_comes_back_the_same(value: dict[str, Any], version: str) -> None:
    assert judged(model(value), "856", version) == ()


def test_orders_hold_packages_that_are_of_one_order() -> None:
    rows = written(model(PACKED_BY_ORDER), "856")
    assert levels(rows) == "SOTPIIIPIOI"
    assert rows[0] == "BSN*00*SHP-2026-1*20260302*0815*0001"
    assert rows[-1] == "CTT*11"


def test_packages_of_several_orders_hold_the_orders() -> None:
    rows = written(model(PACKED_ACROSS_ORDERS), "856")
    assert levels(rows) == "SPOIOIPOI"
    assert rows[0].endswith("*0003")


def test_an_advice_without_packages_is_orders_and_items() -> None:
    rows = written(model({**HEAD, "order": order("PO-1"), "lines": LINES[:2]}), "856")
    assert levels(rows) == "SOII"
    assert rows[0].endswith("*0004")


def test_levels_are_numbered_and_name_their_parents() -> None:
    rows = [row for row in written(model(PACKED_BY_ORDER), "856") if row.startswith("HL*")]
    assert rows[:5] == ["HL*1**S*1", "HL*2*1*O*1", "HL*3*2*T*1", "HL*4*3*P*1", "HL*5*4*I*0"]
    assert rows[-2:] == ["HL*10*1*O*1", "HL*11*10*I*0"]


def test_an_sscc_is_written_with_its_application_identifier() -> None:
    assert f"MAN*GM*00{SSCCS[0]}" in written(model(PACKED_BY_ORDER), "856")


def test_a_line_number_that_is_not_the_order_line_stands_beside_the_quantity() -> None:
    rows = written(model({**HEAD, "order": order("PO-1"), "lines": [{**LINES[0], "number": "77"}]}), "856")
    assert [row for row in rows if row[:4] in ("LIN*", "SN1*")] == ["LIN*1*BP*B-1*UP*036000291452", "SN1*77*10*EA**12*EA**BP"]


def hl(*rows: str) -> Document:
    """A ship notice of these segments behind BSN."""
    return read_set("BSN*00*S1*20260302*0815", *rows, kind="856", group="SH")


@pytest.mark.parametrize(
    "rows",
    [
        (
            "HL*1**S",
            "HL*2*1*O",
            "PRF*P1",
            "HL*3*2*T",
            "MAN*GM*00006141411234567890",
            "HL*4*3*P",
            "HL*5*4*I",
            "LIN*1*VN*A",
            "SN1**5*EA",
        ),
        ("HL*1**S", "HL*2*1*O", "PRF*P1", "HL*3*2*P", "MAN*GM*00006141411234567890", "HL*4*3*I", "LIN*1*VN*A", "SN1**5*EA"),
        ("HL*1**S", "HL*2*1*O", "PRF*P1", "HL*3*2*T", "MAN*GM*00006141411234567890", "HL*4*3*I", "LIN*1*VN*A", "SN1**5*EA"),
        ("HL*1**S", "HL*2*1*P", "MAN*GM*00006141411234567890", "HL*3*2*O", "PRF*P1", "HL*4*3*I", "LIN*1*VN*A", "SN1**5*EA"),
        ("HL*1**S", "HL*2*1*T", "MAN*GM*00006141411234567890", "HL*3*2*O", "PRF*P1", "HL*4*3*I", "LIN*1*VN*A", "SN1**5*EA"),
        ("HL*1**S", "HL*2*1*O", "PRF*P1", "HL*3*2*I", "LIN*1*VN*A", "SN1**5*EA", "MAN*GM*00006141411234567890"),
        ("HL*1**S", "HL*2*1*P", "MAN*GM*00006141411234567890", "HL*3*2*I", "LIN*1*VN*A", "SN1**5*EA", "PRF*P1"),
    ],
    ids=["SOTPI", "SOPI", "SOTI", "SPOI", "STOI", "SOI-marked", "SPI"],
)
def test_every_structure_says_the_same(rows: tuple[str, ...]) -> None:
    found = advice(hl(*rows))
    assert found.order is not None
    assert found.order.number == "P1"
    (line,) = found.lines
    assert (line.quantity.value, line.order.number, line.order.line) == (5, "P1", "1")  # type: ignore[union-attr]
    package = found.packages[0]
    assert package.identifiers == {"sscc": SSCCS[0]}
    inside = package.contents or package.packages[0].contents
    assert [(one.line, one.quantity.value) for one in inside] == [("1", 5)]  # type: ignore[union-attr]
    again = advice(hl(*written(found, "856")[1:]))
    assert (again.lines, again.packages, again.order) == (found.lines, found.packages, found.order)


def test_parts_of_a_line_in_several_packages_are_one_line() -> None:
    item = ("LIN*1*VN*A", "SN1**{}*EA")
    rows = ["HL*1**S", "HL*2*1*O", "PRF*P1", "HL*3*2*P", "HL*4*3*I", item[0], item[1].format(4)]
    rows += ["HL*5*2*P", "HL*6*5*I", item[0], item[1].format(6)]
    found = advice(hl(*rows))
    assert [(line.number, line.quantity.value) for line in found.lines] == [("1", 10)]  # type: ignore[union-attr]
    assert [package.contents[0].quantity.value for package in found.packages] == [4, 6]  # type: ignore[union-attr]


def test_lines_of_several_orders_with_one_number_are_told_apart() -> None:
    rows = (
        "HL*1**S",
        "HL*2*1*O",
        "PRF*P1",
        "HL*3*2*I",
        "LIN*1*VN*A",
        "SN1**5*EA",
        "HL*4*1*O",
        "PRF*P2",
        "HL*5*4*I",
        "LIN*1*VN*A",
        "SN1**6*EA",
    )
    found = advice(hl(*rows))
    assert [(line.number, line.order.number, line.order.line) for line in found.lines] == [("1", "P1", "1"), ("2", "P2", "1")]  # type: ignore[union-attr]


def test_one_order_for_several_stores_keeps_its_lines_apart() -> None:
    rows = ("HL*1**S", "HL*2*1*O", "PRF*P1", "N1*BY**92*002", "HL*3*2*I", "LIN**VN*A", "SN1**5*EA",
            "HL*4*1*O", "PRF*P1", "N1*BY**92*003", "HL*5*4*I", "LIN**VN*A", "SN1**6*EA")  # fmt: skip
    found = advice(hl(*rows))
    assert [(one.lines, one.buyer.identifiers) for one in found.orders] == [(["1"], {"buyer": "002"}), (["2"], {"buyer": "003"})]  # type: ignore[union-attr]
    again = advice(hl(*written(found, "856")[1:]))
    assert (again.lines, again.orders) == (found.lines, found.orders)


def test_lots_have_their_dates_and_serial_numbers() -> None:
    rows = (
        "HL*1**S",
        "HL*2*1*I",
        "LIN*1*VN*A*LT*L9",
        "SN1**2*EA",
        "REF*SE*S1",
        "REF*SE*S2",
        "DTM*208*20270131",
        "DTM*094*20260101",
    )
    (line,) = advice(hl(*rows)).lines
    (lot,) = line.lots
    assert (lot.number, lot.expiry, lot.made, lot.serials) == ("L9", date(2027, 1, 31), date(2026, 1, 1), ["S1", "S2"])


def test_sub_lines_and_items_in_items_are_components() -> None:
    rows = (
        "HL*1**S",
        "HL*2*1*I",
        "LIN*1*VN*KIT",
        "SN1**1*EA",
        "SLN*A**I*2*EA****VN*PART",
        "HL*3*2*I",
        "LIN*B*VN*OTHER",
        "SN1**3*EA",
    )
    found = advice(hl(*rows))
    assert [(line.number, line.part_of) for line in found.lines] == [("1", None), ("A", "1"), ("B", "1")]
    assert advice(hl(*written(found, "856")[1:])).lines == found.lines


def test_customer_loads_are_packaging() -> None:
    rows = ("HL*1**S", "HL*2*1*I", "LIN*1*VN*A", "SN1**100*EA", "CLD*2*50*PLT71", "REF*LS*S123")
    (packaging,) = advice(hl(*rows)).lines[0].packaging
    assert (packaging.packages, packaging.per_package.value, packaging.identifiers) == (2, 50, {"serial": "S123"})  # type: ignore[union-attr]


@pytest.mark.parametrize(
    ("rows", "code", "segment", "element"),
    [
        (("HL*1**S", "HL*2*9*O", "PRF*P1"), Code.HIERARCHY, 4, 2),
        (("HL*1**S", "HL*3*1*O", "PRF*P1", "HL*3*1*O", "PRF*P2"), Code.HIERARCHY, 6, 1),
        (("HL*1**S", "HL*2*1*P", "MAN*GM*00006141411234567891"), Code.IDENTIFIER_CHECK_DIGIT, 5, 2),
        (("HL*1**S", "HL*2*1*I", "LIN*1*VN*A", "SN1**5*EA", "CTT*5"), Code.CONTROL_TOTAL, 7, 1),
        (("HL*1**S", "HL*2*1*I", "LIN*1*VN*A", "SN1**5*EA", "CTT*2*6"), Code.CONTROL_TOTAL, 7, 2),
    ],
    ids=["parent-missing", "not-ascending", "sscc", "count", "hash-total"],
)
def test_what_does_not_fit_is_found_and_still_read(rows: tuple[str, ...], code: Code, segment: int, element: int) -> None:
    document = hl(*rows)
    found = [one for one in document.findings if one.code is code]
    assert [(one.position.segment, one.position.element) for one in found] == [(segment, element)]
    assert document.canonical is not None


def test_a_level_whose_parent_is_missing_hangs_on_the_shipment() -> None:
    found = advice(hl("HL*1**S", "HL*2*9*O", "PRF*P1", "HL*3*2*I", "LIN*1*VN*A", "SN1**5*EA"))
    assert found.lines[0].order is not None
    assert found.lines[0].order.number == "P1"


def test_more_in_packages_than_was_sent_cannot_be_said() -> None:
    wrong = {**HEAD, "packages": [{"contents": [{"line": "2", "quantity": quantity(9)}]}], "lines": [LINES[1]]}
    found = registry.write(Family.X12, model(wrong), "856", "004010").findings
    assert [(one.code, one.actual) for one in found] == [(Code.NOT_WRITTEN, "lines[].quantity")]


CORPUS: dict[str, tuple[str, list[str], int, int]] = {
    "856__bots-edi-bots-plugins__856_1.x12": ("15918861602", ["ordernumber"], 3, 58),
    "856__eskrano-php-edi-coedition__856-sample.edi": ("002869975", ["1572098"], 1, 1),
    "856__inteligenz-x12parser__FromGregarican.txt": ("521649209219", ["SO/VINCE1"], 1, 1),
    "856__olmelabs-ediengine__856.Crossdock.OK.edi": ("000009", ["POREF00", "POREF01"], 5, 5),
    "856__silvenga-vscode-edi-x12-support__old.edi": ("177164933", ["6218"], 1, 1),
    "856__walmartlabs-gozer__asn856.txt": ("829716", ["99999817"], 0, 2),
}


@pytest.mark.parametrize("name", CORPUS)
def test_files_of_the_corpus(name: str) -> None:
    number, orders, packages, lines = CORPUS[name]
    found = advice(read(corpus(name))[0])
    assert found.number == number
    named = [one.order.number for one in found.orders] or [found.order.number]  # type: ignore[union-attr]
    assert (named, len(found.packages)) == (orders, packages)
    assert len(found.lines) == lines
    again = advice(hl(*written(found, "856")[1:]))
    assert (again.lines, again.packages, again.orders, again.shipment) == (
        found.lines,
        found.packages,
        found.orders,
        found.shipment,
    )


def test_what_a_file_said_is_written_again() -> None:
    data = corpus("856__olmelabs-ediengine__856.Crossdock.OK.edi")
    rows = written(advice(read(data)[0]), "856")
    lost = missing(segments(data, terminator="\n"), [row.removesuffix("*1").removesuffix("*0") for row in rows] + rows)
    assert [row for row in lost if not row.startswith(("HL*", "SN1*", "BSN*"))] == []
