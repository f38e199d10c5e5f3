"""From what an operation answers to a response: JSON by the model, pages with a link to the next one, files, what caches need."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from hashlib import blake2b
from typing import Any
from urllib.parse import quote

import orjson
from aiohttp import hdrs, web
from pydantic import BaseModel

from gateway.api.operation import File, Operation, Page

JSON = "application/json"

SAFE = {
    "X-Content-Type-Options": "nosniff",
    "Content-Security-Policy": "default-src 'none'; frame-ancestors 'none'; sandbox",
    "Referrer-Policy": "no-referrer",
}
"""For browsers, should one come here: it is to show nothing as a page, whatever a document holds."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What is sent, as far as it can be kept and sent again."""

    status: int
    media_type: str
    content: bytes
    headers: Mapping[str, str]


def answer_of(operation: Operation, result: Any, request: web.Request) -> Answer:
    """The answer with what an operation said. Raises TypeError where that is not what its row says: a bug of ours."""
    if operation.file:
        if not isinstance(result, File):
            raise TypeError(f"{operation.name} answers no file")
        saved: dict[str, str] = {hdrs.CONTENT_DISPOSITION: disposition(result.name)}
        return Answer(200, result.media_type, result.content, saved)
    if operation.answers is None:
        return Answer(204, "", b"", {})
    if not operation.pages:
        return Answer(200, JSON, orjson.dumps(told(operation.answers, result)), {})
    if not isinstance(result, Page):
        raise TypeError(f"{operation.name} answers no page")
    items = [told(operation.answers, item) for item in result.items]
    link: dict[str, str] = {hdrs.LINK: f'<{_next(request, result.after)}>; rel="next"'} if result.after else {}
    return Answer(200, JSON, orjson.dumps({"items": items, "after": result.after}), link)


def told(model: type[BaseModel], value: Any) -> Any:
    """A value as the model says it, in JSON's types."""
    shown = value if isinstance(value, model) else model.model_validate(value, from_attributes=True)
    return shown.model_dump(mode="json", by_alias=True)


def response_of(answer: Answer, request: web.Request) -> web.Response:
    """The response, or 304 where the client has it already (RFC 9110, clause 13.1.2)."""
    headers = {**SAFE, **answer.headers, hdrs.CACHE_CONTROL: "no-store"}
    if request.method in {"GET", "HEAD"}:
        tag = blake2b(answer.content, digest_size=16).hexdigest()
        headers |= {hdrs.ETAG: f'"{tag}"', hdrs.CACHE_CONTROL: "private, no-cache", hdrs.VARY: hdrs.AUTHORIZATION}
        if _known(request, tag):
            return web.Response(status=304, headers=headers)
    if answer.status == 204:
        return web.Response(status=204, headers=headers)
    return web.Response(body=answer.content, status=answer.status, headers={**headers, hdrs.CONTENT_TYPE: answer.media_type})


def _known(request: web.Request, tag: str) -> bool:
    return any(one.value in {tag, "*"} for one in request.if_none_match or ())


def _next(request: web.Request, after: str) -> str:
    """The same question from there on, as a relative reference: what we are called outside is not ours to know."""
    return str(request.rel_url.update_query({"after": after}))


def disposition(name: str) -> str:
    """A file's name as whoever saves it may use it (RFC 6266): nothing of it leads into another folder, or ends the header."""
    plain = re.sub(r"[^\w.@+=-]+", "_", name.rpartition("/")[2].rpartition("\\")[2]).lstrip(".")[:150] or "file"
    shown = plain.encode("ascii", "replace").decode().replace("?", "_")
    return f"attachment; filename=\"{shown}\"; filename*=UTF-8''{quote(plain, safe='')}"
