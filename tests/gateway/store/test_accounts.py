"""Accounts: who adds, changes and closes them, and that somebody who may administer is always left."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import replace
from functools import partial
from uuid import uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.domain.access import NAME_OF_AN_ACCOUNT, OF_A_PARTNER, AccountKind, Caller, Right, Role, rights_of
from gateway.errors import Absent, ActionRefused, Denied, NotSignedIn
from gateway.operations.accounts import FIRST, Invitation, Terms
from tests.gateway.store.entrance import (
    ADMINISTRATOR,
    LOGIN,
    OPERATOR,
    PASSWORD,
    VIEWER,
    Entrance,
    entrance_at,
    repeated,
)
from tests.gateway.store.test_partitions import execute

NOBODY = Caller(uuid4(), "nobody", AccountKind.PERSON, frozenset(Right) - {Right.ADMINISTER})
OF_BIGBOX = Terms(roles=frozenset({Role.VIEWER}), payloads=True, partner="bigbox")


@pytest.fixture
async def entrance(postgres_url: str) -> AsyncIterator[Entrance]:
    async with entrance_at(postgres_url) as entrance:
        yield entrance


class TestAdding:
    async def test_a_person_is_there_when_a_password_was_chosen(self, entrance: Entrance) -> None:
        terms = replace(OPERATOR, payloads=True, display="Ada Lovelace\x00")
        invitation = await entrance.accounts.add_person(" Ada.L ", terms, by=LOGIN)
        assert (invitation.name, invitation.path) == ("ada.l", f"/password/{invitation.secret}")
        assert invitation.secret not in repr(invitation)
        (shown,) = await entrance.store.described(entrance.terms)
        assert (shown["name"], shown["state"], shown["display"], shown["created_by"]) == (
            "ada.l", "invited", "Ada Lovelace\ufffd", "root"
        )  # fmt: skip
        assert shown["rights"] == ["control", "payloads", "repair", "see"]
        await entrance.door.choose_password(invitation.secret, PASSWORD)
        await entrance.sign_in("ada.l")
        (shown,) = await entrance.store.described(entrance.terms, "ada.l")
        assert (shown["state"], shown["sessions"], shown["tokens"]) == ("open", 1, 0)
        assert shown["seen_at"] is not None
        assert not {"secret", "hash"} & set(shown)

    async def test_a_service_never_signs_in_and_is_not_invited(self, entrance: Entrance) -> None:
        await entrance.service("robot")
        with pytest.raises(ActionRefused, match="never signs in"):
            await entrance.accounts.invite("robot", by=LOGIN)
        assert not await entrance.store.invite((await entrance.existing("robot")).id, "x", by="a", lasting=entrance.terms.idle)

    async def test_a_name_that_could_be_mistaken_is_refused(self, entrance: Entrance) -> None:
        for name in ("", " ", "-ada", "ada lovelace", "a\nda", "adä", "x" * 101, "ada/../root", "<script>"):
            with pytest.raises(ActionRefused, match="no name of an account"):
                await entrance.accounts.add_person(name, VIEWER, by=LOGIN)

    async def test_a_name_is_taken_for_ever(self, entrance: Entrance) -> None:
        await entrance.person("ada")
        await entrance.accounts.close("ada", by=LOGIN)
        for add in (entrance.accounts.add_person, entrance.accounts.add_service):
            with pytest.raises(ActionRefused, match="is taken"):
                await add("ADA", VIEWER, by=LOGIN)

    async def test_what_an_account_cannot_be_allowed(self, entrance: Entrance) -> None:
        await entrance.person("bo")
        for terms, says in (
            (Terms(roles=frozenset()), "would have no role"),
            (replace(OF_BIGBOX, partner="unknown"), "no partner 'unknown'"),
            (replace(OF_BIGBOX, roles=OPERATOR.roles), "can only look"),
            (replace(OF_BIGBOX, roles=VIEWER.roles | ADMINISTRATOR.roles), "can only look"),
        ):
            with pytest.raises(ActionRefused, match=says):
                await entrance.accounts.add_person("ada", terms, by=LOGIN)
            with pytest.raises(ActionRefused, match=says):
                await entrance.accounts.change("bo", terms, by=LOGIN)

    async def test_all_of_it_is_for_administrators(self, entrance: Entrance) -> None:
        await entrance.person("ada")
        desk = entrance.accounts
        for attempt in (
            desk.add_person("bo", VIEWER, by=NOBODY),
            desk.add_service("bo", VIEWER, by=NOBODY),
            desk.invite("ada", by=NOBODY),
            desk.change("ada", OPERATOR, by=NOBODY),
            desk.close("ada", by=NOBODY),
        ):
            with pytest.raises(Denied):
                await attempt
        with pytest.raises(Absent):
            await desk.sign_out("ada", by=NOBODY)
        assert await entrance.store.account("bo") is None


class TestChanging:
    async def test_a_change_holds_at_once_also_for_who_is_signed_in(self, entrance: Entrance) -> None:
        await entrance.person("ada", OPERATOR)
        cookie = (await entrance.sign_in("ada")).cookie
        await entrance.accounts.change("ada", OF_BIGBOX, by=LOGIN)
        caller = await entrance.door.caller_of_session(cookie)
        assert caller is not None
        assert (caller.rights, caller.partner) == ({Right.SEE, Right.PAYLOADS}, "bigbox")
        (line,) = await execute(entrance.database, "select detail::text from gateway.audit where action = 'account_changed'")
        assert '"were": {"roles": ["operator"], "partner": null, "payloads": false}' in line[0]
        assert '"roles": ["viewer"], "partner": "bigbox", "payloads": true' in line[0]

    async def test_a_closed_account_lets_nobody_in_by_anything(self, entrance: Entrance) -> None:
        await entrance.person("ada", OPERATOR)
        robot = await entrance.service("robot")
        cookie, token = (await entrance.sign_in("ada")).cookie, await entrance.token(robot, Right.SEE)
        link = (await entrance.accounts.invite("ada", by=LOGIN)).secret
        for name in ("ada", "robot"):
            await entrance.accounts.close(name, by=LOGIN)
        assert await entrance.door.caller_of_session(cookie) is None
        assert await entrance.shown(token) is None
        assert await entrance.door.invited(link) is None
        assert not await entrance.store.set_secret((await entrance.existing("ada")).id, "x", by="ada", invitation=None)
        with pytest.raises(NotSignedIn):
            await entrance.sign_in("ada")
        for attempt in (entrance.accounts.close("ada", by=LOGIN), entrance.accounts.invite("ada", by=LOGIN),
                        entrance.accounts.change("ada", OPERATOR, by=LOGIN)):  # fmt: skip
            with pytest.raises(Absent):
                await attempt
        shown = {one["name"]: one for one in await entrance.store.described(entrance.terms)}
        assert (shown["ada"]["state"], shown["ada"]["sessions"], shown["robot"]["tokens"]) == ("closed", 0, 0)
        assert shown["ada"]["closed_by"] == "root"

    async def test_sessions_are_ended_by_administrators_and_by_oneself(self, entrance: Entrance) -> None:
        ada, bo = (await entrance.person("ada")).caller(), (await entrance.person("bo")).caller()
        for name in ("ada", "ada", "bo"):
            await entrance.sign_in(name)
        with pytest.raises(Absent):
            await entrance.accounts.sign_out("bo", by=ada)
        first, second = await entrance.store.sessions(ada.account, entrance.terms)
        assert set(first) == {"id", "account", "address", "agent", "begun_at", "seen_at"}
        with pytest.raises(Absent):
            await entrance.accounts.end_session(first["id"], by=bo)
        await entrance.accounts.end_session(first["id"], by=ada)
        await entrance.accounts.end_session(second["id"], by=LOGIN)
        with pytest.raises(Absent):
            await entrance.accounts.end_session(second["id"], by=LOGIN)
        assert await entrance.accounts.sign_out("bo", by=LOGIN) == 1
        assert await entrance.accounts.sign_out("bo", by=bo) == 0
        assert (await entrance.actions("bo"))[-1] == ("root", "sessions_ended")
        assert [action for _, action in await entrance.actions("ada")][-2:] == ["session_ended", "session_ended"]


class TestTheLastAdministrator:
    async def test_is_neither_closed_nor_made_less(self, entrance: Entrance) -> None:
        await entrance.person("ada", ADMINISTRATOR)
        await entrance.person("bo", OPERATOR)
        for attempt in (
            entrance.accounts.close("ada", by=LOGIN),
            entrance.accounts.change("ada", OPERATOR, by=LOGIN),
            entrance.accounts.change("ada", OF_BIGBOX, by=LOGIN),
        ):
            with pytest.raises(ActionRefused, match="left to administer"):
                await attempt
        await entrance.accounts.change("ada", replace(ADMINISTRATOR, payloads=True), by=LOGIN)
        await entrance.accounts.close("bo", by=LOGIN)

    async def test_one_who_never_chose_a_password_does_not_count(self, entrance: Entrance) -> None:
        await entrance.person("ada", ADMINISTRATOR)
        link = (await entrance.accounts.add_person("bo", ADMINISTRATOR, by=LOGIN)).secret
        await entrance.service("robot", ADMINISTRATOR)
        with pytest.raises(ActionRefused, match="left to administer"):
            await entrance.accounts.close("ada", by=LOGIN)
        await entrance.door.choose_password(link, PASSWORD)
        await entrance.accounts.close("ada", by=LOGIN)
        with pytest.raises(ActionRefused, match="left to administer"):
            await entrance.accounts.close("bo", by=LOGIN)

    async def test_two_who_close_each_other_at_the_same_time_do_not_both_succeed(self, postgres_url: str) -> None:
        async with entrance_at(postgres_url, size=6) as entrance:
            names = [f"admin{number}" for number in range(5)]
            for name in names:
                await entrance.person(name, ADMINISTRATOR)
            closing = [partial(entrance.accounts.close, name, by=LOGIN) for name in names]
            results = await asyncio.gather(*map(repeated, closing), return_exceptions=True)
            assert sorted(type(one).__name__ for one in results) == ["ActionRefused"] + ["NoneType"] * 4
            assert len(await entrance.store.administrators()) == 1


class TestTheFirstAdministrator:
    async def test_is_invited_until_there_is_one(self, entrance: Entrance) -> None:
        first, again = [await entrance.accounts.first_administrator() for _ in range(2)]
        assert isinstance(first, Invitation)
        assert isinstance(again, Invitation)
        assert first.name == again.name == FIRST
        assert first.secret != again.secret
        await entrance.door.choose_password(first.secret, PASSWORD)
        assert await entrance.door.invited(again.secret) is None
        assert await entrance.accounts.first_administrator() is None
        caller = (await entrance.sign_in(FIRST)).caller
        assert caller.may(Right.ADMINISTER)
        assert not caller.may(Right.PAYLOADS)

    async def test_one_whose_link_was_lost_is_invited_under_the_name_there_is(self, entrance: Entrance) -> None:
        await entrance.accounts.add_person("grace", ADMINISTRATOR, by=LOGIN)
        invitation = await entrance.accounts.first_administrator()
        assert invitation is not None
        assert invitation.name == "grace"

    async def test_a_name_that_is_taken_is_not_taken_over(self, entrance: Entrance) -> None:
        await entrance.person(FIRST, OPERATOR)
        invitation = await entrance.accounts.first_administrator()
        assert invitation is not None
        assert invitation.name == "admin-2"

    async def test_processes_that_start_together_make_one(self, postgres_url: str) -> None:
        async with entrance_at(postgres_url, size=6) as entrance:
            invitations = await asyncio.gather(*(entrance.accounts.first_administrator() for _ in range(6)))
            assert {one.name for one in invitations if one} == {FIRST}
            assert len(await entrance.store.described(entrance.terms)) == 1
            for one in invitations:
                assert one is not None
                assert await entrance.door.invited(one.secret) is not None


@given(st.sets(st.sampled_from(Role)), st.booleans(), st.sampled_from([None, "bigbox"]))
def test_rights_are_those_of_the_roles_and_of_a_partner_at_most_to_look(
    roles: set[Role], payloads: bool, partner: str | None
) -> None:
    rights = rights_of(roles, payloads=payloads, partner=partner)
    assert (Right.PAYLOADS in rights) is payloads, "no role sees what documents hold"
    assert partner is None or rights <= OF_A_PARTNER
    assert (Right.ADMINISTER in rights) is (Role.ADMINISTRATOR in roles and partner is None)


@given(st.text(max_size=120))
def test_a_name_reads_as_it_is_written(name: str) -> None:
    if NAME_OF_AN_ACCOUNT.fullmatch(name):
        assert name == name.strip().casefold()
        assert name.isascii()
        assert name.isprintable()
