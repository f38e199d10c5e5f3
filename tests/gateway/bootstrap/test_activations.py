"""Configurations as people bring them into force: what is refused, who may approve, and the way back."""

import asyncio
from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest

from gateway.bootstrap.activations import (
    configuration,
    configuration_file,
    configurations,
    decide_configuration,
    propose_configuration,
    propose_files,
    roll_back_configuration,
    try_configuration,
)
from gateway.bootstrap.audit import audit_lines
from gateway.bootstrap.in_force import begun, in_force, note_start
from gateway.bootstrap.office import Office, opened, settings_at
from gateway.bootstrap.settings import read_settings
from gateway.config import ConfigurationRefused
from gateway.domain.access import AccountKind, Caller, Role, at_the_machine, rights_of
from gateway.domain.activation import Proposal
from gateway.errors import Absent, ActionRefused, ConfigurationInvalid, Denied, StoreUnavailable
from gateway.store.activations import PostgresActivations
from gateway.store.database import Database
from tests.gateway.bootstrap.places import SMALL
from tests.translators.x12.orders import order_850

ADA = at_the_machine("ada")
WHY = Proposal(reason="a new partner")
MANAGED = '[gateway]\nactivation = { managed = true, approval = "APPROVAL" }\n'

AGREED = """
[[channel]]
id = "bigbox-folder"
partner = "bigbox"
type = "folder"
inbox = "in"

[[agreement]]
id = "bigbox-850"
partner = "bigbox"
direction = "in"
document = "purchase_order"
format = "x12/004010/850"
"""


def caller(name: str, *roles: Role) -> Caller:
    rights = rights_of(roles, payloads=False, partner=None)
    return Caller(uuid4(), name, AccountKind.PERSON, rights, roles=frozenset(roles))


@dataclass
class Place:
    """A folder with files, and the office where they are worked on."""

    folder: Path
    database: Database
    environ: Mapping[str, str]

    @property
    def file(self) -> Path:
        return self.folder / "routes.toml"

    more: str = ""

    def write(self, timezone: str = "UTC", *, approval: str = "nobody", managed: bool = True) -> None:
        """Files that differ by the zone of their partner."""
        begin = MANAGED.replace("APPROVAL", approval) if managed else "[gateway]\n"
        self.file.write_text(SMALL.replace("[gateway]\n", begin) + f'timezone = "{timezone}"\n' + self.more)

    async def begin(self) -> Office:
        """A gateway has begun with the files."""
        settings = await begun(read_settings(str(self.file), self.environ), self.database)
        await note_start(settings, self.database)
        return await self.office()

    async def office(self) -> Office:
        settings = await in_force(read_settings(str(self.file), self.environ), self.database)
        return Office(settings, self.database, "", "test")

    async def propose(self, timezone: str, *, by: Caller = ADA, proposal: Proposal = WHY, **terms: Any) -> dict[str, Any]:
        self.write(timezone, **terms)
        return dict(await propose_configuration(await self.office(), self.file, proposal, by=by))

    async def zone(self) -> str:
        """That of the partner by what is in force."""
        return str((await self.office()).snapshot.partners["bigbox"].timezone)


@pytest.fixture
async def place(tmp_path: Path, migrated_url: str) -> AsyncIterator[Place]:
    database = Database(migrated_url)
    await database.open()
    place = Place(tmp_path, database, {"DATABASE_URL": migrated_url, "GATEWAY_DATA": str(tmp_path / "var")})
    place.write()
    yield place
    await database.close()


