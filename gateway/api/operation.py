"""One thing that people and programs can ask for: the row of the table from which routes, validation, rights, documentation and
the console's own calls follow.
"""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict

from gateway.bootstrap.office import Office
from gateway.domain.access import Caller, Right


class Asked(BaseModel):
    """What is asked for: what stands in the path, the query and the body, checked together. Unknown names are refused."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class Told(BaseModel):
    """What is answered."""

    model_config = ConfigDict(extra="ignore", frozen=True)


@dataclass(frozen=True, slots=True)
class Page:
    """Some of a list; `after` is the cursor by which it goes on, None at its end."""

    items: Sequence[Any]
    after: str | None = None


@dataclass(frozen=True, slots=True)
class File:
    """Bytes with their media type, and the name under which they are saved."""

    content: bytes
    media_type: str
    name: str


Method = Literal["GET", "POST", "PUT", "PATCH", "DELETE"]
Run = Callable[[Office, Caller, Any], Awaitable[Any]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Operation:
    """A row. `name` is its operationId (`failures.resolve`), `path` begins behind `/v1` and names members of `asked` in braces.

    `run` answers what `answers` describes: a model, a Page of such (`pages`), a File (`file`) or nothing; with `streams` an async
    iterator of mappings, from the names of events to what they say.
    What it needs beside `right` it raises Denied for; what a caller of a partner may not see is not there for it.
    `partners`: accounts of partners may ask. `audited`: the asking itself is written down (views of payloads, downloads);
    operations that change something write their own line in their own transaction.
    `slow`: it reads so much that it is given the office's own connections for that (charts, exports, search in bodies).
    `most_bytes` are those of the body.
    `secret`: the answer holds what is shown once: it is never kept, not even for a repeated request.
    `deprecated` and `sunset` are the days since when it should not, and from when it may not be asked any more (RFC 9745, 8594).
    """

    name: str
    method: Method
    path: str
    right: Right
    summary: str
    asked: type[Asked]
    run: Run
    answers: type[BaseModel] | None = None
    pages: bool = False
    file: bool = False
    streams: bool = False
    partners: bool = False
    audited: bool = False
    slow: bool = False
    secret: bool = False
    deprecated: date | None = None
    sunset: date | None = None
    most_bytes: int = 1_048_576
    errors: Sequence[str] = field(default=())
    """Codes of problems that it can have beside those that all have."""
