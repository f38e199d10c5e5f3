"""Tables and trees, the one place that knows rich. Where nobody looks (a file, a pipe) nothing is cut to a screen's width."""

import io
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from gateway.cli.terminal import Span, Terminal, printable

if TYPE_CHECKING:
    from rich.console import RenderableType
    from rich.text import Text
    from rich.tree import Tree

_STYLES = {"bold": "bold", "faint": "dim", "error": "bold red", "warning": "yellow", "good": "green", "info": "cyan", "": ""}
_UNBOUNDED = 1 << 24


@dataclass(slots=True)
class Branch:
    """A line of a tree, and what hangs below it."""

    spans: tuple[Span, ...]
    children: list["Branch"] = field(default_factory=list)

    def add(self, *spans: Span) -> "Branch":
        """Hang a line below this one and return it."""
        child = Branch(spans)
        self.children.append(child)
        return child

    def lines(self) -> Iterator[str]:
        """This line and all below as plain text, indented by two blanks a level."""
        yield "".join(span if isinstance(span, str) else span[0] for span in self.spans)
        for child in self.children:
            yield from ("  " + line for line in child.lines())


@dataclass(frozen=True, slots=True)
class Column:
    """A column of a table; numbers stand to the right."""

    title: str
    number: bool = False


def show_table(terminal: Terminal, columns: Sequence[Column], rows: Sequence[Sequence[Span]]) -> None:
    """A table as the result."""
    from rich.table import Table

    table = Table(box=None, pad_edge=False, header_style="dim", padding=(0, 2, 0, 0))
    for column in columns:
        table.add_column(column.title, justify="right" if column.number else "left", overflow="fold", no_wrap=not terminal.colour)
    for row in rows:
        table.add_row(*[_text((cell,)) for cell in row])
    _show(terminal, table)


def show_tree(terminal: Terminal, root: Branch) -> None:
    """A tree as the result."""
    from rich.tree import Tree

    tree = Tree(_text(root.spans), guide_style="dim")
    _grow(tree, root)
    _show(terminal, tree)


def _grow(tree: "Tree", branch: Branch) -> None:
    for child in branch.children:
        _grow(tree.add(_text(child.spans)), child)


def _text(spans: Sequence[Span]) -> "Text":
    from rich.text import Text

    parts = [(span, "") if isinstance(span, str) else span for span in spans]
    return Text.assemble(*[(printable(text), _STYLES[tone]) for text, tone in parts])


def _show(terminal: Terminal, what: "RenderableType") -> None:
    from rich.console import Console

    buffer = io.StringIO()
    width = terminal.width if terminal.colour else _UNBOUNDED
    console = Console(
        file=buffer,
        width=width,
        force_terminal=terminal.colour,
        no_color=not terminal.colour,
        color_system="standard" if terminal.colour else None,
        highlight=False,
        markup=False,
        emoji=False,
        legacy_windows=False,
    )
    console.print(what)
    for line in buffer.getvalue().splitlines():
        terminal.write(line.rstrip().encode("utf-8", "replace") + b"\n")
