"""Passwords hashed by argon2id: what matches, what is hashed anew, and that a crowd is bounded."""

import asyncio
from threading import Event

import pytest
from argon2 import PasswordHasher
from typing_extensions import override

from gateway.errors import TooOften
from gateway.security.passwords import ArgonPasswords

QUICK = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)
PASSWORD = "correct horse battery"


@pytest.fixture
def passwords() -> ArgonPasswords:
    return ArgonPasswords(QUICK)


async def test_a_password_matches_its_own_hash_alone(passwords: ArgonPasswords) -> None:
    one, other = await passwords.hash(PASSWORD), await passwords.hash(PASSWORD)
    assert one != other, "each has a salt of its own"
    assert await passwords.matches(one, PASSWORD)
    assert not await passwords.matches(one, PASSWORD + " ")
    assert not await passwords.matches(one, "")


async def test_the_hash_is_argon2id_with_the_memory_that_rfc_9106_recommends() -> None:
    secret = await ArgonPasswords().hash(PASSWORD)
    assert secret.startswith("$argon2id$v=19$m=65536,t=3,p=4$")


@pytest.mark.parametrize("password", ["", PASSWORD])
async def test_no_secret_is_never_matched_and_costs_the_same_work(password: str) -> None:
    verified: list[str] = []

    class Counting(PasswordHasher):
        @override
        def verify(self, hash: "str | bytes", password: "str | bytes") -> bool:  # type: ignore[override]
            verified.append(str(hash))
            return bool(super().verify(hash, password))

    passwords = ArgonPasswords(Counting(time_cost=1, memory_cost=8, parallelism=1))
    assert not await passwords.matches("", password)
    assert len(verified) == 1
    assert verified[0].startswith("$argon2id$")


@pytest.mark.parametrize("secret", ["plain text", "$argon2id$v=19$m=8,t=1,p=1$broken", "$2b$12$abcdefghijklmnopqrstuv"])
async def test_what_is_no_hash_of_ours_matches_nothing(passwords: ArgonPasswords, secret: str) -> None:
    assert not await passwords.matches(secret, PASSWORD)


async def test_a_hash_of_before_is_outdated_and_matches_until_it_is_renewed(passwords: ArgonPasswords) -> None:
    secret = await passwords.hash(PASSWORD)
    stronger = ArgonPasswords(PasswordHasher(time_cost=2, memory_cost=16, parallelism=1))
    assert not passwords.outdated(secret)
    assert stronger.outdated(secret)
    assert await stronger.matches(secret, PASSWORD)
    assert not stronger.outdated(await stronger.hash(PASSWORD))


async def test_a_crowd_is_told_to_come_again_and_the_loop_goes_on() -> None:
    go_on = Event()

    class Slow(PasswordHasher):
        @override
        def hash(self, password: "str | bytes", *, salt: bytes | None = None) -> str:
            go_on.wait(20)
            return "done"

    passwords = ArgonPasswords(Slow(), at_once=2, waiting=3)
    under_way = [asyncio.create_task(passwords.hash(str(number))) for number in range(5)]
    try:
        await asyncio.sleep(0)
        with pytest.raises(TooOften) as refused:
            await passwords.hash("one too many")
        assert refused.value.retry_after == 5
    finally:
        go_on.set()
    assert await asyncio.gather(*under_way) == ["done"] * 5
    assert await passwords.hash("there is room again") == "done"
