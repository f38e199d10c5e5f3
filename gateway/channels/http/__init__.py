"""The HTTP channel: submissions, and the partner's own view of them."""

from gateway.channels.http.access import Access
from gateway.channels.http.body import Limits
from gateway.channels.http.channel import HttpChannel

__all__ = ["Access", "HttpChannel", "Limits"]
