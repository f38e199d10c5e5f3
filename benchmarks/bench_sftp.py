"""Files a second from a partner's SFTP server and to it, beside the OpenSSH client `sftp -b` on the same server and files.

    make bench BENCH=bench_sftp
    python -m benchmarks.bench_sftp --files 2000 --rounds 3

A file of 2 KB is fetched when it is ours and no longer there. Both have their connection before the clock starts: of `sftp` the
time of an empty batch is taken off. The channel claims by renaming, reads, compares, hands over to a store in memory and
removes; `sftp` gets and removes. Outward the channel writes, syncs, compares sizes and renames; `sftp` puts and renames. The
distant line has 10 ms each way (`delay_line`). Ends with one JSON line, and with an error when a goal is missed.
"""

import argparse
import asyncio
import json
import os
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from uuid import uuid4

from gateway.channels.remote_folder import RemoteInbound, RemoteOutbound, Sessions
from gateway.channels.sftp import Connector
from gateway.domain.channel import SftpOptions
from gateway.domain.remote_folder_terms import RemoteInbox, RemoteOutbox
from gateway.domain.sftp_terms import SftpServer
from gateway.ports import Handover, OutcomeKind, Parcel, Receipt
from gateway.ports.channel_trouble import ChannelSide, ChannelTrouble
from gateway.system import SystemClock
from tests.servers.sshd import SshServer

GOALS = {"near": 1.5, "distant": 10.0}
"""How many times the files of `sftp` a second are fetched, at least."""
ONE_WAY_MS = 10
SIZE = 2_000


class Store:
    """Takes everything, remembers nothing but the number."""

    def __init__(self) -> None:
        self.taken = 0

    async def receive(self, handover: Handover) -> Receipt:
        self.taken += 1
        return Receipt(handover.id)


class Unobserved:
    """Nobody looks."""

    def count(self, name: str, value: float = 1, **labels: str) -> None:
        """Nothing."""

    def observe(self, name: str, value: float, **labels: str) -> None:
        """Nothing."""

    def gauge(self, name: str, value: float, **labels: str) -> None:
        """Nothing."""

    async def keep(self, _side: ChannelSide, _troubles: Sequence[ChannelTrouble], *, all_of_them: bool) -> bool:
        """Troubles."""
        return all_of_them


class Ours:
    """The channel in both directions on one server."""

    def __init__(self, sshd: SshServer, port: int, folder: Path, connections: int) -> None:
        self.folder = folder
        server = SftpServer(host="127.0.0.1", port=port, user=sshd.user, key=sshd.private(), host_keys=(sshd.fingerprint(),))
        self._sessions = Sessions(Connector(SftpOptions(server=server)), most=connections)
        self._connections = connections

    async def fetch(self, number: int) -> float:
        """Fetch what is in the folder. Answers the seconds it took."""
        store, rested, looks = Store(), asyncio.Event(), asyncio.Queue[None]()

        async def wait(_seconds: float) -> None:
            rested.set()
            await looks.get()

        channel = RemoteInbound(
            "bench", RemoteInbox(folder=str(self.folder), complete="renamed"), sessions=self._sessions, partner=None,
            most_bytes=10**6, intake=store, troubles=Unobserved(), observer=Unobserved(), clock=SystemClock(),
            new_id=uuid4, batches=self._connections + 1, wait=wait,
        )  # fmt: skip
        await self._sessions.use(lambda session: session.alive)  # the connection is kept open between looks
        began = time.perf_counter()
        running = asyncio.create_task(channel.run())
        await rested.wait()
        seconds = time.perf_counter() - began
        running.cancel()
        await asyncio.gather(running, return_exceptions=True)
        if store.taken != number or any(self.folder.iterdir()):
            raise RuntimeError(f"{store.taken} of {number} files were fetched")
        return seconds

    async def leave(self, contents: Sequence[bytes]) -> float:
        """Leave files in the folder, a hundred at once. Answers the seconds it took."""
        channel = RemoteOutbound("bench", RemoteOutbox(folder=str(self.folder)), sessions=self._sessions, troubles=Unobserved())
        parcels = [Parcel(uuid4(), f"{number}.edi", content) for number, content in enumerate(contents)]
        began = time.perf_counter()
        for at in range(0, len(parcels), 100):
            for outcome in await channel.send(parcels[at : at + 100]):
                if outcome.kind is not OutcomeKind.DELIVERED:
                    raise RuntimeError(outcome.message)
        return time.perf_counter() - began

    async def close(self) -> None:
        """End the connections."""
        await self._sessions.close()


def fill(folder: Path, number: int) -> None:
    """Files for a partner's folder."""
    for index in range(number):
        (folder / f"{index}.edi").write_bytes(os.urandom(SIZE))


