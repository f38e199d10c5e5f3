"""Configurations over the API: proposed as files, compared, decided by somebody else, and gone back from."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from pydantic import ValidationError

from gateway.api.table import BY_NAME
from gateway.bootstrap.in_force import begun, in_force, note_start
from gateway.bootstrap.office import Office
from gateway.bootstrap.settings import read_settings
from gateway.domain.access import AccountKind, Caller, Role, rights_of
from gateway.errors import Absent, ActionRefused, ConfigurationInvalid, Denied
from gateway.store.database import Database
from tests.gateway.bootstrap.places import SMALL
from tests.world.day import World

BEGIN = '[gateway]\nactivation = { managed = true, approval = "another-role" }\n'
ROUTES = SMALL.replace("[gateway]\n", BEGIN)
MOVED = {"routes.toml": ROUTES + 'timezone = "Europe/Oslo"\n'}


def person(name: str, *roles: Role) -> Caller:
    rights = rights_of(roles, payloads=True, partner=None)
    return Caller(uuid4(), name, AccountKind.PERSON, rights, roles=frozenset(roles))


ADA, BOB = person("ada", Role.PARTNER_MANAGER), person("bob", Role.ADMINISTRATOR)


@pytest.fixture
async def desk(tmp_path: Path, migrated_url: str) -> AsyncIterator[World]:
    """A gateway that has begun with one partner; what is proposed to it waits for another role."""
    database = Database(migrated_url)
    await database.open()
    (tmp_path / "routes.toml").write_text(ROUTES)
    environ = {"DATABASE_URL": migrated_url, "GATEWAY_DATA": str(tmp_path / "var")}
    settings = await begun(read_settings(str(tmp_path / "routes.toml"), environ), database)
    await note_start(settings, database)
    yield World(Office(await in_force(settings, database), database, migrated_url, "test"))
    await database.close()


async def proposed(desk: World, **more: Any) -> Any:
    return await desk.ask("configuration.propose", ADA, **{"files": MOVED, "reason": "they have moved", **more})


async def test_what_a_gateway_has_begun_with_is_in_force(desk: World) -> None:
    one = await desk.ask("configuration.present")
    assert (one.id, one.kind, one.state, one.proposed_by, one.files) == (1, "start", "in_force", None, ("routes.toml",))
    assert await desk.ask("configuration.show", activation=1) == one


async def test_from_proposal_to_approval_and_back(desk: World) -> None:
    waiting = await proposed(desk)
    assert (waiting.id, waiting.state, waiting.proposed_by, waiting.reason) == (2, "proposed", "ada", "they have moved")
    assert (await desk.ask("configuration.present")).id == 1
    with pytest.raises(Denied, match="somebody else must approve"):
        await desk.ask("configuration.approve", ADA, activation=2, reason="mine")
    assert (await desk.ask("configuration.approve", BOB, activation=2, reason="compared it")).decided_by == "bob"
    assert [one.id for one in await desk.everything("configuration.list")] == [2, 1]
    assert (await desk.ask("configuration.present")).id == 2
    with pytest.raises(ActionRefused, match="decided by bob"):
        await desk.ask("configuration.reject", BOB, activation=2, reason="too late")
    back = await desk.ask("configuration.roll_back", ADA, reason="orders go nowhere")
    assert (back.id, back.kind, back.state) == (3, "roll_back", "in_force")


async def test_what_would_differ_and_whom_it_touches(desk: World) -> None:
    await proposed(desk)
    found = await desk.ask("configuration.difference", activation=2)
    (change,) = found.changes
    assert (change.section, change.id, change.what, change.partners) == ("partner", "bigbox", "changed", ("bigbox",))
    assert [(one.path, one.before, one.after) for one in change.members] == [("timezone", "UTC", "Europe/Oslo")]
    assert [(one.partner, one.changes) for one in found.partners] == [("bigbox", 1)]
    assert (await desk.ask("configuration.difference", activation=1)).same


async def test_a_partner_that_moves_to_another_region_leaves_its_history(desk: World) -> None:
    region = '\n[[region]]\nid = "eu"\ndatabase_url = "${EU_URL:-}"\n'
    await proposed(desk, files={"routes.toml": f'{ROUTES}region = "eu"\n{region}'})
    (moved,) = (await desk.ask("configuration.difference", activation=2)).moved
    assert (moved.partner, moved.before, moved.after) == ("bigbox", None, "eu")
    assert moved.text == (
        "What was exchanged with bigbox stays in the database of the gateway without a region, what comes now goes to that of "
        "the region eu."
    )
    assert "docs/how-to/regions.md" in moved.remedy


async def test_where_nothing_came_nothing_would_have_been_decided_otherwise(desk: World) -> None:
    await proposed(desk)
    found = await desk.ask("configuration.replay", ADA, activation=2)
    assert (found.messages, found.documents, found.groups, found.more_changes) == (0, 0, (), 0)


async def test_its_files_are_told_with_references_in_the_place_of_secrets(desk: World) -> None:
    found = await desk.ask("configuration.file", activation=1, name="routes.toml")
    assert (found.name, found.text) == ("routes.toml", ROUTES)
    assert "${DATABASE_URL}" in found.text


async def test_what_is_null_goes_and_what_nothing_names_is_not_kept(desk: World) -> None:
    notes = {"partners/notes.txt": "not read by anything"}
    with pytest.raises(ConfigurationInvalid):
        await proposed(desk, files={"routes.toml": None})
    assert (await proposed(desk, files={**MOVED, **notes})).files == ("routes.toml",)


async def test_what_is_refused_is_not_even_proposed(desk: World) -> None:
    for name in ("../routes.toml", "/etc/passwd", "partners/../../x.toml"):
        with pytest.raises(ActionRefused, match="leads out of the folder"):
            await proposed(desk, files={name: ""})
    with pytest.raises(ConfigurationInvalid):
        await proposed(desk, files={"routes.toml": ROUTES + 'owner_of_all = "x"\n'})
    assert len(await desk.everything("configuration.list")) == 1


async def test_one_for_later_waits_for_its_time_and_can_be_called_off(desk: World) -> None:
    at = datetime.now(UTC).replace(microsecond=0) + timedelta(days=30)
    await proposed(desk, effective_from=at)
    told = await desk.ask("configuration.approve", BOB, activation=2, reason="fine")
    assert (told.state, told.effective_from) == ("approved", at)
    assert (await desk.ask("configuration.present")).id == 1
    assert (await desk.ask("configuration.reject", ADA, activation=2, reason="not any more")).state == "rejected"


async def test_one_that_there_is_not(desk: World) -> None:
    for word in ("show", "difference", "replay"):
        with pytest.raises(Absent):
            await desk.ask(f"configuration.{word}", BOB, activation=4711)
    with pytest.raises(Absent):
        await desk.ask("configuration.file", activation=4711, name="routes.toml")
    with pytest.raises(Absent, match=r"has no file x\.toml"):
        await desk.ask("configuration.file", activation=1, name="x.toml")
    for word in ("approve", "reject"):
        with pytest.raises(Absent):
            await desk.ask(f"configuration.{word}", BOB, activation=4711, reason="x")


@pytest.mark.parametrize(
    ("name", "asked"),
    [
        ("configuration.show", {"activation": 0}),
        ("configuration.show", {"activation": 2**63}),
        ("configuration.file", {"activation": 1, "name": ""}),
        ("configuration.replay", {"activation": 1, "days": 0}),
        ("configuration.replay", {"activation": 1, "days": 91}),
        ("configuration.replay", {"activation": 1, "messages": 2001}),
        ("configuration.propose", {"files": {}, "reason": "x"}),
        ("configuration.propose", {"files": {"routes.toml": ""}}),
        ("configuration.propose", {"files": {"routes.toml": ""}, "reason": "x", "effective_from": "2027-01-01T00:00:00"}),
        ("configuration.approve", {"activation": 1, "reason": " "}),
        ("configuration.roll_back", {"to": "2"}),
    ],
)
def test_what_cannot_be_asked(name: str, asked: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        BY_NAME[name].asked.model_validate(asked)
