"""What the drill loses and brings back: a PostgreSQL whose backups and WAL lie on another machine, and a server made of them."""

import os
import shutil
import subprocess
import tempfile
from collections.abc import Mapping
from pathlib import Path

from tests.servers.postgres import PostgresServer, binaries
from tests.servers.process import wait_until


class Elsewhere:
    """A folder that survives the disaster: base backups, and the WAL that the server sends there. It stands for a second site."""

    def __init__(self) -> None:
        self.folder = Path(tempfile.mkdtemp(prefix="edi-drill-elsewhere-"))
        self.folder.chmod(0o755)
        self.base, self.wal = self.folder / "base", self.folder / "wal"
        self.wal.mkdir()

    def settings(self, every: int) -> Mapping[str, str]:
        """What a server is told to send its WAL here, `every` so many seconds at the latest: the recovery point objective.

        A copy gets its name when it is whole: a disaster in the middle leaves nothing that looks like WAL.
        """
        command = f"test ! -f {self.wal}/%f && cp %p {self.wal}/%f.part && mv {self.wal}/%f.part {self.wal}/%f"
        return {"wal_level": "replica", "archive_mode": "on", "archive_timeout": f"{every}s", "archive_command": command}

    def belongs_to(self, server: PostgresServer) -> None:
        """Let the user that the server runs as write here."""
        owner = server.folder.stat()
        os.chown(self.wal, owner.st_uid, owner.st_gid)

    def take_base_backup(self, server: PostgresServer) -> None:
        """`pg_basebackup` of a running server, checked by `pg_verifybackup`, as the how-to says."""
        kept = server.folder / "base"
        where = ["-h", "127.0.0.1", "-p", str(server.port), "-U", "edi"]
        _run(server, "pg_basebackup", "-D", str(kept), *where, "-c", "fast", "-X", "none")
        _run(server, "pg_verifybackup", "--no-parse-wal", str(kept))
        shutil.copytree(kept, self.base, symlinks=True)
        shutil.rmtree(kept)

    def restore_into(self, server: PostgresServer) -> None:
        """The base backup, and all WAL that has come, in a new server; returns when it takes writes."""
        data, owner = server.folder / "data", server.folder.stat()
        shutil.copytree(self.base, data, symlinks=True)
        (data / "recovery.signal").touch()
        with (data / "postgresql.auto.conf").open("a") as settings:
            settings.write(f"restore_command = 'cp {self.wal}/%f %p'\nrecovery_target_timeline = 'latest'\n")
        for path in (data, *data.rglob("*")):
            os.chown(path, owner.st_uid, owner.st_gid, follow_symlinks=False)
        data.chmod(0o700)
        server.start()
        wait_until(lambda: server.execute("select pg_is_in_recovery()") == "f", within=600, what="the end of the recovery")

    @property
    def size(self) -> int:
        """Bytes of the base backup and its WAL."""
        return sum(file.stat().st_size for file in self.folder.rglob("*") if file.is_file())

    def remove(self) -> None:
        """Delete all of it."""
        shutil.rmtree(self.folder, ignore_errors=True)


def _run(server: PostgresServer, program: str, *words: str) -> None:
    """A program of PostgreSQL, as the user that the server runs as."""
    environment = dict(server.environment())
    subprocess.run(
        [*server._prefix, str(binaries() / program), *words], check=True, capture_output=True, env=environment, cwd="/"
    )
