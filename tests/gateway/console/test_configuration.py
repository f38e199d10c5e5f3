"""Configurations in the console: the history, one with what would differ, and deciding about it."""

from pathlib import Path
from typing import Any

import pytest

from gateway.bootstrap.activations import propose_configuration
from gateway.bootstrap.in_force import begun, in_force, note_start
from gateway.bootstrap.office import Office
from gateway.bootstrap.settings import read_settings
from gateway.console.configuration import outcome_of_tests
from gateway.domain.access import Role, at_the_machine
from gateway.domain.activation import Proposal
from gateway.store.database import Database
from tests.gateway.bootstrap.places import SMALL
from tests.gateway.console.test_partners import posted, text
from tests.gateway.console.visiting import signed_in

BEGIN = '[gateway]\nactivation = { managed = true, approval = "another-role" }\n'


@pytest.fixture
async def office(tmp_path: Path, migrated_url: str) -> Any:
    """One in force, and one that the command line has proposed."""
    database = Database(migrated_url)
    await database.open()
    environ = {"DATABASE_URL": migrated_url, "GATEWAY_DATA": str(tmp_path / "var")}
    file = tmp_path / "routes.toml"
    file.write_text(SMALL.replace("[gateway]\n", BEGIN))
    settings = await begun(read_settings(str(file), environ), database)
    await note_start(settings, database)
    office = Office(await in_force(settings, database), database, migrated_url, "test")
    file.write_text(file.read_text() + 'timezone = "Europe/Oslo"\n')
    await propose_configuration(office, file, Proposal(reason="they have moved"), by=at_the_machine("root"))
    yield office
    await database.close()


@pytest.mark.parametrize(
    ("tests", "expected"),
    [
        (None, "none"),
        ({"passed": 0, "failed": []}, "none"),
        ({"passed": 2, "failed": []}, "passed"),
        ({"passed": 2, "failed": ["x"]}, "failed"),
    ],
)
def test_what_tests_came_to_is_one_word(tests: Any, expected: str) -> None:
    assert outcome_of_tests({"tests": tests}) == expected


async def test_the_history_begins_with_what_is_newest(office: Office) -> None:
    async with signed_in(office) as ada:
        tree = await ada.page("/configuration")
        rows = tree.xpath("//tbody/tr")
        assert "waits for approval" in text(rows[0], ".")
        assert "root" in text(rows[0], ".")
        assert "they have moved" in text(rows[0], ".")
        assert "in force" in text(rows[1], ".")
        assert "A gateway has begun with its files" in text(rows[1], ".")
        assert not tree.xpath("//main//form"), "who only looks is offered nothing to do"


async def test_one_says_what_differs_and_whom_it_touches_and_shows_its_files(office: Office) -> None:
    async with signed_in(office) as ada:
        tree = await ada.page("/configuration/2")
        assert "Partners that it touches: bigbox" in text(tree)
        row = text(tree, "//tbody/tr")
        for said in ("partner bigbox changed", "timezone", "UTC", "Europe/Oslo"):
            assert said in row
        assert tree.xpath("//main//a[text()='routes.toml']/@href") == ["/configuration/2/file?name=routes.toml"]
        assert "${DATABASE_URL}" in text(await ada.page("/configuration/2/file?name=routes.toml"), "//pre")
        await ada.page("/configuration/2/file?name=/etc/passwd", 404)
        await ada.page("/configuration/4711", 404)
        assert not tree.xpath("//main//form")


async def test_a_partner_that_changes_its_region_is_told_apart(office: Office) -> None:
    file = office.settings.config
    file.write_text(f'{file.read_text()}region = "eu"\n\n[[region]]\nid = "eu"\ndatabase_url = "${{EU_URL:-}}"\n')
    await propose_configuration(office, file, Proposal(reason="the law"), by=at_the_machine("root"))
    async with signed_in(office) as ada:
        assert "bigbox changes its region: none → eu. What was exchanged before stays" in text(await ada.page("/configuration/3"))


async def test_it_is_approved_and_gone_back_from(office: Office) -> None:
    async with signed_in(office, Role.PARTNER_MANAGER) as ada:
        await posted(ada, "/configuration/2/approve", {"reason": ""}, at="/configuration/2", status=409)
        where = await ada.send("/configuration/2/approve", at="/configuration/2", reason="compared it with the guide")
        page = await ada.page(where)
        assert "It is approved." in text(page)
        assert "ada" in text(page, "//dl")
        assert "compared it with the guide" in text(page, "//dl")
        again = await posted(ada, "/configuration/2/reject", {"reason": "no"}, at="/configuration", status=409)
        assert "Activation 2 is in force, decided by ada" in text(again, "//div[@class='problem']")
        where = await ada.send("/configuration/roll-back", at="/configuration", reason="orders go nowhere")
        assert "What was in force before is in force again." in text(await ada.page(where))
        assert "gone back" in text(await ada.page("/configuration"), "//tbody/tr[1]")
        nothing = await posted(ada, "/configuration/roll-back", {"reason": "again"}, at="/configuration", status=409)
        assert "Nothing was in force before" in text(nothing, "//div[@class='problem']")


async def test_it_is_rejected(office: Office) -> None:
    async with signed_in(office, Role.ADMINISTRATOR) as ada:
        where = await ada.send("/configuration/2/reject", at="/configuration/2", reason="not yet")
        page = await ada.page(where)
        assert "rejected" in text(page, "//h1")
        assert not page.xpath("//main//form")


async def test_what_would_have_changed_is_for_those_who_may_see_what_documents_hold(office: Office) -> None:
    async with signed_in(office, Role.PARTNER_MANAGER) as ada:
        assert not (await ada.page("/configuration/2")).xpath("//a[contains(@href, 'replay')]")
        await ada.page("/configuration/2/replay", 403)


async def test_what_would_have_changed(office: Office) -> None:
    async with signed_in(office, payloads=True) as ada:
        assert (await ada.page("/configuration/2")).xpath("//a[contains(@href, 'replay')]")
        page = await ada.page("/configuration/2/replay")
        assert "0 messages with 0 documents of the last 7 days" in text(page)
        assert "Nothing would have changed" in text(page)
