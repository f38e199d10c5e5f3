"""Message integrity checks as RFC 4130 (7.3.1) and RFC 5402 (4) define them, computed from bytes by hashlib alone."""

import base64
import hashlib
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Mic:
    """A digest in base64 with its algorithm under one spelling: sha1, sha256, sha384, sha512."""

    digest: str
    algorithm: str


def digested(content: bytes, algorithm: str) -> Mic:
    """The MIC over these bytes."""
    return Mic(base64.b64encode(hashlib.new(algorithm, content).digest()).decode(), algorithm)


def read_mic(text: str) -> Mic | None:
    """What a Received-Content-MIC says, whichever way it spells the algorithm (sha-256, SHA256, sha256)."""
    digest, _, algorithm = text.partition(",")
    return Mic(digest.strip(), plain(algorithm)) if digest.strip() else None


def plain(algorithm: str) -> str:
    """One spelling for each algorithm."""
    return algorithm.strip().lower().replace("-", "")
