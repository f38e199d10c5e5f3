"""Tokens: shown once, for no more than their account may now, ended by time or at once, rotated without a gap."""

import asyncio
import re
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import timedelta
from uuid import uuid4

import pytest

from gateway.domain.access import AccountKind, Caller, Right
from gateway.errors import Absent, ActionRefused, Denied
from gateway.operations.tokens import LONGEST
from tests.gateway.store.entrance import ADDRESS, LOGIN, OPERATOR, VIEWER, YEAR, Entrance, entrance_at
from tests.gateway.store.test_partitions import execute

SEE = frozenset({Right.SEE})
WEEK = timedelta(days=7)


@pytest.fixture
async def entrance(postgres_url: str) -> AsyncIterator[Entrance]:
    async with entrance_at(postgres_url) as entrance:
        yield entrance


class TestShowing:
    async def test_a_token_is_its_account_with_the_rights_it_was_made_for(self, entrance: Entrance) -> None:
        robot = await entrance.service("robot", replace(OPERATOR, partner=None, payloads=True))
        made = await entrance.tokens.issue(robot, "nightly", scopes=frozenset({Right.SEE, Right.REPAIR}), lasting=YEAR, by=LOGIN)
        assert re.fullmatch(r"edi_secret \d+", made.token)
        assert made.token not in repr(made)
        caller = await entrance.shown(made.token)
        assert caller == Caller(
            robot.id, "robot", AccountKind.SERVICE, frozenset({Right.SEE, Right.REPAIR}), None, made.id, OPERATOR.roles
        )
        assert await entrance.shown(made.token + "x") is None
        assert await entrance.shown("") is None
        for table in ("token", "audit"):
            (row,) = await execute(entrance.database, f"select string_agg(t::text, '') as text from gateway.{table} t")
            assert made.token not in row["text"]

    async def test_rights_that_the_account_loses_are_lost_to_its_tokens_and_come_back_with_it(self, entrance: Entrance) -> None:
        robot = await entrance.service("robot", OPERATOR)
        token = await entrance.token(robot, Right.SEE, Right.CONTROL)
        await entrance.accounts.change("robot", VIEWER, by=LOGIN)
        caller = await entrance.shown(token)
        assert caller is not None
        assert caller.rights == {Right.SEE}
        await entrance.accounts.change("robot", replace(OPERATOR, payloads=True), by=LOGIN)
        caller = await entrance.shown(token)
        assert caller is not None
        assert caller.rights == {Right.SEE, Right.CONTROL}, "and never more than it was made for"
        await entrance.accounts.change("robot", replace(VIEWER, partner="bigbox"), by=LOGIN)
        caller = await entrance.shown(token)
        assert caller is not None
        assert (caller.rights, caller.partner) == (SEE, "bigbox")

    async def test_it_ends_with_its_time(self, entrance: Entrance) -> None:
        robot = await entrance.service("robot")
        made = await entrance.tokens.issue(robot, "short", scopes=SEE, lasting=timedelta(hours=1), by=LOGIN)
        await entrance.later("59 minutes")
        assert await entrance.shown(made.token) is not None
        await entrance.later("1 minute")
        assert await entrance.shown(made.token) is None
        (shown,) = await entrance.store.tokens(robot.id)
        assert (shown["state"], shown["name"], shown["scopes"]) == ("expired", "short", ["see"])
        assert "hash" not in shown
        with pytest.raises(Absent):
            await entrance.tokens.revoke(made.id, by=LOGIN)

    async def test_it_ends_at_once_when_it_is_revoked(self, entrance: Entrance) -> None:
        robot = await entrance.service("robot")
        token = await entrance.token(robot, Right.SEE)
        caller = await entrance.shown(token)
        assert caller is not None
        assert caller.token is not None
        await entrance.tokens.revoke(caller.token, by=LOGIN)
        assert await entrance.shown(token) is None
        with pytest.raises(Absent):
            await entrance.tokens.revoke(caller.token, by=LOGIN)
        assert [action for _, action in await entrance.actions("robot")] == ["account_added", "token_added", "token_revoked"]

    async def test_when_and_from_where_it_was_used_is_known_to_the_minute(self, entrance: Entrance) -> None:
        robot = await entrance.service("robot")
        token = await entrance.token(robot, Right.SEE)
        assert (await entrance.store.tokens())[0]["used_at"] is None
        await entrance.shown(token)
        first = (await entrance.store.tokens())[0]
        assert first["used_from"] == ADDRESS
        await entrance.shown(token)
        assert (await entrance.store.tokens())[0]["used_at"] == first["used_at"]
        await entrance.later("61 seconds")
        await entrance.shown(token)
        assert (await entrance.store.tokens())[0]["used_at"] > first["used_at"]


