"""Sweeping: whatever is committed is seen, however late it appears; a quiet list costs little."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from gateway.applications.odoo.changes.cursor import Cursor, Mark, served
from gateway.applications.odoo.changes.saying import Said, next_said

WINDOW = timedelta(seconds=20)
START = datetime(2026, 11, 21, 20, 0, tzinfo=UTC)


def _second(moment: datetime) -> datetime:
    return moment.replace(microsecond=0)


@dataclass
class Odoo:
    """Records with the date of the transaction that wrote them last; transactions in flight are seen by nobody."""

    now: datetime = START + timedelta(seconds=7.3)
    written: dict[int, tuple[datetime, int]] = field(default_factory=dict)
    in_flight: dict[int, datetime] = field(default_factory=dict)

    def begin(self, record: int) -> None:
        self.in_flight.setdefault(record, self.now)

    def commit(self, record: int) -> None:
        started = self.in_flight.pop(record, None)
        if started is not None:
            version = self.written.get(record, (started, 0))[1] + 1
            self.written[record] = (started, version)

    def advance(self, seconds: float) -> None:
        """Time passes; a transaction that would be older than a window is committed before."""
        for _ in range(int(seconds * 10)):
            self.now += timedelta(seconds=0.1)
            for record in [one for one, started in self.in_flight.items() if self.now - started > WINDOW * 0.9]:
                self.commit(record)

    def page(self, cursor: Cursor, limit: int) -> list[tuple[Mark, int]]:
        found = [
            (Mark(record, _second(at)), version)
            for record, (at, version) in sorted(self.written.items())
            if at >= cursor.since and record > cursor.after
        ]
        return found[:limit]


@dataclass
class Gateway:
    """Keeps what was said and how far was read, together; clocks of the two machines differ by an hour."""

    odoo: Odoo
    limit: int
    cursor: Cursor = field(init=False)
    said: dict[int, Said] = field(default_factory=dict)
    keys: list[str] = field(default_factory=list)
    pages: int = 0
    rows: int = 0

    def __post_init__(self) -> None:
        self.cursor = Cursor.starting(START, WINDOW)

    @property
    def now(self) -> datetime:
        return self.odoo.now + timedelta(hours=1)

    def look(self, *, crash: bool = False) -> None:
        page = self.odoo.page(self.cursor, self.limit)
        self.pages, self.rows = self.pages + 1, self.rows + len(page)
        news = {}
        for mark, version in page:
            said = next_said(self.said.get(mark.id), "changed", version)
            if said is not None:
                news[mark.id] = said
        cursor = self.cursor.read([mark for mark, _ in page], limit=self.limit, now=self.now, window=WINDOW)
        if crash:  # nothing of it was stored
            return
        self.said |= news
        self.keys += [said.key(f"sale.order:{record}") for record, said in news.items()]
        self.cursor = Cursor.parse(cursor.text)

    def sweep(self) -> None:
        self.look()
        while not self.cursor.at_start:
            self.look()


records = st.integers(1, 4)
steps = st.lists(
    st.one_of(
        st.tuples(st.just("begin"), records),
        st.tuples(st.just("commit"), records),
        st.tuples(st.just("write"), records),
        st.tuples(st.just("advance"), st.sampled_from([0.3, 1.0, 4.0, 12.0, 25.0])),
        st.tuples(st.sampled_from(["look", "crash", "sweep", "sweep", "sweep"]), st.just(0)),
    ),
    min_size=8,
    max_size=40,
)


_LATE = [("begin", 1), ("advance", 1.0), ("write", 2), ("sweep", 0), ("advance", 12.0), ("sweep", 0), ("sweep", 0), ("commit", 1)]


@example(steps=_LATE, limit=3)
@settings(max_examples=200, deadline=None)
@given(steps=steps, limit=st.integers(1, 3))
def test_every_change_is_said_once_whatever_happens_when(steps: list[tuple[str, float]], limit: int) -> None:
    odoo = Odoo()
    gateway = Gateway(odoo, limit)
    for kind, value in steps:
        match kind:
            case "begin":
                odoo.begin(int(value))
            case "commit":
                odoo.commit(int(value))
            case "write":
                odoo.begin(int(value))
                odoo.commit(int(value))
            case "advance":
                odoo.advance(value)
            case "sweep":
                gateway.sweep()
            case _:
                gateway.look(crash=kind == "crash")
    odoo.advance(30)
    gateway.sweep()
    gateway.sweep()
    for record, (_, version) in odoo.written.items():
        last = gateway.said.get(record)
        assert last is not None, f"record {record} was never told of"
        assert next_said(last, "changed", version) is None, f"the last change of record {record} was missed"
    assert len(gateway.keys) == len(set(gateway.keys))


@settings(max_examples=60, deadline=None)
@given(limit=st.integers(1, 5), pause=st.sampled_from([1.0, 5.0, 30.0]))
def test_a_quiet_list_costs_a_look_at_its_last_second(limit: int, pause: float) -> None:
    odoo = Odoo()
    gateway = Gateway(odoo, limit)
    for record in range(1, 13):
        odoo.begin(record)
        odoo.commit(record)
        odoo.advance(2)
    for _ in range(int(120 / pause)):
        odoo.advance(pause)
        gateway.sweep()
    before = gateway.rows
    gateway.sweep()
    assert gateway.rows - before <= 1
    odoo.begin(3)
    odoo.advance(10)
    odoo.commit(3)
    gateway.sweep()
    assert gateway.said[3].count == 2


def test_a_record_that_goes_back_to_what_it_was_is_news_again() -> None:
    first = next_said(None, "accepted", {"quantity": 10})
    second = next_said(first, "changed", {"quantity": 8})
    third = next_said(second, "changed", {"quantity": 10})
    assert third is not None
    assert third.count == 3
    assert third.key("sale.order:27") != (first and first.key("sale.order:27"))
    assert next_said(third, "accepted", {"quantity": 10}) is None


@pytest.mark.parametrize(
    "key", ["sale.order:27:1:accepted:ab12", "account.move.paid:9:2:paid:00", "stock.picking:5:3:shipped_ab:ff"]
)
def test_keys_are_read_back(key: str) -> None:
    subject = key.rsplit(":", 3)[0]
    said = Said.parse(key, subject)
    assert said is not None
    assert said.key(subject) == key
    assert Said.parse(key, subject[:-1]) is None


def test_what_is_no_key_of_ours_is_none() -> None:
    assert Said.parse("", "sale.order:27") is None
    assert Said.parse("sale.order:27:accepted", "sale.order:27") is None
    assert Said.parse("sale.order:27:x:accepted:ab", "sale.order:27") is None


def test_the_domain_asks_by_time_and_id() -> None:
    cursor = Cursor(START, START, START, START, START, after=12)
    assert cursor.domain == [["write_date", ">=", "2026-11-21 20:00:00"], ["id", ">", 12]]
    assert served("2026-11-21 20:00:00") == START


def _texts() -> Iterator[str]:
    yield ""
    yield "2026-11-21|1"


@pytest.mark.parametrize("text", list(_texts()))
def test_a_text_that_is_no_place_is_an_error(text: str) -> None:
    with pytest.raises(ValueError, match=r".*"):
        Cursor.parse(text)
