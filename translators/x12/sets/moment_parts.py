"""Parts of X12 segments that are dates and times: moments, moments by qualifier, when a schedule wants what."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime

from translators.mapping.compiled import Source
from translators.mapping.context import Reading, Writing
from translators.mapping.tree import Place, Row, set_text, text_at
from translators.mapping.value import Value, take
from translators.mapping.words import Words
from translators.x12.sets import codes
from translators.x12.sets.moments import instant


@dataclass(frozen=True, slots=True)
class Moment:
    """A date (DT), with a time (TM) and its zone (623) an instant in UTC. Without a zone it is in that of the partner."""

    day: Place
    time: Place | None = None
    zone: Place | None = None

    @property
    def places(self) -> tuple[Place, ...]:
        """Date, time, zone."""
        return tuple(place for place in (self.day, self.time, self.zone) if place is not None)

    def read(self, row: Row, context: Reading) -> date | datetime | None:
        """The date or the instant; None when it does not exist."""
        day = text_at(row, self.day).strip()
        if not day:
            return None
        time = text_at(row, self.time).strip() if self.time is not None else ""
        zone = text_at(row, self.zone).strip() if self.zone is not None else ""
        return instant(day, time, zone, context.timezone)

    def compile(self, source: Source) -> str:
        """The same as lines; a time that is none, and one without a date, need a closer look."""
        found = source.variable()
        time, zone = (source.text(place) if place is not None else '""' for place in (self.time, self.zone))
        source.read(f"{found} = None", f"t = {source.text(self.day)}", f"u = {time}", f"w = {zone}", "if t:")
        source.read(f"    {found} = {source.name(instant)}(t, u, w, context.timezone)", f"    if {found} is None: return False")
        source.read(
            f"    if (u or w) and {found}.__class__ is not {source.name(datetime)}: return False", "elif u or w: return False"
        )
        return found

    def unread(self, row: Row) -> tuple[Place, ...]:
        """A time that is none, and a zone without a time."""
        time = text_at(row, self.time).strip() if self.time is not None else ""
        if time and isinstance(instant("20000101", time, "", UTC), datetime):
            return ()
        return tuple(place for place in (self.time, self.zone) if place is not None and text_at(row, place).strip())

    def write(self, value: date | datetime, row: Row, context: Writing) -> date | datetime | None:
        """The date; an instant in the partner's zone, or where its clock shows that time twice, in UTC."""
        if not isinstance(value, datetime):
            set_text(row, self.day, value.strftime("%Y%m%d"))
            return None
        if self.time is None or value.microsecond:
            return value
        local = value.astimezone(context.timezone)
        if local.replace(fold=0).utcoffset() != local.replace(fold=1).utcoffset():
            if self.zone is None:
                return value
            local = value.astimezone(UTC)
            set_text(row, self.zone, "UT")
        set_text(row, self.day, local.strftime("%Y%m%d"))
        set_text(row, self.time, local.strftime("%H%M%S" if local.second else "%H%M"))
        return None


@dataclass(frozen=True, slots=True)
class Promise:
    """A date with the code of what the seller promises by it (374), as a member of the response. Without a code, goods are ready.

    One date has room; others are left to the segments that follow.
    """

    qualifier: Place
    day: Place

    @property
    def places(self) -> tuple[Place, ...]:
        """Code and date."""
        return (self.qualifier, self.day)

    def read(self, row: Row, context: Reading) -> Value | None:
        """`despatch`, `delivery`, or an entry of the other dates."""
        when = Moment(self.day).read(row, context)
        if when is None:
            return None
        code = text_at(row, self.qualifier).strip()
        member = codes.PROMISES.get(code)
        if member is None:
            return {"other_dates": {DATE_WORDS.word(code) if code else "ready": when}}
        found: Value = {member: when}
        if _promise(member) != code:
            found["original_codes"] = {member: code}
        return found

    def write(self, response: Value, row: Row, context: Writing) -> bool:
        """The first date that can be said here."""
        others = response.get("other_dates", {})
        found: list[tuple[Value, str, str | None]] = [
            (response, name, _promise(name)) for name in ("delivery", "despatch") if name in response
        ]
        found += [(others, name, "" if name == "ready" else DATE_WORDS.code(name)) for name in others]
        for owner, name, usual in found:
            kept = response.get("original_codes", {}).get(name)
            code = kept if kept and codes.PROMISES.get(kept) == name else usual
            if code is None or Moment(self.day).write(owner[name], row, context) is not None:
                continue
            set_text(row, self.qualifier, code)
            del owner[name]
            take(response, ("original_codes",), name)
            if not others:
                response.pop("other_dates", None)
            return True
        return False


def _promise(member: str) -> str:
    """The code that is written for a promise."""
    return next(code for code, promised in codes.PROMISES.items() if promised == member)


DATE_WORDS = Words(codes.DATES, prefix="date", longest=3)


