"""Accounts, sessions and tokens for the command line, the API and the console."""

import secrets
from collections.abc import Collection, Sequence
from datetime import timedelta
from functools import partial
from uuid import UUID

from gateway.bootstrap.office import Office, Where, opened
from gateway.domain.access import Caller, Right
from gateway.errors import Absent
from gateway.operations.accounts import AccountDesk, Invitation, Terms
from gateway.operations.sign_in import SignedIn, SignInDesk
from gateway.operations.tokens import IssuedToken, TokenDesk
from gateway.ports import Json
from gateway.ports.access import Account
from gateway.security.passwords import ArgonPasswords
from gateway.store.access import PostgresAccounts
from gateway.system import TimeOrderedIds

_YEAR = timedelta(days=365)
_WEEK = timedelta(days=7)
_PASSWORDS = ArgonPasswords()
"""One for the process: it bounds how many passwords are hashed at the same time."""
_NEW_ID = TimeOrderedIds()
_new_secret = partial(secrets.token_hex, 24)
"""192 bits."""


def sign_in_desk(office: Office) -> SignInDesk:
    """Who lets people in."""
    oidc = office.snapshot.gateway.oidc
    return SignInDesk(
        accounts=PostgresAccounts(office.database),
        passwords=_PASSWORDS,
        terms=office.snapshot.gateway.sessions,
        new_id=_NEW_ID,
        new_secret=_new_secret,
        by_password=oidc.password_accounts if oidc is not None else None,
    )


def _account_desk(office: Office) -> AccountDesk:
    return AccountDesk(
        accounts=PostgresAccounts(office.database),
        partners=lambda: office.snapshot.partnerships.partners,
        new_id=_NEW_ID,
        new_secret=_new_secret,
    )


def _token_desk(office: Office) -> TokenDesk:
    return TokenDesk(accounts=PostgresAccounts(office.database), new_id=_NEW_ID, new_secret=_new_secret)


# ------------------------------------------------------------------------------------------------------ who comes in


async def sign_in(where: Where, name: str, password: str, *, address: str, agent: str) -> SignedIn:
    """Let somebody in; the cookie holds `cookie` of what is answered. Raises NotSignedIn, TooOften (`retry_after` seconds)."""
    async with opened(where) as office:
        return await sign_in_desk(office).sign_in(name, password, address=address, agent=agent)


async def sign_out(where: Where, cookie: str) -> bool:
    """End the session of a cookie; False where there was none."""
    async with opened(where) as office:
        return await sign_in_desk(office).sign_out(cookie)


async def caller_of_session(where: Where, cookie: str) -> Caller | None:
    """Who comes with this cookie, by what the account may do now; None where nobody is signed in by it (any more)."""
    async with opened(where) as office:
        return await sign_in_desk(office).caller_of_session(cookie)


async def session_id(where: Where, cookie: str) -> UUID | None:
    """Which of the sessions that lists show is the one of this cookie."""
    async with opened(where) as office:
        return await sign_in_desk(office).session_id(cookie)


async def caller_of_token(where: Where, token: str, *, address: str) -> Caller | None:
    """Who comes with this token, with the rights that both it and its account have now; None where it does not hold."""
    async with opened(where) as office:
        return await sign_in_desk(office).caller_of_token(token, address=address)


async def invited(where: Where, link: str) -> Account | None:
    """Whom the secret of a link is for; None where it does not hold any more."""
    async with opened(where) as office:
        return await sign_in_desk(office).invited(link)


async def choose_password(where: Where, link: str, password: str) -> str:
    """Choose a password by the secret of a link; answers the name to sign in with. Raises NotSignedIn, ActionRefused."""
    async with opened(where) as office:
        return await sign_in_desk(office).choose_password(link, password)


async def change_password(where: Where, caller: Caller, old: str, new: str, *, address: str) -> None:
    """Choose another password, knowing the old one; all sessions end. Raises NotSignedIn, TooOften, ActionRefused."""
    async with opened(where) as office:
        await sign_in_desk(office).change_password(caller, old, new, address=address)


# ---------------------------------------------------------------------------------------------------------- accounts


async def list_accounts(where: Where, name: str | None = None) -> Sequence[Json]:
    """All accounts, or the one of this name.

    Each: `id`, `name`, `kind`, `display`, `roles`, `payloads`, `partner`, `rights`, `state` (open, invited, closed), `seen_at`,
    `sessions`, `tokens`, `created_at`, `created_by`, `closed_at`, `closed_by`.
    """
    async with opened(where) as office:
        return await PostgresAccounts(office.database).described(office.snapshot.gateway.sessions, name)


