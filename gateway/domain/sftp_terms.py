"""What is agreed about a partner's SFTP server: how we get in."""

import base64
import hashlib
from dataclasses import dataclass, field

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
