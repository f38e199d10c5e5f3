"""Where our requests may go, and how a way to a server is tried step by step."""

import ssl
from pathlib import Path

import pytest
from aiohttp import web

from gateway.channels.as2.connection import AddressRefused, Connection, GuardedResolver, NoAnswer, check_receipt_url, is_public
from gateway.channels.reaching import reach, reached
from gateway.domain.http_terms import ClientTls
from tests.gateway.channels.as2.partner import Gathered, Partner
from tests.servers.certificate import make_certificate
from tests.servers.process import free_port


@pytest.mark.parametrize("address", ["8.8.8.8", "2606:4700::1111", "::ffff:8.8.8.8"])
def test_addresses_of_the_internet_are_public(address: str) -> None:
    assert is_public(address)


@pytest.mark.parametrize(
    "address",
    ["127.0.0.1", "10.0.0.1", "192.168.1.1", "172.16.0.1", "169.254.169.254", "0.0.0.0", "224.0.0.1", "::1", "fe80::1%eth0",
     "fd00::1", "::ffff:127.0.0.1", "100.64.0.1", "no address"],
)  # fmt: skip
def test_addresses_of_our_own_networks_are_not(address: str) -> None:
    assert not is_public(address)


@pytest.mark.parametrize("url", ["https://as2.bigbox.example/mdn", "http://as2.bigbox.example:4080/", "https://8.8.8.8/"])
def test_web_addresses_outside_are_taken(url: str) -> None:
    check_receipt_url(url, ())


@pytest.mark.parametrize(
    "url",
    ["ftp://bigbox.example/", "mailto:edi@bigbox.example", "https://", "//bigbox.example/x", "https://user:pw@bigbox.example/",
     "http://localhost/", "http://a.localhost/", "http://127.0.0.1/", "http://[::1]/", "http://[", "http://x:99999/", ""],
)  # fmt: skip
def test_other_addresses_are_refused(url: str) -> None:
    with pytest.raises(AddressRefused):
        check_receipt_url(url, ())


def test_an_internal_host_is_taken_when_it_was_agreed() -> None:
    check_receipt_url("http://127.0.0.1:4080/in", {"127.0.0.1"})


async def test_a_name_that_leads_inside_is_not_resolved() -> None:
    with pytest.raises(OSError, match="not a public address"):
        await GuardedResolver(()).resolve("localhost", 80)
    assert await GuardedResolver({"localhost"}).resolve("localhost", 80)


async def test_a_guarded_connection_goes_nowhere_inside_by_name(bigbox: Partner) -> None:
    gathered = Gathered()
    url = (await bigbox.listen(gathered.handle)).replace("127.0.0.1", "localhost")
    guarded = Connection(tls=ClientTls(), timeout=5, guarded=())
    agreed = Connection(tls=ClientTls(), timeout=5, guarded={"localhost"})
    try:
        with pytest.raises(NoAnswer) as told:
            await guarded.post(url, (), b"x")
        assert not told.value.sent
        assert (await agreed.post(url, (), b"x")).status == 204
    finally:
        await guarded.close()
        await agreed.close()
    assert gathered.bodies == [b"x"]


async def test_a_redirect_is_not_followed(bigbox: Partner) -> None:
    async def redirects(_request: web.Request, _body: bytes) -> web.Response:
        return web.Response(status=307, headers={"Location": "/elsewhere"})

    connection = Connection(tls=ClientTls(), timeout=5)
    try:
        assert (await connection.post(await bigbox.listen(redirects), (), b"x")).status == 307
    finally:
        await connection.close()
    assert len(bigbox.requests) == 1


# ------------------------------------------------------------------------------------------------ step by step


async def test_a_name_that_does_not_exist_ends_the_steps() -> None:
    steps = await reach("nowhere.invalid", 443)
    assert [(name, state) for name, state, _, _ in steps] == [("dns", "fail")]
    assert steps[0][3]
    assert not reached(steps)


async def test_a_port_that_nobody_listens_on_ends_them() -> None:
    steps = await reach("127.0.0.1", free_port())
    assert [(name, state) for name, state, _, _ in steps] == [("dns", "ok"), ("tcp", "fail")]
    assert "internal" in steps[0][2]


@pytest.mark.parametrize(("days", "state"), [(1, "warn"), (300, "ok")])
async def test_a_certificate_is_told_with_its_issuer_and_end(tmp_path: Path, days: int, state: str) -> None:
    made = make_certificate(tmp_path, days=days)
    server = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    server.load_cert_chain(made.certificate, made.key)
    runner = web.AppRunner(web.Application(), shutdown_timeout=0.1)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0, ssl_context=server).start()
    port = runner.addresses[0][1]
    steps = await reach("127.0.0.1", port, tls=ssl.create_default_context(cafile=str(made.certificate)))
    untrusted = await reach("127.0.0.1", port, tls=ssl.create_default_context())
    await runner.cleanup()
    assert steps[-1][:2] == ("tls", state)
    assert "CN=localhost, issued by itself, until" in steps[-1][2]
    assert untrusted[-1][:2] == ("tls", "fail")
    assert "it shows CN=localhost" in untrusted[-1][2]
    assert "authorities" in untrusted[-1][3]


async def test_a_server_without_tls_is_told(bigbox: Partner) -> None:
    url = await bigbox.listen(Gathered().handle)
    steps = await reach("127.0.0.1", int(url.rpartition(":")[2].partition("/")[0]), tls=ssl.create_default_context())
    assert steps[-1][:2] == ("tls", "fail")
