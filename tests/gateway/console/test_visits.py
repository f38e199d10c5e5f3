"""The console as a browser meets it: signing in and out, forms that are ours, what is told to whom, and what pages hold."""

import pytest

from gateway.bootstrap.accounts import add_person
from gateway.console.screens import SCREENS, grouped
from gateway.domain.access import Role, at_the_machine
from gateway.operations.accounts import Terms
from tests.gateway.console.visiting import OPERATOR, PASSWORD, checked, person, proof, served, signed_in, visitor
from tests.integration.test_flow import order
from tests.world.day import World


async def test_somebody_signs_in_sees_the_overview_and_signs_out(world: World) -> None:
    await person(world.office)
    async with served(world.office) as url, visitor(url) as ada:
        client = ada.client
        async with client.get("/messages?q=4711", allow_redirects=False) as answer:
            assert (answer.status, answer.headers["Location"]) == (303, "/sign-in?next=%2Fmessages%3Fq%3D4711")
        async with await ada.sign_in(next="/messages?q=4711") as answer:
            assert (answer.status, answer.headers["Location"]) == (303, "/messages?q=4711")
            cookie = answer.headers.getall("Set-Cookie")[0]
            assert cookie.startswith("edi-session=")
            assert {"HttpOnly", "Path=/", "SameSite=Lax"} <= {part.strip() for part in cookie.split(";")}
        tree = await ada.page("/")
        assert tree.xpath("string(//h1)") == "Overview"
        assert tree.xpath("string(//nav[@class='screens']//a[@aria-current])") == "Overview"
        async with client.post("/sign-out", data={"csrf": proof(tree)}, allow_redirects=False) as answer:
            assert answer.headers["Location"] == "/sign-in?said=signed_out"
        async with client.get("/", allow_redirects=False) as answer:
            assert answer.headers["Location"] == "/sign-in"


async def test_a_message_is_found_by_its_order_and_its_page_tells_of_it(world: World) -> None:
    async with signed_in(world.office, payloads=True) as ada:
        tree = await ada.page("/messages?q=4712")
        (path,) = tree.xpath("//a[@data-open]/@href")
        assert tree.xpath("string(//caption)") == "1 message, newest first"
        assert "4712" in tree.xpath("string(//p[@class='cli']/code)")
        tabs = (await ada.page(path)).xpath("//nav[@class='tabs']//a/@href")
        assert len(tabs) == 9
        texts = {tab.rpartition("/")[2]: (await ada.page(tab)).text_content() for tab in tabs}
        assert "4712" in texts["findings"]
        assert "BEG*" in texts["raw"]
        assert "4712" in texts["document"]
        async with ada.client.get(f"{path}/save/raw") as answer:
            assert await answer.read() == order("4712", 2)
            assert answer.headers["Content-Disposition"].startswith("attachment;")
            assert answer.headers["Content-Type"] == "application/octet-stream"


async def test_what_documents_hold_is_not_shown_without_the_right(world: World) -> None:
    async with signed_in(world.office) as ada:
        message = (await world.document("4712"))["transmission"]
        tabs = (await ada.page(f"/messages/{message}")).xpath("//nav[@class='tabs']//a/@href")
        assert {tab.rpartition("/")[2] for tab in tabs} == {"findings", "attempts", "acknowledgements", "related", "journal"}
        for tab in ("raw", "canonical", "document", "save/raw"):
            refused = await ada.page(f"/messages/{message}/{tab}", 403)
            assert "An administrator of this gateway can give it to you" in refused.text_content()


async def test_a_partner_sees_its_own_messages_and_nothing_of_others(world: World) -> None:
    await person(world.office, "her", partner="bigbox")
    async with served(world.office) as url, visitor(url) as ada:
        client = ada.client
        async with await ada.sign_in("her"):
            pass
        async with client.get("/", allow_redirects=False) as answer:
            assert answer.headers["Location"] == "/messages"
        tree = await ada.page("/messages")
        assert tree.xpath("//nav[@class='screens']//a/@href") == [screen.path for screen in SCREENS if screen.partners]
        await ada.page("/messages/01900000-0000-7000-8000-000000000000", 404)


async def test_a_wrong_password_is_told_and_after_some_the_time_to_wait(world: World) -> None:
    await person(world.office)
    async with served(world.office) as url, visitor(url) as ada:
        for _ in range(5):
            async with await ada.sign_in(password="wrong") as answer:
                assert answer.status == 403
                assert "The name or the password is wrong." in checked(await answer.text()).text_content()
        answer = await ada.sign_in(password="wrong")
        while answer.status == 403:  # the first wait is a second long, and this machine may have been slower
            answer = await ada.sign_in(password="wrong")
        assert answer.status == 429
        assert int(answer.headers["Retry-After"]) >= 1
        assert "Try again in" in checked(await answer.text()).xpath("string(//div[@role='alert'])")


