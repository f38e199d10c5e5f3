"""The audit's screen: what was done, found by who and what, and the chain's state."""

from pathlib import Path

import pytest

from gateway.bootstrap.activations import propose_files
from gateway.console.audit import parts_of, utc
from gateway.console.texts import TEXTS
from gateway.domain.access import Role, at_the_machine
from gateway.domain.activation import Proposal
from gateway.store.audit import PostgresAudit
from tests.gateway.bootstrap.managed import managed
from tests.gateway.console.visiting import Visitor, signed_in
from tests.world.day import World


def test_details_are_read_by_people() -> None:
    told = {
        "roles": ["viewer", "operator"],
        "payloads": True,
        "partner": None,
        "were": {"roles": [], "payloads": False},
        "until": "2026-11-24T07:36:23+00:00",
        "number": 20261122,
    }
    parts = dict(parts_of(told, TEXTS["en"]))
    assert parts.pop("until").startswith("<time ")
    assert parts == {"roles": "viewer, operator", "payloads": "yes", "were: payloads": "no", "number": "20261122"}


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("", ""),
        ("2026-11-22T08:00", "2026-11-22T08:00:00+00:00"),
        ("2026-11-22T08:00+02:00", "2026-11-22T06:00:00+00:00"),
        ("soon", "soon"),
    ],
)
def test_a_time_without_a_zone_is_utc(written: str, meant: str) -> None:
    assert utc(written) == meant


async def rows(ada: Visitor, path: str) -> list[list[str]]:
    tree = await ada.page(path)
    return [[" ".join(cell.text_content().split()) for cell in row.xpath("td")] for row in tree.xpath("//tbody/tr")]


async def test_lines_are_found_by_who_what_and_when_and_lead_to_what_they_are_about(world: World) -> None:
    async with signed_in(world.office, Role.ADMINISTRATOR, payloads=True) as ada:
        message = (await world.document("4712"))["transmission"]
        async with ada.client.get(f"/messages/{message}/save/raw") as answer:
            assert answer.status == 200
        await world.ask("accounts.add_service", account="robot", roles=["viewer"])
        ((_, who, did, *_),) = await rows(ada, "/audit?action=messages.raw")
        assert (who, did) == ("ada", "Saved a message")
        tree = await ada.page(f"/audit?subject={message}&since=2020-01-01T00:00&until=2099-01-01T00:00")
        assert tree.xpath("//tbody//a[@data-open]/@href") == [f"/messages/{message}"]
        assert "--subject" in tree.xpath("string(//p[@class='cli']/code)")
        made = await ada.page("/audit?actor=ann")
        assert made.xpath("//tbody//a[@data-open]/@href") == ["/settings/accounts/robot"]
        assert "nothing like that" in (await ada.page("/audit?actor=nobody")).text_content().lower()
        assert await rows(ada, "/audit?until=2020-01-01T00:00") == []
        refused = await ada.page("/audit?since=soon", 422)
        assert refused.xpath("//div[@role='alert']")


async def test_older_lines_are_a_page_of_their_own(world: World) -> None:
    async with world.office.database.connection() as connection:
        columns = "actor, action, subject, detail"
        values = "select 'cron', 'purged', n::text, '{}' from generate_series(1, 120) n"
        await connection.execute(f"insert into gateway.audit ({columns}) {values}")
    async with signed_in(world.office, Role.ADMINISTRATOR) as ada:
        tree = await ada.page("/audit?actor=cron")
        assert len(tree.xpath("//tbody/tr")) == 100
        (older,) = tree.xpath("//a[@rel='next']/@href")
        assert len(await rows(ada, older)) == 20


async def test_the_chain_says_where_it_breaks(world: World) -> None:
    async with signed_in(world.office, Role.ADMINISTRATOR) as ada:
        assert not (await ada.page("/audit/verify")).xpath("//section[@class='result']"), "it is looked at when asked for"
        await PostgresAudit(world.office.database).seal(limit=10_000)
        whole = await ada.page("/audit/verify?noted=")
        assert "is what was written" in whole.xpath("string(//section[@class='result']/h2)")
        seal = whole.xpath("string(//section[@class='result']//code)")
        assert "is what was written" in (await ada.page(f"/audit/verify?noted={seal}")).text_content()
        assert "That is no seal" in (await ada.page("/audit/verify?noted=12:3", 422)).text_content()
        async with world.office.database.connection() as connection:
            line = await connection.fetchval("select max(line) from gateway.audit_seal")
            await connection.execute("alter table gateway.audit disable trigger user")
            await connection.execute("update gateway.audit set actor = 'somebody' where id = $1", line)
        broken = await ada.page("/audit/verify?noted=")
        assert "not what was written" in broken.xpath("string(//section[@class='result']/h2)")
        assert broken.xpath("//table//tbody/tr")
        assert "gateway audit verify" in broken.xpath("string(//p[@class='cli']/code)")


async def test_who_may_not_read_it_is_told(world: World) -> None:
    async with signed_in(world.office, Role.OPERATOR) as ada:
        assert "/audit" not in (await ada.page("/")).xpath("//nav[@class='screens']//a/@href")
        for path in ("/audit", "/audit/verify?noted="):
            await ada.page(path, 403)


async def test_what_was_done_about_a_configuration_leads_to_it(tmp_path: Path, migrated_url: str) -> None:
    async with managed(tmp_path, migrated_url) as office, signed_in(office, Role.ADMINISTRATOR) as ada:
        changed = {"partners/bigbox.toml": (tmp_path / "partners" / "bigbox.toml").read_text() + "\n[[owner]]\nid = 'sales'\n"}
        await propose_files(office, changed, Proposal(reason="they grow"), by=at_the_machine("root"))
        tree = await ada.page("/audit?action=configuration_proposed")
        assert tree.xpath("//tbody//a[@data-open]/@href") == ["/configuration/2"]
        assert "they grow" in tree.xpath("string(//tbody)")
