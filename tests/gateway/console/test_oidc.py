"""Signing in at an identity provider, over HTTP with one that misbehaves: who gets in, and why others do not."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest

from gateway.bootstrap.accounts import list_accounts
from gateway.bootstrap.audit import audit_lines
from gateway.bootstrap.office import Office
from gateway.domain.access import Role
from gateway.domain.http_terms import HttpClientTerms
from gateway.domain.single_sign_on import OidcTerms
from gateway.simulators.identity_provider import CLIENT, SECRET, IdentityProvider
from tests.gateway.console.visiting import Visitor, checked, person, served, visitor
from tests.world.day import World


@pytest.fixture
async def provider() -> AsyncIterator[IdentityProvider]:
    simulated = IdentityProvider()
    await simulated.start()
    yield simulated
    await simulated.stop()


def configured(office: Office, provider: IdentityProvider, **terms: Any) -> Office:
    """The same office with this provider. The console's own address is not known yet: the test follows redirects itself."""
    usual = {"client_secret": SECRET, "client": HttpClientTerms(internal=True, timeout=2.0), "label": "Work account"}
    oidc = OidcTerms(provider.issuer, CLIENT, "http://console.example", **{**usual, **terms})
    gateway = replace(office.snapshot.gateway, oidc=oidc)
    return replace(office, settings=replace(office.settings, snapshot=replace(office.snapshot, gateway=gateway)))


@dataclass
class Back:
    """Where somebody has come back to."""

    status: int
    location: str
    text: str

    @property
    def refusal(self) -> str:
        """What was told to who was not let in."""
        return " ".join(checked(self.text).xpath("string(//*[@role='alert'])").split())


async def come(ada: Visitor, *, start: str = "/sign-in/elsewhere", change: Callable[[str], str] = str) -> Back:
    """Go to the provider and come back."""
    async with ada.client.get(start, allow_redirects=False) as answer:
        if answer.status != 303:
            return Back(answer.status, "", await answer.text())
        there = answer.headers["Location"]
    async with ada.client.get(there, allow_redirects=False) as answer:
        assert answer.status == 303, await answer.text()
        back = urlsplit(answer.headers["Location"])
    assert back.netloc == "console.example"
    return await arrive(ada, change(f"{back.path}?{back.query}"))


async def arrive(ada: Visitor, path: str) -> Back:
    async with ada.client.get(path, allow_redirects=False) as answer:
        return Back(answer.status, answer.headers.get("Location", ""), await answer.text())


@asynccontextmanager
async def at_the_door(world: World, provider: IdentityProvider, **terms: Any) -> AsyncIterator[Visitor]:
    async with served(configured(world.office, provider, **terms)) as url, visitor(url) as ada:
        yield ada


async def account(world: World, name: str) -> dict[str, Any]:
    (found,) = await list_accounts(world.office, name)
    return dict(found)


