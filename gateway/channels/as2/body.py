"""Reading the body of an AS2 message: whole, because it is decrypted and verified as a whole, in bounded memory and time."""

from io import BytesIO

from aiohttp import web

from gateway.channels.http.limits import Limits
from gateway.channels.http.room import Lease
from gateway.http import problems
from gateway.http.arriving import arriving
from gateway.http.rejected import Rejected


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
    body = BytesIO()  # its value is no copy: a large body is in memory once
    async with arriving(request, within=limits.body_within):
        async for part in request.content.iter_any():
            lease.grow(len(part))
            if lease.size > most:
                raise Rejected(problems.too_large(most))
            body.write(part)
    return body.getvalue()
