"""Which milestones are delivered to which subscribers: decided in the transaction that publishes them."""

from collections.abc import Callable, Iterable, Sequence
from uuid import UUID

import orjson

from gateway.domain.order.record import NoticeRow, OrderMessageRow
from gateway.domain.subscriber import Subscriber


def notices(
    messages: Sequence[OrderMessageRow], subscribers: Iterable[Subscriber], new_id: Callable[[], UUID]
) -> list[NoticeRow]:
    """A delivery for each subscriber that wants a message, by what is published: attributes and body."""
    listening = [*subscribers]
    if not listening:
        return []
    rows: list[NoticeRow] = []
    for message in messages:
        attributes, data = orjson.loads(message.headers), orjson.loads(message.body)
        rows += [
            NoticeRow(
                id=new_id(),
                milestone=message.id,
                trade_order=UUID(attributes["correlationid"]),
                version=int(attributes["version"]),
                partner=attributes["partner"],
                target=one.id,
                test=attributes["test"] == "true",
            )
            for one in listening
            if one.wants(attributes, data)
        ]
    return rows
