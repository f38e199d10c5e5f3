"""Message integrity checks: the hash by which sender and receiver agree on what was received (RFC 4130 clause 7.3.1)."""

import binascii
from dataclasses import dataclass

from gateway.protocols.as2.algorithms import Digest, parse_digest


@dataclass(frozen=True, slots=True)
class Mic:
    """A hash and its algorithm. `spelling` is how the partner writes the algorithm (sha1, sha-256, ...)."""

    value: bytes
    algorithm: Digest
    spelling: str = ""

    def __str__(self) -> str:
        encoded = binascii.b2a_base64(self.value, newline=False).decode("ascii")
        return f"{encoded}, {self.spelling or self.algorithm.micalg}"

    def matches(self, other: "Mic") -> bool:
        """Whether both are the same hash by the same algorithm, however it is spelled."""
        return self.algorithm is other.algorithm and self.value == other.value


def compute_mic(content: bytes, algorithm: Digest, *, spelling: str = "") -> Mic:
    """The MIC over some content, exactly as it is."""
    return Mic(algorithm.of(content), algorithm, spelling)


def parse_mic(text: str) -> Mic | None:
    """Read `base64, algorithm` of Received-content-MIC, whitespace and folding ignored; None if it is not one we know."""
    encoded, comma, spelling = text.partition(",")
    algorithm = parse_digest(spelling)
    if not comma or algorithm is None:
        return None
    try:
        value = binascii.a2b_base64("".join(encoded.split()).encode("ascii"), strict_mode=True)
    except ValueError:
        return None
    return Mic(value, algorithm, spelling.strip())
