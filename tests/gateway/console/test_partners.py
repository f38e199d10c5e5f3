"""Partners in the console: the list, the page, holding and trying, numbers, and a certificate that is rolled over."""

import re
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import aiohttp
import pytest
from lxml import html

from gateway.console.certificates import sides_of
from gateway.console.partner import by_channel, question_of
from gateway.console.partners import worst_first
from gateway.console.texts import TEXTS
from gateway.domain.access import Role
from gateway.domain.region import Region
from tests.gateway.bootstrap.managed import managed
from tests.gateway.channels.as2.certificates import pair
from tests.gateway.console.visiting import OPERATOR, Visitor, checked, proof, signed_in
from tests.world.day import World

NEW = pair("BIGBOX new").certificate.decode()


def text(tree: html.HtmlElement, path: str = "//main") -> str:
    """What is read there, with single spaces."""
    return " ".join(str(tree.xpath(f"string({path})")).split())


async def posted(ada: Visitor, path: str, fields: dict[str, str], *, at: str, status: int = 200) -> html.HtmlElement:
    """A form that answers with a page."""
    async with ada.client.post(path, data={"csrf": proof(await ada.page(at)), **fields}, allow_redirects=False) as answer:
        shown = await answer.text()
        assert answer.status == status, checked(shown).xpath("string(//main)")
        return checked(shown)


class TestList:
    async def test_who_needs_somebody_stands_first_and_each_figure_leads_on(self, world: World) -> None:
        async with signed_in(world.office) as ada:
            tree = await ada.page("/partners")
            assert tree.xpath("//a[@data-open]/text()") == ["BigBox", "NordMart"]
            assert "Somebody should look" in text(tree, "//tbody/tr[1]")
            assert "1 acknowledgement overdue" in text(tree, "//tbody/tr[1]")
            assert tree.xpath("//tbody/tr[1]//a/@href")[:2] == ["/partners/bigbox", "/failures?partner=bigbox"]
            assert "Works" in text(tree, "//tbody/tr[2]")
            assert (await ada.page("/partners?only=needing")).xpath("//a[@data-open]/text()") == ["BigBox"]
            assert (await ada.page("/partners?q=nord")).xpath("//a[@data-open]/text()") == ["NordMart"]
            assert "No partner is like that" in text(await ada.page("/partners?q=acme"))

    def test_days_are_written_as_each_language_does(self) -> None:
        assert (TEXTS["en"].day("2026-12-01T00:00:00Z"), TEXTS["de"].day("2026-12-01T00:00:00Z")) == ("2026-12-01", "01.12.2026")
        assert TEXTS["de"].day(None) == ""

    def test_the_worst_comes_first_whatever_the_name(self) -> None:
        known = [{"health": health, "name": health} for health in ("ok", "attention", "held", "failing")]
        assert [one["name"] for one in worst_first(known)] == ["held", "failing", "attention", "ok"]


