"""Every operation by every role: allowed or denied exactly as its right says, over HTTP, before anything is read or done."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import pytest

from gateway.api.operation import Operation
from gateway.api.table import OPERATIONS
from gateway.domain.access import OF_A_PARTNER, ROLES, Caller, Right, Role
from gateway.errors import Absent
from tests.gateway.api.served import caller, site

CALLERS: Sequence[Caller] = (
    *(caller(role, name=role.value) for role in Role),
    caller(Role.VIEWER, name="viewer-with-payloads", payloads=True),
    caller(Role.VIEWER, name="bigbox", partner="bigbox"),
    caller(*Role, name="bigbox-with-all", partner="bigbox", payloads=True),
    caller(name="nobody-special"),
)
PLACE = "00000000-0000-7000-8000-000000000001"


def harmless(row: Operation) -> Operation:
    """The same row, which does nothing but say that it was reached."""

    async def run(*_: object) -> Any:
        raise Absent("reached")

    return replace(row, run=run, slow=False)


def expected(row: Operation, who: Caller) -> bool:
    """What the documentation says: the role has the right, and accounts of partners ask what is for partners."""
    roles = {role for role in Role if role.value == who.name} or ({Role.VIEWER} if who.name != "nobody-special" else set())
    rights = {right for role in roles for right in ROLES[role]}
    if who.name in {"viewer-with-payloads", "bigbox-with-all"}:
        rights.add(Right.PAYLOADS)
    if who.name == "bigbox-with-all":
        rights.update(*ROLES.values())
    if who.partner is not None:
        return row.right in rights & OF_A_PARTNER and row.partners
    return row.right in rights


@pytest.mark.parametrize("who", CALLERS, ids=lambda who: who.name)
async def test_every_operation_is_allowed_or_denied_as_its_right_says(who: Caller) -> None:
    wrong = []
    async with site(*map(harmless, OPERATIONS), callers=[who]) as at:
        for row in OPERATIONS:
            path = row.path
            for name in row.asked.model_fields:
                path = path.replace(f"{{{name}}}", PLACE)
            answer = await at.ask(row.method, path, token=who.name)
            denied = answer.status == 403
            # Who is let in gets as far as what is asked for (422), or to the operation itself (404: nothing is there).
            if denied == expected(row, who) or (not denied and answer.status not in {422, 404}):
                wrong.append((row.name, answer.status))
    assert not wrong


async def test_nobody_gets_anywhere_without_a_token() -> None:
    async with site(*map(harmless, OPERATIONS)) as at:
        for row in OPERATIONS:
            answer = await at.ask(row.method, row.path.replace("{", "").replace("}", ""), headers={"Authorization": ""})
            assert (answer.status, answer.code) == (401, "unauthenticated"), row.name
            at.clock.at += 5  # strangers may try so often
