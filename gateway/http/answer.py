"""The answer of a server: its head at once, its body in pieces and never more than it may be."""

from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import AbstractContextManager
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Protocol

import aiohttp
from aiohttp import hdrs
from yarl import URL

from gateway.http.call_failed import AnswerTooLarge, CallFailed

_PIECE = 65_536
_LONGEST_WAIT = 86_400.0


class Translated(Protocol):
    """Turns foreign exceptions of a call into CallFailed."""

    def __call__(self, url: URL, *, sent: Callable[[], bool]) -> AbstractContextManager[None]:
        """Around a call of `url`; `sent` says whether the server may have got it."""


class Answer:
    """The status and headers of an answer; its body is read while the call is open."""

    def __init__(self, response: aiohttp.ClientResponse, translated: Translated) -> None:
        self._response, self._translated = response, translated
        self.status = response.status
        self.headers: Mapping[str, str] = response.headers
        self.url = response.url

    @property
    def taken(self) -> bool:
        """Whether the server says that it did what was asked (2xx)."""
        return 200 <= self.status < 300

    @property
    def next_page(self) -> URL | None:
        """Where the next page is (RFC 8288, relation `next`)."""
        link = self._response.links.get("next")
        url = link.get("url") if link is not None else None
        return url if isinstance(url, URL) else None

    def retry_after(self, now: datetime) -> float | None:
        """The seconds that the server asks for (RFC 9110, clause 10.2.3), a day at most."""
        text = self.headers.get(hdrs.RETRY_AFTER, "").strip()
        if text.isascii() and text.isdecimal():
            return min(float(text), _LONGEST_WAIT)
        try:
            at = parsedate_to_datetime(text)
        except ValueError:
            return None
        at = at if at.tzinfo else at.replace(tzinfo=UTC)
        return min(max((at - now).total_seconds(), 0.0), _LONGEST_WAIT)

    async def pieces(self) -> AsyncIterator[bytes]:
        """The body, decoded, in pieces. Raises CallFailed when it breaks off."""
        with self._translated(self._response.url, sent=lambda: True):
            async for piece in self._response.content.iter_chunked(_PIECE):
                yield piece

    async def body(self, most: int) -> bytes:
        """All of the body. Raises AnswerTooLarge, and CallFailed when it breaks off."""
        body = bytearray()
        async for piece in self.pieces():
            body += piece
            if len(body) > most:
                raise AnswerTooLarge(most)
        return bytes(body)

    async def opening(self, most: int = 300) -> str:
        """The first characters of the body, for people; empty when it cannot be read."""
        try:
            async for piece in self.pieces():
                text = piece[: 4 * most].decode("utf-8", "replace")
                return " ".join("".join(c if c.isprintable() else " " for c in text).split())[:most]
        except CallFailed:
            pass
        return ""
