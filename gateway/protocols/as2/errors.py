"""What may be wrong with an AS2 message or with a wish to build one.

As2Error
├── MalformedMessage       not MIME, not CMS, or beyond the limits
├── DecryptionFailed       one text, whatever the cause: a different one would be an oracle
├── DecompressionFailed    not zlib, or larger than allowed when inflated
├── SignatureRefused       signed by nobody we know, with an unusable certificate, or with a wrong signature
├── IntegrityFailed        signed by the right partner, but other bytes than these
├── SecurityInsufficient   the agreement asks for more than the message has
├── ReceiptUnsupported     the receipt asked for is one we cannot give
└── CannotBuild            a key, certificate or algorithm does not fit what is to be sent
"""

from gateway.errors import GatewayError


class As2Error(GatewayError):
    """Base of the tree. Reading turns each into a `Failure` with its disposition; building raises `CannotBuild`."""


class MalformedMessage(As2Error):
    """The bytes are not what their headers say: not MIME, not CMS, cut off, nested too deep, too many."""


class DecryptionFailed(As2Error):
    """It could not be decrypted. Carries no cause on purpose; `examine_decryption` tells the staff what it saw."""

    def __init__(self) -> None:
        super().__init__(
            "the message could not be decrypted with any of our keys",
            remedy="compare the certificate the partner encrypts for with the one we gave him; `gateway as2 doctor` shows both",
        )


class DecompressionFailed(As2Error):
    """The compressed layer is no zlib stream, or inflates beyond the limit."""


class SignatureRefused(As2Error):
    """The signature is not one of this partner's."""


class IntegrityFailed(As2Error):
    """The signed digest is not that of the received content."""


class SecurityInsufficient(As2Error):
    """Signature, encryption or an algorithm is missing or too weak for the agreement."""


class ReceiptUnsupported(As2Error):
    """The receipt was asked for in a way we do not support. `words` are those of the failure modifier (RFC 4130 7.5.3)."""

    def __init__(self, message: str, *, words: str) -> None:
        super().__init__(message)
        self.words = words


class CannotBuild(As2Error):
    """What is to be built needs another key, certificate or algorithm."""
