"""Configurations named by their files or digests, and compared."""

from pathlib import Path

import pytest

from gateway import bootstrap
from gateway.bootstrap.config_diff import compare_configurations
from gateway.bootstrap.config_source import source_of
from gateway.bootstrap.configurations import keep_configuration
from gateway.bootstrap.settings import read_settings
from gateway.errors import Absent, ConfigurationInvalid
from gateway.store.database import Database
from gateway.store.work import PostgresWork
from tests.integration.deciding import configured


@pytest.fixture
def files(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> tuple[str, str]:
    monkeypatch.setenv("DATABASE_URL", "postgresql://nobody@127.0.0.1:1/nothing")
    before, after = (str(configured(tmp_path, name)) for name in ("before", "after"))
    return before, after


def broken(file: str) -> None:
    Path(file).write_text("[gateway]\n")


async def test_files_are_compared_without_a_database(files: tuple[str, str]) -> None:
    before, after = files
    found = await compare_configurations(before, "", after)
    assert [(one["section"], one["id"]) for one in found["changes"]] == [
        ("agreement", "bigbox-850"),
        ("agreement", "bigbox-850-out"),
        ("agreement", "nordmart-orders"),
        ("table", "sku"),
        ("route", "large"),
        ("route", "bigbox-orders"),
        ("route", "nordmart-orders"),
    ]
    assert found["partners"] == [{"partner": "bigbox", "changes": 5}, {"partner": "nordmart", "changes": 2}]
    assert (found["old"]["source"], found["same"]) == ("in force", False)


async def test_the_same_is_said_to_be_the_same(files: tuple[str, str]) -> None:
    before, _ = files
    found = await compare_configurations(before, before, before)
    assert (found["same"], found["changes"], found["partners"]) == (True, [], [])
    assert found["old"]["digest"] == found["new"]["digest"]


async def test_one_with_errors_is_refused(files: tuple[str, str]) -> None:
    before, after = files
    broken(after)
    with pytest.raises(ConfigurationInvalid):
        await compare_configurations(before, before, after)


async def test_what_is_no_file_and_no_digest_is_said(files: tuple[str, str]) -> None:
    with pytest.raises(Absent, match=r"There is no configuration gone\.toml"):
        await compare_configurations(files[0], "", "gone.toml")


async def test_one_that_was_in_force_is_named_by_its_digest(
    tmp_path: Path, postgres_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DATABASE_URL", postgres_url)
    before, after = (str(configured(tmp_path, name)) for name in ("before", "after"))
    settings = read_settings(before, {"DATABASE_URL": postgres_url})
    await bootstrap.migrate(settings, dry_run=False)
    database = Database(postgres_url)
    await database.open()
    await keep_configuration(PostgresWork(database), settings)
    async with database.transaction() as connection:
        await connection.execute("insert into gateway.configuration values ('abcdef123456', '{}')")
    await database.close()
    digest = settings.snapshot.digest
    found = await compare_configurations(after, digest[:12], after)
    assert (found["old"]["digest"], len(found["changes"])) == (digest, 7)
    assert (await source_of(after, digest[:12])).build({"DATABASE_URL": postgres_url}).digest == digest
    with pytest.raises(Absent, match="There was no configuration 00000000"):
        await compare_configurations(after, "00000000", after)
    with pytest.raises(ConfigurationInvalid, match="only its digest is known"):
        await compare_configurations(after, "abcdef123456", after)
