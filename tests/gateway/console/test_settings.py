"""Settings and one's own account: people, programs, tokens, sessions, and what each may do about them."""

import re

import pytest

from gateway.bootstrap.accounts import caller_of_token, choose_password
from gateway.domain.access import Role
from gateway.operations.accounts import LINK
from tests.gateway.console.visiting import PASSWORD, Visitor, checked, person, proof, served, signed_in, visitor
from tests.world.day import World

ADMINISTRATOR = Role.ADMINISTRATOR


async def shown(ada: Visitor, path: str, *, at: str, **fields: str) -> str:
    """What is shown once after a form."""
    form = {"csrf": proof(await ada.page(at)), **fields}
    async with ada.client.post(path, data=form) as answer:
        text = await answer.text()
        assert answer.status == 200, checked(text).xpath("string(//main)")
        assert answer.headers["Cache-Control"] == "no-store"
        return str(checked(text).xpath("string(//p[@class='secret']/code)"))


async def test_somebody_is_added_by_a_link_that_is_shown_once_changed_and_closed(world: World) -> None:
    async with signed_in(world.office, ADMINISTRATOR) as ada:
        page = await ada.page("/settings")
        assert page.xpath("//tbody//a[@data-open]/text()") == ["ada"]
        terms = {"kind": "person", "name": "Bob@Example.org", "display": "Bob", "roles": "viewer", "payloads": "1"}
        address = await shown(ada, "/settings/add", at="/settings/add?kind=person", **terms)
        link = re.fullmatch(rf"http://[^/]+{LINK}([0-9a-f]+)", address)
        assert link is not None
        bob = "/settings/accounts/bob@example.org"
        tree = await ada.page(bob)
        assert link[1] not in tree.text_content()
        assert "Has no password yet" in tree.text_content()
        assert await choose_password(world.office, link[1], PASSWORD) == "bob@example.org"

        there = await ada.send(f"{bob}/change", at=bob, roles=["operator", "partner-manager"], display="Robert")
        changed = await ada.page(there)
        assert "The account is changed." in changed.text_content()
        ticked = changed.xpath("//input[@name='roles'][@checked]/@value | //input[@name='payloads'][@checked]/@name")
        assert ticked == ["operator", "partner-manager"]
        again = await shown(ada, f"{bob}/invite", at=bob)
        assert again != address

        assert "said=account_closed" in await ada.send(f"{bob}/close", at=bob)
        assert "bob@example.org" not in (await ada.page("/settings")).xpath("//tbody//a[@data-open]/text()")
        assert "bob@example.org" in (await ada.page("/settings?all=1")).xpath("//tbody//a[@data-open]/text()")
    assert await world.audited("account_closed") == ["ada"]


async def test_what_cannot_be_is_told_beside_the_form_which_keeps_what_was_written(world: World) -> None:
    async with signed_in(world.office, ADMINISTRATOR) as ada:
        csrf = proof(await ada.page("/settings/add"))
        form = {"csrf": csrf, "kind": "person", "name": "no name!", "display": "Kept", "roles": "viewer"}
        async with ada.client.post("/settings/add", data=form) as answer:
            tree = checked(await answer.text())
        assert (answer.status, tree.xpath("string(//input[@name='display']/@value)")) == (422, "Kept")
        assert "no name" in tree.xpath("string(//div[@role='alert'])")
        async with ada.client.post("/settings/accounts/ada/close", data={"csrf": csrf}) as answer:
            told = checked(await answer.text()).xpath("string(//div[@role='alert'])")
        assert "Nobody who can sign in would be left" in told
        async with ada.client.post("/settings/accounts/ada/change", data={"csrf": csrf, "roles": "viewer"}) as answer:
            assert answer.status == 422
        await ada.page("/settings/accounts/nobody", 404)


async def test_a_program_gets_tokens_that_are_rotated_and_revoked(world: World) -> None:
    async with signed_in(world.office, ADMINISTRATOR) as ada:
        at = "/settings/add?kind=service"
        there = await ada.send("/settings/add", at=at, kind="service", name="robot", roles="operator", partner="", display="")
        assert there == "/settings/accounts/robot?said=service_added"
        fields = {"account": "robot", "name": "nightly", "scopes": "see", "days": "10"}
        token = await shown(ada, "/account/tokens", at=there, **fields)
        assert token.startswith("edi_")
        assert await caller_of_token(world.office, token, address="192.0.2.1") is not None
        listed = await ada.page("/settings/tokens")
        assert "1 token ends within two weeks" in listed.text_content()
        assert token not in listed.text_content()
        (path,) = listed.xpath("//tbody//a[@data-open]/@href")
        newer = await shown(ada, f"{path}/rotate", at=path, overlap="1", days="90")
        assert newer != token
        assert "ends within" not in (await ada.page("/settings/tokens")).text_content(), "it is replaced"
        there = await ada.send(f"{path}/revoke", at=path)
        assert "The token has ended." in (await ada.page(there)).text_content()
        assert await caller_of_token(world.office, token, address="192.0.2.1") is None
        assert await caller_of_token(world.office, newer, address="192.0.2.1") is not None
        refused = await ada.client.post("/account/tokens", data={**fields, "csrf": proof(await ada.page(at)), "days": "9999"})
        assert refused.status == 400


