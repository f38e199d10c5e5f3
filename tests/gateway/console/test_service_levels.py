"""Service levels and the business's figures in the console."""

from datetime import UTC, datetime, timedelta

from gateway.console.figures import BUSINESS, COURSE
from gateway.domain.service_level import Tally
from gateway.store.service_levels import PostgresServiceLevels
from tests.gateway.console.test_partners import text
from tests.gateway.console.visiting import signed_in
from tests.world.day import World


async def kept(world: World, met: int, missed: int) -> None:
    today = datetime.now(UTC).date()
    store = PostgresServiceLevels(world.office.database)
    await store.keep("orders-in-odoo", today, {("bigbox", "bigbox-850"): Tally(met, missed, 1), ("nordmart", ""): Tally(1)})
    await store.keep("orders-in-odoo", today - timedelta(days=20), {("bigbox", "bigbox-850"): Tally(0, 100)})


async def test_what_was_promised_and_how_far_it_was_kept(world: World) -> None:
    await kept(world, 96, 3)
    async with signed_in(world.office) as ada:
        tree = await ada.page("/service-levels?range=7d")
        assert "Everything that was promised is kept" in text(tree)
        assert "97 %" in text(tree, "//tbody/tr[1]/td[5]")
        assert text(tree, "(//table)[2]//tbody/tr[1]/td[1]") == "bigbox"
        assert tree.xpath("(//table)[2]//a[@href='/partners/nordmart']")
        tree = await ada.page("/service-levels")
        assert "1 service level does not reach its goal" in text(tree)
        await kept(world, 9_996, 2)
        shown = text(await ada.page("/service-levels?range=7d"), "//tbody/tr[1]/td[5]")
        assert "99.97 %" in shown, "what is nearly all is not all"


async def test_before_anything_was_measured(world: World) -> None:
    async with signed_in(world.office) as ada:
        tree = await ada.page("/service-levels")
        assert "nothing decided yet" in text(tree, "//tbody/tr[1]")
        assert "nothing decided yet" in text(tree, "//p[@class='calm']"), "and nothing is said to be kept"


async def test_each_figure_of_the_business_leads_to_its_list(world: World) -> None:
    async with signed_in(world.office) as ada:
        tree = await ada.page("/figures")
        tiles = {one.get("id").removeprefix("tile-"): one.get("href") for one in tree.xpath("//section[@id='business']//a[@id]")}
        assert tiles == {**BUSINESS, **{name: path for name, (_, path) in COURSE.items()}}
        for path in sorted(set(tiles.values())):
            await ada.page(path)