class TestWhoGetsIn:
    @pytest.mark.parametrize("algorithm", ["RS256", "ES256", "EdDSA"])
    async def test_who_has_an_account_comes_in_and_goes_on(self, world: World, algorithm: str) -> None:
        provider = IdentityProvider(algorithm=algorithm)
        await provider.start()
        await person(world.office, "ada@example.org", Role.OPERATOR)
        async with at_the_door(world, provider) as ada:
            button = (await ada.page("/sign-in?next=/messages?q=4711")).xpath("//section//a[@class='button']")[0]
            assert button.text_content() == "Sign in with Work account"
            back = await come(ada, start=button.get("href"))
            assert (back.status, back.location) == (303, "/messages?q=4711")
            assert "ada@example.org" in (await ada.page("/account")).text_content()
        await provider.stop()
        lines = await audit_lines(world.office, {"subject": "ada@example.org"}, limit=2)
        assert [line["action"] for line in lines] == ["signed_in", "identity_bound"]

    async def test_the_account_belongs_to_the_subject_from_then_on(self, world: World, provider: IdentityProvider) -> None:
        await person(world.office, "ada@example.org")
        async with at_the_door(world, provider) as ada:
            assert (await come(ada)).status == 303
        provider.person["email"] = "ada.lovelace@example.org"  # she has married; it is still her
        async with at_the_door(world, provider) as ada:
            assert (await come(ada)).status == 303
            assert "ada@example.org" in (await ada.page("/account")).text_content()
        provider.person = {"sub": "another", "email": "ada@example.org", "email_verified": True}  # the address was given on
        async with at_the_door(world, provider) as ada:
            back = await come(ada)
        assert back.status == 403
        assert "belongs to somebody else" in back.refusal

    async def test_groups_decide_roles_and_make_accounts_where_that_is_wanted(
        self, world: World, provider: IdentityProvider
    ) -> None:
        terms = {"roles": {"edi-ops": frozenset({Role.OPERATOR}), "edi-look": frozenset({Role.VIEWER})}}
        provider.person |= {"groups": ["staff", "edi-ops"], "name": "Ada Lovelace"}
        async with at_the_door(world, provider, **terms) as ada:
            assert "no account" in (await come(ada)).refusal
        async with at_the_door(world, provider, **terms, create=True) as ada:
            assert (await come(ada)).status == 303
        made = await account(world, "ada@example.org")
        assert (made["roles"], made["display"], made["state"]) == (["operator"], "Ada Lovelace", "open")
        provider.person["groups"] = "edi-look"
        async with at_the_door(world, provider, **terms) as ada:
            assert (await come(ada)).status == 303
        assert (await account(world, "ada@example.org"))["roles"] == ["viewer"]
        provider.person["groups"] = ["staff"]
        async with at_the_door(world, provider, **terms, create=True) as ada:
            assert "None of your groups" in (await come(ada)).refusal

    async def test_keys_that_the_provider_changed_are_looked_up(
        self, world: World, provider: IdentityProvider, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        await person(world.office, "ada@example.org")
        async with at_the_door(world, provider) as ada:
            assert (await come(ada)).status == 303
            provider.rotate()
            monkeypatch.setattr("gateway.security.identity_provider._AGAIN", 0.0)
            assert (await come(ada)).status == 303
        assert provider.calls["/keys"] == 2
        assert provider.calls["/.well-known/openid-configuration"] == 1

    async def test_passwords_can_be_left_to_emergencies(self, world: World, provider: IdentityProvider) -> None:
        for name in ("ada@example.org", "admin"):
            await person(world.office, name, Role.ADMINISTRATOR)
        async with at_the_door(world, provider, password_accounts=frozenset({"admin"})) as ada:
            async with await ada.sign_in("ada@example.org") as answer:
                assert answer.status == 403
                assert "does not sign in by a password" in checked(await answer.text()).xpath("string(//*[@role='alert'])")
            async with await ada.sign_in("nobody-at-all") as answer:
                assert "does not sign in by a password" in await answer.text(), "nothing is told of who there is"
            assert (await come(ada)).status == 303
            assert not (await ada.page("/account")).xpath("//input[@type='password']")
        async with (
            at_the_door(world, provider, password_accounts=frozenset({"admin"})) as admin,
            await admin.sign_in("admin") as answer,
        ):
            assert answer.status == 303

    async def test_somebody_signs_out_here_and_there(self, world: World, provider: IdentityProvider) -> None:
        await person(world.office, "ada@example.org")
        async with at_the_door(world, provider) as ada:
            await come(ada)
            assert await ada.send("/sign-out", at="/account") == "/sign-in?said=signed_out"
            page = await ada.page("/sign-in")
            assert page.xpath("//a[@href='/sign-out/elsewhere']")
            back = await arrive(ada, "/sign-out/elsewhere")
            assert parse_qs(urlsplit(back.location).query)["post_logout_redirect_uri"] == ["http://console.example/sign-in"]
            assert not (await ada.page("/sign-in")).xpath("//a[@href='/sign-out/elsewhere']")


WRONG: dict[str, tuple[dict[str, Any], str]] = {
    "nonce": ({"nonce": "another"}, "another sign-in"),
    "no nonce": ({"nonce": None}, "another sign-in"),
    "audience": ({"aud": "another-client"}, "for another client"),
    "audiences without a party": ({"aud": [CLIENT, "another-client"]}, "another party"),
    "party": ({"azp": "another-client"}, "another party"),
    "issuer": ({"iss": "https://evil.example"}, "of another issuer"),
    "expired": ({"exp": 1_600_000_000}, "it is over"),
    "no end": ({"exp": None}, "when it ends"),
    "not yet": ({"nbf": 4_000_000_000}, "in the future"),
    "made later": ({"iat": 4_000_000_000}, "in the future"),
    "times": ({"exp": "tomorrow"}, "its times are none"),
    "subject": ({"sub": ""}, "names nobody"),
    "access token": ({"at_hash": "AAAAAAAAAAAAAAAAAAAAAA"}, "another access token"),
}


class TestWhoDoesNot:
    @pytest.mark.parametrize("case", WRONG)
    async def test_a_token_that_does_not_hold_is_refused_with_its_reason(
        self, world: World, provider: IdentityProvider, case: str
    ) -> None:
        await person(world.office, "ada@example.org")
        provider.bad.claims, reason = WRONG[case]
        async with at_the_door(world, provider) as ada:
            back = await come(ada)
            assert back.status == 403
            assert reason in back.refusal
            async with ada.client.get("/account", allow_redirects=False) as answer:
                assert answer.status == 303, "nobody is signed in"

    @pytest.mark.parametrize(
        ("algorithm", "reason"),
        [("none", "its signature is 'none'"), ("HS256", "its signature is 'HS256'"), ("forged", "its signature is wrong")],
    )
    async def test_a_token_that_the_provider_has_not_signed_is_refused(
        self, world: World, provider: IdentityProvider, algorithm: str, reason: str
    ) -> None:
        await person(world.office, "ada@example.org")
        provider.bad.algorithm = algorithm
        async with at_the_door(world, provider) as ada:
            assert reason in (await come(ada)).refusal

    @pytest.mark.parametrize(
        ("told", "reason"),
        [
            ({"email_verified": False}, "not verified"),
            ({"email_verified": None}, "not verified"),
            ({"email": "nobody@example.org"}, "no account here"),
            ({"email": None}, "no account here"),
            ({"email": "<script>@example.org"}, "no account here"),
        ],
    )
    async def test_who_is_not_known_is_told_why(
        self, world: World, provider: IdentityProvider, told: dict[str, Any], reason: str
    ) -> None:
        await person(world.office, "ada@example.org")
        provider.person |= told
        async with at_the_door(world, provider) as ada:
            back = await come(ada)
        assert back.status == 403
        assert reason in back.refusal

    async def test_an_answer_of_another_browser_or_of_nobody_is_refused(self, world: World, provider: IdentityProvider) -> None:
        await person(world.office, "ada@example.org")
        async with at_the_door(world, provider) as ada:
            stolen: list[str] = []
            assert "begun in this browser" in (await arrive(ada, "/sign-in/elsewhere/back?code=x&state=y")).refusal

            def changed(path: str) -> str:
                stolen.append(path)
                return path.replace("state=", "state=x")

            back = await come(ada, change=changed)
            assert "begun in this browser" in back.refusal
            ada.client.cookie_jar.clear()
            assert "begun in this browser" in (await arrive(ada, stolen[0])).refusal
            assert provider.calls["/token"] == 0, "a code is not even asked for"

    @pytest.mark.parametrize(
        ("answer", "reason"),
        [
            ({"iss": "https://evil.example"}, "from another provider"),
            ({"error": "access_denied", "error_description": "you may not"}, "access_denied: you may not"),
            ({"code": "made-up"}, "the code does not hold"),
        ],
    )
    async def test_an_answer_that_is_not_the_providers_is_refused(
        self, world: World, provider: IdentityProvider, answer: dict[str, str], reason: str
    ) -> None:
        provider.bad.answer = answer
        async with at_the_door(world, provider) as ada:
            assert reason in (await come(ada)).refusal

    async def test_a_provider_that_is_down_slow_or_another_one_is_told(self, world: World, provider: IdentityProvider) -> None:
        async with at_the_door(world, provider) as ada:
            provider.bad.issuer = "https://evil.example"
            assert "calls itself" in (await come(ada)).refusal
            provider.bad.issuer, provider.bad.status = "", 503
            back = await come(ada)
            assert (back.status, "cannot be reached" in back.refusal) == (503, True)
            provider.bad.status = 0
            await provider.stop()
            assert "cannot be reached" in (await come(ada)).refusal
        await provider.start()
        provider.bad.latency = 5
        impatient = HttpClientTerms(internal=True, timeout=0.2)
        async with at_the_door(world, provider, client=impatient) as ada:
            assert "did not answer in time" in (await come(ada)).refusal

    async def test_a_closed_account_stays_closed(self, world: World, provider: IdentityProvider) -> None:
        await person(world.office, "ada@example.org")
        async with at_the_door(world, provider) as ada:
            assert (await come(ada)).status == 303
            await world.ask("accounts.close", account="ada@example.org")
            assert "no account here" in (await come(ada)).refusal
        assert (await audit_lines(world.office, {"action": "sign_in_failed"}, limit=1))[0]["subject"] == "ada@example.org"

    async def test_two_first_times_at_once_bind_one_account(self, world: World, provider: IdentityProvider) -> None:
        await person(world.office, "ada@example.org")
        office = configured(world.office, provider)
        async with served(office) as url, visitor(url) as one, visitor(url) as other:
            backs = await asyncio.gather(come(one), come(other))
        assert [back.status for back in backs] == [303, 303]


async def test_without_a_provider_there_is_no_such_page(world: World) -> None:
    async with served(world.office) as url, visitor(url) as ada:
        async with ada.client.get("/sign-in/elsewhere", allow_redirects=False) as answer:
            assert answer.status == 404
        assert not (await ada.page("/sign-in")).xpath("//a[@class='button']")
