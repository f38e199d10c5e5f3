"""Deliveries in a child process: a gateway with the configuration that we have, without a broker, which makes what it is told.

Its configuration, secrets with it, goes through a pipe as it is in memory here: nothing is read again, nothing is written down.
"""

import asyncio
import os
import pickle
import sys
from collections.abc import Callable, Coroutine, Mapping, Sequence
from contextlib import AsyncExitStack
from dataclasses import replace
from datetime import timedelta
from io import BytesIO
from types import MappingProxyType
from typing import Any

from structlog.contextvars import bound_contextvars
from typing_extensions import override

from gateway.bootstrap.settings import Settings
from gateway.ports import ClaimedDelivery, Outcome
from gateway.stages.attempt import NoChild, Target, crashed, within_patience
from gateway.stages.child import LIMIT, Child, WorkerDied, show_life
from gateway.telemetry.logging import configure_from

_LINGER = 30.0
"""Seconds that the child stays for the next suspect: those that were under way together come one after the other."""
_SIGN = 1.0
"""Seconds between two signs of life."""
_ITS_OWN = ("PROMETHEUS_MULTIPROC_DIR",)
"""What of our environment is not for the child: its figures would count as those of a process that serves."""

Targets = Callable[[Settings, AsyncExitStack], Coroutine[Any, Any, Mapping[str, Target]]]
"""Makes the targets of a configuration, in the child; the stack holds what they stand on. A function of a module."""


class Alone:
    """Makes deliveries one at a time in a child process. `limit`: seconds without a sign of life after which it hangs."""

    def __init__(self, settings: Settings, url: str, *, targets: Targets, limit: float = LIMIT) -> None:
        self._settings, self._url = settings, url
        self._targets, self._limit = targets, limit
        self._child = Child("The delivery", without=_ITS_OWN)
        self._one = asyncio.Lock()
        self._lingering: asyncio.TimerHandle | None = None

    async def make(self, target: str, delivery: ClaimedDelivery) -> Sequence[Outcome]:
        """Make a delivery as its target does. Raises WorkerDied when the child dies of it, NoChild when there can be none."""
        async with self._one:
            self._stay()
            try:
                await self._ready()
                return await self._child.call(_make, target, delivery, limit=self._limit)
            finally:
                self._lingering = asyncio.get_running_loop().call_later(_LINGER, self._child.close)

    async def _ready(self) -> None:
        """What goes wrong before the child has the delivery is not the delivery's fault."""
        try:
            problem = await self._child.call(_open, packed(self._settings, self._url, self._targets))
        except WorkerDied as error:
            raise NoChild(f"The child process for this delivery ended at its start: {error}") from error
        except Exception as error:
            raise NoChild(f"There was no child process for this delivery: {type(error).__name__}: {error}") from error
        if problem:
            self._child.close()
            raise NoChild(f"The child process for this delivery could not be made ready: {problem}")

    def _stay(self) -> None:
        if self._lingering is not None:
            self._lingering.cancel()

    def close(self) -> None:
        """End the child."""
        self._stay()
        self._child.close()


def packed(settings: Settings, url: str, targets: Targets) -> bytes:
    """What the child is made of: a configuration that names our database, no broker, and decides nothing about documents."""
    snapshot = settings.snapshot
    gateway = replace(snapshot.gateway, database_url=url, amqp_urls=())
    snapshot = replace(snapshot, gateway=gateway, routes=(), tables={})
    buffer = BytesIO()
    _Packing(buffer).dump((replace(settings, snapshot=snapshot, roles=frozenset(), processes=1, worker=False), targets))
    return buffer.getvalue()


class _Packing(pickle.Pickler):
    """Read-only mappings travel as what they are made of."""

    @override
    def reducer_override(self, obj: Any) -> Any:
        return (_read_only, (dict(obj),)) if isinstance(obj, MappingProxyType) else NotImplemented


def _read_only(content: dict[Any, Any]) -> Mapping[Any, Any]:
    return MappingProxyType(content)


# ---------------------------------------------------------------------------------------------------------------- in the child


class _Gateway:
    """The gateway of the child. Its loop turns only while it delivers."""

    def __init__(self, settings: Settings, targets: Targets) -> None:
        configure_from(os.environ, sys.stderr)
        self._stack = AsyncExitStack()  # never closed: the child is killed at its end
        self._runner = asyncio.Runner()
        self._targets = self._runner.run(targets(settings, self._stack))

    def make(self, name: str, delivery: ClaimedDelivery) -> Sequence[Outcome]:
        return self._runner.run(self._make(self._targets[name], delivery))

    async def _make(self, target: Target, delivery: ClaimedDelivery) -> Sequence[Outcome]:
        signs = asyncio.create_task(_give_signs(target.patience))
        try:
            with bound_contextvars(target=target.id, delivery=str(delivery.id), transmission=str(delivery.transmission)):
                return await within_patience(target, [delivery])
        except MemoryError:
            raise
        except Exception as error:  # noqa: BLE001 - told by what can be carried over, which exceptions need not be
            return crashed(target, [delivery], error)
        finally:
            signs.cancel()


async def _give_signs(patience: timedelta) -> None:
    """The loop turns. A call that goes on after it was cut off is no life."""
    for _ in range(int(patience.total_seconds() / _SIGN) + 1):
        show_life()
        await asyncio.sleep(_SIGN)


_GATEWAY: list[_Gateway] = []


def _open(content: bytes) -> str:
    """Be ready to deliver; answers what stands in the way."""
    if not _GATEWAY:
        try:
            _GATEWAY.append(_Gateway(*pickle.loads(content)))  # noqa: S301 - from our parent
        except Exception as error:  # noqa: BLE001 - told by what can be carried over
            return f"{type(error).__name__}: {error}"
    return ""


def _make(target: str, delivery: ClaimedDelivery) -> Sequence[Outcome]:
    return _GATEWAY[0].make(target, delivery)
