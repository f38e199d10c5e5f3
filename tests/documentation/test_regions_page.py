"""The page about regions is done: its configuration is a whole one, and its commands work with two databases."""

import os
from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest

from gateway.config import REGION, lint, load
from tests.documentation.pages import Command, blocks, commands
from tests.gateway.cli.invented import run_command
from tests.servers.postgres import PostgresServer

PAGE = "docs/how-to/regions.md"
(ROUTES,) = (block.text for block in blocks("toml") if block.page == PAGE)
SERVERS = ("gateway run",)
"""Commands that stay up: tests/integration/test_regions.py does what they do."""
FINDS_FAULTS = ("gateway doctor",)
"""There is no Odoo."""
COMMANDS = [
    command
    for block in blocks("sh")
    if block.page == PAGE
    for command in commands(block)
    if not command.said.startswith((*SERVERS, "gateway db backup-check"))
]


@pytest.fixture
def environ(postgres: PostgresServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Mapping[str, str]]:
    """The page's configuration in an empty folder, with an empty database for each region."""
    (tmp_path / "routes.toml").write_text(ROUTES)
    names = [postgres.create_database() for _ in range(2)]
    own, eu = (postgres.url(name) for name in names)
    environ = {"OWN_DATABASE_URL": own, "EU_DATABASE_URL": eu, "ODOO_KEY": "key", "GATEWAY_DATA": str(tmp_path / "var")}
    for name, value in {**environ, "GATEWAY_CONFIG": str(tmp_path / "routes.toml")}.items():
        monkeypatch.setenv(name, value)
    monkeypatch.chdir(tmp_path)
    yield environ
    for name in names:
        postgres.drop_database(name)


def test_its_configuration_is_whole(tmp_path: Path) -> None:
    path = tmp_path / "routes.toml"
    path.write_text(ROUTES)
    known = {"OWN_DATABASE_URL": "postgresql://edi@own/edi", "EU_DATABASE_URL": "postgresql://edi@eu/edi", "ODOO_KEY": "key"}
    assert lint(path, known).items == ()
    assert [[*load(path, {**known, REGION: region}).partners] for region in ("", "eu")] == [["bigbox"], ["nordmart"]]


@pytest.mark.usefixtures("environ")
def test_its_commands_work_in_their_order(monkeypatch: pytest.MonkeyPatch) -> None:
    assert len(COMMANDS) >= 7
    for command in COMMANDS:
        with monkeypatch.context() as patched:
            for name, value in command.variables:
                patched.setenv(name, value)
            result = run_command(*_moved(command), environ=os.environ)
        assert result.status == 0 or command.said.startswith(FINDS_FAULTS), f"{command.text}: {result.err}"
        if command.said == "gateway doctor":
            assert "region" in result.out
            assert 'the region "eu", at https://eu.edi.nordic.example: 1 partners; 1 are served elsewhere' in result.out


def _moved(command: Command) -> list[str]:
    """The words of a command; the partner that the page moves is the region's in the end."""
    seeded = command.said.startswith("gateway numbers seed")
    words = ["nordmart" if seeded and word == "bigbox" else word for word in command.words[1:]]
    return ["edifact" if seeded and word == "x12" else word for word in words]
