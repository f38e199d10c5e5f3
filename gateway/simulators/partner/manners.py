"""How a partner misbehaves: in what it sends, in what it answers, and in its receipts (AS2)."""

from dataclasses import dataclass
from enum import StrEnum


class Sending(StrEnum):
    """In what it sends of its own."""

    LATE = "late"
    """`delay` seconds after it should."""
    DUPLICATE = "duplicate"
    """Every interchange twice, byte for byte."""
    REUSED_NUMBER = "reused-number"
    """Every interchange under the control number of the first."""
    GAP = "gap"
    """A control number is left out before the last."""
    OUT_OF_ORDER = "out-of-order"
    """The last one first."""
    TRUNCATED = "truncated"
    """Two thirds of the bytes."""
    WRONG_RECEIVER = "wrong-receiver"
    """The envelope names somebody else."""
    SAME_NAME = "same-name"
    """Every file has the name of the first, each as soon as the one before is gone."""
    HALF_WRITTEN = "half-written"
    """The file grows, and is not complete until it is told to be."""
    UNSIGNED = "unsigned"
    """AS2: without a signature."""
    UNENCRYPTED = "unencrypted"
    """AS2: without encryption."""
    WRONG_KEY = "wrong-key"
    """AS2: signed with a key that nobody agreed on."""


class Answering(StrEnum):
    """In what it answers to what it is sent."""

    LATE = "late"
    """`delay` seconds after it should."""
    MISSING = "missing"
    """Not at all."""
    DUPLICATE = "duplicate"
    """Twice, byte for byte."""
    OUT_OF_ORDER = "out-of-order"
    """The answers to two interchanges, the later one first."""
    TRUNCATED = "truncated"
    """Two thirds of the bytes."""
    REJECTED = "rejected"
    """Everything is refused."""
    PARTIAL = "partial"
    """The first document is accepted, the others are refused; a single one is refused."""
    CONTRADICTORY = "contradictory"
    """Accepted, and then refused."""
    WRONG_NUMBER = "wrong-number"
    """About an interchange that was never sent."""
    WRONG_RECEIVER = "wrong-receiver"
    """The envelope names somebody else."""


class Receipting(StrEnum):
    """In its receipts (MDN)."""

    LATE = "late"
    """`delay` seconds after it should."""
    MISSING = "missing"
    """Not at all: the message is taken, and the answer is empty."""
    WRONG_MIC = "wrong-mic"
    """The receipt is about other content."""
    UNSIGNED = "unsigned"
    """Not signed, although that was asked for."""
    WRONG_KEY = "wrong-key"
    """Signed with a key that nobody agreed on."""
    REFUSED = "refused"
    """It says that the message could not be decrypted."""


@dataclass(frozen=True, slots=True)
class Manners:
    """All of it together; none of it is a partner who behaves. `delay` in seconds is how late it is where it is late."""

    sending: frozenset[Sending] = frozenset()
    answering: frozenset[Answering] = frozenset()
    receipts: frozenset[Receipting] = frozenset()
    delay: float = 0.0

    @property
    def sends_after(self) -> float:
        """Seconds to wait before it sends."""
        return self.delay if Sending.LATE in self.sending else 0.0

    @property
    def answers_after(self) -> float:
        """Seconds to wait before it answers."""
        return self.delay if Answering.LATE in self.answering else 0.0
