"""Accounts: who there is, what each may do, links for passwords, and the end of accounts. Each changes under an administrator."""

from datetime import datetime
from typing import Annotated
from uuid import UUID

from pydantic import Field

from gateway.api.fields import Name
from gateway.api.operation import Asked, Operation, Page, Told
from gateway.bootstrap.accounts import add_person, add_service, change_account, close_account, invite, list_accounts
from gateway.bootstrap.office import Office
from gateway.domain.access import AccountKind, Caller, Right, Role
from gateway.errors import Absent
from gateway.operations.accounts import Terms


class AccountsAsked(Asked):
    """All accounts, also closed ones."""


class AccountAsked(Asked):
    """One account, by its name."""

    account: Name


class Account(Told):
    """An account: what it may do, whether it is open, invited (without a password yet) or closed, and when it was used last."""

    id: UUID
    name: str
    kind: AccountKind
    display: str
    roles: tuple[Role, ...]
    payloads: bool
    partner: str | None
    rights: tuple[Right, ...]
    state: str
    seen_at: datetime | None
    sessions: int
    tokens: int
    created_at: datetime
    created_by: str
    closed_at: datetime | None
    closed_by: str | None


class MayDo(AccountAsked):
    """What an account is to be allowed: roles, whether it may see what documents hold, the only partner that it is for."""

    roles: Annotated[frozenset[Role], Field(max_length=len(Role))]
    payloads: bool = False
    partner: Name | None = None
    display: Annotated[str, Field(max_length=200)] = ""

    def terms(self) -> Terms:
        """The same, as accounts take it."""
        return Terms(roles=self.roles, payloads=self.payloads, partner=self.partner, display=self.display)


class Invited(Told):
    """A link for somebody to choose a password by; its secret is shown once and not kept."""

    name: str
    secret: str


async def _list(office: Office, _caller: Caller, _asked: AccountsAsked) -> Page:
    return Page([Account.model_validate(one) for one in await list_accounts(office)])


async def _show(office: Office, _caller: Caller, asked: AccountAsked) -> Account:
    found = await list_accounts(office, asked.account)
    if not found:
        raise Absent(f"There is no account {asked.account}.", remedy="Look for it in the list.")
    return Account.model_validate(found[0])


async def _add_person(office: Office, caller: Caller, asked: MayDo) -> Invited:
    made = await add_person(office, asked.account, asked.terms(), by=caller)
    return Invited(name=made.name, secret=made.secret)


async def _add_service(office: Office, caller: Caller, asked: MayDo) -> Account:
    await add_service(office, asked.account, asked.terms(), by=caller)
    return await _show(office, caller, asked)


async def _invite(office: Office, caller: Caller, asked: AccountAsked) -> Invited:
    made = await invite(office, asked.account, by=caller)
    return Invited(name=made.name, secret=made.secret)


async def _change(office: Office, caller: Caller, asked: MayDo) -> Account:
    await change_account(office, asked.account, asked.terms(), by=caller)
    return await _show(office, caller, asked)


async def _close(office: Office, caller: Caller, asked: AccountAsked) -> Account:
    await close_account(office, asked.account, by=caller)
    return await _show(office, caller, asked)


OPERATIONS: tuple[Operation, ...] = (
    Operation(
        name="accounts.list", method="GET", path="/accounts", right=Right.ADMINISTER, asked=AccountsAsked, run=_list,
        answers=Account, pages=True, summary="List accounts: what each may do, and when it was used last.",
    ),
    Operation(
        name="accounts.show", method="GET", path="/accounts/{account}", right=Right.ADMINISTER, asked=AccountAsked, run=_show,
        answers=Account, summary="Show an account.",
    ),
    Operation(
        name="accounts.add_person", method="POST", path="/accounts/people", right=Right.ADMINISTER, asked=MayDo, run=_add_person,
        answers=Invited, secret=True, summary="Add somebody, who chooses a password by the link that is answered.",
    ),
    Operation(
        name="accounts.add_service", method="POST", path="/accounts/services", right=Right.ADMINISTER, asked=MayDo,
        run=_add_service, answers=Account, summary="Add a program, which calls this API by tokens and never signs in.",
    ),
    Operation(
        name="accounts.invite", method="POST", path="/accounts/{account}/invite", right=Right.ADMINISTER, asked=AccountAsked,
        run=_invite, answers=Invited, secret=True, summary="Make a new link for somebody who has forgotten the password.",
    ),
    Operation(
        name="accounts.change", method="PUT", path="/accounts/{account}", right=Right.ADMINISTER, asked=MayDo, run=_change,
        answers=Account, summary="Say what an account may do from now on, also by sessions and tokens that there are.",
    ),
    Operation(
        name="accounts.close", method="POST", path="/accounts/{account}/close", right=Right.ADMINISTER, asked=AccountAsked,
        run=_close, answers=Account, summary="Let nobody in by an account any more: its sessions and tokens end.",
    ),
)  # fmt: skip
