"""Accounts, sessions and tokens, as signing in and the API need them; and the audit with its seals."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Protocol
from uuid import UUID

from gateway.domain.access import AccountKind, Caller, Right, Role
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
    closed: bool = False


@dataclass(frozen=True, slots=True)
class NewToken:
    """A token of an account: its hash, what it may be used for, and until when."""

    id: UUID
    account: UUID
    name: str
    hash: str = field(repr=False)
    scopes: frozenset[Right]
    lasting: timedelta


@dataclass(frozen=True, slots=True)
class SessionTerms:
    """How long somebody stays signed in without doing anything, and at all."""

    idle: timedelta = timedelta(minutes=30)
    longest: timedelta = timedelta(hours=12)


class Accounts(Protocol):
    """Who there is. Hashes are those of `gateway.domain.token.hash_token`. Raises StoreUnavailable and its kin.

    Everything that changes an account, a token or a session writes its line of the audit in the same transaction: `by` names who
    does it.
    """

    async def account(self, name: str) -> Account | None:
        """The account of this name, also a closed one."""

    async def by_id(self, account: UUID) -> Account | None:
        """The account of this id."""

    async def list(self) -> Sequence[Json]:
        """All accounts, with when they were there last, their tokens and their sessions; no hash of anything."""

    async def add(self, account: Account, *, by: str, invitation: str = "", lasting: timedelta = timedelta(days=2)) -> bool:
        """Add an account, and the hash of a link by which a person chooses a password; False where the name is taken."""

    async def invite(self, account: UUID, invitation: str, *, by: str, lasting: timedelta) -> bool:
        """Let somebody choose a new password by a new link. Sessions of before end."""

    async def invited(self, invitation: str) -> Account | None:
        """Whom a link is for; None when it was used, or is too old."""

    async def set_secret(self, account: UUID, secret: str, *, by: str) -> bool:
        """A password was chosen: links of before are used up, sessions of before end, the account is not locked any more."""

    async def change(self, account: UUID, *, roles: frozenset[Role], payloads: bool, partner: str | None, by: str) -> bool:
        """Other roles and rights from now on, also for sessions and tokens that there are."""

    async def close(self, account: UUID, *, by: str) -> bool:
        """Nobody gets in by it any more: sessions and tokens end."""

    async def administrators(self) -> int:
        """How many open accounts may administer and have a password."""

    async def failed(self, name: str, address: str) -> None:
        """A sign-in with a wrong password, or to an account that is not there."""

    async def failures(self, name: str, address: str, *, since: timedelta) -> tuple[int, int]:
        """Wrong sign-ins of late: to this name, and from this address."""

    async def begin(self, account: UUID, session: str, *, address: str, agent: str) -> None:
        """Somebody has signed in: `session` is the hash of what the cookie holds."""

    async def session(self, session: str, terms: SessionTerms) -> Account | None:
        """Whose session this is; it is in use now. None when it ended, was idle for too long, or was given up."""

    async def end(self, session: str) -> None:
        """Somebody has signed out."""

    async def end_all(self, account: UUID, *, by: str) -> int:
        """End all sessions of an account; answers how many there were."""

    async def add_token(self, token: NewToken, *, by: str) -> None:
        """A new token."""

    async def revoke_token(self, token: UUID, *, by: str) -> bool:
        """It does not hold any more; False where it did not before."""

    async def token(self, hash_: str) -> tuple[Account, UUID, frozenset[Right]] | None:
        """Whose token this is, its id and what it may be used for; None when it is over."""


@dataclass(frozen=True, slots=True)
class Broken:
    """Where the audit is not what was sealed: the id of the line, and what is wrong about it."""

    line: int
    what: str


class Audit(Protocol):
    """Who did what. Lines are added, never changed; each is sealed into a chain of hashes soon after it was written."""

    async def write(self, caller: Caller, action: str, subject: str, detail: Json) -> None:
        """Add a line: what a caller did or looked at."""

    async def lines(self, wanted: Mapping[str, str], *, before: int | None, limit: int) -> Sequence[Json]:
        """Lines, the newest first; `wanted` maps actor, action, subject, after and until to values."""

    async def seal(self, *, limit: int) -> int:
        """Seal lines that are not sealed yet, in their order; answers how many."""

    async def verify(self) -> tuple[int, Sequence[Broken]]:
        """How many lines hold, and where the chain does not. What retention has removed is told by the seal that remains."""
