"""Accounts: adding people and services, what they may do, links for passwords, the end of accounts and sessions."""

from collections.abc import Callable, Collection
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Final
from uuid import UUID

from gateway.domain.access import NAME_OF_AN_ACCOUNT, AccountKind, Caller, Right, Role
from gateway.domain.storable import storable
from gateway.domain.token import hash_token
from gateway.errors import Absent, ActionRefused, Denied
from gateway.ports.access import Account, Accounts, Changed

LINK_HOLDS: Final = timedelta(days=2)
FIRST_LINK_HOLDS: Final = timedelta(days=1)
FIRST: Final = "admin"
LINK: Final = "/password/"
"""Where the console takes the secret of a link."""
_STARTING: Final = "first start"
_ACCOUNTS = "List them: gateway users"
_LAST = "Nobody who can sign in would be left to administer."


@dataclass(frozen=True, slots=True, kw_only=True)
class Terms:
    """What an account is to be allowed: roles, whether it may see what documents hold, and the only partner it is for."""

    roles: frozenset[Role]
    payloads: bool = False
    partner: str | None = None
    display: str = ""


@dataclass(frozen=True, slots=True)
class Invitation:
    """A link for somebody, to choose a password by. The secret in it is shown once and not kept."""

    name: str
    secret: str = field(repr=False)

    @property
    def path(self) -> str:
        """Of the page on which a password is chosen, at the console's address."""
        return LINK + self.secret


