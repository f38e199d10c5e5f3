"""TLS to PostgreSQL, RabbitMQ and Odoo with real servers: the right one is talked to, every wrong one refused with a remedy."""

import ssl
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from aiohttp import web

from gateway.applications.odoo.client import OdooClient
from gateway.applications.odoo.fault import OdooError, OdooUnreachable
from gateway.bootstrap import diagnose
from gateway.broker.rabbitmq import RabbitMQ
from gateway.domain.http_terms import ClientTls
from gateway.errors import BrokerUnavailable, StoreUnavailable
from gateway.store.database import Database
from gateway.telemetry.metrics import PrometheusObserver
from tests.gateway.bootstrap.places import environment, made
from tests.servers.authority import Authority, Issued
from tests.servers.fixtures import provide
from tests.servers.postgres import PostgresServer
from tests.servers.rabbitmq import RabbitServer
from tests.servers.tls_line import TlsLine

WRONG = [
    ("other name", "made for another (name|address)", "name that the certificate is made for"),
    ("unknown authority", "of an authority that we do not trust", "Name the authority that issued it"),
    ("expired", "has expired", "Have it renewed"),
]


@dataclass(frozen=True)
class Papers:
    """Certificates of an authority, and the file of another one that nobody here is vouched for by."""

    authority: Path
    other: Path
    good: Issued
    expired: Issued
    elsewhere: Issued
    local: Issued

    def served(self, case: str) -> Issued:
        """What a server shows in a case."""
        return {"expired": self.expired, "other name": self.elsewhere}.get(case, self.good)

    def trusted(self, case: str) -> Path:
        """Whom we trust in a case."""
        return self.other if case == "unknown authority" else self.authority


@pytest.fixture(scope="module")
def papers(tmp_path_factory: pytest.TempPathFactory) -> Papers:
    folder = tmp_path_factory.mktemp("papers")
    authority, other = Authority(folder), Authority(folder, "Other Authority")
    return Papers(
        authority.certificate, other.certificate, authority.issue("good"), authority.issue("expired", days=-1),
        authority.issue("elsewhere", ["db.elsewhere.example"]), authority.issue("local", ["localhost"]),
    )  # fmt: skip


class TestPostgres:
    """A real server behind a line with TLS: the one in the wheel is built without."""

    @staticmethod
    def address(line: TlsLine, authority: Path, database: str = "postgres") -> str:
        return f"postgresql://edi@127.0.0.1:{line.port}/{database}?sslmode=verify-full&sslrootcert={authority}"

    async def test_the_right_server_is_talked_to(self, postgres: PostgresServer, papers: Papers) -> None:
        async with TlsLine(postgres.port, papers.good, postgres=True) as line:
            database = Database(self.address(line, papers.authority))
            await database.open()
            async with database.connection() as connection:
                assert await connection.fetchval("select 42") == 42
                transport = connection._transport  # type: ignore[attr-defined]
                assert transport.get_extra_info("ssl_object").version().startswith("TLS")
            await database.close()

    @pytest.mark.parametrize(("case", "why", "remedy"), WRONG)
    async def test_a_wrong_one_is_refused(
        self, postgres: PostgresServer, papers: Papers, case: str, why: str, remedy: str
    ) -> None:
        async with TlsLine(postgres.port, papers.served(case), postgres=True) as line:
            with pytest.raises(StoreUnavailable, match=why) as told:
                await Database(self.address(line, papers.trusted(case))).open()
        assert "is not trusted" in str(told.value)
        assert remedy in told.value.remedy

    async def test_the_doctor_tells(self, postgres: PostgresServer, papers: Papers, tmp_path: Path) -> None:
        async with TlsLine(postgres.port, papers.expired, postgres=True) as line:
            environ = environment(tmp_path, DATABASE_URL=self.address(line, papers.authority))
            told = {found[0]: found for found in await diagnose(made(tmp_path, environ=environ))}
        assert told["database"][1] == "fail"
        assert "its certificate has expired" in told["database"][2]
        assert "Have it renewed" in told["database"][3]

    async def test_a_server_without_tls_is_refused_as_well(self, postgres: PostgresServer, papers: Papers) -> None:
        url = f"{postgres.url()}?sslmode=verify-full&sslrootcert={papers.authority}"
        with pytest.raises(StoreUnavailable, match="rejected SSL upgrade"):
            await Database(url).open()


