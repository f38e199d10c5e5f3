"""How partners prove who they are: signatures, secret URLs, addresses, client certificates; and that nothing else lets in."""

import base64
import hashlib
import hmac
import ssl
from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from urllib.parse import quote

import aiohttp
import pytest
from cryptography.hazmat.primitives.serialization import Encoding

from gateway.channels.http import Access, Callers, Entrance
from gateway.domain.http_terms import HttpCertificate, HttpSignature, ServerTls
from gateway.domain.token import hash_token
from gateway.errors import ConfigurationInvalid
from gateway.http.caller import networks
from gateway.http.certificate import CertificateRule
from tests.gateway.channels.conftest import POST, TOKENS, Opening, Site, problem
from tests.gateway.channels.http_partner import Issued, issue

OLD, NEW = b"old secret", b"new secret"
SIGNED = HttpSignature((OLD, NEW))
BODY = b"ISA*\x00\xff"
HOOK = "/v1/hooks/long-secret"


def access(*, callers: Callers | None = None, **entrance: Any) -> Access:
    return Access({"bigbox": Entrance("bigbox-http", "bigbox", **entrance)}, callers=callers or Callers())


def stamp(seconds: float = 0) -> str:
    return str(int((datetime.now(UTC) + timedelta(seconds=seconds)).timestamp()))


def signature(text: bytes, *, secret: bytes = NEW, algorithm: str = "sha256") -> hmac.HMAC:
    return hmac.new(secret, text, algorithm)


def signed(body: bytes = BODY, *, at: str | None = None, secret: bytes = NEW) -> dict[str, str]:
    at = at or stamp()
    return {"X-Timestamp": at, "X-Signature": signature(f"{at}.".encode() + body, secret=secret).hexdigest()}


async def posted(
    site: Site, headers: Mapping[str, str] | None = None, *, body: bytes = BODY, path: str = POST
) -> tuple[int, str]:
    async with site.client.post(path, data=body, headers=headers or {}) as answer:
        told = await problem(answer) if answer.status >= 400 else {}
        return answer.status, str(told.get("type", "")).rpartition(":")[2]


# -------------------------------------------------------------------------------------------------------------- signatures


@pytest.mark.parametrize("secret", [OLD, NEW])
async def test_a_signed_post_is_taken_whichever_of_the_secrets_signed_it(open_site: Opening, secret: bytes) -> None:
    async with open_site(access=access(signature=SIGNED)) as site:
        assert await posted(site, signed(secret=secret)) == (202, "")
        assert site.intake.bodies == [BODY]


@pytest.mark.parametrize(
    "headers",
    [
        dict,
        lambda: {"X-Signature": "00"},
        lambda: signed(b"other"),
        lambda: signed(secret=b"guess"),
        lambda: {**signed(), "X-Timestamp": stamp(1)},
        lambda: {**signed(), "X-Signature": ""},
        lambda: {**signed(), "X-Signature": "zz" * 32},
        lambda: {**signed(), "X-Signature": "," * 5000},
        lambda: {name: value for name, value in signed().items() if name != "X-Timestamp"},
        lambda: {"Authorization": "Bearer " + NEW.decode()},
    ],
)
async def test_whatever_is_not_signed_by_the_partner_is_refused_alike(
    open_site: Opening, headers: Callable[[], dict[str, str]]
) -> None:
    async with open_site(access=access(signature=SIGNED)) as site:
        assert await posted(site, headers()) == (401, "unauthenticated")
        assert await posted(site, headers(), path="/v1/partners/nobody/interchanges") == (401, "unauthenticated")
        assert site.intake.stored == {}


@pytest.mark.parametrize("away", [-301, 301, 86_400])
async def test_a_signature_of_another_time_is_refused(open_site: Opening, away: float) -> None:
    async with open_site(access=access(signature=SIGNED)) as site:
        assert await posted(site, signed(at=stamp(away))) == (401, "signature-stale")
        assert site.intake.stored == {}


