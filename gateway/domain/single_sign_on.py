"""Signing in at an identity provider (OpenID Connect Core 1.0): what is asked there, and whom its answer means here. Pure."""

import hmac
from base64 import urlsafe_b64encode
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from hashlib import sha256
from typing import Any, Final, Literal

from gateway.domain.access import NAME_OF_AN_ACCOUNT, Role
from gateway.domain.http_terms import HttpClientTerms
from gateway.errors import IdentityRefused

BACK: Final = "/sign-in/elsewhere/back"
"""Where the provider sends people back to, behind the console's address."""

Claim = Literal["email", "preferred_username", "sub"]


@dataclass(frozen=True, slots=True)
class OidcTerms:
    """What [gateway.oidc] says. `url` is where people reach the console. `password_accounts` may sign in by passwords; None: all.

    `roles` are those that groups stand for: with any, they are what the provider says at each sign-in. `create`: whoever has such
    a group gets an account.
    """

    issuer: str
    client_id: str
    url: str
    client_secret: str = field(default="", repr=False)
    label: str = "Single sign-on"
    scopes: tuple[str, ...] = ("openid", "email", "profile")
    claim: Claim = "email"
    trust_email: bool = False
    groups_claim: str = "groups"
    roles: Mapping[str, frozenset[Role]] = field(default_factory=dict)
    create: bool = False
    password_accounts: frozenset[str] | None = None
    skew: timedelta = timedelta(seconds=60)
    client: HttpClientTerms = field(default_factory=HttpClientTerms)

    @property
    def back(self) -> str:
        """The redirect_uri, which the provider must know."""
        return self.url.rstrip("/") + BACK


@dataclass(frozen=True, slots=True)
class Errand:
    """One way to the provider and back. All of it follows from a secret that only this browser's cookie holds: so nobody else can
    end what it has begun, and nothing has to be kept here.
    """

    secret: str = field(repr=False)

    @property
    def state(self) -> str:
        """Comes back in the address (RFC 6749, clause 10.12)."""
        return self._made("state")

    @property
    def nonce(self) -> str:
        """Comes back in the ID token."""
        return self._made("nonce")

    @property
    def verifier(self) -> str:
        """Proves to the provider that who asked is who fetches (RFC 7636)."""
        return self._made("verifier")

    @property
    def challenge(self) -> str:
        """What is told of the verifier before, by S256."""
        return _text(sha256(self.verifier.encode()).digest())

    def _made(self, what: str) -> str:
        return _text(hmac.new(self.secret.encode(), what.encode(), sha256).digest())


def _text(made: bytes) -> str:
    return urlsafe_b64encode(made).decode().rstrip("=")


def question(terms: OidcTerms, errand: Errand) -> Mapping[str, str]:
    """What is asked of the provider, which asks who it is (clause 3.1.2.1)."""
    return {
        "response_type": "code",
        "client_id": terms.client_id,
        "redirect_uri": terms.back,
        "scope": " ".join(terms.scopes),
        "state": errand.state,
        "nonce": errand.nonce,
        "code_challenge": errand.challenge,
        "code_challenge_method": "S256",
    }


def code_of(answer: Mapping[str, str], terms: OidcTerms, errand: Errand, *, names_issuer: bool) -> str:
    """The code of an answer that belongs to the errand. Raises IdentityRefused.

    `names_issuer`: the provider promises to say who it is (RFC 9207), so that no other one's answer is taken for its own.
    """
    if not errand.secret or not hmac.compare_digest(answer.get("state", "").encode(), errand.state.encode()):
        raise IdentityRefused("state", "the answer does not belong to a sign-in that this browser has begun")
    if answer.get("iss", terms.issuer if not names_issuer else "") != terms.issuer:
        raise IdentityRefused("token", "the answer comes from another provider")
    if "error" in answer:
        told = answer["error"] + (f": {answer['error_description']}" if answer.get("error_description") else "")
        raise IdentityRefused("provider", f"the provider said {told}"[:300])
    if not answer.get("code"):
        raise IdentityRefused("provider", "the provider sent no code")
    return answer["code"]


@dataclass(frozen=True, slots=True)
class Identity:
    """Somebody as the provider knows them: `subject` for ever, `name` as accounts are named here. `roles` are those of groups;
    None where groups do not decide.
    """

    issuer: str
    subject: str
    name: str
    display: str = ""
    roles: frozenset[Role] | None = None


def identity_of(claims: Mapping[str, Any], terms: OidcTerms) -> Identity:
    """Whom the claims of a verified ID token mean. Raises IdentityRefused."""
    name = str(claims.get(terms.claim) or "").strip().casefold()
    if not NAME_OF_AN_ACCOUNT.fullmatch(name):
        raise IdentityRefused("unknown", f"the claim {terms.claim} holds no name of an account")
    if terms.claim == "email" and not terms.trust_email and claims.get("email_verified") is not True:
        raise IdentityRefused("unverified", "the provider does not say that it verified the mail address", name=name)
    roles = _roles_of(claims.get(terms.groups_claim), terms.roles) if terms.roles else None
    if roles is not None and not roles:
        raise IdentityRefused("no_role", "none of the groups has a role here", name=name)
    return Identity(terms.issuer, str(claims["sub"]), name, str(claims.get("name") or "")[:200], roles)


def _roles_of(groups: object, roles: Mapping[str, frozenset[Role]]) -> frozenset[Role]:
    named: Sequence[object] = groups if isinstance(groups, list) else [groups]
    return frozenset(role for group in named if isinstance(group, str) for role in roles.get(group, ()))
