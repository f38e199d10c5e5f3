"""Every command that the documentation shows is run: those of a page in their order, against a database after a day's work."""

import asyncio
import os
import re
import shutil
from collections.abc import Iterator, Mapping
from pathlib import Path

import asyncpg
import pytest

from gateway.bootstrap import Settings
from gateway.cli.command_table import COMMANDS as TABLE
from gateway.cli.exit_status import ExitStatus
from tests.documentation.pages import ROOT, SHELLS, Command, blocks, commands, spoken
from tests.gateway.cli.invented import Result, run_command
from tests.integration.test_flow import order
from tests.servers.postgres import PostgresServer
from tests.world.day import REFUSED

COMMANDS = [command for block in blocks(*SHELLS) for command in commands(block)]
OURS = [command for command in COMMANDS if command.program == "gateway"]
PLAYED = ("docs/tutorial/first-partner.md", "docs/tutorial/first-outage.md")
"""Pages that tests/acceptance/test_tutorial.py plays as a whole."""
PAGES = sorted({command.page for command in OURS} - {*PLAYED})
KNOWN = [[name, *below] for name, top in TABLE.items() for below in ([], *([inner] for inner in top.below))]

OF_OTHERS: Mapping[str, str] = {
    "cat": "writes a file of the reader's",
    "cd": "a program of the system",
    "cp": "a program of the system",
    "docker": "tests/architecture/test_containers.py",
    "head": "a program of the system",
    "install": "a program of the system",
    "kubectl": "tests/architecture/test_deploy.py",
    "kill": "a program of the system",
    "make": "below",
    "make-secrets": "tests/architecture/test_setup_scripts.py",
    "mkdir": "a program of the system",
    "openssl": "a program of the system",
    "pip": "tools/make-environment and the Makefile do the same",
    "printf": "a program of the system",
    "python": "tests/chaos",
    "python3": "a program of the system",
    "sed": "a program of the system",
    "secret=$(openssl": "a program of the system",
    "sha256sum": "a program of the system",
    "ssh-keygen": "a program of the system",
    "systemctl": "tests/architecture/test_deploy.py",
    "useradd": "a program of the system",
}
"""Programs that are not ours, with what shows that the pages are right about them."""

ELSEWHERE: Mapping[str, str] = {
    "gateway run": "tests/acceptance/site.py",
    "gateway check my-deployment": "tests/architecture/test_deploy.py",
    "gateway config activate": "tests/gateway/cli/test_configurations.py",
    "gateway config approve": "tests/gateway/cli/test_configurations.py",
    "gateway config reject": "tests/gateway/cli/test_configurations.py",
    "gateway config roll-back": "tests/gateway/cli/test_configurations.py",
    "gateway config show": "tests/gateway/cli/test_configurations.py",
    "gateway db backup-check": "tests/integration/test_backup.py",
    "gateway audit verify --noted": "tests/gateway/cli/test_audit.py",
    "gateway dlq approve": "tests/gateway/cli/test_replay.py",
    "gateway events replay": "tests/integration/test_event_replay.py",
    "gateway numbers void": "tests/gateway/cli/test_numbers.py",
    "gateway schedules run": "tests/gateway/cli/test_reconcile.py",
    "gateway send archive/2026": "tests/gateway/cli/test_shadow.py",
    "gateway shadow compare": "tests/gateway/cli/test_shadow.py",
    "gateway shadow status": "tests/gateway/cli/test_shadow.py",
    "gateway simulate keys": "tests/gateway/cli/test_simulate.py",
    "gateway simulate partner": "tests/gateway/cli/test_simulate.py",
    "gateway subscribers resend": "tests/gateway/cli/test_listeners.py",
    "gateway subscribers test": "tests/gateway/cli/test_listeners.py",
    "gateway translate --layout": "tests/gateway/cli/test_layout_option.py",
    "gateway validate --layout": "tests/gateway/cli/test_layout_option.py",
}
"""Commands that need what this test has not (a server that stays up, a backup, a broker), with the test that runs them."""

NAMES: Mapping[str, str] = {
    "wms-east": "odoo",
    "customer-news": "news",
    "FILE": "order.edi",
    "tests/fixtures": "order.edi",
}
"""What pages call things, and what the day's gateway has in their place."""

_DEAD = "select x.id from gateway.delivery x join gateway.document d on d.id = x.document where 'order:{}' = any(d.keys)"
ROWS: Mapping[str, str] = {
    "gateway dlq": _DEAD.format(REFUSED),
    "gateway holds": "select id from gateway.release_hold limit 1",
    "gateway retention hold": "select id from gateway.transmission limit 1",
    "gateway retention release": "select id from gateway.legal_hold limit 1",
    "gateway targets retry-now": "select id from gateway.delivery limit 1",
    "gateway tokens rotate": "select id from gateway.token where revoked_at is null limit 1",
}
"""Where the id that a page makes up comes from, by the beginning of the command."""

