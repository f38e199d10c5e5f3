"""A configuration with further files laid beside it, to try what it would be with them: nothing is written into its own folder.

The trial stands in a folder of its own for as long as it is looked at, whose entries are links to what is there.
"""

import os
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path, PurePosixPath

from gateway.config.source import matching
from gateway.errors import ActionRefused


@contextmanager
def laid_beside(main: Path, files: Mapping[str, str]) -> Iterator[Path]:
    """The path of a main file in whose folder these files are as well, by their paths relative to it.

    Raises ActionRefused for a file that is there already: a trial adds, and changes nothing.
    """
    with tempfile.TemporaryDirectory(prefix="edi-trial-") as place:
        folder = Path(place)
        for name in files:
            _make_room(main.parent, folder, PurePosixPath(name).parts)
        for entry in main.parent.iterdir():
            if not (folder / entry.name).exists():
                (folder / entry.name).symlink_to(entry.absolute())
        for name, text in files.items():
            path = folder / name
            if path.exists() or path.is_symlink():
                raise ActionRefused(
                    f"{name} is there already.", remedy="Change it by hand, or choose another id for the partner."
                )
            path.write_text(text, encoding="utf-8", newline="")
        yield folder / main.name


def _make_room(source: Path, folder: Path, parts: tuple[str, ...]) -> None:
    """Make the folders that a file stands in, each with links to what the folder of that name holds."""
    for depth in range(1, len(parts)):
        here, there = folder.joinpath(*parts[:depth]), source.joinpath(*parts[:depth])
        if here.is_symlink():  # made for an earlier file: what is written below it would be written into the real folder
            here.unlink()
        elif here.is_dir():
            continue
        here.mkdir(parents=True)
        if there.is_dir():
            for entry in os.scandir(there):
                (here / entry.name).symlink_to(Path(entry.path).absolute())


def includes(patterns: list[str], name: str) -> bool:
    """Whether a file of this name, relative to the main file, is one that `include` names: tried by the code that reads."""
    with tempfile.TemporaryDirectory(prefix="edi-trial-") as place:
        path = Path(place) / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.touch()
        return any(path in matching(Path(place), pattern) for pattern in patterns)
