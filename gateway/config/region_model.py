"""`[[region]]`: a database for the partners of a region, and nobody else's."""

from pydantic import Field, SecretStr

from gateway.config.channels.http_client import HttpUrl
from gateway.config.fields import Id
from gateway.config.table import Secret, Table, Text
from gateway.domain.region import Region


class RegionTable(Table):
    """A region. A gateway that runs with `--region` works for its partners alone, on its database, with what stands here in the
    place of what [gateway] says; all else is as everywhere.
    """

    id: Id
    database_url: Secret = Field(
        description='Its PostgreSQL. Only who runs this region needs to know it: "${EU_DATABASE_URL:-}".'
    )
    database_read_url: Secret = Field(default=SecretStr(""), description="A replica of it, as in [gateway]. Never the gateway's.")
    amqp_urls: Secret = Field(
        default=SecretStr(""), description="Its RabbitMQ servers, as in [gateway]. Empty: in this process. Never the gateway's."
    )
    virtual_host: str | None = Field(default=None, description="Virtual host on RabbitMQ; default: the one in the address.")
    data: Text | None = Field(default=None, description="Folder on this machine; default: one of its name in the gateway's.")
    listen: str | None = Field(default=None, pattern=r"^.*:\d+$", description="Address and port; default: as [gateway] says.")
    url: HttpUrl | None = Field(
        default=None,
        description="Where its partners reach it: they are told so elsewhere, and their AS2 receipts come to <url>/as2.",
    )
    backup: Text | None = Field(
        default=None, description="Folder of its dumps (pg_dump): `gateway db backup-check` takes the newest of them."
    )

    def region(self) -> Region:
        """What the gateway is told."""
        return Region(self.id, (self.url or "").rstrip("/"), self.backup or "")
