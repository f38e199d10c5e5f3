"""Signing in: by passwords, links and sessions; what is wrong, too much or over lets nobody in."""

import asyncio
from collections.abc import AsyncIterator
from datetime import timedelta
from functools import partial
from itertools import pairwise
from uuid import uuid4

import pytest
from argon2 import PasswordHasher

from gateway.domain.access import AccountKind, Right
from gateway.domain.sign_in import SessionTerms
from gateway.errors import ActionRefused, NotSignedIn, TooOften
from gateway.operations.accounts import LINK_HOLDS
from gateway.operations.sign_in import SignInDesk
from gateway.ports.access import NewSession
from gateway.security.passwords import ArgonPasswords
from gateway.system import TimeOrderedIds
from tests.gateway.store.entrance import ADDRESS, LOGIN, OPERATOR, PASSWORD, Entrance, entrance_at, repeated
from tests.gateway.store.test_partitions import execute

OTHER = "198.51.100.1"


@pytest.fixture
async def entrance(postgres_url: str) -> AsyncIterator[Entrance]:
    async with entrance_at(postgres_url) as entrance:
        yield entrance


async def guess(entrance: Entrance, name: str, times: int, *, address: str = ADDRESS) -> None:
    for _ in range(times):
        with pytest.raises(NotSignedIn):
            await entrance.sign_in(name, "a wrong password", address=address)


class TestComingIn:
    async def test_who_has_the_password_comes_in_and_is_who_the_account_says(self, entrance: Entrance) -> None:
        account = await entrance.person("ada", OPERATOR)
        signed_in = await entrance.sign_in(" Ada ")
        assert (signed_in.caller.name, signed_in.caller.kind, signed_in.caller.partner) == ("ada", AccountKind.PERSON, None)
        assert signed_in.caller.rights == {Right.SEE, Right.REPAIR, Right.CONTROL}
        assert signed_in.cookie not in repr(signed_in)
        assert await entrance.door.caller_of_session(signed_in.cookie) == account.caller()
        assert await entrance.door.caller_of_session(signed_in.cookie + "x") is None
        assert await entrance.actions("ada") == [
            ("root", "account_added"),
            ("root", "account_invited"),
            ("ada", "password_chosen"),
            ("ada", "signed_in"),
        ]

    async def test_neither_cookie_nor_link_nor_password_is_kept(self, entrance: Entrance) -> None:
        invitation = await entrance.accounts.add_person("ada", OPERATOR, by=LOGIN)
        await entrance.door.choose_password(invitation.secret, PASSWORD)
        cookie = (await entrance.sign_in("ada")).cookie
        for table in ("account", "session", "invitation", "sign_in", "audit"):
            (row,) = await execute(
                entrance.database, f"select coalesce(string_agg(t::text, ''), '') as text from gateway.{table} t"
            )
            for secret in (invitation.secret, cookie, PASSWORD):
                assert secret not in row["text"]
                assert secret.encode().hex() not in row["text"]

    async def test_the_same_is_said_of_a_wrong_password_a_name_that_is_not_there_and_who_never_signs_in(
        self, entrance: Entrance
    ) -> None:
        await entrance.person("ada")
        await entrance.person("gone")
        await entrance.accounts.close("gone", by=LOGIN)
        await entrance.service("robot")
        await entrance.accounts.add_person("invited", OPERATOR, by=LOGIN)
        said: set[tuple[str, str]] = set()
        for name, password in (
            ("ada", "wrong"), ("ada", ""), ("ada", "\ud800"), ("ada", "x" * 5_000_000), ("nobody", PASSWORD), ("gone", PASSWORD),
            ("robot", PASSWORD), ("robot", ""), ("invited", ""), ("", ""), ("ada\x00", PASSWORD), ("x" * 5_000, PASSWORD),
        ):  # fmt: skip
            with pytest.raises(NotSignedIn) as refused:
                await entrance.sign_in(name, password, address=f"192.0.2.{len(said)}")
            said.add((str(refused.value), refused.value.remedy))
        assert len(said) == 1

    async def test_a_wrong_password_is_written_down(self, entrance: Entrance) -> None:
        await guess(entrance, "nobody", 1)
        assert await entrance.actions("nobody") == [("nobody", "sign_in_failed")]

    async def test_a_password_is_hashed_anew_when_hashing_has_changed(self, entrance: Entrance) -> None:
        await entrance.person("ada")
        before = (await entrance.existing("ada")).secret
        stronger = SignInDesk(
            accounts=entrance.store,
            passwords=ArgonPasswords(PasswordHasher(time_cost=2, memory_cost=16, parallelism=1)),
            terms=entrance.terms,
            new_id=TimeOrderedIds(),
            new_secret=lambda: "cookie",
        )
        await stronger.sign_in("ada", PASSWORD, address=ADDRESS, agent="")
        after = (await entrance.existing("ada")).secret
        assert before != after
        assert "t=2" in after
        assert (await entrance.sign_in("ada")).caller.name == "ada"
        await entrance.store.renew_secret((await entrance.existing("ada")).id, before, "late")
        assert (await entrance.existing("ada")).secret != "late", "another was chosen meanwhile"


