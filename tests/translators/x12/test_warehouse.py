"""940, 943, 944, 945 and 947: orders to a warehouse, stock on its way to it, and what it shipped, received and adjusted."""

from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import pytest

from tests.translators.x12.sets import corpus, judged, missing, read, read_set, segments, written
from translators.canonical import model_of
from translators.finding import Code

SSCC = "006141411234567890"


def quantity(value: int) -> dict[str, Any]:
    """So many cases."""
    return {"value": Decimal(value), "unit": "CS"}


PARTIES: dict[str, Any] = {
    "ordering_party": {"name": "NORDIC GOODS", "identifiers": {"seller": "NG1"}},
    "warehouse": {
        "name": "ACME WAREHOUSE",
        "identifiers": {"seller": "WH1"},
        "address": {"lines": ["1 DOCK ROAD"], "city": "JOLIET", "region": "IL", "postal_code": "60435", "country": "US"},
    },
}
TRANSPORT: dict[str, Any] = {
    "transport": [{"mode": "road", "carrier": {"identifiers": {"scac": "ABCD"}}, "text": "DIRECT"}],
    "delivery_terms": {"payment": "prepaid"},
}
LOT = {"number": "L1", "quantity": quantity(12), "expiry": date(2027, 1, 31)}
ORDER: dict[str, Any] = {
    **PARTIES,
    **TRANSPORT,
    "number": "WO-1",
    "purpose": "original",
    "order": {"number": "PO-1"},
    "requested_despatch": datetime(2026, 3, 2, 9, 30, tzinfo=UTC),
    "requested_delivery": date(2026, 3, 4),
    "ship_to": {"name": "BIGBOX DC 12", "identifiers": {"buyer": "0012"}},
    "references": [{"kind": "department", "number": "038"}],
    "texts": [{"purpose": "warehouse_instructions", "lines": ["SHIP ON CHEP PALLETS"]}],
    "contacts": [{"function": "shipping", "name": "ANNA", "telephone": "555-0100"}],
    "lines": [
        {
            "number": "1",
            "item": {"identifiers": {"seller": "A-1", "upc_case": "036000291452"}, "name": "WIDGET"},
            "quantity": quantity(12),
            "lots": [LOT],
        },
        {"number": "2000", "item": {"identifiers": {"seller": "A-2"}}, "quantity": quantity(3), "order": {"number": "PO-1"}},
    ],
    "totals": {"quantity": Decimal(15), "measures": {"weight": {"value": Decimal(500), "unit": "LBR"}}},
}
SHIPMENT: dict[str, Any] = {
    **PARTIES,
    **TRANSPORT,
    "kind": "full",
    "number": "SHP-1",
    "issued": date(2026, 3, 2),
    "warehouse_order": {"number": "WO-1"},
    "order": {"number": "PO-1"},
    "despatched": date(2026, 3, 2),
    "shipment": {"bill_of_lading": "BOL-1", "tracking": ["1Z9"], "equipment": [{"kind": "TL", "number": "MSKU1234567"}]},
    "packages": [
        {
            "identifiers": {"sscc": SSCC},
            "contents": [{"line": "1", "quantity": quantity(10), "lots": [{"number": "L1", "quantity": quantity(10)}]}],
        }
    ],
    "lines": [
        {
            "number": "1",
            "item": {"identifiers": {"seller": "A-1"}},
            "quantity": quantity(10),
            "ordered": quantity(12),
            "outstanding": quantity(2),
            "status": "backordered",
        },
        {"number": "2", "item": {"identifiers": {"seller": "A-2"}}, "quantity": quantity(3), "status": "complete"},
    ],
    "totals": {"quantity": Decimal(13)},
}
TRANSFER: dict[str, Any] = {
    **PARTIES,
    **TRANSPORT,
    "kind": "full",
    "number": "TR-1",
    "issued": date(2026, 3, 2),
    "transfer_order": {"number": "DO-1"},
    "despatched": date(2026, 3, 2),
    "lines": [
        {
            "number": "1",
            "item": {"identifiers": {"seller": "A-1"}},
            "quantity": quantity(12),
            "lots": [{"number": "L1", "quantity": quantity(12)}],
        }
    ],
    "totals": {"quantity": Decimal(12)},
}
RECEIPT: dict[str, Any] = {
    **PARTIES,
    "kind": "full",
    "number": "R-1",
    "received": date(2026, 3, 3),
    "stock_transfer": {"number": "TR-1"},
    "order": {"number": "PO-9"},
    "transport": TRANSPORT["transport"],
    "lines": [
        {
            "number": "1",
            "item": {"identifiers": {"seller": "A-1"}},
            "quantity": quantity(12),
            "lots": [{"number": "L1", "quantity": quantity(12)}],
            "conditions": [{"status": "damaged", "quantity": quantity(2), "lots": [{"number": "L1"}]}],
        }
    ],
    "totals": {"quantity": Decimal(12)},
}
ADJUSTMENT: dict[str, Any] = {
    **PARTIES,
    "number": "AD-1",
    "adjusted": date(2026, 3, 5),
    "lines": [
        {
            "number": "1",
            "reason": "damaged",
            "item": {"identifiers": {"seller": "A-1"}},
            "quantity": quantity(-3),
            "lots": [{"number": "L1", "quantity": quantity(-3)}],
        },
        {"number": "2", "reason": "found", "item": {"identifiers": {"seller": "A-2"}}, "quantity": quantity(1)},
    ],
}
FULL = {
    "940": ("warehouse_order", ORDER),
    "945": ("warehouse_shipment", SHIPMENT),
    "943": ("stock_transfer", TRANSFER),
    "944": ("warehouse_receipt", RECEIPT),
    "947": ("inventory_adjustment", ADJUSTMENT),
}
GROUPS = {"940": "OW", "945": "SW", "943": "AR", "944": "RE", "947": "AW"}


