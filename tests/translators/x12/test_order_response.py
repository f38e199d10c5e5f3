"""855 and 865 as canonical order responses, and back."""

from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import pytest

from tests.translators.x12.sets import corpus, judged, missing, read, read_set, segments, written
from translators import registry
from translators.canonical.order_response import OrderResponse
from translators.contract import Document, Family
from translators.finding import Code
from translators.x12.sets import codes

EACH = {"unit": "EA"}
RESPONSE: dict[str, Any] = {
    "purpose": "original",
    "status": "with_changes",
    "order": {"number": "PO-4711", "issued": date(2026, 3, 2), "release": "7"},
    "seller_order": "S00042",
    "issued": date(2026, 3, 3),
    "currency": "USD",
    "despatch": date(2026, 3, 9),
    "delivery": datetime(2026, 3, 12, 15, 30, tzinfo=UTC),
    "requested_delivery": date(2026, 3, 10),
    "references": [{"kind": "contract", "number": "C-9"}, {"kind": "department", "number": "038"}],
    "contacts": [{"function": "sales", "name": "ANN LEE", "telephone": "3125550100", "email": "ann@nordic.example"}],
    "payment_terms": [{"kind": "basic", "basis": "invoice", "discount_percent": Decimal(2), "discount_days": 10, "days": 30}],
    "delivery_terms": {"payment": "prepaid", "incoterm": "DDP", "place": "JOLIET", "text": "DOCK 4"},
    "transport": [{"stage": "O", "carrier": {"identifiers": {"scac": "UPSN"}}, "mode": "road", "text": "GROUND"}],
    "buyer": {"name": "BIGBOX STORES", "identifiers": {"duns": "123456789"}},
    "seller": {"name": "NORDIC DC", "identifiers": {"gln": "4006381333931"}},
    "ship_to": {
        "name": "BIGBOX DC 12",
        "identifiers": {"buyer": "0012"},
        "address": {"lines": ["1200 LOGISTICS WAY"], "city": "JOLIET", "region": "IL", "postal_code": "60435", "country": "US"},
    },
    "allowances_charges": [{"charge": True, "code": "D240", "amount": {"amount": Decimal("12.50"), "currency": "USD"}}],
    "texts": [{"purpose": "general", "lines": ["CALL BEFORE DELIVERY"]}],
    "lines": [
        {
            "number": "1",
            "quantity": {"value": Decimal(100), **EACH},
            "price": {"amount": Decimal("9.25"), "currency": "USD"},
            "item": {
                "identifiers": {"upc": "036000291452", "seller": "W-1", "buyer": "700001"},
                "name": "WIDGET",
                "original_codes": {"buyer": "IN"},
            },
            "responses": [
                {"status": "accepted", "quantity": {"value": Decimal(60), **EACH}, "despatch": date(2026, 3, 9)},
                {
                    "status": "back_ordered",
                    "quantity": {"value": Decimal(30), **EACH},
                    "despatch": date(2026, 3, 20),
                    "delivery": date(2026, 3, 24),
                },
                {
                    "status": "substituted",
                    "quantity": {"value": Decimal(10), **EACH},
                    "item": {"identifiers": {"upc": "012345678905", "seller": "W-2"}},
                    "reason": "OOS",
                },
            ],
        },
        {
            "number": "2",
            "quantity": {"value": Decimal(5), **EACH},
            "item": {"identifiers": {"seller": "W-9"}},
            "responses": [{"status": "rejected", "original_codes": {"status": "R2"}}],
        },
    ],
    "totals": {"line_count": 2, "quantity": Decimal(105), "payable": {"amount": Decimal("937.50"), "currency": "USD"}},
}
CHANGE: dict[str, Any] = {
    **{key: value for key, value in RESPONSE.items() if key not in ("lines", "status")},
    "status": "accepted",
    "purpose": "confirmation",
    "order_change": {"number": "PO-4711", "sequence": "2", "issued": date(2026, 3, 5)},
    "lines": [
        {"action": "quantity", "other_quantities": {"left_to_receive": {"value": Decimal(40), **EACH}}, **RESPONSE["lines"][0]}
    ],
    "totals": {"line_count": 1},
}


def response(*rows: str, kind: str = "855") -> tuple[Document, OrderResponse]:
    found = read_set(*rows, kind=kind, group="PR" if kind == "855" else "CA")
    assert isinstance(found.canonical, OrderResponse), found.findings
    return found, found.canonical


def line(*rows: str) -> Any:
    return response("BAK*00*AC*PO1*20260302", "PO1*1*10*EA*2**VN*A", *rows)[1].lines[0]


