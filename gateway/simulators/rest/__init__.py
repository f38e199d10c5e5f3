"""What simulated REST systems have in common: a server that misbehaves on demand, and webhooks that come as they please."""

from gateway.simulators.rest.misbehaviour import Misbehaviour
from gateway.simulators.rest.place import Place
from gateway.simulators.rest.refusals import Refusal
from gateway.simulators.rest.webhooks import Subscriber, Webhooks

__all__ = ["Misbehaviour", "Place", "Refusal", "Subscriber", "Webhooks"]
