"""JSON Schemas of what is published and accepted: canonical documents, other bodies, headers. `$id` ends with the version."""

from collections.abc import Iterable, Mapping
from functools import cache
from typing import Any

from pydantic import TypeAdapter
from pydantic.json_schema import GenerateJsonSchema
from typing_extensions import override

from gateway.domain import cloud_event, reply
from gateway.domain.cloud_event import Attribute, schema_uri
from gateway.domain.order import announcement
from translators.canonical import NAMES, model_of

Schema = Mapping[str, Any]

DIALECT = "https://json-schema.org/draft/2020-12/schema"

BODIES: Mapping[str, type] = {announcement.SCHEMA: announcement.OrderEvent, reply.SCHEMA: reply.Reply}
"""Bodies that are no canonical documents, by their schema."""

HEADERS: Mapping[str, tuple[Attribute, ...]] = {
    "document": cloud_event.DOCUMENT,
    "order_event": cloud_event.ORDER_EVENT,
    "dead_letter": cloud_event.DEAD_LETTER,
    "given_up": cloud_event.GIVEN_UP,
    "reply": cloud_event.REPLY,
}
"""Headers by the kind of message."""


class _WithoutTitles(GenerateJsonSchema):
    """Writes schemas without a title for each member, which would only say its name once more."""

    @override
    def field_title_should_be_set(self, schema: object) -> bool:
        return False


@cache
def documents() -> Mapping[str, Schema]:
    """The JSON Schema of each canonical document, by its schema name (`purchase_order/1`)."""
    models = [model_of(name) for name in NAMES]
    schemas = {
        f"{model.NAME}/{model.VERSION}": model.model_json_schema(by_alias=True, schema_generator=_WithoutTitles)
        for model in models
    }
    return {name: _identified(name, schema) for name, schema in schemas.items()}


def bodies() -> Mapping[str, Schema]:
    """The JSON Schema of each other body."""
    return {
        name: _identified(name, TypeAdapter(kind).json_schema(schema_generator=_WithoutTitles)) for name, kind in BODIES.items()
    }


def headers() -> Mapping[str, Schema]:
    """The JSON Schema of the headers of each kind of message. Others may be added: readers ignore what they do not know."""
    return {kind: _headers(kind, attributes) for kind, attributes in HEADERS.items()}


def _identified(name: str, schema: Mapping[str, Any]) -> Schema:
    return {"$schema": DIALECT, "$id": schema_uri(name), **schema}


def _headers(kind: str, attributes: Iterable[Attribute]) -> Schema:
    return {
        "$schema": DIALECT,
        "$id": schema_uri(f"headers/{kind}/1"),
        "title": f"Headers of a {kind.replace('_', ' ')}",
        "type": "object",
        "properties": {attribute.name: _header(attribute) for attribute in attributes},
        "required": [attribute.name for attribute in attributes if attribute.always],
    }


def _header(attribute: Attribute) -> Schema:
    schema: dict[str, Any] = {"type": "string", "description": attribute.meaning}
    if attribute.values:
        schema["enum"] = list(attribute.values)
    elif not attribute.empty:
        schema["minLength"] = 1
    if attribute.form:
        schema["format"] = attribute.form
    return schema
