"""The connections of SFTP channels: both directions of one share them, so that the agreed number holds for both together."""

from gateway.channels.sftp import Connector, Sessions
from gateway.domain.channel import SftpOptions


class SftpConnections:
    """The open connections of all SFTP channels."""

    def __init__(self) -> None:
        self._sessions: dict[str, Sessions] = {}

    def of(self, channel: str, options: SftpOptions) -> Sessions:
        """Those of a channel."""
        if channel not in self._sessions:
            self._sessions[channel] = Sessions(Connector(options), most=options.connections)
        return self._sessions[channel]

    async def close(self) -> None:
        """End them all."""
        for sessions in self._sessions.values():
            await sessions.close()
