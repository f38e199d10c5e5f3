"""Channels of the type `ftps`."""

from pathlib import Path
from typing import Literal

from pydantic import Field, model_validator

from gateway.config.channels.server_trust import Authorities, Fingerprints
from gateway.config.channels.sftp import SftpInboxTable, SftpOutboxTable
from gateway.config.delivery_model import TargetTerms
from gateway.config.fields import Id, written
from gateway.config.quantities import Duration
from gateway.config.table import Secret, Text
from gateway.domain.channel import FtpsOptions
from gateway.domain.ftps_terms import FtpsServer


class FtpsTable(TargetTerms):
    """Files on a partner's FTP server, over TLS always, fetched from one folder and left in another."""

    id: Id
    type: Literal["ftps"]
    partner: Id | None = Field(default=None, description="Whose server this is; without one the envelope alone says who sent.")
    host: str = Field(pattern=r"^[^\s/:]+$|^[0-9a-fA-F:.]+$", description="Name or address of the server.")
    port: int | None = Field(default=None, ge=1, le=65535, description="Default: 21 for explicit, 990 for implicit.")
    security: Literal["explicit", "implicit"] = Field(
        default="explicit", description="explicit: TLS is asked for (AUTH TLS); implicit: the connection begins with it."
    )
    authorities: Authorities = None
    fingerprints: Fingerprints = Field(default=[])
    user: Text = Field(description="Our user there.")
    password: Secret = Field(description="Its password, by reference.")
    inbox: SftpInboxTable | None = Field(default=None, description="The folder that is read.")
    outbox: SftpOutboxTable | None = Field(default=None, description="The folder that is written.")
    connections: int = Field(default=2, ge=1, le=16, description="Connections at one time, as agreed with the partner.")
    timeout: Duration = written("1m", "Patience with one answer.")

    @model_validator(mode="after")
    def _some_folder(self) -> "FtpsTable":
        if self.inbox is None and self.outbox is None:
            raise ValueError("an ftps channel needs an inbox, an outbox, or both")
        return self

    def options(self, folder: Path) -> FtpsOptions:
        """What the channel is told; `folder` is what relative paths start from."""
        server = FtpsServer(
            host=self.host,
            port=self.port or (21 if self.security == "explicit" else 990),
            tls=self.security,
            authorities=str(folder / self.authorities) if self.authorities else None,
            fingerprints=tuple(self.fingerprints),
            user=self.user,
            password=self.password.get_secret_value(),
            timeout=self.timeout.total_seconds(),
        )
        return FtpsOptions(
            server=server,
            inbox=self.inbox.inbox() if self.inbox else None,
            outbox=self.outbox.outbox() if self.outbox else None,
            connections=self.connections,
        )
