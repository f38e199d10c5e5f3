"""Canonical documents under construction: nested dicts, reached by dotted keys (`totals.line_count`)."""

from typing import Any

Value = dict[str, Any]
"""A canonical part under construction, or being written; pydantic judges it once, at the end."""


def descend(target: Value, steps: tuple[str, ...]) -> Value:
    """The dict at the end of the steps, made where it is missing."""
    for step in steps:
        target = target.setdefault(step, {})
    return target


def look(target: Value, steps: tuple[str, ...]) -> Value | None:
    """The dict at the end of the steps, None where there is none."""
    for step in steps:
        found = target.get(step)
        if not isinstance(found, dict):
            return None
        target = found
    return target


def take(target: Value, steps: tuple[str, ...], key: str) -> Any:
    """Take the value out, and whatever became empty around it; None where there is none."""
    if not steps:
        return target.pop(key, None)
    inner = target.get(steps[0])
    if not isinstance(inner, dict):
        return None
    found = take(inner, steps[1:], key)
    if not inner:
        del target[steps[0]]
    return found


def merge_identifier(identifiers: Value, scheme: str, value: str) -> None:
    """Add an identifier; a second one of the same scheme makes a list."""
    before = identifiers.get(scheme)
    if before is None:
        identifiers[scheme] = value
    elif isinstance(before, list):
        if value not in before:
            before.append(value)
    elif before != value:
        identifiers[scheme] = [before, value]


def merged(target: Value, value: Value) -> bool:
    """Add members to those there are: maps and lists grow, others stay. False when another value was there already."""
    fitted = True
    for key, new in value.items():
        before = target.get(key)
        if before is None:
            target[key] = new
        elif key == "identifiers":
            for scheme, identifier in new.items():
                for single in identifier if isinstance(identifier, list) else [identifier]:
                    merge_identifier(before, scheme, single)
        elif isinstance(before, dict) and isinstance(new, dict):
            fitted = merged(before, new) and fitted
        elif isinstance(before, list) and isinstance(new, list):
            before.extend(new)
        else:
            fitted = fitted and before == new
    return fitted


def paths_in(value: Any, prefix: str = "") -> list[str]:
    """The paths of all values in a part of a document: what remains when everything writable was taken out."""
    if isinstance(value, dict):
        return [path for key, inner in value.items() for path in paths_in(inner, f"{prefix}.{key}" if prefix else key)]
    if isinstance(value, list):
        return [path for inner in value for path in paths_in(inner, f"{prefix}[]")]
    return [] if value is None else [prefix]
