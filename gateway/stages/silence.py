"""Silence: owners are told when a partner or an application sends less than it normally does, or than somebody expects.

One round is made every few minutes, by the process that holds the lease.
"""

from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import Protocol
from zoneinfo import ZoneInfo

from gateway.domain.calendar import Calendar
from gateway.domain.service_level_words import plural
from gateway.domain.silence import (
    Expected,
    History,
    SilenceTerms,
    is_missed,
    silence,
    told,
    told_expected,
    zone_of,
)
from gateway.ports import Observer
from gateway.ports.channel_trouble import ChannelSide, ChannelTrouble, ChannelTroubles
from gateway.ports.pulse import rest
from gateway.ports.traffic import Traffic

LEARNED, EXPECTED = "silent", "expected-traffic-missing"
"""The codes of failures: less than is normal, less than somebody expects."""
_SIDE = "silence"
_AT_ONCE = 200
"""Series after which the loop gets its turn."""


class SilenceInForce(Protocol):
    """The part of a configuration that says who should be heard."""

    @property
    def silence(self) -> SilenceTerms:
        """How silence is noticed."""

    @property
    def calendars(self) -> Mapping[str, Calendar]:
        """Business calendars by id."""


class NoticeSilence:
    """Looks who is silent. `sources` are partners and applications by id, with what people call them; `channels` those by which
    partners send.
    """

    def __init__(
        self,
        *,
        store: Traffic,
        configuration: Callable[[], SilenceInForce],
        partners: Callable[[], Mapping[str, str]],
        applications: Callable[[], Sequence[str]],
        channels: Callable[[], Sequence[str]],
        troubles: ChannelTroubles,
        observer: Observer,
    ) -> None:
        self._store, self._configuration = store, configuration
        self._partners, self._applications, self._channels = partners, applications, channels
        self._troubles, self._observer = troubles, observer

    async def round(self) -> int:
        """Count what came, and tell owners of those who are silent; answers of how many."""
        terms = self._configuration().silence
        back = timedelta(weeks=terms.weeks, days=8)
        await self._store.count(self._channels(), self._applications(), back=back)
        now = await self._store.now()
        histories = await self._store.histories(self._zones(terms), since=now - back)
        found = [*(await self._learned(terms, histories, now))] if terms.learn else []
        kept = 0
        for source in self._names():
            mine = [trouble for of, trouble in found if of == source]
            await self._troubles.keep(ChannelSide(source, self._partner(source), _SIDE), mine, all_of_them=True)
            kept += len(mine)
        kept += await self._missing(terms, now)
        self._observer.gauge("edi_silent_sources", kept)
        return kept

    def _names(self) -> Mapping[str, str]:
        """What people call partners and applications."""
        return {**{name: name for name in self._applications()}, **self._partners()}

    def _partner(self, source: str) -> str | None:
        return source if source in self._partners() else None

    def _zones(self, terms: SilenceTerms) -> Mapping[str, str]:
        calendars = self._configuration().calendars
        return {source: str(zone_of(terms.calendar_of(source, calendars))) for source in self._names()}

    async def _learned(
        self, terms: SilenceTerms, histories: Sequence[History], now: datetime
    ) -> Sequence[tuple[str, ChannelTrouble]]:
        """Those that are silent by what was learned, with their source."""
        found: list[tuple[str, ChannelTrouble]] = []
        for place, history in enumerate(histories):
            if not place % _AT_ONCE:
                await rest(0)
            source = history.series.source
            calendar = terms.calendar_of(source, self._configuration().calendars)
            if source in terms.without:
                continue
            silent = silence(history, now, weeks=terms.weeks, zone=zone_of(calendar), holidays=_holidays(calendar))
            if silent is None:
                continue
            text = told(silent, name=self._names()[source], what=_what(history.series.document), zone=zone_of(calendar))
            remedy = self._remedy(source, f'silence.without = ["{source}"] ends this for good')
            found.append((source, ChannelTrouble(LEARNED, text, remedy, about=history.series.document)))
        return found

    async def _missing(self, terms: SilenceTerms, now: datetime) -> int:
        """Tell of what somebody expects and did not come today; answers how much that is."""
        missing = 0
        for one in terms.expected:
            calendar = self._configuration().calendars.get(one.calendar or "")
            zone = ZoneInfo(one.timezone)
            histories = await self._store.histories({one.source: one.timezone}, since=now - timedelta(days=8))
            came, last = _came(one, histories, now.astimezone(zone).date())
            troubles = []
            if is_missed(one, came, now, zone=zone, holidays=_holidays(calendar)):
                name = self._names().get(one.source, one.source)
                text = told_expected(one, came, last, name=name, what=_what(one.document or ""), zone=zone)
                troubles = [ChannelTrouble(EXPECTED, text, self._remedy(one.source, f"[[expected_traffic]] {one.id}"))]
            await self._troubles.keep(ChannelSide(one.id, self._partner(one.source), _SIDE), troubles, all_of_them=True)
            missing += len(troubles)
        return missing

    def _remedy(self, source: str, more: str) -> str:
        if source in self._partners():
            first = (
                f"See whether its channel works (`gateway failures list --partner {source} --stage channel`), then ask {source}"
            )
        else:
            first = f"See whether {source} works (`gateway doctor`)"
        return f"{first}. This ends by itself when something comes; {more}."


def _came(one: Expected, histories: Sequence[History], today: date) -> tuple[int, datetime | None]:
    """How much of it came today, and when anything of it came last."""
    wanted = [each for each in histories if one.document in (None, each.series.document)]
    came = sum(each.days[today].whole for each in wanted if today in each.days)
    return came, max((each.last for each in wanted if each.last is not None), default=None)


def _holidays(calendar: Calendar | None) -> frozenset[date]:
    return calendar.holidays if calendar is not None else frozenset()


def _what(document: str) -> str:
    """What people call several of it."""
    return plural(document or "message", 2)
