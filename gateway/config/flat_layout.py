"""Loads the layouts of flat files: each a TOML file of its own."""

import tomllib
from dataclasses import dataclass
from pathlib import Path

from gateway.errors import GatewayError
from translators.errors import LayoutInvalid
from translators.flatfile import Layout, layout

_HELP = "See docs/how-to/flat-files.md."


class LayoutUnusable(GatewayError):
    """The layout of a flat file cannot be used. `where` names the file, and the line where that is known."""

    exit_status = 78

    def __init__(self, message: str, *, where: str, remedy: str) -> None:
        super().__init__(message, remedy=remedy)
        self.where = where


@dataclass(frozen=True, slots=True)
class ReadLayout:
    """A layout, its text, and what is wrong with it: (message, remedy) each. Without a layout there is at least one."""

    layout: Layout | None
    text: str
    faults: tuple[tuple[str, str], ...] = ()


def read_layout(path: Path) -> ReadLayout:
    """The layout in a file. Never raises for what is wrong with the file."""
    try:
        text = path.read_bytes().decode("utf-8")
    except OSError as error:
        return ReadLayout(None, "", ((f"cannot read it: {error.strerror}", "Check the name and your rights."),))
    except UnicodeDecodeError as error:
        return ReadLayout(None, "", ((f"no UTF-8: byte {error.start}", "Save it as UTF-8."),))
    try:
        return ReadLayout(layout(tomllib.loads(text)), text)
    except LayoutInvalid as invalid:
        told = tuple((f"{where}: {problem}; {remedy}", _HELP) for where, problem, remedy in invalid.mistakes)
        return ReadLayout(None, text, told)
    except ValueError as error:  # of TOML, too
        return ReadLayout(None, text, ((f"no TOML: {error}", "Correct it at this place."),))


def load_layout(path: Path) -> Layout:
    """The layout in a file. Raises LayoutUnusable, which names every mistake."""
    read = read_layout(path)
    if read.layout is None:
        raise LayoutUnusable("; ".join(message for message, _ in read.faults), where=str(path), remedy=read.faults[0][1])
    return read.layout
