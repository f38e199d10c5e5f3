"""860 as canonical purchase order changes, and back."""

from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from tests.translators.x12.sets import corpus, judged, missing, read, read_set, segments, written
from translators import registry
from translators.canonical.purchase_order_change import PurchaseOrderChange
from translators.contract import Document, Family
from translators.finding import Code
from translators.x12.sets import codes

EACH = {"unit": "EA"}
CHANGE: dict[str, Any] = {
    "number": "PO-4711",
    "purpose": "change",
    "kind": "stand_alone",
    "sequence": "2",
    "ordered": date(2026, 3, 2),
    "issued": date(2026, 3, 5),
    "currency": "USD",
    "latest_delivery": date(2026, 3, 30),
    "references": [
        {"kind": "contract", "number": "C-9"},
        {"kind": "seller_order", "number": "S7"},
        {"kind": "division", "number": "4"},
    ],
    "contacts": [{"function": "purchasing", "name": "J SMITH", "telephone": "3125550100"}],
    "buyer": {"name": "BIGBOX STORES", "identifiers": {"duns": "123456789"}},
    "ship_to": {"name": "BIGBOX DC 12", "identifiers": {"buyer": "0012"}},
    "texts": [{"purpose": "general", "lines": ["SHORTENED"]}],
    "lines": [
        {
            "number": "1",
            "action": "quantity",
            "quantity": {"value": Decimal(60), **EACH},
            "left_to_receive": {"value": Decimal(40), **EACH},
            "price": {"amount": Decimal("9.25"), "currency": "USD"},
            "item": {"identifiers": {"upc": "036000291452", "buyer": "700001"}, "name": "WIDGET"},
            "schedule": [{"quantity": {"value": Decimal(60), **EACH}, "requested": date(2026, 3, 20)}],
        },
        {"number": "2", "action": "delete", "item": {"identifiers": {"seller": "W-9"}}},
        {
            "number": "3",
            "action": "add",
            "quantity": {"value": Decimal(5), "unit": "CS"},
            "price": {"amount": Decimal(4), "currency": "USD"},
            "item": {"identifiers": {"seller": "W-10"}},
        },
    ],
    "totals": {"line_count": 3, "quantity": Decimal(65)},
}


def change(*rows: str) -> tuple[Document, PurchaseOrderChange]:
    found = read_set(*rows, kind="860", group="PC")
    assert isinstance(found.canonical, PurchaseOrderChange), found.findings
    return found, found.canonical


@pytest.mark.parametrize("version", ["004010", "005010"])
def test_what_we_write_passes_our_own_validation_and_is_read_back(version: str) -> None:
    found = judged(PurchaseOrderChange.model_validate(CHANGE), "860", version)
    assert [one.code for one in found if one.code is not Code.VERSION_NEAREST] == []


def test_a_change_is_written_in_the_order_of_the_standard() -> None:
    rows = written(PurchaseOrderChange.model_validate(CHANGE), "860")
    assert rows[:4] == [
        "BCH*04*SA*PO-4711**2*20260302**C-9*S7**20260305",
        "CUR*BY*USD",
        "REF*19*4",
        "PER*BD*J SMITH*TE*3125550100",
    ]
    assert rows[-6:] == [
        "POC*1*QI*60*40*EA*9.25**BP*700001*UP*036000291452",
        "PID*F****WIDGET",
        "SCH*60*EA***002*20260320",
        "POC*2*DI******VN*W-9",
        "POC*3*AI*5*5*CA*4**VN*W-10",
        "CTT*3*65",
    ]


def test_a_cancellation_is_the_same_document_with_its_purpose() -> None:
    _, found = change("BCH*01*SA*PO1***20260302*****20260305")
    assert (found.purpose, found.number, found.ordered, found.issued) == ("cancel", "PO1", date(2026, 3, 2), date(2026, 3, 5))
    assert found.lines == []
    assert written(found, "860") == ["BCH*01*SA*PO1***20260302*****20260305"]


def test_a_cancellation_passes_our_own_validation() -> None:
    document = {
        "number": "PO1",
        "purpose": "cancel",
        "kind": "stand_alone",
        "ordered": date(2026, 3, 2),
        "issued": date(2026, 3, 5),
        "lines": [],
    }
    assert judged(PurchaseOrderChange.model_validate(document), "860", "004010") == ()


@pytest.mark.parametrize(("code", "action"), [*codes.CHANGES.items(), ("TI", "other")])
def test_each_action(code: str, action: str) -> None:
    _, found = change("BCH*04*SA*PO1***20260302", f"POC*1*{code}*10*4*EA*2**VN*A")
    assert found.lines[0].action == action
    assert written(found, "860")[-1] == f"POC*1*{code}*10*4*EA*2**VN*A"


@pytest.mark.parametrize(("before", "after", "code"), [(10, 6, "QD"), (6, 10, "QI")])
def test_a_change_of_quantity_says_its_direction(before: int, after: int, code: str) -> None:
    lines = [
        {
            "action": "quantity",
            "quantity": {"value": after, **EACH},
            "before": {"quantity": {"value": before, **EACH}},
            "item": {},
        }
    ]
    document = PurchaseOrderChange.model_validate({"number": "P", "ordered": date(2026, 3, 2), "lines": lines})
    found = registry.write(Family.X12, document, "860", "004010")
    assert f"POC**{code}*{after}*{after}*EA" in found.document.body
    assert {one.code for one in found.findings} == {Code.NOT_WRITTEN}, "what it was before has no place"


def test_what_is_left_to_receive_is_said_when_it_is_not_all() -> None:
    _, found = change("BCH*04*SA*PO1***20260302", "POC*1*CA*10*4*EA", "POC*2*CA*10*10*EA")
    assert [line.left_to_receive.value if line.left_to_receive else None for line in found.lines] == [4, None]
    assert written(found, "860")[-2:] == ["POC*1*CA*10*4*EA", "POC*2*CA*10*10*EA"]


@pytest.mark.parametrize(("code", "kind"), [*codes.CHANGE_KINDS.items(), ("LS", "other")])
def test_each_kind_of_order(code: str, kind: str) -> None:
    _, found = change(f"BCH*04*{code}*PO1***20260302")
    assert found.kind == kind
    assert written(found, "860") == [f"BCH*04*{code}*PO1***20260302"]


def test_changes_of_one_order_are_told_apart() -> None:
    found = [change(f"BCH*04*SA*PO1**{number}*20260302")[1].identity for number in (1, 2)]
    assert len(set(found)) == 2


def test_the_changes_of_the_corpus() -> None:
    name = "860__hellooops-vscode-edi-support__multiple_transactions.x12"
    data = corpus(name)
    found = [one.canonical for one in read(data)]
    assert all(isinstance(one, PurchaseOrderChange) for one in found)
    assert [(one.number, one.ordered, one.issued) for one in found] == [  # type: ignore[union-attr]
        ("PO001", date(2023, 10, 25), date(2023, 11, 14)),
        ("PO002", date(2023, 10, 25), date(2023, 11, 14)),
    ]
    assert found[0] is not None
    assert missing(segments(data), written(found[0], "860")) == []


def test_lines_that_are_taken_out_of_an_order() -> None:
    (document,) = read(corpus("860__inteligenz-x12parser___860-Example1.txt"))
    assert isinstance(document.canonical, PurchaseOrderChange)
    assert [(line.number, line.action, line.item.identifiers["buyer"]) for line in document.canonical.lines] == [
        ("1", "delete", "59123"),
        ("2", "delete", "86111"),
    ]