class TestPage:
    async def test_it_tells_what_was_agreed_and_nothing_that_lets_somebody_in(self, world: World) -> None:
        async with signed_in(world.office, *OPERATOR) as ada:
            page = text(await ada.page("/partners/bigbox"))
            for told in ("x12/004010/850", "with 997", "997 within 1 d", "http://127.0.0.1:9", "01:123456789"):
                assert told in page
            assert not re.search("user-secret|path-secret|query-secret|PRIVATE", page)
            tabs = (await ada.page("/partners/bigbox")).xpath("//nav[@class='tabs']//a/@href")
            assert [str(tab).rpartition("/")[2] for tab in tabs] == [
                "bigbox",
                "checklist",
                "shadow",
                "certificates",
                "numbers",
                "unmapped",
                "test",
                "try",
            ]
            assert "product-unknown" in text(await ada.page("/partners/bigbox/unmapped"))
            assert "Everything is mapped" in text(await ada.page("/partners/nordmart/unmapped"))
            await ada.page("/partners/bigbux", 404)

    async def test_its_region_is_told_where_there_are_regions(self, world: World) -> None:
        settings = world.office.settings
        regional = replace(settings, snapshot=replace(settings.snapshot, region=Region("eu")))
        async with signed_in(replace(world.office, settings=regional)) as ada:
            assert (await ada.page("/partners/bigbox")).xpath("string(//dt[text()='Region']/../dd)") == "eu"

    async def test_what_nobody_may_is_not_offered(self, world: World) -> None:
        async with signed_in(world.office) as ada:
            tree = await ada.page("/partners/bigbox")
            assert not tree.xpath("//form[contains(@action, '/partners')]")
            assert not (await ada.page("/partners/bigbox/certificates")).xpath("//main//form")
            assert not (await ada.page("/partners/bigbox/numbers")).xpath("//main//form")
            await ada.page("/partners/bigbox/test", 403)
            await posted(ada, "/partners/bigbox/hold", {"reason": "x"}, at="/partners/bigbox", status=403)

    async def test_held_with_a_reason_and_released(self, world: World) -> None:
        await world.moved(await world.delivery("4712"), "waiting")
        async with signed_in(world.office, *OPERATOR) as ada:
            dialog = text(await ada.page("/partners/bigbox"), "//dialog[@id='hold']")
            assert "of this partner wait now" in dialog
            refused = await posted(ada, "/partners/bigbox/hold", {"reason": " "}, at="/partners/bigbox", status=409)
            assert refused.xpath("//div[@class='problem']")
            where = await ada.send("/partners/bigbox/hold", at="/partners/bigbox", reason="sends doubled orders")
            page = await ada.page(where)
            assert "The partner is held." in text(page)
            assert "by ada: sends doubled orders" in text(page)
            where = await ada.send("/partners/bigbox/release", at="/partners/bigbox", reason="")
            assert "The partner is released." in text(await ada.page(where))
            where = await ada.send("/partners/bigbox/retry", at="/partners/bigbox")
            assert re.search(r"\d+ deliver(y is|ies are) tried now", text(await ada.page(where)))

    async def test_its_ways_are_tried_and_each_step_told_with_what_to_do(self, world: World) -> None:
        async with signed_in(world.office, *OPERATOR) as ada:
            assert "step by step" in text(await ada.page("/partners/bigbox/test"))
            tree = await posted(ada, "/partners/bigbox/test", {}, at="/partners/bigbox/test")
            assert tree.xpath("//div[@id='tried']//h3/text()") == ["bigbox-folder", "bigbox-as2"]
            assert "Something does not work." in text(tree)
            assert tree.xpath("//ol[@class='steps']//span[@class='tone error']/following-sibling::span[@class='hint']")

    def test_steps_are_told_by_their_channels(self) -> None:
        steps = [{"name": "a: dns"}, {"name": "a: tls: deep"}, {"name": "b: dns"}]
        assert [(name, [one["name"] for one in found]) for name, found in by_channel(steps)] == [
            ("a", ["dns", "tls: deep"]), ("b", ["dns"]),
        ]  # fmt: skip

    async def test_a_partner_sees_its_own_page_without_actions(self, world: World) -> None:
        async with signed_in(world.office, partner="bigbox") as ada:
            tree = await ada.page("/partners/bigbox")
            assert not tree.xpath(
                "//main//form | //a[starts-with(@href, '/failures')] | //a[starts-with(@href, '/applications')]"
            )
            tabs = tree.xpath("//nav[@class='tabs']//a/@href")
            assert tabs == ["/partners/bigbox", "/partners/bigbox/checklist", "/partners/bigbox/certificates"]
            await ada.page("/partners/nordmart", 404)
            await ada.page("/partners", 403)