@pytest.mark.parametrize("version", ["004010", "005010"])
@pytest.mark.parametrize(("kind", "document"), [("855", RESPONSE), ("865", CHANGE)])
def test_what_we_write_passes_our_own_validation_and_is_read_back(kind: str, document: dict[str, Any], version: str) -> None:
    found = judged(OrderResponse.model_validate(document), kind, version)
    assert [one.code for one in found if one.code is not Code.VERSION_NEAREST] == []


def test_a_response_is_written_in_the_order_of_the_standard() -> None:
    rows = written(OrderResponse.model_validate(RESPONSE), "855")
    assert rows[:2] == ["BAK*00*AC*PO-4711*20260302*7**C-9*S00042*20260303", "CUR*BY*USD"]
    assert "FOB*PP*ZZ*JOLIET*01*DDP*ZZ*DOCK 4" in rows
    assert rows[rows.index("PO1*1*100*EA*9.25**IN*700001*VN*W-1*UP*036000291452") + 2 :][:5] == [
        "ACK*IA*60*EA*079*20260309",
        "ACK*IB*30*EA*069*20260324",
        "DTM*079*20260320",
        "ACK*IS*10*EA****VN*W-2*UP*012345678905*******************OOS",
        "PO1*2*5*EA***VN*W-9",
    ]
    assert rows[-3:] == ["ACK*R2", "CTT*2*105", "AMT*TT*937.50"]


@pytest.mark.parametrize(("code", "status"), [*codes.RESPONSES.items(), ("AH", "other")])
def test_each_status_of_an_order(code: str, status: str) -> None:
    _, found = response(f"BAK*00*{code}*PO1*20260302")
    assert found.status == status
    assert written(found, "855")[0] == f"BAK*00*{code}*PO1*20260302"


@pytest.mark.parametrize(("code", "status"), codes.LINE_RESPONSES.items())
def test_each_status_of_a_line(code: str, status: str) -> None:
    _, found = response("BAK*00*AC*PO1*20260302", "PO1*1*10*EA*2**VN*A", f"ACK*{code}*10*EA")
    assert [one.status for one in found.lines[0].responses] == [status]
    assert written(found, "855")[-1] == f"ACK*{code}*10*EA"


@pytest.mark.parametrize(("code", "member"), codes.PROMISES.items())
def test_each_promised_date(code: str, member: str) -> None:
    _, found = response("BAK*00*AC*PO1*20260302", f"DTM*{code}*20260310", "PO1*1*10*EA", f"ACK*IA*10*EA*{code}*20260309")
    assert getattr(found, member) == date(2026, 3, 10)
    assert getattr(found.lines[0].responses[0], member) == date(2026, 3, 9)
    rows = written(found, "855")
    assert f"DTM*{code}*20260310" in rows
    assert f"ACK*IA*10*EA*{code}*20260309" in rows


def test_a_line_may_be_answered_in_parts() -> None:
    found = line("ACK*IA*6*EA*068*20260310", "DTM*067*20260312", "ACK*IB*4*EA*106*20260401").responses
    assert [(one.status, one.quantity.value, one.despatch, one.delivery) for one in found] == [
        ("accepted", 6, date(2026, 3, 10), date(2026, 3, 12)),
        ("back_ordered", 4, None, None),
    ]
    assert found[1].other_dates == {"required_by": date(2026, 4, 1)}


def test_a_date_without_a_code_is_when_goods_are_ready() -> None:
    _, found = response("BAK*00*AC*PO1*20260302", "PO1*1*10*EA*2**VN*A", "ACK*IA*3*EA**20260309")
    assert found.lines[0].responses[0].other_dates == {"ready": date(2026, 3, 9)}
    assert written(found, "855")[-1] == "ACK*IA*3*EA**20260309"


def test_a_substitute_and_a_reason_belong_to_the_response() -> None:
    found = line("ACK*IS*10*EA***REQ1*VN*B*UP*036000291452" + "*" * 17 + "BI*ACK*CW").responses[0]
    assert found.item.identifiers == {"seller": "B", "upc": "036000291452"}
    assert [(one.kind, one.number) for one in found.references] == [("request", "REQ1")]
    assert (found.reason, found.original_codes) == ("CW", {"reason_agency": "BI", "reason_list": "ACK"})


def test_totals_that_the_lines_do_not_come_to_are_noted() -> None:
    found, _ = response("BAK*00*AC*PO1*20260302", "PO1*1*10*EA", "CTT*2*11")
    assert [(one.code, one.expected, one.actual) for one in found.findings] == [
        (Code.CONTROL_TOTAL, "1", "2"),
        (Code.CONTROL_TOTAL, "10", "11"),
    ]


