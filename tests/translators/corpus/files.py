"""Where the files of the corpus lie: in our fixtures as far as their licence allows, else in the folder that EDI_CORPUS names."""

import os
from pathlib import Path

import pytest

CORPUS = "EDI_CORPUS"
FIXTURES = Path(__file__).parents[2] / "fixtures"
FAMILIES = ("x12", "edifact", "xml")


def elsewhere() -> Path | None:
    """The folder of documents that must not be copied into the project."""
    folder = os.environ.get(CORPUS)
    return Path(folder) if folder else None


def path_of(name: str) -> Path:
    """A file by family and name (`x12/850.edi`); skips the test where it is not at hand."""
    own, folder = FIXTURES / name, elsewhere()
    if own.exists():
        return own
    if folder is None:
        pytest.skip(f"{CORPUS} does not name the folder of the corpus")
    return folder / name


def names(folder: Path) -> set[str]:
    """All files of a folder, by family and name."""
    return {f"{family}/{path.name}" for family in FAMILIES for path in (folder / family).iterdir()}
