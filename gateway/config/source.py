"""Reads routes.toml with its includes into one tree that remembers where everything stands."""

import os
import re
import tomllib
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from gateway.config.positions import KeyPath, Location, Positions, positions
from gateway.config.report import Item, item

_OUTSIDE = (os.pardir + os.sep, os.sep)
_SYNTAX = re.compile(r"^(.*) \(at (?:line (\d+), column (\d+)|end of document)\)$", re.DOTALL)


def is_inside(name: str) -> bool:
    """Whether a file of a configuration is in its folder, from where it can be put back."""
    return not os.path.normpath(name).startswith(_OUTSIDE) and os.path.normpath(name) not in (os.curdir, os.pardir)


@dataclass(frozen=True, slots=True)
class SourceFile:
    """One file: its name for people, its text's positions and its content."""

    name: str
    places: Positions
    data: dict[str, Any]


Origin = tuple[SourceFile, KeyPath]
"""Where something is written: the file, and how to reach it there."""


@dataclass(slots=True)
class Source:
    """The merged tree and where each part of it came from. `items` are complaints met while reading."""

    path: Path
    data: dict[str, Any] = field(default_factory=dict)
    items: list[Item] = field(default_factory=list)
    main: SourceFile | None = None
    origins: dict[KeyPath, Origin] = field(default_factory=dict)

    def locate(self, path: KeyPath, *, key: bool = False) -> tuple[str, Location]:
        """File and place of the value (or of the key) at a path; the nearest place above it when it is not there itself."""
        for length in range(len(path), -1, -1):
            origin = self.origin(path[:length])
            if origin is None:
                continue
            file, local = origin
            places = (
                (file.places.keys, file.places.values) if key or length < len(path) else (file.places.values, file.places.keys)
            )
            for table in places:
                if local in table:
                    return file.name, table[local]
        return (self.main.name if self.main else self.path.name), Location(1, 1)

    def place(self, path: KeyPath, written: KeyPath) -> None:
        """What is at a path is what is written at another one."""
        origin = self.origin(written)
        if origin is not None:
            self.origins[path] = origin

    def origin(self, path: KeyPath) -> Origin | None:
        """The file in which what is at a path is written, and how to reach it there; None before anything is read."""
        for length in range(len(path), 0, -1):
            if path[:length] in self.origins:
                file, local = self.origins[path[:length]]
                return file, local + path[length:]
        return (self.main, path) if self.main and path else None


def read_source(path: Path) -> Source:
    """Read everything. Never raises for what is wrong with the files: that is in `items`."""
    source = Source(path)
    main = read_file(path, path.parent, source, (path.name, Location(1, 1)))
    if main is None:
        return source
    source.main = main
    source.data = dict(main.data)
    _include(source, main)
    return source


def read_file(path: Path, base: Path, source: Source, asked: tuple[str, Location]) -> SourceFile | None:
    """One file, or a complaint at the place that asked for it."""
    name = os.path.relpath(path, base)
    try:
        text = path.read_bytes().decode("utf-8").replace("\r\n", "\n")
    except OSError as error:
        source.items.append(item("R001", *asked, f"{name} cannot be read: {error.strerror}"))
        return None
    except UnicodeDecodeError as error:
        source.items.append(item("R002", name, Location(1, 1), f"not UTF-8: byte {error.start}"))
        return None
    try:
        data = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        source.items.append(_syntax(name, text, str(error)))
        return None
    return SourceFile(name, positions(text), data)


def _syntax(name: str, text: str, message: str) -> Item:
    match = _SYNTAX.match(message)
    if match is None:
        return item("R002", name, Location(1, 1), message)
    if match[2] is None:
        lines = text.split("\n")
        return item("R002", name, Location(len(lines), len(lines[-1]) + 1), f"{match[1]} at the end of the file")
    return item("R002", name, Location(int(match[2]), int(match[3])), match[1])


def _include(source: Source, main: SourceFile) -> None:
    patterns = main.data.get("include", [])
    read = {source.path.resolve()}
    for index, pattern in enumerate(patterns if isinstance(patterns, list) else []):
        if not isinstance(pattern, str):
            continue
        place = source.locate(("include", index))
        wild = any(sign in pattern for sign in "*?[")
        matched = matching(source.path.parent, pattern) if wild else [source.path.parent / pattern]
        if not matched:
            source.items.append(item("R006", *place, f'"{pattern}" matches no file'))
        for path in matched:
            if wild and path.resolve() in read:  # this file itself, or one that an earlier pattern named
                continue
            read.add(path.resolve())
            included = read_file(path, source.path.parent, source, place)
            if included is not None:
                _append(source, included)


def matching(folder: Path, pattern: str) -> list[Path]:
    """The files below a folder that a pattern of `include` names, by their names."""
    try:
        return sorted(path for path in folder.glob(pattern) if path.is_file())
    except (ValueError, NotImplementedError):
        return []


def _append(source: Source, included: SourceFile) -> None:
    """Put the tables of an included file behind those that are there."""
    for name, value in included.data.items():
        if name in ("gateway", "include"):
            place = included.places.keys.get((name,), Location(1, 1))
            source.items.append(item("R007", included.name, place, f"{name} stands in an included file"))
            continue
        known = source.data.get(name)
        if isinstance(value, list) and isinstance(known, list | None):
            start = len(known or [])
            source.data[name] = [*(known or []), *value]
            for index in range(len(value)):
                source.origins[name, start + index] = (included, (name, index))
        else:
            source.data[name] = value
            source.origins[(name,)] = (included, (name,))
