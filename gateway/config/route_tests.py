"""Reads route tests, with complaints that have a place and a guess."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ValidationError

from gateway.config.check import Complaints
from gateway.config.report import Item, LintReport
from gateway.config.route_test_model import (
    ExpectDocumentTable,
    ExpectSentTable,
    ExpectTable,
    RouteTestFile,
    RouteTestTable,
)
from gateway.config.schema_errors import explain
from gateway.config.source import read_source

FOLDER = "route-tests"
"""Beside routes.toml: in `tests` may stand what belongs to somebody else."""


@dataclass(frozen=True, slots=True)
class RouteTest:
    """A test: bytes that come, by a channel or for a partner, and what is expected. `file` and `name` tell people which one."""

    file: Path
    name: str
    content: bytes
    file_name: str
    channel: str | None
    partner: str | None
    expected: dict[str, Any]


@dataclass(frozen=True, slots=True)
class RouteTests:
    """The tests of some files, and what is wrong with those files."""

    tests: Sequence[RouteTest]
    complaints: Sequence[Item]


def files_of_tests(main: Path, named: Sequence[Path]) -> list[Path]:
    """The files of tests: those that are named, those in folders that are named, else those beside a routes.toml."""
    files: list[Path] = []
    for path in named or [main.parent / FOLDER]:
        files += [path] if path.is_file() or (named and not path.is_dir()) else sorted(path.rglob("*.toml"))
    return files


def read_route_tests(files: Sequence[Path]) -> RouteTests:
    """The tests of some files. Never raises for what is wrong with them."""
    tests: list[RouteTest] = []
    items: list[Item] = []
    for path in files:
        source = read_source(path)
        complaints = Complaints(source)
        if source.main is not None and not source.items:
            tests += _read(path, source.data, complaints)
        items += LintReport.of([*source.items, *complaints.items]).items
    return RouteTests(tests, items)


def _read(path: Path, data: dict[str, Any], complaints: Complaints) -> list[RouteTest]:
    try:
        parsed = RouteTestFile.model_validate(data)
    except ValidationError as error:
        explain(error, data, complaints, table=_table)
        return []
    tests = []
    for number, test in enumerate(parsed.test):
        content = _content(path, test.file, test.content, complaints, ("test", number, "file"))
        expected = _expected(path, test.expect, complaints, ("test", number, "expect"))
        if content is not None:
            file_name = test.file_name or Path(test.file or "").name
            tests.append(RouteTest(path, test.name, content, file_name, test.channel, test.partner, expected))
    return tests if not complaints.items else []


def _expected(path: Path, expect: ExpectTable, complaints: Complaints, at: tuple[Any, ...]) -> dict[str, Any]:
    """What is named, with the texts of files in their places."""
    expected = expect.model_dump(exclude_unset=True)
    for kind in ("acknowledgement", "written"):
        for number, sent in enumerate(expected.get(kind, ())):
            if (named := sent.pop("file", None)) is not None:
                content = _content(path, named, None, complaints, (*at, kind, number, "file"))
                sent["content"] = (content or b"").decode("utf-8", "replace")
    return expected


def _content(path: Path, named: str | None, text: str | None, complaints: Complaints, at: tuple[Any, ...]) -> bytes | None:
    if named is None:
        return (text or "").encode()
    try:
        return (path.parent / named).read_bytes()
    except (OSError, ValueError) as error:  # ValueError: a NUL in the name
        complaints.add("R001", at, f"{named} cannot be read: {getattr(error, 'strerror', None) or error}")
        return None


_TABLES: dict[str, type[BaseModel]] = {
    "test": RouteTestTable,
    "expect": ExpectTable,
    "document": ExpectDocumentTable,
    "acknowledgement": ExpectSentTable,
    "written": ExpectSentTable,
}


def _table(loc: tuple[int | str, ...]) -> type[BaseModel]:
    """The table that the last part of a location belongs to."""
    return next((_TABLES[part] for part in reversed(loc[:-1]) if isinstance(part, str) and part in _TABLES), RouteTestFile)
