"""Dispositions: what a receipt says was done with a message (RFC 4130 clause 7.4, 7.5; the 2026 draft)."""

import re
from dataclasses import dataclass
from enum import StrEnum

AUTOMATIC = "automatic-action/MDN-sent-automatically"


class Severity(StrEnum):
    """The kind of a disposition modifier; None stands for a plain `processed`."""

    WARNING = "warning"
    ERROR = "error"
    FAILURE = "failure"


SEVERITIES = frozenset(severity.value for severity in Severity)


class Verdict(StrEnum):
    """What a disposition means for the sender of the message."""

    ACCEPTED = "accepted"
    WARNED = "warned"
    REJECTED = "rejected"


@dataclass(frozen=True, slots=True)
class Disposition:
    """One disposition: `type` (processed, failed), and its modifier, if any, with its words."""

    type: str = "processed"
    severity: Severity | None = None
    words: str = ""
    mode: str = AUTOMATIC

    def __str__(self) -> str:
        if self.severity is None:
            return f"{self.mode}; {self.type}"
        return f"{self.mode}; {self.type}/{self.severity}: {self.words}"

    @property
    def verdict(self) -> Verdict:
        """Accepted, accepted with a warning, or rejected."""
        if self.type.lower() != "processed" or self.severity in {Severity.ERROR, Severity.FAILURE}:
            return Verdict.REJECTED
        return Verdict.WARNED if self.severity is Severity.WARNING else Verdict.ACCEPTED


PROCESSED = Disposition()
AUTHENTICATION_FAILED = Disposition("processed", Severity.ERROR, "authentication-failed")
DECOMPRESSION_FAILED = Disposition("processed", Severity.ERROR, "decompression-failed")
DECRYPTION_FAILED = Disposition("processed", Severity.ERROR, "decryption-failed")
INSUFFICIENT_MESSAGE_SECURITY = Disposition("processed", Severity.ERROR, "insufficient-message-security")
INTEGRITY_CHECK_FAILED = Disposition("processed", Severity.ERROR, "integrity-check-failed")
UNEXPECTED_PROCESSING_ERROR = Disposition("processed", Severity.ERROR, "unexpected-processing-error")
UNKNOWN_TRADING_PARTNER = Disposition("processed", Severity.ERROR, "unknown-trading-partner")
UNKNOWN_TRADING_RELATIONSHIP = Disposition("processed", Severity.ERROR, "unknown-trading-relationship")
DUPLICATE_FILENAME = Disposition("processed", Severity.ERROR, "duplicate-filename")
ILLEGAL_FILENAME = Disposition("processed", Severity.ERROR, "illegal-filename")
INVALID_MESSAGE_ID = Disposition("processed", Severity.ERROR, "invalid-message-id")
UNSUPPORTED_MIC_ALGORITHMS = Disposition("failed", Severity.FAILURE, "unsupported MIC-algorithms")
UNSUPPORTED_FORMAT = Disposition("failed", Severity.FAILURE, "unsupported format")
AUTHENTICATION_FAILED_CONTINUED = Disposition("processed", Severity.WARNING, "authentication-failed, processing continued")
DUPLICATE_DOCUMENT = Disposition("processed", Severity.WARNING, "duplicate-document")

_SHAPE = re.compile(r"([^;]*);\s*([A-Za-z-]+)\s*(?:/\s*([A-Za-z]+)(.*))?", re.DOTALL)


def parse_disposition(text: str) -> Disposition | None:
    """Read the value of a Disposition field, or None if it has no shape at all. Unknown modifiers count as errors.

    `processed/error: x`, `processed/Error:x`, `processed/error=x`, `processed/warning` and `failed` alone all occur.
    """
    if (found := _SHAPE.fullmatch(text.strip())) is None:
        return None
    mode, kind, name, rest = found.groups()
    words = (rest or "").strip(":= \t\r\n")
    name = (name or "").lower()
    if not name:
        severity = None
    elif name in SEVERITIES:
        severity = Severity(name)
    else:
        severity, words = Severity.ERROR, f"{name}: {words}" if words else name
    return Disposition(kind.lower(), severity, words, mode.strip())
