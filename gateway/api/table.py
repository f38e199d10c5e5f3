"""All operations, joined: the one table from which routes, rights, documentation and tests are made."""

import importlib
import pkgutil
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from typing import Final

from gateway.api import operations
from gateway.api.operation import Operation
from gateway.api.reading import path_members


def joined() -> tuple[Operation, ...]:
    """The rows of all subjects, by their names; modules without rows hold what several of them need.

    Raises ValueError, with all that is wrong with them.
    """
    modules = sorted(found.name for found in pkgutil.iter_modules(operations.__path__))
    subjects = [importlib.import_module(f"{operations.__name__}.{name}") for name in modules]
    rows = sorted((row for subject in subjects for row in getattr(subject, "OPERATIONS", ())), key=lambda row: row.name)
    wrong = [*mistakes(rows)]
    if wrong:
        raise ValueError(f"The table of operations is wrong: {'; '.join(wrong)}.")
    return tuple(rows)


def mistakes(rows: Iterable[Operation]) -> Iterator[str]:
    """What cannot be in a table: two of a name or of a way, members of paths that nobody asks for, lists without an end."""
    rows = list(rows)
    yield from (f"{name} is there {times} times" for name, times in Counter(row.name for row in rows).items() if times > 1)
    ways = Counter((row.method, _shape(row.path)) for row in rows)
    yield from (f"{method} {path} is there {times} times" for (method, path), times in ways.items() if times > 1)
    for row in rows:
        known = {field.alias or name for name, field in row.asked.model_fields.items()}
        yield from (f"{row.name} has no member {name} of its path" for name in path_members(row.path) if name not in known)
        if (
            row.pages and len({"limit", "after"} & known) == 1
        ):  # with neither, the list is whole, and as long as the configuration
            yield f"{row.name} answers pages, and cannot be asked for the next one"
        if row.pages + row.file + row.streams > 1 or (row.pages and row.answers is None):
            yield f"{row.name} does not say what it answers"
        if (row.file or row.streams) and row.method != "GET":
            yield f"{row.name} changes something, and answers what cannot be kept"


def _shape(path: str) -> str:
    """A path without the names of its members: what a router tells apart."""
    for name in path_members(path):
        path = path.replace(f"{{{name}}}", "{}")
    return path


OPERATIONS: Final = joined()
BY_NAME: Final[Mapping[str, Operation]] = {row.name: row for row in OPERATIONS}
