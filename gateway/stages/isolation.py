"""A transmission whose translation did not end twice is translated alone in a child process, so that it takes nobody along."""

import asyncio
import multiprocessing
import resource
import tempfile
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from functools import partial
from pathlib import Path
from typing import IO

from gateway.domain.agreement import Partnerships
from gateway.ports import ClaimedTransmission, Configuration
from translators import registry

_LIMIT = 60.0
"""Seconds the child may take before it counts as hanging."""
_MEMORY = 4 << 30
"""Bytes of address space the child may take, so that it runs out of memory before the machine does."""

Trial = Callable[[bytes, Partnerships, str | None, str, str], int]


class WorkerDied(Exception):
    """The child crashed or hung: the transmission is the cause."""


class Isolation:
    """A child process that survives for the next suspect when the one before did it no harm. Close it after the batch."""

    def __init__(self, *, trial: Trial | None = None, limit: float = _LIMIT) -> None:
        self._trial = trial or read_through
        self._limit = limit
        self._pool: ProcessPoolExecutor | None = None

    async def try_alone(self, transmission: ClaimedTransmission, configuration: Configuration) -> None:
        """Translate in the child. Raises WorkerDied, saying how the child ended; otherwise it is safe to do here."""
        if self._pool is None:
            self._pool = ProcessPoolExecutor(
                max_workers=1, mp_context=multiprocessing.get_context("spawn"), initializer=_bound_memory, initargs=(_MEMORY,)
            )
        try:
            with tempfile.NamedTemporaryFile(prefix="edi-suspect-") as file:  # handed over by pickle it would be held twice more
                await asyncio.to_thread(_write, file, transmission.body)
                async with asyncio.timeout(self._limit):
                    await asyncio.get_running_loop().run_in_executor(
                        self._pool,
                        _try_file,
                        self._trial,
                        file.name,
                        configuration.partnerships,
                        transmission.partner,
                        transmission.channel,
                        transmission.name,
                    )
        except TimeoutError:
            self.close()
            raise WorkerDied(f"Translation hung: it did not end within {self._limit:g} s, for the third time.") from None
        except BrokenProcessPool:
            self.close()
            raise WorkerDied("Translation crashed its process for the third time.") from None
        except MemoryError:
            raise WorkerDied("Translation ran out of memory for the third time.") from None

    def close(self) -> None:
        """End the child, whatever it does: one that hangs would outlive us, and the interpreter waits for it at its end."""
        if self._pool is not None:
            pool, self._pool = self._pool, None
            for process in list((pool._processes or {}).values()):  # noqa: SLF001 - there is no other way to end a hanging child
                process.kill()
            pool.shutdown(wait=False, cancel_futures=True)


def _write(file: IO[bytes], body: bytes) -> None:
    file.write(body)
    file.flush()


def _try_file(trial: Trial, path: str, partnerships: Partnerships, channel_partner: str | None, channel: str, name: str) -> int:
    """Runs in the child."""
    return trial(Path(path).read_bytes(), partnerships, channel_partner, channel, name)


def _bound_memory(size: int) -> None:
    """What the child does first."""
    _, hard = resource.getrlimit(resource.RLIMIT_AS)
    resource.setrlimit(resource.RLIMIT_AS, (size if hard == resource.RLIM_INFINITY else min(size, hard), hard))


def read_through(data: bytes, partnerships: Partnerships, channel_partner: str | None, channel: str, name: str = "") -> int:
    """What the child does: the whole pure translation, one document at a time; answers the number of events."""
    terms_for = partial(partnerships.terms_for, channel_partner=channel_partner)
    return sum(1 for _ in registry.read(data, terms_for, provenance=partnerships.provenance(channel, name)))
