"""IFTMAN: the carrier's notice that goods arrive, as a transport order of that kind."""

from translators.edifact.messages.transport_order import BODY, beginning
from translators.mapping.mapping import DocumentMapping

MAPPING = DocumentMapping("transport_order", [beginning("781"), *BODY])
