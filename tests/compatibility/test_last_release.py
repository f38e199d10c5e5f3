"""What the last release wrote and read still holds: its tables, its row types, its canonical documents."""

import json
from pathlib import Path
from typing import Any

import pytest

from gateway.contract.schemas import documents
from tools.compatibility import broken
from tools.snapshot import SNAPSHOTS, api, columns, messages


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


def test_its_documents_are_still_read_and_written() -> None:
    assert broken(read("canonical.json"), documents()) == []


@pytest.mark.parametrize("part", ["headers", "bodies"])
def test_its_messages_are_still_understood(part: str) -> None:
    assert broken(read("messages.json")[part], messages()[part], accepted=False) == []


def test_its_exchanges_are_still_there() -> None:
    now = messages()["exchanges"]
    assert {name: now.get(name) for name in read("messages.json")["exchanges"]} == read("messages.json")["exchanges"]


def test_its_operations_are_still_asked_and_answered_in_the_same_way() -> None:
    if not (releases()[-1] / "api.json").exists():
        return  # it had no API
    before, now = read("api.json"), api()
    assert {name: now["operations"].get(name) for name in before["operations"]} == before["operations"]
    assert broken(before["asked"], now["asked"], published=False) == []
    assert broken(before["answered"], now["answered"], accepted=False) == []


@pytest.mark.parametrize("path", releases(), ids=lambda path: path.name)
def test_a_snapshot_is_complete(path: Path) -> None:
    api_since = [] if path.name == "v0.1.0" else ["api.json"]
    assert sorted(entry.name for entry in path.iterdir()) == [*api_since, "canonical.json", "database.json", "messages.json"]
