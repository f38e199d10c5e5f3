"""The desks of accounts, sessions and tokens over a database whose clock can be moved."""

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress
from datetime import timedelta
from itertools import count
from typing import TypeVar

from argon2 import PasswordHasher

from gateway.domain.access import Caller, Right, Role, at_the_machine
from gateway.domain.sign_in import SessionTerms
from gateway.errors import Contention
from gateway.operations.accounts import AccountDesk, Terms
from gateway.operations.sign_in import SignedIn, SignInDesk
from gateway.operations.tokens import TokenDesk
from gateway.ports.access import Account
from gateway.security.passwords import ArgonPasswords
from gateway.store.access import PostgresAccounts
from gateway.store.database import Database
from gateway.system import TimeOrderedIds
from tests.gateway.store.test_partitions import execute

PASSWORD = "correct horse battery"
ADDRESS = "192.0.2.7"
LOGIN = at_the_machine("root")
QUICK = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)
VIEWER = Terms(roles=frozenset({Role.VIEWER}))
OPERATOR = Terms(roles=frozenset({Role.OPERATOR}))
ADMINISTRATOR = Terms(roles=frozenset({Role.ADMINISTRATOR}))
YEAR = timedelta(days=365)


T = TypeVar("T")


async def repeated(act: Callable[[], Awaitable[T]]) -> T:
    """As whoever asks does where two stood in each other's way: on a machine that stands still, locks are waited for too long."""
    while True:
        with suppress(Contention):
            return await act()


class Entrance:
    """Accounts with their desks; secrets are numbers, so that a test can name them."""

    def __init__(self, database: Database, terms: SessionTerms | None = None) -> None:
        self.database = database
        self.store = PostgresAccounts(database)
        self.terms = terms or SessionTerms()
        self.passwords = ArgonPasswords(QUICK)
        numbers, new_id = count(), TimeOrderedIds()

        def new_secret() -> str:
            return f"secret {next(numbers)}"

        self.door = SignInDesk(
            accounts=self.store, passwords=self.passwords, terms=self.terms, new_id=new_id, new_secret=new_secret
        )  # fmt: skip
        self.accounts = AccountDesk(
            accounts=self.store, partners=lambda: {"bigbox", "nordmart"}, new_id=new_id, new_secret=new_secret
        )  # fmt: skip
        self.tokens = TokenDesk(accounts=self.store, new_id=new_id, new_secret=new_secret)

    async def later(self, interval: str) -> None:
        """Move the clock of the database's only connection."""
        sql = "select set_config('gateway.clock_offset', (gateway.now() - clock_timestamp() + $1::text::interval)::text, false)"
        await execute(self.database, sql, interval)

    async def person(self, name: str, terms: Terms = VIEWER) -> Account:
        """Somebody who has chosen a password."""
        invitation = await self.accounts.add_person(name, terms, by=LOGIN)
        assert await self.door.choose_password(invitation.secret, PASSWORD) == name
        return await self.existing(name)

    async def service(self, name: str, terms: Terms = VIEWER) -> Account:
        """A program."""
        await self.accounts.add_service(name, terms, by=LOGIN)
        return await self.existing(name)

    async def existing(self, name: str) -> Account:
        """An account, also a closed one."""
        account = await self.store.account(name)
        assert account is not None
        return account

    async def sign_in(self, name: str, password: str = PASSWORD, *, address: str = ADDRESS, agent: str = "a browser") -> SignedIn:
        """As from a browser."""
        return await self.door.sign_in(name, password, address=address, agent=agent)

    async def token(self, account: Account, *scopes: Right) -> str:
        """A token of a service."""
        made = await self.tokens.issue(account, "it", scopes=frozenset(scopes), lasting=YEAR, by=LOGIN)
        return made.token

    async def shown(self, token: str) -> Caller | None:
        """Who comes with this token."""
        return await self.door.caller_of_token(token, address=ADDRESS)

    async def actions(self, name: str) -> list[tuple[str, str]]:
        """What is written down about an account: who did what."""
        sql = "select actor, action from gateway.audit where subject = $1 order by id"
        return [(row["actor"], row["action"]) for row in await execute(self.database, sql, name)]


@asynccontextmanager
async def entrance_at(url: str, *, size: int = 1, terms: SessionTerms | None = None) -> AsyncIterator[Entrance]:
    """With a pool of so many connections; the clock can be moved where it is one."""
    database = Database(url, size=size)
    await database.open()
    try:
        yield Entrance(database, terms)
    finally:
        await database.close()
