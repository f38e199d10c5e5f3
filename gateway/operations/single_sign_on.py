"""Letting people in whom an identity provider knows: whose account that is, what groups allow, new accounts if wanted."""

from collections.abc import Callable
from typing import Final
from uuid import UUID

import structlog

from gateway.domain.access import AccountKind
from gateway.domain.single_sign_on import Identity
from gateway.domain.storable import storable, storable_key
from gateway.errors import IdentityRefused
from gateway.operations.sign_in import SignedIn, SignInDesk
from gateway.ports.access import Account, Accounts, Changed

_log = structlog.get_logger(__name__)

_BY: Final = "single sign-on"


class SingleSignOnDesk:
    """Lets in whom the provider names. `create`: whoever has a role there gets an account here."""

    def __init__(self, *, accounts: Accounts, door: SignInDesk, new_id: Callable[[], UUID], create: bool) -> None:
        self._accounts, self._door, self._new_id, self._create = accounts, door, new_id, create

    async def sign_in(self, identity: Identity, *, address: str, agent: str) -> SignedIn:
        """Begin a session. Raises IdentityRefused."""
        account = await self._bound(identity)
        if account.closed or account.kind is not AccountKind.PERSON:
            raise IdentityRefused("unknown", "the account is closed, or a program's", name=identity.name)
        return await self._door.admit(await self._as_groups_say(account, identity), address=storable_key(address), agent=agent)

    async def refused(self, refusal: IdentityRefused, *, address: str) -> None:
        """Write down that somebody was not let in, where it is known who it would be."""
        if refusal.name:
            await self._accounts.failed(storable_key(refusal.name), storable_key(address))

    async def _bound(self, identity: Identity) -> Account:
        """The account that was bound to the subject; at the first time that of the name, which is bound from then on.

        The name alone never decides twice: whoever gets it later from the provider is somebody else.
        """
        issuer, subject = storable(identity.issuer), storable(identity.subject)
        known = await self._accounts.of_identity(issuer, subject)
        if known is not None:
            return known
        account = await self._accounts.account(identity.name) or await self._made(identity)
        if account is None:
            raise IdentityRefused("unknown", f"there is no account {identity.name}", name=identity.name)
        if account.closed or account.kind is not AccountKind.PERSON:
            return account
        if not await self._accounts.bind(account.id, issuer, subject):
            known = await self._accounts.of_identity(issuer, subject)
            if known is not None:  # the same person came twice at this moment
                return known
            raise IdentityRefused("taken", f"the account {account.name} is somebody else's there", name=account.name)
        return account

    async def _made(self, identity: Identity) -> Account | None:
        if not self._create or not identity.roles:
            return None
        new = Account(self._new_id(), identity.name, AccountKind.PERSON, identity.roles, display=storable(identity.display))
        await self._accounts.add(new, by=_BY)
        return await self._accounts.account(identity.name)

    async def _as_groups_say(self, account: Account, identity: Identity) -> Account:
        """With the roles of today's groups. Accounts of partners keep theirs, and so does the last administrator."""
        roles = identity.roles
        if roles is None or roles == account.roles or account.partner is not None:
            return account
        done = await self._accounts.change(
            account.id, roles=roles, payloads=account.payloads, partner=None, display=account.display, by=_BY
        )
        if done is Changed.LAST:
            _log.warning("last_administrator_keeps_roles", account=account.name)
        return await self._accounts.by_id(account.id) or account