async def test_times_are_taken_in_the_forms_that_senders_use(open_site: Opening) -> None:
    async with open_site(access=access(signature=SIGNED)) as site:
        for at in (stamp(-290), str(int(float(stamp()) * 1000)), datetime.now(UTC).isoformat()):
            assert await posted(site, signed(at=at)) == (202, "")


@pytest.mark.parametrize("at", ["nonsense", "9" * 400, "-1"])
async def test_times_that_are_none_are_refused(open_site: Opening, at: str) -> None:
    async with open_site(access=access(signature=SIGNED)) as site:
        assert await posted(site, signed(at=at)) == (401, "signature-stale")


async def test_a_replay_is_the_same_transmission_under_whichever_key(open_site: Opening) -> None:
    async with open_site(access=access(signature=SIGNED)) as site:
        headers = signed()
        for key in ("one", "two", "three"):
            assert await posted(site, {**headers, "Idempotency-Key": key}) == (202, "")
        assert site.intake.bodies == [BODY]
        assert await posted(site, signed(at=stamp(1))) == (202, "")
        assert len(site.intake.bodies) == 2, "signed anew it is a new one"


async def test_a_signed_id_tells_posts_apart(open_site: Opening) -> None:
    terms = HttpSignature(
        (NEW,), encoding="base64", signed="{id}.{timestamp}.{body}", header="webhook-signature", prefix="",
        timestamp_header="webhook-timestamp", id_header="webhook-id",
    )  # fmt: skip

    def standard(name: str, body: bytes) -> dict[str, str]:
        at = stamp()
        mark = base64.b64encode(signature(f"{name}.{at}.".encode() + body).digest()).decode()
        return {"webhook-id": name, "webhook-timestamp": at, "webhook-signature": f"v1,{'A' * 43}= v1,{mark}"}

    async with open_site(access=access(signature=terms)) as site:
        for name in ("a", "b", "a"):
            assert await posted(site, standard(name, BODY)) == (202, "")
        assert len(site.intake.bodies) == 2
        assert await posted(site, standard("a", b"other"), body=b"other") == (422, "idempotency-key-reused")


async def test_a_time_may_stand_in_the_signatures_header(open_site: Opening) -> None:
    terms = HttpSignature((NEW,), header="Stripe-Signature", prefix="v1=", timestamp_header="stripe-signature")
    async with open_site(access=access(signature=terms)) as site:
        at = stamp()
        mark = signature(f"{at}.".encode() + BODY).hexdigest()
        assert await posted(site, {"Stripe-Signature": f"t={at},v0=00,v1={mark}"}) == (202, "")
        assert await posted(site, {"Stripe-Signature": f"t={at},v0={mark}"}) == (401, "unauthenticated")


async def test_a_signature_over_the_body_alone_with_another_algorithm(open_site: Opening) -> None:
    terms = HttpSignature((NEW,), algorithm="sha512", signed="{method} {path}\n{body}", prefix="sha512=")
    async with open_site(access=access(signature=terms)) as site:
        path = POST + "?name=x%20y"
        mark = signature(f"POST {path}\n".encode() + BODY, algorithm="sha512").hexdigest()
        assert await posted(site, {"X-Signature": f"sha512={mark}"}, path=path) == (202, "")
        assert await posted(site, {"X-Signature": f"sha512={mark}"}) == (401, "unauthenticated")


async def test_a_token_and_a_signature_are_each_enough(open_site: Opening) -> None:
    both = access(signature=SIGNED, token_hashes=(hash_token(TOKENS["bigbox"]),))
    async with open_site(access=both) as site:
        assert await posted(site, signed()) == (202, "")
        assert await posted(site, {"Authorization": f"Bearer {TOKENS['bigbox']}"}) == (202, "")
        assert await posted(site) == (401, "unauthenticated")


async def test_a_signed_post_in_parts_is_refused(open_site: Opening) -> None:
    async with open_site(access=access(signature=SIGNED)) as site:
        status, code = await posted(site, {**signed(), "Content-Type": "multipart/form-data; boundary=x"})
        assert (status, code) == (415, "multipart-unsupported")


async def test_a_signature_lets_nobody_read(open_site: Opening) -> None:
    path = "/v1/partners/bigbox/transmissions/x"
    async with open_site(access=access(signature=SIGNED)) as site, site.client.get(path, headers=signed(b"")) as answer:
        assert answer.status == 401