class TestNumbers:
    async def test_a_counter_is_set_after_saying_what_comes_of_it(self, world: World) -> None:
        async with signed_in(world.office, *OPERATOR) as ada:
            at, fields = "/partners/bigbox/numbers", {"family": "x12", "last": "4711", "reason": "the system before"}
            asked = await posted(ada, at, fields, at=at)
            assert "The last number was 2. The next one will be 4,712. 4,709 numbers are left out." in text(asked)
            assert (await world.ask("numbers.list", partner="bigbox")).items[0].last != 4711
            where = await ada.send(at, at=at, **fields, sure="yes")
            page = await ada.page(where)
            assert "The counter is set." in text(page)
            assert "4711" in text(page, "//tbody")
            back = await posted(ada, at, {**fields, "last": "1"}, at=at)
            assert "Numbers that were used come again." in text(back)
            await posted(ada, at, {**fields, "last": "1", "sure": "yes"}, at=at, status=409)
            wrong = await posted(ada, at, {**fields, "last": "many"}, at=at)
            assert "has to be a whole number" in text(wrong)

    @pytest.mark.parametrize(
        ("asked", "told"),
        [
            ({"family": "x12", "last": "9"}, (5, 10, False, 4)),
            ({"family": "x12", "last": "2"}, (5, 3, True, 0)),
            ({"family": "x12", "last": "9", "test": "yes"}, (None, 10, False, 0)),
            ({"family": "x12", "last": "9", "group": "IN"}, (7, 10, False, 2)),
            ({"family": "edifact", "last": ""}, (None, None, False, 0)),
            ({"family": "x12", "last": "9" * 16}, (5, None, False, 0)),
        ],
    )
    def test_the_question_names_the_counter_that_is_meant(self, asked: dict[str, str], told: Sequence[object]) -> None:
        counters = [
            {"counts": "interchange", "family": "x12", "of": "P", "last": 5},
            {"counts": "group", "family": "x12", "of": "IN", "last": 7},
        ]
        question = question_of(counters, asked)
        assert tuple(question[name] for name in ("before", "next", "back", "left_out")) == told


class TestCertificates:
    async def test_they_stand_with_their_dates_and_ours_can_be_saved(self, world: World) -> None:
        async with signed_in(world.office) as ada:
            tree = await ada.page("/partners/bigbox/certificates")
            assert "In use: we encrypt for it" in text(tree)
            assert "In use: we sign with it" in text(tree)
            (ours,) = [str(one) for one in tree.xpath("//a[.='ours.pem']/@href")]
            async with ada.client.get(ours) as answer:
                assert await answer.read() == pair("NORDIC").certificate
                assert answer.headers["Content-Disposition"].startswith("attachment;")
            assert "No certificates" in text(await ada.page("/partners/nordmart/certificates"))

    async def test_a_new_one_is_pasted_and_the_page_says_what_to_write_where(self, world: World) -> None:
        async with signed_in(world.office, Role.PARTNER_MANAGER) as ada:
            at = "/partners/bigbox/certificates"
            tree = await posted(ada, at, {"text": NEW, "whose": "theirs", "day": "2026-12-01", "overlap": "10"}, at=at)
            page = text(tree)
            assert "Nothing speaks against it." in page
            assert "CN=BIGBOX new" in page
            (lines,) = [one for one in tree.xpath("//pre/text()") if "certificates = [" in one]
            assert '{ file = "bigbox.pem", until = 2026-12-11 }' in lines
            assert "from = 2026-12-01" in lines

    async def test_a_file_in_der_is_taken_as_well_and_ours_is_told_to_partners(self, world: World) -> None:
        async with signed_in(world.office, Role.PARTNER_MANAGER) as ada:
            at = "/partners/bigbox/certificates"
            form = aiohttp.FormData({"csrf": proof(await ada.page(at)), "whose": "ours", "overlap": "14", "text": "", "day": ""})
            form.add_field("file", pair("NORDIC new").certificate, filename="nordic.pem")
            async with ada.client.post(at, data=form) as answer:
                page = text(checked(await answer.text()))
            assert "Add to routes.toml" in page
            assert "to: bigbox." in page
            assert "cannot know who was told" in page

    async def test_what_cannot_be_looked_at_is_said_beside_the_form(self, world: World) -> None:
        wrong: Sequence[tuple[dict[str, str], str]] = (
            ({"text": ""}, "No certificate was given."),
            ({"text": "hello"}, "Not a usable certificate"),
            ({"text": NEW, "day": "tomorrow"}, "The day of the change is no day."),
            ({"text": NEW, "overlap": "-1"}, "overlap_days"),
            ({"text": "x" * 100_001}, "far too large"),
        )
        async with signed_in(world.office, Role.PARTNER_MANAGER) as ada:
            at = "/partners/bigbox/certificates"
            for fields, told in wrong:
                tree = await posted(ada, at, fields, at=at, status=422)
                assert told in text(tree, "//div[@class='problem']")
                assert tree.xpath("//textarea/text()") or not fields["text"]

    async def test_a_private_key_is_refused_and_not_shown_again(self, world: World) -> None:
        async with signed_in(world.office, Role.PARTNER_MANAGER) as ada:
            at = "/partners/bigbox/certificates"
            tree = await posted(ada, at, {"text": pair("BIGBOX").key.decode()}, at=at, status=422)
            assert "private key" in text(tree, "//div[@class='problem']")
            assert "BEGIN PRIVATE KEY" not in html.tostring(tree, encoding="unicode")

    def test_old_and_new_stand_side_by_side_those_in_use_first(self) -> None:
        def one(standing: str, mark: int | None = None, **more: object) -> dict[str, object]:
            return {"channel": "a", "ours": False, "standing": standing, "mark": mark, "not_after": "2027-01-01", **more}

        (side,) = sides_of([one("past", 0), one("next"), one("current")])
        assert [each["standing"] for each in side.certificates] == ["current", "next", "past"]
        assert (side.changing, side.ends) == (True, None)
        theirs, ours = sides_of([one("current", 30), one("current", ours=True)])
        assert (theirs.changing, theirs.ends is not None, ours.ours, ours.ends) == (False, True, True, None)