async def test_ones_own_tokens_are_made_with_what_one_may(world: World) -> None:
    async with signed_in(world.office, partner="bigbox") as her:
        page = await her.page("/account")
        assert page.xpath("//input[@name='scopes']/@value") == ["see"]
        token = await shown(her, "/account/tokens", at="/account", name="reports", scopes="see", days="30")
        caller = await caller_of_token(world.office, token, address="192.0.2.1")
        assert caller is not None
        assert caller.partner == "bigbox"
        csrf = proof(await her.page("/account"))
        form = {"csrf": csrf, "name": "more", "scopes": "administer", "days": "30"}
        async with her.client.post("/account/tokens", data=form) as answer:
            tree = checked(await answer.text())
        assert (answer.status, tree.xpath("string(//input[@id='token-name']/@value)")) == (422, "more")


async def test_sessions_are_seen_and_ended(world: World) -> None:
    await person(world.office, "bob")
    async with signed_in(world.office, ADMINISTRATOR) as ada, served(world.office) as url, visitor(url) as bob:
        async with await bob.sign_in("bob") as answer:
            assert answer.status == 303
        assert "this one" in (await bob.page("/account")).text_content()
        (path,) = (await ada.page("/settings/accounts/bob")).xpath("//table//a[@data-open]/@href")
        await bob.page(path)
        there = await ada.send(f"{path}/end", at=path, next="/settings/accounts/bob")
        assert there == "/settings/accounts/bob?said=session_ended"
        async with bob.client.get("/account", allow_redirects=False) as answer:
            assert answer.headers["Location"].startswith("/sign-in")
        async with await bob.sign_in("bob") as answer:
            assert answer.status == 303
        assert "count=1" in await ada.send("/settings/accounts/bob/sign-out", at="/settings/accounts/bob")
        async with await bob.sign_in("bob") as answer:
            assert answer.status == 303
        assert await bob.send("/account/sign-out", at="/account") == "/sign-in?said=signed_out_everywhere&count=1"


async def test_a_password_is_changed_by_who_knows_it_and_other_sessions_end(world: World) -> None:
    other = "quite another sentence"
    async with signed_in(world.office) as ada, served(world.office) as url, visitor(url) as elsewhere:
        async with await elsewhere.sign_in() as answer:
            assert answer.status == 303
        csrf = proof(await ada.page("/account"))
        tries = [("wrong", other, other, 403), (PASSWORD, other, "x", 422), (PASSWORD, "short", "short", 422)]
        for old, new, again, status in (*tries, (PASSWORD, other, other, 303)):
            form = {"csrf": csrf, "old": old, "password": new, "again": again}
            async with ada.client.post("/account/password", data=form, allow_redirects=False) as answer:
                assert answer.status == status
        assert "The password is changed" in (await ada.page("/account?said=password_changed")).text_content()
        async with elsewhere.client.get("/account", allow_redirects=False) as answer:
            assert answer.status == 303, "signed out there"
        async with await elsewhere.sign_in(password=other) as answer:
            assert answer.status == 303


@pytest.mark.parametrize("path", ["", "/services", "/tokens", "/sessions", "/add", "/accounts/ada"])
async def test_settings_are_for_administrators(world: World, path: str) -> None:
    async with signed_in(world.office, Role.OPERATOR, Role.PARTNER_MANAGER) as ada:
        await ada.page(f"/settings{path}", 403)
        await ada.page("/account")


async def test_of_others_nobody_sees_sessions_and_tokens(world: World) -> None:
    await person(world.office, "bob", ADMINISTRATOR)
    async with signed_in(world.office) as ada, served(world.office) as url, visitor(url) as bob:
        async with await bob.sign_in("bob") as answer:
            assert answer.status == 303
        await shown(bob, "/account/tokens", at="/account", name="scripts", scopes="see", days="30")
        page = await bob.page("/account")
        for path in page.xpath("//a[@data-open]/@href"):
            await ada.page(path, 404)
        await ada.page("/account/tokens/none", 404)