# ------------------------------------------------------------------------------------------------------------- secret URLs


async def test_a_secret_url_is_answered_at_once_when_it_is_stored(open_site: Opening) -> None:
    async with open_site(access=access(url_hashes=(hash_token("before"), hash_token("long-secret")))) as site:
        async with site.client.post(HOOK, data=b'{"_model": "sale.order"}') as answer:
            assert answer.status == 200
            told = await answer.json()
        (stored,) = site.intake.stored.values()
        assert told == {"transmission": str(stored.id), "repeated": False}
        assert (stored.channel, stored.partner, stored.wait) == ("bigbox-http", "bigbox", False)


@pytest.mark.parametrize("path", ["/v1/hooks/wrong", "/v1/hooks/" + hash_token("long-secret"), "/v1/hooks/" + "x" * 5000])
async def test_a_wrong_secret_is_no_address_and_is_not_told_to_the_log(
    open_site: Opening, path: str, capsys: pytest.CaptureFixture[str]
) -> None:
    async with open_site(access=access(url_hashes=(hash_token("long-secret"),))) as site:
        assert await posted(site, path=path) == (404, "not-found")
        assert site.counts.counted == [("edi_transmissions_received_total", {"channel": "http", "outcome": "not-found"})]
    assert path.rpartition("/")[2] not in capsys.readouterr().out


async def test_a_secret_url_lets_nobody_in_by_another_way(open_site: Opening) -> None:
    async with open_site(access=access(url_hashes=(hash_token("long-secret"),))) as site:
        assert await posted(site, {"Authorization": "Bearer long-secret"}) == (401, "unauthenticated")
        assert await posted(site) == (401, "unauthenticated")
        assert await posted(site, path="/v1/hooks/") == (404, "not-found")


# --------------------------------------------------------------------------------------------------------------- addresses

TOKEN = {"Authorization": f"Bearer {TOKENS['bigbox']}"}


def restricted(*allowed: str, **callers: Any) -> Access:
    token = (hash_token(TOKENS["bigbox"]),)
    return access(token_hashes=token, addresses=networks(allowed), callers=Callers(**callers))


async def test_who_posts_from_elsewhere_is_refused_and_told_so_only_with_the_token(open_site: Opening) -> None:
    async with open_site(access=restricted("198.51.100.0/24")) as site:
        assert await posted(site, TOKEN) == (403, "address-refused")
        assert await posted(site) == (401, "unauthenticated")
    async with open_site(access=restricted("127.0.0.0/8", "::1")) as site:
        assert await posted(site, TOKEN) == (202, "")


@pytest.mark.parametrize(
    ("forwarded", "status"),
    [
        ("198.51.100.7", 202),
        ("198.51.100.7:4711", 202),
        ("[2001:db8::1]:80", 202),
        ("203.0.113.9", 403),
        ("198.51.100.7, 203.0.113.9", 403),
        ("203.0.113.9, 198.51.100.7", 202),
        ("203.0.113.9, 198.51.100.7, 127.0.0.9", 202),
        ("198.51.100.7, nonsense", 403),
        ("", 403),
    ],
)
async def test_behind_a_trusted_proxy_the_last_address_that_is_none_of_ours_counts(
    open_site: Opening, forwarded: str, status: int
) -> None:
    allowed = restricted("198.51.100.0/24", "2001:db8::/32", trusted=["127.0.0.0/8"])
    async with open_site(access=allowed) as site:
        assert (await posted(site, {**TOKEN, "X-Forwarded-For": forwarded}))[0] == status
        assert all(stored.remote in {"198.51.100.7", "2001:db8::1"} for stored in site.intake.stored.values())


async def test_what_others_than_our_proxies_write_of_addresses_is_not_believed(open_site: Opening) -> None:
    async with open_site(access=restricted("198.51.100.0/24", trusted=["192.0.2.1"])) as site:
        assert await posted(site, {**TOKEN, "X-Forwarded-For": "198.51.100.7"}) == (403, "address-refused")


