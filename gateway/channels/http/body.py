"""Reading a request's body, one or in parts, in bounded memory and time."""

import asyncio
from collections.abc import AsyncIterator, Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass

from aiohttp import BodyPartReader, MultipartReader, hdrs, web
from aiohttp.http_exceptions import HttpProcessingError

from gateway.channels.http import problems
from gateway.channels.http.limits import Limits
from gateway.channels.http.rejected import Rejected
from gateway.channels.http.signature import SignatureCheck
from gateway.channels.http.spool import Spool

_PLAIN = frozenset({"", "7bit", "8bit", "binary"})
_LONGEST_NAME = 255


@dataclass(frozen=True, slots=True)
class Part:
    """One part of a multipart body, with the name of its file."""

    name: str
    spool: Spool


async def read_body(request: web.Request, spool: Spool, *, limits: Limits, signature: SignatureCheck | None = None) -> None:
    """Fill a spool with the body, decoded from its Content-Encoding. Raises Rejected: 413, 503, 408, or 400 for a broken one."""
    await _answer_expectation(request)
    with _told(limits):
        async with asyncio.timeout(limits.body_within):
            async for part in request.content.iter_any():
                if signature is not None:
                    signature.update(part)
                await spool.write(part)


async def read_parts(request: web.Request, new_spool: Callable[[], Spool], *, limits: Limits) -> Sequence[Part]:
    """The parts that are files (RFC 7578), or all of them where the body is no form (RFC 2046). Raises Rejected."""
    await _answer_expectation(request)
    parts: list[Part] = []
    form = request.content_type == "multipart/form-data"
    with _told(limits):
        async with asyncio.timeout(limits.body_within):
            async for found in _parts(await _reader(request)):
                if len(parts) >= limits.most_parts:
                    raise Rejected(problems.too_many_parts(limits.most_parts))
                spool = new_spool()
                if not form or found.filename is not None:
                    parts.append(Part((found.filename or "")[:_LONGEST_NAME], spool))
                while piece := await found.read_chunk(65_536):
                    await spool.write(piece)
    return parts


async def _reader(request: web.Request) -> MultipartReader:
    try:
        return await request.multipart()
    except (ValueError, AssertionError) as error:
        raise Rejected(problems.invalid("the multipart body has no boundary", "name it in Content-Type")) from error


async def _parts(reader: MultipartReader) -> AsyncIterator[BodyPartReader]:
    while (found := await reader.next()) is not None:
        if not isinstance(found, BodyPartReader):
            raise Rejected(problems.multipart("multipart within multipart"))
        coded = found.headers.get(hdrs.CONTENT_TRANSFER_ENCODING, "").lower() not in _PLAIN
        if coded or hdrs.CONTENT_ENCODING in found.headers:
            raise Rejected(problems.multipart("an encoded part"))
        yield found


@contextmanager
def _told(limits: Limits) -> Iterator[None]:
    """What goes wrong while a body arrives, as a problem."""
    try:
        yield
    except TimeoutError:
        raise Rejected(problems.too_slow(limits.body_within)) from None
    except (web.RequestPayloadError, HttpProcessingError, ConnectionError, ValueError) as error:
        remedy = "check Content-Length, Transfer-Encoding, Content-Encoding and boundaries, and that the line was not cut"
        raise Rejected(problems.invalid("the body could not be read to its end", remedy)) from error


async def expect_later(_request: web.Request) -> None:
    """Stands in for the server's own answer to `Expect: 100-continue`: the body is asked for once the request is admitted."""


async def _answer_expectation(request: web.Request) -> None:
    """100 Continue (RFC 9110, clause 10.1.1); other expectations are ignored, as that clause allows."""
    if request.headers.get("Expect", "").lower() == "100-continue":
        await request.writer.write(b"HTTP/1.1 100 Continue\r\n\r\n")
        request.writer.output_size = 0
