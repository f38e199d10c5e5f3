"""Our side of the tests: the terms under which our core reads, and its words for what a recipe says."""

import datetime as dt
from functools import cache

from gateway.protocols.as2 import (
    Attachment,
    BuiltMdn,
    BuiltMessage,
    Certificate,
    Cipher,
    Compression,
    Digest,
    Encryption,
    KeyTransport,
    OwnKey,
    Policy,
    ReceiptRequest,
    Received,
    SignatureScheme,
    Signing,
    TransferEncoding,
    build,
    build_mdn,
    load_certificate,
    load_own_key,
    read,
    read_envelope,
    receipt_signing,
)
from tests.interop.as2.entity import Headers
from tests.interop.as2.identities import Identity
from tests.interop.as2.recipe import Recipe

LONG = dt.date(2099, 12, 31)

OPEN = Policy(require_signature=False, require_encryption=False, until={Digest.SHA1: LONG, Cipher.TRIPLE_DES_CBC: LONG})
"""Everything is taken, also what an agreement allows only until a date."""

SCHEMES = {"pkcs1": SignatureScheme.RSA_PKCS1, "pss": SignatureScheme.RSA_PSS, "ecdsa": SignatureScheme.ECDSA}
CIPHERS = {
    "des3": Cipher.TRIPLE_DES_CBC,
    "aes-128-cbc": Cipher.AES128_CBC,
    "aes-192-cbc": Cipher.AES192_CBC,
    "aes-256-cbc": Cipher.AES256_CBC,
    "aes-128-gcm": Cipher.AES128_GCM,
    "aes-256-gcm": Cipher.AES256_GCM,
}
TRANSPORTS = {"pkcs1": KeyTransport.RSA_PKCS1, "oaep": KeyTransport.RSA_OAEP_SHA256}
COMPRESSIONS = {None: Compression.NONE, "before": Compression.BEFORE_SIGNING, "after": Compression.AFTER_SIGNING}


def now() -> dt.datetime:
    """The time of a test: the certificates are made when the session starts."""
    return dt.datetime.now(dt.UTC)


@cache
def own_key(identity: Identity) -> OwnKey:
    """An identity as one of our keys."""
    return load_own_key(identity.certificate_pem, identity.key_pem)


@cache
def certificate(identity: Identity) -> Certificate:
    """An identity as a partner's certificate."""
    return load_certificate(identity.certificate_pem)


def signing(recipe: Recipe, identity: Identity) -> Signing | None:
    """How our core is told to sign."""
    if recipe.sign is None:
        return None
    return Signing(own_key(identity), Digest(recipe.sign), SCHEMES[recipe.scheme], opaque=not recipe.detached)


def encryption(recipe: Recipe, identity: Identity) -> Encryption | None:
    """How our core is told to encrypt."""
    if recipe.encrypt is None:
        return None
    return Encryption((certificate(identity),), CIPHERS[recipe.encrypt], TRANSPORTS[recipe.transport])


def message(
    *attachments: Attachment,
    message_id: str,
    signing: Signing | None = None,
    encryption: Encryption | None = None,
    compression: Compression = Compression.NONE,
    receipt: ReceiptRequest | None = None,
    encoding: TransferEncoding = TransferEncoding.BINARY,
) -> BuiltMessage:
    """A message of ours to the partner."""
    return build(
        attachments,
        sender="NORDIC-DC",
        recipient="BIGBOX",
        message_id=message_id,
        at=now(),
        signing=signing,
        encryption=encryption,
        compression=compression,
        receipt=receipt,
        encoding=encoding,
    )


def reading(headers: Headers, body: bytes, *, key: Identity, known: Identity, policy: Policy = OPEN) -> Received:
    """What our core makes of a message or receipt of the partner."""
    envelope = read_envelope(headers)
    return read(envelope, body, keys=[own_key(key)], certificates=[certificate(known)], at=now(), policy=policy)


def receipt_for(found: Received, key: Identity) -> BuiltMdn:
    """The receipt of our core, as the message asks for it."""
    signed = receipt_signing(found.envelope.receipt, own_key(key))
    at, receipt_id = now(), "<r1@nordic.example>"
    return build_mdn(found.envelope, disposition=found.disposition, mic=found.mic, message_id=receipt_id, at=at, signing=signed)
