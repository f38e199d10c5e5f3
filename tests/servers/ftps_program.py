"""An FTPS server of its own process: pyftpdlib with TLS, as `FtpsServer` starts it. Arguments: a JSON object of settings."""

import json
import sys
import warnings

warnings.simplefilter("ignore")  # pyftpdlib uses asyncore where that is still there

from pyftpdlib.authorizers import DummyAuthorizer  # noqa: E402
from pyftpdlib.filesystems import AbstractedFS, FilesystemError  # noqa: E402
from pyftpdlib.handlers import TLS_FTPHandler  # noqa: E402
from pyftpdlib.servers import FTPServer  # noqa: E402


def handler(settings: dict[str, object]) -> type[TLS_FTPHandler]:
    """The protocol as the settings want it."""

    class Filesystem(AbstractedFS):  # type: ignore[misc]
        def rename(self, src: str, dst: str) -> None:
            if settings.get("no_rename"):
                raise FilesystemError("Renaming is not allowed here")
            super().rename(src, dst)

    class Protocol(TLS_FTPHandler):  # type: ignore[misc]
        def handle(self) -> None:
            if settings.get("implicit"):
                self.secure_connection(self.ssl_context)
            super().handle()

        def ftp_STOR(self, file: str, mode: str = "w") -> str | None:  # noqa: N802 - pyftpdlib looks for this name
            if settings.get("full"):
                self.respond("452 Insufficient storage space.")
                return None
            stored: str | None = super().ftp_STOR(file, mode)
            return stored

    authorizer = DummyAuthorizer()
    authorizer.add_user("farm", "let me in", str(settings["files"]), perm="elradfmwMT")
    Protocol.authorizer, Protocol.abstracted_fs = authorizer, Filesystem
    Protocol.certfile, Protocol.tls_control_required, Protocol.tls_data_required = str(settings["certificate"]), True, True
    Protocol.auth_failed_timeout = 0
    Protocol.banner = "Welcome"
    return Protocol


if __name__ == "__main__":
    given = json.loads(sys.argv[1])
    FTPServer(("127.0.0.1", given["port"]), handler(given)).serve_forever()
