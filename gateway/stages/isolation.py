"""A transmission whose translation did not end twice is translated alone in a child process, so that it takes nobody along."""

import asyncio
import tempfile
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import IO

from gateway.domain.agreement import Partnerships
from gateway.ports import ClaimedTransmission, Configuration
from gateway.stages.child import LIMIT, Child
from translators import registry

Trial = Callable[[bytes, Partnerships, str | None, str, str], int]


class Isolation:
    """Tries transmissions in a child process. Close it after the batch."""

    def __init__(self, *, trial: Trial | None = None, limit: float = LIMIT) -> None:
        self._trial = trial or read_through
        self._limit = limit
        self._child = Child("Translation")

    async def try_alone(self, transmission: ClaimedTransmission, configuration: Configuration) -> None:
        """Translate in the child. Raises WorkerDied, saying how the child ended; otherwise it is safe to do here."""
        with tempfile.NamedTemporaryFile(prefix="edi-suspect-") as file:  # handed over by pickle it would be held twice more
            await asyncio.to_thread(_write, file, transmission.body)
            await self._child.call(
                _try_file,
                self._trial,
                file.name,
                configuration.partnerships,
                transmission.partner,
                transmission.channel,
                transmission.name,
                limit=self._limit,
            )

    def close(self) -> None:
        """End the child."""
        self._child.close()


def _write(file: IO[bytes], body: bytes) -> None:
    file.write(body)
    file.flush()


def _try_file(trial: Trial, path: str, partnerships: Partnerships, channel_partner: str | None, channel: str, name: str) -> int:
    """Runs in the child."""
    return trial(Path(path).read_bytes(), partnerships, channel_partner, channel, name)


def read_through(data: bytes, partnerships: Partnerships, channel_partner: str | None, channel: str, name: str = "") -> int:
    """What the child does: the whole pure translation, one document at a time; answers the number of events."""
    terms_for = partial(partnerships.terms_for, channel_partner=channel_partner)
    return sum(
        1 for _ in registry.read(data, terms_for, provenance=partnerships.provenance(channel, name, partner=channel_partner))
    )
