"""Accounts, sessions and tokens, as signing in and the API need them; and the audit with its seals."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Protocol
from uuid import UUID

from gateway.domain.access import AccountKind, Caller, Right, Role, rights_of
from gateway.domain.sign_in import SessionTerms, Tallies
from gateway.ports.json import Json


@dataclass(frozen=True, slots=True)
class Account:
    """Somebody, or a service. `secret` is the hash of the password, empty where there is none. Closed ones stay."""

    id: UUID
    name: str
    kind: AccountKind
    roles: frozenset[Role]
    payloads: bool = False
    partner: str | None = None
    display: str = ""
    secret: str = field(default="", repr=False)
    secret_at: datetime | None = None
    """When the password was chosen."""
    closed: bool = False

    @property
    def rights(self) -> frozenset[Right]:
        """All that it may do now."""
        return rights_of(self.roles, payloads=self.payloads, partner=self.partner)

    def caller(self) -> Caller:
        """Who asks, where it does."""
        return Caller(self.id, self.name, self.kind, self.rights, self.partner, roles=self.roles)


@dataclass(frozen=True, slots=True)
class NewToken:
    """A token of an account: its hash, what it may be used for, until when, and which one it replaces."""

    id: UUID
    account: UUID
    name: str
    hash: str = field(repr=False)
    scopes: frozenset[Right]
    lasting: timedelta
    replaces: UUID | None = None


@dataclass(frozen=True, slots=True)
class Token:
    """A token that holds."""

    id: UUID
    account: UUID
    name: str
    scopes: frozenset[Right]
    left: timedelta
    """Until it ends."""


@dataclass(frozen=True, slots=True)
class NewSession:
    """Somebody who signs in. `hash` is that of what the cookie holds; `password_of`, when the password was chosen."""

    id: UUID
    account: UUID
    hash: str = field(repr=False)
    address: str
    agent: str
    password_of: datetime | None


@dataclass(frozen=True, slots=True)
class Attempt:
    """A sign-in that begins; with `wait`, it must not yet, and does not count. `id` is to be handed back when it succeeds."""

    id: int
    wait: timedelta


class Changed(StrEnum):
    """What became of a change of an account."""

    DONE = "done"
    ABSENT = "absent"
    """There is no such account that is open."""
    LAST = "last"
    """Nobody would be left who may administer and can sign in."""


class Accounts(Protocol):
    """Who there is. Hashes are those of `gateway.domain.token.hash_token`. Raises StoreUnavailable and its kin.

    Everything that changes an account, a token or a session writes its line of the audit in the same transaction: `by` names who
    does it.
    """

    async def account(self, name: str) -> Account | None:
        """The account of this name, also a closed one."""

    async def by_id(self, account: UUID) -> Account | None:
        """The account of this id, also a closed one."""

    async def described(self, terms: SessionTerms, name: str | None = None) -> Sequence[Json]:
        """All accounts, or the one of this name: when they were there last, how many sessions and tokens hold; no hash."""

    async def add(self, account: Account, *, by: str) -> bool:
        """Add an account; False where the name is taken."""

    async def invite(self, account: UUID, invitation: str, *, by: str, lasting: timedelta) -> bool:
        """Add the hash of a link by which a person chooses a password; False where no person has such an open account."""

    async def invited(self, invitation: str) -> Account | None:
        """Whom a link is for; None when it was used, is too old, or the account is closed."""

    async def of_identity(self, issuer: str, subject: str) -> Account | None:
        """Whose account somebody of an identity provider has, also a closed one."""

    async def bind(self, account: UUID, issuer: str, subject: str) -> bool:
        """From now on this is the account of somebody there, by an id that never changes; False where one of the two is taken."""

    async def set_secret(self, account: UUID, secret: str, *, by: str, invitation: str | None) -> bool:
        """A password was chosen: links of before are used up, sessions of before end, wrong sign-ins are forgotten.

        False where the account is closed, or `invitation` does not hold any more.
        """

    async def renew_secret(self, account: UUID, old: str, new: str) -> None:
        """The same password under another hash; nothing if another was chosen meanwhile."""

    async def change(
        self, account: UUID, *, roles: frozenset[Role], payloads: bool, partner: str | None, display: str, by: str
    ) -> Changed:
        """Other roles and rights from now on, also for sessions and tokens that there are."""

    async def close(self, account: UUID, *, by: str) -> Changed:
        """Nobody gets in by it any more: sessions, tokens and links end."""

    async def administrators(self) -> Sequence[Account]:
        """The people whose accounts are open and may administer, those with a password first."""

    async def attempt(self, name: str, address: str, judge: Callable[[Tallies], timedelta]) -> Attempt:
        """Count a sign-in before its password is looked at, unless `judge` says to wait; one at a time for a name or address."""

    async def failed(self, name: str, address: str) -> None:
        """Write down a sign-in that was refused."""

    async def begin(self, session: NewSession, *, by: str, attempt: int) -> bool:
        """Somebody has signed in: wrong sign-ins of this name from this address are forgotten.

        False: the account was closed, or has another password by now.
        """

    async def session(self, session: str, terms: SessionTerms) -> Account | None:
        """Whose session this is, which is in use now. None when it ended or is too old, or the account is closed."""

    async def sessions(self, account: UUID | None, terms: SessionTerms) -> Sequence[Json]:
        """The sessions that hold, of an account or of all."""

    async def session_id(self, session: str) -> UUID | None:
        """The id of a session, by the hash of what its cookie holds."""

    async def end(self, session: str) -> bool:
        """Somebody has signed out; False where nobody was signed in."""

    async def end_session(self, session: UUID, *, by: str, of: UUID | None = None) -> bool:
        """End a session by its id, if it is `of` this account; False where none of these holds."""

    async def end_all(self, account: UUID, *, by: str) -> int:
        """End all sessions of an account; answers how many there were."""

    async def add_token(self, token: NewToken, *, by: str) -> bool:
        """A new token; False where the account is closed."""

    async def replace_token(self, token: NewToken, *, by: str, overlap: timedelta) -> bool:
        """A new token in the place of the one that it `replaces`, which holds for `overlap` more, but not longer than it would
        have; False where that does not hold any more.
        """

    async def revoke_token(self, token: UUID, *, by: str) -> bool:
        """It does not hold any more; False where it did not before."""

    async def token(self, hash_: str, address: str) -> tuple[Account, Token] | None:
        """Whose token this is, which is in use now from this address; None when it is over or the account is closed."""

    async def token_by_id(self, token: UUID) -> Token | None:
        """A token that holds."""

    async def tokens(self, account: UUID | None = None, token: UUID | None = None) -> Sequence[Json]:
        """Tokens of an account or of all, or the one of this id, the newest first, also those that are over; no hash."""

    async def forget(self, terms: SessionTerms) -> int:
        """Remove sessions, links and wrong sign-ins that are long over; answers how many."""


@dataclass(frozen=True, slots=True)
class Broken:
    """Where the audit is not what was sealed: the id of the line, and what is wrong about it."""

    line: int
    what: str


@dataclass(frozen=True, slots=True)
class Head:
    """The last seal. Kept elsewhere, it proves that the chain was not made anew from an earlier point."""

    ordinal: int
    hash: str

    def __str__(self) -> str:
        return f"{self.ordinal}:{self.hash}"


@dataclass(frozen=True, slots=True)
class Verified:
    """How many lines hold, how many wait for their seal and since when, the last seal, and where the chain does not hold."""

    lines: int
    waiting: int
    waiting_since: datetime | None
    head: Head | None
    broken: Sequence[Broken]


class Audit(Protocol):
    """Who did what. Lines are added, never changed; each is sealed into a chain of hashes soon after it was written."""

    async def write(self, caller: Caller, action: str, subject: str, detail: Json) -> None:
        """Add a line: what a caller did or looked at."""

    async def lines(self, wanted: Mapping[str, str], *, before: int | None, limit: int) -> Sequence[Json]:
        """Lines, the newest first; `wanted` maps actor, action, subject, after and until (ISO 8601) to values."""

    async def seal(self, *, limit: int) -> int:
        """Seal lines that are not sealed yet; answers how many."""

    async def verify(self, noted: Head | None = None) -> Verified:
        """Look at all of it. `noted` is a seal that was noted earlier, which must be in the chain or have gone with a purge."""
