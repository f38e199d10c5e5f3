"""Connections to partners' file servers: both directions of a channel share them, so that the agreed number holds for both."""

from gateway.channels.ftps import FtpsConnector
from gateway.channels.remote_folder import Sessions
from gateway.channels.sftp import Connector
from gateway.domain.channel import FtpsOptions, SftpOptions

_IDLE_FTPS = 120.0
"""FTP has no sign of life: servers, and firewalls between, end connections that rest longer than this without a word."""


class RemoteConnections:
    """The open connections of all SFTP and FTPS channels."""

    def __init__(self) -> None:
        self._sessions: dict[str, Sessions] = {}

    def of(self, channel: str, options: SftpOptions | FtpsOptions) -> Sessions:
        """Those of a channel."""
        if channel not in self._sessions:
            self._sessions[channel] = _sessions(options)
        return self._sessions[channel]

    async def close(self) -> None:
        """End them all."""
        for sessions in self._sessions.values():
            await sessions.close()


def _sessions(options: SftpOptions | FtpsOptions) -> Sessions:
    if isinstance(options, SftpOptions):
        return Sessions(Connector(options), most=options.connections)
    return Sessions(FtpsConnector(options.server), most=options.connections, idle=_IDLE_FTPS)
