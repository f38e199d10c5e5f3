"""`gateway contract` as a person calls it."""

import json
from collections.abc import Callable
from pathlib import Path

from gateway.contract.export import files
from tests.gateway.cli.invented import Result

Invoke = Callable[..., Result]


def test_all_files_are_written_and_listed(invoke: Invoke, tmp_path: Path) -> None:
    result = invoke("contract", "export", "--folder", str(tmp_path / "there"), "-o", "json")
    assert result.status == 0
    listed = json.loads(result.out)
    assert {entry["file"] for entry in listed} == {f"{tmp_path}/there/{path}" for path in files()}
    assert all(Path(entry["file"]).stat().st_size == entry["bytes"] for entry in listed)


def test_without_a_format_it_lists_the_files(invoke: Invoke, tmp_path: Path) -> None:
    result = invoke("contract", "export", "--folder", str(tmp_path))
    assert f"{tmp_path}/asyncapi.json" in result.out.splitlines()


def test_a_folder_that_is_a_file_is_told_with_what_to_do(invoke: Invoke, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    result = invoke("contract", "export", "--folder", str(tmp_path / "file"))
    assert result.status == 1
    assert "--folder DIR" in result.err
