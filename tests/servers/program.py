"""Programs of ours as processes of their own, and what they answer over HTTP."""

import json
import os
import signal
import subprocess
import sys
import urllib.request
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import psutil

ROOT = Path(__file__).parents[2]


class Program:
    """A program of ours in a process group of its own, with its output in a file."""

    def __init__(self, arguments: Sequence[str], *, output: Path, environment: Mapping[str, str], folder: Path = ROOT) -> None:
        self.output = output
        with output.open("ab") as stream:
            self.process = subprocess.Popen(
                [sys.executable, *arguments],
                cwd=folder,
                env={**os.environ, **environment, "PYTHONUNBUFFERED": "1"},
                stdin=subprocess.DEVNULL,
                stdout=stream,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )

    def kill(self) -> None:
        """End the whole group at once, as a power cut of this program would."""
        try:
            os.killpg(self.process.pid, signal.SIGKILL)
        except ProcessLookupError:
            return
        self.process.wait(10)

    def stop(self, within: float = 30) -> int:
        """Ask it to end, as an operator does; answers its exit status."""
        if self.process.poll() is None:
            self.process.terminate()
        try:
            return self.process.wait(within)
        except subprocess.TimeoutExpired:
            self.kill()
            raise

    def ends_within(self, seconds: float) -> bool:
        """Give it so much time to end by itself."""
        try:
            self.process.wait(seconds)
        except subprocess.TimeoutExpired:
            return False
        return True

    @property
    def family(self) -> list[psutil.Process]:
        """The process and all it started."""
        main = psutil.Process(self.process.pid)
        return [main, *main.children(recursive=True)]


def answers(url: str) -> bool:
    """Whether there is a 200."""
    try:
        with urllib.request.urlopen(url, timeout=2) as answer:
            return bool(answer.status == 200)
    except OSError:
        return False


def fetch(url: str) -> Any:
    """A JSON answer."""
    with urllib.request.urlopen(url, timeout=20) as answer:
        return json.load(answer)


def fetch_text(url: str) -> str:
    """A plain answer."""
    with urllib.request.urlopen(url, timeout=20) as answer:
        return str(answer.read().decode())