class TestProposing:
    async def test_what_is_proposed_is_in_force_and_its_files_are_kept(self, place: Place) -> None:
        office = await place.begin()
        told = await place.propose("Europe/Oslo")
        assert (told["state"], told["proposed_by"], told["reason"], told["kind"]) == (
            "in_force",
            "ada",
            "a new partner",
            "proposal",
        )
        assert told["files"] == ["routes.toml"]
        assert 'timezone = "Europe/Oslo"' in await configuration_file(office, told["id"], "routes.toml")
        assert await place.zone() == "Europe/Oslo"
        assert [one["state"] for one in await configurations(office)] == ["in_force", "ended"]

    async def test_the_files_do_not_matter_then(self, place: Place) -> None:
        await place.begin()
        await place.propose("Europe/Oslo")
        place.write("Asia/Tokyo")
        assert await place.zone() == "Europe/Oslo"
        place.file.unlink()
        assert await place.zone() == "Europe/Oslo"

    async def test_one_with_errors_is_refused_whatever_is_said(self, place: Place) -> None:
        office = await place.begin()
        place.file.write_text(place.file.read_text().replace('owner = "edi"', 'owner = "nobody"'))
        with pytest.raises(ConfigurationRefused, match="nobody"):
            await propose_configuration(office, place.file, Proposal(reason="x", override="I know better"), by=ADA)
        assert len(await configurations(office)) == 1

    async def test_one_without_any_effect_is_refused(self, place: Place) -> None:
        office = await place.begin()
        place.file.write_text(place.file.read_text() + "# a comment\n")
        with pytest.raises(ActionRefused, match="in force already"):
            await propose_configuration(office, place.file, WHY, by=ADA)

    async def test_where_files_decide_nothing_is_activated(self, place: Place) -> None:
        place.write(managed=False)
        await place.begin()
        place.write("Europe/Oslo", managed=False)
        with pytest.raises(ActionRefused, match="What runs here are files") as refused:
            await propose_configuration(await place.office(), place.file, WHY, by=ADA)
        assert "managed = true" in refused.value.remedy

    async def test_one_for_later_waits_and_can_be_called_off(self, place: Place) -> None:
        office = await place.begin()
        later = datetime.now(UTC) + timedelta(days=1)
        told = await place.propose("Europe/Oslo", proposal=Proposal(reason="x", effective_from=later))
        assert (told["state"], told["effective_from"]) == ("approved", later)
        assert await place.zone() == "UTC"
        decided = await decide_configuration(office, told["id"], approve=False, by=ADA, reason="not yet")
        assert decided["state"] == "rejected"

    async def test_what_leads_out_of_the_folder_could_not_be_put_back(self, place: Place, tmp_path_factory: Any) -> None:
        await place.begin()
        elsewhere = tmp_path_factory.mktemp("elsewhere") / "sku.csv"
        elsewhere.write_text("theirs,ours\nA,B\n")
        place.file.write_text(place.file.read_text() + f'[[table]]\nid = "sku"\nfile = "{elsewhere}"\n')
        with pytest.raises(ConfigurationInvalid, match="outside of its folder"):
            await propose_configuration(await place.office(), place.file, WHY, by=ADA)

    async def test_a_try_says_what_stands_against_it_and_changes_nothing(self, place: Place) -> None:
        office = await place.begin()
        assert (await try_configuration(office, place.file))["same"]
        place.write("Europe/Oslo")
        found = await try_configuration(office, place.file)
        assert (found["same"], found["problem"], found["tests"]) == (False, "", {"passed": 0, "failed": []})
        assert [one["code"] for one in found["lint"]] == ["R022"], "warnings do not matter, but are told"
        assert await place.zone() == "UTC"


