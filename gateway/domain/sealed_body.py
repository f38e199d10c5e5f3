"""How a stored body says that it is encrypted, and with which key: a few bytes before it, so that each row speaks for itself.

    mark (5) · length of the key's id (1) · the key's id · nonce (12) · AES-256-GCM ciphertext with its tag (16)

A body in the clear has none of it. One that happens to begin like that is stored behind a header with an empty id.
"""

from typing import Final

MARK: Final = b"\xe5\xe4\xe9\x9a\x01"
"""`edi` with its high bits set, and the version of the format. `gateway.body_key_of_v1` looks for the same."""
NONCE: Final = 12
_PREFIX: Final = len(MARK) + 1


def is_marked(body: bytes | memoryview) -> bool:
    """Whether a body has a header before it."""
    return body[: len(MARK)] == MARK


def header(key: str) -> bytes:
    """The header of what a key seals; an empty id is that of a body in the clear."""
    name = key.encode("ascii")
    return MARK + bytes([len(name)]) + name


def key_of(body: bytes) -> tuple[str, int]:
    """The id of the key in the header of a marked body, and where the header ends."""
    end = _PREFIX + int.from_bytes(body[_PREFIX - 1 : _PREFIX])
    return body[_PREFIX:end].decode("ascii", "replace"), end


def place_of(table: str, row: bytes, ordinal: int = 0) -> bytes:
    """What a ciphertext is bound to (the associated data), so that it proves nothing in any other row."""
    return b"|".join((table.encode("ascii"), row, str(ordinal).encode("ascii")))
