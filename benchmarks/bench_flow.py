"""The main job under load: orders of 1 KB over HTTP, through RabbitMQ and PostgreSQL, to an Odoo-shaped server and a stored 997.

    make bench BENCH=bench_flow            both: RabbitMQ with PostgreSQL (fsync on), and the embedded default
    python -m benchmarks.bench_flow --seconds 60 --processes 1 --only rabbitmq

Everything runs on this machine, the load and Odoo too; their CPU is reported apart. Latency is from the commit of the
transmission to the commit of its delivery's result. Ends with one JSON line.
"""

import argparse
import asyncio
import json
import os
import re
import subprocess
import sys
import tempfile
import urllib.request
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import asyncpg
import psutil

from benchmarks.load import TOKEN
from gateway.domain.token import hash_token
from gateway.store.embedded import EmbeddedPostgres
from tests.acceptance.site import ROOT, Site
from tests.servers.postgres import PostgresServer
from tests.servers.rabbitmq import RabbitServer
from tests.translators.x12.orders import _ITEMS

SEED = {
    "products": [{"default_code": f"ITEM-{n}", "barcode": code, "name": f"Item {n}"} for n, code in enumerate(_ITEMS)],
    "partners": [
        {
            "name": "BigBox",
            "ref": "123456789",
            "is_company": True,
            "external_id": "sales.bigbox",
            "children": [{"name": "DC 12", "ref": "0012", "type": "delivery"}],
        }
    ],
}
BUDGET = {"rows_per_order": 21.0, "updates_per_order": 4.5, "transactions_per_order": 0.8, "messages_per_order": 2.2}
"""What an order may cost on full batches; a run that needs more fails. Five of the rows and a message are those of the order
process: its queue, the order, what was said of it, the event that is published, and what listeners may have again of it."""
LATENCY = """
select percentile_cont(array[0.5, 0.99]) within group (order by 1000 * extract(epoch from d.settled_at - t.received_at))
from gateway.delivery d join gateway.transmission t on t.id = d.transmission where d.state = 'delivered'"""
ROWS = """
select sum(n_tup_ins), sum(n_tup_upd), sum(n_tup_hot_upd), sum(n_tup_del) from pg_stat_user_tables"""
TRANSACTIONS = "select xact_commit from pg_stat_database where datname = current_database()"


def bench(kind: str, *, seconds: float, processes: int) -> dict[str, Any]:
    """One run of one kind: `rabbitmq` or `embedded`."""
    with _servers(kind) as (environment, pids), tempfile.TemporaryDirectory() as folder:
        os.chmod(folder, 0o755)  # noqa: PTH101 - the embedded server runs as another user when we are root
        configured = {**environment, "BENCH_TOKEN_SHA256": hash_token(TOKEN), "GATEWAY_LOG_LEVEL": "WARNING"}
        site = Site(Path(folder), environment=configured, seed=SEED, config=ROOT / "benchmarks/flow.toml")
        try:
            site.start_odoo()
            site.start_gateway(*(["--processes", str(processes)] if processes > 1 else []))
            return _measure(site, kind, seconds, pids or _embedded(site))
        finally:
            site.stop()
            _stop_embedded(site)


def _measure(site: Site, kind: str, seconds: float, servers: Mapping[str, int]) -> dict[str, Any]:
    _load(site, 3)  # warm caches, statements and the definitions of the set
    ask = _asker(site)
    before, counters = _cpu(site, servers), (ask(ROWS), ask(TRANSACTIONS), _published(site))
    load = _load(site, seconds)
    after, ended = _cpu(site, servers), (ask(ROWS), ask(TRANSACTIONS), _published(site))
    orders = load["orders"]
    p50, p99 = ask(LATENCY)[0][0]
    spent = {name: round(1000 * (after[name] - before.get(name, 0)) / orders, 3) for name in after}
    rows = [float(end - begin) / orders for begin, end in zip(counters[0][0], ended[0][0], strict=True)]
    return {
        "kind": kind,
        "orders": orders,
        "orders_per_second": round(orders / load["seconds_to_the_last_delivery"], 1),
        "latency_p50_ms": round(p50, 1),
        "latency_p99_ms": round(p99, 1),
        "post_p50_ms": load["post_latency_p50_ms"],
        "post_p99_ms": load["post_latency_p99_ms"],
        "cpu_ms_per_order": spent,
        "rows_per_order": round(rows[0], 2),
        "updates_per_order": round(rows[1], 2),
        "hot_updates_per_order": round(rows[2], 2),
        "deletes_per_order": round(rows[3], 2),
        "transactions_per_order": round((ended[1][0][0] - counters[1][0][0]) / orders, 2),
        "messages_per_order": round((ended[2] - counters[2]) / orders, 2),
    }


