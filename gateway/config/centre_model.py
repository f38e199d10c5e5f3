"""`[gateway.centre]`: this gateway is a site that takes in and hands on."""

from pathlib import Path

from pydantic import Field

from gateway.config.channels.http_client import HttpTlsTable, HttpUrl
from gateway.config.fields import written
from gateway.config.quantities import Duration
from gateway.config.table import Secret, Table
from gateway.domain.centre import CentreTerms
from gateway.domain.http_terms import BearerLogin, ClientTls, HttpClientTerms


class CentreTable(Table):
    """The gateway that reads, routes and answers what this one takes in. This one only stores it, and forwards it in order."""

    url: HttpUrl = Field(description="Its address, without a path.")
    token: Secret = Field(description="A token that it takes for the partners whose files come in here, by reference.")
    tls: HttpTlsTable | None = Field(default=None)
    timeout: Duration = written("5m", "Patience with one transmission: its size over the speed of the line, and more.")
    internal: bool = Field(default=False, description="It has an address that is not of the public internet: a VPN.")

    def terms(self, folder: Path, site: str) -> CentreTerms:
        """What the forwarder is told."""
        client = HttpClientTerms(
            BearerLogin(self.token.get_secret_value()),
            tls=self.tls.terms(folder) if self.tls else ClientTls(),
            timeout=self.timeout.total_seconds(),
            internal=self.internal,
        )
        return CentreTerms(self.url.rstrip("/"), site, client)
