"""Sessions: who is signed in. Of others only administrators see and end any; one's own are everybody's."""

from datetime import datetime
from uuid import UUID

from gateway.api.fields import Name
from gateway.api.operation import Asked, Operation, Page, Told
from gateway.bootstrap.accounts import end_session, list_sessions, sign_out_everywhere
from gateway.bootstrap.office import Office
from gateway.domain.access import Caller, Right


class SessionsAsked(Asked):
    """Whose sessions are listed: an account's; else all for administrators, one's own for others."""

    account: Name | None = None


class Session(Told):
    """Somebody who is signed in, from where and since when."""

    id: UUID
    account: str
    address: str
    agent: str
    begun_at: datetime
    seen_at: datetime


class SessionAsked(Asked):
    """One session."""

    session: UUID


class WhoseSessions(Asked):
    """All sessions of an account."""

    account: Name


class Ended(Told):
    """How many sessions there were."""

    sessions: int


async def _list(office: Office, caller: Caller, asked: SessionsAsked) -> Page:
    return Page([Session.model_validate(one) for one in await list_sessions(office, asked.account, by=caller)])


async def _end(office: Office, caller: Caller, asked: SessionAsked) -> None:
    await end_session(office, asked.session, by=caller)


async def _end_all(office: Office, caller: Caller, asked: WhoseSessions) -> Ended:
    return Ended(sessions=await sign_out_everywhere(office, asked.account, by=caller))


OPERATIONS: tuple[Operation, ...] = (
    Operation(
        name="sessions.list", method="GET", path="/sessions", right=Right.SEE, asked=SessionsAsked, run=_list, answers=Session,
        pages=True, partners=True, summary="List who is signed in: one's own sessions, those of an account, or all.",
    ),
    Operation(
        name="sessions.end", method="DELETE", path="/sessions/{session}", right=Right.SEE, asked=SessionAsked, run=_end,
        partners=True, summary="End a session, one's own or another's.",
    ),
    Operation(
        name="sessions.end_all", method="POST", path="/accounts/{account}/sign-out", right=Right.SEE, asked=WhoseSessions,
        run=_end_all, answers=Ended, partners=True, summary="End all sessions of an account, one's own or another's.",
    ),
)  # fmt: skip
