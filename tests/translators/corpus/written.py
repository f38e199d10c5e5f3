"""Statements as a file: TOML, so that people see at a glance what a change of the translators changes."""

import tomllib
from collections.abc import Mapping
from json import dumps
from pathlib import Path
from typing import Any

from tests.translators.corpus.stating import Statement

PATH = Path(__file__).parent / "statements.toml"
HEADING = """\
# What must come of every file of the corpus: written by tools/state_corpus.py, read by a person, compared by test_statements.py.
# `mapped`, `listed` and `marks` count segments: those with a canonical member, those in `extras`, those of the format alone; they
# are told of refused documents too, as far as these can be read at all. A generic document holds all segments as they are.
"""


def stored() -> dict[str, Statement]:
    """The statements of all files, by family and name."""
    return tomllib.loads(PATH.read_text()) if PATH.exists() else {}


def store(statements: Mapping[str, Statement]) -> None:
    """Write the statements of all files."""
    PATH.write_text(HEADING + "".join(_file(name, statements[name]) for name in sorted(statements)))


def _file(name: str, statement: Statement) -> str:
    lines = [f"\n[{dumps(name)}]"]
    lines += [f"{key} = {_value(value)}" for key, value in statement.items() if key != "interchanges"]
    if not statement["interchanges"]:
        lines.append("interchanges = []")
    for one in statement["interchanges"]:
        lines.append(f"[[{dumps(name)}.interchanges]]")
        lines += [f"{key} = {_value(value)}" for key, value in one.items() if key != "documents"]
        lines += ["documents = [", *(f"    {_value(document)}," for document in one["documents"]), "]"]
    return "\n".join(lines) + "\n"


def _value(value: Any) -> str:
    """A text, a number, or a table on one line."""
    if isinstance(value, dict):
        return "{ " + ", ".join(f"{key} = {_value(one)}" for key, one in value.items()) + " }"
    return dumps(value, ensure_ascii=False)
