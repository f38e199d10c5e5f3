"""Every route of the console, from its own table: who gets there, what proves a form, what no page ever holds."""

import re
from collections.abc import Sequence
from itertools import product

import pytest

from gateway.console.headers import HEADERS, OVER_TLS
from gateway.console.visit import SESSION
from gateway.domain.access import Right, Role, rights_of
from tests.gateway.console.visiting import Visitor, person, proof, served, signed_in, visitor
from tests.gateway.console.walking import OPEN, addresses, places_of, routes_of, streams
from tests.world.day import AS2_SECRETS, World

NEEDS: Sequence[tuple[str, frozenset[Right]]] = (
    (r"/audit\b", frozenset({Right.AUDIT})),
    (r"/settings\b", frozenset({Right.ADMINISTER})),
    (r"/messages/[^/]+/(raw|document|canonical|save/(raw|canonical|delivered))\b", frozenset({Right.PAYLOADS})),
    (r"/messages/[^/]+/correct\b", frozenset({Right.PAYLOADS, Right.REPAIR})),
    (r"/batches/plan\b", frozenset({Right.REPAIR})),
    (r"/partners/[^/]+/test\b", frozenset({Right.PARTNERS})),
    (r"/partners/[^/]+/try\b", frozenset({Right.TRY})),
    (r"/partners/[^/]+/shadow/differences\b", frozenset({Right.PAYLOADS})),
    (r"/new-partner\b", frozenset({Right.PARTNERS})),
    (r"/configuration/[^/]+/replay\b", frozenset({Right.PAYLOADS})),
)
"""Pages that need more than to look, by their paths."""
OF_PARTNERS = r"/(messages|acknowledgements|orders|account|sign-out|partners/bigbox)\b"
"""What accounts of partners find; everything else is not theirs."""
SECRETS = (*AS2_SECRETS, "YSBzZWNyZXQgb2YgdGhpcnR5LXR3byBieXRlcyAxMjM", "BEGIN PRIVATE KEY", "BEGIN RSA PRIVATE KEY")
"""What stands in the configuration of the world and is nobody's business."""
WRITES_OF_ALL = r"/(account|preferences|sign-out|messages/columns|sign-in|routes/test)\b"
"""Forms that change nothing but what is one's own."""


def needed(path: str) -> frozenset[Right]:
    return next((rights for pattern, rights in NEEDS if re.match(pattern, path)), frozenset({Right.SEE}))


async def test_each_page_leads_to_sign_in_and_each_form_without_its_proof_does_nothing(world: World) -> None:
    routes = await routes_of(world.office)
    assert set(routes) >= OPEN
    assert len(routes) > 40
    async with served(world.office) as url, visitor(url) as stranger:
        for method, path in routes:
            if (method, path) in OPEN and method == "GET":
                continue
            place = next(addresses(path, {}))
            async with stranger.client.request(method, place, allow_redirects=False) as answer:
                if (method, path) in OPEN:
                    assert answer.status == 403, path
                else:
                    assert (answer.status, answer.headers["Location"][:8]) == (303, "/sign-in"), path
                assert {name: answer.headers[name] for name in HEADERS} == dict(HEADERS), path
    async with signed_in(world.office, *Role, payloads=True) as ada:
        csrf = proof(await ada.page("/account"))
        for (method, path), form in product(routes, ({}, {"csrf": "0" * 64})):
            if method != "GET":
                place = next(addresses(path, {}))
                async with ada.client.request(method, place, data=form, allow_redirects=False) as answer:
                    assert answer.status == 403, path
                    assert "This form is not ours" in await answer.text(), path
        async with ada.client.post(
            "/account/sign-out", data={"csrf": csrf}, headers={"Origin": "https://evil.example"}
        ) as answer:
            assert answer.status == 403
        await ada.page("/account")


@pytest.mark.parametrize("role", [*Role, None], ids=lambda role: role or "with payloads")
async def test_each_role_gets_to_its_pages_and_to_no_other(world: World, role: Role | None) -> None:
    rights = rights_of([role or Role.VIEWER], payloads=role is None, partner=None)
    places, wrong = await places_of(world), []
    async with signed_in(world.office, role or Role.VIEWER, payloads=role is None) as ada:
        offered = (await ada.page("/messages")).xpath("//nav[@class='screens']//a/@href")
        assert [path for path in offered if not needed(path) <= rights] == [], "what one may not is not offered"
        for method, path in await routes_of(world.office):
            if method == "GET" and (method, path) not in OPEN and not streams(path):
                place = next(addresses(path, places))
                status = await status_of(ada, place)
                if (status == 403) == (needed(place) <= rights) or status >= 500:
                    wrong.append((place, status))
    assert not wrong


