"""RabbitMQ and PostgreSQL for trials that follow each other, and disks so small that a trial can fill them."""

import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from functools import cache
from pathlib import Path

from tests.chaos.faults import Kind
from tests.servers.postgres import PostgresServer
from tests.servers.process import ServerBroken, wait_until
from tests.servers.rabbitmq import RabbitCluster, RabbitServer

_BALLAST = ".ballast"
FAKETIME = next(iter(sorted(Path("/usr/lib").glob("*/faketime/libfaketimeMT.so.1"))), None)
"""Gives a process another clock, where Debian's package `libfaketime` is installed."""


@cache
def may_mount() -> bool:
    """Whether we may mount: as root, in a container that allows it."""
    with tempfile.TemporaryDirectory(prefix="edi-mount-") as folder:
        tried = subprocess.run(["mount", "-t", "tmpfs", "-o", "size=1m", "tmpfs", folder], capture_output=True, check=False)
        if tried.returncode == 0:
            subprocess.run(["umount", "-l", folder], check=True)
        return tried.returncode == 0


def impossible() -> dict[Kind, str]:
    """The faults that this machine cannot have, each with the reason."""
    found: dict[Kind, str] = {}
    if not may_mount():
        found |= dict.fromkeys((Kind.DATABASE_FULL, Kind.MAILBOX_FULL), "no right to mount a small file system: run as root")
    if FAKETIME is None:
        found[Kind.CLOCK] = "libfaketime is missing: install the Debian package `libfaketime`"
    return found


class SmallDisk:
    """A file system in memory of so many MiB, mounted on a folder. An ordinary folder where we may not mount."""

    def __init__(self, folder: Path, *, size: int) -> None:
        self.folder, self._size = folder, size
        self._mounted = False

    def mount(self) -> None:
        """Owned by whom the folder belongs to."""
        owner = self.folder.stat()
        if may_mount():
            options = f"size={self._size}m,uid={owner.st_uid},gid={owner.st_gid},mode={owner.st_mode & 0o777:o}"
            subprocess.run(["mount", "-t", "tmpfs", "-o", options, "tmpfs", str(self.folder)], check=True)
            self._mounted = True

    def unmount(self) -> None:
        """At once, whoever uses it."""
        if self._mounted:
            subprocess.run(["umount", "-l", str(self.folder)], check=True)
            self._mounted = False

    def fill(self) -> None:
        """Leave no byte, whatever others write meanwhile."""
        with (self.folder / _BALLAST).open("wb", buffering=0) as ballast:
            for portion in (bytes(2**20), bytes(2**12)):
                with suppress(OSError):
                    while True:
                        ballast.write(portion)

    def clear(self) -> None:
        """Give the space back."""
        (self.folder / _BALLAST).unlink(missing_ok=True)


class Servers:
    """One RabbitMQ, or a cluster of three, and one PostgreSQL on a small disk, for one trial at a time."""

    def __init__(self, *, cluster: bool = False) -> None:
        self.rabbitmq = RabbitCluster() if cluster else RabbitServer()
        self.postgres = PostgresServer()
        data = self.postgres.folder / "data"
        data.mkdir(mode=0o700)
        shutil.chown(data, self.postgres.folder.stat().st_uid, self.postgres.folder.stat().st_gid)
        self.disk = SmallDisk(data, size=512)

    def start(self) -> None:
        """Both."""
        self.disk.mount()
        self.postgres.start()
        self.rabbitmq.start()

    def remove(self) -> None:
        """Both, with their data."""
        self.rabbitmq.remove()
        self.postgres.kill()
        self.disk.unmount()
        self.postgres.remove()

    def ports(self) -> dict[str, int]:
        """Where lines of a node may lead, by the variable with the address. A cluster is reached at several addresses."""
        broker = {"AMQP_URL": self.rabbitmq.port} if isinstance(self.rabbitmq, RabbitServer) else {}
        return {"DATABASE_URL": self.postgres.port, **broker}

    def stop_postgres_immediately(self) -> None:
        """Its processes end without a checkpoint and tell their clients nothing; the next start recovers."""
        self.postgres.kill()
        self.postgres.start()

    def restore(self) -> None:
        """Both are well again, whatever was broken."""
        self.rabbitmq.resume()
        self.postgres.resume()
        self.free_disk()
        if not self.rabbitmq.running:
            self.rabbitmq.start()

    def move_clock(self, seconds: float) -> None:
        """Move the clock by which the gateway compares times."""
        self.postgres.move_clock(seconds)

    def free_disk(self) -> None:
        """Give the space back, and start the server if it gave up: without room for its log it ends."""
        self.disk.clear()
        try:
            wait_until(lambda: self.postgres.running and self.postgres.answers(), within=3, what="PostgreSQL answering")
        except ServerBroken:  # it ended, or is about to
            self.postgres.kill()
            self.postgres.start()


@contextmanager
def running_servers(*, cluster: bool = False) -> Iterator[Servers]:
    """Started, and removed in the end. Raises ServerMissing where one is not installed."""
    with ExitStack() as stack:
        servers = Servers(cluster=cluster)
        stack.callback(servers.remove)
        servers.start()
        yield servers
