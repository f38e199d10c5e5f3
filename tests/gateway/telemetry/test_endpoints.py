"""The endpoints over a real HTTP server on loopback."""

from collections.abc import AsyncIterator

import pytest
from aiohttp import web
from aiohttp.test_utils import TestClient, TestServer

from gateway.telemetry.endpoints import endpoints
from gateway.telemetry.health import Health
from gateway.telemetry.metrics import PrometheusObserver

Client = TestClient[web.Request, web.Application]


@pytest.fixture
def observer() -> PrometheusObserver:
    return PrometheusObserver(strict=True)


@pytest.fixture
def problem() -> list[str]:
    """What the store's check says: the test changes it."""
    return [""]


@pytest.fixture
def health(problem: list[str]) -> Health:
    async def store() -> str:
        return problem[0]

    return Health({"store": store})


@pytest.fixture
async def client(observer: PrometheusObserver, health: Health) -> AsyncIterator[Client]:
    application = web.Application()
    application.add_routes(endpoints(observer, health))
    async with TestClient(TestServer(application)) as client:
        yield client


async def test_metrics_are_served_as_prometheus_reads_them(client: Client, observer: PrometheusObserver) -> None:
    observer.count("edi_findings_total", 2, code="truncated")
    response = await client.get("/metrics")
    assert response.headers["Content-Type"].startswith("text/plain; version=")
    assert 'edi_findings_total{code="truncated"} 2.0' in await response.text()


async def test_metrics_are_served_as_open_metrics_when_asked(client: Client) -> None:
    response = await client.get("/metrics", headers={"Accept": "application/openmetrics-text; version=1.0.0"})
    assert response.headers["Content-Type"].startswith("application/openmetrics-text")


async def test_a_starting_process_lives_and_is_not_ready(client: Client) -> None:
    assert (await client.get("/health/live")).status == 200
    response = await client.get("/health/ready")
    assert response.status == 503
    assert (await response.json())["checks"][0] == {"name": "process", "ok": False, "problem": "still starting"}


async def test_readiness_follows_the_store_at_each_request(client: Client, health: Health, problem: list[str]) -> None:
    health.started()
    statuses = []
    for problem[0] in ("", "the database does not answer", ""):
        statuses.append((await client.get("/health/ready")).status)
    assert statuses == [200, 503, 200]


async def test_a_dead_task_ends_liveness(client: Client, health: Health) -> None:
    health.died("sweep", "RuntimeError: gone")
    response = await client.get("/health/live")
    assert response.status == 503
    assert await response.json() == {"ready": False, "checks": [{"name": "sweep", "ok": False, "problem": "RuntimeError: gone"}]}


async def test_answers_about_health_are_never_cached(client: Client) -> None:
    assert (await client.get("/health/ready")).headers["Cache-Control"] == "no-store"