# ------------------------------------------------------------------------------------------------------------ certificates


@pytest.fixture
def authority(tmp_path: Path) -> Issued:
    return issue(tmp_path, "authority", authority=True)


@pytest.fixture
def bigbox(tmp_path: Path, authority: Issued) -> Issued:
    return issue(tmp_path, "bigbox", by=authority)


def pinned(*known: Issued, **callers: Any) -> Access:
    rule = CertificateRule(HttpCertificate(fingerprints=tuple(one.fingerprint for one in known)))
    return access(certificate=rule, callers=Callers(**callers))


def named(by: Issued, **callers: Any) -> Access:
    rule = CertificateRule(HttpCertificate(subjects=("CN=bigbox,O=Test",), authorities=(str(by.certificate),)))
    return access(certificate=rule, callers=Callers(**callers))


def client_tls(server: Issued, own: Issued | None) -> ssl.SSLContext:
    context = ssl.create_default_context(cafile=str(server.certificate))
    if own is not None:
        context.load_cert_chain(own.certificate, own.key)
    return context


async def post_by_tls(site: Site, server: Issued, own: Issued | None) -> int:
    url = f"https://localhost:{site.server.port}{POST}"
    async with aiohttp.ClientSession() as session, session.post(url, data=BODY, ssl=client_tls(server, own)) as answer:
        return answer.status


@pytest.mark.parametrize("rule", [pinned, named])
async def test_a_certificate_shown_to_our_own_server_lets_in(
    open_site: Opening, tmp_path: Path, authority: Issued, bigbox: Issued, rule: Any
) -> None:
    server, other = issue(tmp_path, "localhost"), issue(tmp_path, "other", by=authority)
    tls = ServerTls(str(server.certificate), str(server.key), authorities=(str(authority.certificate),))
    async with open_site(access=rule(bigbox if rule is pinned else authority), tls=tls) as site:
        assert site.server.url.startswith("https://")
        assert await post_by_tls(site, server, bigbox) == 202
        assert await post_by_tls(site, server, other) == 401
        assert await post_by_tls(site, server, None) == 401
    assert len(site.intake.bodies) == 1


async def test_a_pinned_certificate_needs_no_authority_and_vouches_for_no_other(open_site: Opening, tmp_path: Path) -> None:
    server, own = issue(tmp_path, "localhost"), issue(tmp_path, "own", authority=True)
    issued = issue(tmp_path, "bigbox", by=own)
    tls = ServerTls(str(server.certificate), str(server.key), authorities=(str(own.certificate),))
    async with open_site(access=pinned(own), tls=tls) as site:
        assert await post_by_tls(site, server, own) == 202
        assert await post_by_tls(site, server, issued) == 401


async def test_a_certificate_that_nobody_vouches_for_ends_the_connection(
    open_site: Opening, tmp_path: Path, authority: Issued, bigbox: Issued
) -> None:
    server, stranger = issue(tmp_path, "localhost"), issue(tmp_path, "stranger")
    tls = ServerTls(str(server.certificate), str(server.key), authorities=(str(authority.certificate),))
    async with open_site(access=pinned(bigbox), tls=tls) as site:
        with pytest.raises((aiohttp.ClientError, OSError)):
            await post_by_tls(site, server, stranger)
        assert await post_by_tls(site, server, bigbox) == 202, "the server goes on"


def header(one: Issued, form: str) -> str:
    der = one.made.public_bytes(Encoding.DER)
    return {
        "RFC 9440": f":{base64.b64encode(der).decode()}:",
        "escaped PEM": quote(one.pem.decode(), safe=""),
        "folded PEM": one.pem.decode().replace("\n", " ").strip(),
        "bare base64": base64.b64encode(der).decode(),
    }[form]


@pytest.mark.parametrize("form", ["RFC 9440", "escaped PEM", "folded PEM", "bare base64"])
async def test_a_certificate_handed_on_by_our_proxy_lets_in(
    open_site: Opening, tmp_path: Path, bigbox: Issued, form: str
) -> None:
    behind = pinned(bigbox, trusted=["127.0.0.1"], certificate_header="Client-Cert")
    async with open_site(access=behind) as site:
        assert await posted(site, {"Client-Cert": header(bigbox, form)}) == (202, "")
        assert await posted(site, {"Client-Cert": header(issue(tmp_path, "x"), form)}) == (401, "unauthenticated")
        assert await posted(site) == (401, "unauthenticated")


