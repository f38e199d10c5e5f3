"""CompressedData of CMS (RFC 3274) with zlib (RFC 1950), inflated within a bound."""

import zlib

from gateway.protocols.as2 import ber, cms
from gateway.protocols.as2.errors import DecompressionFailed, MalformedMessage


def compress(content: bytes) -> bytes:
    """A ContentInfo with the content compressed."""
    inner = ber.sequence(cms.DATA, ber.element(0xA0, ber.octet_string(zlib.compress(content))))
    return cms.content_info(cms.COMPRESSED_DATA, ber.sequence(ber.integer(0), ber.sequence(cms.ZLIB), inner))


def decompress(node: ber.Node, *, limit: int) -> tuple[bytes, int]:
    """The content and its compressed size. `DecompressionFailed` when it is no whole zlib stream or larger than `limit` bytes."""
    parts = node.expect(ber.SEQUENCE, "CompressedData").children()
    if len(parts) != 3 or parts[1].first().encoded != cms.ZLIB:
        raise MalformedMessage("the CompressedData is incomplete or not made by zlib")
    inner = parts[2].expect(ber.SEQUENCE, "compressed content").children()
    if len(inner) != 2 or inner[0].encoded != cms.DATA:
        raise MalformedMessage("what is compressed is not plain data")
    compressed = inner[1].expect(0xA0, "compressed content").first().octets()
    stream = zlib.decompressobj()
    try:
        content = stream.decompress(compressed, limit + 1)
    except zlib.error as error:
        raise DecompressionFailed(f"the compressed content cannot be inflated: {error}") from error
    if len(content) > limit:
        raise DecompressionFailed(
            f"the compressed content inflates to more than {limit} bytes",
            remedy="if it is not an attack, agree on smaller messages or raise the limit of the channel",
        )
    if not stream.eof:
        raise DecompressionFailed("the compressed content is cut off")
    return content, len(compressed)
