"""Deviations of a partner reach lines in every document that has them, however its segments hold them, both ways."""

from copy import deepcopy
from functools import reduce
from importlib import import_module
from typing import Any

import pytest

from tests.translators.edifact import drawing
from tests.translators.edifact import test_round_trip as messages
from tests.translators.x12 import test_round_trip as sets
from translators import registry
from translators.canonical import model_of
from translators.canonical.base import CanonicalDocument
from translators.contract import DocumentTerms, Family, Guide, Terms, WritingTerms
from translators.edifact.directories import SHIPPED
from translators.edifact.messages import MAPPINGS as MESSAGES
from translators.finding import Code
from translators.x12.sets import MAPPINGS as SETS

BUYER = "lines[].item.identifiers.buyer"
OWN = "lines[].attributes.own"
PAID = "lines[].order.number"
PLACES = {
    **dict.fromkeys(("180", "852", "857", "875", "880", "940", "943", "944", "945", "947"), (BUYER, "N9+ZZ.02")),
    **dict.fromkeys(("810", "830", "832", "840", "843", "846", "850", "855"), (BUYER, "REF+ZZ.02")),
    **dict.fromkeys(("856", "860", "861", "862", "865"), (BUYER, "REF+ZZ.02")),
    "204": (f"stops[].{BUYER}", "L5[04='Z'].03"),
    "210": (BUYER, "L5[04='Z'].03"),
    "214": (OWN, "L11[02='ZZ'].01"),
    "820": (PAID, "REF+ZZ.02"),
    "REMADV": (PAID, "RFF+ZZZ.C506.1154"),
    "IFTSTA": (OWN, "LOC+ZZZ.C517.3225"),
}
"""A member of lines, and a place in their segments where the standard mapping does not look for it."""
WITHOUT_LINES = {"824", "990", "APERAK"}
CASES = [
    *[(Family.X12, kind, version) for kind in SETS for version in ("004010", "005010")],
    *[(Family.EDIFACT, kind, directory) for kind in MESSAGES for directory in SHIPPED[kind]],
]


def place_of(kind: str) -> tuple[str, str]:
    """The member that deviates in documents of a kind, and where it stands."""
    return PLACES.get(kind, (BUYER, "RFF+ZZZ.C506.1154"))


def owners(value: dict[str, Any], member: str) -> list[dict[str, Any]]:
    """The items of the lists that lead to a member."""
    found = [value]
    for name in member.split("[].")[:-1]:
        found = [item for one in found for item in one.get(name, ())]
    return found


def said(document: CanonicalDocument, member: str) -> list[str]:
    """What a document says at a member, each text once: goods of one line may stand in several segments."""
    value, steps = document.model_dump(mode="json", exclude_unset=True), member.rpartition("[].")[2].split(".")
    return sorted({text for one in owners(value, member) if (text := inner(one, steps))})


def inner(part: Any, steps: list[str]) -> Any:
    """What stands at the end of the steps, None where there is nothing."""
    return inner((part or {}).get(steps[0]), steps[1:]) if steps else part


def made_by(family: Family, kind: str, version: str, seed: int) -> CanonicalDocument:
    """A document that the mapping can say."""
    if family is Family.X12:
        return sets.drawn(kind, version, seed)
    return drawing.drawn(kind, version, seed, messages.COMPLETE.get(kind, lambda _value: None))


def said_by(document: CanonicalDocument) -> dict[str, Any]:
    """A document as a dict that a document can be made of."""
    return document.model_dump(exclude_unset=True, by_alias=True)


def drawn(family: Family, kind: str, version: str, member: str) -> tuple[CanonicalDocument, list[str]]:
    """A document with lines, each with a text of its own at the member; and these texts."""
    many = (made_by(family, kind, version, seed) for seed in range(400))
    made = next(one for one in many if owners(said_by(one), member))
    value = said_by(made)
    found = owners(value, member)
    for line in found:  # components stand in segments of their own
        line.get("item", {}).pop("identifiers", None)
    *steps, key = member.rpartition("[].")[2].split(".")
    found = [line for line in found if "part_of" not in line] or found
    for number, line in enumerate(found, 1):
        reduce(lambda part, step: part.setdefault(step, {}), steps[:-1], line)[steps[-1]] = {key: f"B{number}"}
    return model_of(made.NAME).model_validate(value), sorted(f"B{number}" for number in range(1, len(found) + 1))


