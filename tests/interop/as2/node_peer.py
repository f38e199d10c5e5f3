"""npm's libas2 as a trading partner: one node process for the session, asked by lines of JSON (see node/peer.js)."""

import base64
import json
import shutil
import subprocess
import threading
from pathlib import Path
from typing import Any, Self

from tests.interop.as2.identities import Identity
from tests.servers.process import ServerMissing

FOLDER = Path(__file__).parent / "node"


class Refused(Exception):
    """libas2 did not do it; the message holds its words."""


def program() -> str:
    """The `node` of the machine, with the modules in place. Raises ServerMissing with the remedy."""
    found = shutil.which("node")
    if found is None:
        raise ServerMissing("node is missing: install the Debian packages `nodejs` and `npm`, then `make servers`")
    if not (FOLDER / "node_modules" / "libas2").is_dir():
        raise ServerMissing("libas2 is missing: `make servers` installs it (npm ci in tests/interop/as2/node)")
    return found


def _text(content: bytes) -> str:
    return base64.b64encode(content).decode()


def _start() -> subprocess.Popen[str]:
    """The process. Some versions of node decrypt keys of PKCS #1 v1.5 only when told so, others do not know the word."""
    told = [program(), "--security-revert=CVE-2023-46809"]
    knows = subprocess.run([*told, "--eval", "0"], capture_output=True, check=False).returncode == 0
    pipe = subprocess.PIPE
    return subprocess.Popen([*(told if knows else told[:1]), "peer.js"], cwd=FOLDER, stdin=pipe, stdout=pipe, text=True)


class NodePeer:
    """The process. Calls come from any thread, one at a time. What node says that is no answer is passed over."""

    def __init__(self) -> None:
        self._process = _start()
        self._turn = threading.Lock()
        self._asked = 0

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        if self._process.stdin is not None:
            self._process.stdin.close()
        if self._process.stdout is not None:
            self._process.stdout.close()
        self._process.terminate()
        self._process.wait(10)

    def ask(self, action: str, **asked: Any) -> dict[str, Any]:
        """One request, one answer. Raises Refused."""
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        with self._turn:
            self._asked += 1
            self._process.stdin.write(json.dumps({"id": self._asked, "action": action, **asked}) + "\n")
            self._process.stdin.flush()
            answer = json.loads(next(line for line in self._process.stdout if line.startswith("{")))
        assert answer["id"] == self._asked
        if "error" in answer:
            raise Refused(answer["error"])
        result: dict[str, Any] = answer["result"]
        return result

    def build(self, content: bytes, *, host: Identity, partner: Identity, **terms: Any) -> bytes:
        """A message: header and body in one. Terms are those of `message`."""
        return base64.b64decode(self.ask("build", **message(content, host=host, partner=partner, **terms))["message"])

    def open(self, wire: bytes, *, host: Identity, partner: Identity, **terms: Any) -> dict[str, Any]:
        """Decrypt and verify; the answer has `content`, `fileName`, `receipt` (bytes) and `notification`."""
        asked = {"host": party(host), "partner": party(partner), **terms}
        found = self.ask("open", message=_text(wire), **asked)
        found.update({name: base64.b64decode(found[name]) for name in ("content", "receipt") if name in found})
        return found

    def read(self, wire: bytes, *, signer: Identity | None) -> dict[str, Any]:
        """A receipt, verified when a signer is named."""
        certificate = signer.certificate_pem.decode() if signer else None
        return self.ask("read", message=_text(wire), certificate=certificate)


def party(identity: Identity, url: str | None = None) -> dict[str, Any]:
    """One side of libas2's agreement."""
    certificate, key = identity.certificate_pem.decode(), identity.key_pem.decode()
    return {"name": identity.name, "certificate": certificate, "key": key, "url": url}


def message(
    content: bytes, *, host: Identity, partner: Identity, message_id: str, url: str | None = None, **terms: Any
) -> dict[str, Any]:
    """What `build` and `send` take. Terms: `sign` (sha-256), `encrypt` (aes256-CBC), `receipt` ({"signing": "sha-256"})."""
    return {
        "content": _text(content),
        "contentType": "application/edi-x12",
        "fileName": "orders.x12",
        "messageId": message_id,
        "host": party(host),
        "partner": party(partner, url),
        **terms,
    }
