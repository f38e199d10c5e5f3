"""Signing in and out: by passwords, sessions, tokens, and links by which a password is chosen."""

from collections.abc import Callable, Collection
from dataclasses import dataclass, field
from uuid import UUID

from gateway.domain.access import AccountKind, Caller
from gateway.domain.password import complaint, is_hashable, normalised
from gateway.domain.sign_in import SessionTerms, wait_of
from gateway.domain.storable import storable, storable_key
from gateway.domain.token import hash_token
from gateway.errors import ActionRefused, NotSignedIn, PasswordsOff, TooOften
from gateway.ports.access import Account, Accounts, NewSession
from gateway.ports.passwords import Passwords

_LONGEST_AGENT = 300
_WRONG = "The name or the password is wrong."
_FORGOTTEN = "Who has forgotten a password gets a new link from an administrator: gateway users invite NAME"
_LINK_OVER = "This link does not hold any more."


@dataclass(frozen=True, slots=True)
class SignedIn:
    """Who has signed in, and what the cookie is to hold. It is not kept anywhere."""

    caller: Caller
    cookie: str = field(repr=False)


class SignInDesk:
    """Lets people in, and programs by their tokens. `new_secret` makes what nobody can guess: at least 160 random bits.

    `by_password` are the names that sign in by a password; None: all.
    """

    def __init__(
        self,
        *,
        accounts: Accounts,
        passwords: Passwords,
        terms: SessionTerms,
        new_id: Callable[[], UUID],
        new_secret: Callable[[], str],
        by_password: Collection[str] | None = None,
    ) -> None:
        self._accounts, self._passwords, self._terms = accounts, passwords, terms
        self._by_password = by_password
        self._new_id, self._new_secret = new_id, new_secret

    async def sign_in(self, name: str, password: str, *, address: str, agent: str) -> SignedIn:
        """Let somebody in. Raises NotSignedIn, and TooOften where wrong passwords came before.

        An account that is not there, is closed or has no password costs the same work as one that is.
        """
        name, address = storable_key(name.strip().casefold()), storable_key(address)
        self._require_password(name)
        attempt = await self._attempt(name, address)
        account = await self._proven(await self._accounts.account(name), password)
        if account is None:
            await self._accounts.failed(name, address)
            raise NotSignedIn(_WRONG, remedy=_FORGOTTEN)
        await self._renew(account, password)
        return await self.admit(account, address=address, agent=agent, attempt=attempt)

    def _require_password(self, name: str) -> None:
        """Raises PasswordsOff for who does not sign in by one, whether there is such an account or not."""
        if self._by_password is not None and name not in self._by_password:
            raise PasswordsOff("Passwords are switched off.", remedy="Sign in at the identity provider.")

    async def _attempt(self, name: str, address: str) -> int:
        """Count it before the password is looked at, so that those that come at the same time count as well."""
        attempt = await self._accounts.attempt(name, address, wait_of)
        if attempt.wait:
            raise TooOften("There were too many wrong passwords.", retry_after=attempt.wait.total_seconds())
        return attempt.id

    async def _proven(self, account: Account | None, password: str) -> Account | None:
        """The account, if it is somebody's who may sign in and the password is theirs; it is looked at in any case."""
        secret = account.secret if account is not None else ""
        matches = await self._passwords.matches(secret, normalised(password) if is_hashable(password) else "")
        may = matches and account is not None and account.kind is AccountKind.PERSON and not account.closed
        return account if may else None

    async def _renew(self, account: Account, password: str) -> None:
        """Hash it as passwords are hashed now."""
        if self._passwords.outdated(account.secret):
            new = await self._passwords.hash(normalised(password))
            await self._accounts.renew_secret(account.id, account.secret, new)

    async def admit(self, account: Account, *, address: str, agent: str, attempt: int = 0) -> SignedIn:
        """Begin a session of somebody who has proved who it is; `attempt` is what a sign-in by password was counted as.

        Raises NotSignedIn where the account was closed meanwhile.
        """
        cookie = self._new_secret()
        agent = storable(agent)[:_LONGEST_AGENT]
        session = NewSession(self._new_id(), account.id, hash_token(cookie), address, agent, account.secret_at)
        if not await self._accounts.begin(session, by=account.name, attempt=attempt):
            raise NotSignedIn(_WRONG, remedy=_FORGOTTEN)
        return SignedIn(account.caller(), cookie)

    async def sign_out(self, cookie: str) -> bool:
        """End a session; False where there was none."""
        return await self._accounts.end(hash_token(cookie))

    async def session_id(self, cookie: str) -> UUID | None:
        """Which of the sessions that lists show is the one of this cookie."""
        return await self._accounts.session_id(hash_token(cookie))

    async def caller_of_session(self, cookie: str) -> Caller | None:
        """Who comes with this cookie; None where nobody is signed in by it."""
        account = await self._accounts.session(hash_token(cookie), self._terms)
        return account.caller() if account is not None else None

    async def caller_of_token(self, token: str, *, address: str) -> Caller | None:
        """Who comes with this token, with the rights that both it and its account have now; None where it does not hold."""
        found = await self._accounts.token(hash_token(token), storable_key(address))
        if found is None:
            return None
        account, shown = found
        return account.caller().restricted(shown.scopes, shown.id)

    async def invited(self, link: str) -> Account | None:
        """Whom a link is for; None where it does not hold any more."""
        return await self._accounts.invited(hash_token(link))

    async def choose_password(self, link: str, password: str) -> str:
        """Choose a password by a link, which is used up; answers the name to sign in with.

        Raises NotSignedIn for a link that does not hold, ActionRefused for a password that cannot be chosen.
        """
        account = await self.invited(link)
        if account is None:
            raise NotSignedIn(_LINK_OVER, remedy=_FORGOTTEN)
        secret = await self._hashed(account, password)
        if not await self._accounts.set_secret(account.id, secret, by=account.name, invitation=hash_token(link)):
            raise NotSignedIn(_LINK_OVER, remedy=_FORGOTTEN)
        return account.name

    async def change_password(self, caller: Caller, old: str, new: str, *, address: str) -> None:
        """Choose another password, knowing the old one: all sessions end. Raises as `sign_in` and `choose_password` do."""
        address = storable_key(address)
        self._require_password(caller.name)
        await self._attempt(caller.name, address)
        account = await self._proven(await self._accounts.by_id(caller.account), old)
        if account is None:
            await self._accounts.failed(caller.name, address)
            raise NotSignedIn("The old password is wrong.", remedy=_FORGOTTEN)
        await self._accounts.set_secret(account.id, await self._hashed(account, new), by=caller.name, invitation=None)

    async def _hashed(self, account: Account, password: str) -> str:
        wrong = complaint(password, names=(account.name, account.display))
        if wrong:
            raise ActionRefused(wrong[0].upper() + wrong[1:] + ".", remedy="Choose another one.")
        return await self._passwords.hash(normalised(password))
