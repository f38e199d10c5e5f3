"""`openssl cms` as a partner's cryptography: each call is one process of the program."""

import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.interop.as2.identities import Identity
from tests.servers.process import ServerMissing

OIDS = {
    "sha1": "2b0e03021a",
    "sha256": "608648016503040201",
    "sha384": "608648016503040202",
    "sha512": "608648016503040203",
    "pss": "2a864886f70d01010a",
    "oaep": "2a864886f70d010107",
    "ecdsa": "2a8648ce3d0403",
    "aes-128-cbc": "608648016503040102",
    "aes-192-cbc": "608648016503040116",
    "aes-256-cbc": "60864801650304012a",
    "aes-128-gcm": "608648016503040106",
    "aes-256-gcm": "60864801650304012e",
    "des3": "2a864886f70d0307",
}
"""Contents of the object identifiers of algorithms, by the names used here."""


class Refused(Exception):
    """openssl did not do it; the message holds its words."""


def program() -> str:
    """The `openssl` of the machine, 3.0 or newer. Raises ServerMissing."""
    found = shutil.which("openssl")
    if found is None:
        raise ServerMissing("openssl is missing: install the Debian package `openssl`")
    return found


def names(der: bytes, algorithm: str) -> bool:
    """Whether these bytes hold the object identifier of an algorithm."""
    return bytes.fromhex(OIDS[algorithm]) in der


def run(*arguments: str | Path, given: bytes = b"") -> bytes:
    """One call; its standard output. Raises Refused."""
    done = subprocess.run([program(), *map(str, arguments)], input=given, capture_output=True, check=False, timeout=30)
    if done.returncode:
        raise Refused(f"openssl {arguments[1]}: {done.stderr.decode(errors='replace').strip()}")
    return done.stdout


@contextmanager
def file_of(content: bytes) -> Iterator[Path]:
    """A file with this content, for the arguments that cannot be handed over otherwise."""
    with tempfile.NamedTemporaryFile(prefix="edi-as2-") as file:
        file.write(content)
        file.flush()
        yield Path(file.name)


def sign(
    content: bytes,
    signer: Identity,
    *,
    digest: str = "sha256",
    scheme: str = "pkcs1",
    detached: bool = True,
    streamed: bool = False,
) -> bytes:
    """SignedData in DER (in BER when `streamed`). The scheme is `pkcs1`, `pss`, or `ecdsa`, which the key decides."""
    options = ["-keyopt", "rsa_padding_mode:pss"] if scheme == "pss" else []
    options += [] if detached else ["-nodetach"]
    options += ["-stream"] if streamed else []
    keys = ("-signer", signer.certificate, "-inkey", signer.key)
    return run("cms", "-sign", "-binary", "-md", digest, *keys, *options, "-outform", "DER", given=content)


def verify(signed: bytes, signer: Identity, *, content: bytes | None = None) -> bytes:
    """The content that this signer, whose certificate we hold, has signed. Raises Refused, also when nobody has signed."""
    no_others = ("-no-CAfile", "-no-CApath", "-no-CAstore")
    trusted = ("-nointern", "-certfile", signer.certificate, "-noverify", *no_others)
    if content is None:
        return run("cms", "-verify", "-binary", "-inform", "DER", *trusted, given=signed)
    with file_of(content) as file:
        return run("cms", "-verify", "-binary", "-inform", "DER", *trusted, "-content", file, given=signed)


def encrypt(content: bytes, recipient: Identity, *, cipher: str, transport: str = "pkcs1", streamed: bool = False) -> bytes:
    """EnvelopedData, or AuthEnvelopedData for GCM. The key is transported as `pkcs1` or as `oaep` (with SHA-256)."""
    oaep = ("-keyopt", "rsa_padding_mode:oaep", "-keyopt", "rsa_oaep_md:sha256")
    options = [*(oaep if transport == "oaep" else ()), *(["-stream"] if streamed else [])]
    return run(
        "cms", "-encrypt", "-binary", f"-{cipher}", "-outform", "DER", "-recip", recipient.certificate, *options, given=content
    )


def decrypt(enveloped: bytes, recipient: Identity) -> bytes:
    """The content. Raises Refused."""
    keys = ("-recip", recipient.certificate, "-inkey", recipient.key)
    return run("cms", "-decrypt", "-binary", "-inform", "DER", *keys, given=enveloped)


def verify_whole(wire: bytes, signer: Identity) -> bytes:
    """The content of a whole signed MIME document, which openssl takes apart itself. Raises Refused."""
    trusted = ("-nointern", "-certfile", signer.certificate, "-noverify", "-no-CAfile", "-no-CApath", "-no-CAstore")
    return run("cms", "-verify", "-inform", "SMIME", *trusted, given=wire)


def decrypt_whole(wire: bytes, recipient: Identity) -> bytes:
    """The content of a whole encrypted MIME document, which openssl takes apart itself. Raises Refused."""
    keys = ("-recip", recipient.certificate, "-inkey", recipient.key)
    return run("cms", "-decrypt", "-binary", "-inform", "SMIME", *keys, given=wire)


def signed_by_nobody(certificate: Path) -> bytes:
    """SignedData with a certificate and no signer: what must never count as signed."""
    return run("crl2pkcs7", "-nocrl", "-certfile", certificate, "-outform", "DER")
