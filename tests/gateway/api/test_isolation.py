"""Every operation that accounts of partners may ask, as both partners: ids of the other lead nowhere, lists hold none."""

import re
from typing import Any

import orjson
import pytest

from gateway.api.operation import File, Operation, Page
from gateway.api.reading import lists_of, path_members
from gateway.api.table import OPERATIONS
from gateway.domain.access import Caller, Right, Role
from gateway.errors import Absent
from tests.world.day import World, caller

OURS = [row for row in OPERATIONS if row.partners]
NAMES = {"bigbox": r"nord ?mart|5798000000025", "nordmart": r"big ?box|123456789"}
"""How the other one is known by in what each may see."""
OTHER = {"bigbox": "nordmart", "nordmart": "bigbox"}
OF: dict[str, str] = {
    "message": "select transmission as id from gateway.document where partner = $1 "
    "union select id from gateway.outbound where partner = $1",
    "document": "select id from gateway.document where partner = $1",
    "outbound": "select id from gateway.outbound where partner = $1",
    "expectation": "select id from gateway.expectation where partner = $1",
    "acknowledgement": "select id from gateway.expectation where partner = $1",
    "order": "select id from gateway.trade_order where partner = $1",
    "partner": "select $1 as id",
    "fingerprint": "select repeat('a', 64) as id where $1 <> ''",
    "session": "select s.id from gateway.session s join gateway.account a on a.id = s.account where a.partner = $1",
    "token": "select t.id from gateway.token t join gateway.account a on a.id = t.account where a.partner = $1",
    "account": "select name as id from gateway.account where partner = $1",
}
"""What a partner has, by the member of a path that names it. An operation with another member says here what that is."""
MORE: dict[str, dict[str, Any]] = {
    "partners.try": {"content": "SVNBKg=="},
    "tokens.issue": {"name": "mine", "scopes": ["see"]},
    "messages.trace": {"number": "order:4711"},
    "messages.complete": {"text": "partner:", "cursor": 8},
}


def asked_by(partner: str) -> Caller:
    return caller(Role.VIEWER, name=f"somebody at {partner}", payloads=True, partner=partner)


async def members(world: World, partner: str) -> None:
    """An account of the partner with a session and a token."""
    await world.rows(
        "insert into gateway.account (id, name, kind, roles, partner, created_by) "
        "values (gen_random_uuid(), $1, 'person', '{viewer}', $2, 'root')",
        f"her@{partner}.example", partner,
    )  # fmt: skip
    account = await world.value("select id from gateway.account where partner = $1", partner)
    await world.rows(
        "insert into gateway.session (id, account, hash, address, agent) values (gen_random_uuid(), $1, $2, '', '')",
        account, f"session of {partner}".encode(),
    )  # fmt: skip
    await world.rows(
        "insert into gateway.token (id, account, name, hash, scopes, created_by, expires_at) "
        "values (gen_random_uuid(), $1, 'x', $2, '{see}', 'root', gateway.now() + interval '1 day')",
        account, f"token of {partner}".encode(),
    )  # fmt: skip


async def told(world: World, row: Operation, who: Caller, asked: dict[str, Any]) -> str:
    """All that an operation answers, as text."""
    result = await row.run(world.office, who, row.asked.model_validate(asked))
    if isinstance(result, File):
        return result.content.decode("utf-8", "replace")
    found = result.items if isinstance(result, Page) else [result]
    return orjson.dumps([one.model_dump(mode="json") if hasattr(one, "model_dump") else str(one) for one in found]).decode()


@pytest.mark.parametrize("partner", OTHER)
async def test_what_is_the_others_is_not_there(world: World, partner: str) -> None:
    await members(world, OTHER[partner])
    wrong, tried = [], 0
    for row in OURS:
        if not path_members(row.path):
            continue
        (first, *_) = path_members(row.path)
        ids = [one["id"] for one in await world.rows(OF[first], OTHER[partner])]
        for one in ids:
            rest = dict.fromkeys(path_members(row.path)[1:], "a" * 64)
            tried += 1
            try:
                text = await told(world, row, asked_by(partner), {first: one, **rest, **MORE.get(row.name, {})})
            except Absent:
                continue
            wrong.append((row.name, str(one), text[:200]))
    assert not wrong
    assert tried > 20


@pytest.mark.parametrize("partner", OTHER)
async def test_lists_and_ones_own_things_hold_nothing_of_the_other(world: World, partner: str) -> None:
    for one in OTHER:
        await members(world, one)
    wrong = []
    for row in OURS:
        if row.streams or row.method != "GET" or row.right is Right.PAYLOADS:
            continue  # what documents hold was written by their sender
        names = path_members(row.path)
        ids = [one["id"] for one in await world.rows(OF[names[0]], partner)] if names else [None]
        for place in ids:
            own = {names[0]: place, **dict.fromkeys(names[1:], "a" * 64)} if names else {}
            try:
                text = await told(world, row, asked_by(partner), {**own, **MORE.get(row.name, {})})
            except Absent:  # a fingerprint that nobody has, an account's own session
                continue
            found = re.search(NAMES[partner], text, re.IGNORECASE)
            if found:
                wrong.append((row.name, str(place), text[max(found.start() - 80, 0) : found.end() + 40]))
    assert not wrong


async def test_a_list_is_not_widened_by_asking_for_the_other(world: World) -> None:
    for row in OURS:
        if "partner" in row.asked.model_fields and row.pages and not path_members(row.path):
            for partner, other in OTHER.items():
                wanted = (other,) if "partner" in lists_of(row.asked) else other
                try:
                    text = await told(world, row, asked_by(partner), {"partner": wanted})
                except Absent:
                    continue
                assert text == "[]", (row.name, partner)