class AccountDesk:
    """What administrators do about accounts. `partners` are those of the configuration."""

    def __init__(
        self,
        *,
        accounts: Accounts,
        partners: Callable[[], Collection[str]],
        new_id: Callable[[], UUID],
        new_secret: Callable[[], str],
    ) -> None:
        self._accounts, self._partners = accounts, partners
        self._new_id, self._new_secret = new_id, new_secret

    async def add_person(self, name: str, terms: Terms, *, by: Caller) -> Invitation:
        """Add somebody, who chooses a password by a link. Raises ActionRefused where the name is taken or cannot be one."""
        account = await self._add(name, AccountKind.PERSON, terms, by)
        return await self._invite(account, by.name, LINK_HOLDS)

    async def add_service(self, name: str, terms: Terms, *, by: Caller) -> None:
        """Add a program, which calls the API by tokens and never signs in."""
        await self._add(name, AccountKind.SERVICE, terms, by)

    async def invite(self, name: str, *, by: Caller) -> Invitation:
        """A new link for somebody who has forgotten the password; what was chosen before holds until another is chosen."""
        self._require(by)
        account = await self.existing(name)
        if account.kind is not AccountKind.PERSON:
            raise ActionRefused(f"{account.name} is a service: it never signs in.", remedy="Make a token: gateway tokens add")
        return await self._invite(account, by.name, LINK_HOLDS)

    async def change(self, name: str, terms: Terms, *, by: Caller) -> None:
        """Other roles, rights, partner from now on. Raises ActionRefused where nobody would be left to administer."""
        self._require(by)
        account = await self.existing(name)
        self._judge(account.name, terms)
        done = await self._accounts.change(
            account.id,
            roles=terms.roles,
            payloads=terms.payloads,
            partner=terms.partner,
            display=storable(terms.display),
            by=by.name,
        )
        self._settle(account.name, done)

    async def close(self, name: str, *, by: Caller) -> None:
        """Let nobody in by it any more, at once; its name stays taken, so that the audit stays true."""
        self._require(by)
        account = await self.existing(name)
        self._settle(account.name, await self._accounts.close(account.id, by=by.name))

    async def sign_out(self, name: str, *, by: Caller) -> int:
        """End all sessions of somebody: by an administrator, or one's own. Answers how many there were."""
        account = await self.existing(name, own=by)
        return await self._accounts.end_all(account.id, by=by.name)

    async def end_session(self, session: UUID, *, by: Caller) -> None:
        """End one session: by an administrator, or one's own. Raises Absent."""
        of = None if by.may(Right.ADMINISTER) else by.account
        if not await self._accounts.end_session(session, by=by.name, of=of):
            raise Absent("No such session is open.", remedy="List them: gateway users sessions")

    async def first_administrator(self) -> Invitation | None:
        """Where nobody who may administer has a password yet: a link for the first one. Earlier links hold as well."""
        there = await self._accounts.administrators()
        if any(one.secret for one in there):
            return None
        account = there[0] if there else await self._make_first()
        return await self._invite(account, _STARTING, FIRST_LINK_HOLDS)

    async def existing(self, name: str, *, own: Caller | None = None) -> Account:
        """An open account by its name; with `own`, for a caller who may administer or whose own it is. Raises Absent."""
        account = await self._accounts.account(name.strip().casefold())
        allowed = own is None or own.may(Right.ADMINISTER) or (account is not None and account.id == own.account)
        if account is None or account.closed or not allowed:
            raise Absent(f"There is no open account {name!r}.", remedy=_ACCOUNTS)
        return account

    async def _make_first(self) -> Account:
        """An account to begin with, under a name that is free."""
        number = 1
        while True:
            name = FIRST if number == 1 else f"{FIRST}-{number}"
            account = Account(self._new_id(), name, AccountKind.PERSON, frozenset({Role.ADMINISTRATOR}))
            if await self._accounts.add(account, by=_STARTING):
                return account
            there = await self._accounts.account(name)
            if there is not None and not there.closed and Right.ADMINISTER in there.rights:
                return there  # another process was quicker
            number += 1

    async def _add(self, name: str, kind: AccountKind, terms: Terms, by: Caller) -> Account:
        self._require(by)
        name = name.strip().casefold()
        if not NAME_OF_AN_ACCOUNT.fullmatch(name):
            raise ActionRefused(
                f"{name!r} is no name of an account.",
                remedy="Use up to 100 small letters, digits and . _ @ + -, beginning with a letter or digit.",
            )
        self._judge(name, terms)
        account = Account(
            self._new_id(), name, kind, terms.roles, terms.payloads, terms.partner, storable(terms.display)
        )  # fmt: skip
        if not await self._accounts.add(account, by=by.name):
            raise ActionRefused(f"The name {name} is taken, maybe by an account that is closed.", remedy=_ACCOUNTS)
        return account

    async def _invite(self, account: Account, by: str, lasting: timedelta) -> Invitation:
        secret = self._new_secret()
        if not await self._accounts.invite(account.id, hash_token(secret), by=by, lasting=lasting):
            raise Absent(f"There is no open account {account.name!r}.", remedy=_ACCOUNTS)
        return Invitation(account.name, secret)

    def _require(self, by: Caller) -> None:
        if not by.may(Right.ADMINISTER):
            raise Denied("Accounts are for administrators.", remedy="Ask one of them: gateway users")

    def _judge(self, name: str, terms: Terms) -> None:
        """Whether an account can be allowed this."""
        if terms.partner is not None and terms.partner not in self._partners():
            raise ActionRefused(f"There is no partner {terms.partner!r}.", remedy="List them: gateway partners")
        if terms.partner is not None and terms.roles - {Role.VIEWER, Role.TESTER}:
            raise ActionRefused(
                f"{name} is an account of partner {terms.partner}: it can only look and try files.",
                remedy="Give it the roles viewer and tester alone.",
            )
        if not terms.roles:
            raise ActionRefused(f"{name} would have no role.", remedy=f"Roles are: {', '.join(Role)}; or close it.")

    def _settle(self, name: str, done: Changed) -> None:
        match done:
            case Changed.ABSENT:
                raise Absent(f"There is no open account {name!r}.", remedy=_ACCOUNTS)
            case Changed.LAST:
                raise ActionRefused(_LAST, remedy="Make somebody else an administrator first, who then chooses a password.")