def _load(site: Site, seconds: float) -> dict[str, Any]:
    words = [sys.executable, "-m", "benchmarks.load", "--gateway", site.url, "--seconds", str(seconds)]
    words += ["--odoo", f"http://127.0.0.1:{site.odoo_port}"]
    process = subprocess.Popen(words, cwd=ROOT, stdout=subprocess.PIPE, text=True)
    _load_cpu["load"] = 0.0
    watched = psutil.Process(process.pid)
    while process.poll() is None:
        try:
            _load_cpu["load"] = sum(watched.cpu_times()[:2])
            process.wait(0.2)
        except (subprocess.TimeoutExpired, psutil.Error):
            continue
    output = process.stdout.read() if process.stdout else ""
    if process.returncode:
        raise SystemExit(f"the load failed: {output}\n{site.log()}")
    result: dict[str, Any] = json.loads(output)
    return result


_load_cpu: dict[str, float] = {}


def _cpu(site: Site, servers: Mapping[str, int]) -> dict[str, float]:
    """Seconds of CPU so far of each program and all its children, ended ones included."""
    assert site.gateway is not None
    assert site.odoo is not None
    roots = {"gateway": site.gateway.process.pid, "odoo_server": site.odoo.process.pid, **servers}
    return {name: _spent(psutil.Process(pid)) for name, pid in roots.items()}


def _spent(process: psutil.Process) -> float:
    family = [process, *process.children(recursive=True)]
    times = [each.cpu_times() for each in family]
    return float(sum(t.user + t.system for t in times) + sum(t.children_user + t.children_system for t in times[:1]))


def _published(site: Site) -> float:
    """Messages the gateway published so far, wake-ups included, by its own metrics."""
    with urllib.request.urlopen(f"{site.url}/metrics", timeout=10) as answer:
        text = answer.read().decode()
    return sum(float(value) for value in re.findall(r"^edi_published_total\{[^}]*\} (\S+)$", text, re.MULTILINE))


def _asker(site: Site) -> Any:
    url = site.environment.get("DATABASE_URL") or _embedded_url(site)

    def ask(sql: str) -> Any:
        async def asked() -> Any:
            connection = await asyncpg.connect(url)
            try:
                await connection.execute("select pg_stat_clear_snapshot()")
                return await connection.fetch(sql)
            finally:
                await connection.close()

        return asyncio.run(asked())

    return ask


def _embedded(site: Site) -> dict[str, int]:
    pid = EmbeddedPostgres(Path(site.environment["GATEWAY_DATA"])).pid
    return {"postgresql": pid} if pid else {}


def _embedded_url(site: Site) -> str:
    return EmbeddedPostgres(Path(site.environment["GATEWAY_DATA"])).url


def _stop_embedded(site: Site) -> None:
    server = EmbeddedPostgres(Path(site.environment["GATEWAY_DATA"]))
    if server.pid is not None:
        server.start()
        server.stop()


@contextmanager
def _servers(kind: str) -> Iterator[tuple[Mapping[str, str], Mapping[str, int]]]:
    if kind == "embedded":
        yield {}, {}
        return
    rabbit, postgres = RabbitServer(), PostgresServer(durable=True)
    try:
        rabbit.start()
        postgres.start()
        database = postgres.create_database(template="template0")
        urls = {"AMQP_URL": rabbit.url(rabbit.create_host()), "DATABASE_URL": postgres.url(database)}
        yield urls, {"rabbitmq": rabbit.pid, "postgresql": postgres.pid}
    finally:
        rabbit.remove()
        postgres.remove()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seconds", type=float, default=60)
    parser.add_argument("--processes", type=int, default=1)
    parser.add_argument("--only", choices=("rabbitmq", "embedded"))
    options = parser.parse_args()
    figures: dict[str, Any] = {}
    for kind, prefix in (("rabbitmq", ""), ("embedded", "embedded_")):
        if options.only in (None, kind):
            result = bench(kind, seconds=options.seconds, processes=options.processes if kind == "rabbitmq" else 1)
            for name, value in result.items():
                print(f"{kind:10} {name:24} {value}", file=sys.stderr)
            figures |= {f"{prefix}{name}": value for name, value in result.items() if name != "kind"}
    print(json.dumps(figures, default=float))
    allowed = {f"{prefix}{name}": most for name, most in BUDGET.items() for prefix in ("", "embedded_")}
    grown = {name: figures[name] for name, most in allowed.items() if figures.get(name, 0) > most}
    if grown:
        sys.exit(f"more than the budget of an order: {grown}")


if __name__ == "__main__":
    main()
