"""Watches an Odoo database: sweeps what changes, says what is new, reports stock when it is due, until cancelled."""

import asyncio
from collections import OrderedDict
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import timedelta

import structlog

from gateway.applications.odoo.cache import TimedCache
from gateway.applications.odoo.changes import published
from gateway.applications.odoo.changes.cursor import Mark, served
from gateway.applications.odoo.changes.facts import Agreed
from gateway.applications.odoo.changes.feeds import FEEDS, Feed
from gateway.applications.odoo.changes.gathering import Gathering
from gateway.applications.odoo.changes.goods import Warehouses
from gateway.applications.odoo.changes.pace import SHARE, Pace
from gateway.applications.odoo.changes.position import Position
from gateway.applications.odoo.changes.publishing import Publishing
from gateway.applications.odoo.changes.reader import Reader
from gateway.applications.odoo.changes.saying import fingerprint
from gateway.applications.odoo.changes.saying import subject_of as spoken_of
from gateway.applications.odoo.changes.stock import DOCUMENT, due_slot, slot_key, stock_notice, subject_of
from gateway.applications.odoo.changes.suppliers import Suppliers
from gateway.applications.odoo.changes.telling import Telling
from gateway.applications.odoo.changes.values import related
from gateway.applications.odoo.changes.warehousing import Warehousing
from gateway.applications.odoo.client import OdooClient
from gateway.applications.odoo.external_ids import ExternalIds, Record
from gateway.applications.odoo.fault import OdooError, OdooFault
from gateway.applications.odoo.scope import Scope
from gateway.applications.odoo.speech import learn_dialect
from gateway.domain.application import OdooConnection
from gateway.domain.maintenance import ALWAYS_THERE, Maintenance
from gateway.domain.odoo_changes import PUBLISHED, ChangeTerms, Publication, StockReport
from gateway.errors import GatewayError, StoreUnavailable
from gateway.ports import Clock, Observer
from gateway.ports.channel_trouble import ChannelTrouble
from gateway.ports.hearing import Hearing, Notice
from gateway.ports.originals import Originals, Statements
from gateway.ports.pulse import beat, resting
from gateway.stages.alarm import Alarm

log = structlog.get_logger(__name__)

