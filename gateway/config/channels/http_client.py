"""How we call a partner's server: address, login, TLS; the same for what we post and what we fetch."""

from pathlib import Path
from typing import Annotated, Literal

from pydantic import Field, SecretStr, model_validator

from gateway.config.fields import written
from gateway.config.quantities import Duration
from gateway.config.table import Secret, Table, Text
from gateway.domain.http_terms import (
    ApiKeyLogin,
    BasicLogin,
    BearerLogin,
    ClientTls,
    HttpClientTerms,
    HttpLogin,
    OAuth2Login,
    ServerTls,
)

HttpUrl = Annotated[str, Field(pattern=r"^https?://[^/\s@{}?#]+(/[^\s]*)?$")]
"""An address; places in braces stand behind the host."""


class BearerTable(Table):
    """A token that does not change."""

    type: Literal["bearer"]
    token: Secret = Field(description="The token, by reference.")

    def login(self) -> HttpLogin:
        """What the channel is told."""
        return BearerLogin(self.token.get_secret_value())


class BasicTable(Table):
    """User and password."""

    type: Literal["basic"]
    user: Text
    password: Secret = Field(description="The password, by reference.")

    def login(self) -> HttpLogin:
        """What the channel is told."""
        return BasicLogin(self.user, self.password.get_secret_value())


class ApiKeyTable(Table):
    """A key in a header or in the address."""

    type: Literal["api_key"]
    key: Secret = Field(description="The key, by reference.")
    name: Text = Field(default="X-API-Key", description="Name of the header or parameter.")
    place: Literal["header", "query"] = Field(default="header")

    def login(self) -> HttpLogin:
        """What the channel is told."""
        return ApiKeyLogin(self.key.get_secret_value(), self.name, self.place)


class OAuth2Table(Table):
    """Client credentials (OAuth 2)."""

    type: Literal["oauth2"]
    token_url: HttpUrl = Field(description="Where tokens are had.")
    client_id: Text
    client_secret: Secret = Field(description="The client's secret, by reference.")
    scope: str = Field(default="", description="Scopes, joined by blanks.")
    audience: str = Field(default="", description="For servers that ask for one.")
    in_body: bool = Field(default=False, description="Client and secret go into the form instead of a header.")

    def login(self) -> HttpLogin:
        """What the channel is told."""
        secret = self.client_secret.get_secret_value()
        return OAuth2Login(self.token_url, self.client_id, secret, self.scope, self.audience, self.in_body)


class HttpTlsTable(Table):
    """TLS towards the partner's server. Files are PEM, relative to routes.toml."""

    certificate: Text | None = Field(default=None, description="Our certificate for mutual TLS, with those that vouch for it.")
    key: Text | None = Field(default=None, description="Its key; default: in the same file.")
    key_password: Secret = Field(default=SecretStr(""), description="The key's password, by reference.")
    authorities: Text | None = Field(default=None, description="Whom we trust instead of the system's authorities.")

    @model_validator(mode="after")
    def _key_of_certificate(self) -> "HttpTlsTable":
        if self.key is not None and self.certificate is None:
            raise ValueError("a key belongs to a certificate")
        return self

    def terms(self, folder: Path) -> ClientTls:
        """What the channel is told."""
        files = [str(folder / name) if name else None for name in (self.certificate, self.key, self.authorities)]
        return ClientTls(files[0], files[1], self.key_password.get_secret_value(), files[2])


class ServerTlsTable(Table):
    """TLS of our own web server; without it, a proxy in front of it does that. Files are PEM, relative to routes.toml."""

    certificate: Text = Field(description="Our certificate, with those that vouch for it.")
    key: Text | None = Field(default=None, description="Its key; default: in the same file.")
    key_password: Secret = Field(default=SecretStr(""), description="The key's password, by reference.")
    client_authorities: list[Text] = Field(
        default=[], description="Whose client certificates may be shown, beside those that channels name."
    )

    def terms(self, folder: Path) -> ServerTls:
        """What the web server is told."""
        return ServerTls(
            str(folder / self.certificate),
            str(folder / self.key) if self.key else None,
            self.key_password.get_secret_value(),
            tuple(str(folder / name) for name in self.client_authorities),
        )


LoginTable = Annotated[BearerTable | BasicTable | ApiKeyTable | OAuth2Table, Field(discriminator="type")]


class HttpClientTable(Table):
    """What every call to a partner's server needs."""

    login: LoginTable | None = Field(default=None, description="How we say who we are.")
    tls: HttpTlsTable | None = Field(default=None)
    headers: dict[str, str] = Field(default={}, description="More headers. Secrets belong into login.")
    timeout: Duration = written("60s", "Patience with one request.")
    internal: bool = Field(
        default=False, description="The server has an address that is not of the public internet: a VPN, a private network."
    )
    hosts: list[HttpUrl] = Field(
        default=[], description='Further servers that lists and redirects may lead to: "https://files.bigbox.example".'
    )

    def client(self, folder: Path) -> HttpClientTerms:
        """What the channel is told of the server."""
        return HttpClientTerms(
            self.login.login() if self.login else None,
            tls=self.tls.terms(folder) if self.tls else ClientTls(),
            headers=tuple(self.headers.items()),
            timeout=self.timeout.total_seconds(),
            internal=self.internal,
            hosts=tuple(self.hosts),
        )
