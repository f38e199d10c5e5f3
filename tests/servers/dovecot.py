"""A private Dovecot: the real IMAP server of Debian, unprivileged, with mailboxes in its own folder."""

import grp
import imaplib
import os
import pwd
import shutil
import socket
from collections.abc import Mapping, Sequence

from tests.servers.certificate import make_certificate
from tests.servers.process import ServerMissing, ServerProcess, free_port

_CONFIGURATION = """
base_dir = {folder}/run
state_dir = {folder}/state
log_path = /dev/stderr
protocols = imap
listen = 127.0.0.1
default_internal_user = {user}
default_internal_group = {group}
default_login_user = {user}
first_valid_uid = 1
ssl = yes
ssl_cert = <{folder}/cert.pem
ssl_key = <{folder}/key.pem
ssl_dh =
disable_plaintext_auth = yes
auth_failure_delay = 0
mail_location = maildir:{folder}/mail/%u
mail_fsync = never
mailbox_idle_check_interval = 1 secs
imap_capability = {capability}
passdb {{
  driver = static
  args = password={password}
}}
userdb {{
  driver = static
  args = uid={user} gid={group} home={folder}/mail/%u
}}
service imap-login {{
  chroot =
  inet_listener imap {{
    port = {port}
  }}
  inet_listener imaps {{
    port = {tls_port}
  }}
}}
service anvil {{
  chroot =
  unix_listener anvil-auth-penalty {{
    mode = 0
  }}
}}
service stats {{
  chroot =
}}
"""
PASSWORD = "secret-of-the-mailbox"


class DovecotServer(ServerProcess):
    """Any user has a mailbox, under the same password. STARTTLS on `port`, TLS on `tls_port`; the certificate is `certificate`.

    `capability` replaces what the server says it can do.
    """

    def __init__(self, *, capability: str = "") -> None:
        self._program = shutil.which("dovecot", path=f"{os.environ.get('PATH', '')}:/usr/sbin")
        if self._program is None:
            raise ServerMissing("Dovecot is missing: sudo apt-get install dovecot-imapd")
        super().__init__("dovecot")
        self.tls_port = free_port()
        self.certificate = make_certificate(self.folder)
        user = pwd.getpwnam("nobody") if os.geteuid() == 0 else pwd.getpwuid(os.geteuid())
        self._prefix = ["setpriv", f"--reuid={user.pw_uid}", f"--regid={user.pw_gid}", "--clear-groups", "--"]
        if os.geteuid() != 0:
            self._prefix = []
        (self.folder / "mail").mkdir()
        names = {"user": user.pw_name, "group": _group(user.pw_gid), "password": PASSWORD, "capability": capability}
        text = _CONFIGURATION.format(folder=self.folder, port=self.port, tls_port=self.tls_port, **names)
        (self.folder / "dovecot.conf").write_text(text)
        if os.geteuid() == 0:
            for path in (self.folder, *self.folder.rglob("*")):
                os.chown(path, user.pw_uid, user.pw_gid)

    def command(self) -> Sequence[str]:
        """The master process, in the foreground."""
        assert self._program is not None
        return [*self._prefix, self._program, "-F", "-c", str(self.folder / "dovecot.conf")]

    def environment(self) -> Mapping[str, str]:
        """Nothing of the caller's."""
        return {"PATH": os.environ.get("PATH", "/usr/bin:/bin"), "LC_ALL": "C", "TZ": "UTC"}

    def answers(self) -> bool:
        """Up when it greets."""
        try:
            with socket.create_connection(("127.0.0.1", self.port), 1) as probe:
                return probe.recv(4) == b"* OK"
        except OSError:
            return False

    def session(self, user: str) -> imaplib.IMAP4:
        """A session of the mailbox's owner, to look inside and to put mails in. Log out when done."""
        client = imaplib.IMAP4("127.0.0.1", self.port, timeout=20)
        client.starttls()
        client.login(user, PASSWORD)
        return client


def _group(number: int) -> str:
    return grp.getgrgid(number).gr_name