async def test_who_only_looks_changes_nothing(world: World) -> None:
    places, wrong = {**await places_of(world), "account": ["root"]}, []
    async with signed_in(world.office) as ada:
        csrf = proof(await ada.page("/account"))
        for method, path in await routes_of(world.office):
            if method == "GET" or re.match(WRITES_OF_ALL, path) or (method, path) in OPEN:
                continue
            form = {"csrf": csrf, "reason": "because", "note": "because", "text": "because"}
            async with ada.client.post(next(addresses(path, places)), data=form, allow_redirects=False) as answer:
                if answer.status < 400 or answer.status >= 500:
                    wrong.append((path, answer.status))
    assert not wrong
    done = await world.rows("select distinct action from gateway.audit where actor = 'ada'")
    assert {row["action"] for row in done} <= {"signed_in", "password_chosen"}


async def test_no_page_holds_a_secret_of_the_configuration(world: World) -> None:
    places, shown = await places_of(world), []
    async with signed_in(world.office, *Role, payloads=True) as ada:
        for method, path in await routes_of(world.office):
            if method != "GET" or (method, path) in OPEN or streams(path):
                continue
            for place in addresses(path, places):
                async with ada.client.get(place) as answer:
                    text = (await answer.read()).decode("utf-8", "replace")
                    assert answer.status < 500, place
                shown += [(place, secret) for secret in SECRETS if secret in text]
    assert not shown


@pytest.mark.parametrize(
    ("own", "other", "names"),
    [("bigbox", "nordmart", r"nord ?mart|5798000000025"), ("nordmart", "bigbox", r"big ?box|123456789")],
)
async def test_a_partner_finds_its_own_and_nothing_of_others(world: World, own: str, other: str, names: str) -> None:
    mine, theirs = await places_of(world, own), await places_of(world, other)
    wrong: list[tuple[str, object]] = []
    async with signed_in(world.office, payloads=True, partner=own) as her:
        for method, path in await routes_of(world.office):
            if method != "GET" or (method, path) in OPEN or streams(path):
                continue
            allowed = re.match(OF_PARTNERS.replace("bigbox", own), next(addresses(path, mine)))
            holds = re.search(r"/(document|raw|canonical|correct|save/\w+)\b", path) or "{tab}" in path
            for place in addresses(path, mine):
                async with her.client.get(place) as answer:
                    text = (await answer.read()).decode("utf-8", "replace")
                if answer.status >= 500 or (answer.status == 200 and not allowed and answer.url.path == place):
                    wrong.append((place, answer.status))
                text = re.sub(r'placeholder="[^"]*"', "", text)  # an example that all are shown
                found = re.search(names, text, re.IGNORECASE)
                if found and answer.url.path == place and not holds:  # what a document holds was written by its sender
                    wrong.append((place, text[max(found.start() - 60, 0) : found.end() + 30]))
            about = {name: values for name, values in theirs.items() if values != mine.get(name)}
            if any(f"{{{name}}}" in path for name in about):
                for place in addresses(path, {**mine, **about}):
                    status = await status_of(her, place)
                    if status not in {403, 404}:
                        wrong.append((place, status))
    assert not wrong


async def status_of(who: Visitor, path: str) -> int:
    async with who.client.get(path, allow_redirects=False) as answer:
        return answer.status


async def test_over_tls_cookies_are_this_hosts_alone_and_the_name_is_kept_to_tls(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A proxy of ours ends TLS and says so."""
    await person(world.office)
    monkeypatch.setattr("gateway.http.caller.Callers.encrypted", lambda _callers, _request: True)
    async with served(world.office) as url, visitor(url) as ada:
        async with ada.client.get("/sign-in") as answer:
            assert OVER_TLS.items() <= dict(answer.headers).items()
            (cookie,) = answer.headers.getall("Set-Cookie")
            visitors = cookie.partition(";")[0]
            csrf = re.search(r'name="csrf" value="([0-9a-f]{64})"', await answer.text())
        assert csrf is not None
        form = {"csrf": csrf[1], "name": "ada", "password": "a sentence that is long enough"}
        headers = {"Cookie": visitors}
        async with ada.client.post("/sign-in", data=form, headers=headers, allow_redirects=False) as answer:
            assert answer.status == 303
            (cookie,) = (one for one in answer.headers.getall("Set-Cookie") if SESSION in one)
    name, _, rest = cookie.partition("=")
    parts = {part.strip() for part in rest.split(";")}
    assert name == "__Host-session"
    assert {"HttpOnly", "Secure", "SameSite=Lax", "Path=/"} <= parts
    assert not any(part.startswith(("Domain", "Max-Age", "expires")) for part in parts), "it ends with the browser"
