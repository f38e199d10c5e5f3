"""What is agreed about a partner's SFTP server: how we get in, what is read there, and how files are left there."""

import base64
import hashlib
from dataclasses import dataclass, field
from typing import Literal

Complete = Literal["stable", "renamed", "marker"]
"""How a file is known to be whole: it stopped changing, it has its final name, or a marker file lies beside it."""

After = Literal["remove", "rename", "move"]
"""What becomes of a file that is stored."""

OLD_ALGORITHMS = (
    "aes128-cbc",
    "aes192-cbc",
    "aes256-cbc",
    "3des-cbc",
    "hmac-sha1",
    "hmac-sha1-96",
    "hmac-md5",
    "hmac-md5-96",
)
"""What is offered to a server only when the channel names it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SftpServer:
    """A server and our login there.

    `key` is a private key as text, `certificate` the file of what an authority of the partner signed for it. `host_keys` are
    fingerprints (`SHA256:...`) or public keys (`ssh-ed25519 AAAA...`), several in a change; with none the channel sends nothing.
    `old_algorithms` are those of `OLD_ALGORITHMS` that its operator cannot do without.
    """

    host: str
    user: str
    port: int = 22
    password: str | None = field(default=None, repr=False)
    key: str | None = field(default=None, repr=False)
    passphrase: str | None = field(default=None, repr=False)
    certificate: str | None = None
    host_keys: tuple[str, ...] = ()
    old_algorithms: tuple[str, ...] = ()

    @property
    def place(self) -> str:
        """Host and port, as messages name it."""
        return f"{self.host}:{self.port}"


@dataclass(frozen=True, slots=True, kw_only=True)
class SftpInbox:
    """The folder that is read.

    Names matching `pattern` are taken, those matching one of `ignore` never. `complete`: "stable" waits until a file has not
    changed for `settle` s; "renamed" takes each at once; "marker" when the file named by `marker` (with `{name}` or `{stem}`)
    lies beside it. `claim`: it is renamed to `<name>.<id>.taken` before it is read, where the server allows that. Stored files
    are removed, get `suffix` behind their name, or are moved to `done`. `poll` in seconds.
    """

    folder: str
    pattern: str = "*"
    ignore: tuple[str, ...] = ("*.tmp", "*.part", "*.filepart", ".*")
    complete: Complete = "stable"
    settle: float = 5.0
    marker: str = "{name}.ready"
    claim: bool = True
    after: After = "remove"
    suffix: str = ".done"
    done: str | None = None
    poll: float = 60.0


@dataclass(frozen=True, slots=True, kw_only=True)
class SftpOutbox:
    """The folder that is written. `name` is a template, see `gateway.domain.file_name`; `temporary` is the name while a file is
    written, with `{name}`, and None for servers that refuse renaming; `marker` names an empty file written afterwards.
    """

    folder: str
    name: str = "{name}"
    temporary: str | None = "{name}.part"
    marker: str | None = None


def fingerprint_of(pin: str) -> str:
    """The fingerprint `SHA256:...` that a pin of `host_keys` means, itself or that of a public key. Raises ValueError."""
    words = pin.split()
    if len(words) == 1 and words[0].startswith("SHA256:"):
        digest = words[0].removeprefix("SHA256:").rstrip("=")
        if len(base64.b64decode(digest + "=", validate=True)) == hashlib.sha256().digest_size:
            return f"SHA256:{digest}"
    elif len(words) >= 2 and words[0] in _KEY_TYPES:
        blob = base64.b64decode(words[1], validate=True)
        return "SHA256:" + base64.b64encode(hashlib.sha256(blob).digest()).decode().rstrip("=")
    raise ValueError('a host key is "SHA256:" and 43 characters, or a public key as in "ssh-ed25519 AAAA..."')


_KEY_TYPES = ("ssh-ed25519", "ecdsa-sha2-nistp256", "ecdsa-sha2-nistp384", "ecdsa-sha2-nistp521", "ssh-rsa")
