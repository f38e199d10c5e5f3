"""Values of a receipt (message disposition notification, RFC 3798, RFC 4130 clause 7.4) and of its judgement."""

from dataclasses import dataclass, field
from enum import StrEnum

from gateway.protocols.as2.disposition import Disposition
from gateway.protocols.as2.envelope import Headers
from gateway.protocols.as2.mic import Mic


@dataclass(frozen=True, slots=True)
class Mdn:
    """The fields of a receipt. `original_message_id` is as it came; `mic_text` too, `mic` is None if it cannot be read."""

    original_message_id: str
    disposition: Disposition | None
    disposition_text: str = ""
    mic: Mic | None = None
    mic_text: str = ""
    original_recipient: str = ""
    final_recipient: str = ""
    reporting_agent: str = ""
    text: str = ""
    fields: Headers = ()


@dataclass(frozen=True, slots=True)
class BuiltMdn:
    """A receipt as HTTP headers and body: the answer itself when synchronous, a request of its own when asynchronous."""

    headers: Headers
    body: bytes = field(repr=False)
    message_id: str
    disposition: Disposition
    mic: Mic | None
    signed: bool


@dataclass(frozen=True, slots=True)
class Sent:
    """What must be known of a sent message to judge its receipt. `hashed` (what the MIC is over) allows other algorithms."""

    message_id: str
    mic: Mic
    signed_receipt: bool
    hashed: bytes | None = field(default=None, repr=False)


class MdnOutcome(StrEnum):
    """What a receipt says about what we sent."""

    ACCEPTED = "accepted"
    ACCEPTED_WITH_WARNING = "accepted-with-warning"
    REJECTED = "rejected"
    MIC_MISMATCH = "mic-mismatch"
    MIC_MISSING = "mic-missing"
    UNVERIFIED = "unverified"
    OTHER_MESSAGE = "other-message"
    UNREADABLE = "unreadable"


@dataclass(frozen=True, slots=True)
class MdnVerdict:
    """The judgement. `final`: it settles the message; `unverified`, `unreadable` and another's receipt prove nothing.

    `reason` and `remedy` are sentences for the staff.
    """

    outcome: MdnOutcome
    reason: str
    remedy: str = ""
    final: bool = True

    @property
    def accepted(self) -> bool:
        """Whether the partner has the message whole, with or without a warning."""
        return self.outcome in {MdnOutcome.ACCEPTED, MdnOutcome.ACCEPTED_WITH_WARNING}