class TestGuessing:
    async def test_wrong_passwords_make_the_next_wait_and_then_the_right_one_comes_in(self, entrance: Entrance) -> None:
        await entrance.person("ada")
        await guess(entrance, "ada", 5)
        waits = []
        for _ in range(3):
            with pytest.raises(TooOften) as refused:
                await entrance.sign_in("ada")
            waits.append(refused.value.retry_after)
            await entrance.later(f"{refused.value.retry_after + 0.1} seconds")
            await guess(entrance, "ada", 1)
        assert all(later > earlier for earlier, later in pairwise(waits))
        assert waits[0] <= 1 < waits[2] <= 4
        await entrance.later("10 seconds")
        assert (await entrance.sign_in("ada")).caller.name == "ada"
        await guess(entrance, "ada", 5)

    async def test_a_refusal_does_not_prolong_the_wait(self, entrance: Entrance) -> None:
        await entrance.person("ada")
        await guess(entrance, "ada", 5)
        for _ in range(20):
            with pytest.raises(TooOften):
                await entrance.sign_in("ada")
        await entrance.later("2 seconds")
        assert (await entrance.sign_in("ada")).caller.name == "ada"

    async def test_wrong_ones_from_everywhere_do_not_keep_out_who_comes_from_where_they_came_before(
        self, entrance: Entrance
    ) -> None:
        await entrance.person("ada")
        await entrance.sign_in("ada")
        many = "insert into gateway.sign_in (name, address) select 'ada', '203.0.113.' || n from generate_series(1, 200) n"
        await execute(entrance.database, many)
        with pytest.raises(TooOften) as refused:
            await entrance.sign_in("ada", address=OTHER)
        assert refused.value.retry_after <= 60
        assert (await entrance.sign_in("ada")).caller.name == "ada"
        await entrance.later("61 seconds")
        assert (await entrance.sign_in("ada", address=OTHER)).caller.name == "ada"

    async def test_one_address_does_not_try_one_name_after_the_other(self, entrance: Entrance) -> None:
        await entrance.person("ada")
        many = "insert into gateway.sign_in (name, address) select 'name' || n, $1 from generate_series(1, 60) n"
        await execute(entrance.database, many, OTHER)
        with pytest.raises(TooOften):
            await entrance.sign_in("ada", address=OTHER)
        assert (await entrance.sign_in("ada")).caller.name == "ada"

    async def test_wrong_ones_at_the_same_time_over_many_connections_count_one_by_one(self, postgres_url: str) -> None:
        async with entrance_at(postgres_url, size=8) as entrance:
            await entrance.person("ada")
            guesses = [partial(entrance.sign_in, "ada", f"wrong {number}") for number in range(40)]
            results = await asyncio.gather(*map(repeated, guesses), return_exceptions=True)
            looked_at = [one for one in results if isinstance(one, NotSignedIn)]
            refused = [one for one in results if isinstance(one, TooOften)]
            assert len(looked_at) + len(refused) == 40
            # Five are free; more only as seconds pass on a slow machine, each after twice the time of the one before.
            assert 5 <= len(looked_at) <= 10

    async def test_those_of_different_names_at_the_same_time_do_not_stand_in_each_others_way(self, postgres_url: str) -> None:
        async with entrance_at(postgres_url, size=8) as entrance:
            guesses = [partial(entrance.sign_in, f"n{n % 4}", "wrong", address=f"192.0.2.{n % 3}") for n in range(24)]
            results = await asyncio.gather(*map(repeated, guesses), return_exceptions=True)
            assert {type(one) for one in results} <= {NotSignedIn, TooOften}

    async def test_it_is_forgotten_when_it_does_not_count_any_more(self, entrance: Entrance) -> None:
        await guess(entrance, "ada", 3)
        assert await entrance.store.forget(entrance.terms) == 0
        await entrance.later("61 minutes")
        assert await entrance.store.forget(entrance.terms) == 3


