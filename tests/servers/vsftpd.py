"""A private vsftpd, unprivileged: a strict FTPS server in the field, which wants the TLS session of the login on each file."""

import os
import pwd
import shutil
import socket
from collections.abc import Mapping, Sequence
from pathlib import Path

from tests.servers.certificate import make_certificate
from tests.servers.process import ServerMissing, ServerProcess

_CONFIGURATION = """
listen=YES
listen_address=127.0.0.1
listen_port={port}
background=NO
run_as_launching_user=YES
seccomp_sandbox=NO
secure_chroot_dir={folder}/empty
anonymous_enable=YES
anon_root={folder}/files
allow_writeable_chroot=YES
write_enable=YES
anon_upload_enable=YES
anon_mkdir_write_enable=YES
anon_other_write_enable=YES
anon_umask=022
anon_world_readable_only=NO
ssl_enable=YES
implicit_ssl={implicit}
allow_anon_ssl=YES
force_anon_logins_ssl=YES
force_anon_data_ssl=YES
require_ssl_reuse=YES
strict_ssl_read_eof=YES
strict_ssl_write_shutdown=YES
ssl_ciphers=HIGH
rsa_cert_file={folder}/cert.pem
rsa_private_key_file={folder}/key.pem
dual_log_enable=YES
log_ftp_protocol=YES
vsftpd_log_file={folder}/log
xferlog_file={folder}/xferlog
"""


class VsftpdServer(ServerProcess):
    """The user `anonymous`, under any password; `files` is what that user sees."""

    def __init__(self, *, implicit: bool = False) -> None:
        self._program = shutil.which("vsftpd", path=f"{os.environ.get('PATH', '')}:/usr/sbin")
        if self._program is None:
            raise ServerMissing("vsftpd is missing: sudo apt-get install vsftpd")
        super().__init__("vsftpd")
        self.certificate = make_certificate(self.folder)
        self.files: Path = self.folder / "files"
        self.files.mkdir()
        (self.folder / "empty").mkdir()
        settings = {"port": self.port, "folder": self.folder, "implicit": "YES" if implicit else "NO"}
        (self.folder / "vsftpd.conf").write_text(_CONFIGURATION.format(**settings))
        self._prefix: list[str] = []
        if os.geteuid() == 0:
            user = pwd.getpwnam("nobody")
            self._prefix = ["setpriv", f"--reuid={user.pw_uid}", f"--regid={user.pw_gid}", "--clear-groups", "--"]
            for path in (self.folder, *self.folder.rglob("*")):
                os.chown(path, user.pw_uid, user.pw_gid)

    def command(self) -> Sequence[str]:
        """The listener, in the foreground."""
        assert self._program is not None
        return [*self._prefix, self._program, str(self.folder / "vsftpd.conf")]

    def environment(self) -> Mapping[str, str]:
        """Nothing of the caller's."""
        return {"PATH": os.environ.get("PATH", "/usr/bin:/bin"), "LC_ALL": "C", "TZ": "UTC"}

    def answers(self) -> bool:
        """Up when it takes connections."""
        try:
            with socket.create_connection(("127.0.0.1", self.port), 1):
                return True
        except OSError:
            return False
