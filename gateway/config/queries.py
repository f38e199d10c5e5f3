"""Compiles what routes.toml says about JSON of other systems to functions: queries in JMESPath, shapes in JSON Schema."""

import json
from collections.abc import Mapping
from typing import Any

import jmespath
from jmespath.exceptions import JMESPathError
from jsonschema.exceptions import SchemaError, best_match
from jsonschema.validators import Draft202012Validator, validator_for
from referencing import Registry
from referencing.exceptions import Unresolvable

from gateway.config.compiled import goes_as_text
from gateway.domain.http_application import Query, QueryFailed, Shape

_LONGEST = 300


class QueryInvalid(ValueError):
    """An expression is no JMESPath. `column` counts from 1."""

    def __init__(self, message: str, column: int = 1) -> None:
        super().__init__(message)
        self.column = column


class SchemaInvalid(ValueError):
    """A file is no JSON Schema."""


@goes_as_text
def compile_query(expression: str) -> Query:
    """The query of a JMESPath expression. Raises QueryInvalid."""
    try:
        compiled = jmespath.compile(expression)
    except JMESPathError as error:
        place = getattr(error, "lex_position", None)
        raise QueryInvalid(str(error).split("\n", maxsplit=1)[0], 1 + (place or 0)) from None

    def query(document: Any) -> Any:
        try:
            return compiled.search(document)
        except (JMESPathError, TypeError, ValueError, ArithmeticError) as error:
            raise QueryFailed(f"{expression}: {str(error)[:_LONGEST]}") from error

    return query


def parse_schema(text: str) -> Mapping[str, Any]:
    """The JSON Schema of a text. Raises SchemaInvalid."""
    try:
        schema = json.loads(text)
    except ValueError as error:
        raise SchemaInvalid(f"it is no JSON: {error}") from None
    if not isinstance(schema, dict):
        raise SchemaInvalid("it holds no schema")
    try:
        validator_for(schema, default=Draft202012Validator).check_schema(schema)
    except SchemaError as error:
        raise SchemaInvalid(f"at {error.json_path}: {error.message[:_LONGEST]}") from None
    return schema


@goes_as_text
def compile_shape(schema: Mapping[str, Any]) -> Shape:
    """The check of a schema. What it refers to is looked for in itself alone: nothing is fetched."""
    validator = validator_for(schema, default=Draft202012Validator)(schema, registry=Registry())

    def check(document: Any) -> str:
        try:
            error = best_match(validator.iter_errors(document))
        except Unresolvable as unresolvable:
            return f"the schema refers to what it does not hold: {unresolvable}"
        return "" if error is None else f"{error.json_path}: {error.message[:_LONGEST]}"

    return check
