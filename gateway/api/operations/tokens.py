"""Tokens: what programs call this API by. Each is shown once; of others only administrators see and make any."""

from datetime import datetime, timedelta
from typing import Annotated
from uuid import UUID

from pydantic import Field

from gateway.api.fields import Name
from gateway.api.operation import Asked, Operation, Page, Told
from gateway.bootstrap.accounts import describe_token, issue_token, list_tokens, revoke_token, rotate_token
from gateway.bootstrap.office import Office
from gateway.domain.access import Caller, Right
from gateway.operations.tokens import IssuedToken

Days = Annotated[int, Field(ge=1, le=3660)]


class TokensAsked(Asked):
    """Whose tokens are listed: an account's; else all for administrators, one's own for others."""

    account: Name | None = None


class Token(Told):
    """A token, without what it is: what it may be used for, until when, and when and from where it was used last."""

    id: UUID
    account: str
    name: str
    scopes: tuple[Right, ...]
    state: str
    created_at: datetime
    created_by: str
    expires_at: datetime
    used_at: datetime | None
    used_from: str | None
    revoked_at: datetime | None
    revoked_by: str | None
    replaces: UUID | None
    ends_soon: bool
    """It ends within two weeks, and nothing has come in its place."""


class NewToken(Asked):
    """A token to make: of which account, what it is called, what it may be used for, for how long."""

    account: Name
    name: Name
    scopes: Annotated[frozenset[Right], Field(min_length=1, max_length=len(Right))]
    days: Days = 365


class TokenAsked(Asked):
    """One token."""

    token: UUID


class Rotated(TokenAsked):
    """A token in the place of which comes another; it holds for `overlap_days` more."""

    overlap_days: Annotated[int, Field(ge=0, le=90)] = 7
    days: Days = 365


class Issued(Told):
    """A new token. It is shown this once and not kept."""

    id: UUID
    account: str
    token: str


async def _list(office: Office, caller: Caller, asked: TokensAsked) -> Page:
    return Page([Token.model_validate(one) for one in await list_tokens(office, asked.account, by=caller)])


async def _show(office: Office, caller: Caller, asked: TokenAsked) -> Token:
    return Token.model_validate(await describe_token(office, asked.token, by=caller))


async def _issue(office: Office, caller: Caller, asked: NewToken) -> Issued:
    lasting = timedelta(days=asked.days)
    return _issued(await issue_token(office, asked.account, asked.name, scopes=asked.scopes, lasting=lasting, by=caller))


async def _rotate(office: Office, caller: Caller, asked: Rotated) -> Issued:
    overlap, lasting = timedelta(days=asked.overlap_days), timedelta(days=asked.days)
    return _issued(await rotate_token(office, asked.token, overlap=overlap, lasting=lasting, by=caller))


def _issued(made: IssuedToken) -> Issued:
    return Issued(id=made.id, account=made.account, token=made.token)


async def _revoke(office: Office, caller: Caller, asked: TokenAsked) -> None:
    await revoke_token(office, asked.token, by=caller)


OPERATIONS: tuple[Operation, ...] = (
    Operation(
        name="tokens.list", method="GET", path="/tokens", right=Right.SEE, asked=TokensAsked, run=_list, answers=Token,
        pages=True, partners=True, summary="List tokens: one's own, those of an account, or all; also those that are over.",
    ),
    Operation(
        name="tokens.show", method="GET", path="/tokens/{token}", right=Right.SEE, asked=TokenAsked, run=_show, answers=Token,
        partners=True, summary="Show a token, without what it is.",
    ),
    Operation(
        name="tokens.issue", method="POST", path="/tokens", right=Right.SEE, asked=NewToken, run=_issue, answers=Issued,
        partners=True, secret=True, summary="Make a token, of a service or one's own. It is shown this once.",
    ),
    Operation(
        name="tokens.rotate", method="POST", path="/tokens/{token}/rotate", right=Right.SEE, asked=Rotated, run=_rotate,
        answers=Issued, partners=True, secret=True,
        summary="Make a token in the place of another, which holds for a while longer.",
    ),
    Operation(
        name="tokens.revoke", method="DELETE", path="/tokens/{token}", right=Right.SEE, asked=TokenAsked, run=_revoke,
        partners=True, summary="End a token at once.",
    ),
)  # fmt: skip
