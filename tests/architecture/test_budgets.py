"""Budgets of size and names: what one reads at a time stays small, and is called what it is."""

import ast
import re
from collections.abc import Iterator
from pathlib import PurePath

import pytest

from tests.architecture.source_tree import Function, Source, committed_files, functions, sources

PRODUCT = ("gateway", "translators")
EVERYTHING = (*PRODUCT, "tests", "tools", "benchmarks")

FUNCTION_LINES = 40
USUAL_LINES = 25
USUAL_SHARE = 0.9
FILE_LINES = 400

FORBIDDEN_NAMES = frozenset({"util", "utils", "helper", "helpers", "common", "manager", "managers", "misc"})


def length(function: Function) -> int:
    """Lines of a function's body and signature, without its docstring and decorators."""
    lines = (function.end_lineno or function.lineno) - function.lineno + 1
    if ast.get_docstring(function, clean=False) is not None:
        docstring = function.body[0]
        lines -= (docstring.end_lineno or docstring.lineno) - docstring.lineno + 1
    return lines


def words(name: str) -> set[str]:
    """The words of a snake_case or CamelCase name."""
    return {word.lower() for word in re.findall(r"[A-Z]?[a-z0-9]+|[A-Z]+(?![a-z])", name)}


def named(source: Source) -> Iterator[str]:
    """The names a file defines: functions, classes, and names at its top level."""
    for node in source.nodes:
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            yield node.name
    for statement in source.tree.body:
        if isinstance(statement, ast.Assign):
            yield from (target.id for target in statement.targets if isinstance(target, ast.Name))


def test_no_function_is_longer_than_a_screen() -> None:
    long = {
        f"{source.path}:{function.lineno} {function.name}": length(function)
        for source in sources(*EVERYTHING)
        for function in functions(source)
        if length(function) > FUNCTION_LINES
    }
    assert not long, f"split these (at most {FUNCTION_LINES} lines without the docstring)"


def test_nine_functions_in_ten_are_short() -> None:
    lengths = [length(function) for source in sources(*PRODUCT) for function in functions(source)]
    short = sum(lines <= USUAL_LINES for lines in lengths)
    assert short >= USUAL_SHARE * len(lengths), f"only {short} of {len(lengths)} have at most {USUAL_LINES} lines"


def test_no_file_is_longer_than_one_wants_to_read() -> None:
    long = {
        source.path: lines
        for source in sources(*PRODUCT, "tools", "benchmarks")
        if not source.is_table and (lines := source.text.count("\n")) > FILE_LINES
    }
    assert not long, f"split these (at most {FILE_LINES} lines; tables of definitions are listed in source_tree.py)"


def test_nothing_has_a_name_that_says_nothing() -> None:
    in_paths = {
        name for name in committed_files() for part in PurePath(name).parts if words(part.split(".")[0]) & FORBIDDEN_NAMES
    }
    in_code = {
        f"{source.path}: {name}" for source in sources(*EVERYTHING) for name in named(source) if words(name) & FORBIDDEN_NAMES
    }
    assert not {entry for entry in in_paths | in_code if "fixtures/" not in entry}


def test_tests_are_at_least_as_long_as_the_source() -> None:
    written = sum(source.lines_of_code for source in sources(*PRODUCT) if not source.is_table and not source.is_declaration)
    tested = sum(source.lines_of_code for source in sources("tests"))
    assert tested >= written, f"{tested} lines of tests for {written} lines of source"


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("HttpManager", {"http", "manager"}),
        ("parse_utils", {"parse", "utils"}),
        ("X12Reader", {"x12", "reader"}),
        ("AS2", {"as", "2"}),
    ],
)
def test_names_are_taken_apart_into_words(name: str, expected: set[str]) -> None:
    assert words(name) & expected


def test_the_length_of_a_function_leaves_its_docstring_out() -> None:
    tree = ast.parse('@cache\ndef f() -> None:\n    """One.\n\n    Two.\n    """\n    return None\n')
    assert length(next(node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef))) == 2