class TestTests:
    """What stands in `route-tests` beside the files."""

    @pytest.fixture
    async def tested(self, place: Place) -> Place:
        """In force is a configuration that reads orders of BigBox; a test says what is expected of one."""
        place.more = AGREED
        place.write()
        await place.begin()
        folder = place.folder / "route-tests"
        folder.mkdir()
        (folder / "orders.edi").write_bytes(
            order_850(sender="01:123456789", receiver="ZZ:US", control_number=1, order_number="PO-1")
        )
        (folder / "orders.toml").write_text(
            '[[test]]\nname = "an order"\nfile = "orders.edi"\nexpect = { partner = "nordmart" }\n'
        )
        return place

    async def test_where_they_fail_it_is_refused_unless_somebody_says_why_they_do_not_matter(self, tested: Place) -> None:
        with pytest.raises(ActionRefused, match=r"1 of 1 test failed: .*an order") as refused:
            await tested.propose("Europe/Oslo")
        assert "--override REASON" in refused.value.remedy
        assert await tested.zone() == "UTC"
        told = await tested.propose("Europe/Oslo", proposal=Proposal(reason="x", override="of last year's guide"))
        assert (told["state"], told["override"]) == ("in_force", "of last year's guide")
        assert [name.rpartition(": ")[2] for name in told["tests"]["failed"]] == ["an order"]
        lines = await audit_lines(await tested.office(), {"action": "configuration_proposed"})
        assert lines[0]["detail"]["override"] == "of last year's guide"

    async def test_where_they_pass_nothing_need_be_overridden(self, tested: Place) -> None:
        file = tested.folder / "route-tests" / "orders.toml"
        file.write_text(file.read_text().replace("nordmart", "bigbox"))
        told = await tested.propose("Europe/Oslo", proposal=Proposal(reason="x", override="to be sure"))
        assert (told["tests"], told["override"]) == ({"passed": 1, "failed": []}, None)


class TestFiles:
    async def test_files_are_laid_over_those_in_force(self, place: Place) -> None:
        office = await place.begin()
        more = '[[partner]]\nid = "new"\nowner = "edi"\nidentities = { x12 = "01:987654321" }\n'
        text = await configuration_file(office, (await configuration(office))["id"], "routes.toml")
        files = {"routes.toml": f'include = ["partners/*.toml"]\n{text}', "partners/new.toml": more}
        told = await propose_files(office, files, WHY, by=ADA)
        assert told["files"] == ["partners/new.toml", "routes.toml"]
        assert set((await place.office()).snapshot.partners) == {"bigbox", "new"}
        told = await propose_files(await place.office(), {"partners/new.toml": None, "routes.toml": text}, WHY, by=ADA)
        assert told["files"] == ["routes.toml"]

    @pytest.mark.parametrize("name", ["../routes.toml", "/etc/passwd", "a/../../b", ".."])
    async def test_none_leads_out_of_the_folder(self, place: Place, name: str) -> None:
        office = await place.begin()
        with pytest.raises(ActionRefused, match="leads out of the folder"):
            await propose_files(office, {name: ""}, WHY, by=ADA)


class TestApproval:
    async def test_it_waits_for_somebody_else_with_another_role(self, place: Place) -> None:
        place.write(approval="another-role")
        office = await place.begin()
        ada = caller("ada", Role.PARTNER_MANAGER)
        told = await place.propose("Europe/Oslo", by=ada, approval="another-role")
        assert told["state"] == "proposed"
        assert await place.zone() == "UTC"
        for who, why in ((ada, "somebody else"), (caller("bob", Role.PARTNER_MANAGER), "another role")):
            with pytest.raises(Denied, match=why):
                await decide_configuration(office, told["id"], approve=True, by=who, reason="ok")
        eve = caller("eve", Role.ADMINISTRATOR)
        decided = await decide_configuration(office, told["id"], approve=True, by=eve, reason="compared it")
        assert (decided["state"], decided["decided_by"], decided["decision"]) == ("in_force", "eve", "compared it")
        with pytest.raises(ActionRefused, match="is in force, decided by eve"):
            await decide_configuration(office, told["id"], approve=False, by=eve, reason="no")

    async def test_a_proposal_cannot_do_away_with_it(self, place: Place) -> None:
        place.write(approval="another-role")
        await place.begin()
        told = await place.propose("Europe/Oslo", approval="nobody")
        assert told["state"] == "proposed", "what is in force says who must approve"

    async def test_the_proposer_may_take_it_back(self, place: Place) -> None:
        place.write(approval="another-role")
        office = await place.begin()
        told = await place.propose("Europe/Oslo", approval="another-role")
        assert (await decide_configuration(office, told["id"], approve=False, by=ADA, reason="a slip"))["state"] == "rejected"

    async def test_of_two_who_decide_at_the_same_time_one_is_told(self, place: Place) -> None:
        place.write(approval="another-role")
        office = await place.begin()
        told = await place.propose("Europe/Oslo", by=caller("ada", Role.PARTNER_MANAGER), approval="another-role")
        one, two = caller("eve", Role.ADMINISTRATOR), caller("tom", Role.ADMINISTRATOR)
        done = await asyncio.gather(
            decide_configuration(office, told["id"], approve=True, by=one, reason="yes"),
            decide_configuration(office, told["id"], approve=False, by=two, reason="no"),
            return_exceptions=True,
        )
        assert sorted(isinstance(each, ActionRefused) for each in done) == [False, True]

    async def test_there_is_no_activation_of_that_number(self, place: Place) -> None:
        office = await place.begin()
        with pytest.raises(Absent, match="no activation 4711"):
            await decide_configuration(office, 4711, approve=True, by=ADA, reason="x")


