"""What the API says of itself: a valid OpenAPI document that leads to nothing that is not there, and says what the table says."""

import re
from datetime import date
from typing import Any

import orjson
import pytest
from openapi_spec_validator import OpenAPIV31SpecValidator
from pydantic import Field

from gateway.api.openapi import openapi
from gateway.api.operation import Asked, Told
from gateway.api.reading import path_members
from gateway.api.reference import operations_page, problems_page
from gateway.api.table import OPERATIONS
from gateway.domain.access import Right
from gateway.protocols.problem_codes import CODES
from tests.architecture.source_tree import ROOT
from tests.gateway.api.served import operation

DOCUMENT = openapi(OPERATIONS)


def references(value: Any) -> set[str]:
    return set(re.findall(r'"\$ref":"#/components/([^"]+)"', orjson.dumps(value).decode()))


def test_it_is_valid() -> None:
    assert [*OpenAPIV31SpecValidator(orjson.loads(orjson.dumps(DOCUMENT))).iter_errors()] == []


def test_nothing_is_described_that_nothing_leads_to() -> None:
    components = DOCUMENT["components"]
    there = {f"schemas/{name}" for name in components["schemas"]} | {f"parameters/{name}" for name in components["parameters"]}
    assert there <= references(DOCUMENT)


@pytest.mark.parametrize("row", OPERATIONS, ids=lambda row: row.name)
def test_every_row_is_described(row) -> None:  # type: ignore[no-untyped-def]
    described = DOCUMENT["paths"][f"/v1{row.path}"][row.method.lower()]
    assert described["operationId"] == row.name
    assert (described["x-right"], described["x-partners"]) == (row.right, row.partners)
    named = {one["name"]: one for one in described.get("parameters", ()) if "name" in one}
    assert {name for name, one in named.items() if one["in"] == "path"} == set(path_members(row.path))
    members = {field.alias or name for name, field in row.asked.model_fields.items()}
    body = described.get("requestBody", {"content": {"application/json": {"schema": {"properties": {}}}}})
    assert set(named) | set(body["content"]["application/json"]["schema"]["properties"]) == members
    assert {"401", "403", "429", "503", "default"} <= set(described["responses"])


def test_members_of_the_query_cannot_be_null_and_keep_their_bounds() -> None:
    class Wanted(Asked):
        much: int | None = Field(default=None, ge=3, description="So much.")
        some: tuple[str, ...] = ()

    parameters = openapi([operation(asked=Wanted)])["paths"]["/v1/hello"]["get"]["parameters"]
    assert parameters[0] == {
        "name": "much",
        "in": "query",
        "required": False,
        "description": "So much.",
        "schema": {"type": "integer", "minimum": 3, "title": "Much", "description": "So much."},
    }
    assert parameters[1]["schema"]["type"] == "array"


def test_two_models_of_one_name_are_two_models() -> None:
    def made(kind: type) -> type[Told]:
        return type("Same", (Told,), {"__annotations__": {"value": kind}})

    rows = operation(answers=made(int)), operation(name="other", path="/other", answers=made(str))
    schemas = openapi(rows)["components"]["schemas"]
    assert sorted(one["properties"]["value"]["type"] for name, one in schemas.items() if "Same" in name) == ["integer", "string"]


def test_what_is_deprecated_says_so() -> None:
    row = operation(deprecated=date(2026, 11, 1), sunset=date(2027, 11, 1))
    described = openapi([row])["paths"]["/v1/hello"]["get"]
    assert described["deprecated"]
    assert "2027-11-01" in described["description"]


def test_writing_takes_a_key_and_a_closed_body() -> None:
    class Written(Asked):
        one: str
        reason: str

    row = operation(method="POST", path="/things/{one}", asked=Written, right=Right.REPAIR)
    described = openapi([row])["paths"]["/v1/things/{one}"]["post"]
    assert {"$ref": "#/components/parameters/IdempotencyKey"} in described["parameters"]
    schema = described["requestBody"]["content"]["application/json"]["schema"]
    assert (set(schema["properties"]), schema["required"], schema["additionalProperties"]) == ({"reason"}, ["reason"], False)
    assert "409" in described["responses"]


def test_the_page_for_people_names_every_operation_and_every_code() -> None:
    page = "\n".join(operations_page(OPERATIONS))
    assert [row.name for row in OPERATIONS if f"### {row.name}\n" not in page] == []
    problems = "\n".join(problems_page())
    assert [code for code in CODES if f"## {code}\n" not in problems] == []


def test_every_code_that_is_answered_is_explained() -> None:
    """Codes stand as the second argument of Problem, or as the first of what makes problems from codes."""
    written = set()
    for file in (ROOT / "gateway").rglob("*.py"):
        text = file.read_text(encoding="utf-8")
        if "protocols.problem import" in text:
            written |= set(re.findall(r'Problem\(\s*\d+,\s*"([a-z-]+)"', text)) | set(
                re.findall(r'_problem\(\s*"([a-z-]+)"', text)
            )
    assert written >= {"internal-error", "too-slow", "outcome-unknown"}
    assert written <= set(CODES)
