"""The project's own files as the architecture tests see them: what is committed or will be, parsed once."""

import ast
import gc
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache, cached_property
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]

DEFINITION_TABLES = (
    "translators/finding.py",
    "translators/x12/versions/",
    "translators/x12/sets/codes.py",
    "translators/edifact/directories/",
    "translators/edifact/messages/codes.py",
    "translators/xml/ubl/definitions.py",
    "translators/xml/cxml/definitions.py",
    "translators/xml/cii/definitions.py",
    "gateway/config/codes.py",
    "gateway/console/texts/english/",
    "gateway/console/texts/german/",
    "gateway/simulators/odoo/schema.py",
)
"""Tables of definitions: data in the form of Python literals, long by nature."""


DECLARATIONS = (
    "translators/canonical/",
    "translators/x12/sets/",
    "translators/edifact/messages/",
    "translators/xml/ubl/",
    "translators/xml/cxml/",
)
"""Declarations of documents and of their mappings. Tests draw documents from them, all members in all versions, so that they are
proven by a few lines each however long they are."""


@dataclass(frozen=True)
class Source:
    """A Python file. `path` is relative to the root, `module` its dotted name."""

    path: str
    module: str
    text: str
    tree: ast.Module

    @cached_property
    def nodes(self) -> tuple[ast.AST, ...]:
        """All nodes of the tree: walking it is what takes the time."""
        return tuple(ast.walk(self.tree))

    @property
    def lines_of_code(self) -> int:
        """Lines that do something: without blank ones, comments and docstrings."""
        texts = (node for node in self.nodes if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant))
        told = {line for text in texts for line in range(text.lineno, (text.end_lineno or text.lineno) + 1)}
        lines = enumerate(self.text.splitlines(), 1)
        return sum(1 for number, line in lines if number not in told and line.strip() and not line.lstrip().startswith("#"))

    @property
    def is_table(self) -> bool:
        return self.path.startswith(DEFINITION_TABLES)

    @property
    def is_declaration(self) -> bool:
        return self.path.startswith(DECLARATIONS)


@cache
def committed_files() -> tuple[str, ...]:
    """Every file that is in the repository or would be by `git add .`."""
    listed = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard", "-z"],
        cwd=ROOT,
        check=True,
        capture_output=True,
        text=True,
    ).stdout
    return tuple(sorted(name for name in set(listed.split("\0")) if name and (ROOT / name).is_file()))


@cache
def sources(*folders: str) -> tuple[Source, ...]:
    """The Python files under some top-level folders."""
    gc.disable()  # trees hold no garbage, and looking for some takes two thirds of the time
    try:
        return tuple(_source(name) for name in committed_files() if name.endswith(".py") and name.split("/")[0] in folders)
    finally:
        gc.freeze()
        gc.enable()


@cache
def _source(name: str) -> Source:
    text = (ROOT / name).read_text(encoding="utf-8")
    module = name.removesuffix(".py").removesuffix("/__init__").replace("/", ".")
    return Source(name, module, text, ast.parse(text, filename=name))


Function = ast.FunctionDef | ast.AsyncFunctionDef


def functions(source: Source) -> Iterator[Function]:
    """All functions and methods of a file, nested ones too."""
    return (node for node in source.nodes if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef))


def imports(source: Source) -> Iterator[tuple[str, int]]:
    """Dotted names that a file imports, with the line. Imports for types only count as well."""
    for node in source.nodes:
        if isinstance(node, ast.Import):
            yield from ((alias.name, node.lineno) for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            yield from ((f"{node.module}.{alias.name}", node.lineno) for alias in node.names)


def dotted(node: ast.AST) -> str:
    """`a.b.c` of an attribute chain; empty for anything else."""
    if isinstance(node, ast.Name):
        return node.id
    if isinstance(node, ast.Attribute):
        base = dotted(node.value)
        return f"{base}.{node.attr}" if base else ""
    return ""