@pytest.mark.parametrize(
    ("fields", "headers"),
    [
        ({"csrf": "0" * 64}, {}),
        ({"csrf": ""}, {}),
        ({}, {"Origin": "https://evil.example"}),
        ({}, {"Origin": "null"}),
        ({}, {"Sec-Fetch-Site": "cross-site"}),
    ],
)
async def test_a_form_that_is_not_ours_does_nothing(world: World, fields: dict[str, str], headers: dict[str, str]) -> None:
    async with signed_in(world.office) as ada:
        client = ada.client
        form = {"csrf": proof(await ada.page("/")), **fields}
        async with client.post("/sign-out", data=form, headers=headers, allow_redirects=False) as answer:
            assert answer.status == 403
            assert "This form is not ours" in checked(await answer.text()).text_content()
        assert (await ada.page("/")).xpath("string(//h1)") == "Overview", "still signed in"


async def test_a_password_is_chosen_by_a_link_that_holds_once(world: World) -> None:
    invitation = await add_person(world.office, "ada", Terms(roles=frozenset({Role.VIEWER})), by=at_the_machine("root"))
    async with served(world.office) as url, visitor(url) as ada:
        client = ada.client
        csrf = proof(await ada.page(invitation.path))
        for first, again, status in (("short", "short", 422), (PASSWORD, "another", 422), (PASSWORD, PASSWORD, 303)):
            form = {"csrf": csrf, "password": first, "again": again}
            async with client.post(invitation.path, data=form, allow_redirects=False) as answer:
                assert answer.status == status
        over = await ada.page(invitation.path, 403)
        assert "This link does not hold any more." in over.text_content()
        async with await ada.sign_in() as answer:
            assert answer.status == 303


async def test_a_query_that_cannot_be_meant_is_told_with_what_was_meant(world: World) -> None:
    async with signed_in(world.office) as ada:
        client = ada.client
        tree = await ada.page("/messages?q=partnr:bigbox", 422)
        assert "did you mean" in tree.xpath("string(//*[@id='list'])")
        async with client.get("/messages/complete?text=part&cursor=4") as answer:
            assert (await answer.json())[0]["text"] == "partner:"
        none = await ada.page("/messages?q=order:none-like-this")
        assert none.xpath("string(//*[@class='empty']/h2)") == "No message is like that"


async def test_language_and_colours_are_as_somebody_likes_them(world: World) -> None:
    async with served(world.office) as url, visitor(url) as ada:
        client = ada.client
        async with client.get("/sign-in", headers={"Accept-Language": "fr, de-AT;q=0.9, en;q=0.5"}) as answer:
            assert checked(await answer.text()).xpath("string(//h1)") == "Anmelden"
        liked = {"theme": "dark", "density": "dense", "language": "de"}
        form = {"csrf": proof(await ada.page("/sign-in")), **liked, "next": "//evil.example"}
        async with client.post("/preferences", data=form, allow_redirects=False) as answer:
            assert answer.headers["Location"] == "/"
        tree = await ada.page("/sign-in")
        assert (tree.get("lang"), tree.get("data-theme"), tree.get("data-density")) == ("de", "dark", "dense")


async def test_a_part_of_a_page_that_is_not_there_is_told_instead_of_the_page(world: World) -> None:
    nowhere = "/messages/01900000-0000-7000-8000-000000000000"
    async with signed_in(world.office) as ada:
        async with ada.client.get(nowhere, headers={"HX-Request": "true"}) as answer:
            assert answer.status == 404
            assert {answer.headers[f"HX-{name}"] for name in ("Retarget", "Reselect")} == {"#content"}
            assert checked(await answer.text()).xpath("//main[@id='content']//*[@role='alert']")
        async with ada.client.get(nowhere) as answer:
            assert "HX-Retarget" not in answer.headers


async def test_screens_are_offered_in_groups_in_the_menu_of_phones_as_well(world: World) -> None:
    async with signed_in(world.office, *OPERATOR) as ada:
        tree = await ada.page("/messages")
        (wide,) = tree.xpath("//nav[@class='screens']")
        (narrow,) = tree.xpath("//details[contains(@class, 'menu')]/nav")
        assert (
            wide.xpath(".//a/@href") == narrow.xpath(".//a/@href") == [one.path for _, some in grouped(SCREENS) for one in some]
        )
        assert wide.xpath(".//p[@class='group']/text()") == ["Work", "Set-up", "Keeping"]
        assert tree.xpath("//dialog[@id='palette']//li/a/@href") == wide.xpath(".//a/@href")


async def test_assets_are_kept_for_ever_under_the_hash_of_what_they_are(world: World) -> None:
    async with served(world.office) as url, visitor(url) as ada:
        client = ada.client
        tree = await ada.page("/sign-in")
        for path in tree.xpath("//script/@src | //link/@href"):
            async with client.get(path) as answer:
                assert answer.status == 200
                assert "immutable" in answer.headers["Cache-Control"]
                assert answer.headers["X-Content-Type-Options"] == "nosniff"
        async with client.get("/assets/console.0000.js") as answer:
            assert answer.status == 404
