"""The body of a request while it arrives: asked for late, in bounded time, and told of when it breaks off."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from aiohttp import web
from aiohttp.http_exceptions import HttpProcessingError

from gateway.http import problems
from gateway.http.rejected import Rejected
from gateway.http.signature import SignatureCheck


async def expect_later(_request: web.Request) -> None:
    """Stands in for the server's own answer to `Expect: 100-continue`: the body is asked for once the request is admitted."""


@asynccontextmanager
async def arriving(request: web.Request, *, within: float) -> AsyncIterator[None]:
    """Around reading the body. Raises Rejected: 408 when it takes longer, 400 when it breaks off or is badly encoded."""
    await _answer_expectation(request)
    try:
        async with asyncio.timeout(within):
            yield
    except TimeoutError:
        raise Rejected(problems.too_slow(within)) from None
    except (web.RequestPayloadError, HttpProcessingError, ConnectionError, ValueError) as error:
        remedy = "check Content-Length, Transfer-Encoding, Content-Encoding and boundaries, and that the line was not cut"
        raise Rejected(problems.invalid("the body could not be read to its end", remedy)) from error


async def whole_body(request: web.Request, *, most: int, within: float, signature: SignatureCheck | None = None) -> bytes:
    """All of a body that may be held, decoded from its Content-Encoding. Raises Rejected, also with 413."""
    if (request.content_length or 0) > most:
        raise Rejected(problems.too_large(most))
    body = bytearray()
    async with arriving(request, within=within):
        async for part in request.content.iter_any():
            if signature is not None:
                signature.update(part)
            body += part
            if len(body) > most:
                raise Rejected(problems.too_large(most))
    return bytes(body)


async def _answer_expectation(request: web.Request) -> None:
    """100 Continue (RFC 9110, clause 10.1.1); other expectations are ignored, as that clause allows."""
    if request.headers.get("Expect", "").lower() == "100-continue":
        await request.writer.write(b"HTTP/1.1 100 Continue\r\n\r\n")
        request.writer.output_size = 0