@dataclass(frozen=True, slots=True)
class ScheduleDates:
    """Qualifier (374), date and time, twice: when a part of a line is wanted, or from when to when."""

    moments: tuple[tuple[int, int, int], ...]

    @property
    def places(self) -> tuple[Place, ...]:
        """All qualifiers, dates and times."""
        return tuple(place for moment in self.moments for place in moment)

    def read(self, row: Row, context: Reading) -> Value | None:
        """The members of the part of the line."""
        part: Value = {}
        for qualifier_place, day, time in self.moments:
            when = Moment(day, time).read(row, context)
            if when is not None:
                _place_schedule_date(part, text_at(row, qualifier_place).strip(), when)
        return part or None

    def unread(self, row: Row) -> tuple[Place, ...]:
        """A second date whose member the first has taken, and dates that are none."""
        taken: set[str] = set()
        left: list[Place] = []
        for qualifier_place, day, time in self.moments:
            qualifier = text_at(row, qualifier_place).strip()
            member = _schedule_member(qualifier)[0]
            if member in taken or not text_at(row, day) or day_of(text_at(row, day)) is None:
                left += [qualifier_place, day, time]
            taken.add(member)
        return tuple(left)

    def write(self, part: Value, row: Row, context: Writing) -> bool:
        """Up to two dates."""
        free = list(self.moments)
        kind = part.get("kind")
        for member, code in _schedule_codes(part, kind):
            if not free:
                break
            qualifier, day, time = free[0]
            owner = part if member == "requested" else part["period"]
            if Moment(day, time).write(owner[member], row, context) is None:
                free.pop(0)
                set_text(row, qualifier, code)
                del owner[member]
        if len(free) < len(self.moments):
            part.pop("kind", None)
        if not part.get("period", True):
            del part["period"]
        return len(free) < len(self.moments)


def day_of(text: str) -> date | None:
    """The day a text of type DT names."""
    found = instant(text, "", "", UTC)
    return found if found is None or not isinstance(found, datetime) else found.date()


def _schedule_member(qualifier: str) -> tuple[str, str]:
    """The member a date fills, and the kind of schedule it makes of the part."""
    if (end := codes.SHIP_WINDOW.get(qualifier)) is not None:
        return end, "ship_window"
    if qualifier in codes.LATEST_DELIVERY:
        return "end", ""
    word = codes.DATES.get(qualifier)
    if word == "earliest_delivery":
        return "start", ""
    if qualifier in codes.REQUESTED_DELIVERY:
        return "requested", ""
    return "requested", word or f"date_{qualifier.lower()}"


def _place_schedule_date(part: Value, qualifier: str, when: date | datetime) -> None:
    member, kind = _schedule_member(qualifier)
    owner = part if member == "requested" else part.setdefault("period", {})
    if member in owner:
        return
    owner[member] = when
    if kind:
        part.setdefault("kind", kind)


def _schedule_codes(part: Value, kind: str | None) -> list[tuple[str, str]]:
    """The dates a part of a line has, with the qualifier for each."""
    found = []
    period = part.get("period", {})
    for member, window, delivery in (("start", "037", "064"), ("end", "038", "063")):
        if member in period:
            found.append((member, window if kind == "ship_window" else delivery))
    if "requested" in part:
        words = Words(codes.DATES, prefix="date", longest=3)
        found.append(("requested", "002" if kind in (None, "ship_window") else words.code(kind) or "002"))
    return found


@dataclass(frozen=True, slots=True)
class NamedMoments:
    """Qualifier (374), date and time, once or more: members of what the segment fills, the others in `other_dates`."""

    moments: tuple[tuple[int, int, int | None], ...]
    fields: Mapping[str, str]
    names: Words

    @property
    def places(self) -> tuple[Place, ...]:
        """All qualifiers, dates and times."""
        return tuple(place for moment in self.moments for place in moment if place is not None)

    def read(self, row: Row, context: Reading) -> Value | None:
        """The members."""
        found: Value = {}
        for qualifier, day, time in self.moments:
            code, when = text_at(row, qualifier).strip(), Moment(day, time).read(row, context)
            if not code or when is None:
                continue
            name = self.fields.get(code)
            if name is None or name in found:
                found.setdefault("other_dates", {})[self.names.word(code)] = when
                continue
            found[name] = when
            if self._codes()[name] != code:
                found.setdefault("original_codes", {})[name] = code
        return found or None

    def _codes(self) -> dict[str, str]:
        """The code that is written for each member."""
        return {name: code for code, name in reversed(list(self.fields.items()))}

    def unread(self, row: Row) -> tuple[Place, ...]:
        """Dates that are none, or have no qualifier."""
        left: list[Place] = []
        for qualifier, day, time in self.moments:
            if text_at(row, day) and (not text_at(row, qualifier).strip() or day_of(text_at(row, day)) is None):
                left += [place for place in (qualifier, day, time) if place is not None]
        return tuple(left)

    def write(self, target: Value, row: Row, context: Writing) -> bool:
        """As many dates as there is room for."""
        free = list(self.moments)
        others = target.get("other_dates", {})
        told = [(self._code(target, name, code), target, name) for name, code in self._codes().items() if name in target]
        told += [(code, others, name) for name in others if (code := self.names.code(name))]
        for code, owner, name in told:
            if not free:
                break
            qualifier, day, time = free[0]
            if Moment(day, time).write(owner[name], row, context) is None:
                set_text(row, qualifier, code)
                del owner[name]
                free.pop(0)
        if not others:
            target.pop("other_dates", None)
        return len(free) < len(self.moments)

    def _code(self, target: Value, name: str, usual: str) -> str:
        """The code that was kept for a member, or the usual one."""
        kept = take(target, ("original_codes",), name)
        return kept if self.fields.get(kept) == name else usual