async def add_person(where: Where, name: str, terms: Terms, *, by: Caller) -> Invitation:
    """Add somebody, who chooses a password by the link. Raises Denied, ActionRefused."""
    async with opened(where) as office:
        return await _account_desk(office).add_person(name, terms, by=by)


async def add_service(where: Where, name: str, terms: Terms, *, by: Caller) -> None:
    """Add a program, which calls the API by tokens and never signs in. Raises Denied, ActionRefused."""
    async with opened(where) as office:
        await _account_desk(office).add_service(name, terms, by=by)


async def invite(where: Where, name: str, *, by: Caller) -> Invitation:
    """A new link for somebody who has forgotten the password. Raises Denied, Absent, ActionRefused."""
    async with opened(where) as office:
        return await _account_desk(office).invite(name, by=by)


async def change_account(where: Where, name: str, terms: Terms, *, by: Caller) -> None:
    """What an account may do from now on. Raises Denied, Absent, ActionRefused (also for the last administrator)."""
    async with opened(where) as office:
        await _account_desk(office).change(name, terms, by=by)


async def close_account(where: Where, name: str, *, by: Caller) -> None:
    """Let nobody in by it any more. Raises Denied, Absent, ActionRefused (also for the last administrator)."""
    async with opened(where) as office:
        await _account_desk(office).close(name, by=by)


async def list_sessions(where: Where, name: str | None = None, *, by: Caller) -> Sequence[Json]:
    """Who is signed in: of an account, or all; of others only for administrators. Raises Absent.

    Each: `id`, `account`, `address`, `agent`, `begun_at`, `seen_at`.
    """
    async with opened(where) as office:
        of = await _whose(office, name, by)
        return await PostgresAccounts(office.database).sessions(of, office.snapshot.gateway.sessions)


async def sign_out_everywhere(where: Where, name: str, *, by: Caller) -> int:
    """End all sessions of somebody, or one's own; answers how many there were. Raises Absent."""
    async with opened(where) as office:
        return await _account_desk(office).sign_out(name, by=by)


async def end_session(where: Where, session: UUID, *, by: Caller) -> None:
    """End one session by its id. Raises Absent."""
    async with opened(where) as office:
        await _account_desk(office).end_session(session, by=by)


async def first_administrator(where: Where) -> Invitation | None:
    """At a start: a link for the first administrator; None where somebody who may administer has a password."""
    async with opened(where) as office:
        return await _account_desk(office).first_administrator()


# ------------------------------------------------------------------------------------------------------------ tokens


async def list_tokens(where: Where, name: str | None = None, *, by: Caller) -> Sequence[Json]:
    """Tokens of an account, or all, the newest first; of others only for administrators. Raises Absent.

    Each: `id`, `account`, `name`, `scopes`, `state` (open, expired, revoked), `created_at`, `created_by`, `expires_at`,
    `used_at`, `used_from`, `revoked_at`, `revoked_by`, `replaces`, `ends_soon`.
    """
    async with opened(where) as office:
        return await PostgresAccounts(office.database).tokens(await _whose(office, name, by))


async def describe_token(where: Where, token: UUID, *, by: Caller) -> Json:
    """One token as `list_tokens` has it: of others only for administrators. Raises Absent."""
    async with opened(where) as office:
        found = await PostgresAccounts(office.database).tokens(await _whose(office, None, by), token)
        if not found:
            raise Absent("There is no such token.", remedy="List them: gateway tokens")
        return found[0]


async def issue_token(
    where: Where, account: str, name: str, *, scopes: Collection[Right], lasting: timedelta = _YEAR, by: Caller
) -> IssuedToken:
    """A token of a service, or of one's own. Raises Denied, Absent, ActionRefused."""
    async with opened(where) as office:
        whose = await _account_desk(office).existing(account, own=by)
        return await _token_desk(office).issue(whose, name, scopes=frozenset(scopes), lasting=lasting, by=by)


async def rotate_token(
    where: Where, token: UUID, *, overlap: timedelta = _WEEK, lasting: timedelta = _YEAR, by: Caller
) -> IssuedToken:
    """A new token in the place of another, which holds for `overlap` more. Raises Denied, Absent, ActionRefused."""
    async with opened(where) as office:
        return await _token_desk(office).rotate(token, overlap=overlap, lasting=lasting, by=by)


async def revoke_token(where: Where, token: UUID, *, by: Caller) -> None:
    """End a token at once. Raises Denied, Absent."""
    async with opened(where) as office:
        await _token_desk(office).revoke(token, by=by)


async def _whose(office: Office, name: str | None, by: Caller) -> UUID | None:
    """The account that is asked about; None for all, which is for administrators."""
    if name is not None:
        return (await _account_desk(office).existing(name, own=by)).id
    return None if by.may(Right.ADMINISTER) else by.account
