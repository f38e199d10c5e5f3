"""What is agreed about a partner's FTPS server. What is read and written there is said in the same words as for SFTP."""

from dataclasses import dataclass, field
from typing import Literal


@dataclass(frozen=True, slots=True, kw_only=True)
class FtpsServer:
    """A server and our login there. Both the commands and the files go through TLS, always.

    `tls`: "explicit" asks for it (AUTH TLS, RFC 4217), "implicit" begins with it. `authorities` is a PEM file of whom we trust
    instead of the system's; `fingerprints` (SHA-256) pin the server's certificate instead. `timeout` in seconds.
    """

    host: str
    user: str
    password: str = field(repr=False)
    port: int = 21
    tls: Literal["explicit", "implicit"] = "explicit"
    authorities: str | None = None
    fingerprints: tuple[str, ...] = ()
    timeout: float = 60.0

    @property
    def place(self) -> str:
        """Host and port, as messages name it."""
        return f"{self.host}:{self.port}"