class TestRollingOver:
    """Where what is activated decides, a certificate is looked at and takes over by the same page."""

    AT = "/partners/bigbox/certificates"

    async def test_from_the_certificate_to_the_activation(self, tmp_path: Path, migrated_url: str) -> None:
        async with managed(tmp_path, migrated_url) as office, signed_in(office, Role.PARTNER_MANAGER) as ada:
            tree = await posted(ada, self.AT, {"text": NEW, "whose": "theirs", "day": "2027-01-15", "overlap": "10"}, at=self.AT)
            assert "Let it take over" in text(tree)
            (form,) = tree.xpath(f"//form[@action='{self.AT}/roll-over']")
            fields = {one.name: one.value or "" for one in form.xpath(".//input|.//textarea") if one.name != "csrf"}
            assert (fields["channel"], fields["overlap"], fields["day"]) == ("bigbox-as2", "10", "2027-01-15")
            sent = {"csrf": proof(tree), **fields, "reason": "theirs ends in January"}
            async with ada.client.post(f"{self.AT}/roll-over", data=sent) as answer:
                assert str(answer.url.path) == "/configuration/2"
                page = text(checked(await answer.text()))
            assert "It is proposed." in page
            assert "theirs ends in January" in page
            file = await ada.page("/configuration/2/file?name=partners/bigbox.toml")
            assert "until = 2027-01-25" in text(file)

    async def test_what_is_refused_stands_beside_the_form_with_what_was_given(self, tmp_path: Path, migrated_url: str) -> None:
        async with managed(tmp_path, migrated_url) as office, signed_in(office, Role.PARTNER_MANAGER) as ada:
            known = pair("BIGBOX").certificate.decode()
            fields = {"text": known, "overlap": "10", "reason": "by mistake"}
            tree = await posted(ada, f"{self.AT}/roll-over", fields, at=self.AT, status=422)
            assert text(tree, "//div[@class='problem']")
            assert "BEGIN CERTIFICATE" in text(tree, "//textarea[@id='text']")
            secret = {**fields, "text": pair("BIGBOX").key.decode()}
            tree = await posted(ada, f"{self.AT}/roll-over", secret, at=self.AT, status=422)
            assert "PRIVATE KEY" not in text(tree, "//textarea[@id='text']")

    async def test_where_files_decide_the_page_ends_with_lines(self, world: World) -> None:
        async with signed_in(world.office, Role.PARTNER_MANAGER) as ada:
            tree = await posted(ada, self.AT, {"text": NEW, "whose": "theirs", "day": "", "overlap": "10"}, at=self.AT)
            assert not tree.xpath(f"//form[@action='{self.AT}/roll-over']")
            await posted(ada, f"{self.AT}/roll-over", {"text": NEW, "overlap": "1", "reason": "x"}, at=self.AT, status=422)

    async def test_who_may_not_configure_is_denied(self, tmp_path: Path, migrated_url: str) -> None:
        async with managed(tmp_path, migrated_url) as office, signed_in(office, Role.OPERATOR) as ada:
            await posted(ada, f"{self.AT}/roll-over", {"text": NEW, "overlap": "1", "reason": "x"}, at=self.AT, status=403)
