"""Habits: docstrings, tests that wait for signals, nothing unfinished, nothing of one machine."""

import ast
import re
from collections.abc import Iterator

import pytest

from tests.architecture.source_tree import ROOT, Source, committed_files, dotted, sources

UNFINISHED = re.compile(r"\b(TODO|FIXME|HACK)\b|#\s*XXX\b")
MACHINE_PATHS = re.compile(r"(?<![\w.])(/work/|/root/|/home/(?!gateway\b)\w+|/tmp/[\w.]+|/Users/\w+|C:\\\\Users)")
REGISTRIES = re.compile(r"\b(pypi\.org|pythonhosted\.org|registry\.npmjs\.org|deb\.debian\.org|/simple/|index-url)\b")

TEXT_ENDINGS = (".py", ".md", ".toml", ".txt", ".in", ".yml", ".yaml", ".sql", ".json", ".sh", ".cfg", ".ini")
TEXT_NAMES = ("Makefile", "Dockerfile", ".ci/run", ".gitignore", ".gitattributes")


def text_files() -> Iterator[tuple[str, str]]:
    """The project's own texts: (path, content). Fixtures are others' words, byte for byte."""
    for name in committed_files():
        own = name.endswith(TEXT_ENDINGS) or name in TEXT_NAMES or name.startswith("tools/")
        if own and "/fixtures/" not in name:
            yield name, (ROOT / name).read_text(encoding="utf-8")


def lines_with(pattern: re.Pattern[str], *, but: tuple[str, ...] = ()) -> list[str]:
    """`path:line` of every own line with a match, except in the files `but`."""
    return [
        f"{name}:{number}: {line.strip()}"
        for name, text in text_files()
        if name not in but and pattern.search(text)
        for number, line in enumerate(text.splitlines(), 1)
        if pattern.search(line)
    ]


def public(body: list[ast.stmt]) -> Iterator[ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef]:
    for node in body:
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef) and not node.name.startswith("_"):
            yield node


def undocumented(source: Source) -> Iterator[str]:
    """The module, public functions and public classes of a file that lack a docstring."""
    if ast.get_docstring(source.tree) is None and source.text.strip():
        yield f"{source.path}:1 (the module)"
    for node in public(source.tree.body):
        if ast.get_docstring(node) is None:
            yield f"{source.path}:{node.lineno} {node.name}"


def test_everything_public_says_what_it_is_for() -> None:
    assert not [entry for source in sources("gateway", "translators") for entry in undocumented(source)]


def waits(node: ast.Call) -> bool:
    """Whether a call waits for time to pass: `asyncio.sleep(0)` only lets others run."""
    name = dotted(node.func)
    if name == "time.sleep":
        return True
    argument = node.args[0] if node.args else None
    return name == "asyncio.sleep" and not (isinstance(argument, ast.Constant) and argument.value == 0)


SIGNALLESS = ("tests/servers/", "tests/chaos/")
"""Foreign programs give no signal when they are up: whoever starts them has to ask again and again. Faults last for a time."""


def test_tests_wait_for_signals_and_never_for_time_to_pass() -> None:
    found = [
        f"{source.path}:{node.lineno}"
        for source in sources("tests")
        if not source.path.startswith(SIGNALLESS)
        for node in source.nodes
        if isinstance(node, ast.Call) and waits(node)
    ]
    assert not found, "wait for an event, a row or a line of output, with a time limit"


@pytest.mark.parametrize(
    ("call", "expected"),
    [
        ("time.sleep(1)", True),
        ("asyncio.sleep(0.1)", True),
        ("asyncio.sleep(0)", False),
        ("asyncio.sleep(delay)", True),
        ("sleep(1)", False),
    ],
)
def test_waiting_is_told_from_yielding(call: str, expected: bool) -> None:
    node = ast.parse(call, mode="eval").body
    assert isinstance(node, ast.Call)
    assert waits(node) is expected


def test_nothing_is_left_unfinished() -> None:
    assert not lines_with(UNFINISHED, but=("tests/architecture/test_habits.py",))


def test_no_file_names_a_path_of_one_machine() -> None:
    assert not lines_with(MACHINE_PATHS, but=("tests/architecture/test_habits.py",))


def test_no_file_names_the_host_of_a_package_registry() -> None:
    allowed = ("tests/architecture/test_habits.py", "Makefile")
    assert not lines_with(REGISTRIES, but=allowed), "packages are named, never where they come from"


def test_every_type_ignore_and_noqa_says_which() -> None:
    bare = re.compile(r"#\s*(type: ignore(?!\[)|noqa(?!:))")
    assert not lines_with(bare, but=("tests/architecture/test_habits.py",))


POSSESSIVE = re.compile(r"(?<!\\)\)(?:[*+?]|\{[^{}]*\})\+|\(\?>")
"""A possessive or atomic group in a regular expression."""


def test_no_pattern_has_a_possessive_group() -> None:
    """Python 3.11.2, which Debian 12 ships, matches them wrong: what is inside must not have to give anything back."""
    found = [
        f"{source.path}:{node.lineno} {node.value!r}"
        for source in sources("gateway", "translators")
        for node in source.nodes
        if isinstance(node, ast.Constant) and isinstance(node.value, str | bytes) and " " not in str(node.value)
        if POSSESSIVE.search(node.value if isinstance(node.value, str) else node.value.decode("latin-1"))
    ]
    assert not found
