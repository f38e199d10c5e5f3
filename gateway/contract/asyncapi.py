"""The AsyncAPI 3.0 document, from the table that the broker's exchanges and queues are declared from.

An address of a channel is a routing key; the exchange stands in its AMQP binding. Wake-ups are between our own processes and are
not in it. "send" is what the gateway publishes, "receive" what it takes (AsyncAPI 3.0, Operation Object).
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from gateway.broker.topology import CANONICAL, DEAD, EVENTS, EXCHANGES, OUTBOUND, WORK, Exchange, Queue, topology

Json = Mapping[str, Any]

ASYNCAPI = "3.0.0"
VERSION = "1"
"""Of the contract as a whole. Additions leave it as it is; each schema has a version of its own."""

_BINDING = "0.3.0"
_FORMAT = "application/schema+json;version=draft-2020-12"
_MEANINGS = {
    "document": "The name of the canonical document, as in its `schema`.",
    "direction": "`in`: the partner sent it. `out`: it is for the partner.",
    "partner": "The partner's id in routes.toml.",
    "event": "What happened to the order.",
    "stage": "Where it was given up.",
    "code": "Why.",
}


@dataclass(frozen=True, slots=True)
class Told:
    """A message: its name, what it is, the files of its headers and of its body's schema (none: it is as it came)."""

    name: str
    summary: str
    headers: str | None
    body: str | None


def asyncapi(documents: Sequence[str]) -> Json:
    """The document for canonical documents with these schemas (`purchase_order/1`)."""
    messages = _messages(documents)
    channels = {exchange.name: _channel(exchange, messages[exchange.name]) for exchange in EXCHANGES if exchange.name != WORK}
    queues = {f"{queue.name}.queue": _queue(queue, messages[queue.exchange]) for queue in topology(()).queues if _public(queue)}
    told = {message.name: _message(message) for group in messages.values() for message in group}
    reply = {_REPLIES: {"address": None, "description": _REPLY_QUEUE, "messages": _references(messages[_REPLIES])}}
    return {
        "asyncapi": ASYNCAPI,
        "id": "urn:edi-gateway:contract",
        "info": {
            "title": "EDI gateway",
            "version": VERSION,
            "description": _ABOUT,
            "license": {"name": "Apache 2.0", "url": "https://www.apache.org/licenses/LICENSE-2.0"},
        },
        "defaultContentType": "application/json",
        "channels": {**channels, **queues, **reply},
        "operations": _operations(),
        "components": {"messages": told},
    }


_REPLIES = "reply"
_REPLY_QUEUE = "A queue of the service that published, named in the AMQP property `reply_to` of its message."
_ABOUT = (
    "Canonical documents and milestones, published for whoever reads them, and documents that services publish for partners.\n"
    "At least once, in no promised order: drop ids that you know and versions older than what you have."
)


def _messages(documents: Sequence[str]) -> Mapping[str, Sequence[Told]]:
    """What each exchange carries."""
    received = [
        Told(name.partition("/")[0], f"A {_words(name)}.", "document", f"documents/{name.replace('/', '.')}.json")
        for name in documents
    ]
    published = [Told(f"{one.name}_for_partner", f"{one.summary[:-1]} for a partner.", None, one.body) for one in received]
    return {
        CANONICAL: received,
        OUTBOUND: published,
        EVENTS: [Told("order_event", "Something happened to an order.", "order_event", "bodies/order_event.1.json")],
        DEAD: [
            Told("dead_letter", "A delivery that is given up; the body is its canonical document.", "dead_letter", None),
            Told("given_up", "A message that could not be taken, as it came, with the reason.", "given_up", None),
        ],
        _REPLIES: [Told("reply", "What became of a message that a service published.", "reply", "bodies/reply.1.json")],
    }


def _words(name: str) -> str:
    return name.partition("/")[0].replace("_", " ")


def _channel(exchange: Exchange, messages: Sequence[Told]) -> Json:
    names = re.findall(r"<(\w+)>", exchange.key)
    return {
        "address": re.sub(r"<(\w+)>", r"{\1}", exchange.key),
        "description": exchange.description,
        "parameters": {name: {"description": _MEANINGS[name]} for name in names},
        "messages": _references(messages),
        "bindings": {
            "amqp": {
                "is": "routingKey",
                "exchange": {"name": exchange.name, "type": exchange.kind.value, "durable": True, "autoDelete": False},
                "bindingVersion": _BINDING,
            }
        },
    }


def _public(queue: Queue) -> bool:
    return queue.exchange != WORK


def _queue(queue: Queue, messages: Sequence[Told]) -> Json:
    return {
        "address": queue.name,
        "description": f"{queue.description} Bound to {queue.exchange} by `{queue.key}`.",
        "messages": _references(messages),
        "bindings": {
            "amqp": {
                "is": "queue",
                "queue": {"name": queue.name, "durable": True, "exclusive": False, "autoDelete": False},
                "bindingVersion": _BINDING,
            }
        },
    }


def _references(messages: Sequence[Told]) -> Json:
    return {message.name: {"$ref": f"#/components/messages/{message.name}"} for message in messages}


def _message(message: Told) -> Json:
    told: dict[str, Any] = {"name": message.name, "summary": message.summary, "contentType": "application/json"}
    if message.headers is not None:
        told["headers"] = _schema(f"headers/{message.headers}.json")
    if message.body is not None:
        told["payload"] = _schema(message.body)
    return told


def _schema(path: str) -> Json:
    return {"schemaFormat": _FORMAT, "schema": {"$ref": f"./{path}"}}


def _operations() -> Json:
    """What the gateway does, by whom it does it for."""
    sent = {CANONICAL: "publishDocument", EVENTS: "publishMilestone", DEAD: "publishDeadLetter"}
    operations = {
        name: {"action": "send", "channel": _reference(exchange), "bindings": {"amqp": _send(exchange)}}
        for exchange, name in sent.items()
    }
    operations["takeDocument"] = {
        "action": "receive",
        "channel": _reference(OUTBOUND),
        "summary": "Validate it, write it as agreed with the partner, send it; answer once to the queue in `reply_to`.",
        "reply": {
            "address": {"location": "$message.header#/reply_to", "description": "The AMQP property `reply_to`."},
            "channel": _reference(_REPLIES),
        },
    }
    return operations


def _send(exchange: str) -> Json:
    owned = any(entry.owned for entry in EXCHANGES if entry.name == exchange)
    return {"deliveryMode": 2, "mandatory": owned, "timestamp": False, "ack": True, "bindingVersion": _BINDING}


def _reference(channel: str) -> Json:
    return {"$ref": f"#/channels/{_pointer(channel)}"}


def _pointer(name: str) -> str:
    """A name in a JSON pointer (RFC 6901, 3)."""
    return name.replace("~", "~0").replace("/", "~1")
