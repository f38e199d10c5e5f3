"""The list of messages: how far back, which columns, what is chosen to be done again."""

import pytest

from gateway.console.messages import COLUMNS, RANGES, USUAL, columns_of, range_of, with_range
from gateway.domain.access import Role
from tests.gateway.console.visiting import signed_in
from tests.world.day import World


@pytest.mark.parametrize(
    ("query", "wanted", "becomes"),
    [
        ("", "24h", "after:24h"),
        ("partner:bigbox after:1h type:850", "7d", "partner:bigbox type:850 after:7d"),
        ("after:2026-11-20 4711", "", "4711"),
        ('"not after:all" x', "", '"not after:all" x'),
        ("sort-after:x", "1h", "sort-after:x after:1h"),
    ],
)
def test_a_range_takes_the_place_of_the_one_there_was(query: str, wanted: str, becomes: str) -> None:
    assert with_range(query, wanted) == becomes


def test_the_range_of_a_query_is_one_that_can_be_chosen() -> None:
    assert [range_of(with_range("x", one)) for one in RANGES] == list(RANGES)
    assert [range_of(query) for query in ("", "after:2026-11-20", "after:1h after:24h", "before:1h")] == [""] * 4


def test_columns_are_in_their_order_with_the_time_always() -> None:
    assert columns_of("") == USUAL
    assert columns_of("state.partner.nonsense") == ["time", "partner", "state"]
    assert columns_of(".".join(COLUMNS)) == list(COLUMNS)


async def test_how_far_back_is_kept_and_always_in_the_address(world: World) -> None:
    async with signed_in(world.office) as ada:

        async def leads(path: str) -> str | None:
            async with ada.client.get(path, allow_redirects=False) as answer:
                return answer.headers.get("Location")

        assert await leads("/messages") is None
        assert await leads("/messages/range?q=partner:bigbox&last=24h") == "/messages?q=partner%3Abigbox+after%3A24h"
        assert await leads("/messages") == "/messages?q=after%3A24h"
        assert await leads("/messages?q=4711") is None, "a link means the same for everybody"
        tree = await ada.page("/messages?q=4711+after:24h")
        assert tree.xpath("//nav[1][@class='choice']/a[@aria-current]/text()") == ["24 hours"]
        assert "/messages?q=direction%3Ain+after%3A24h" in tree.xpath("//nav[@class='choice']/a/@href")
        assert await leads("/messages/range?q=4711+after:24h&last=") == "/messages?q=4711"
        assert await leads("/messages") is None


async def test_what_came_long_ago_is_not_within_the_last_hour(world: World) -> None:
    async with signed_in(world.office) as ada:
        assert len((await ada.page("/messages?q=after:1h")).xpath("//a[@data-open]")) == 5
        assert not (await ada.page("/messages?q=before:1h")).xpath("//a[@data-open]")
        told = await ada.page("/messages?q=after:yesterday", 422)
        assert "24h" in told.xpath("string(//*[@role='alert'])")


async def test_columns_are_chosen_and_kept(world: World) -> None:
    async with signed_in(world.office) as ada:
        onward = await ada.send("/messages/columns", at="/messages", column=["id", "age"], next="/messages?q=4711")
        assert onward == "/messages?q=4711"
        tree = await ada.page("/messages")
        assert tree.xpath("//table//th/text()") == ["Time", "Age", "Id"]
        assert set(tree.xpath("//input[@name='column'][@checked]/@value")) == {"age", "id"}
        assert await ada.send("/messages/columns", at="/messages", next="//evil.example") == "/messages"
        assert (await ada.page("/messages")).xpath("//table//th/text()") == ["Time"]


async def test_rows_are_chosen_to_be_done_again_and_all_only_by_a_query(world: World) -> None:
    async with signed_in(world.office, Role.OPERATOR) as ada:
        tree = await ada.page("/messages?q=partner:bigbox")
        (form,) = tree.xpath("//form[@data-selects]")
        assert (form.get("action"), form.get("method")) == ("/batches/plan", "get")
        assert len(form.xpath(".//input[@type='checkbox'][@name='id']")) == 4
        assert form.xpath(".//button[@name='kind']/@value") == ["replay", "redelivery"]
        assert form.xpath(".//a[starts-with(@href, '/batches/plan')]/@href")[0] == "/batches/plan?kind=replay&q=partner%3Abigbox"
        everything = await ada.page("/messages")
        assert not everything.xpath("//a[starts-with(@href, '/batches/plan')]"), "an empty query never means all"


async def test_whoever_only_looks_chooses_nothing(world: World) -> None:
    async with signed_in(world.office) as ada:
        assert not (await ada.page("/messages?q=partner:bigbox")).xpath("//input[@name='id'] | //button[@name='kind']")