class TestGoingBack:
    async def test_to_what_was_before_in_one_step_without_approval(self, place: Place) -> None:
        place.write(approval="another-role")
        office = await place.begin()
        told = await place.propose("Europe/Oslo", by=caller("ada", Role.PARTNER_MANAGER), approval="another-role")
        await decide_configuration(office, told["id"], approve=True, by=caller("eve", Role.ADMINISTRATOR), reason="ok")
        back = await roll_back_configuration(await place.office(), by=ADA, reason="orders go nowhere")
        assert (back["kind"], back["state"], back["reason"]) == ("roll_back", "in_force", "orders go nowhere")
        assert await place.zone() == "UTC"

    async def test_to_one_that_is_named_by_its_number_or_digest(self, place: Place) -> None:
        office = await place.begin()
        first = await configuration(office)
        await place.propose("Europe/Oslo")
        told = await place.propose("Asia/Tokyo")
        await roll_back_configuration(await place.office(), str(first["id"]), by=ADA, reason="x")
        assert await place.zone() == "UTC"
        await roll_back_configuration(await place.office(), told["digest"][:12], by=ADA, reason="x")
        assert await place.zone() == "Asia/Tokyo"

    async def test_to_nothing(self, place: Place) -> None:
        office = await place.begin()
        with pytest.raises(Absent, match="Nothing was in force before"):
            await roll_back_configuration(office, by=ADA, reason="x")
        with pytest.raises(ActionRefused, match="in force already"):
            await roll_back_configuration(office, "1", by=ADA, reason="x")
        with pytest.raises(Absent, match="Nothing was in force as feedbeef"):
            await roll_back_configuration(office, "feedbeef", by=ADA, reason="x")


class TestWithoutFiles:
    async def test_a_command_says_what_to_do_where_nothing_was_activated(self, tmp_path: Path, migrated_url: str) -> None:
        with pytest.raises(ConfigurationInvalid, match=r"no routes\.toml here") as refused:
            async with opened(str(tmp_path / "routes.toml"), {"DATABASE_URL": migrated_url}):
                pass
        assert "managed = true" in refused.value.remedy

    async def test_what_reads_files_alone_says_so(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setenv("DATABASE_URL", "postgresql://nowhere.example/edi")
        with pytest.raises(ConfigurationInvalid, match="reads files alone"):
            settings_at(str(tmp_path / "routes.toml"))

    async def test_without_a_database_either_it_is_the_file_that_lacks(self, tmp_path: Path) -> None:
        with pytest.raises(ConfigurationRefused, match="cannot be read"):
            read_settings(str(tmp_path / "routes.toml"), {})


async def test_a_start_is_noted_when_the_database_is_there_again(place: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    """Who lost it in this moment works all the same: it ended gateways, under load."""
    place.write(managed=False)
    settings = await begun(read_settings(str(place.file), place.environ), place.database)
    noted, lost = PostgresActivations.started, [StoreUnavailable("PostgreSQL does not answer.")] * 2

    async def started(self: PostgresActivations, *said: Any) -> None:
        if lost:
            raise lost.pop()
        await noted(self, *said)

    monkeypatch.setattr(PostgresActivations, "started", started)
    await note_start(settings, place.database, pace=0.0)
    activation, _ = await PostgresActivations(place.database).now()
    assert activation is not None
    assert activation.digest == settings.snapshot.digest
