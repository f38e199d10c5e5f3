"""A client for services beside the gateway: read documents and events as models, publish documents and await the answer.

It knows the contract and nothing else of the gateway: aio-pika, the canonical models, and the bodies of events and answers.
"""

from gateway.client.client import Client
from gateway.client.received import Received
from gateway.domain.order.announcement import OrderEvent
from gateway.domain.reply import Reply

__all__ = ["Client", "OrderEvent", "Received", "Reply"]
