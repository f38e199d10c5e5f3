# ruff: noqa: E501 - segments are read as they stand on the wire
"""IFTSTA, IFTMIN, IFTMAN: what is asked of carriers, and what they report."""

from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import pytest

from tests.translators.edifact import drawing
from tests.translators.edifact.reading import read
from translators.canonical.transport_order import TransportOrder
from translators.canonical.transport_status import TransportStatus
from translators.contract import Terms, Verdict

BOTH = pytest.mark.parametrize("directory", ["D.96A", "D.01B"])

STATUS = [
    "BGM+23+STAT-77+9", "DTM+137:202611201430:203", "NAD+CA+FASTCARR::92++FAST CARRIERS LTD", "NAD+CN+5412345000013::9", "RFF+BM:BOL-4711", "RFF+ON:4500017",
    "CNI+1+SHP-1", "CNT+7:412.5:KGM", "STS+1+21", "RFF+DQ:DN-9", "DTM+334:202611201355:203", "LOC+7+BEGNE:139:6:GENT",
    "TDT+20+V-17+30+31+FASTCARR::92:FAST CARRIERS", "EQD+CN+MSCU1234566+45G1:102:5+++5", "SEL+SEAL-1", "SEL+SEAL-2", "GID+1+2:201", "MEA+WT+G+KGM:412.5", "PCI+18", "GIN+BJ+357012345000000019",
    "CNI+2+SHP-2", "STS+1+23:::NOBODY HOME+30", "DTM+334:202611201120:203",
]  # fmt: skip


def status(directory: str = "D.96A", *rows: str) -> tuple[TransportStatus, list[str]]:
    document, written = drawing.again(*(rows or STATUS), kind="IFTSTA", directory=directory)
    assert isinstance(document, TransportStatus)
    return document, written


def strict(kind: str, directory: str, rows: list[str]) -> Any:
    """The message read under the usual terms: nothing may be wrong with it."""
    found = drawing.reread("".join(f"{row}'" for row in rows), len(rows), kind, directory, Terms())
    assert [finding.message for finding in found.findings] == []
    return found.canonical


@BOTH
def test_a_whole_status_report_is_valid_and_comes_back_as_it_was(directory: str) -> None:
    document, written = status(directory)
    assert document == strict("IFTSTA", directory, STATUS)
    assert sorted(written) == sorted(STATUS)


def test_what_happened_is_told_in_our_words() -> None:
    document, _ = status()
    delivered, not_delivered = (line.milestones[0] for line in document.lines)
    assert (delivered.event, delivered.occurred) == ("delivered", datetime(2026, 11, 20, 13, 55, tzinfo=UTC))
    assert (not_delivered.event, not_delivered.reason) == ("delivery_not_completed", "incorrect_address")
    assert not_delivered.texts[0].lines == ["NOBODY HOME"]
    assert delivered.location is not None
    assert (delivered.location.kind, delivered.location.identifiers) == ("place_of_delivery", {"unlocode": "BEGNE"})


def test_shipments_packages_and_containers_are_found_by_their_numbers() -> None:
    document, _ = status()
    keys = set(document.business_keys)
    assert {
        ("tracking", "STAT-77"),
        ("bill_of_lading", "BOL-4711"),
        ("transport_order", "4500017"),
        ("shipment", "SHP-1"),
        ("shipment", "SHP-2"),
    } <= keys
    event = document.lines[0].milestones[0]
    assert (event.equipment[0].number, event.equipment[0].seals) == ("MSCU1234566", ["SEAL-1", "SEAL-2"])
    assert event.packages[0].identifiers == {"sscc": "357012345000000019"}


def test_the_legs_of_the_way_have_places_and_times() -> None:
    rows = [
        *STATUS[:2],
        "CNI+1",
        "STS+1+24",
        "TDT+20+V-17+1",
        "LOC+9+COCTG:139:6",
        "DTM+186:202611091415:203",
        "LOC+11+USNYC:139:6",
        "DTM+132:202611170505:203",
    ]
    document, written = status("D.01B", *rows)
    assert written == rows
    (leg,) = document.lines[0].milestones[0].transport
    assert leg.origin is not None
    assert leg.destination is not None
    assert (leg.origin.identifiers, leg.destination.identifiers) == ({"unlocode": "COCTG"}, {"unlocode": "USNYC"})
    assert leg.actual is not None
    assert leg.actual.start == datetime(2026, 11, 9, 14, 15, tzinfo=UTC)
    assert leg.planned is not None
    assert leg.planned.end == datetime(2026, 11, 17, 5, 5, tzinfo=UTC)


def test_an_event_of_the_partner_s_own_keeps_its_code() -> None:
    document, _ = status("D.01B", *STATUS[:2], "CNI+1", "STS+1+P::HS")
    event = document.lines[0].milestones[0]
    assert (event.event, event.code, event.extras[0].value) == ("status_p", None, "HS")


