"""What has arrived: read into models, known by its id, never older than what was read before."""

from collections import OrderedDict
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Generic, TypeVar

from pydantic import TypeAdapter

from gateway.domain.order.announcement import OrderEvent
from translators.canonical import model_of
from translators.canonical.base import CanonicalDocument

Body = TypeVar("Body")

_EVENT = TypeAdapter(OrderEvent)


@dataclass(frozen=True, slots=True)
class Received(Generic[Body]):
    """A message: what it says, and its CloudEvents attributes. `replayed`: it was asked for again."""

    body: Body
    attributes: Mapping[str, str]

    @property
    def id(self) -> str:
        """The message's own id, the same whenever it is published."""
        return self.attributes["id"]

    @property
    def partner(self) -> str:
        """The partner, by its id in routes.toml."""
        return self.attributes.get("partner", "")

    @property
    def test(self) -> bool:
        """Whether it is only a test."""
        return self.attributes.get("test") == "true"

    @property
    def replayed(self) -> bool:
        """Whether it was published again on request."""
        return self.attributes.get("replay") == "true"


def read_document(body: bytes, attributes: Mapping[str, str]) -> CanonicalDocument:
    """A canonical document. Members that this version does not know are left out. Raises ValueError for what is none."""
    _, _, rest = attributes.get("dataschema", "").partition("urn:edi-gateway:")
    name = rest.partition(":")[0]
    try:
        model = model_of(name)
    except KeyError:
        raise ValueError(f"{name or 'no schema'} is no canonical document that this client knows") from None
    return model.model_validate_json(body, extra="ignore")


def read_event(body: bytes, _attributes: Mapping[str, str]) -> OrderEvent:
    """An event of an order. Raises ValueError for what is none."""
    return _EVENT.validate_json(body)


class Known:
    """What was read: ids, and the latest version of each order. Bounded: of more than `most` the oldest are forgotten."""

    def __init__(self, most: int = 100_000) -> None:
        self._most = most
        self._ids: OrderedDict[str, None] = OrderedDict()
        self._versions: OrderedDict[tuple[str, str, str], int] = OrderedDict()

    def is_news(self, attributes: Mapping[str, str]) -> bool:
        """Whether a message is neither known by its id nor older than what is known of its order. A replay always is."""
        if attributes.get("replay") == "true":
            return True
        if attributes["id"] in self._ids:
            return False
        version = attributes.get("version", "")
        return not version.isdecimal() or int(version) > self._versions.get(_order(attributes), -1)

    def remember(self, attributes: Mapping[str, str]) -> None:
        """It was dealt with."""
        self._ids[attributes["id"]] = None
        version = attributes.get("version", "")
        if version.isdecimal():
            order = _order(attributes)
            self._versions[order] = max(int(version), self._versions.get(order, -1))
            self._versions.move_to_end(order)
        for kept in (self._ids, self._versions):
            while len(kept) > self._most:
                kept.popitem(last=False)


def _order(attributes: Mapping[str, str]) -> tuple[str, str, str]:
    return attributes.get("partner", ""), attributes.get("subject", ""), attributes.get("test", "")
