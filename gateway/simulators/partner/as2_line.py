"""AS2 between a simulated partner and a gateway."""

from asyncio import Event
from itertools import count
from types import TracebackType
from typing import Self

import aiohttp

from gateway.protocols.as2 import Policy
from gateway.simulators.as2 import As2Partner, NotReceived, Pair
from gateway.simulators.partner.line import NotTaken, Take
from gateway.simulators.partner.manners import Manners


class As2Line:
    """Posts to `url`, with receipts; listens at `port`. The names are those of AS2, `theirs` is the gateway's certificate,
    `policy` what is demanded of its messages.
    """

    def __init__(
        self,
        name: str,
        other: str,
        *,
        url: str,
        theirs: bytes,
        take: Take,
        pair: Pair,
        port: int = 0,
        manners: Manners,
        policy: Policy,
    ) -> None:
        self._url, self._take, self._count = url, take, count(1)
        self.system = As2Partner(
            name, other, theirs=theirs, take=self._taken, pair=pair, port=port, manners=manners, policy=policy
        )

    async def send(self, name: str, contents: bytes, *, finish: Event | None = None) -> tuple[str, bytes]:
        """Send, and get the receipt. Raises NotTaken where it proves nothing."""
        try:
            await self.system.send(self._url, contents, file_name=name, finish=finish)
        except (NotReceived, aiohttp.ClientError) as error:
            raise NotTaken(str(error)) from error
        return "its receipt proves what arrived", b""

    async def _taken(self, body: bytes) -> None:
        await self._take(body, f"message {next(self._count)}")

    async def __aenter__(self) -> Self:
        await self.system.__aenter__()
        return self

    async def __aexit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        await self.system.__aexit__(kind, error, trace)
