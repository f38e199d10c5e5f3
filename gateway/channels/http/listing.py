"""Lists of what is ready at a partner's server: JSON by paths, links of a page, or lines of a text. Pure; bytes in, items out."""

import base64
import hashlib
import html.parser
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from fnmatch import fnmatchcase
from typing import Any
from urllib.parse import unquote

import orjson
from yarl import URL

from gateway.domain.http_terms import HttpListing


class ListUnreadable(ValueError):
    """The answer is no list as agreed."""


@dataclass(frozen=True, slots=True)
class Item:
    """One thing that is ready. `id` is unique for ever when `lasting`, else it is known together with `version`.

    `url` is absolute, or None when it is to be made from the id. `content` is what it holds, where the list tells that itself.
    """

    id: str
    name: str
    url: URL | None
    version: str
    lasting: bool
    content: bytes | None = None

    @property
    def mark(self) -> str:
        """What tells this item from all others, as far as the list says."""
        if self.lasting:
            return f"id:{self.id}"
        told = "\0".join((self.id, str(self.url or ""), self.version)).encode()
        return "item:" + hashlib.sha256(told + (b"\0" + self.content if self.content is not None else b"")).hexdigest()


@dataclass(frozen=True, slots=True)
class Page:
    """One page of a list. `next` is the next page's URL, `cursor` where the next round begins, both as the list says."""

    items: Sequence[Item]
    next: URL | None = None
    cursor: str | None = None


def read_page(body: bytes, *, at: URL, listing: HttpListing) -> Page:
    """The page that was fetched from `at`. Raises ListUnreadable."""
    if listing.form == "json":
        return _json_page(body, at, listing)
    text = body.decode("utf-8", "replace")
    found = _links(text) if listing.form == "links" else [line.strip() for line in text.splitlines()]
    items = {item.id: item for item in _named(found, at) if fnmatchcase(item.name.lower(), listing.pattern.lower())}
    return Page(list(items.values()))


def values_at(value: Any, path: str) -> Iterator[Any]:
    """The values at a path: names joined by dots, `[]` behind what is a list. An empty path is the value itself."""
    step, _, rest = path.removeprefix("$").removeprefix(".").partition(".")
    name = step.removesuffix("[]")
    if name:
        value = value.get(name) if isinstance(value, dict) else None
    if value is None:
        return
    inner = value if step.endswith("[]") else [value]
    if not isinstance(inner, list):
        raise ListUnreadable(f"{step} is no list")
    for element in inner:
        if rest:
            yield from values_at(element, rest)
        else:
            yield element


def _json_page(body: bytes, at: URL, listing: HttpListing) -> Page:
    try:
        told = orjson.loads(body)
    except orjson.JSONDecodeError as error:
        raise ListUnreadable(f"it is not JSON: {error}") from error
    items = [_json_item(value, at, listing) for value in values_at(told, listing.items)]
    chosen = [item for item in items if fnmatchcase(item.name.lower(), listing.pattern.lower())]
    following = _last(told, listing.next)
    return Page(chosen, _joined(at, following) if following else None, _last(told, listing.cursor))


def _json_item(value: Any, at: URL, listing: HttpListing) -> Item:
    if not isinstance(value, dict):
        named = _text(value)
        if not named:
            raise ListUnreadable("an item is empty")
        return Item(named, named.rpartition("/")[2], None if listing.url is None else _joined(at, named), "", lasting=False)
    known, address, content = _last(value, listing.id), _last(value, listing.url), _content(value, listing)
    if not known and not address and content is None:
        raise ListUnreadable(f"an item has neither {listing.id or 'an id'} nor {listing.url or 'a url'}")
    version = "\0".join(_last(value, path) or "" for path in listing.version)
    name = _last(value, listing.name) or (address or known or "content").rpartition("/")[2]
    url = _joined(at, address) if address else None
    return Item(known or address or "", name, url, version, lasting=bool(known), content=content)


def _content(value: Any, listing: HttpListing) -> bytes | None:
    """What the list itself holds of an item."""
    text = _last(value, listing.content)
    if text is None or listing.encoding == "text":
        return text.encode("utf-8", "surrogatepass") if text is not None else None
    try:
        return base64.b64decode("".join(text.split()), validate=True)
    except ValueError as error:
        raise ListUnreadable(f"the content of an item is no base64: {error}") from error


def _named(found: Sequence[str], at: URL) -> Iterator[Item]:
    """Items of a list that holds addresses alone; those that lead out of the folder, or to one, are not of the list."""
    for text in found:
        if not text or text.startswith(("?", "#")):
            continue
        url = _joined(at, text)
        name = unquote(url.raw_path.rpartition("/")[2])
        if name:
            yield Item(str(url), name, url, "", lasting=False)


class _Anchors(html.parser.HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag == "a":
            self.found += [value.strip() for name, value in attrs if name == "href" and value]


def _links(text: str) -> list[str]:
    anchors = _Anchors()
    anchors.feed(text)
    return anchors.found


def _joined(at: URL, text: str) -> URL:
    try:
        return at.join(URL(text)).with_fragment(None)
    except ValueError as error:
        raise ListUnreadable(f"{text[:100]!r} is no address") from error


def _last(value: Any, path: str | None) -> str | None:
    """The last value at a path as text; None when there is none."""
    found = [_text(element) for element in values_at(value, path)] if path is not None else []
    return found[-1] if found else None


def _text(value: Any) -> str:
    if isinstance(value, bool | dict | list):
        raise ListUnreadable(f"{str(value)[:60]} is no text")
    return str(value)
