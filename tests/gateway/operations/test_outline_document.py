"""What a document consists of as it was agreed: what a guide lists of its segments, and of the records of flat files."""

import json
import tomllib
from dataclasses import replace

import pytest

from gateway.domain.agreement import Agreement, Direction
from gateway.operations.outline_document import outline_of
from gateway.ports.json import Json
from tests.gateway.config.flat_orders import LAYOUT
from translators import registry
from translators.contract import Family
from translators.flatfile import layout

X12 = Agreement("a", "bigbox", Direction.IN, "purchase_order", Family.X12, "850", "004010")
EDIFACT = replace(X12, family=Family.EDIFACT, type="ORDERS", version="D.96A")
FLAT = replace(X12, family=Family.FLAT, type="purchase_order", version="orders")


def places(segment: Json) -> list[str]:
    return [element["place"] for element in segment["elements"]]


@pytest.mark.parametrize("agreement", [X12, EDIFACT])
def test_only_what_must_be_there_or_is_read_is_listed_in_the_order_of_the_table(agreement: Agreement) -> None:
    found = outline_of(agreement)
    whole = registry.outline(agreement.family, agreement.type, agreement.version)
    assert all(one["read"] or one["mandatory"] for one in found)
    assert [one["tag"] for one in found] == [one.tag for one in whole if one.read or one.mandatory]
    assert len(found) < len(whole)


@pytest.mark.parametrize("agreement", [X12, EDIFACT])
def test_it_can_be_told_as_json(agreement: Agreement) -> None:
    found = outline_of(agreement)
    assert json.loads(json.dumps(found)) == found


def test_an_element_tells_where_it_stands_and_what_its_codes_mean() -> None:
    begin = next(one for one in outline_of(X12) if one["tag"] == "BEG")
    assert places(begin)[:3] == ["BEG01", "BEG02", "BEG03"]
    number = begin["elements"][2]
    assert (number["id"], number["name"], number["mandatory"], number["form"]) == ("324", "order number", True, "AN 1..22")
    assert ["00", "original"] in begin["elements"][0]["codes"]


def test_a_list_of_codes_stays_short_enough_to_be_read() -> None:
    for agreement in (X12, EDIFACT):
        assert max(len(element["codes"]) for one in outline_of(agreement) for element in one["elements"]) <= 60


@pytest.mark.parametrize("agreement", [replace(X12, version="unheard-of"), replace(EDIFACT, type="NOTHIN"), FLAT])
def test_of_what_no_table_describes_nothing_is_told(agreement: Agreement) -> None:
    assert outline_of(agreement) == []


def test_xml_has_no_segments() -> None:
    assert outline_of(replace(X12, family=Family.XML, type="Order", version="UBL-2.1")) == []


def test_a_flat_file_is_told_by_its_records_and_the_places_of_their_fields() -> None:
    text = LAYOUT.replace('{ column = "Buyer",', '{ constant = "EUR", to = "currency" },\n  { column = "Buyer", max_length = 13,')
    (record,) = outline_of(replace(FLAT, layout=layout(tomllib.loads(text))))
    assert (record["tag"], record["read"], record["loop"], record["depth"]) == ("order", True, -1, 0)
    assert places(record) == ["Order", "Date", "Buyer", "Line", "Article", "Quantity"], "a constant stands nowhere in the file"
    assert [element["mandatory"] for element in record["elements"]] == [True, True, False, True, False, True]
    assert [element["form"] for element in record["elements"]] == ["", "", "..13", "", "", ""]
