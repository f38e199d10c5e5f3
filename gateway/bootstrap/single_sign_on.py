"""Signing in at an identity provider, wired: for as long as a process serves the console."""

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from urllib.parse import urlencode

import structlog

from gateway.bootstrap.accounts import sign_in_desk
from gateway.bootstrap.office import Office
from gateway.domain.single_sign_on import Errand, OidcTerms, code_of, identity_of, question
from gateway.errors import IdentityRefused
from gateway.operations.sign_in import SignedIn
from gateway.operations.single_sign_on import SingleSignOnDesk
from gateway.security.identity_provider import IdentityProvider
from gateway.store.access import PostgresAccounts
from gateway.system import SystemClock, TimeOrderedIds

_log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class SingleSignOn:
    """One provider, and who is let in by what it says."""

    terms: OidcTerms
    provider: IdentityProvider
    desk: SingleSignOnDesk

    async def begin(self, errand: Errand) -> str:
        """The address to lead somebody to. Raises IdentityRefused."""
        try:
            return _with((await self.provider.described()).authorization, question(self.terms, errand))
        except IdentityRefused as refusal:
            _log.warning("identity_provider_unusable", problem=str(refusal))
            raise

    async def finish(self, errand: Errand, answer: Mapping[str, str], *, address: str, agent: str) -> SignedIn:
        """Let in who comes back. Raises IdentityRefused; each is logged with its reason, and audited where it has a name."""
        try:
            names_issuer = (await self.provider.described()).names_issuer
            claims = await self.provider.claims(code_of(answer, self.terms, errand, names_issuer=names_issuer), errand)
            return await self.desk.sign_in(identity_of(claims, self.terms), address=address, agent=agent)
        except IdentityRefused as refusal:
            _log.warning("identity_refused", code=refusal.code, problem=str(refusal), account=refusal.name, address=address)
            await self.desk.refused(refusal, address=address)
            raise

    async def end(self) -> str:
        """Where somebody signs out there, too (OpenID Connect RP-Initiated Logout 1.0); empty where that is nowhere."""
        try:
            endpoint = (await self.provider.described()).end_session
        except IdentityRefused:
            return ""
        asked = {"client_id": self.terms.client_id, "post_logout_redirect_uri": self.terms.url.rstrip("/") + "/sign-in"}
        return _with(endpoint, asked) if endpoint else ""


def _with(endpoint: str, asked: Mapping[str, str]) -> str:
    """An address of the provider with what is asked there; it may have a query of its own."""
    return f"{endpoint}{'&' if '?' in endpoint else '?'}{urlencode(asked)}"


@asynccontextmanager
async def open_single_sign_on(office: Office) -> AsyncIterator[SingleSignOn | None]:
    """The provider of the configuration; None where there is none."""
    terms = office.snapshot.gateway.oidc
    if terms is None:
        yield None
        return
    provider = IdentityProvider(terms, clock=SystemClock())
    accounts, new_id = PostgresAccounts(office.database), TimeOrderedIds()
    desk = SingleSignOnDesk(accounts=accounts, door=sign_in_desk(office), new_id=new_id, create=terms.create)
    try:
        yield SingleSignOn(terms, provider, desk)
    finally:
        await provider.close()