def empty(folder: Path) -> None:
    """Take everything out of a folder."""
    for file in folder.iterdir():
        file.unlink()


def theirs(sshd: SshServer, port: int, commands: Sequence[str]) -> float:
    """The seconds `sftp` takes for a batch, without those for its start and its login."""
    words = sshd.client("sftp", "-q", "-b", "-")
    words[2] = str(port)
    taken = []
    for batch in ("pwd\n", "\n".join(commands) + "\n"):
        began = time.perf_counter()
        subprocess.run(words, input=batch.encode(), stdout=subprocess.DEVNULL, check=True)
        taken.append(time.perf_counter() - began)
    return taken[1] - taken[0]


@contextmanager
def line(port: int, one_way_ms: float) -> Iterator[int]:
    """A line with a distance; answers its port."""
    words = [sys.executable, "-m", "benchmarks.delay_line", str(port), str(one_way_ms)]
    with subprocess.Popen(words, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        try:
            yield int(process.stdout.readline())
        finally:
            process.terminate()


async def measure(sshd: SshServer, port: int, *, files: int, of_theirs: int, connections: int, rounds: int) -> dict[str, float]:
    """The best of some rounds, files a second: fetched and left, by us and by `sftp`."""
    with tempfile.TemporaryDirectory() as remote_name, tempfile.TemporaryDirectory() as local_name:
        remote, local = Path(remote_name), Path(local_name)
        ours, best = Ours(sshd, port, remote, connections), dict.fromkeys(("fetched", "sftp_fetched", "left", "sftp_left"), 0.0)
        for _ in range(rounds):
            fill(remote, of_theirs)
            gets = [f"get {remote}/{n}.edi {local}/\nrm {remote}/{n}.edi" for n in range(of_theirs)]
            puts = [f"put {local}/{n}.edi {remote}/{n}.part\nrename {remote}/{n}.part {remote}/{n}.edi" for n in range(of_theirs)]
            rates = {"sftp_fetched": of_theirs / await asyncio.to_thread(theirs, sshd, port, gets)}
            rates["sftp_left"] = of_theirs / await asyncio.to_thread(theirs, sshd, port, puts)
            fill(remote, files)
            rates["fetched"] = files / await ours.fetch(files)
            rates["left"] = files / await ours.leave([os.urandom(SIZE)] * files)
            empty(remote)
            best = {name: max(best[name], rate) for name, rate in rates.items()}
        await ours.close()
    return best


def main() -> None:
    """Both distances, then the verdict."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--files", type=int, default=1000, help="files on loopback")
    parser.add_argument("--distant", type=int, default=1000, help="files on the distant line")
    parser.add_argument("--sftp-distant", type=int, default=15, help="files of sftp on the distant line")
    parser.add_argument("--connections", type=int, default=2)
    parser.add_argument("--rounds", type=int, default=1)
    words = parser.parse_args()
    sshd = SshServer()
    sshd.start()
    before = resource.getrusage(resource.RUSAGE_SELF)
    try:
        near = {"files": words.files, "of_theirs": words.files, "rounds": words.rounds}
        figures = {"near": asyncio.run(measure(sshd, sshd.port, connections=words.connections, **near))}
        with line(sshd.port, ONE_WAY_MS) as port:
            far = {"files": words.distant, "of_theirs": words.sftp_distant, "rounds": 1}
            figures["distant"] = asyncio.run(measure(sshd, port, connections=words.connections, **far))
    finally:
        sshd.remove()
    after = resource.getrusage(resource.RUSAGE_SELF)
    handled = 2 * (words.rounds * words.files + words.distant)
    cpu = (after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime) / handled
    report(figures, cpu_ms_per_file=1000 * cpu, connections=words.connections)


def report(figures: dict[str, dict[str, float]], **more: Any) -> None:
    """One JSON line; raises SystemExit when a goal is missed."""
    ratios = {place: rates["fetched"] / rates["sftp_fetched"] for place, rates in figures.items()}
    told = {f"{place}_{name}_per_second": round(rate, 1) for place, rates in figures.items() for name, rate in rates.items()}
    told |= {f"{place}_times_sftp": round(ratio, 2) for place, ratio in ratios.items()}
    told |= {name: round(value, 3) for name, value in more.items()}
    print(json.dumps({"benchmark": "sftp", "round_trip_ms": 2 * ONE_WAY_MS, "size": SIZE, "cores": os.cpu_count(), **told}))
    missed = [
        f"{place}: {ratios[place]:.1f} times sftp, the goal is {goal}" for place, goal in GOALS.items() if ratios[place] < goal
    ]
    if missed:
        raise SystemExit("; ".join(missed))


if __name__ == "__main__":
    main()
