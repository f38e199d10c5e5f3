"""Lists by pages: the next one goes on after the last row of this one; a cursor names that by what the list is ordered by."""

import binascii
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Annotated, Any, TypeVar
from uuid import UUID

import orjson
from pydantic import Field

from gateway.api.operation import Asked, Page
from gateway.errors import PlanRefused

T = TypeVar("T")

Limit = Annotated[int, Field(ge=1, le=1000, description="At most so many.")]
After = Annotated[str, Field(max_length=500, description="Go on after this cursor, the `after` of the page before.")]


class Listed(Asked):
    """What every list can be asked: how much of it, and where to go on."""

    limit: Limit = 50
    after: After = ""


def page_of(found: Sequence[T], limit: int, mark: Callable[[T], Sequence[object]]) -> Page:
    """The page of what was found, one more than asked for if there is more. `mark` is what a row is ordered by."""
    items = found[:limit]
    return Page(items, cursor_of(*mark(items[-1])) if len(found) > limit else None)


def cursor_of(*parts: object) -> str:
    """A cursor of ids, moments, numbers and texts."""
    plain = [str(part) if isinstance(part, UUID) else part for part in parts]  # the driver's ids are a type of their own
    return urlsafe_b64encode(orjson.dumps(plain)).decode().rstrip("=")


def place_of(cursor: str, *kinds: Callable[[Any], Any]) -> tuple[Any, ...] | None:
    """The parts of a cursor, each read as it is meant; None for the beginning. Raises PlanRefused for what is no cursor."""
    if not cursor:
        return None
    try:
        parts = orjson.loads(urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)))
        return tuple(kind(part) for kind, part in zip(kinds, parts, strict=True))
    except (binascii.Error, ValueError, TypeError, AttributeError, KeyError) as error:
        raise PlanRefused("This cursor is none of this list.", remedy="Begin with its first page: without `after`.") from error


def id_after(cursor: str) -> UUID | None:
    """The id after which a list that is ordered by ids goes on."""
    place = place_of(cursor, UUID)
    return place[0] if place else None


moment = datetime.fromisoformat
"""How a moment stands in a cursor."""
