"""A disaster, exercised: the machine with gateway, database and broker is lost under load, and all of it comes back elsewhere.

The steps are those of docs/how-to/disaster-recovery.md. Odoo and the partners are not lost: they know more than the backup does,
and what they know has to fit together with what came back, in the end.
"""

import asyncio
import shutil
import time
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from tests.acceptance.auditor import Answer, read_answer
from tests.acceptance.collecting import Collector
from tests.acceptance.partners import SEED, PostingPartner, x12_orders
from tests.acceptance.site import ROOT, Site, fetch, new_site
from tests.chaos.upkeep import left_to_do
from tests.drill.servers import Elsewhere
from tests.servers.postgres import PostgresServer
from tests.servers.process import wait_until
from tests.servers.rabbitmq import RabbitServer

PARTNER = "bigbox"
SKIP = 1000
"""By so much control numbers are moved on: more than is sent to a partner in the time that may be lost."""
_LONGEST = 300.0
"""Seconds for a command of the gateway: a machine on which much is brought back at once is slow."""
_WAVE = 10
"""Orders that are posted at a time, so that what the partner was told has a time; fewer than the partner has connections."""
_RECONCILED_AT_ONCE = '[[reconciliation]]\nid = "odoo-orders"\nsettling = "0s"\n'
"""Nothing is on its way any more when the drill compares: what is young is looked at as well."""


@dataclass(frozen=True, slots=True)
class Terms:
    """How large the exercise is. `every`: seconds after which WAL leaves the machine at the latest, which is what may be lost.

    `json`: the figures are wanted for a machine.
    """

    orders: int = 300
    every: int = 5
    json: bool = False


@dataclass(slots=True)
class Report:
    """What was found. Times in seconds; `steps` are the times of the restore, in their order, `lost` is the age of the oldest
    order that the backup did not have, at the moment of the disaster.
    """

    steps: dict[str, float] = field(default_factory=dict)
    backup_bytes: int = 0
    accepted: int = 0
    gap: int = 0
    lost: float = 0.0
    open_after: float = 0.0
    done_after: float = 0.0

    @contextmanager
    def step(self, name: str) -> Iterator[None]:
        """Measure a step."""
        began = time.monotonic()
        yield
        self.steps[name] = time.monotonic() - began


