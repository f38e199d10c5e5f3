"""A canonical document laid out to be read: who, when, terms, lines, sums; whatever it holds."""

from typing import Any

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.console.message_document import Line, paper_of
from gateway.console.texts import TEXTS
from tests.integration.test_flow import edifact, order
from translators import registry
from translators.canonical import NAMES

ENGLISH, GERMAN = TEXTS["en"], TEXTS["de"]


def canonical(content: bytes) -> dict[str, Any]:
    (interchange,) = registry.translate(content).interchanges
    document = interchange.documents[0].canonical
    assert document is not None
    value: dict[str, Any] = orjson.loads(document.to_json())
    return value


def test_an_order_reads_as_one() -> None:
    paper = paper_of(canonical(order("4711", 1)), ENGLISH)
    assert (paper.kind, paper.number, paper.purpose) == ("Purchase order", "4711", "")
    assert dict(paper.facts)["Issued"] == "2026-03-02"
    buyer, ship_to = paper.parties
    assert (buyer.role, list(buyer.lines), list(buyer.facts)) == ("Buyer", ["BIGBOX STORES"], [("DUNS", "123456789")])
    assert list(ship_to.lines) == ["BIGBOX DC 12", "1200 LOGISTICS WAY", "60435 JOLIET IL", "US"]
    assert list(paper.columns) == ["number", "item", "quantity", "price"]
    first = paper.lines[0]
    assert (first.cells["number"], first.cells["quantity"], first.cells["price"]) == ("1", "10 EA", "1.25 USD")
    assert (list(first.names), "UPC 012345678905" in first.cells["item"]) == (["WIDGET NUMBER 1, BLUE, 12 IN BOX"], True)
    assert ("References", [("1", "department 038"), ("2", "seller number V12345")]) in [
        (name, list(said)) for name, said in paper.rest
    ]
    assert dict(paper.totals) == {"Line count": "5", "Quantity": "150"}


def test_it_is_written_as_the_reader_writes() -> None:
    paper = paper_of(canonical(edifact("4714", 4)), GERMAN)
    assert (paper.kind, dict(paper.facts)["Datum"], paper.parties[0].role) == ("Bestellung", "20.11.2026", "Käufer")
    assert paper.lines[0].cells["price"].startswith("1,25 GBP")


def test_numbers_of_things_are_left_as_they_are() -> None:
    paper = paper_of(
        {"number": "0012345", "contacts": [{"telephone": "3125550100"}], "payments": [{"account": "1234567"}]}, ENGLISH
    )
    assert paper.number == "0012345"
    text = str(paper.rest)
    assert "3125550100" in text
    assert "1234567" in text


def test_packages_stand_in_one_another_with_what_is_in_them() -> None:
    carton = {
        "kind": "carton",
        "identifiers": {"sscc": ["1", "2"]},
        "contents": [{"line": "1", "quantity": {"value": "5", "unit": "EA"}}],
    }
    paper = paper_of({"packages": [{"kind": "pallet", "packages": [carton]}]}, ENGLISH)
    (pallet,) = paper.boxes
    (inner,) = pallet.below
    assert (pallet.title, inner.title, list(inner.contents)) == ("pallet", "carton SSCC 1 SSCC 2", ["line 1, quantity 5 EA"])


def test_what_is_for_machines_is_left_out() -> None:
    document = {
        "schema": "invoice/1",
        "code_family": "x12",
        "original_codes": {"kind": "380"},
        "lines": [{"original_codes": {"x": "y"}}],
    }
    assert "380" not in str(paper_of(document, ENGLISH))
    assert "x12" not in str(paper_of(document, ENGLISH))


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("texts", [ENGLISH, GERMAN])
def test_every_kind_of_document_has_a_name(name: str, texts: Any) -> None:
    assert paper_of({"schema": f"{name}/1"}, texts).kind == texts(f"kind.{name}")


LEAF = (
    st.none()
    | st.booleans()
    | st.integers()
    | st.text(max_size=8)
    | st.sampled_from(["12.50", "2026-03-02", "-1", "0.000000001"])
)
NAME = st.sampled_from(
    ["buyer", "lines", "item", "identifiers", "name", "amount", "currency", "value", "unit", "packages", "contents", "totals",
     "start", "number", "kind", "other_dates", "sub_lines", "address", "contacts", "extras", "path", "basis", "amounts", "net"]
)  # fmt: skip
JSON = st.recursive(LEAF, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(NAME, inner, max_size=4), max_leaves=25)


@given(st.dictionaries(NAME, JSON, max_size=8))
def test_anything_that_is_json_can_be_laid_out(document: dict[str, Any]) -> None:
    paper = paper_of(document, GERMAN)
    assert all(isinstance(line, Line) for line in paper.lines)