class TestIssuing:
    async def test_what_a_token_cannot_be(self, entrance: Entrance) -> None:
        robot = await entrance.service("robot", OPERATOR)
        wrong: list[tuple[str, frozenset[Right], timedelta, str]] = [
            (" ", SEE, YEAR, "needs a name"),
            ("it", frozenset(), YEAR, "for nothing"),
            ("it", frozenset({Right.SEE, Right.ADMINISTER}), YEAR, "itself may not: administer"),
            ("it", frozenset({Right.PAYLOADS}), YEAR, "itself may not: payloads"),
            ("it", SEE, timedelta(), "at most a year"),
            ("it", SEE, LONGEST + timedelta(seconds=1), "at most a year"),
        ]
        for name, scopes, lasting, says in wrong:
            with pytest.raises(ActionRefused, match=says):
                await entrance.tokens.issue(robot, name, scopes=scopes, lasting=lasting, by=LOGIN)
        assert await entrance.store.tokens() == []

    async def test_people_make_their_own_where_they_are_signed_in_and_nobody_else_does(self, entrance: Entrance) -> None:
        ada, bo = await entrance.person("ada"), await entrance.person("bo")
        robot = await entrance.service("robot")
        own = await entrance.tokens.issue(ada, "scripts", scopes=SEE, lasting=YEAR, by=ada.caller())
        with_it = await entrance.shown(own.token)
        assert with_it is not None
        for account, by in ((ada, bo.caller()), (robot, bo.caller()), (ada, with_it)):
            with pytest.raises(Denied):
                await entrance.tokens.issue(account, "x", scopes=SEE, lasting=YEAR, by=by)
        with pytest.raises(ActionRefused, match="make their tokens themselves"):
            await entrance.tokens.issue(ada, "x", scopes=SEE, lasting=YEAR, by=LOGIN)
        with pytest.raises(ActionRefused, match="make their tokens themselves"):
            await entrance.tokens.rotate(own.id, overlap=WEEK, lasting=YEAR, by=LOGIN)
        with pytest.raises(Absent):
            await entrance.tokens.revoke(own.id, by=bo.caller())
        with pytest.raises(Denied):
            await entrance.tokens.revoke(own.id, by=with_it)
        await entrance.tokens.revoke(own.id, by=LOGIN)

    async def test_a_closed_account_gets_none(self, entrance: Entrance) -> None:
        robot = await entrance.service("robot")
        await entrance.accounts.close("robot", by=LOGIN)
        with pytest.raises(Absent):
            await entrance.tokens.issue(robot, "it", scopes=SEE, lasting=YEAR, by=LOGIN)


class TestRotating:
    async def test_both_hold_for_a_while_and_then_the_new_one(self, entrance: Entrance) -> None:
        robot = await entrance.service("robot")
        old = await entrance.tokens.issue(robot, "nightly", scopes=SEE, lasting=YEAR, by=LOGIN)
        new = await entrance.tokens.rotate(old.id, overlap=WEEK, lasting=YEAR, by=LOGIN)
        assert new.token != old.token
        for token in (old.token, new.token):
            caller = await entrance.shown(token)
            assert caller is not None
            assert (caller.name, caller.rights) == ("robot", SEE)
        newer, older = sorted(await entrance.store.tokens(robot.id), key=lambda one: one["replaces"] is None)
        assert (newer["name"], newer["replaces"], older["replaces"]) == ("nightly", str(old.id), None)
        await entrance.later("7 days 1 second")
        assert await entrance.shown(old.token) is None
        assert await entrance.shown(new.token) is not None
        assert (await entrance.actions("robot"))[-1] == ("root", "token_rotated")

    async def test_the_old_one_does_not_live_longer_by_it(self, entrance: Entrance) -> None:
        robot = await entrance.service("robot")
        old = await entrance.tokens.issue(robot, "nightly", scopes=SEE, lasting=timedelta(days=2), by=LOGIN)
        await entrance.tokens.rotate(old.id, overlap=WEEK, lasting=YEAR, by=LOGIN)
        await entrance.later("2 days 1 second")
        assert await entrance.shown(old.token) is None

    async def test_without_overlap_the_old_one_ends_at_once(self, entrance: Entrance) -> None:
        robot = await entrance.service("robot")
        old = await entrance.tokens.issue(robot, "nightly", scopes=SEE, lasting=YEAR, by=LOGIN)
        await entrance.tokens.rotate(old.id, overlap=timedelta(), lasting=YEAR, by=LOGIN)
        assert await entrance.shown(old.token) is None

    async def test_not_for_longer_than_is_allowed(self, entrance: Entrance) -> None:
        robot = await entrance.service("robot")
        old = await entrance.tokens.issue(robot, "nightly", scopes=SEE, lasting=YEAR, by=LOGIN)
        for overlap, lasting in ((timedelta(days=31), YEAR), (-WEEK, YEAR), (WEEK, timedelta(days=400))):
            with pytest.raises(ActionRefused):
                await entrance.tokens.rotate(old.id, overlap=overlap, lasting=lasting, by=LOGIN)
        assert len(await entrance.store.tokens()) == 1

    async def test_what_is_over_or_not_there_is_not_rotated(self, entrance: Entrance) -> None:
        robot = await entrance.service("robot")
        old = await entrance.tokens.issue(robot, "nightly", scopes=SEE, lasting=YEAR, by=LOGIN)
        await entrance.tokens.revoke(old.id, by=LOGIN)
        for token in (old.id, uuid4()):
            with pytest.raises(Absent):
                await entrance.tokens.rotate(token, overlap=WEEK, lasting=YEAR, by=LOGIN)

    async def test_rotated_and_revoked_at_the_same_time_nothing_is_left_that_was_meant_to_end(self, postgres_url: str) -> None:
        async with entrance_at(postgres_url, size=4) as entrance:
            robot = await entrance.service("robot")
            old = await entrance.tokens.issue(robot, "nightly", scopes=SEE, lasting=YEAR, by=LOGIN)
            await asyncio.gather(
                entrance.tokens.rotate(old.id, overlap=timedelta(), lasting=YEAR, by=LOGIN),
                entrance.tokens.revoke(old.id, by=LOGIN),
                return_exceptions=True,
            )
            assert await entrance.shown(old.token) is None
