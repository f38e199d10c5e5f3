"""A new partner in the console: samples given, the file proposed, shown and saved; nothing kept, nothing for who may not."""

import tomllib
from collections.abc import Sequence
from pathlib import Path

import aiohttp
from lxml import html

from gateway.console.new_partner import several
from gateway.domain.access import Role
from tests.gateway.bootstrap.managed import managed
from tests.gateway.cli.test_partners_add import X12
from tests.gateway.console.visiting import Visitor, checked, proof, signed_in
from tests.world.day import World

SAMPLE = X12.replace("MYCOMPANY ", "NORDICDC  ")


def text(tree: html.HtmlElement, path: str = "//main") -> str:
    return " ".join(" ".join(str(one.text_content()).split()) for one in tree.xpath(path))


async def proposed(ada: Visitor, files: Sequence[str], status: int = 200, **fields: str) -> html.HtmlElement:
    """The form filled in with files."""
    form = aiohttp.FormData({"csrf": proof(await ada.page("/new-partner")), "partner": "acme", "transport": "folder", **fields})
    for number, content in enumerate(files):
        form.add_field("samples", content.encode(), filename=f"sample{number}.edi")
    async with ada.client.post("/new-partner", data=form) as answer:
        assert answer.status == status
        return checked(await answer.text())


async def including(world: World) -> None:
    """Let the world's configuration read the files of partners."""
    file = world.office.settings.config
    if "include" not in file.read_text():
        file.write_text(f'include = ["partners/*.toml"]\n{file.read_text()}')


async def test_a_file_is_proposed_from_samples_and_can_be_saved(world: World) -> None:
    await including(world)
    async with signed_in(world.office, Role.PARTNER_MANAGER) as ada:
        assert (await ada.page("/partners")).xpath("//a[@href='/new-partner']")
        tree = await proposed(ada, [SAMPLE], sends="order_response", timezone="Europe/Berlin")
        said = text(tree)
        assert "Proposed: partners/acme.toml" in said
        assert "things are yours to decide" in said
        assert "sample0.edi" in said
        assert "would be taken" in said
        assert "What we would answer: 997, accepted" in said
        (shown,) = [str(one.text) for one in tree.xpath("//pre") if "[[partner]]" in str(one.text)]
        written = tomllib.loads(shown)
        assert [one["format"] for one in written["agreement"]] == ["x12/004010/850", "x12/004010/855"]
        (kept,) = [str(one.text) for one in tree.xpath("//textarea[@name='text']") if "[[partner]]" in str(one.text)]
        fields = {"csrf": proof(tree), "name": "partners/acme.toml", "text": kept.replace("\n", "\r\n")}
        async with ada.client.post("/new-partner/file", data=fields) as answer:
            assert 'filename="acme.toml"' in answer.headers["Content-Disposition"]
            assert tomllib.loads((await answer.read()).decode()) == written
    assert not (world.office.settings.config.parent / "partners" / "acme.toml").exists()


async def test_what_is_not_said_rightly_stands_beside_the_form(world: World) -> None:
    await including(world)
    async with signed_in(world.office, Role.PARTNER_MANAGER) as ada:
        for fields, told in (
            ({}, "Nothing says what is exchanged"),
            ({"partner": "Acme Inc"}, "is no id of a partner"),
            ({"partner": "bigbox", "formats": "x12/004010/850"}, "There is a partner"),
            ({"formats": "850"}, "is no format"),
            ({"sends": "letters"}, "is no canonical document"),
        ):
            tree = await proposed(ada, [], status=422, **fields)
            assert told in text(tree, "//div[@class='problem']")
            assert tree.xpath(f"//input[@name='partner']/@value='{fields.get('partner', 'acme')}'")


async def test_who_may_not_add_partners_sees_nothing_of_it(world: World) -> None:
    async with signed_in(world.office, Role.OPERATOR) as ada:
        await ada.page("/new-partner", 403)
        assert not (await ada.page("/partners")).xpath("//a[@href='/new-partner']")


def test_fields_for_several_things_take_commas_and_blanks() -> None:
    assert several("a, b  c,,d") == ["a", "b", "c", "d"]
    assert several("") == []


async def test_it_is_proposed_as_it_was_changed_on_the_page(tmp_path: Path, migrated_url: str) -> None:
    async with managed(tmp_path, migrated_url) as office, signed_in(office, Role.PARTNER_MANAGER) as ada:
        tree = await proposed(ada, [], formats="x12/004010/850", identities="x12=01:999888777", sends="none")
        (form,) = tree.xpath("//form[@action='/new-partner/configuration']")
        (name,), (written,) = ([one.value for one in form.xpath(f".//*[@name='{what}']")] for what in ("name", "text"))
        assert name == "partners/acme.toml"
        decided = f"{written.replace('DECIDE', 'decided')}\n# changed on the page\n"
        sent = {"csrf": proof(tree), "name": name, "text": decided.replace("\n", "\r\n"), "reason": "a new partner"}
        async with ada.client.post("/new-partner/configuration", data=sent) as answer:
            page = text(checked(await answer.text()))
            assert answer.url.path == "/configuration/2", page
        assert "a new partner" in page
        assert "# changed on the page" in text(await ada.page("/configuration/2/file?name=partners/acme.toml"))
        again = {**sent, "text": "what is this?"}
        async with ada.client.post("/new-partner/configuration", data=again) as answer:
            tree = checked(await answer.text())
            assert answer.status == 422
        assert text(tree, "//div[@class='problem']")
        assert tree.xpath("string(//textarea[@id='file-1'])").strip() == "what is this?"


async def test_who_may_not_configure_saves_the_file(world: World) -> None:
    await including(world)
    async with signed_in(world.office, Role.PARTNER_MANAGER) as ada:
        assert not (await proposed(ada, [SAMPLE])).xpath("//form[@action='/new-partner/configuration']")