@pytest.fixture(scope="module")
def rabbit_with_tls(papers: Papers) -> Iterator[RabbitServer]:
    """A node with a listener of its own for TLS, whose certificate is made for localhost and not for 127.0.0.1."""
    yield from provide(lambda: RabbitServer(tls=papers.local))


@pytest.mark.slow
class TestRabbit:
    @staticmethod
    def broker(url: str) -> RabbitMQ:
        return RabbitMQ([url], targets=["odoo"], observer=PrometheusObserver())

    async def test_the_right_one_is_talked_to(self, rabbit_with_tls: RabbitServer, papers: Papers) -> None:
        broker = self.broker(rabbit_with_tls.tls_url(papers.authority))
        await broker.start()
        await broker.close()

    async def test_the_wrong_ones_are_refused(self, rabbit_with_tls: RabbitServer, papers: Papers) -> None:
        good = rabbit_with_tls.tls_url(papers.authority)
        async with TlsLine(rabbit_with_tls.port, papers.expired) as line:
            urls = {
                "other name": good.replace("localhost", "127.0.0.1"),
                "unknown authority": rabbit_with_tls.tls_url(papers.other),
                "expired": f"amqps://guest:guest@localhost:{line.port}/%2F?cafile={papers.authority}",
            }
            for case, why, remedy in WRONG:
                with pytest.raises(BrokerUnavailable, match=why) as told:
                    await self.broker(urls[case]).start()
                assert remedy in told.value.remedy

    async def test_the_doctor_tells(self, rabbit_with_tls: RabbitServer, papers: Papers, tmp_path: Path) -> None:
        environ = environment(tmp_path, AMQP_URL=rabbit_with_tls.tls_url(papers.other))
        told = {line[0]: line for line in await diagnose(made(tmp_path, environ=environ))}
        assert told["broker"][1] == "fail"
        assert "of an authority that we do not trust" in told["broker"][2]
        assert "Name the authority" in told["broker"][3]


class TestOdoo:
    @pytest.fixture
    async def odoo(self, papers: Papers, request: pytest.FixtureRequest) -> AsyncIterator[str]:
        """A server of HTTPS; what it answers does not matter, only whether it is asked."""
        issued = papers.served(getattr(request, "param", "good"))
        context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
        context.load_cert_chain(issued.certificate, issued.key)

        async def answer(_: web.Request) -> web.Response:
            return web.json_response({"result": {"server_version_info": [18, 0]}})

        app = web.Application()
        app.router.add_route("*", "/{path:.*}", answer)
        runner = web.AppRunner(app)
        await runner.setup()
        await web.TCPSite(runner, "127.0.0.1", 0, ssl_context=context).start()
        yield f"https://127.0.0.1:{runner.addresses[0][1]}"
        await runner.cleanup()

    def client(self, url: str, authority: Path) -> OdooClient:
        return OdooClient(url=url, database="odoo", login="gateway", api_key="key", tls=ClientTls(authorities=str(authority)))

    async def test_the_right_one_is_talked_to(self, odoo: str, papers: Papers) -> None:
        client = self.client(odoo, papers.authority)
        assert list(await client.version()) == [18, 0]
        await client.close()

    @pytest.mark.parametrize(("odoo", "why", "remedy"), WRONG, indirect=["odoo"])
    async def test_a_wrong_one_is_refused(self, odoo: str, papers: Papers, why: str, remedy: str) -> None:
        client = self.client(odoo, papers.trusted("unknown authority" if "trust" in why else ""))
        with pytest.raises(OdooUnreachable, match=why) as told:
            await client.version()
        assert (told.value.code, told.value.unsent) == ("tls", True)
        assert remedy in told.value.remedy
        await client.close()

    async def test_authorities_that_are_not_there_are_told(self, odoo: str, tmp_path: Path) -> None:
        client = self.client(odoo, tmp_path / "none.pem")
        with pytest.raises(OdooError, match=r"TLS cannot be set up with .*none\.pem"):
            await client.version()