ORDER = [
    "BGM+610+TO-9001+9", "DTM+137:20261120:102", "DTM+2:20261124:102", "DTM+10:20261123:102", "TSR+30+3", "CNT+7:820:KGM", "CNT+11:4", "LOC+5+BEGNE:139:6",
    "RFF+BM:BOL-4711", "RFF+CU:4500017", "CPI+4++P", "TDT+20++30+31+FASTCARR::92:FAST CARRIERS", "LOC+5+BEGNE:139:6", "DTM+133:202611230800:203",
    "NAD+CZ+5790000000012::9++NORDIC DC", "CTA+IC+:DESK 3", "COM+0032 1:TE", "NAD+CN+5412345000013::9++BIGBOX+DOCK 7+GENT++9000+BE",
    "GID+1+4:201", "TMP+2+005:CEL", "FTX+AAA+++PAINT", "MEA+WT+G+KGM:820", "DIM+2+CMT:120:80:95", "RFF+ON:4500017", "PCI+18+MARK 1", "GIN+BJ+357012345000000019",
    "DGS+ADR+3+1263++2", "EQD+TE+TRAILER-7",
]  # fmt: skip


def order(kind: str, directory: str, rows: list[str]) -> tuple[TransportOrder, list[str]]:
    document, written = drawing.again(*rows, kind=kind, directory=directory)
    assert isinstance(document, TransportOrder)
    return document, written


@BOTH
def test_a_whole_instruction_is_valid_and_comes_back(directory: str) -> None:
    document, written = order("IFTMIN", directory, ORDER)
    assert document == strict("IFTMIN", directory, ORDER)
    assert sorted(written) == sorted(ORDER)


def test_an_instruction_says_what_goes_where() -> None:
    document, _ = order("IFTMIN", "D.96A", ORDER)
    assert (document.number, document.kind, document.requested_pickup, document.charges_payment) == (
        "TO-9001",
        "instruction",
        date(2026, 11, 23),
        "prepaid",
    )
    assert document.shipment is not None
    assert (document.shipment.bill_of_lading, document.shipment.packages) == ("BOL-4711", Decimal(4))
    (goods,) = document.lines
    assert (goods.packaging[0].packages, goods.packages[0].identifiers) == (Decimal(4), {"sscc": "357012345000000019"})
    assert goods.temperature is not None
    assert (goods.temperature.value, goods.measures["length"].value, goods.measures["gross_weight"].value) == (
        Decimal(5),
        Decimal(120),
        Decimal(820),
    )
    assert goods.item.hazard is not None
    assert (goods.item.hazard.un_number, goods.item.hazard.hazard_class) == ("1263", "3")
    assert document.shipment.equipment[0].number == "TRAILER-7"


@BOTH
def test_a_notice_of_arrival_is_an_order_of_that_kind(directory: str) -> None:
    rows = ["BGM+781+AN-1+9", *ORDER[1:3], *ORDER[8:10], "NAD+CN+5412345000013::9", "GID+1+4:201"]
    document, written = order("IFTMAN", directory, rows)
    assert (document.kind, written) == ("arrival_notice", rows)
    assert document == strict("IFTMAN", directory, rows)


# --- the corpus --------------------------------------------------------------------------------------------------------


def test_a_report_of_a_carrier_with_a_rail_leg() -> None:
    (found,) = read(drawing.corpus("IFTSTA__apimeister-edifact-types__d00b_iftsta.edi")).documents
    assert isinstance(found.canonical, TransportStatus)
    assert found.canonical.number == "2BOG129382"
    assert found.canonical.shipment is not None
    assert found.canonical.shipment.bill_of_lading == "ABCD224O4023815X"
    event = found.canonical.lines[0].milestones[0]
    assert (event.event, event.equipment[0].number, event.transport[0].conveyance) == (
        "status_p",
        "TRHU4561222",
        "CSX TRANSPORTATION",
    )


def test_an_instruction_for_a_parcel() -> None:
    first, second = read(drawing.corpus("IFTMIN__chemaclass-edifact-parser__edifact-sample.edi")).documents
    assert isinstance(first.canonical, TransportOrder)
    assert first.canonical.lines[0].packages[0].marks == ["56677786689"]
    assert first.canonical.ship_to is not None
    assert first.canonical.ship_to.contacts[0].email == "person.name@test.com"
    assert second.verdict is Verdict.REJECTED, "its UNT counts one segment too many"


def test_instructions_without_content_are_refused_one_by_one() -> None:
    documents = read(drawing.corpus("IFTMIN-INVOIC__indice-co-edi.net__edifact.Issue188.edi")).documents
    assert {document.verdict for document in documents} == {Verdict.REJECTED}
    assert all("The mandatory segment BGM is missing." in [one.message for one in document.findings] for document in documents)
