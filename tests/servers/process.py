"""A server as a group of processes that is started, stopped, killed, frozen and started again on the same data."""

import asyncio
import atexit
import fcntl
import os
import random
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from abc import ABC, abstractmethod
from collections.abc import Awaitable, Callable, Mapping, Sequence
from contextlib import suppress
from itertools import chain
from pathlib import Path
from typing import NoReturn

import psutil


class ServerMissing(Exception):
    """The server's program is not on this machine; the message names the remedy."""


class ServerBroken(Exception):
    """The server did not come up or did not go down; the message holds the end of its output."""


def free_port() -> int:
    """A TCP port of loopback that nobody listens on now, and that nobody else is given soon: a server that was killed finds it
    free when it comes back.

    All test processes of a machine take their turns, below those ports that the system gives to who asks for any.
    """
    with _TURNS.open("a+") as turns:
        fcntl.flock(turns, fcntl.LOCK_EX)
        turns.seek(0)
        last = int(turns.read() or random.choice(_PORTS))
        around = chain(range(last + 1, _PORTS.stop), range(_PORTS.start, last + 1))
        port = next(port for port in around if _is_free(port))
        turns.truncate(0)
        turns.write(str(port))
    return port


_PORTS = range(15_000, 32_000)
_TURNS = Path(tempfile.gettempdir()) / f"edi-test-ports-{os.getuid()}"


def _is_free(port: int) -> bool:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)  # what was closed lately is free
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return False
    return True


def wait_until(condition: Callable[[], bool], *, within: float, what: str) -> None:
    """Ask until it holds. For events that another process gives no signal of; raises ServerBroken after `within` s."""
    end = time.monotonic() + within
    while not condition():
        if time.monotonic() > end:
            raise ServerBroken(f"{what} did not happen within {within:g} s")
        time.sleep(0.02)


async def repeat(action: Callable[[], Awaitable[bool]], *, within: float = 30) -> None:
    """Do it again, as the relay and the sweep do, until it succeeds: a server gives no signal when it takes us again."""
    async with asyncio.timeout(within):
        while not await action():
            await asyncio.sleep(0.05)


class ServerProcess(ABC):
    """One server with a data folder; signals go to all its processes."""

    def __init__(self, name: str) -> None:
        self.folder = Path(tempfile.mkdtemp(prefix=f"edi-{name}-"))
        self.port = free_port()
        self._process: subprocess.Popen[bytes] | None = None
        atexit.register(self.remove)

    @abstractmethod
    def command(self) -> Sequence[str]:
        """The program and its arguments; it stays in the foreground."""

    @abstractmethod
    def environment(self) -> Mapping[str, str]:
        """The environment of the program."""

    @abstractmethod
    def answers(self) -> bool:
        """Whether the server takes connections now."""

    stop_signal = signal.SIGTERM
    starts_within = 60.0

    @property
    def pid(self) -> int:
        """The process id of its main process. Raises ServerBroken when it was never started."""
        if self._process is None:
            raise ServerBroken("it was never started")
        return self._process.pid

    @property
    def running(self) -> bool:
        """Whether its main process lives (frozen or not)."""
        return self._process is not None and self._process.poll() is None

    @property
    def output(self) -> Path:
        """What the server wrote to its terminal."""
        return self.folder / "output"

    def start(self) -> None:
        """Start on the same port and data, and return when connections are taken."""
        with self.output.open("ab") as output:
            self._process = subprocess.Popen(
                self.command(),
                env=dict(self.environment()),
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=output,
                cwd=self.folder,
                start_new_session=True,
            )
        try:
            wait_until(lambda: not self.running or self.answers(), within=self.starts_within, what="the start")
        except ServerBroken as error:
            self._give_up(str(error))
        if not self.running:
            self._give_up(f"it ended with status {self._process.returncode}")

    def _give_up(self, reason: str) -> NoReturn:
        self.kill()
        tail = self.output.read_text(errors="replace")[-2000:]
        raise ServerBroken(f"{self.command()[0]}: {reason}\n{tail}")

    def stop(self) -> None:
        """End cleanly."""
        if self._process is not None and self.running:
            self.resume()
            self._process.send_signal(self.stop_signal)
            self._process.wait(60)
        self._end()

    def kill(self) -> None:
        """End every process of it at once, as a crash does. Data stay."""
        self._end()

    def restart(self) -> None:
        """Clean end and start."""
        self.stop()
        self.start()

    def pause(self) -> None:
        """Freeze: sockets stay open and nothing answers."""
        self._signal(signal.SIGSTOP)

    def resume(self) -> None:
        """Go on after `pause`."""
        self._signal(signal.SIGCONT)

    def remove(self) -> None:
        """End it and delete its data."""
        atexit.unregister(self.remove)
        self.kill()
        shutil.rmtree(self.folder, ignore_errors=True)

    def _signal(self, number: signal.Signals) -> None:
        for process in self.family():
            with suppress(psutil.NoSuchProcess):
                process.send_signal(number)

    def family(self) -> list[psutil.Process]:
        """The main process and all that came of it, parents first. PostgreSQL gives each backend a session of its own, so
        that neither a process group nor a session holds them all."""
        if self._process is None:
            return []
        try:
            main = psutil.Process(self._process.pid)
            return [main, *main.children(recursive=True)]
        except psutil.NoSuchProcess:
            return []

    def _end(self) -> None:
        if self._process is None:
            return
        family = self.family()
        for process in family:
            with suppress(psutil.NoSuchProcess):
                process.kill()
        self._process.wait(60)
        _, alive = psutil.wait_procs(family, timeout=20)
        if alive:
            raise ServerBroken(f"processes {[process.pid for process in alive]} did not end")
        self._process = None