class TestSessions:
    async def test_who_does_nothing_is_signed_out_and_who_does_stays(self, entrance: Entrance) -> None:
        await entrance.person("ada")
        idle, busy = (await entrance.sign_in("ada")).cookie, (await entrance.sign_in("ada")).cookie
        for _ in range(3):
            await entrance.later("20 minutes")
            assert await entrance.door.caller_of_session(busy) is not None
        assert await entrance.door.caller_of_session(idle) is None
        assert [one["account"] for one in await entrance.store.sessions(None, entrance.terms)] == ["ada"]
        (ada,) = await entrance.store.described(entrance.terms, "ada")
        assert ada["sessions"] == 1

    async def test_nobody_stays_longer_than_the_longest(self, postgres_url: str) -> None:
        terms = SessionTerms(idle=timedelta(hours=5), longest=timedelta(hours=12))
        async with entrance_at(postgres_url, terms=terms) as entrance:
            await entrance.person("ada")
            cookie = (await entrance.sign_in("ada")).cookie
            for _ in range(2):
                await entrance.later("4 hours")
                assert await entrance.door.caller_of_session(cookie) is not None
            await entrance.later("4 hours 1 second")
            assert await entrance.door.caller_of_session(cookie) is None

    async def test_signing_out_ends_this_session_alone(self, entrance: Entrance) -> None:
        await entrance.person("ada")
        one, other = (await entrance.sign_in("ada")).cookie, (await entrance.sign_in("ada")).cookie
        assert await entrance.door.sign_out(one)
        assert not await entrance.door.sign_out(one)
        assert await entrance.door.caller_of_session(one) is None
        assert await entrance.door.caller_of_session(other) is not None
        assert (await entrance.actions("ada"))[-1] == ("ada", "signed_out")

    async def test_use_is_written_down_now_and_then_and_not_each_time(self, entrance: Entrance) -> None:
        await entrance.person("ada")
        cookie = (await entrance.sign_in("ada")).cookie
        changes = "select xmin::text from gateway.session"
        before = (await execute(entrance.database, changes))[0][0]
        for _ in range(5):
            await entrance.door.caller_of_session(cookie)
        assert (await execute(entrance.database, changes))[0][0] == before
        await entrance.later("2 minutes")
        await entrance.door.caller_of_session(cookie)
        assert (await execute(entrance.database, changes))[0][0] != before

    async def test_what_is_long_over_is_forgotten(self, entrance: Entrance) -> None:
        await entrance.person("ada")
        await entrance.sign_in("ada")
        await entrance.later("80 days")
        assert await entrance.store.forget(entrance.terms) == 0
        await entrance.later("20 days")
        assert await entrance.store.forget(entrance.terms) == 2, "a session and a link"


