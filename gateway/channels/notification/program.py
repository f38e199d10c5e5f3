"""Owners told by a command of ours, which gets the message as JSON on its standard input. No shell reads its arguments."""

import asyncio
import os
import signal
from contextlib import suppress

import orjson
from typing_extensions import override

from gateway.domain.owner import Address
from gateway.ports.failures import Notification, Notifier, SendingResult

_TIMEOUT = 20.0
_KEPT = 500
"""So much of what it prints is kept, to say why it failed."""


class ProgramNotifier(Notifier):
    """Runs the commands of owners: taken when they end with 0, killed with all they started when they take too long.

    They see nothing of our environment but PATH, because that holds our secrets.
    """

    def __init__(self, *, timeout: float = _TIMEOUT) -> None:
        self._timeout = timeout

    @override
    async def send(self, notification: Notification, address: Address, *, secret: str) -> SendingResult:
        told = {"EDI_NOTIFICATION_ID": str(notification.id), "EDI_OWNER": notification.owner}
        try:
            process = await asyncio.create_subprocess_exec(
                *address.command,
                stdin=asyncio.subprocess.PIPE,
                stdout=asyncio.subprocess.PIPE,
                stderr=asyncio.subprocess.STDOUT,
                env={"PATH": os.environ.get("PATH", os.defpath), "LC_ALL": "C.UTF-8", **told},
                cwd="/",
                start_new_session=True,
            )
        except OSError as error:
            return SendingResult("program-missing", f"{address.command[0]}: {error.strerror or error}")
        try:
            async with asyncio.timeout(self._timeout):
                said = await _spoken(process, orjson.dumps(notification.message))
        except TimeoutError:
            await _killed(process)
            return SendingResult("program-too-slow", f"it did not end within {self._timeout:g} s")
        except BaseException:
            await _killed(process)
            raise
        if process.returncode:
            return SendingResult(f"exit-{process.returncode}", said)
        return SendingResult(answer=said)


async def _killed(process: asyncio.subprocess.Process) -> None:
    """End it, and what it started and is still in its group."""
    with suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)
    await process.wait()


async def _spoken(process: asyncio.subprocess.Process, message: bytes) -> str:
    """Give it the message and wait for its end; answers the beginning of what it printed."""
    if process.stdin is None or process.stdout is None:
        raise RuntimeError("the command was started without pipes")
    feeding = asyncio.create_task(_fed(process.stdin, message))
    try:
        kept = b""
        while part := await process.stdout.read(4096):
            kept += part[: _KEPT - len(kept)]
        await process.wait()
    finally:
        feeding.cancel()
        await asyncio.wait([feeding])
    return " ".join(kept.decode("utf-8", "replace").split())


async def _fed(pipe: asyncio.StreamWriter, message: bytes) -> None:
    with suppress(ConnectionError):  # it may have ended without reading
        pipe.write(message)
        await pipe.drain()
        pipe.close()
