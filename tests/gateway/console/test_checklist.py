"""The checklist of a partner in the console, and files that are tried there: by our people, and by the partner's own."""

import aiohttp
from lxml import html

from gateway.domain.access import Role
from tests.gateway.console.test_new_partner import text
from tests.gateway.console.visiting import Visitor, checked, proof, signed_in
from tests.integration.test_flow import order
from tests.world.day import World

AT = "/partners/bigbox/checklist"
TRY = "/partners/bigbox/try"


async def tried(ada: Visitor, *files: bytes, status: int = 200) -> html.HtmlElement:
    form = aiohttp.FormData({"csrf": proof(await ada.page(TRY))})
    for number, content in enumerate(files):
        form.add_field("files", content, filename=f"file{number}.edi")
    async with ada.client.post(TRY, data=form) as answer:
        assert answer.status == status
        return checked(await answer.text())


async def test_each_item_is_told_with_what_proves_it_and_what_to_do(world: World) -> None:
    async with signed_in(world.office, Role.PARTNER_MANAGER) as ada:
        said = text(await ada.page(AT))
        assert "items are settled" in said
        assert "Last received by bigbox-folder on" in said
        assert "01:123456789: recognised in" in said
        assert "What we sent was not answered in time, or refused: 1." in said
        assert "gateway partners checklist bigbox" in said


async def test_an_item_is_waived_with_a_reason(world: World) -> None:
    async with signed_in(world.office, Role.PARTNER_MANAGER) as ada:
        fields = {"item": "acknowledgements", "note": "they call us", "waived": "yes"}
        there = await ada.send(AT, at=AT, **fields)
        said = text(await ada.page(there))
        assert "Written down." in said or "they call us" in said
        assert "waived" in said
        form = {"csrf": proof(await ada.page(AT)), "item": "acknowledgements", "note": ""}
        async with ada.client.post(AT, data=form) as answer:
            assert answer.status == 422


async def test_viewers_look_and_write_nothing(world: World) -> None:
    async with signed_in(world.office) as ada:
        tree = await ada.page(AT)
        assert not tree.xpath("//select[@name='item']")
        assert not tree.xpath(f"//a[@href='{TRY}']")
        await ada.page(TRY, 403)


async def test_files_are_judged_and_nothing_is_kept(world: World) -> None:
    async with signed_in(world.office, Role.TESTER, partner="bigbox") as ada:
        assert (await ada.page(AT)).xpath(f"//a[@href='{TRY}']")
        said = text(await tried(ada, order("4999", 77), b"rubbish"))
        assert "file0.edi" in said
        assert "would be taken" in said
        assert "What we would answer: 997, accepted" in said
        assert "No interchange was found in it." in said
        assert "No file was chosen." in text(await tried(ada, status=422))
        await ada.page("/partners/nordmart/try", 404)
    assert not await world.rows("select from gateway.document where 'order:4999' = any(keys)")
