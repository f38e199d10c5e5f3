"""What was fetched of an item, and the key under which it is one transmission for ever."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass

from aiohttp import hdrs

from gateway.channels.http.listing import Item
from gateway.channels.http.spool import Spool


@dataclass(frozen=True, slots=True)
class Fetched:
    """An item's content, in short and whole, with what the server says of it (RFC 9110, clause 8.8)."""

    item: Item
    spool: Spool
    content_mark: str
    tag: str = ""
    changed: str = ""

    @property
    def key(self) -> str:
        """Unique for the item. A list that tells no version leaves it to the content and its tag or time."""
        if self.item.lasting or self.item.version:
            return self.item.mark
        told = (self.item.mark, self.tag, self.changed, self.content_mark)
        return "content:" + hashlib.sha256("\0".join(told).encode()).hexdigest()


def unless_unchanged(tag: str, changed: str) -> Mapping[str, str]:
    """Headers that ask for something only when it was changed."""
    if tag:
        return {hdrs.IF_NONE_MATCH: tag}
    return {hdrs.IF_MODIFIED_SINCE: changed} if changed else {}


def if_unchanged(tag: str) -> Mapping[str, str]:
    """Headers under which something is deleted only as it was fetched; a weak tag proves nothing."""
    return {hdrs.IF_MATCH: tag} if tag and not tag.startswith("W/") else {}
