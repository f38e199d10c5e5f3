"""Reading the body of an AS2 message: whole, because it is decrypted and verified as a whole, in bounded memory and time."""

import asyncio
from io import BytesIO

from aiohttp import web
from aiohttp.http_exceptions import HttpProcessingError

from gateway.channels.http import problems
from gateway.channels.http.limits import Limits
from gateway.channels.http.rejected import Rejected
from gateway.channels.http.room import Lease


async def read_body(request: web.Request, *, most: int, limits: Limits, lease: Lease) -> bytes:
    """The bytes of the body, decoded from its Content-Encoding. Raises Rejected: 413, 503, 408, or 400 for a broken encoding."""
    if (request.content_length or 0) > most:
        raise Rejected(problems.too_large(most))
    if request.content.is_eof() and request.content.exception() is None:  # a small one that came with its headers
        body = request.content.read_nowait(-1)
        lease.grow(len(body))
        if len(body) > most:
            raise Rejected(problems.too_large(most))
        return body
    return await _arriving(request, most=most, limits=limits, lease=lease)


async def _arriving(request: web.Request, *, most: int, limits: Limits, lease: Lease) -> bytes:
    if request.headers.get("Expect", "").lower() == "100-continue":  # RFC 9110, clause 10.1.1
        await request.writer.write(b"HTTP/1.1 100 Continue\r\n\r\n")
        request.writer.output_size = 0
    body = BytesIO()  # its value is no copy: a large body is in memory once
    try:
        async with asyncio.timeout(limits.body_within):
            async for part in request.content.iter_any():
                lease.grow(len(part))
                if lease.size > most:
                    raise Rejected(problems.too_large(most))
                body.write(part)
    except TimeoutError:
        raise Rejected(problems.too_slow(limits.body_within)) from None
    except (web.RequestPayloadError, HttpProcessingError, ConnectionError) as error:
        remedy = "check Content-Length, Transfer-Encoding and Content-Encoding, and that the line was not cut"
        raise Rejected(problems.invalid("the body could not be read to its end", remedy)) from error
    return body.getvalue()


async def expect_later(_request: web.Request) -> None:
    """Stands in for the server's own answer to `Expect: 100-continue`: the body is asked for once the request is admitted."""