@pytest.mark.parametrize("version", ["004010", "005010"])
@pytest.mark.parametrize("kind", FULL)
def test_a_full_document_is_valid_and_comes_back_the_same(kind: str, version: str) -> None:
    name, value = FULL[kind]
    assert judged(model_of(name).model_validate(value), kind, version) == ()


def rows_of(kind: str, version: str = "004010") -> list[str]:
    """The segments of a full document."""
    name, value = FULL[kind]
    return written(model_of(name).model_validate(value), kind, version)


def test_an_order_says_a_number_where_the_block_does_not() -> None:
    rows = rows_of("940")
    assert "W01*12*CA*036000291452*VN*A-1********L1" in rows
    assert [row for row in rows if row[:5] in ("LX*1", "LX*2", "N9*LI")] == ["LX*1", "LX*2", "N9*LI*2000"]


def test_a_package_is_a_block_with_marks_and_a_back_order_is_said() -> None:
    rows = rows_of("945")
    start = rows.index("LX*1")
    assert rows[start : start + 3] == ["LX*1", f"MAN*GM*00{SSCC}", "W12*BO*12*10*2*CA**VN*A-1*L1"]


def test_an_adjustment_is_signed() -> None:
    rows = rows_of("947")
    assert [row for row in rows if row.startswith("W19")] == ["W19*AU*-3*CA**VN*A-1***L1", "W19*51*1*CA**VN*A-2"]


def test_what_was_damaged_is_a_condition() -> None:
    assert "W13*2*CA*01*L1" in rows_of("944")


def test_a_receipt_has_blocks_in_005010_and_none_before() -> None:
    assert not [row for row in rows_of("944") if row.startswith("LX")]
    assert "LX*1" in rows_of("944", "005010")


@pytest.mark.parametrize("kind", ["940", "943", "944", "945"])
def test_a_total_that_the_lines_do_not_come_to_is_found(kind: str) -> None:
    tag = {"940": "W76", "944": "W14"}.get(kind, "W03")
    rows = [f"{tag}*99" if row.startswith(f"{tag}*") else row for row in rows_of(kind)]
    document = read_set(*rows, kind=kind, group=GROUPS[kind])
    found = [one for one in document.findings if one.code is Code.CONTROL_TOTAL]
    assert [(one.position.segment, one.actual) for one in found] == [(len(rows) + 1, "99")]


def test_a_block_in_a_line_stands_between_ls_and_le() -> None:
    rows = (
        "W05*N*WO-1",
        "N1*WH*ACME",
        "LX*1",
        "W01*1*CA**VN*A",
        "LS*0100",
        "LX*1",
        "N9*BO*7",
        "LE*0100",
        "LX*2",
        "W01*2*CA**VN*B",
    )
    document = read_set(*rows, kind="940", group="OW")
    assert document.canonical is not None
    assert [line.number for line in document.canonical.lines] == ["1", "2"]  # type: ignore[attr-defined]


CORPUS: dict[str, tuple[str, str, list[tuple[str, int]], str]] = {
    "940__inteligenz-x12parser__simplot.txt": ("940", "01235639", [("1000", 972), ("2000", 189)], "\n"),
    "940__olmelabs-ediengine__940.OK.edi": ("940", "538686", [("1", 12), ("2", 32), ("3", 12)], "\n"),
    "940__olmelabs-ediengine__ControlNumbersMismatch.edi": ("940", "538686", [("1", 12)], "\n"),
    "940__olmelabs-ediengine__MultipleInterchangesAndGroups.edi": ("940", "538686", [("1", 12)], "\n"),
    "944__mvogttech-node-x12-edi__944.edi": ("944", "4280", [(str(n), 120) for n in range(1, 6)], "\n"),
}


@pytest.mark.parametrize("name", CORPUS)
def test_files_of_the_corpus(name: str) -> None:
    kind, number, lines, terminator = CORPUS[name]
    document = read(corpus(name))[0]
    found: Any = document.canonical
    assert found is not None, document.findings
    assert (found.number, [(line.number, line.quantity.value) for line in found.lines]) == (number, lines)
    again: Any = read_set(*written(found, kind), kind=kind, group=GROUPS[kind]).canonical
    assert again == found
    if name.startswith("940__inteligenz"):
        assert missing(segments(corpus(name), terminator=terminator), written(found, kind)) == []


def test_the_transfer_of_the_corpus() -> None:
    found: Any = read(corpus("943__kputnam-stupidedi__pass-1.edi"))[0].canonical
    assert (found.transfer_order.number, found.despatched, found.lines[0].number) == ("DO12345", date(2026, 7, 14), "REF456")


def test_the_shipment_of_the_corpus_under_the_version_it_means() -> None:
    data = corpus("945__inteligenz-x12parser__inter-americanproducts.txt").replace(b"*X*21~", b"*X*005010~")
    document = read(data)[0]
    found: Any = document.canonical
    if found is None:  # GS08 of the file is none that we know
        assert Code.DOCUMENT_VERSION_UNSUPPORTED in {one.code for one in document.findings}
        return
    assert [line.quantity.value for line in found.lines] == [120, 400, 400]
