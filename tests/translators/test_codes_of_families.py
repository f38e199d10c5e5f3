"""Codes of one family are never written in another: what X12 says with any of its codes is written as EDIFACT, and back."""

import json
from importlib import import_module
from random import Random
from typing import Any
from unittest.mock import patch

import pytest

from benchmarks import interchanges as orders
from tests.translators.edifact import drawing
from tests.translators.edifact import test_round_trip as edifact
from tests.translators.mapping import samples
from tests.translators.x12 import test_round_trip as x12
from translators import registry
from translators.canonical import model_of
from translators.canonical.base import CanonicalDocument
from translators.contract import Document, Family, OutboundDocument, WritingTerms, WrittenDocument
from translators.edifact.directories import SHIPPED
from translators.edifact.messages import MAPPINGS as MESSAGES
from translators.errors import NotWritable
from translators.finding import Code
from translators.mapping.kept_codes import in_family
from translators.x12.definitions import segment_definition
from translators.x12.sets import MAPPINGS as SETS

SEEDS = 6
LENGTHS = frozenset({Code.ELEMENT_TOO_LONG, Code.ELEMENT_TOO_SHORT})


def names(module: str) -> tuple[str, ...]:
    found: tuple[str, ...] = import_module(module).MAPPING.names
    return found


PAIRS = [(kind, message) for kind in SETS for message in MESSAGES if set(names(SETS[kind][1])) & set(names(MESSAGES[message][1]))]
"""Sets and messages that say the same document."""


def with_any_codes(written: WrittenDocument, version: str, random: Random) -> WrittenDocument:
    """A set with some of its codes replaced by any others of their lists."""
    rows = [segment.split("*") for segment in written.document.body.rstrip("~").split("~")]
    for row in rows:
        for place, element in enumerate(segment_definition(row[0], version).elements, 1):
            if place < len(row) and row[place] and element.codes and row[0] != "HL" and random.random() < 0.3:
                row[place] = random.choice(sorted(element.codes))
    body = "".join("*".join(row) + "~" for row in rows)
    return WrittenDocument(OutboundDocument(written.document.type, body, len(rows)), written.functional_id, written.version, ())


def from_x12(kind: str, version: str, seed: int) -> CanonicalDocument | None:
    """What a set says that is full of unusual codes."""
    with patch.dict(samples.PARTS, drawing._SHORT):
        drawn = x12.drawn(kind, version, seed)
    written = with_any_codes(registry.write(Family.X12, drawn, kind, version), version, Random(seed))
    return only(x12.sealed(written), x12.LOWERED).canonical


def from_edifact(message: str, directory: str, seed: int) -> CanonicalDocument | None:
    """What a message says that is full of unusual codes: words are replaced by others of the drawn document's own codes."""
    drawn = drawing.drawn(message, directory, seed, edifact.COMPLETE.get(message, edifact._nothing))
    written = registry.write(Family.EDIFACT, drawn, message, directory, WritingTerms(syntax="UNOY:3"))
    found = only(edifact.sealed(written), drawing.LOWERED).canonical
    assert found is not None
    value = json.loads(found.to_json())
    unusual(value, Random(seed))
    return model_of(found.NAME).model_validate({**value, "code_family": "edifact"})


def unusual(value: Any, random: Random) -> None:
    """Keep a code beside some members, as reading would where it was not the usual one."""
    for inner in value if isinstance(value, list) else value.values() if isinstance(value, dict) else ():
        unusual(inner, random)
    if isinstance(value, dict) and "original_codes" in value:
        value["original_codes"] |= {name: random.choice(["ZXY", "QWX"]) for name in value if random.random() < 0.3}


def only(data: bytes, terms: Any) -> Document:
    (found,) = registry.translate(data, lambda _envelope: terms).interchanges[0].documents
    return found


