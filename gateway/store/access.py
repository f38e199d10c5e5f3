"""Accounts, sessions and tokens in PostgreSQL."""

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from typing_extensions import override

from gateway.domain.access import AccountKind, Right, Role, rights_of
from gateway.domain.sign_in import COUNTED, SessionTerms, Tallies, Tally
from gateway.ports.access import Account, Accounts, Attempt, Changed, NewSession, NewToken, Token
from gateway.ports.json import Json
from gateway.store.database import Database, Row

_AT_ONCE = 5_000
_ENDS_SOON = timedelta(days=14)
"""Time enough to put another token into a program."""


class PostgresAccounts(Accounts):
    """Who there is. Each change is one statement with its line of the audit, but for those that lock others out first."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def _rows(self, query: str, *arguments: object) -> Sequence[Row]:
        return await self._database.fetch(query, *arguments)

    # ------------------------------------------------------------------------------------------------------ accounts

    @override
    async def account(self, name: str) -> Account | None:
        return _first(await self._rows("account_by_name", name))

    @override
    async def by_id(self, account: UUID) -> Account | None:
        return _first(await self._rows("account_by_id", account))

    @override
    async def described(self, terms: SessionTerms, name: str | None = None) -> Sequence[Json]:
        rows = await self._rows("described_accounts", name, terms.idle, terms.longest)
        return [view(row) | {"rights": _rights(row)} for row in rows]

    @override
    async def add(self, account: Account, *, by: str) -> bool:
        a = account
        return bool(
            await self._rows("add_account", a.id, a.name, a.kind, a.display, sorted(a.roles), a.payloads, a.partner, by)
        )  # fmt: skip

    @override
    async def invite(self, account: UUID, invitation: str, *, by: str, lasting: timedelta) -> bool:
        return bool(await self._rows("add_invitation", account, invitation.encode(), lasting, by))

    @override
    async def invited(self, invitation: str) -> Account | None:
        return _first(await self._rows("invited_account", invitation.encode()))

    @override
    async def of_identity(self, issuer: str, subject: str) -> Account | None:
        return _first(await self._rows("account_of_identity", issuer, subject))

    @override
    async def bind(self, account: UUID, issuer: str, subject: str) -> bool:
        return bool(await self._rows("bind_identity", issuer, subject, account))

    @override
    async def set_secret(self, account: UUID, secret: str, *, by: str, invitation: str | None) -> bool:
        link = invitation.encode() if invitation is not None else None
        async with self._database.transaction() as connection:
            await self._database.within(connection, "lock_account", account)
            if not await self._database.within(connection, "use_invitations", account, link):
                return False
            return bool(await self._database.within(connection, "set_secret", account, secret.encode(), by))

    @override
    async def renew_secret(self, account: UUID, old: str, new: str) -> None:
        await self._rows("renew_secret", account, old.encode(), new.encode())

    @override
    async def change(
        self, account: UUID, *, roles: frozenset[Role], payloads: bool, partner: str | None, display: str, by: str
    ) -> Changed:
        stays = Role.ADMINISTRATOR in roles and partner is None
        return await self._but_for_the_last(
            "change_account", account, sorted(roles), payloads, partner, display, by, stays=stays
        )  # fmt: skip

    @override
    async def close(self, account: UUID, *, by: str) -> Changed:
        return await self._but_for_the_last("close_account", account, by, stays=False)

    async def _but_for_the_last(self, query: str, account: UUID, *arguments: object, stays: bool) -> Changed:
        """Change an account, unless it would leave nobody to administer: all who may are locked, and looked at, first."""
        async with self._database.transaction() as connection:
            there = [_account(row) for row in await self._database.within(connection, "lock_administrators")]
            if not stays and _is_needed(account, there):
                return Changed.LAST
            done = await self._database.within(connection, query, account, *arguments)
        return Changed.DONE if done else Changed.ABSENT

    @override
    async def administrators(self) -> Sequence[Account]:
        return [_account(row) for row in await self._rows("administrators")]

    # ------------------------------------------------------------------------------------------------------ sessions

    @override
    async def attempt(self, name: str, address: str, judge: Callable[[Tallies], timedelta]) -> Attempt:
        async with self._database.transaction() as connection:
            await self._database.within(connection, "lock_sign_ins", name, address)
            (row,) = await self._database.within(connection, "sign_in_tallies", name, address, COUNTED)
            pair, by_name, by_address = (Tally(row[one], row[f"{one}_ago"] or COUNTED) for one in ("pair", "name", "address"))
            wait = judge(Tallies(pair, by_name, by_address, row["known"]))
            if wait:
                return Attempt(0, wait)
            (counted,) = await self._database.within(connection, "count_sign_in", name, address)
        return Attempt(counted["id"], timedelta())

    @override
    async def failed(self, name: str, address: str) -> None:
        await self._rows("write_failed_sign_in", name, address)

    @override
    async def begin(self, session: NewSession, *, by: str, attempt: int) -> bool:
        s = session
        hashed = s.hash.encode()
        return bool(
            await self._rows("begin_session", s.id, s.account, hashed, s.address, s.agent, by, attempt, s.password_of)
        )  # fmt: skip

    @override
    async def session(self, session: str, terms: SessionTerms) -> Account | None:
        return _first(await self._rows("account_of_session", session.encode(), terms.idle, terms.longest))

    @override
    async def sessions(self, account: UUID | None, terms: SessionTerms) -> Sequence[Json]:
        return [view(row) for row in await self._rows("sessions_of", account, terms.idle, terms.longest)]

    @override
    async def session_id(self, session: str) -> UUID | None:
        rows = await self._rows("session_by_hash", session.encode())
        return rows[0]["id"] if rows else None

    @override
    async def end(self, session: str) -> bool:
        return bool(await self._rows("end_session_by_hash", session.encode()))

    @override
    async def end_session(self, session: UUID, *, by: str, of: UUID | None = None) -> bool:
        return bool(await self._rows("end_session_by_id", session, by, of))

    @override
    async def end_all(self, account: UUID, *, by: str) -> int:
        return len(await self._rows("end_sessions", account, by))

    # -------------------------------------------------------------------------------------------------------- tokens

    @override
    async def add_token(self, token: NewToken, *, by: str) -> bool:
        return bool(await self._rows("add_token", *_columns(token), by))

    @override
    async def replace_token(self, token: NewToken, *, by: str, overlap: timedelta) -> bool:
        return bool(await self._rows("replace_token", *_columns(token), by, token.replaces, overlap))

    @override
    async def revoke_token(self, token: UUID, *, by: str) -> bool:
        return bool(await self._rows("revoke_token", token, by))

    @override
    async def token(self, hash_: str, address: str) -> tuple[Account, Token] | None:
        rows = await self._rows("account_of_token", hash_.encode(), address)
        if not rows:
            return None
        row = rows[0]
        return _account(row), Token(row["token"], row["id"], row["token_name"], _scopes(row), row["remaining"])

    @override
    async def token_by_id(self, token: UUID) -> Token | None:
        rows = await self._rows("token_by_id", token)
        return next((Token(r["id"], r["account"], r["name"], _scopes(r), r["remaining"]) for r in rows), None)

    @override
    async def tokens(self, account: UUID | None = None, token: UUID | None = None) -> Sequence[Json]:
        return [view(row) for row in await self._rows("tokens_of", account, token, _ENDS_SOON)]

    @override
    async def forget(self, terms: SessionTerms) -> int:
        return int((await self._rows("forget_sign_ins", terms.longest, COUNTED, _AT_ONCE))[0]["gone"])


def view(row: Row) -> dict[str, Any]:
    """A row as JSON."""
    return {name: _plain(value) for name, value in row.items()}


def _plain(value: Any) -> Any:
    match value:
        case datetime():
            return value.isoformat()
        case UUID():
            return str(value)
    return value


def _first(rows: Sequence[Row]) -> Account | None:
    return _account(rows[0]) if rows else None


def _account(row: Row) -> Account:
    return Account(
        id=row["id"],
        name=row["name"],
        kind=AccountKind(row["kind"]),
        roles=frozenset(Role(role) for role in row["roles"]),
        payloads=row["payloads"],
        partner=row["partner"],
        display=row["display"],
        secret=(row["secret"] or b"").decode(),
        secret_at=row["secret_at"],
        closed=row["closed_at"] is not None,
    )


def _rights(row: Row) -> list[str]:
    return sorted(rights_of([Role(role) for role in row["roles"]], payloads=row["payloads"], partner=row["partner"]))


def _scopes(row: Row) -> frozenset[Right]:
    return frozenset(Right(scope) for scope in row["scopes"])


def _columns(token: NewToken) -> tuple[object, ...]:
    return token.id, token.account, token.name, token.hash.encode(), sorted(token.scopes), token.lasting


def _is_needed(account: UUID, administrators: Sequence[Account]) -> bool:
    """Whether without this one nobody is left who may administer, or nobody of them who can sign in."""
    if account not in {one.id for one in administrators}:
        return False
    others = [one for one in administrators if one.id != account]
    can_sign_in = any(one.secret for one in administrators)
    return not others or (can_sign_in and not any(one.secret for one in others))
