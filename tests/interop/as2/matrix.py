"""The rows that both directions must pass: how a message is signed x encrypted x compressed."""

from collections.abc import Sequence
from itertools import product

from tests.interop.as2.recipe import Recipe

SIGNED: Sequence[tuple[str | None, str, bool]] = (
    (None, "pkcs1", True),
    ("sha1", "pkcs1", True),
    ("sha256", "pkcs1", True),
    ("sha256", "pkcs1", False),
    ("sha384", "pkcs1", True),
    ("sha512", "pkcs1", False),
    ("sha256", "pss", True),
    ("sha512", "pss", False),
    ("sha256", "ecdsa", True),
    ("sha384", "ecdsa", False),
)
"""Digest, scheme, and whether the signature stands beside the content (multipart/signed) or around it."""

ENCRYPTED: Sequence[tuple[str | None, str]] = (
    (None, "pkcs1"),
    ("des3", "pkcs1"),
    ("aes-128-cbc", "pkcs1"),
    ("aes-192-cbc", "oaep"),
    ("aes-256-cbc", "pkcs1"),
    ("aes-256-cbc", "oaep"),
    ("aes-128-gcm", "pkcs1"),
    ("aes-256-gcm", "pkcs1"),
    ("aes-256-gcm", "oaep"),
)
"""Cipher and key transport."""

COMPRESSED: Sequence[str | None] = (None, "before", "after")

ROWS: Sequence[Recipe] = tuple(
    Recipe(sign=digest, scheme=scheme, detached=detached, encrypt=cipher, transport=transport, compress=compress)
    for (digest, scheme, detached), (cipher, transport), compress in product(SIGNED, ENCRYPTED, COMPRESSED)
    if not (compress == "before" and digest is None)
)
"""All of them. Without a signature there is no before and after."""


HTTP_SIGNED = (SIGNED[0], SIGNED[1], SIGNED[2], SIGNED[3], SIGNED[6], SIGNED[8])
HTTP_ENCRYPTED = (ENCRYPTED[0], ENCRYPTED[1], ENCRYPTED[3], ENCRYPTED[4], ENCRYPTED[8])

HTTP_ROWS: Sequence[Recipe] = tuple(
    row for row in ROWS if (row.sign, row.scheme, row.detached) in HTTP_SIGNED and (row.encrypt, row.transport) in HTTP_ENCRYPTED
)
"""Those that also go over the wire, with every mode of receipt."""

RECEIPTS = ("none", "unsigned", "signed", "later")
"""Modes of receipt: not asked for, asked for without a signature, signed at once, signed by a request of its own."""


def short(recipe: Recipe) -> str:
    """A row's name."""
    signed = f"{recipe.sign}-{recipe.scheme}{'' if recipe.detached else '-opaque'}" if recipe.sign else "unsigned"
    sealed = f"{recipe.encrypt}-{recipe.transport}" if recipe.encrypt else "open"
    return f"{signed}+{sealed}" + (f"+compressed-{recipe.compress}" if recipe.compress else "")
