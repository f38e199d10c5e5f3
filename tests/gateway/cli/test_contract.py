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


def test_rights_of_a_service_are_commands_or_definitions(invoke: Invoke) -> None:
    words = ("rights", "service", "billing", "--publishes", "invoice.*", "--vhost", "edi")
    commands = invoke(*words).out.splitlines()
    assert commands[0] == "rabbitmqctl add_user billing"
    assert commands[1].startswith("rabbitmqctl set_permissions --vhost 'edi' billing")
    told = json.loads(invoke(*words, "-o", "json").out)
    assert [entry["name"] for entry in told["users"]] == ["billing"]


def test_a_name_that_is_none_is_told(invoke: Invoke) -> None:
    result = invoke("rights", "service", "edi")
    assert result.status == 2
    assert "no name of a service" in result.err


def test_rights_of_the_database_are_sql(invoke: Invoke) -> None:
    assert "select gateway.grant_rights_v1();" in invoke("rights", "database").out
