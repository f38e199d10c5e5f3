"""Forwarding, on a real database: in order, each kept until the centre has it, its owner told when a person has to act."""

from collections.abc import AsyncIterator, Callable, Sequence
from uuid import UUID

import pytest

from gateway.applications.centre import HttpCentre
from gateway.bootstrap.channel_troubles import keep_standing
from gateway.config import load
from gateway.domain.centre import CentreTerms, Fate
from gateway.domain.http_terms import HttpClientTerms
from gateway.ports.centre import Centre, Forwarding, Told
from gateway.stages.claims import HeldClaims
from gateway.stages.forward import STAGE, Forward
from gateway.store.database import Database
from gateway.store.forwarding import PostgresForwarding
from gateway.store.records import AcknowledgementBell
from gateway.store.work import PostgresWork
from gateway.system import SystemClock, TimeOrderedIds
from gateway.telemetry.metrics import PrometheusObserver
from tests.gateway.bootstrap.places import ROUTES, environment
from tests.gateway.store import rows
from tests.servers.process import free_port


class Believing(Centre):
    """Takes everything, but for what it is told to answer to the next ones."""

    def __init__(self) -> None:
        self.taken: list[tuple[UUID, str, bytes]] = []
        self.answers: list[Told] = []

    async def take(self, item: Forwarding, body: bytes) -> Told:
        told = self.answers.pop(0) if self.answers else Told(Fate.TAKEN, known_as="0193a5c2")
        if told.fate is Fate.TAKEN:
            self.taken.append((item.id, item.name, body))
        return told


class Moved(SystemClock):
    """A clock that is moved."""

    offset = 0.0

    def monotonic(self) -> float:
        return super().monotonic() + self.offset


@pytest.fixture
def postgres_url(migrated_url: str) -> str:
    return migrated_url


@pytest.fixture
async def database(postgres_url: str) -> AsyncIterator[Database]:
    database = Database(postgres_url)
    await database.open()
    yield database
    await database.close()


@pytest.fixture
def centre() -> Believing:
    return Believing()


@pytest.fixture
def clock() -> Moved:
    return Moved()


@pytest.fixture
def make(database: Database, postgres_url: str, centre: Believing, clock: Moved, tmp_path: object) -> Callable[[], Forward]:
    snapshot = load(ROUTES, environment(tmp_path))  # type: ignore[arg-type]

    def forward() -> Forward:
        work, observer = PostgresWork(database), PrometheusObserver()
        return Forward(
            waiting=PostgresForwarding(database),
            work=work,
            centre=centre,
            body=AcknowledgementBell(database, postgres_url).raw,
            claims=HeldClaims(work.renew_transmissions),
            troubles=keep_standing(
                database, stage=STAGE, owner_of=lambda _side: "edi", observer=observer, new_id=TimeOrderedIds()
            ),
            configuration=lambda: snapshot,
            observer=observer,
            clock=clock,
            new_id=TimeOrderedIds(),
            node="site:1",
        )

    return forward


async def stored(database: Database, *names: str, partner: str | None = "bigbox") -> list[UUID]:
    ids = []
    for name in names:
        body = f"ISA {name}".encode()
        row = rows.transmission(body, name=name, partner=partner, idempotency_key=None)
        await PostgresWork(database).receive([row], [(row.id, 0, body)])
        ids.append(row.id)
    return ids


async def states(database: Database) -> Sequence[str]:
    async with database.connection() as connection:
        return [row["state"] for row in await connection.fetch("select state from gateway.transmission order by received_at, id")]


async def open_failures(database: Database) -> Sequence[tuple[str, str]]:
    async with database.connection() as connection:
        found = await connection.fetch("select code, owner from gateway.failure where state = 'open' order by code")
    return [(row["code"], row["owner"]) for row in found]


async def test_everything_is_handed_on_in_order_under_its_own_id(
    database: Database, centre: Believing, make: Callable[[], Forward]
) -> None:
    ids = await stored(database, "1.edi", "2.edi", "3.edi")
    assert await make().round() == 3
    assert centre.taken == [(one, f"{n}.edi", f"ISA {n}.edi".encode()) for n, one in enumerate(ids, 1)]
    assert await states(database) == ["forwarded"] * 3
    assert await make().round() == 0
    async with database.connection() as connection:
        (steps,) = await connection.fetch("select steps::text from gateway.event where transmission = $1", ids[0])
    assert '"known_as": "0193a5c2"' in steps[0]


async def test_while_the_line_is_cut_everything_waits_and_nothing_overtakes(
    database: Database, centre: Believing, make: Callable[[], Forward]
) -> None:
    await stored(database, "1.edi", "2.edi", "3.edi")
    forward = make()
    centre.answers = [Told(Fate.TAKEN), Told(Fate.LATER, "no line")]
    assert await forward.round() == 1
    assert await states(database) == ["forwarded", "received", "received"]
    assert await open_failures(database) == [], "a bad line is nobody's business at first"
    assert await forward.round() == 2
    assert [name for _, name, _ in centre.taken] == ["1.edi", "2.edi", "3.edi"]


async def test_a_line_that_stays_away_has_an_owner_until_it_is_back(
    database: Database, centre: Believing, clock: Moved, make: Callable[[], Forward]
) -> None:
    await stored(database, "1.edi")
    forward = make()
    centre.answers = [Told(Fate.LATER, "no line")] * 2
    await forward.round()
    clock.offset = 61.0
    await forward.round()
    assert await open_failures(database) == [("centre-later", "edi")]
    assert await forward.round() == 1
    assert await open_failures(database) == []


async def test_a_closed_door_is_told_at_once(database: Database, centre: Believing, make: Callable[[], Forward]) -> None:
    await stored(database, "1.edi")
    centre.answers = [Told(Fate.CLOSED, "HTTP 401", "Give it a token.")]
    await make().round()
    assert await open_failures(database) == [("centre-closed", "edi")]
    assert await states(database) == ["received"]


async def test_what_the_centre_never_takes_does_not_keep_the_others(
    database: Database, centre: Believing, make: Callable[[], Forward]
) -> None:
    await stored(database, "1.edi", "2.edi")
    await stored(database, "nobody's.edi", partner=None)
    centre.answers = [Told(Fate.REFUSED, "too large", "Split it.")]
    assert await make().round() == 3
    assert await states(database) == ["failed", "forwarded", "failed"]
    assert await open_failures(database) == [("centre-refused", "edi"), ("centre-refused", "edi")]


async def test_what_a_dead_process_had_is_waited_for(database: Database, centre: Believing, make: Callable[[], Forward]) -> None:
    (first, _) = await stored(database, "1.edi", "2.edi")
    work = PostgresWork(database)
    await work.claim_transmissions([first], claim=rows.new_id(), lasting=HeldClaims(work.renew_transmissions).lasting)
    assert await make().round() == 0
    async with database.connection() as connection:
        await connection.execute("update gateway.transmission set claimed_until = gateway.now() - interval '1 second'")
    assert await make().round() == 2
    assert [name for _, name, _ in centre.taken] == ["1.edi", "2.edi"]


async def test_nobody_at_the_other_end_is_a_line_that_is_cut() -> None:
    terms = CentreTerms(f"http://127.0.0.1:{free_port()}", "oslo", HttpClientTerms(internal=True))
    centre = HttpCentre(terms, clock=SystemClock())
    told = await centre.take(Forwarding(rows.new_id(), "folder", "bigbox", "1.edi", 3), b"ISA")
    await centre.close()
    assert told.fate is Fate.LATER
    assert "is not reached" in told.message
    assert told.remedy