class TestPasswords:
    async def test_a_link_holds_once_and_for_its_time(self, entrance: Entrance) -> None:
        link = (await entrance.accounts.add_person("ada", OPERATOR, by=LOGIN)).secret
        account = await entrance.door.invited(link)
        assert account is not None
        assert account.name == "ada"
        assert await entrance.door.invited("another") is None
        await entrance.door.choose_password(link, PASSWORD)
        assert await entrance.door.invited(link) is None
        with pytest.raises(NotSignedIn, match="does not hold any more"):
            await entrance.door.choose_password(link, PASSWORD + " again")
        late = (await entrance.accounts.invite("ada", by=LOGIN)).secret
        await entrance.later(f"{LINK_HOLDS.total_seconds() + 1} seconds")
        with pytest.raises(NotSignedIn):
            await entrance.door.choose_password(late, PASSWORD + " again")
        assert (await entrance.sign_in("ada")).caller.name == "ada"

    async def test_of_two_who_use_a_link_at_the_same_time_one_succeeds(self, postgres_url: str) -> None:
        async with entrance_at(postgres_url, size=4) as entrance:
            link = (await entrance.accounts.add_person("ada", OPERATOR, by=LOGIN)).secret
            choices = [partial(entrance.door.choose_password, link, f"password number {number}") for number in range(4)]
            results = await asyncio.gather(*map(repeated, choices), return_exceptions=True)
            assert sorted(type(one).__name__ for one in results) == ["NotSignedIn", "NotSignedIn", "NotSignedIn", "str"]
            chosen = results.index("ada")
            assert (await entrance.sign_in("ada", f"password number {chosen}")).caller.name == "ada"

    async def test_what_cannot_be_a_password_leaves_the_link_as_it_is(self, entrance: Entrance) -> None:
        link = (await entrance.accounts.add_person("ada.lovelace", OPERATOR, by=LOGIN)).secret
        for password in ("short", "a" * 40, "ada.lovelace", "x" * 5_000):
            with pytest.raises(ActionRefused, match="password"):
                await entrance.door.choose_password(link, password)
        assert await entrance.door.invited(link) is not None

    async def test_who_has_shown_a_password_that_was_changed_meanwhile_does_not_come_in(self, entrance: Entrance) -> None:
        shown = await entrance.person("ada")
        link = (await entrance.accounts.invite("ada", by=LOGIN)).secret
        await entrance.later("1 second")
        await entrance.door.choose_password(link, "another horse battery")
        session = NewSession(uuid4(), shown.id, "hash", ADDRESS, "", shown.secret_at)
        assert not await entrance.store.begin(session, by="ada", attempt=0)
        assert await entrance.store.sessions(shown.id, entrance.terms) == []

    async def test_a_new_password_ends_sessions_links_and_the_wait(self, entrance: Entrance) -> None:
        await entrance.person("ada")
        cookie = (await entrance.sign_in("ada")).cookie
        first, second = [(await entrance.accounts.invite("ada", by=LOGIN)).secret for _ in range(2)]
        assert (await entrance.sign_in("ada")).caller.name == "ada", "the old one holds until another is chosen"
        await guess(entrance, "ada", 5)
        await entrance.door.choose_password(second, "another horse battery")
        assert await entrance.door.caller_of_session(cookie) is None
        assert await entrance.door.invited(first) is None
        with pytest.raises(NotSignedIn):
            await entrance.sign_in("ada")
        assert (await entrance.sign_in("ada", "another horse battery")).caller.name == "ada"

    async def test_the_same_password_typed_otherwise_is_the_same(self, entrance: Entrance) -> None:
        link = (await entrance.accounts.add_person("ada", OPERATOR, by=LOGIN)).secret
        await entrance.door.choose_password(link, "cafe\u0301 au lait noir")
        assert (await entrance.sign_in("ada", "café au lait noir")).caller.name == "ada"

    async def test_who_knows_the_old_one_chooses_another(self, entrance: Entrance) -> None:
        await entrance.person("ada")
        signed_in = await entrance.sign_in("ada")
        with pytest.raises(NotSignedIn, match="old password"):
            await entrance.door.change_password(signed_in.caller, "wrong", "another horse battery", address=ADDRESS)
        with pytest.raises(ActionRefused, match="12 are needed"):
            await entrance.door.change_password(signed_in.caller, PASSWORD, "short", address=ADDRESS)
        await entrance.door.change_password(signed_in.caller, PASSWORD, "another horse battery", address=ADDRESS)
        assert await entrance.door.caller_of_session(signed_in.cookie) is None
        assert (await entrance.sign_in("ada", "another horse battery")).caller.name == "ada"

    async def test_a_stolen_session_does_not_guess_the_password(self, entrance: Entrance) -> None:
        await entrance.person("ada")
        caller = (await entrance.sign_in("ada")).caller
        for _ in range(5):
            with pytest.raises(NotSignedIn):
                await entrance.door.change_password(caller, "wrong", "another horse battery", address=ADDRESS)
        with pytest.raises(TooOften):
            await entrance.door.change_password(caller, PASSWORD, "another horse battery", address=ADDRESS)
