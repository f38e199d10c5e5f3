"""AS2 (RFC 4130): messages to and from partners over HTTP, each with a receipt that proves it."""

from gateway.channels.as2.arrival import STRANGERS, Journal
from gateway.channels.as2.inbound import Admission, As2Inbound
from gateway.channels.as2.outbound import As2Outbound
from gateway.channels.as2.quarantine import Quota
from gateway.channels.as2.receipts import Receipts
from gateway.channels.as2.relationship import Relationship, Relationships, relationship

__all__ = [
    "STRANGERS",
    "Admission",
    "As2Inbound",
    "As2Outbound",
    "Journal",
    "Quota",
    "Receipts",
    "Relationship",
    "Relationships",
    "relationship",
]
