"""What the last release wrote and read still holds: its tables, its row types, its canonical documents."""

import json
from pathlib import Path
from typing import Any

import pytest

from tools.snapshot import SNAPSHOTS, canonical_schemas, columns


def releases() -> list[Path]:
    """Snapshots from the oldest to the newest."""
    return sorted(SNAPSHOTS.iterdir(), key=lambda path: [int(part) for part in path.name.removeprefix("v").split(".")])


def read(name: str) -> Any:
    """A part of the last release's snapshot."""
    newest = releases()[-1]
    return json.loads((newest / name).read_text())


async def test_its_code_finds_every_column_it_knows(postgres_url: str) -> None:
    now = await columns(postgres_url)
    for table, known in read("database.json").items():
        assert table in now, f"{table} is gone"
        for column, kind in known.items():
            assert now[table].get(column) == kind, f"{table}.{column}"


async def test_its_rows_still_fit_their_types(postgres_url: str) -> None:
    now = await columns(postgres_url)
    for name, known in read("database.json").items():
        if name.endswith("_v1"):
            assert now[name] == known, f"{name} must stay as it is; a change is a new version of it"


def test_its_documents_are_still_valid() -> None:
    for name, known in read("canonical.json").items():
        now = canonical_schemas()[name]
        for part, definition in [("", known), *known.get("$defs", {}).items()]:
            current = now if not part else now["$defs"][part]
            additions = set(current.get("required", ())) - set(definition.get("required", ()))
            assert not additions, f"{name} {part}: {additions} became mandatory"
            for field, shape in definition.get("properties", {}).items():
                assert current["properties"].get(field) == shape, f"{name} {part}.{field}"


@pytest.mark.parametrize("path", releases(), ids=lambda path: path.name)
def test_a_snapshot_is_complete(path: Path) -> None:
    assert sorted(entry.name for entry in path.iterdir()) == ["canonical.json", "database.json"]
