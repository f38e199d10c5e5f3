"""What AS2's pure core costs beside the bare cryptography in it: one message of 2 KB, signed and encrypted, read and answered.

    python -m benchmarks.bench_as2_core [--rounds 200]

The limit is what no AS2 system can do without: one RSA decryption, one RSA verification and one RSA signature (2048 bits),
AES-256 and SHA-256 over the content. CPU time of one core, the best of many short rounds that take turns.

Ends with one JSON line.
"""

import argparse
import hashlib
import json
import os
import time
from collections.abc import Callable

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import padding, rsa
from cryptography.hazmat.primitives.ciphers import Cipher
from cryptography.hazmat.primitives.ciphers.algorithms import AES
from cryptography.hazmat.primitives.ciphers.modes import CBC

from gateway.protocols.as2 import (
    Attachment,
    BuiltMdn,
    BuiltMessage,
    Encryption,
    Sent,
    Signing,
    build_mdn,
    judge_mdn,
    read,
    read_envelope,
    receipt_signing,
)
from tests.gateway.protocols.as2.parties import AT, party, received, sent

CALLS = 4
"""In a round: so few that some rounds are not disturbed by other work of the machine."""


def message_of(size: int) -> BuiltMessage:
    """A signed and encrypted message from `a` to `b` that asks for a signed receipt."""
    document = Attachment(os.urandom(size // 2).hex().encode("ascii"), "application/edifact", "orders.edi")
    return sent(document, signing=Signing(party("a")), encryption=Encryption((party("b").certificate,)))


def answered(message: BuiltMessage) -> BuiltMdn:
    """Read a message and build its signed receipt."""
    envelope = read_envelope(message.headers)
    result = read(envelope, message.body, keys=[party("b")], certificates=[party("a").certificate], at=AT)
    signing = receipt_signing(envelope.receipt, party("b"))
    return build_mdn(envelope, disposition=result.disposition, mic=result.mic, message_id="<2@b>", at=AT, signing=signing)


def bare_work(size: int) -> Callable[[], object]:
    """The cryptography alone, on as many bytes."""
    ours, theirs = party("b").key, party("a").key
    assert isinstance(ours, rsa.RSAPrivateKey)
    assert isinstance(theirs, rsa.RSAPrivateKey)
    pkcs1, sha256 = padding.PKCS1v15(), hashes.SHA256()
    key, vector, content = os.urandom(32), os.urandom(16), os.urandom(size // 16 * 16)
    wrapped = ours.public_key().encrypt(key, pkcs1)
    attributes = content[:120]
    signature, public = theirs.sign(attributes, pkcs1, sha256), theirs.public_key()

    def work() -> None:
        ours.decrypt(wrapped, pkcs1)
        decryptor = Cipher(AES(key), CBC(vector)).decryptor()
        hashlib.sha256(decryptor.update(content) + decryptor.finalize()).digest()
        public.verify(signature, attributes, pkcs1, sha256)
        hashlib.sha256(attributes).digest()
        ours.sign(attributes, pkcs1, sha256)

    return work


def microseconds(work: Callable[[], object]) -> float:
    """CPU time of one call, the mean of a short round."""
    start = time.process_time_ns()
    for _ in range(CALLS):
        work()
    return (time.process_time_ns() - start) / CALLS / 1000


def measured(message: BuiltMessage, *, rounds: int) -> tuple[float, float]:
    """CPU microseconds of reading and answering a message, and of the bare cryptography in it: the best rounds of each."""
    bare = bare_work(len(message.body))
    found = [(microseconds(lambda: answered(message)), microseconds(bare)) for _ in range(rounds)]
    return min(ours for ours, _ in found), min(limit for _, limit in found)


def main() -> None:
    """Measure, print a line for people and one for machines."""
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--rounds", type=int, default=200)
    arguments.add_argument("--size", type=int, default=2048)
    options = arguments.parse_args()
    message = message_of(options.size)
    known = Sent(message.message_id, message.mic, signed_receipt=True)
    assert judge_mdn(received(answered(message), certificates=(party("b").certificate,)), known).accepted
    ours, limit = measured(message, rounds=options.rounds)
    print(f"read and answered: {ours:.0f} us, the cryptography in it: {limit:.0f} us, {limit / ours:.0%} of the limit")
    print(json.dumps({"benchmark": "as2_core", "size": options.size, "us": ours, "limit_us": limit, "share": limit / ours}))


if __name__ == "__main__":
    main()
