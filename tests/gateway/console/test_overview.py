"""The overview and the figures: what somebody who comes in sees, where each figure leads, and tables for every chart."""

import pytest
from lxml import html

from gateway.bootstrap.charts import RANGES
from gateway.console.figures import CHARTS
from gateway.errors import StoreUnavailable
from gateway.store.charts import Charts
from tests.gateway.console.visiting import signed_in
from tests.world.day import World, rows_of


def amounts(tree: html.HtmlElement) -> dict[str, int]:
    """The figures of the overview by the names of their tiles."""
    tiles = tree.xpath("//*[starts-with(@id, 'tile-')]")
    return {tile.get("id").removeprefix("tile-"): int(tile.xpath("string(*[contains(@class, 'amount')])")) for tile in tiles}


async def test_what_needs_somebody_is_told_with_whom_it_is_about(world: World) -> None:
    async with signed_in(world.office) as ada:
        tree = await ada.page("/")
        found = amounts(tree)
        assert (found["failures"], found["overdue"], found["dead_letters"], found["breakers"]) == (3, 1, 2, 0)
        needed = {one.removeprefix("tile-") for one in tree.xpath("//*[@class='needed']/@id")}
        assert needed == {"failures", "overdue", "dead_letters", "orders_held", "unmatched"}
        (row,) = tree.xpath("//table[.//a[@href='/partners/bigbox']]/tbody/tr")
        assert row.xpath("td//text()[normalize-space()]") == ["3", "1", "0"]
        assert "Odoo knows no product ABC." in tree.xpath("string(//ul[contains(@class, 'recent')])")
        assert tree.xpath("string(//figure[@id='chart-volumes']//tbody/tr[last()]/td[3])") == "3"


async def test_figures_stand_still_when_they_become_nothing(world: World) -> None:
    async with signed_in(world.office) as ada:
        before = amounts(await ada.page("/"))
        await world.rows("update gateway.failure set state = 'resolved'")
        tree = await ada.page("/")
        assert list(amounts(tree)) == list(before)
        assert amounts(tree)["failures"] == 0
        assert not tree.xpath("//*[@id='tile-failures' and @class='needed']")


async def test_every_figure_leads_to_a_page(world: World) -> None:
    async with signed_in(world.office) as ada:
        for path in (await ada.page("/")).xpath("//*[@id='counts']//a/@href"):
            await ada.page(path)


@pytest.mark.parametrize("span", ["24h", "7d", "30d"])
async def test_every_chart_has_its_table(world: World, span: str) -> None:
    async with signed_in(world.office) as ada:
        tree = await ada.page(f"/figures?range={span}")
        assert tree.xpath("string(//nav[@class='choice']/a[@aria-current])").startswith(span[:-1])
        for figure in tree.xpath("//figure[@data-chart]"):
            rows = figure.xpath(".//tbody/tr")
            assert len(rows) == RANGES[span].steps  # type: ignore[index]
            assert all(row.xpath("th/time/@datetime") and row.xpath("td/@data-value") for row in rows)
        assert tree.xpath("//svg/rect[@class='open']/@width") == ["3"]


async def test_a_chart_that_takes_too_long_is_told_and_the_others_are_shown(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:  # fmt: skip
    async def slow(*_: object) -> None:
        raise StoreUnavailable("It took too long.")

    monkeypatch.setattr(Charts, "latencies", slow)
    async with signed_in(world.office) as ada:
        tree = await ada.page("/figures")
        assert tree.xpath("//figure/@id") == ["chart-volumes"]
        assert tree.xpath("string(//*[@role='alert']/p[1])").endswith("Counting this took too long.")


async def test_a_partner_is_shown_no_figures(world: World) -> None:
    async with signed_in(world.office, partner="bigbox") as ada:
        assert "/figures" not in (await ada.page("/messages")).xpath("//nav//a/@href")
        await ada.page("/figures", 403)


def test_charts_are_the_operations_that_there_are() -> None:
    assert {f"figures.{name}" for name in CHARTS} == {row.name for row in rows_of("figures")}
