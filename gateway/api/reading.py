"""From a request to what is asked for: path, query and body, checked together by one model."""

from collections.abc import Iterator, Mapping
from functools import cache
from string import Formatter
from typing import Any, Final

import orjson
from aiohttp import web
from pydantic import ValidationError

from gateway.api import problems
from gateway.api.operation import Asked, Operation
from gateway.http.arriving import whole_body
from gateway.http.rejected import Rejected

_DEEPEST: Final = 20
_BODY_WITHIN: Final = 30.0
"""Seconds in which a body has to arrive."""
_IN_QUERY: Final = frozenset({"GET", "DELETE"})
_NUL: Final = "\x00"


async def read(operation: Operation, request: web.Request) -> Asked:
    """What is asked for. Raises Rejected: 400, 413, 415, or 422 with all that is wrong."""
    path = dict(request.match_info)
    given = await _given(operation, request)
    wrong: list[dict[str, Any]] = [{"loc": (name,), "msg": "stands in the path already"} for name in given if name in path]
    wrong += [{"loc": place, "msg": "holds a NUL character"} for place in _nuls({**path, **given})]
    if wrong:
        raise Rejected(problems.invalid_members(wrong, lambda name: place_of(operation, name)))
    return checked(operation, {**path, **given})


def checked(operation: Operation, members: Mapping[str, Any]) -> Asked:
    """What these members ask for. Raises Rejected with 422."""
    try:
        return operation.asked.model_validate(members)
    except ValidationError as error:
        found = [dict(one) for one in error.errors(include_url=False, include_context=False, include_input=False)]
        raise Rejected(problems.invalid_members(found, lambda name: place_of(operation, name))) from None


def place_of(operation: Operation, name: str) -> str:
    """Where a member stands: in the path, else in the query of what reads and deletes, in the body of what writes."""
    if name in path_members(operation.path):
        return "path"
    return "query" if operation.method in _IN_QUERY else "body"


@cache
def path_members(path: str) -> tuple[str, ...]:
    """The members that stand in braces in a path."""
    return tuple(name for _, name, _, _ in Formatter().parse(path) if name)


@cache
def lists_of(asked: type[Asked]) -> frozenset[str]:
    """The members that hold several: in a query they are given several times."""
    schema = asked.model_json_schema()
    return frozenset(name for name, one in schema.get("properties", {}).items() if _is_list(one, schema.get("$defs", {})))


def _is_list(schema: Mapping[str, Any], known: Mapping[str, Any]) -> bool:
    if "$ref" in schema:
        return _is_list(known[schema["$ref"].rpartition("/")[2]], known)
    return schema.get("type") == "array" or any(_is_list(one, known) for one in schema.get("anyOf", ()))


async def _given(operation: Operation, request: web.Request) -> dict[str, Any]:
    if operation.method in _IN_QUERY:
        if request.body_exists:
            raise Rejected(problems.invalid(f"{operation.method} has a body.", "Give everything in the query."))
        return _of_query(operation, request)
    if request.query_string:
        raise Rejected(problems.invalid(f"{operation.method} has a query.", "Give everything in the body."))
    return await _of_body(operation, request)


def _of_query(operation: Operation, request: web.Request) -> dict[str, Any]:
    several = lists_of(operation.asked)
    given: dict[str, Any] = {}
    wrong = []
    for name in dict.fromkeys(request.query):
        values = request.query.getall(name)
        if name not in several and len(values) > 1:
            wrong.append({"loc": (name,), "msg": "is given several times, and holds one value"})
        given[name] = values if name in several else values[0]
    if wrong:
        raise Rejected(problems.invalid_members(wrong, lambda name: place_of(operation, name)))
    return given


async def _of_body(operation: Operation, request: web.Request) -> dict[str, Any]:
    body = await whole_body(request, most=operation.most_bytes, within=_BODY_WITHIN)
    if not body:
        return {}
    if request.content_type != "application/json":
        raise Rejected(problems.no_json(request.content_type))
    try:
        members = orjson.loads(body)
    except orjson.JSONDecodeError as error:
        raise Rejected(problems.invalid(f"The body is no JSON: {error}", "Send one JSON object, as UTF-8.")) from None
    if not isinstance(members, dict):
        raise Rejected(problems.invalid("The body is JSON, and no object.", "Send one JSON object."))
    if _depth(members) > _DEEPEST:
        raise Rejected(problems.invalid(f"The body is nested deeper than {_DEEPEST} levels.", "Send what the operation takes."))
    return members


def _depth(value: Any) -> int:
    """How deep something is nested, found level by level: no depth is deep enough to end the process."""
    level, depth = [value], 0
    while level:
        depth += 1
        if depth > _DEEPEST:
            break
        held = [list(one.values()) if isinstance(one, dict) else one for one in level if isinstance(one, dict | list)]
        level = [inner for one in held for inner in one]
    return depth


def _nuls(value: Any, place: tuple[str | int, ...] = ()) -> Iterator[tuple[str | int, ...]]:
    """Where texts hold a NUL: PostgreSQL has no such character, and nobody means one."""
    if isinstance(value, str):
        if _NUL in value:
            yield place
    elif isinstance(value, dict):
        for name, one in value.items():
            yield from _nuls(one, (*place, name))
            if _NUL in name:
                yield (*place, name)
    elif isinstance(value, list):
        for number, one in enumerate(value):
            yield from _nuls(one, (*place, number))
