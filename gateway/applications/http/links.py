"""The names that systems have for an order and what belongs to it, read from what they say. Pure."""

from collections.abc import Iterator
from typing import Any

from gateway.domain.http_application import Links
from gateway.domain.order.milestone import Link


def links_in(terms: Links, body: Any, *, source: str) -> Iterator[Link]:
    """The links that queries find; each may find one name, several or none. Raises QueryFailed."""
    for each in terms:
        found = each.value(body)
        for value in found if isinstance(found, list) else [found]:
            if isinstance(value, str | int) and not isinstance(value, bool) and value != "":
                yield Link(each.system or source, each.kind, str(value))
