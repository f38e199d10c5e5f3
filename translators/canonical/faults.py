"""What keeps a value from being a canonical document, in words: each fault with the path of the member, never a traceback."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, TypeVar, get_args

from pydantic import BaseModel, ValidationError

MOST = 100
"""How many faults of one document are told."""

Model = TypeVar("Model", bound=BaseModel)
_LONGEST = 60
_WORDS = {
    "missing": "is missing",
    "extra_forbidden": "is no member",
    "string_type": "is no text",
    "list_type": "is no list",
    "dict_type": "is no object",
    "bool_type": "is neither true nor false",
    "bool_parsing": "is neither true nor false",
    "int_parsing": "is no whole number",
    "int_from_float": "is no whole number",
    "int_type": "is no whole number",
    "model_type": "is no object",
    "model_attributes_type": "is no object",
    "finite_number": "is no number",
}


@dataclass(frozen=True, slots=True)
class Fault:
    """`path` names the member (`lines[2].quantity.value`), `steps` the same as keys and places; `message` is a plain sentence."""

    path: str
    steps: tuple[str | int, ...]
    message: str
    expected: str | None
    actual: str | None


def modelled(model: type[Model], value: object, told: Callable[[Fault], None]) -> Model | None:
    """The value as a document of the model; None when it is none: `told` takes what keeps it from being one, fault by fault."""
    try:
        return model.model_validate(value)
    except ValidationError as error:
        for fault in faults(error, model, value):
            told(fault)
        return None


def faults(error: ValidationError, model: type[BaseModel], value: object) -> Iterator[Fault]:
    """The faults that a validation found in `value`, at most a hundred, each place once."""
    told: set[tuple[str | int, ...]] = set()
    for each in error.errors(include_url=False)[:MOST]:
        steps = _existing(each["loc"], value, missing=each["type"] == "missing")
        if steps not in told:
            told.add(steps)
            yield _fault(each, steps, model)


def _existing(location: tuple[int | str, ...], value: object, *, missing: bool) -> tuple[str | int, ...]:
    """The steps that are there in the value: pydantic adds the names of the types it tried."""
    steps: list[str | int] = []
    for index, step in enumerate(location):
        there, inner = _inner(value, step)
        if there:
            value = inner
            steps.append(step)
        elif missing and index == len(location) - 1 and isinstance(value, Mapping):
            steps.append(step)
    return tuple(steps)


def _inner(value: object, step: int | str) -> tuple[bool, object]:
    """Whether a step leads somewhere, and where."""
    if isinstance(value, Mapping):
        return step in value, value.get(step)
    if isinstance(value, list) and isinstance(step, int) and 0 <= step < len(value):
        return True, value[step]
    return False, None


def _fault(each: Mapping[str, Any], steps: tuple[str | int, ...], model: type[BaseModel]) -> Fault:
    kind, path = each["type"], path_of(steps)
    value = each.get("input")
    actual = None if kind == "missing" or isinstance(value, dict | list) else _short(value)
    expected = None
    if kind == "extra_forbidden":
        expected = _closest(steps, model)
    elif kind in ("enum", "literal_error"):
        expected = str(each.get("ctx", {}).get("expected", "")) or None
    said = _WORDS.get(kind) or _by_family(kind, str(each.get("msg", "")))
    hint = f"; did you mean {expected}?" if kind == "extra_forbidden" and expected else "."
    return Fault(path, steps, f"{path or 'The document'} {said}{hint}", expected, actual)


def _by_family(kind: str, message: str) -> str:
    if kind.startswith("decimal"):
        return "is no number"
    if kind.startswith(("date", "datetime", "timezone")):
        return "is no date: write it as 2026-11-21 or 2026-11-21T14:05:00Z"
    if kind in ("enum", "literal_error"):
        return "is none of the words it may be"
    return f"cannot be read: {message[:1].lower()}{message[1:]}"


def path_of(steps: tuple[str | int, ...]) -> str:
    """Steps as a path: `lines[2].item`."""
    text = ""
    for step in steps:
        text += f"[{step}]" if isinstance(step, int) else f".{step}" if text else step
    return text


def _closest(steps: tuple[str | int, ...], model: type[BaseModel]) -> str | None:
    """The member that may have been meant by one that is none."""
    from difflib import get_close_matches  # noqa: PLC0415 - only for faults

    holder: Any = model
    for step in steps[:-1]:
        if isinstance(step, str) and isinstance(holder, type) and issubclass(holder, BaseModel):
            field = holder.model_fields.get(step)
            holder = _model_in(field.annotation) if field is not None else None
    if not (isinstance(holder, type) and issubclass(holder, BaseModel)):
        return None
    names = [field.alias or name for name, field in holder.model_fields.items()]
    return next(iter(get_close_matches(str(steps[-1]), names, 1)), None) if steps else None


def _model_in(annotation: Any) -> Any:
    """The model that an annotation speaks of, however wrapped."""
    if isinstance(annotation, type):
        return annotation
    return next((found for part in get_args(annotation) if (found := _model_in(part)) and issubclass(found, BaseModel)), None)


def _short(value: object) -> str:
    text = str(value)
    return text if len(text) <= _LONGEST else f"{text[: _LONGEST - 1]}…"