class Exercise:
    """One disaster. `tell` is called with a line for people now and then."""

    def __init__(self, site: Site, rabbit: RabbitServer, elsewhere: Elsewhere, terms: Terms, tell: Callable[[str], None]) -> None:
        self._site, self._rabbit, self._elsewhere, self._terms, self._tell = site, rabbit, elsewhere, terms, tell
        self._partner = PostingPartner(site, PARTNER)
        self._collectors: list[Collector] = []
        self._told: dict[str, float] = {}
        self._orders = x12_orders(range(1, terms.orders + 1))
        self.report = Report()

    def run(self) -> Report:
        """From the first order to the last audit. Raises AssertionError when anything is lost or done twice."""
        lost = PostgresServer(settings=self._elsewhere.settings(self._terms.every))
        try:
            self._elsewhere.belongs_to(lost)
            lost.start()
            self._work(lost)
            disaster = self._disaster(lost)
        finally:
            lost.remove()
        restored = PostgresServer()
        try:
            began = time.monotonic()
            self._bring_back(restored)
            self._finish_what_was_begun()
            self._reconcile_the_gap(restored, disaster)
            self._open(began)
            self._audit()
            return self.report
        finally:
            self._stop_gateway()
            restored.remove()

    # ---- before ------------------------------------------------------------------------------------------------------

    def _work(self, server: PostgresServer) -> None:
        """Traffic, with a base backup taken in the middle of it."""
        self._use(server)
        self._site.start_gateway()
        numbers = list(self._orders)
        third = len(numbers) // 3
        with self._collecting():
            self._post(numbers[:third])
            with ThreadPoolExecutor(1) as threads:
                backup = threads.submit(self._elsewhere.take_base_backup, server)
                self._post(numbers[third : 2 * third])
                backup.result()
            self._tell(
                f"{2 * third} orders in, a base backup taken among them; WAL leaves every {self._terms.every} s at the latest"
            )
            first = len(list(self._elsewhere.wal.iterdir()))
            self._post(numbers[2 * third : -_WAVE])
            arrived = self._elsewhere.wal.iterdir
            wait_until(lambda: len(list(arrived())) > first, within=self._terms.every + 30, what="WAL after the base backup")
            self._post(numbers[-_WAVE:])
            wait_until(lambda: len(self._orders_in_odoo()) >= len(numbers), within=60, what="all orders in Odoo")

    def _disaster(self, server: PostgresServer) -> float:
        """The machine is gone with all that was on it: processes, disks, broker. Returns when."""
        at = time.monotonic()
        self._kill_gateway()
        server.kill()
        shutil.rmtree(self._site.data)
        self.report.accepted = len(self._told)
        self.report.backup_bytes = self._elsewhere.size
        self._tell(f"Disaster: gateway, database and broker are gone. {len(self._told)} orders had been accepted.")
        return at

    # ---- the steps of the how-to ---------------------------------------------------------------------------------------

    def _bring_back(self, server: PostgresServer) -> None:
        with self.report.step("restore base backup and WAL"):
            self._elsewhere.restore_into(server)
        self._use(server)
        with self.report.step("gateway db backup-check"):
            self._site.run("db", "backup-check", "--sample", "500", within=_LONGEST)
        with self.report.step("gateway db migrate, gateway db restored"):
            self._site.run("db", "migrate", within=_LONGEST)
            self._site.run("db", "restored", "--skip", str(SKIP), within=_LONGEST)

    def _finish_what_was_begun(self) -> None:
        with self.report.step("finish what was begun, nothing taken in"), self._collecting():
            self._site.start_gateway("--roles", "translate,deliver,relay")
            self._wait_idle()
            self._stop_gateway()

    def _reconcile_the_gap(self, server: PostgresServer, disaster: float) -> None:
        """What the partner was told is stored, and the backup does not have; in Odoo it may be, and must not be made twice."""
        with self.report.step("compare the gap"):
            known = set(
                server.execute("select idempotency_key from gateway.transmission where idempotency_key is not null").split()
            )
            gap = sorted((at, number) for number, at in self._told.items() if number not in known)
        self.report.gap = len(gap)
        self.report.lost = disaster - gap[0][0] if gap else 0.0
        there = sum(number in self._orders_in_odoo() for _, number in gap)
        self._tell(f"{len(gap)} accepted orders are not in the backup; {there} of them are in Odoo already")

    def _open(self, began: float) -> None:
        """Intake opens; the partner sends again all that it sent in the last minutes, which is more than was lost."""
        with self._collecting():
            with self.report.step("start with intake open"):
                self._site.start_gateway()
            self.report.open_after = time.monotonic() - began
            with self.report.step("the partner sends again"):
                self._post(list(self._orders))
                wait_until(lambda: len(self._answered()) >= len(self._orders), within=120, what="an answer to every order")
                self._wait_idle()
            with self.report.step("gateway reconcile"):
                self._site.run("reconcile", "odoo-orders", "processed", within=_LONGEST)
        self.report.done_after = time.monotonic() - began

    # ---- proof ---------------------------------------------------------------------------------------------------------

    def _audit(self) -> None:
        """Each order once in Odoo; each answered, positively; no control number for two answers; nothing left open."""
        orders = Counter(order["client_order_ref"] for order in fetch(f"{self._site.odoo_url}/simulator/orders"))
        wanted = Counter(list(self._orders))
        assert orders == wanted, f"wrong in Odoo: {(orders - wanted) | (wanted - orders)}"
        answers = set(self._answers())
        assert {answer.verdict for answer in answers} == {"A"}
        assert len({answer.control_number for answer in answers}) == len(answers), "a control number was used twice"
        again = sum(count - 1 for count in Counter(answer.answers for answer in answers).values())
        assert again <= self.report.gap, f"{again} orders were answered anew, and only {self.report.gap} were in the gap"
        assert self.report.lost <= self._terms.every + _SLACK, f"{self.report.lost:.1f} s were lost"

    # ---- parts ---------------------------------------------------------------------------------------------------------

    def _use(self, server: PostgresServer) -> None:
        """Name this database, and a broker that holds nothing."""
        host = self._rabbit.create_host()
        self._site.environment |= {"DATABASE_URL": server.url(), "AMQP_URL": self._rabbit.url(host)}

    def _post(self, numbers: list[str]) -> None:
        for begin in range(0, len(numbers), _WAVE):
            wave = {number: self._orders[number] for number in numbers[begin : begin + _WAVE]}
            asyncio.run(self._partner.post_all(wave))
            for number in wave:
                self._told.setdefault(number, time.monotonic())

    def _stop_gateway(self) -> None:
        if self._site.gateway is not None:
            self._site.gateway.stop()

    def _kill_gateway(self) -> None:
        if self._site.gateway is not None:
            self._site.gateway.kill()

    @contextmanager
    def _collecting(self) -> Iterator[None]:
        """The partner takes its acknowledgements away: what it has, it has, whatever becomes of our machine."""
        collector = Collector(self._site, PARTNER)
        self._collectors.append(collector)
        with collector.collecting():
            yield

    def _answers(self) -> list[Answer]:
        return [read_answer(found.content) for collector in self._collectors for found in list(collector.taken)]

    def _answered(self) -> set[str]:
        return {answer.answers for answer in self._answers()}

    def _orders_in_odoo(self) -> set[str]:
        return {order["client_order_ref"] for order in fetch(f"{self._site.odoo_url}/simulator/orders")}

    def _wait_idle(self) -> None:
        url = self._site.environment["DATABASE_URL"]
        wait_until(lambda: not asyncio.run(left_to_do(url)), within=120, what="a gateway with nothing left to do")


_SLACK = 3.0
"""Seconds that it takes to make a segment of WAL leave the machine, once its time has come."""


def exercise(terms: Terms, tell: Callable[[str], None]) -> Report:
    """Set the stage, do it, clear away. Raises ServerMissing where PostgreSQL or RabbitMQ is not on this machine."""
    elsewhere, rabbit = Elsewhere(), RabbitServer()
    try:
        rabbit.start()
        with new_site(environment={}, seed=SEED) as site:
            site.config = configured(site.folder)
            return Exercise(site, rabbit, elsewhere, terms, tell).run()
    finally:
        rabbit.remove()
        elsewhere.remove()


def configured(folder: Path) -> Path:
    """The sample configuration, with a reconciliation that leaves nothing out for being young."""
    made = folder / "config"
    made.mkdir()
    for name in ("partners", "tables"):
        shutil.copytree(ROOT / name, made / name)
    shutil.copyfile(ROOT / "routes.toml", made / "routes.toml")
    (made / "environments").mkdir()
    (made / "environments/development.toml").write_text(_RECONCILED_AT_ONCE)
    return made / "routes.toml"
