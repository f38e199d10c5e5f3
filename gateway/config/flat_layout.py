"""Loads the layout of a flat file: a TOML file of its own."""

import tomllib
from pathlib import Path

from gateway.errors import GatewayError
from translators.errors import LayoutInvalid
from translators.flatfile import Layout, layout


class LayoutUnusable(GatewayError):
    """The layout of a flat file cannot be used. `where` names the file, and the line where that is known."""

    exit_status = 78

    def __init__(self, message: str, *, where: str, remedy: str) -> None:
        super().__init__(message, remedy=remedy)
        self.where = where


def load_layout(path: Path) -> Layout:
    """The layout in a file. Raises LayoutUnusable, which names every mistake."""
    try:
        parsed = tomllib.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        remedy = "Check the name and your rights."
        raise LayoutUnusable(f"cannot read it: {error.strerror}", where=str(path), remedy=remedy) from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError, ValueError) as error:
        raise LayoutUnusable(f"no TOML: {error}", where=str(path), remedy="Correct it at this place.") from error
    try:
        return layout(parsed)
    except LayoutInvalid as invalid:
        told = [f"{where}: {problem}; {remedy}" for where, problem, remedy in invalid.mistakes]
        raise LayoutUnusable("; ".join(told), where=str(path), remedy="See docs/how-to/flat-files.md.") from invalid
