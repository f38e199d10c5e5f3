"""OpenAPI 3.1 from the table of operations."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from http import HTTPStatus
from typing import Any, Final

from pydantic import BaseModel
from pydantic.json_schema import JsonSchemaMode, models_json_schema

from gateway.api.operation import Operation
from gateway.api.reading import path_members, place_of
from gateway.protocols.problem import MEDIA_TYPE, Problem
from gateway.protocols.problem_codes import CODES

Json = Mapping[str, Any]

_REF: Final = "#/components/schemas/"
_ALWAYS: Final = ("unauthenticated", "denied", "too-many-requests", "internal-error", "store-unavailable", "contention")
_ASKING: Final = ("invalid-members",)
_WRITING: Final = (
    *("invalid-request", "too-large", "unsupported-media-type", "commit-unknown"),
    *("idempotency-key-in-use", "idempotency-key-reused", "outcome-unknown", "answer-not-kept"),
)
_ABOUT: Final = """\
Everything that can be asked of a gateway. A bearer token says who asks; what an account may do is the sum of its roles. Accounts
of partners see that partner's own things, and what is not theirs is not there for them (404). Errors are problem documents
(RFC 9457), whose codes are explained in the reference. Lists come in pages: `after` of one page asks for the next one, and `Link`
leads there. What changes something takes an `Idempotency-Key`, under which it is done once, however often it is sent."""


def openapi(operations: Sequence[Operation]) -> dict[str, Any]:
    """The document (OpenAPI 3.1.1)."""
    refs, schemas = _schemas(operations)
    paths: dict[str, dict[str, Any]] = {}
    for operation in operations:
        paths.setdefault(f"/v1{operation.path}", {})[operation.method.lower()] = _operation(operation, refs, schemas)
    document = {
        "openapi": "3.1.1",
        "info": {"title": "EDI gateway", "version": "v1", "description": _ABOUT},
        "servers": [{"url": "/"}],
        "security": [{"token": []}],
        "tags": [{"name": tag} for tag in sorted({_tag(operation) for operation in operations})],
        "paths": dict(sorted(paths.items())),
        "components": {
            "securitySchemes": {"token": {"type": "http", "scheme": "bearer", "description": "A token of an account."}},
            "schemas": {**schemas, "Problem": _PROBLEM},
            "responses": {str(status): _problem_response(status) for status in sorted({s for s, _ in CODES.values()})},
            "parameters": {"IdempotencyKey": _KEY},
        },
    }
    return _pruned(document)


def _schemas(operations: Iterable[Operation]) -> tuple[Mapping[Any, Json], dict[str, Any]]:
    """References to what is asked and answered, and what they lead to."""
    wanted: dict[tuple[type[BaseModel], JsonSchemaMode], None] = {}
    for operation in operations:
        wanted[operation.asked, "validation"] = None
        if operation.answers is not None:
            wanted[operation.answers, "serialization"] = None
    refs, found = models_json_schema(list(wanted), ref_template=_REF + "{model}")
    return refs, dict(found.get("$defs", {}))


def _operation(operation: Operation, refs: Mapping[Any, Json], schemas: Json) -> dict[str, Any]:
    asked = schemas[refs[operation.asked, "validation"]["$ref"].removeprefix(_REF)]
    members: Json = asked.get("properties", {})
    required = asked.get("required", ())
    parameters: list[Json] = [
        _parameter(operation, name, schema, required=name in required)
        for name, schema in members.items()
        if place_of(operation, name) != "body"
    ]
    if operation.method != "GET":
        parameters.append({"$ref": "#/components/parameters/IdempotencyKey"})
    body = {name: schema for name, schema in members.items() if place_of(operation, name) == "body"}
    described: dict[str, Any] = {
        "operationId": operation.name,
        "tags": [_tag(operation)],
        "summary": operation.summary,
        "description": _description(operation),
        "x-right": operation.right.value,
        "x-partners": operation.partners,
    }
    if operation.deprecated is not None:
        described["deprecated"] = True
    if parameters:
        described["parameters"] = parameters
    if operation.method not in {"GET", "DELETE"}:
        described["requestBody"] = _body(body, [name for name in required if name in body])
    described["responses"] = {**_done(operation, refs), **_refused(operation)}
    return described


def _tag(operation: Operation) -> str:
    return operation.name.partition(".")[0]


def _description(operation: Operation) -> str:
    parts = [f"Needs the right `{operation.right.value}`."]
    parts += ["For accounts of partners as well: each sees its own."] if operation.partners else []
    parts += ["That it was asked for is written into the audit."] if operation.audited else []
    parts += [f"Deprecated since {operation.deprecated}."] if operation.deprecated else []
    parts += [f"It goes on {operation.sunset}."] if operation.sunset else []
    return " ".join(parts)


def _parameter(operation: Operation, name: str, schema: Json, *, required: bool) -> Json:
    place = place_of(operation, name)
    told = {"name": name, "in": place, "required": required or place == "path", "schema": _without_null(schema)}
    return {**told, "description": schema["description"]} if "description" in schema else told


def _without_null(schema: Json) -> Json:
    """A text in a path or a query cannot be null: it is there or not."""
    options = [one for one in schema.get("anyOf", ()) if one.get("type") != "null"]
    if not options:
        return schema
    rest = {key: value for key, value in schema.items() if key != "anyOf" and not (key == "default" and value is None)}
    return {**rest, **options[0]} if len(options) == 1 else {**rest, "anyOf": options}


def _body(members: Json, required: Sequence[str]) -> Json:
    schema: dict[str, Any] = {"type": "object", "properties": members, "additionalProperties": False}
    if required:
        schema["required"] = list(required)
    return {"required": bool(required), "content": {"application/json": {"schema": schema}}}


def _done(operation: Operation, refs: Mapping[Any, Json]) -> Json:
    if operation.file:
        headers = {"Content-Disposition": _header("The name under which it is saved.")}
        return {"200": {"description": "The file.", "headers": headers, "content": {"*/*": {"schema": {}}}}}
    if operation.streams:
        content = {"text/event-stream": {"schema": {"type": "string"}}}
        return {"200": {"description": "Events, until the client goes or the gateway stops.", "content": content}}
    if operation.answers is None:
        return {"204": {"description": "Done."}}
    schema: Json = refs[operation.answers, "serialization"]
    if operation.pages:
        after = {"anyOf": [{"type": "string"}, {"type": "null"}], "description": "Asks for the next page; null at the end."}
        items = {"type": "array", "items": schema}
        schema = {"type": "object", "properties": {"items": items, "after": after}, "required": ["items", "after"]}
    summary = (operation.answers.__doc__ or "What was asked for.").strip().split("\n")[0]
    answer: dict[str, Any] = {"description": summary, "content": {"application/json": {"schema": schema}}}
    if operation.method == "GET":
        answer["headers"] = {"ETag": _header("For If-None-Match: 304 when nothing has changed.")}
        answer["headers"] |= {"Link": _header('The next page, rel="next".')} if operation.pages else {}
        return {"200": answer, "304": {"description": "As it was."}}
    return {"200": answer}


def _refused(operation: Operation) -> Json:
    codes = [*_ALWAYS, *_ASKING, *operation.errors]
    codes += _WRITING if operation.method != "GET" else ()
    codes += ["not-found"] if path_members(operation.path) else []
    statuses = sorted({CODES[code][0] for code in codes})
    return {**{str(status): {"$ref": f"#/components/responses/{status}"} for status in statuses}, "default": _OTHER}


def _header(meaning: str) -> Json:
    return {"description": meaning, "schema": {"type": "string"}}


def _problem_response(status: int) -> Json:
    codes = [code for code, (known, _) in CODES.items() if known == status]
    example = Problem(status, codes[0], CODES[codes[0]][1], "What to do next.").document()
    content = {MEDIA_TYPE: {"schema": {"$ref": f"{_REF}Problem"}, "example": example}}
    headers = {"Retry-After": _header("Seconds after which to ask again.")} if status in {429, 503} else {}
    described: dict[str, Any] = {"description": f"{HTTPStatus(status).phrase}: {', '.join(codes)}.", "content": content}
    return {**described, "headers": headers} if headers else described


_OTHER: Final[Json] = {
    "description": "Anything else that went wrong.",
    "content": {MEDIA_TYPE: {"schema": {"$ref": f"{_REF}Problem"}}},
}
_KEY: Final[Json] = {
    "name": "Idempotency-Key",
    "in": "header",
    "required": False,
    "schema": {"type": "string", "minLength": 1, "maxLength": 200, "pattern": "^[ -~]+$"},
    "description": "Chosen by who asks, a UUID for example. What is sent again under it within 24 hours is not done again.",
}
_PROBLEM: Final[Json] = {
    "title": "Problem",
    "description": "What went wrong, and what to do (RFC 9457).",
    "type": "object",
    "required": ["type", "title", "status", "detail", "remedy"],
    "properties": {
        "type": {"type": "string", "description": "urn:edi-gateway:problem: and the code, which does not change."},
        "title": {"type": "string"},
        "status": {"type": "integer"},
        "detail": {"type": "string"},
        "remedy": {"type": "string", "description": "What to do next."},
        "errors": {
            "type": "array",
            "description": "Each member that is wrong.",
            "items": {
                "type": "object",
                "required": ["in", "pointer", "detail"],
                "properties": {
                    "in": {"enum": ["path", "query", "body"]},
                    "name": {"type": "string"},
                    "pointer": {"type": "string", "description": "A JSON pointer (RFC 6901), as a fragment."},
                    "detail": {"type": "string"},
                },
            },
        },
    },
}


def _pruned(document: dict[str, Any]) -> dict[str, Any]:
    """Without the schemas that nothing leads to: what is asked for stands in parameters and bodies."""
    schemas = document["components"]["schemas"]
    reached: set[str] = set()
    waiting = [*_references({**document, "components": {**document["components"], "schemas": {}}})]
    while waiting:
        name = waiting.pop()
        if name not in reached:
            reached.add(name)
            waiting += _references(schemas[name])
    document["components"]["schemas"] = {name: schema for name, schema in sorted(schemas.items()) if name in reached}
    return document


def _references(value: Any) -> Iterator[str]:
    if isinstance(value, Mapping):
        for key, one in value.items():
            if key == "$ref" and isinstance(one, str) and one.startswith(_REF):
                yield one.removeprefix(_REF)
            else:
                yield from _references(one)
    elif isinstance(value, list | tuple):
        for one in value:
            yield from _references(one)
