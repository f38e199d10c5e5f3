"""Tokens, by which programs call the API: issued, shown once, rotated with overlap, revoked."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Final
from uuid import UUID

from gateway.domain.access import AccountKind, Caller, Right
from gateway.domain.storable import storable
from gateway.domain.token import hash_token
from gateway.errors import Absent, ActionRefused, Denied
from gateway.ports.access import Account, Accounts, NewToken, Token

PREFIX: Final = "edi_"
"""By it, scanners find tokens where they do not belong."""
LONGEST: Final = timedelta(days=366)
LONGEST_OVERLAP: Final = timedelta(days=30)
_LONGEST_NAME = 100
_TOKENS = "List them: gateway tokens"


@dataclass(frozen=True, slots=True)
class IssuedToken:
    """A token that is shown once and not kept."""

    id: UUID
    account: str
    token: str = field(repr=False)


class TokenDesk:
    """Makes tokens and ends them. `new_secret` makes what nobody can guess: at least 160 random bits."""

    def __init__(self, *, accounts: Accounts, new_id: Callable[[], UUID], new_secret: Callable[[], str]) -> None:
        self._accounts = accounts
        self._new_id, self._new_secret = new_id, new_secret

    async def issue(
        self, account: Account, name: str, *, scopes: frozenset[Right], lasting: timedelta, by: Caller
    ) -> IssuedToken:
        """A token of an account for these rights, which are among those that it has. Raises ActionRefused, Denied."""
        self._require(account.id, by)
        self._keep_to_oneself(account, by)
        name = storable(name).strip()[:_LONGEST_NAME]
        if not name:
            raise ActionRefused("A token needs a name: what is it for?", remedy='Say what uses it: "warehouse reports".')
        beyond = scopes - account.rights
        if beyond or not scopes:
            what = f"{account.name} itself may not: {', '.join(sorted(beyond))}." if beyond else "It would be for nothing."
            raise ActionRefused(what, remedy=f"It may: {', '.join(sorted(account.rights)) or 'nothing'}.")
        self._judge(lasting)
        secret = PREFIX + self._new_secret()
        token = NewToken(self._new_id(), account.id, name, hash_token(secret), scopes, lasting)
        if not await self._accounts.add_token(token, by=by.name):
            raise Absent(f"There is no open account {account.name!r}.", remedy="List them: gateway users")
        return IssuedToken(token.id, account.name, secret)

    async def rotate(self, token: UUID, *, overlap: timedelta, lasting: timedelta, by: Caller) -> IssuedToken:
        """A new token in the place of another, which holds for `overlap` more so that nothing stops. Raises as `issue` does."""
        old, account = await self._held(token, by)
        self._keep_to_oneself(account, by)
        self._judge(lasting)
        if not timedelta() <= overlap <= LONGEST_OVERLAP:
            raise ActionRefused("The old one may hold for at most 30 days more.", remedy="Say less: 7d.")
        secret = PREFIX + self._new_secret()
        new = NewToken(
            self._new_id(), old.account, old.name, hash_token(secret), old.scopes, lasting, replaces=old.id
        )  # fmt: skip
        if not await self._accounts.replace_token(new, by=by.name, overlap=overlap):
            raise Absent("No such token holds.", remedy=_TOKENS)
        return IssuedToken(new.id, account.name, secret)

    async def revoke(self, token: UUID, *, by: Caller) -> None:
        """End a token at once. Raises Absent where none of this id holds."""
        await self._held(token, by)
        if not await self._accounts.revoke_token(token, by=by.name):
            raise Absent("No such token holds.", remedy=_TOKENS)

    async def _held(self, token: UUID, by: Caller) -> tuple[Token, Account]:
        """A token that holds, with its account, for whoever may do something about it."""
        old = await self._accounts.token_by_id(token)
        account = await self._accounts.by_id(old.account) if old is not None else None
        if old is None or account is None or not (by.may(Right.ADMINISTER) or by.account == account.id):
            raise Absent("No such token holds.", remedy=_TOKENS)
        self._require(account.id, by)
        return old, account

    def _require(self, account: UUID, by: Caller) -> None:
        """Tokens are made by administrators, or for oneself by somebody who has signed in: no token makes others of its kind."""
        if not by.may(Right.ADMINISTER) and (account != by.account or by.token is not None):
            raise Denied("Tokens of others are for administrators; one's own are made where one has signed in.")

    def _keep_to_oneself(self, account: Account, by: Caller) -> None:
        """Whoever holds somebody's token does everything in that name: so nobody is handed one of another person."""
        if account.kind is AccountKind.PERSON and account.id != by.account:
            raise ActionRefused(
                "People make their tokens themselves, signed in.", remedy="Programs have an account: gateway users add --service"
            )

    def _judge(self, lasting: timedelta) -> None:
        if not timedelta() < lasting <= LONGEST:
            raise ActionRefused("A token holds for at most a year.", remedy="Say less: 90d. It can be rotated before it ends.")