@pytest.mark.parametrize(("kind", "message"), PAIRS)
def test_what_x12_says_is_written_as_edifact_without_its_codes(kind: str, message: str) -> None:
    for seed in range(SEEDS):
        directory, version = ("D.96A", "004010") if seed % 2 else ("D.01B", "005010")
        found = from_x12(kind, version, seed)
        if directory not in SHIPPED[message] or found is None or found.NAME not in names(MESSAGES[message][1]):
            continue
        try:
            written = registry.write(Family.EDIFACT, found, message, directory, WritingTerms(syntax="UNOY:3"))
        except NotWritable as error:
            if "is mandatory and missing" not in str(error):  # what was drawn may lack it
                raise
            continue
        back = only(edifact.sealed(written), drawing.LOWERED)
        assert [one.message for one in back.findings if one.code in LENGTHS] == [], (seed, written.document.body)


@pytest.mark.parametrize(("kind", "message"), PAIRS)
def test_what_edifact_says_is_written_as_x12_without_its_codes(kind: str, message: str) -> None:
    for seed in range(SEEDS):
        directory, version = ("D.96A", "004010") if seed % 2 else ("D.01B", "005010")
        if directory not in SHIPPED[message]:
            continue
        found = from_edifact(message, directory, seed)
        if found is None or found.NAME not in names(SETS[kind][1]):
            continue
        written = registry.write(Family.X12, found, kind, version)
        assert not {"ZXY", "QWX"} & {text for row in written.document.body.split("~") for text in row.split("*")[1:]}, seed
        back = only(x12.sealed(written), x12.LOWERED)
        wrong = [one for one in back.findings if one.code in LENGTHS and coded(one.position.tag, one.position.element, version)]
        assert [one.message for one in wrong] == [], (seed, written.document.body)


def coded(tag: str | None, element: int | None, version: str) -> bool:
    """Whether an element holds a code."""
    if tag == "N4":
        return False  # regions and countries are words of the document
    return bool(tag and element and segment_definition(tag, version).elements[element - 1].kind == "ID")


VALUE: dict[str, Any] = {
    "schema": "order_response/1",
    "code_family": "x12",
    "kind": "AD",
    "original_codes": {"kind": "AD", "date_036": "036"},
    "other_dates": {"date_037": "2026-03-02", "requested_delivery": "2026-03-03"},
    "references": [{"kind": "contract", "number": "1", "original": "CT"}, {"kind": "8U", "number": "2"}],
    "taxes": [{"kind": "VAT", "rate": "25"}],
    "seller": {"identifiers": {"gln": "5790000000012", "41": "7", "agency_116": "8"}},
    "lines": [
        {"item": {"name": "BOLT", "original_codes": {"name": "08"}}, "quantity": {"value": "2", "unit": "EA", "original": "UN"}}
    ],
}


def test_codes_of_another_family_are_taken_away_and_what_is_lost_by_it_is_told() -> None:
    value = json.loads(json.dumps(VALUE))
    left = in_family(value, "edifact")
    assert sorted(left) == [
        "kind",
        "other_dates.date_037",
        "references[].kind",
        "seller.identifiers.41",
        "seller.identifiers.agency_116",
    ]
    assert value == {
        "schema": "order_response/1",
        "other_dates": {"requested_delivery": "2026-03-03"},
        "references": [{"kind": "contract", "number": "1"}, {"number": "2"}],
        "taxes": [{"kind": "VAT", "rate": "25"}],
        "seller": {"identifiers": {"gln": "5790000000012"}},
        "lines": [{"item": {"name": "BOLT"}, "quantity": {"value": "2", "unit": "EA"}}],
    }


@pytest.mark.parametrize("family", ["x12", None])
def test_codes_of_the_same_family_or_of_nobody_known_stay(family: str | None) -> None:
    value = json.loads(json.dumps({**VALUE, "code_family": family}))
    assert in_family(value, "x12") == []
    assert value == {name: said for name, said in VALUE.items() if name != "code_family"}


@pytest.mark.parametrize(("data", "family"), [(orders.x12(1), "x12"), (orders.edifact(1), "edifact")])
def test_a_document_says_in_which_family_it_was_read(data: bytes, family: str) -> None:
    document = registry.translate(data).interchanges[0].documents[0].canonical
    assert document is not None
    assert json.loads(document.to_json())["code_family"] == family
