"""Members that many requests have, with what is allowed in them."""

import base64
from typing import Annotated

from pydantic import EncodedBytes, EncoderProtocol, Field, StringConstraints

Name = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=200)]
"""The name of something: an id of routes.toml, an order's number, the end of an id."""

Names = Annotated[tuple[Name, ...], Field(max_length=100)]
"""Any of these; none given means all."""

Some = Annotated[tuple[Name, ...], Field(min_length=1, max_length=200)]
"""What is done together, by name. More than these are a batch."""

Reason = Annotated[
    str,
    StringConstraints(strip_whitespace=True, min_length=1, max_length=1000),
    Field(description="Why, for the audit and for those who look at it later."),
]
Remark = Annotated[
    str,
    StringConstraints(strip_whitespace=True, max_length=1000),
    Field(description="Why, for those who look at it later."),
]


class _Strict(EncoderProtocol):
    """Base64 without anything that does not belong there (RFC 4648, clause 3.3)."""

    @classmethod
    def decode(cls, data: bytes) -> bytes:
        return base64.b64decode(data, validate=True)

    @classmethod
    def encode(cls, value: bytes) -> bytes:
        return base64.b64encode(value)

    @classmethod
    def get_json_format(cls) -> str:
        return "base64"


Content = Annotated[bytes, EncodedBytes(encoder=_Strict)]
"""Bytes, in Base64."""
