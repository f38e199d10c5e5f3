"""A private OpenSSH server for SFTP on loopback, run by whoever runs the tests: no root, no account of its own."""

import getpass
import os
import shutil
import socket
import subprocess
from collections.abc import Mapping, Sequence
from pathlib import Path

from tests.servers.process import ServerMissing, ServerProcess

PRIVILEGE_SEPARATION = Path("/run/sshd")
_USUAL = (
    "PasswordAuthentication no",
    "PermitRootLogin prohibit-password",
    "Subsystem sftp internal-sftp",
    "MaxStartups 200",
    "MaxSessions 64",
)
KINDS = ("ed25519", "ecdsa", "rsa")


class SshServer(ServerProcess):
    """sshd in the foreground. Our own user logs in with the key `client`; what it may see is the whole machine, so paths are
    absolute. `terms` are lines of its configuration; the first of a keyword counts, so they win over what follows: a
    `configuration` as operators have it, where one is given, or what is enough for tests. Port and keys are ours in any case."""

    def __init__(self, *terms: str, host_keys: Sequence[str] = ("ed25519",), configuration: Path | None = None) -> None:
        self.program = shutil.which("sshd", path=f"{os.environ.get('PATH', '')}:/usr/sbin:/usr/local/sbin")
        if self.program is None:
            raise ServerMissing("sshd is not installed. Remedy: make servers, or sudo apt-get install openssh-server")
        super().__init__("sshd")
        self.user = getpass.getuser()
        self.terms, self.host_keys, self.configuration = terms, host_keys, configuration
        self.make_key("client")
        (self.folder / "authorized_keys").write_text(self.public("client") + "\n")
        self.change_host_keys()

    def make_key(self, name: str, *, kind: str = "ed25519", passphrase: str = "") -> Path:
        """A new key pair `name`, `name.pub`."""
        for old in (self.folder / name, self.folder / f"{name}.pub"):
            old.unlink(missing_ok=True)
        words = ["-q", "-t", kind, "-N", passphrase, "-C", name, "-f", str(self.folder / name)]
        subprocess.run(["ssh-keygen", *words], check=True, capture_output=True)
        return self.folder / name

    def public(self, name: str) -> str:
        """The public part of a key, as one line."""
        return (self.folder / f"{name}.pub").read_text().strip()

    def private(self, name: str = "client") -> str:
        """A private key."""
        return (self.folder / name).read_text()

    def change_host_keys(self) -> None:
        """New keys of the host; the next start shows them."""
        for kind in self.host_keys:
            self.make_key(f"host_{kind}", kind=kind)

    def fingerprint(self, kind: str = "ed25519") -> str:
        """The fingerprint of a host key, as ssh-keygen tells it."""
        told = subprocess.run(["ssh-keygen", "-l", "-f", str(self.folder / f"host_{kind}.pub")], check=True, capture_output=True)
        return told.stdout.decode().split()[1]

    def command(self) -> Sequence[str]:
        if os.geteuid() == 0:
            PRIVILEGE_SEPARATION.mkdir(mode=0o755, exist_ok=True)  # missing where no init system made it
        lines = [
            *self.terms,
            f"Port {self.port}",
            "ListenAddress 127.0.0.1",
            *(f"HostKey {self.folder}/host_{kind}" for kind in self.host_keys),
            f"PidFile {self.folder}/pid",
            f"AuthorizedKeysFile {self.folder}/authorized_keys",
            "StrictModes no",
            "UsePAM no",
            *(_USUAL if self.configuration is None else _without_keys(self.configuration)),
        ]
        (self.folder / "sshd_config").write_text("\n".join(lines) + "\n")
        return [str(self.program), "-D", "-e", "-f", str(self.folder / "sshd_config")]

    def environment(self) -> Mapping[str, str]:
        return {"PATH": os.environ.get("PATH", "/usr/bin:/bin")}

    def answers(self) -> bool:
        try:
            with socket.create_connection(("127.0.0.1", self.port), timeout=1) as probe:
                return probe.recv(4) == b"SSH-"
        except OSError:
            return False

    def client(self, name: str, *words: str) -> list[str]:
        """The command line of a client of OpenSSH (`sftp`, `ssh`) to this server."""
        port = "-P" if name == "sftp" else "-p"
        options = ["-i", str(self.folder / "client"), "-o", "StrictHostKeyChecking=no", "-o", "UserKnownHostsFile=/dev/null"]
        options += ["-o", "LogLevel=ERROR", "-o", "IdentitiesOnly=yes"]
        return [name, port, str(self.port), *options, *words, f"{self.user}@127.0.0.1"]


def _without_keys(configuration: Path) -> list[str]:
    """The lines of a configuration but those that name its host keys, which lie on another machine."""
    return [line for line in configuration.read_text().splitlines() if not line.startswith("HostKey")]
