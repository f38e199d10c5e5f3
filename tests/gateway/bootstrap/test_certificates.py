"""A partner's certificate takes over by an activation: written where the channel stands, kept with it, gone back from."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from gateway.bootstrap.activations import configuration, configuration_file, decide_configuration, roll_back_configuration
from gateway.bootstrap.certificates import Wish, certificates_of, roll_over_certificate
from gateway.bootstrap.config_diff import compare_configurations
from gateway.bootstrap.office import Office
from gateway.domain.access import Role
from gateway.errors import Absent, ActionRefused, PlanRefused
from tests.gateway.bootstrap.managed import as_it_is_now, managed
from tests.gateway.bootstrap.test_activations import caller
from tests.gateway.channels.as2.certificates import pair

ADA = caller("ada", Role.PARTNER_MANAGER)
BOB = caller("bob", Role.ADMINISTRATOR)
NEW = pair("BIGBOX new")
NOW = datetime.now(UTC)
DAY = NOW.replace(hour=0, minute=0, second=0, microsecond=0) + timedelta(days=5)


@pytest.fixture
async def office(tmp_path: Path, migrated_url: str) -> AsyncIterator[Office]:
    async with managed(tmp_path, migrated_url) as office:
        yield office


async def rolled_over(office: Office, wish: Wish | None = None) -> Any:
    return await roll_over_certificate(office, "bigbox", wish or Wish(NEW.certificate, use_from=DAY), "theirs ends", by=ADA)


async def standing(office: Office) -> list[tuple[str, str]]:
    """The certificates of the partner in force by now, by their subjects."""
    channel = (await as_it_is_now(office)).snapshot.channels["bigbox-as2"]
    return [(one["subject"], one["standing"]) for one in certificates_of(channel, NOW) if not one["ours"]]


async def test_it_is_in_force_beside_the_one_before_and_kept_with_the_configuration(office: Office, tmp_path: Path) -> None:
    told = await rolled_over(office)
    assert (told["state"], told["reason"], told["proposed_by"]) == ("in_force", "theirs ends", "ada")
    (file,) = [name for name in told["files"] if name.startswith("certs/bigbox-")]
    assert await configuration_file(office, told["id"], file) == NEW.certificate.decode()
    assert not (tmp_path / file).exists(), "the database has it, for every machine"
    text = await configuration_file(office, told["id"], "partners/bigbox.toml")
    ends = (DAY + timedelta(days=14)).date()
    assert f'{{ file = "certs/bigbox.pem", until = {ends} }}' in text
    assert f'{{ file = "{file}", from = {DAY.date()} }}' in text
    assert "# from their portal" in text
    assert await standing(office) == [("CN=BIGBOX", "current"), ("CN=BIGBOX new", "next")]


async def test_it_is_gone_back_from(office: Office) -> None:
    await rolled_over(office)
    await roll_back_configuration(await as_it_is_now(office), by=ADA, reason="the partner was not ready")
    assert await standing(office) == [("CN=BIGBOX", "current")]


async def test_what_differs_names_the_channel_the_file_and_the_partner(office: Office) -> None:
    before = (await configuration(office))["digest"]
    await rolled_over(office)
    told = await compare_configurations(await as_it_is_now(office), before, "")
    assert {(one["section"], one["what"]) for one in told["changes"]} == {("channel", "changed"), ("file", "added")}
    assert [one["partner"] for one in told["partners"]] == ["bigbox"]


async def test_somebody_else_approves_it_where_that_is_asked_for(tmp_path: Path, migrated_url: str) -> None:
    async with managed(tmp_path, migrated_url, approval="another-role") as office:
        told = await rolled_over(office)
        assert told["state"] == "proposed"
        assert await standing(office) == [("CN=BIGBOX", "current")]
        await decide_configuration(office, told["id"], approve=True, by=BOB, reason="compared by telephone")
        assert ("CN=BIGBOX new", "next") in await standing(office)


async def test_one_of_ours_one_that_would_not_work_and_one_that_is_known_are_refused(office: Office) -> None:
    for wish, told in (
        (Wish(pair("US new").certificate, ours=True), "private key on every machine"),
        (Wish(pair("BIGBOX old", days=-1, begun=30).certificate, use_from=DAY), "ended"),
        (Wish(pair("BIGBOX").certificate), "already"),
        (Wish(b"hello"), "Not a usable certificate"),
    ):
        with pytest.raises(PlanRefused, match=told) as refused:
            await rolled_over(office, wish)
        assert refused.value.remedy
    with pytest.raises(Absent):
        await roll_over_certificate(office, "nobody", Wish(NEW.certificate), "x", by=ADA)
    assert await standing(office) == [("CN=BIGBOX", "current")]


async def test_where_files_decide_it_is_refused_with_what_to_do(tmp_path: Path, migrated_url: str) -> None:
    async with managed(tmp_path, migrated_url, by_files=True) as office:
        with pytest.raises(ActionRefused, match="What runs here are files"):
            await rolled_over(office)
