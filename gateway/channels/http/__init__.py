"""The HTTP channel: submissions and the partner's own view of them, posts to partners, and what is fetched from them."""

from gateway.channels.http.access import Access, plain_access
from gateway.channels.http.channel import HttpChannel
from gateway.channels.http.limits import Limits
from gateway.channels.http.outbound import HttpOutbound
from gateway.channels.http.poll import HttpPoll
from gateway.http.caller import Callers
from gateway.http.entrance import Entrance, entrance_of

__all__ = ["Access", "Callers", "Entrance", "HttpChannel", "HttpOutbound", "HttpPoll", "Limits", "entrance_of", "plain_access"]