STATUS: Mapping[str, ExitStatus] = {
    "gateway doctor": ExitStatus.UNAVAILABLE,
    "gateway partners checklist": ExitStatus.SOME_FAILED,
    "gateway reconcile": ExitStatus.UNAVAILABLE,
}
"""How commands end that find something amiss: this gateway has no Odoo, and a new partner has proved nothing."""

_INVENTED = re.compile(r"[0-9a-f]{8}-([0-9a-f]{4}-){3}[0-9a-f]{12}|[0-9a-f]{8}-…|9f31c7|HOLD")


class Place:
    """A gateway of one's own after a day's work: its folder, and its database."""

    def __init__(self, url: str, folder: Path) -> None:
        self.url, self.folder = url, folder

    def value(self, sql: str) -> str:
        async def asked() -> object:
            connection = await asyncpg.connect(self.url)
            try:
                return await connection.fetchval(sql)
            finally:
                await connection.close()

        return str(asyncio.run(asked()))

    def run(self, command: Command) -> Result:
        return run_command(*self._words(command), environ=os.environ)

    def _words(self, command: Command) -> list[str]:
        sql = next((sql for begun, sql in ROWS.items() if command.said.startswith(begun)), "")
        words = [NAMES.get(word, word) for word in command.words[1:]]
        return [_INVENTED.sub(lambda _: self.value(sql), word) if sql and _INVENTED.fullmatch(word) else word for word in words]


@pytest.fixture
def place(
    postgres: PostgresServer, worked: str, settings_of_the_world: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Place]:
    name = postgres.create_database(template=worked)
    folder = settings_of_the_world.config.parent
    for file in folder.iterdir():
        if file.is_file():
            shutil.copy(file, tmp_path)
    for variable, value in {
        "DATABASE_URL": postgres.url(name),
        "GATEWAY_CONFIG": str(tmp_path / "routes.toml"),
        "ODOO_KEY": "key",
        "NEWS_SECRET": "whsec_" + "YSBzZWNyZXQgb2YgdGhpcnR5LXR3byBieXRlcyAxMjM=",
    }.items():
        monkeypatch.setenv(variable, value)
    monkeypatch.chdir(tmp_path)
    _sampled(tmp_path)
    yield Place(postgres.url(name), tmp_path)
    postgres.drop_database(name)


def _sampled(folder: Path) -> None:
    """What pages take as given: a file of an order, one of a partner that is to be added, a place for its configuration."""
    (folder / "order.edi").write_bytes(order("4713", 3))
    (folder / "samples").mkdir()
    (folder / "samples" / "acme-order.edi").write_bytes(order("A-1", 1).replace(b"123456789", b"555555555"))
    (folder / "certs").mkdir()
    shutil.copy(folder / "bigbox.pem", folder / "certs" / "acme.pem")
    routes = folder / "routes.toml"
    routes.write_text(f'include = ["partners/*.toml"]\n{routes.read_text()}')


@pytest.mark.parametrize("page", PAGES)
def test_the_commands_of_a_page_can_be_run(page: str, place: Place) -> None:
    failed = []
    for command in OURS:
        if command.page == page and not command.said.startswith(tuple(ELSEWHERE)):
            result = place.run(command)
            expected = next((status for begun, status in STATUS.items() if command.said.startswith(begun)), ExitStatus.SUCCESS)
            if result.status != expected:
                failed.append(f"{command.place} {command.text}: {result.status} {result.err}")
    assert not failed, "\n".join(failed)


@pytest.mark.parametrize("begun", ELSEWHERE)
def test_what_is_not_run_here_is_run_elsewhere(begun: str) -> None:
    assert (ROOT / ELSEWHERE[begun]).is_file()
    assert any(command.said.startswith(begun) for command in OURS), "no page shows it: strike it from the list"


def test_nothing_is_called_that_is_not_known() -> None:
    programs = {command.program for command in COMMANDS} - {"gateway"}
    assert programs <= OF_OTHERS.keys()


def test_targets_of_make_are_there() -> None:
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    called = {command.words[1] for command in COMMANDS if command.program == "make" and len(command.words) > 1}
    assert [target for target in called if not re.search(rf"^{target}:", makefile, re.MULTILINE)] == []


def test_commands_between_backquotes_are_commands() -> None:
    """What a sentence names (`gateway orders --late`) has the command and the options that it names."""
    unknown = []
    for place, text in spoken():
        known = [words for words in KNOWN if words == text.split()[1 : 1 + len(words)]]
        if not known:
            unknown.append(f"{place} {text}")
    assert not unknown, "\n".join(unknown)