@pytest.mark.parametrize(
    "text", ["", ":", "::", "nonsense", "%00", ":!!!:", "A" * 20_000, ":" + "A" * 4000 + ":", "-----BEGIN CERTIFICATE-----"]
)
async def test_what_is_no_certificate_lets_nobody_in(open_site: Opening, bigbox: Issued, text: str) -> None:
    behind = pinned(bigbox, trusted=["127.0.0.1"], certificate_header="Client-Cert")
    async with open_site(access=behind) as site:
        try:
            status, _ = await posted(site, {"Client-Cert": text})
        except AssertionError:
            status = 400  # the server's own answer to a header that is too long
        assert status in {400, 401}
        assert site.intake.stored == {}


async def test_a_certificate_in_a_header_counts_only_from_our_proxy_and_once(open_site: Opening, bigbox: Issued) -> None:
    told = header(bigbox, "RFC 9440")
    async with open_site(access=pinned(bigbox, trusted=["192.0.2.1"], certificate_header="Client-Cert")) as site:
        assert await posted(site, {"Client-Cert": told}) == (401, "unauthenticated")
    async with open_site(access=pinned(bigbox, trusted=["127.0.0.1"])) as site:
        assert await posted(site, {"Client-Cert": told}) == (401, "unauthenticated")
    async with open_site(access=pinned(bigbox, trusted=["127.0.0.1"], certificate_header="Client-Cert")) as site:
        twice = [("Client-Cert", told), ("Client-Cert", told)]
        async with site.client.post(POST, data=BODY, headers=twice) as answer:
            assert answer.status == 401


async def test_a_certificate_beside_a_token_restricts_it(open_site: Opening, bigbox: Issued) -> None:
    rule = CertificateRule(HttpCertificate(certificates=(str(bigbox.certificate),)))
    callers = Callers(trusted=["127.0.0.1"], certificate_header="Client-Cert")
    both = access(certificate=rule, token_hashes=(hash_token(TOKENS["bigbox"]),), callers=callers)
    shown = {"Client-Cert": header(bigbox, "RFC 9440")}
    async with open_site(access=both) as site:
        assert [(await posted(site, headers))[0] for headers in ({}, TOKEN, shown, {**TOKEN, **shown})] == [401, 401, 401, 202]


def test_a_subject_counts_only_from_its_own_authority(tmp_path: Path, authority: Issued, bigbox: Issued) -> None:
    rule = CertificateRule(HttpCertificate(subjects=("O=Test,CN=bigbox",), authorities=(str(authority.certificate),)))
    (tmp_path / "forged").mkdir()
    impostor = issue(tmp_path / "forged", "authority", authority=True)
    forged, other = issue(tmp_path / "forged", "bigbox", by=impostor), issue(tmp_path, "other", by=authority)
    now = datetime.now(UTC)
    shown = {name: one.made.public_bytes(Encoding.DER) for name, one in [("own", bigbox), ("forged", forged), ("other", other)]}
    assert {name: rule.fits(der, now) for name, der in shown.items()} == {"own": True, "forged": False, "other": False}
    assert not rule.fits(shown["own"], now + timedelta(days=2)), "its time is over"
    assert not rule.fits(shown["own"], now - timedelta(days=2))
    assert not rule.fits(b"\x30\x00", now)


def test_files_that_hold_no_certificate_are_told(tmp_path: Path) -> None:
    (tmp_path / "no.pem").write_text("no")
    with pytest.raises(ConfigurationInvalid, match=r"no\.pem"):
        CertificateRule(HttpCertificate(certificates=(str(tmp_path / "no.pem"),)))


def test_fingerprints_are_those_of_openssl(bigbox: Issued) -> None:
    assert bigbox.fingerprint == hashlib.sha256(bigbox.made.public_bytes(Encoding.DER)).hexdigest()