def test_the_number_of_an_answer_is_written_as_the_sellers_order() -> None:
    document = OrderResponse.model_validate(
        {"status": "accepted", "number": "SO1", "issued": date(2026, 3, 3), "order": {"number": "PO1"}}
    )
    assert written(document, "855") == ["BAK*00*AD*PO1*20260303****SO1*20260303"]


def test_a_status_that_no_code_stands_for_is_reported() -> None:
    lines = [{"item": {}, "number": "1", "responses": [{"status": "added"}]}]
    document = OrderResponse.model_validate(
        {"status": "accepted", "order": {"number": "PO1"}, "issued": date(2026, 3, 3), "lines": lines}
    )
    found = registry.write(Family.X12, document, "855", "004010").findings
    assert [one.code for one in found] == [Code.NOT_WRITTEN]


# ---- 865


def test_an_answer_to_a_change_names_order_and_change() -> None:
    _, found = response(
        "BCA*06*AC*PO1*R1*2*20260302**C9*S7*20260309*20260305", "POC**CA*65*40*EA*1.76*TE*BP*7", "ACK*IA*65*EA", kind="865"
    )
    assert found.order is not None
    assert (found.order.number, found.order.release, found.order.issued) == ("PO1", "R1", date(2026, 3, 2))
    assert found.order_change is not None
    assert (found.order_change.number, found.order_change.sequence) == ("PO1", "2")
    assert found.order_change.issued == date(2026, 3, 5)
    assert (found.seller_order, found.issued) == ("S7", date(2026, 3, 9))
    assert found.lines[0].action == "change"
    assert found.lines[0].other_quantities["left_to_receive"].value == 40
    assert found.lines[0].responses[0].status == "accepted"


def test_answers_to_two_changes_of_an_order_are_two_documents() -> None:
    found = [response(f"BCA*06*AT*PO1**{number}*20260302****20260309", kind="865")[1].identity for number in (1, 2)]
    assert len(set(found)) == 2


def test_a_change_by_the_seller_without_a_status() -> None:
    _, found = response("BCA*19**PO1***20260302", "POC*1*QD*5*5*EA*2**VN*A", kind="865")
    assert (found.status, found.purpose, found.original_codes["purpose"]) == ("other", "other", "19")
    assert written(found, "865") == ["BCA*19**PO1***20260302", "POC*1*QD*5*5*EA*2**VN*A"]


# ---- the corpus

CORPUS = {
    "855__aaronhuggins-node-x12__855.edi": ("~", "POTEST1112", None, ["accepted", "rejected", "rejected", "accepted"]),
    "855__eskrano-php-edi-coedition__855-sample2.edi": ("\n", "CUSTPO", None, ["accepted"]),
    "855__inteligenz-x12parser__Example1_Adobe.txt": ("~", "0132710645", None, []),
    "855__kputnam-stupidedi__pass-1.edi": ("~", "1D711419", "338093", []),
    "855__kputnam-stupidedi__po-ack-minor-changes.edi": (
        "~", "XX-1234", None,
        ["price_changed", "date_changed", "quantity_changed", "substituted", "accepted", "rejected"],
    ),
    "855__stedi-demos-bootstrap__855-inbound.edi": ("~", "365465413", None, ["accepted", "accepted"]),
    "865__inteligenz-x12parser__FromAdvanceAutoParts.txt": ("~", "0025076", None, []),
}  # fmt: skip


@pytest.mark.parametrize(("name", "expected"), CORPUS.items())
def test_each_response_of_the_corpus(name: str, expected: tuple[str, str, str | None, list[str]]) -> None:
    (found,) = read(corpus(name))
    assert isinstance(found.canonical, OrderResponse), found.findings
    _, number, seller_order, statuses = expected
    document = found.canonical
    assert document.order is not None
    assert (document.order.number, document.seller_order) == (number, seller_order)
    assert [one.status for each in document.lines for one in each.responses] == statuses


REORDERED = {
    "855__aaronhuggins-node-x12__855.edi": 3,
    "855__kputnam-stupidedi__po-ack-minor-changes.edi": 1,
    "855__stedi-demos-bootstrap__855-inbound.edi": 2,
}
"""Lines whose item numbers are written in another order than they were sent."""


@pytest.mark.parametrize("name", [name for name in CORPUS if "inteligenz" not in name])
def test_responses_of_the_corpus_are_written_as_they_were(name: str) -> None:
    data = corpus(name)
    (found,) = read(data)
    assert isinstance(found.canonical, OrderResponse)
    element = "|" if "eskrano" in name else "*"
    lost = missing(
        segments(data, element=element, terminator=CORPUS[name][0]), written(found.canonical, found.type, found.version[:6])
    )
    assert len(lost) == REORDERED.get(name, 0), lost
    assert all(one.startswith("PO1*") for one in lost)
