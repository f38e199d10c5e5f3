"""Reading a request's body, one or in parts, in bounded memory and time."""

from collections.abc import AsyncIterator, Callable, Sequence
from dataclasses import dataclass

from aiohttp import BodyPartReader, MultipartReader, hdrs, web

from gateway.channels.http.limits import Limits
from gateway.channels.http.spool import Spool
from gateway.http import problems
from gateway.http.arriving import arriving
from gateway.http.rejected import Rejected
from gateway.http.signature import SignatureCheck

_PLAIN = frozenset({"", "7bit", "8bit", "binary"})
_LONGEST_NAME = 255


@dataclass(frozen=True, slots=True)
class Part:
    """One part of a multipart body, with the name of its file."""

    name: str
    spool: Spool


async def read_body(request: web.Request, spool: Spool, *, limits: Limits, signature: SignatureCheck | None = None) -> None:
    """Fill a spool with the body, decoded from its Content-Encoding. Raises Rejected: 413, 503, 408, or 400 for a broken one."""
    async with arriving(request, within=limits.body_within):
        async for part in request.content.iter_any():
            if signature is not None:
                signature.update(part)
            await spool.write(part)


async def read_parts(request: web.Request, new_spool: Callable[[], Spool], *, limits: Limits) -> Sequence[Part]:
    """The parts that are files (RFC 7578), or all of them where the body is no form (RFC 2046). Raises Rejected."""
    parts: list[Part] = []
    form = request.content_type == "multipart/form-data"
    async with arriving(request, within=limits.body_within):
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
