"""An identity provider for those who sign in to the console, in routes.toml."""

from datetime import timedelta
from pathlib import Path
from typing import Annotated

from pydantic import Field, SecretStr

from gateway.config.channels.http_client import HttpUrl
from gateway.config.fields import written
from gateway.config.quantities import Duration
from gateway.config.table import Secret, Table, Text
from gateway.domain.access import Role
from gateway.domain.http_terms import ClientTls, HttpClientTerms
from gateway.domain.single_sign_on import Claim, OidcTerms

AccountName = Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9._@+-]{0,99}$")]


class OidcTable(Table):
    """An identity provider (OpenID Connect) at which people sign in to the console."""

    issuer: HttpUrl = Field(description="Its address, as its tokens name it: https://login.example/realms/staff.")
    client_id: Text = Field(description="What it calls this gateway.")
    client_secret: Secret = Field(
        default=SecretStr(""), description="The client's secret, by reference. Empty: a public client, proved by PKCE alone."
    )
    url: HttpUrl = Field(description="Where people reach the console. The provider must allow <url>/sign-in/elsewhere/back.")
    label: Text = Field(default="Single sign-on", description="What people call it: the words of the button.")
    scopes: list[Text] = Field(default=["openid", "email", "profile"], description="What is asked for; openid is among it.")
    claim: Claim = Field(
        default="email",
        description="What accounts are named by here. It decides once: then the account belongs to that person's sub. "
        "Take preferred_username only where people cannot choose it themselves.",
    )
    trust_email: bool = Field(
        default=False, description="Take the mail address also where the provider does not say email_verified."
    )
    groups_claim: Text = Field(default="groups", description="The claim that holds the groups.")
    roles: dict[str, list[Role]] = Field(
        default={}, description="Roles by group. With any, they are set anew at each sign-in; who has no such group stays out."
    )
    create: bool = Field(default=False, description="Who has such a group and no account gets one.")
    password_accounts: list[AccountName] | None = Field(
        default=None, description="The only accounts that may still sign in by a password, for emergencies. Default: all."
    )
    clock_skew: Duration = written("60s", "How far its clock may be from ours.", le=timedelta(minutes=5))
    timeout: Duration = written("10s", "Patience with one request to it.", gt=timedelta(), le=timedelta(minutes=1))
    internal: bool = Field(
        default=False, description="It has an address that is not of the public internet: a VPN, a private network."
    )
    authorities: Text | None = Field(default=None, description="Whom we trust instead of the system's authorities: a PEM file.")

    def terms(self, folder: Path) -> OidcTerms:
        """As the gateway wants it."""
        tls = ClientTls(authorities=str(folder / self.authorities) if self.authorities else None)
        return OidcTerms(
            issuer=self.issuer,
            client_id=self.client_id,
            client_secret=self.client_secret.get_secret_value(),
            url=self.url,
            label=self.label,
            scopes=tuple(self.scopes),
            claim=self.claim,
            trust_email=self.trust_email,
            groups_claim=self.groups_claim,
            roles={group: frozenset(roles) for group, roles in self.roles.items()},
            create=self.create,
            password_accounts=frozenset(self.password_accounts) if self.password_accounts is not None else None,
            skew=self.clock_skew,
            client=HttpClientTerms(tls=tls, timeout=self.timeout.total_seconds(), internal=self.internal),
        )
