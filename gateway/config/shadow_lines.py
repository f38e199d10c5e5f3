"""What is to be written so that an agreement is in shadow, or not any more: where, and the text of the file with it."""

import re
import tomllib
from collections.abc import Mapping
from copy import deepcopy
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from gateway.config.overlay import lay_environment
from gateway.config.positions import KeyPath, positions
from gateway.config.profiles import extend_profiles
from gateway.config.source import Source, SourceFile, read_source
from gateway.errors import ActionRefused

_BOOLEAN = re.compile(r"true|false")


@dataclass(frozen=True, slots=True)
class ShadowLines:
    """`lines` are to be written into `file` at a `line` (from 1), for people; `text` is the whole file with them."""

    file: str
    line: int
    lines: str
    text: str


def shadow_lines(main: Path, environ: Mapping[str, str], agreement: str, *, shadow: bool) -> ShadowLines:
    """The change of a configuration without errors that has this agreement. All else in its file stays as it is written.

    Raises ActionRefused where it is written in a way that only a person can change.
    """
    source = read_source(main)
    extend_profiles(source)
    lay_environment(source, environ)
    file, table = _place(source, agreement)
    text = (main.parent / file.name).read_bytes().decode()
    said = f"shadow = {'true' if shadow else 'false'}"
    changed, line = _written(text, table, said) if table else _added(text, agreement, said)
    if not _is_only_that(file.data, changed, table, shadow=shadow):
        raise ActionRefused(
            f"How {agreement} is written in {file.name} is not changed by a program.",
            remedy=f'Write it yourself: {said}, in the agreement with id = "{agreement}".',
        )
    where = f'# in the [[agreement]] with id = "{agreement}"' if table else f'[[agreement]]\nid = "{agreement}"'
    return ShadowLines(file.name, line, f"{where}\n{said}\n", changed)


def _place(source: Source, agreement: str) -> tuple[SourceFile, KeyPath]:
    """The table in which it is to be said. None where a profile makes the agreement: then the partner's file says it."""
    entries = source.data["agreement"]
    index = next(index for index, one in enumerate(entries) if one["id"] == agreement)
    for name in ("shadow", "id") if "shadow" in entries[index] else ("id",):
        origin = source.origin(("agreement", index, name))
        if origin is not None and origin[1][0] != "profile":
            return origin[0], origin[1][:-1]
    partner = next(index for index, one in enumerate(source.data["partner"]) if one["id"] == entries[index]["partner"])
    origin = source.origin(("partner", partner, "id"))
    assert origin is not None
    return origin[0], ()


def _written(text: str, table: KeyPath, said: str) -> tuple[str, int]:
    """The text with that in a table, in the place of what it says now or behind its id, and the line."""
    places, lines = positions(text), text.split("\n")
    if (known := places.values.get((*table, "shadow"))) is not None:
        line = lines[known.line - 1]
        value = _BOOLEAN.sub(said.rpartition(" ")[2], line[known.column - 1 :], count=1)
        lines[known.line - 1] = line[: known.column - 1] + value
        return "\n".join(lines), known.line
    key = places.keys[*table, "id"]
    line = lines[key.line - 1]
    before = line[: key.column - 1]
    if before.strip():  # { id = … }
        lines[key.line - 1] = f"{before}{said}, {line[key.column - 1 :]}"
        return "\n".join(lines), key.line
    lines.insert(key.line, before + said + ("\r" if line.endswith("\r") else ""))
    return "\n".join(lines), key.line + 1


def _added(text: str, agreement: str, said: str) -> tuple[str, int]:
    """The text with a table of its own for what a profile makes, and the line of that."""
    begun = text if not text or text.endswith("\n") else f"{text}\n"
    return f'{begun}\n[[agreement]]\nid = "{agreement}"\n{said}\n', begun.count("\n") + 4


def _is_only_that(before: dict[str, Any], changed: str, table: KeyPath, *, shadow: bool) -> bool:
    """Whether the changed text says what it said, and that."""
    try:
        after = tomllib.loads(changed)
    except tomllib.TOMLDecodeError:
        return False
    if not table:
        *others, added = after["agreement"]
        rest = [{**one, "agreement": None} for one in (before, after)]
        return others == before.get("agreement", []) and added["shadow"] is shadow and rest[0] == rest[1]
    expected: Any = deepcopy(before)
    entry = expected
    for part in table:
        entry = entry[part]
    entry["shadow"] = shadow
    return bool(after == expected)
