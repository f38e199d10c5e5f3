"""The body of a wake-up: a JSON array of up to 100 row ids. An empty one says: look for yourself what is due."""

from collections.abc import Iterator, Sequence
from uuid import UUID

import orjson

MOST = 100
"""Ids in one message: enough to share a message among a full batch, few enough to spread work over processes."""


def encode(ids: Sequence[UUID]) -> bytes:
    """The body of one message. The database's driver has a UUID type of its own, which orjson takes only as text."""
    return orjson.dumps(ids, default=str)


def decode(body: bytes) -> list[UUID]:
    """The ids of a message. Raises ValueError for anything that `encode` does not write."""
    ids = orjson.loads(body)
    if not isinstance(ids, list):
        raise ValueError("a wake-up is a JSON array of ids")  # noqa: TRY004  one kind of error for one kind of caller
    try:
        return [UUID(each) for each in ids]
    except (AttributeError, TypeError) as error:
        raise ValueError(f"not an id: {error}") from error


def portions(ids: Sequence[UUID]) -> Iterator[Sequence[UUID]]:
    """Cut into messages; no ids are one empty message."""
    for start in range(0, max(len(ids), 1), MOST):
        yield ids[start : start + MOST]
