"""What counts as a break of the contract, and that nothing else does."""

import copy
from collections.abc import Mapping
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.contract.schemas import documents
from tools.compatibility import broken

BASE: dict[str, Any] = {
    "type": "object",
    "properties": {
        "number": {"type": "string", "title": "Number"},
        "kind": {"enum": ["a", "b"], "type": "string"},
        "note": {"anyOf": [{"type": "string"}, {"type": "null"}], "default": None},
        "party": {"$ref": "#/$defs/Party"},
        "lines": {"type": "array", "items": {"$ref": "#/$defs/Line"}},
        "codes": {"type": "object", "additionalProperties": {"type": "string"}},
    },
    "required": ["number"],
    "$defs": {
        "Party": {"type": "object", "title": "Party", "properties": {"name": {"type": "string"}}, "required": ["name"]},
        "Line": {
            "type": "object",
            "title": "Line",
            "properties": {"quantity": {"type": "number"}, "parts": {"type": "array", "items": {"$ref": "#/$defs/Line"}}},
        },
    },
}


def changed(**paths: Any) -> dict[str, Any]:
    """The base with values put at paths (`properties__kind__enum`); None removes."""
    schema = copy.deepcopy(BASE)
    for path, value in paths.items():
        *steps, last = path.split("__")
        place: Any = schema
        for step in steps:
            place = place["$defs" if step == "defs" else step]
        if value is None:
            del place[last]
        else:
            place[last] = value
    return schema


def found(schema: Mapping[str, Any], *, accepted: bool = True) -> list[str]:
    return broken({"order/1": BASE}, {"order/1": schema}, accepted=accepted)


def test_a_schema_breaks_nothing_of_itself() -> None:
    assert found(BASE) == []
    assert broken(documents(), documents()) == []


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"properties__number": None}, "order/1.number is gone"),
        ({"properties__number": {"type": "integer"}}, "order/1.number was string and is integer"),
        ({"properties__note": {"type": "string"}}, "order/1.note was null or string and is string"),
        ({"required": ["number", "kind"]}, "order/1.kind is required now"),
        ({"required": []}, "order/1.number may be missing now"),
        ({"properties__kind__enum": ["a"]}, "order/1.kind can no longer be b"),
        ({"properties__kind": {"const": "a", "type": "string"}}, "order/1.kind can no longer be b"),
        ({"properties__number__enum": ["1", "2"]}, "order/1.number could be anything and is one of 1, 2"),
        ({"properties__number__pattern": "[0-9]+"}, "order/1.number has a pattern of [0-9]+ now (was none)"),
        ({"properties__codes__additionalProperties": {"type": "integer"}}, "order/1.codes.* was string and is integer"),
        ({"additionalProperties": False}, "order/1 takes fewer members than it did"),
        ({"defs__Party__properties__name": None, "defs__Party__required": []}, "order/1.party.name is gone"),
        ({"defs__Line__properties__quantity": {"type": "string"}}, "order/1.lines[].quantity was number and is string"),
    ],
)
def test_a_break_is_a_sentence(change: Any, sentence: str) -> None:
    (told,) = found(changed(**change))
    assert told.startswith(sentence)
    assert told.endswith(".")


@pytest.mark.parametrize(
    "change",
    [
        {"properties__new": {"type": "string"}},
        {"properties__kind__enum": ["a", "b", "c"]},
        {"properties__kind__enum": None},
        {"properties__number__title": "No."},
        {"properties__number__description": "What the buyer calls it."},
        {"defs__Address": {"type": "object"}},
        {"defs__Line__properties__note": {"type": "string"}},
    ],
)
def test_an_addition_breaks_nothing(change: Any) -> None:
    assert found(changed(**change)) == []


def test_a_document_that_is_gone_is_told() -> None:
    (told,) = broken({"order/1": BASE}, {"order/2": BASE})
    assert told.startswith("order/1 is gone")


@pytest.mark.parametrize(
    "change",
    [
        {"required": ["number", "kind"]},
        {"properties__kind__enum": ["a"]},
        {"properties__number__format": "uuid"},
        {"additionalProperties": False},
    ],
)
def test_of_what_is_only_published_more_may_be_promised(change: Any) -> None:
    assert found(changed(**change), accepted=False) == []


@pytest.mark.parametrize("change", [{"properties__number": None}, {"required": []}])
def test_of_what_is_only_published_nothing_may_go(change: Any) -> None:
    assert found(changed(**change), accepted=False)


@given(name=st.sampled_from(sorted(documents())), pick=st.randoms(use_true_random=False))
def test_whatever_member_is_taken_from_a_document_is_missed(name: str, pick: Any) -> None:
    schema = copy.deepcopy(dict(documents()[name]))
    parts = [part for part in [schema, *schema.get("$defs", {}).values()] if part.get("properties")]
    part = pick.choice(parts)
    member = pick.choice(sorted(part["properties"]))
    del part["properties"][member]
    part["required"] = [one for one in part.get("required", ()) if one != member]
    assert any(f".{member} is gone" in told for told in broken({name: documents()[name]}, {name: schema}))
