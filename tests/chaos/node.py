"""A node of the gateway: real processes under `gateway run`, with lines of their own to the servers, to kill and to freeze."""

import asyncio
import os
import random
import signal
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from urllib.parse import urlsplit

import psutil

from tests.chaos.faults import NodePlan
from tests.chaos.servers import FAKETIME
from tests.servers.line import Line
from tests.servers.process import ServerBroken, free_port
from tests.servers.program import Program, answers

_LOOKS = 0.05


class Node:
    """One node. What ends by itself is started again, as a service manager does; `ended` counts that.

    `lines` are its connections to the servers, by the name of their variable.
    """

    def __init__(
        self,
        plan: NodePlan,
        *,
        folder: Path,
        config: Path,
        environment: Mapping[str, str],
        lines: Mapping[str, Line],
        faked: bool,
    ) -> None:
        self.plan, self.lines, self.port = plan, lines, free_port()
        self.ended = 0
        self._config, self._log, self._clock = config, folder / f"{plan.name}.log", folder / f"{plan.name}.clock"
        self._environment = {
            **environment,
            **{name: _moved(environment[name], line.port) for name, line in lines.items()},
            "GATEWAY_DATA": str(folder / plan.name),
            "GATEWAY_LISTEN": f"127.0.0.1:{self.port}",
        }
        if faked and FAKETIME is not None:
            self.move_clock(0)
            self._environment |= {
                "LD_PRELOAD": str(FAKETIME),
                "FAKETIME_TIMESTAMP_FILE": str(self._clock),
                "FAKETIME_CACHE_DURATION": "1",
                "FAKETIME_DONT_FAKE_MONOTONIC": "1",
            }
        self._program: Program | None = None
        self._wanted = False

    @property
    def url(self) -> str:
        """Where it listens."""
        return f"http://127.0.0.1:{self.port}"

    @property
    def receives(self) -> bool:
        """Whether partners may post to it."""
        return "receive" in self.plan.roles

    def start(self, **changes: str) -> None:
        """Start it, with changes to its environment; does not wait for it."""
        words = ["-m", "gateway.cli", "run", "--config", str(self._config), "--roles", self.plan.roles]
        words += ["--processes", str(self.plan.processes)] if self.plan.processes > 1 else []
        self._program = Program(words, output=self._log, environment={**self._environment, **changes})
        self._wanted = True

    async def ready(self, within: float = 240) -> None:
        """Wait until it says that it is ready. Raises ServerBroken with the end of its log."""
        try:
            async with asyncio.timeout(within):
                while not await asyncio.to_thread(answers, f"{self.url}/health/ready"):
                    await asyncio.sleep(_LOOKS)
        except TimeoutError as error:
            raise ServerBroken(f"{self.plan.name} was not ready within {within:g} s: {self.log(2000)}") from error

    async def keep(self) -> None:
        """Start it again whenever it ended without being asked to."""
        while True:
            await asyncio.sleep(0.3)
            if self._wanted and self._program is not None and self._program.process.poll() is not None:
                self.ended += 1
                self.start()

    def kill(self) -> None:
        """All its processes at once."""
        self._wanted = False
        if self._program is not None:
            self.resume()
            self._program.kill()

    def kill_worker(self, chance: random.Random) -> bool:
        """One of the processes under it, where it has several."""
        workers = [] if self._program is None else self._program.family[1:]
        if workers:
            with suppress(psutil.NoSuchProcess):
                chance.choice(workers).kill()
        return bool(workers)

    async def stop(self) -> int:
        """Ask it to end and wait until it has: its exit status, -9 when it had to be killed."""
        self._wanted = False
        program = self._program
        if program is None:
            return 0
        program.process.terminate()
        try:
            return await asyncio.to_thread(program.process.wait, 30)
        except Exception:  # noqa: BLE001 - subprocess.TimeoutExpired, told by the status
            program.kill()
            return -signal.SIGKILL

    def pause(self) -> None:
        """SIGSTOP to all its processes."""
        self._signal(signal.SIGSTOP)

    def resume(self) -> None:
        """SIGCONT."""
        self._signal(signal.SIGCONT)

    def move_clock(self, seconds: float) -> None:
        """Let its wall clock go wrong by so much, within a second; its monotonic clock does not jump, as none ever does."""
        self._clock.write_text(f"{seconds:+.0f}s\n")

    def log(self, size: int = 6000) -> str:
        """The end of what it logged."""
        return self._log.read_text(errors="replace")[-size:] if self._log.exists() else ""

    def _signal(self, number: signal.Signals) -> None:
        if self._program is not None:
            with suppress(ProcessLookupError):
                os.killpg(self._program.process.pid, number)


def _moved(url: str, port: int) -> str:
    """The same address at another port."""
    parts = urlsplit(url)
    return parts._replace(netloc=f"{parts.netloc.rpartition(':')[0]}:{port}").geturl()
