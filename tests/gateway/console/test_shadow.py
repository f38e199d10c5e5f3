"""Shadow in the console: what is in it, what differs, and the cut-over; what documents hold stays text."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from gateway.console.shadow import standing_of
from gateway.domain.access import Role
from tests.gateway.bootstrap.places import SMALL
from tests.gateway.console.test_partners import posted, text
from tests.gateway.console.visiting import served, signed_in, visitor
from tests.world.day import World
from tests.world.in_shadow import AGREED, INJECTED, MANAGED, SECRET_NAME, beside_another, compared

TAB = "/partners/bigbox/shadow"
ONE = f"{TAB}/agreements/bigbox-855"


@pytest.fixture
async def desk(tmp_path: Path, migrated_url: str) -> AsyncIterator[World]:
    async with beside_another(tmp_path, migrated_url) as world:
        yield world


@pytest.mark.parametrize(
    ("shadow", "ready", "compared_at", "expected"),
    [
        (False, True, "2026-11-22", "own"),
        (True, True, "2026-11-22", "ready"),
        (True, False, "2026-11-22", "differs"),
        (True, False, None, "not_compared"),
    ],
)
def test_an_agreement_stands_in_one_way(shadow: bool, ready: bool, compared_at: str | None, expected: str) -> None:
    assert standing_of({"shadow": shadow, "ready": ready, "compared_at": compared_at}) == expected


class TestList:
    async def test_it_says_of_each_agreement_how_far_it_is(self, desk: World) -> None:
        await compared(desk.office)
        async with signed_in(desk.office) as ada:
            tree = await ada.page("/shadow")
            assert "2 agreements are in shadow." in text(tree)
            assert tree.xpath("//a[@data-open]/text()") == ["bigbox-850", "bigbox-855", "bigbox-810"]
            assert tree.xpath("//a[@data-open]/@href") == [TAB] * 3
            assert "In shadow, and all is the same" in text(tree, "//tbody/tr[1]")
            assert "In shadow, and not the same yet" in text(tree, "//tbody/tr[2]")
            assert [text(tree, f"//tbody/tr[2]/td[{number}]") for number in range(4, 8)] == ["1", "2", "1", "0"]
            assert "Served by this gateway" in text(tree, "//tbody/tr[3]")
            assert "/shadow" in tree.xpath("//nav[@class='screens']//a/@href")

    async def test_where_nothing_is_in_it_the_page_teaches(self, world: World) -> None:
        async with signed_in(world.office) as ada:
            tree = await ada.page("/shadow")
            assert "Nothing is in shadow" in text(tree)
            assert "shadow = true" in text(tree, "//pre")
            assert "gateway shadow compare bigbox FOLDER" in text(tree)
            assert not tree.xpath("//main//form"), "nothing is uploaded here"


class TestPartner:
    async def test_the_tab_counts_what_differs_and_leads_to_it(self, desk: World) -> None:
        await compared(desk.office)
        async with signed_in(desk.office, Role.VIEWER, payloads=True) as ada:
            assert TAB in (await ada.page("/partners/bigbox")).xpath("//nav[@class='tabs']//a/@href")
            tree = await ada.page(TAB)
            assert "3 elements differ" in text(tree, "//table[2]/caption")
            rows = [text(tree, f"//table[2]/tbody/tr[{number}]") for number in (1, 2, 3)]
            assert rows[0] == "lines[].quantity.value order response 2"
            paths = tree.xpath("//table[2]//a/@href")
            assert f"{TAB}/differences?document=order_response&element=currency" in paths
            for path in paths:
                await ada.page(path)
            assert f"{TAB}/differences?document=order_response&state=only_ours" in tree.xpath("//ul//a/@href")
            assert ONE in tree.xpath("//table[1]//a/@href")

    async def test_without_the_right_to_documents_nothing_of_them_is_shown(self, desk: World) -> None:
        await compared(desk.office)
        async with signed_in(desk.office) as ada:
            tree = await ada.page(TAB)
            assert "lines[].quantity.value" in text(tree)
            assert not tree.xpath("//a[contains(@href, '/differences')]")
            assert "for those who may see what documents hold" in text(tree)
            assert SECRET_NAME not in text(tree)
            await ada.page(f"{TAB}/differences", 403)

    async def test_before_anything_was_compared_it_says_where_that_is_done(self, desk: World) -> None:
        async with signed_in(desk.office) as ada:
            tree = await ada.page(TAB)
            assert "not uploaded here" in text(tree, "//div[@class='empty']")
            assert "gateway shadow compare bigbox FOLDER" in text(tree, "//div[@class='empty']")
            other = text(await ada.page("/partners/nordmart/shadow"), "//div[@class='empty']")
            assert "Nothing of this partner is in shadow" in other
            assert 'id = "nordmart" shadow = true' in other
            await ada.page("/partners/acme/shadow", 404)


class TestWhatDiffers:
    async def test_both_sides_stand_beside_each_other_and_stay_text(self, desk: World) -> None:
        """A partner, or the other gateway, chooses what stands in values, numbers and names of files."""
        await compared(desk.office)
        async with signed_in(desk.office, Role.VIEWER, payloads=True) as ada:
            tree = await ada.page(f"{TAB}/differences")
            assert "lines[1].quantity.value: ours 10, the other 9" in text(tree, "//tbody/tr[1]")
            assert f"name: ours {SECRET_NAME}, the other nothing" in text(tree, "//tbody/tr[1]")
            assert tree.xpath("//tbody/tr[1]//a/@href")[0].startswith("/messages/")
            assert f"currency: ours {INJECTED}, the other EUR" in text(tree, "//tbody/tr[3]")
            assert f"order:{INJECTED}" in text(tree, "//tbody/tr[3]")
            assert not tree.xpath("//main//script")
            async with ada.client.get(f"{TAB}/differences?element=%3Cscript%3Ealert(1)%3C/script%3E") as answer:
                assert "<script>alert" not in await answer.text()
        assert set(await desk.audited("shadow.differences")) == {"ada"}

    async def test_they_are_narrowed_and_what_cannot_be_asked_is_said(self, desk: World) -> None:
        await compared(desk.office)
        async with signed_in(desk.office, Role.VIEWER, payloads=True) as ada:
            tree = await ada.page(f"{TAB}/differences?state=only_ours")
            assert len(tree.xpath("//tbody/tr")) == 1
            assert "Nothing that was compared differs." in text(await ada.page(f"{TAB}/differences?document=invoice"))
            await ada.page(f"{TAB}/differences?state=same", 400)
            await ada.page(f"{TAB}/differences?after=x", 400)


class TestCutOver:
    async def test_it_is_proposed_from_here(self, desk: World, tmp_path: Path, migrated_url: str) -> None:
        await compared(desk.office)
        async with signed_in(desk.office, Role.PARTNER_MANAGER) as ada:
            tree = await ada.page(ONE)
            assert "Look at that first." in text(tree), "it is not the same yet"
            assert "not the same yet" not in text(await ada.page(f"{TAB}/agreements/bigbox-850"))
            assert 'id = "bigbox-855" shadow = false' in text(tree, "//pre")
            where = await ada.send(ONE, at=ONE, shadow="false", reason="the rest is known")
            assert "It is proposed." in text(await ada.page(where), "//body")
            refused = await posted(ada, ONE, {"shadow": "true", "reason": "x"}, at=ONE, status=409)
            assert "bigbox-855 is in shadow already" in text(refused, "//div[@class='problem']")
            assert "reason" in text(await posted(ada, ONE, {"shadow": "false"}, at=ONE, status=409), "//div[@class='problem']")
        async with beside_another(tmp_path, migrated_url) as after, served(after.office) as url, visitor(url) as ada:
            assert (await ada.sign_in()).status == 303
            tree = await ada.page(ONE)
            assert "Give bigbox-855 back" in text(tree)
            assert "its control numbers go on" in text(tree)
            assert tree.xpath("//form//input[@name='shadow']/@value") == ["true"]

    async def test_who_may_not_propose_sees_the_lines(self, desk: World) -> None:
        async with signed_in(desk.office) as ada:
            tree = await ada.page(ONE)
            assert "Into routes.toml, line" in text(tree)
            assert not tree.xpath("//main//form")
            await posted(ada, ONE, {"shadow": "false", "reason": "x"}, at="/account", status=403)
            await ada.page(f"{TAB}/agreements/nordmart-850", 404)

    async def test_where_files_decide_nothing_is_proposed(self, tmp_path: Path, migrated_url: str) -> None:
        beside = beside_another(tmp_path, migrated_url, SMALL + AGREED)
        async with beside as desk, signed_in(desk.office, Role.PARTNER_MANAGER) as ada:
            tree = await ada.page(ONE)
            assert not tree.xpath("//input[@name='shadow']")
            assert "bring it into force" in text(tree)
            said = await posted(ada, ONE, {"shadow": "false", "reason": "x"}, at="/account", status=409)
            assert "Change the files and send SIGHUP" in text(said, "//div[@class='problem']")

    async def test_what_only_a_person_can_change_is_said(self, tmp_path: Path, migrated_url: str) -> None:
        strange = AGREED.replace('id = "bigbox-855"', 'id = """\\\nbigbox-855"""')
        async with beside_another(tmp_path, migrated_url, MANAGED + strange) as desk, signed_in(desk.office) as ada:
            assert "Write it yourself: shadow = false" in text(await ada.page(ONE, 409))
