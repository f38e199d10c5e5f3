"""Schedules in the console: when they are due, how they went, and running one now."""

from tests.gateway.console.test_partners import posted, text
from tests.gateway.console.visiting import OPERATOR, signed_in
from tests.world.day import World


async def test_one_is_listed_run_now_and_told_by_its_runs(world: World) -> None:
    async with signed_in(world.office, *OPERATOR) as ada:
        tree = await ada.page("/schedules")
        assert "30 2 * * * Europe/Copenhagen" in text(tree, "//tbody/tr[1]")
        assert "No runs yet" in text(tree)
        assert "Reconciliation: a gateway that is running" in text(tree, "//dialog[@id='run-1']")
        where = await ada.send("/schedules/nightly/run", at="/schedules")
        page = await ada.page(where)
        assert "It was asked for" in text(page)
        assert "asked for" in text(page, "(//table)[2]//tbody/tr[1]")
        assert "ada" in text(page, "(//table)[2]//tbody/tr[1]")
        await ada.page("/schedules?schedule=nightli", 404)


async def test_who_only_looks_runs_nothing(world: World) -> None:
    async with signed_in(world.office) as ada:
        assert not (await ada.page("/schedules")).xpath("//main//form")
        await posted(ada, "/schedules/nightly/run", {}, at="/schedules", status=403)
