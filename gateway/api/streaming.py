"""Server-sent events (WHATWG HTML, 9.2): what is new, as it becomes known, and a sign of life when nothing is."""

from collections.abc import AsyncGenerator, Mapping
from contextlib import aclosing

import orjson
from aiohttp import hdrs, web

from gateway.api.answering import SAFE

_AGAIN = 3_000
"""Milliseconds after which a browser comes again when the line was cut."""


async def stream(
    request: web.Request, events: AsyncGenerator[Mapping[str, object], None], headers: Mapping[str, str]
) -> web.StreamResponse:  # fmt: skip
    """Send events by their names until they end or nobody listens; an empty one is a sign of life."""
    response = web.StreamResponse(headers={**SAFE, **headers, hdrs.CACHE_CONTROL: "no-store", "X-Accel-Buffering": "no"})
    response.content_type = "text/event-stream"
    response.charset = "utf-8"
    try:
        async with aclosing(events):
            await response.prepare(request)
            await response.write(f"retry: {_AGAIN}\n\n".encode())
            async for event in events:
                await response.write(_written(event))
            await response.write_eof()
    except ConnectionError:
        pass  # whoever listened is gone
    return response


def _written(event: Mapping[str, object]) -> bytes:
    if not event:
        return b": nothing new\n\n"
    return b"".join(b"event: " + name.encode() + b"\ndata: " + orjson.dumps(value) + b"\n\n" for name, value in event.items())
