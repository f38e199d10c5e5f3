"""A private FTPS server: pyftpdlib in a process of its own, so that it can be stopped and killed."""

import json
import os
import socket
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

from tests.servers.certificate import make_certificate
from tests.servers.process import ServerProcess

USER, PASSWORD = "farm", "let me in"


class FtpsServer(ServerProcess):
    """One user, who sees `files`. `settings`: implicit (TLS from the first byte), no_rename (it is refused), full (no room)."""

    def __init__(self, **settings: bool) -> None:
        super().__init__("ftps")
        self.settings = settings
        self.certificate = make_certificate(self.folder)
        self.files: Path = self.folder / "files"
        for folder in ("in", "out", "done"):
            (self.files / folder).mkdir(parents=True)

    def command(self) -> Sequence[str]:
        """The program beside this file."""
        told = {"port": self.port, "files": str(self.files), "certificate": str(self.certificate.both), **self.settings}
        return [sys.executable, str(Path(__file__).with_name("ftps_program.py")), json.dumps(told)]

    def environment(self) -> Mapping[str, str]:
        """Nothing of the caller's."""
        return {"PATH": os.environ.get("PATH", "/usr/bin:/bin"), "LC_ALL": "C.UTF-8", "TZ": "UTC"}

    def answers(self) -> bool:
        """Up when it takes connections."""
        try:
            with socket.create_connection(("127.0.0.1", self.port), 1):
                return True
        except OSError:
            return False
