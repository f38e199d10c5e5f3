"""Files on the partner's own SFTP server, which a gateway fetches and leaves there."""

from asyncio import Event
from pathlib import Path
from types import TracebackType
from typing import Self

from gateway.simulators.partner.folder_line import FolderLine
from gateway.simulators.partner.line import Take
from gateway.simulators.partner.sftp_server import SftpServer


class SftpLine:
    """A server with a folder that the gateway reads (`fetched`) and one that it writes (`left`), by their paths there."""

    def __init__(
        self, server: SftpServer, root: Path, *, fetched: str | None, left: str | None, take: Take, marker: str = ""
    ) -> None:
        inbox, outbox = (root / path.lstrip("/") if path is not None else None for path in (fetched, left))
        self.server = server
        self._files = FolderLine(inbox, outbox, take=take, marker=marker)

    async def send(self, name: str, contents: bytes, *, finish: Event | None = None) -> tuple[str, bytes]:
        """Put a file where the gateway fetches it."""
        return await self._files.send(name, contents, finish=finish)

    async def __aenter__(self) -> Self:
        await self._files.__aenter__()
        self.server.__enter__()
        return self

    async def __aexit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self.server.__exit__(kind, error, trace)
        await self._files.__aexit__(kind, error, trace)