_REMEMBERED = 20_000
"""Records whose fingerprint is kept, so that what a sweep reads twice costs no more calls."""
_LONGEST_PAUSE = 300.0
_SETTLE = 0.5
"""Seconds after a hint before looking: what changes together is read together."""
_ECHO = 3.0
"""Seconds after that look until the next one."""
_COUNTS = timedelta(minutes=15)
"""How often is looked for stock that is to be counted."""
_PAGES = 20
"""Pages of a feed that are read in a row; then the others have their turn."""


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What a watch works with. `agreed` says whether a partner has an agreement about a document that goes out, `suppliers`
    are those who have one about purchase orders. `gated` says of which warehouse others decide what is released to it, and when.
    """

    hearing: Hearing
    statements: Statements
    originals: Originals
    agreed: Agreed
    suppliers: Callable[[], Sequence[str]]
    alarm: Alarm
    observer: Observer
    clock: Clock
    gated: Callable[[str], bool] = lambda _: False


@dataclass(frozen=True, slots=True)
class _Watch:
    """What is made for one connection."""

    reader: Reader
    telling: Telling
    suppliers: Suppliers
    publishing: Publishing
    company: int | None


class OdooChanges:
    """The side of an Odoo database that speaks unasked."""

    def __init__(
        self,
        id: str,  # noqa: A002 (the port names it so)
        connection: OdooConnection,
        terms: ChangeTerms,
        *,
        around: Surroundings,
        rate: float | None = None,
        maintenance: Maintenance = ALWAYS_THERE,
        wait: Callable[[float], Awaitable[None]] = asyncio.sleep,
    ) -> None:
        self.id = id
        self._terms, self._around, self._tables, self._maintenance = terms, around, connection.tables, maintenance
        self._gln_field = connection.gln_field
        self._client = OdooClient.of(connection, max_connections=2)
        self._pace = Pace(rate * SHARE if rate else None, monotonic=around.clock.monotonic, wait=wait)
        self._wait = wait
        self._hinted = asyncio.Event()
        self._echo = False
        self._seen: OrderedDict[tuple[str, int], str] = OrderedDict()
        self._failures: dict[str, int] = {}
        self._watch: _Watch | None = None
        self._position: Position | None = None
        self._stored = Position()

    def hint(self) -> None:
        """Something has changed, it is said: look soon. Whether it is so is seen then."""
        self._hinted.set()

    @property
    def hint_hashes(self) -> Sequence[str]:
        """Whose hints are heard."""
        return self._terms.hint_hashes

    async def close(self) -> None:
        """End the connections; a later look opens new ones."""
        await self._client.close()

    async def run(self) -> None:
        """Look every so often, and whenever there is a hint, until cancelled."""
        self._seen.clear()  # another process may have gone on meanwhile
        self._position = None
        try:
            while True:
                await self._rest(await self.look())
        finally:
            await self.close()

    async def look(self) -> float:
        """One round. Returns the seconds until the next."""
        now = self._around.clock.now()
        until = self._maintenance.until(now)
        if until is not None:
            return max((until - now).total_seconds(), 1.0)
        self._hinted.clear()
        try:
            more = await self._round()
        except (OdooError, GatewayError) as error:
            return await self._failed(error)
        self._failures.pop("", None)
        self._around.alarm.works(list(self._failures))
        await self._around.alarm.tell()
        self._around.observer.count("edi_polls_total", channel=self.id, outcome="incomplete" if self._failures else "done")
        return 0.0 if more else self._terms.every.total_seconds()

    async def _rest(self, seconds: float) -> None:
        """Wait, or until there is a hint. Odoo may give one before it commits: then there is a second look after a moment."""
        patient = seconds > self._terms.every.total_seconds()
        async with resting():
            if patient:
                await self._wait(seconds)
                return
            if self._echo:
                self._echo, seconds = False, min(seconds, _ECHO)
            try:
                async with asyncio.timeout(seconds):
                    await self._hinted.wait()
            except TimeoutError:
                return
            self._echo = True
            await self._wait(_SETTLE)

    async def _failed(self, error: GatewayError) -> float:
        """Nothing was read: again later, and later each time."""
        failures = self._failures[""] = self._failures.get("", 0) + 1
        pause = min(self._terms.every.total_seconds() * 2.0 ** min(failures, 10), _LONGEST_PAUSE)
        asked: float | None = getattr(error, "retry_after", None)
        pause = max(pause, asked or 0.0)
        self._around.observer.count("edi_polls_total", channel=self.id, outcome="failed")
        log.warning("changes_not_read", application=self.id, problem=str(error), remedy=error.remedy, again_in=pause)
        self._watch = None  # it may be another version, with other fields, when it is back
        self._position = None  # what was handed over may be stored or not
        if not isinstance(error, StoreUnavailable):
            self._around.alarm.failed(_trouble(error, f"changes are not noticed: {error}"), failures)
            await self._around.alarm.tell()
        return pause

    # ------------------------------------------------------------------------------------------------------------ a round

    async def _round(self) -> bool:
        """Sweep all feeds, make the reports that are due. Returns whether there is more to be read at once."""
        if self._position is None:
            self._position = self._stored = Position.parse(await self._around.hearing.position(self.id))
        position = self._position
        watch = self._watch = self._watch or await self._prepare()
        more = False
        for feed in FEEDS:
            if feed.watch in self._terms.watch:
                position, whole = await self._sweep(feed, position, watch)
                more = more or not whole
        for report in self._terms.stock:
            position = await self._report(report, position, watch)
        if "counts" in self._terms.watch:
            position = await self._ask_for_counts(position, watch)
        for publication in self._terms.publications:
            position = await self._publish(publication, position, watch)
        self._position = position
        return more

    async def _report(self, report: StockReport, position: Position, watch: _Watch) -> Position:
        """A stock report, if one is due that was not made."""
        now = self._around.clock.now()
        slot = due_slot(report, now)
        subject, key = subject_of(report), slot_key(report, slot)
        if position.reports.get(subject) == key or not self._around.agreed(report.partner, DOCUMENT):
            return position
        quants = await watch.suppliers.stock(report)
        lookup = await watch.reader.lookup(products=[related(quant, "product_id") for quant in quants])
        position = position.reported(subject, key)
        await self._take([stock_notice(report, slot, now, quants, lookup)], position)
        return position

    async def _ask_for_counts(self, position: Position, watch: _Watch) -> Position:
        """Stock that is to be counted by now, looked for every so often: its day comes without anybody writing anything."""
        slot = published.slot_of(_COUNTS, self._around.clock.now())
        if position.reports.get("counts") == slot.isoformat():
            return position
        notices, keys = await watch.telling.counts(slot)
        position = position.reported("counts", slot.isoformat())
        await self._take(notices, position)
        await self._around.statements.keep_keys(self.id, keys)
        return position

    async def _publish(self, publication: Publication, position: Position, watch: _Watch) -> Position:
        """What is to be told of records, if that is due and was not told. One that fails keeps the others from nothing."""
        now, subject = self._around.clock.now(), published.subject_of(publication)
        slot, whole = published.slot_of(publication.every, now), published.slot_of(publication.full, now)
        agreed = self._around.agreed(publication.partner, PUBLISHED[publication.what])
        if position.reports.get(subject) == slot.isoformat() or not agreed:
            return position
        full = position.reports.get(f"{subject}:full") != whole.isoformat()
        try:
            kept, seller = await watch.publishing.read(publication, now), await watch.publishing.owner()
        except OdooFault as fault:
            if fault.unavailable:
                raise
            self._part_failed(subject, fault)
            return position
        subjects = [published.subject_of_record(publication, one.id) for one in kept.records]
        keys = await self._around.statements.last_keys(self.id, subjects)
        made = published.edition(publication, kept.records, keys, full=full, slot=slot, now=now, seller=seller, more=kept.more)
        position = position.reported(subject, slot.isoformat())
        position = position.reported(f"{subject}:full", whole.isoformat()) if full else position
        await self._take(made.notices, position)
        await self._around.statements.keep_keys(self.id, made.keys)
        self._part_works(subject)
        return position

    async def _sweep(self, feed: Feed, position: Position, watch: _Watch) -> tuple[Position, bool]:
        """Some pages of a feed. One that fails for itself keeps the others from nothing."""
        try:
            for _ in range(_PAGES):
                position = await self._page(feed, position, watch)
                if position.cursors[feed.key].at_start:
                    break
        except OdooFault as fault:
            if fault.unavailable:
                raise
            self._part_failed(feed.key, fault)
            return position, True
        self._part_works(feed.key)
        return position, position.cursors[feed.key].at_start

    async def _page(self, feed: Feed, position: Position, watch: _Watch) -> Position:
        window, now = self._terms.window, self._client.server_time or self._around.clock.now()
        cursor = position.cursor(feed.key, now=now, window=window)
        company = [["company_id", "=", watch.company]] if watch.company is not None else []
        domain = [*(list(term) for term in feed.domain), *company, *cursor.domain]
        rows = await watch.reader.search(feed.model, domain, feed.fields, limit=self._terms.page)
        prints = {(feed.key, int(row["id"])): fingerprint(row) for row in rows}
        news = [row for row in rows if self._seen.get((feed.key, int(row["id"]))) != prints[feed.key, int(row["id"])]]
        about = {related(row, feed.about) if feed.about else int(row["id"]) for row in news}
        notices = await watch.telling.notices(feed.watch, (one for one in about if one))
        marks = [Mark(int(row["id"]), served(str(row["write_date"]))) for row in rows]
        position = position.at(feed.key, cursor.read(marks, limit=self._terms.page, now=now, window=window))
        await self._take(notices, position)
        if notices:
            latest = {spoken_of(notice.key): notice.key for notice in notices}
            await self._around.statements.keep_keys(self.id, latest)
        self._remember(prints)
        return position

    async def _take(self, notices: Sequence[Notice], position: Position) -> None:
        beat()
        if notices or position.goes_beyond(self._stored):
            await self._around.hearing.take(self.id, notices, position=position.text)
            self._stored = position

    def _remember(self, prints: dict[tuple[str, int], str]) -> None:
        for key, value in prints.items():
            self._seen[key] = value
            self._seen.move_to_end(key)
        while len(self._seen) > _REMEMBERED:
            self._seen.popitem(last=False)

    def _part_failed(self, about: str, fault: OdooFault) -> None:
        """A feed, or what is told of records, cannot be read; the rest can."""
        failures = self._failures[about] = self._failures.get(about, 0) + 1
        log.warning("feed_not_read", application=self.id, feed=about, problem=str(fault), remedy=fault.remedy)
        trouble = _trouble(fault, f"changes of {about} are not noticed: {fault}", about=about)
        self._around.alarm.failed(trouble, failures, lasting=fault.code == "access-denied")

    def _part_works(self, about: str) -> None:
        self._failures.pop(about, None)
        self._around.alarm.over(about)

    async def _prepare(self) -> _Watch:
        """Learn how the server speaks, and in which company to look."""
        dialect = await learn_dialect(self._client, self._gln_field)
        cache: TimedCache[str, Record] = TimedCache(ttl=300.0, clock=self._around.clock.monotonic)
        external_ids = ExternalIds(self._client, cache=cache)
        company = await self._company(external_ids)
        reader = Reader(self._client, Scope(dialect, company), self._tables, turn=self._pace.turn)
        around, terms = self._around, self._terms
        gathering = Gathering(reader, application=self.id, originals=around.originals, warehouses=terms.warehouses)
        suppliers = Suppliers(reader, external_ids, records=terms.partners, partners=around.suppliers)
        telling = Telling(
            self.id,
            gathering=gathering,
            suppliers=suppliers,
            warehousing=Warehousing(reader, warehouses=terms.warehouses),
            statements=around.statements,
            agreed=around.agreed,
            warehouses=Warehouses(terms.warehouses, around.gated),
            observer=around.observer,
        )
        publishing = Publishing(reader, external_ids, records=terms.partners)
        return _Watch(reader, telling, suppliers, publishing, company)

    async def _company(self, external_ids: ExternalIds) -> int | None:
        named = self._terms.company
        if named is None or named.isdecimal():
            return int(named) if named else None
        found = (await external_ids.find([named])).get(named)
        if found is None:
            raise OdooFault("", f"The company {named!r} is not in Odoo.")
        return found


def _trouble(error: GatewayError, message: str, *, about: str = "") -> ChannelTrouble:
    code = str(getattr(error, "code", "")) or "poll-failed"
    return ChannelTrouble(code, message, error.remedy or "See the log for the cause; it is tried again and again.", about)