@pytest.mark.parametrize(("family", "kind", "version"), CASES)
def test_a_member_of_lines_is_written_and_read_where_the_guide_has_it(family: Family, kind: str, version: str) -> None:
    if kind in WITHOUT_LINES:
        mapping = import_module((SETS | MESSAGES)[kind][1]).MAPPING
        assert "lines" not in mapping._level.list_keys
        return
    member, place = place_of(kind)
    guide = Guide("BigBox", mapping=((member, place),))
    document, texts = drawn(family, kind, version, member)
    before = deepcopy(document)
    written = registry.write(family, document, kind, version, WritingTerms(syntax="UNOY:3", guide=guide))
    assert document == before
    assert [f.message for f in written.findings if f.code is Code.NOT_WRITTEN] == []
    data = sets.sealed(written) if family is Family.X12 else messages.sealed(written)
    lowered = sets.LOWERED.default.severities
    terms = Terms(default=DocumentTerms(severities=lowered, max_findings=1000, guide=guide))
    found = registry.translate(data, lambda _envelope: terms).interchanges[0].documents[0]
    assert found.canonical is not None, (found.findings, data)
    assert said(found.canonical, member) == texts, data
    assert all(text.encode() in data for text in texts)


@pytest.mark.parametrize(("family", "kind", "version"), [case for case in CASES if case[1] not in WITHOUT_LINES])
def test_a_member_that_the_guide_moves_stands_nowhere_else(family: Family, kind: str, version: str) -> None:
    member, place = place_of(kind)
    document, texts = drawn(family, kind, version, member)
    guide = Guide("BigBox", mapping=((member, place),))
    written = registry.write(family, document, kind, version, WritingTerms(syntax="UNOY:3", guide=guide))
    data = sets.sealed(written) if family is Family.X12 else messages.sealed(written)
    terms = sets.LOWERED if family is Family.X12 else drawing.LOWERED
    plain = registry.translate(data, lambda _envelope: terms).interchanges[0].documents[0]
    assert plain.canonical is not None, plain.findings
    assert texts
    assert said(plain.canonical, member) == []


NOTICE: dict[str, Any] = {
    "number": "S1",
    "issued": "2026-03-02T10:00:00Z",
    "lines": [
        {"number": "1", "item": {"identifiers": {"buyer": "B1"}, "name": "SET"}, "quantity": {"value": "2", "unit": "EA"}},
        {"number": "2", "item": {"identifiers": {"buyer": "B2"}, "name": "PART"}, "quantity": {"value": "4"}, "part_of": "1"},
        {"number": "3", "item": {"identifiers": {"buyer": "B3"}}, "quantity": {"value": "1", "unit": "EA"}},
    ],
    "packages": [
        {
            "identifiers": {"sscc": "106141411234567897"},
            "kind": "PLT",
            "contents": [{"line": "3"}],
            "references": [{"kind": "ZZ", "number": "P"}],
        }
    ],
}


def notice(*mapping: tuple[str, str]) -> tuple[list[str], CanonicalDocument]:
    """The segments of a ship notice that is written as a guide has it, and what is read from them."""
    guide, document = Guide("BigBox", mapping=mapping), model_of("despatch_advice").model_validate(NOTICE)
    written = registry.write(Family.X12, document, "856", "004010", WritingTerms(guide=guide))
    assert [f.message for f in written.findings if f.code is Code.NOT_WRITTEN] == []
    terms = Terms(default=DocumentTerms(severities=sets.LOWERED.default.severities, guide=guide))
    found = registry.translate(sets.sealed(written), lambda _envelope: terms).interchanges[0].documents[0]
    assert found.canonical is not None, found.findings
    return written.document.body.split("~"), found.canonical


def test_levels_in_levels_keep_their_own() -> None:
    segments, found = notice((BUYER, "REF+ZZ.02"))
    levels = [one.split("*") for one in segments if one.startswith(("HL", "REF"))]
    assert [one[3] if one[0] == "HL" else one[2] for one in levels] == ["S", "P", "P", "I", "B3", "I", "B1", "I", "B2"]
    assert found.model_dump()["lines"] is not None
    assert said(found, BUYER) == ["B1", "B2", "B3"]


def test_other_lists_that_are_levels_on_the_wire_are_reached_too() -> None:
    segments, found = notice(("packages[].kind", "PKG+F[02='ZZ'].05"))
    assert "PKG*F*ZZ***PLT" in segments
    assert said(found, "packages[].kind") == ["PLT"]


def test_where_its_segment_has_no_place_a_member_stays_where_the_standard_has_it() -> None:
    guide = Guide("BigBox", mapping=((BUYER, "BSN.07"),))
    document = model_of("despatch_advice").model_validate(NOTICE)
    written = registry.write(Family.X12, document, "856", "004010", WritingTerms(guide=guide))
    assert [f.message for f in written.findings if f.code is Code.NOT_WRITTEN] == [
        "lines[].item.identifiers.buyer at BSN.07 cannot be said in 856 004010."
    ]
    assert "*BP*B1" in written.document.body
