"""Lists that are asked for: nothing is missed, nothing told twice, and trouble has an owner."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import orjson
import pytest
from aiohttp import web
from hypothesis import given
from hypothesis import strategies as st

from gateway.applications.http import HttpPoll
from gateway.applications.http.position import furthest, since
from gateway.config.queries import compile_query
from gateway.domain.order.milestone import Event
from gateway.errors import StoreUnavailable
from gateway.simulators.wms import WmsSimulator
from gateway.system import SystemClock
from tests.gateway.applications.conftest import ROUTE, told
from tests.gateway.applications.documented import FRAME, Page, connection_of, snapshot_of
from tests.gateway.applications.fakes import RecordingHearing
from tests.gateway.channels.fakes import Counts, Told
from tests.gateway.channels.http_partner import Handler, Partner, answering, partner_server

READING = 'events = "list"\nkey = "id"\nkind = "kind"\nnumber = "order"\nevent = [{ kind = "sent", milestone = "shipped" }]\n'
POSITION = 'query = { after = "{{ position }}" }\nposition = "id"\n'
ACTION = '\n[[application.action]]\nas = "warehouse_order"\npath = "/orders"\nidempotent = true\nkey_header = "Key"\n'


def events(*numbers: int) -> list[dict[str, Any]]:
    return [{"id": number, "kind": "sent", "order": str(number)} for number in numbers]


class Moments:
    """A clock that a test moves."""

    def __init__(self) -> None:
        self.at = datetime(2026, 11, 21, 12, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.at

    def go_on(self, minutes: int) -> None:
        self.at += timedelta(minutes=minutes)


class Rig:
    """A poll with what it works with."""

    def __init__(self, poll: HttpPoll, hearing: RecordingHearing, troubles: Told, counts: Counts) -> None:
        self.poll, self.hearing, self.troubles, self.counts = poll, hearing, troubles, counts
        self.server: Partner

    @property
    def keys(self) -> list[str]:
        return list(self.hearing.told)


def rig(folder: Path, routes: str, files: dict[str, str], environ: dict[str, str], application: str) -> Rig:
    connection = connection_of(snapshot_of(folder, routes, files, environ).applications[application])
    hearing, troubles, counts = RecordingHearing(), Told(), Counts()
    poll = HttpPoll(
        application, connection, connection.polls[0], hearing=hearing, troubles=troubles, observer=counts, clock=SystemClock()
    )
    return Rig(poll, hearing, troubles, counts)


Opening = Callable[..., Any]


@pytest.fixture
def asking(tmp_path: Path) -> Opening:
    @asynccontextmanager
    async def opened(answer: Handler, *, poll: str = POSITION, top: str = "") -> AsyncIterator[Rig]:
        async with partner_server(answer) as server:
            text = f'[[application]]\nid = "rest"\ntype = "http"\nurl = "{server.url}"\ninternal = true\n{top}\n{ACTION}'
            text += f'\n[[application.poll]]\nid = "list"\npath = "/list"\nevery = "7s"\n{poll}{READING}\n'
            made = rig(tmp_path, FRAME + text + ROUTE, {}, {}, "rest")
            made.server = server
            try:
                yield made
            finally:
                await made.poll._client.close()

    return opened


def listing(
    everything: Callable[[], list[dict[str, Any]]], *, by: int = 2
) -> Callable[[web.Request], Awaitable[web.StreamResponse]]:
    """A server that pages by number, after a position."""

    async def answer(request: web.Request) -> web.StreamResponse:
        after, page = int(request.query.get("after") or 0), int(request.query.get("page") or 1)
        found = [one for one in everything() if one["id"] > after]
        return await told({"list": found[(page - 1) * by : page * by]})(request)

    return answer


# ------------------------------------------------------------------------------------------------------------- what is read


async def test_everything_is_told_once_and_the_next_round_begins_where_the_last_ended(asking: Opening) -> None:
    there = events(1, 2, 3)
    async with asking(listing(lambda: there, by=100)) as made:
        assert await made.poll.look() == 7.0
        assert (made.keys, made.hearing.positions) == (["1", "2", "3"], {"rest/list": "3"})
        there += events(4)
        await made.poll.look()
        assert made.server.requests[-1].query == {"after": "3"}
        assert [keys for _, keys, _ in made.hearing.takes] == [["1", "2", "3"], [], ["4"], []]
        await made.poll.look()
        assert len(made.hearing.takes) == 4  # nothing new: nothing is written


async def test_numbered_pages_are_read_until_one_is_empty(asking: Opening) -> None:
    poll = 'query = { after = "{{ position }}", page = "{{ page }}" }\nposition = "id"\nnumbered = true\n'
    async with asking(listing(lambda: events(*range(1, 6))), poll=poll) as made:
        await made.poll.look()
        assert made.keys == ["1", "2", "3", "4", "5"]
        assert [request.query["page"] for request in made.server.requests] == ["1", "2", "3", "4"]


async def test_pages_that_name_the_next_one(asking: Opening) -> None:
    async def answer(request: web.Request) -> web.StreamResponse:
        if request.path == "/more":
            return await told({"list": events(3)})(request)
        if request.query.get("page") == "2":
            return await told({"list": events(2)}, Link='</more>; rel="next"')(request)
        return await told({"list": events(1), "next": "?page=2"})(request)

    async with asking(answer, poll=POSITION + 'next = "next"\n') as made:
        await made.poll.look()
        assert made.keys == ["1", "2", "3"]
        assert made.hearing.positions == {"rest/list": "3"}


async def test_the_position_moves_only_when_all_before_it_is_stored(asking: Opening) -> None:
    poll = 'query = { after = "{{ position }}", page = "{{ page }}" }\nposition = "id"\nnumbered = true\n'
    async with asking(listing(lambda: events(*range(1, 6))), poll=poll) as made:
        made.hearing.troubles = [StoreUnavailable("away")]
        assert await made.poll.look() == 5.0
        assert not made.hearing.positions
        await made.poll.look()
        assert (made.keys, made.hearing.positions) == (["1", "2", "3", "4", "5"], {"rest/list": "5"})
        assert not made.troubles.open


async def test_an_event_that_is_not_understood_is_told_and_holds_up_nothing(asking: Opening) -> None:
    async with asking(told({"list": [*events(1), {"id": 2, "kind": "?"}, *events(3)]})) as made:
        await made.poll.look()
        assert [one.code for one in made.hearing.unread] == ["event-unknown"]
        assert made.hearing.positions == {"rest/list": "3"}


# --------------------------------------------------------------------------------------------------------------- trouble


TROUBLES = [
    (answering(503, b"", Retry_After="40"), "", "http-503", 40.0),
    (told({}, 401), "", "http-401", 5.0),
    (answering(200, b"<html>"), "", "list-unexpected", 5.0),
    (told({"new_list": []}), "", "list-unexpected", 5.0),
    (told({"list": [], "status_code": 500}), 'failed = { when = "status_code" }\n', "list-failed", 5.0),
    (told({"list": events(1), "next": "http://elsewhere.example/2"}), 'next = "next"\n', "page-elsewhere", 5.0),
    (told({"list": events(1), "next": "/list"}), 'next = "next"\n', "pages-circle", 5.0),
]


@pytest.mark.parametrize(("answer", "more", "code", "pause"), TROUBLES)
async def test_trouble_that_stays_has_an_owner_and_is_over_when_it_is(
    asking: Opening, answer: Handler, more: str, code: str, pause: float
) -> None:
    async with asking(answer, poll=POSITION + more) as made:
        assert await made.poll.look() == pause
        assert not made.troubles.open  # once is no trouble yet
        for _ in range(2):
            assert await made.poll.look() > 0
        assert [trouble.code for trouble in made.troubles.open.values()] == [code]
        assert not made.hearing.positions
        made.server.answer = told({"list": []})
        assert await made.poll.look() == 7.0
        assert not made.troubles.open


async def test_pauses_grow_and_end(asking: Opening) -> None:
    async with asking(told({}, 500)) as made:
        pauses = [await made.poll.look() for _ in range(12)]
        assert pauses == sorted(pauses)
        assert (pauses[0], pauses[1], pauses[-1]) == (5.0, 10.0, 900.0)


async def test_more_pages_than_agreed_end_the_round(asking: Opening) -> None:
    poll = 'query = { page = "{{ page }}" }\nnumbered = true\nmost_pages = 3\n'
    async with asking(listing(lambda: events(*range(1, 100))), poll=poll) as made:
        await made.poll.look()
        assert len(made.server.requests) == 3
        assert len(made.keys) == 6  # what was read is stored


async def test_it_runs_until_it_is_cancelled(asking: Opening) -> None:
    async with asking(told({"list": events(1)})) as made:
        task = asyncio.create_task(made.poll.run())
        await made.hearing.until(lambda hearing: bool(hearing.told))
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task


# ------------------------------------------------------------------------------------------- the older list of the page


async def test_an_older_warehouse_is_read_by_its_local_time(tmp_path: Path) -> None:
    page, now = Page("connect-a-warehouse.md"), Moments()
    async with WmsSimulator(now=now) as wms:
        environ = {"WMS_EAST_URL": wms.url, "WMS_EAST_TOKEN": "wms-token"}
        made = rig(tmp_path, page.routes("[[application]]", "[[application.poll]]"), dict(page.files), environ, "wms-east")
        line = {"line": "1", "sku": "ANVIL", "quantity": 1}
        for number in range(5):
            order, _ = wms.warehouse.release({"reference": str(number), "customer": "bigbox", "lines": [line]})
            await wms.warehouse.accept(order.id)
        now.go_on(5)
        await wms.warehouse.start("W-1001")
        await made.poll.look()
        assert [(one.event, one.number) for one in made.hearing.milestones] == [(Event.PICKING, "0")]
        assert not made.hearing.unread
        assert made.hearing.positions == {"wms-east/despatched": "2026-11-21 06:05:00"}
        now.go_on(5)
        for wanted in ("W-1001", "W-1003"):
            await wms.warehouse.pick(wanted)
            await wms.warehouse.ship(wanted)
        for _ in range(2):  # the overlap reads it again: it is the same
            await made.poll.look()
        shipped = [one for one in made.hearing.milestones if one.event is Event.SHIPPED]
        assert [(one.number, one.partner) for one in shipped] == [("0", "bigbox"), ("2", "bigbox")]
        assert shipped[0].occurred == datetime(2026, 11, 21, 12, 10, tzinfo=UTC)
        assert wms.place.calls["GET /api/v1/dn/list/"] > 3  # there were several pages
        await made.poll._client.close()


# -------------------------------------------------------------------------------------------------------------- positions


@pytest.mark.parametrize(
    ("position", "overlap", "expected"),
    [
        ("2026-11-21 06:00:11", 120, "2026-11-21 05:58:11"),
        ("2026-11-21T06:00:11Z", 11, "2026-11-21T06:00:00Z"),
        ("2026-11-21T06:00:11.250+01:00", 1, "2026-11-21T06:00:10.250+01:00"),
        ("2026-11-21T06:00:11", 0, "2026-11-21T06:00:11"),
        ("4711", 120, "4711"),
        ("20261124", 120, "20261124"),
        ("", 120, ""),
    ],
)
def test_an_overlap_is_taken_from_times(position: str, overlap: float, expected: str) -> None:
    assert since(position, overlap) == expected


YEARS = tuple(datetime.fromisoformat(f"{year}-01-01") for year in (2000, 2100))


@given(st.lists(st.integers(0, 10**12)), st.integers(0, 10**12))
def test_the_furthest_number_counts_and_never_goes_back(numbers: list[int], before: int) -> None:
    found = furthest([{"n": number} for number in numbers], compile_query("n"), than=str(before))
    assert int(found) == max([before, *numbers])


@given(st.lists(st.datetimes(min_value=YEARS[0], max_value=YEARS[1]), min_size=1))
def test_the_furthest_time_counts(moments: list[datetime]) -> None:
    texts = [moment.isoformat(sep=" ") for moment in moments]
    assert furthest([{"t": text} for text in texts], compile_query("t"), than="") == max(moments).isoformat(sep=" ")


def test_what_has_no_position_is_passed_over() -> None:
    odd = [{"n": None}, {"n": True}, {"n": {}}, {"n": ""}, "text", {"n": 3}]
    assert furthest(odd, compile_query("n"), than="2") == "3"
    assert furthest([{"n": ["a"]}], compile_query("sum(n)"), than="2") == "2"
    assert orjson.dumps(furthest([], compile_query("n"), than="")) == b'""'
