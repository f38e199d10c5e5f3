"""A service beside the gateway: confirms small orders by itself, and tells what became of its confirmations.

    AMQP_URL=amqp://confirm:secret@rabbitmq/ python confirm_orders.py

Its rights: gateway rights service confirm --documents 'purchase_order.in.*' --publishes 'order_response.*'
"""

import asyncio
import os

from gateway.client import Client, Received, Reply
from translators.canonical.base import CanonicalDocument
from translators.canonical.order_response import OrderResponse
from translators.canonical.purchase_order import PurchaseOrder

MOST_LINES = 10


async def confirm(client: Client, received: Received[CanonicalDocument]) -> Reply | None:
    """Confirm one order, if it is small; the order's own id makes that once, however often it arrives."""
    order = received.body
    if not isinstance(order, PurchaseOrder) or received.test or len(order.lines) > MOST_LINES:
        return None
    response = OrderResponse.model_validate(
        {"number": f"C-{order.number}", "status": "accepted", "order": {"number": order.number}}
    )
    return await client.publish(response, partner=received.partner, message_id=f"confirm-{received.id}")


async def main() -> None:
    """Confirm orders until stopped."""
    async with Client(os.environ["AMQP_URL"], name="confirm") as client:
        async for received in client.documents("purchase_order.in.*", queue="orders"):
            reply = await confirm(client, received)
            if reply is not None:
                print(received.attributes["subject"], reply.outcome, *(reason.message for reason in reply.reasons))


if __name__ == "__main__":
    asyncio.run(main())
