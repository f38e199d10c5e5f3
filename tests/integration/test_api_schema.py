"""What the API says of itself holds: requests made from its description get answers that it describes, never a fault of ours."""

import asyncio
from collections.abc import Iterator

import aiohttp
import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, assume, given
from hypothesis import settings as hypothesis_settings
from schemathesis import APIOperation, Case, CheckContext, Response
from schemathesis.core.failures import Failure, FailureGroup
from schemathesis.core.result import Ok
from schemathesis.generation import GenerationMode
from schemathesis.schemas import BaseSchema
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from gateway.bootstrap.office import Office
from gateway.domain.access import Role
from tests.acceptance.partners import x12_orders
from tests.integration.test_api import POSTING, bearer, office, serving, token_of

__all__ = ["office"]


def no_fault_of_ours(_context: CheckContext, response: Response, _case: Case) -> None:
    """Others' servers may fail: there is no Odoo here."""
    assert response.status_code < 500 or response.status_code == 502, response.text


CHECKS = [no_fault_of_ours, status_code_conformance, content_type_conformance, response_schema_conformance]
ENDLESS = {"live"}
EXAMPLES = 2
LONGEST = 8_000
"""The HTTP server refuses longer lines before any of our code is asked."""


def operations(schema: BaseSchema) -> Iterator[APIOperation]:
    for found in schema.get_all_operations():
        assert isinstance(found, Ok), found
        operation = found.ok()
        if operation.definition.raw["operationId"] not in ENDLESS:
            yield operation


def tried(operation: APIOperation, mode: GenerationMode, base: str, token: str) -> str:
    """Ask an operation what its description allows, or what it does not; answers what was wrong with an answer."""

    @given(case=operation.as_strategy(generation_mode=mode))
    @hypothesis_settings(
        max_examples=EXAMPLES, deadline=None, database=None, phases=[Phase.generate], suppress_health_check=list(HealthCheck)
    )
    def ask(case: Case) -> None:
        case.headers.update(bearer(token))
        assume(len(case.as_curl_command()) < LONGEST)
        case.call_and_validate(base_url=base, checks=CHECKS)

    try:
        ask()
    except (AssertionError, FailureGroup, Failure) as wrong:
        return f"{operation.label}: {str(wrong)[:600]}"
    return ""


@pytest.mark.timeout(120)
@pytest.mark.parametrize("mode", [GenerationMode.POSITIVE, GenerationMode.NEGATIVE], ids=["allowed", "not allowed"])
async def test_every_operation_answers_as_it_is_described(office: Office, mode: GenerationMode) -> None:
    token = await token_of(office, "all", *Role, payloads=True)
    async with serving(office) as client:
        await fill(client)
        base = str(client._base_url).rstrip("/")
        async with client.get("/v1/openapi.json") as answer:
            schema = schemathesis.openapi.from_dict(await answer.json())
        wrong = await asyncio.to_thread(lambda: [tried(one, mode, base, token) for one in operations(schema)])
    assert len(wrong) > 40
    assert not any(wrong), "\n".join(one for one in wrong if one)


async def fill(client: aiohttp.ClientSession) -> None:
    """Something to be asked about."""
    for body in x12_orders(range(1, 4)).values():
        async with client.post("/v1/partners/bigbox/interchanges?wait=ack", data=body, headers=bearer(POSTING)) as answer:
            assert answer.status == 200
