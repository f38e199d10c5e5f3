"""Dates and times as a layout writes them: `YYYY-MM-DD`, `DD.MM.YY`, `YYYYMMDDhhmm`, `hhmm`."""

import re
from dataclasses import dataclass
from datetime import date, datetime, time

_TOKENS = {"YYYY": r"\d{4}", "YY": r"\d{2}", "MM": r"\d{2}", "DD": r"\d{2}", "hh": r"\d{2}", "mm": r"\d{2}", "ss": r"\d{2}"}
_TOKEN = re.compile("YYYY|YY|MM|DD|hh|mm|ss")
_DAY = frozenset({"MM", "DD"})
_PIVOT = 70
"""Years of two digits below this one are of this century (as in POSIX, rounded to the decade)."""


class FormatInvalid(ValueError):
    """The format of a date or time cannot be used; the message says why and what to write."""


@dataclass(frozen=True, slots=True)
class Format:
    """A compiled format. `day` is whether it says a date, `clock` whether it says a time of day."""

    text: str
    pattern: re.Pattern[str]
    tokens: tuple[str, ...]
    day: bool
    clock: bool

    def read(self, text: str) -> date | datetime | time | None:
        """What the text says: a date, a datetime without a zone, or a time of day; None when it does not exist."""
        match = self.pattern.fullmatch(text)
        if match is None:
            return None
        said = dict(zip(self.tokens, map(int, match.groups()), strict=True))
        try:
            clock = time(said.get("hh", 0), said.get("mm", 0), said.get("ss", 0))
            if not self.day:
                return clock
            day = date(self._year(said), said["MM"], said["DD"])
        except ValueError:
            return None
        return datetime.combine(day, clock) if self.clock else day

    def write(self, value: date | datetime | time) -> str:
        """A date, datetime or time of day in this format."""
        moment = value if isinstance(value, datetime) else _moment(value)
        said = {
            "YYYY": f"{moment.year:04}",
            "YY": f"{moment.year % 100:02}",
            "MM": f"{moment.month:02}",
            "DD": f"{moment.day:02}",
            "hh": f"{moment.hour:02}",
            "mm": f"{moment.minute:02}",
            "ss": f"{moment.second:02}",
        }
        return _TOKEN.sub(lambda match: said[match[0]], self.text)

    def exact(self, value: date | datetime | time) -> bool:
        """Whether the format can say all of a value: its year, its seconds."""
        written = self.read(self.write(value))
        bare = value.replace(tzinfo=None) if isinstance(value, datetime | time) else value
        return written == bare

    @staticmethod
    def _year(said: dict[str, int]) -> int:
        if "YYYY" in said:
            return said["YYYY"]
        return said["YY"] + (2000 if said["YY"] < _PIVOT else 1900)


def _moment(value: date | time) -> datetime:
    if isinstance(value, time):
        return datetime.combine(date(2000, 1, 1), value)
    return datetime.combine(value, time())


def compiled(text: str) -> Format:
    """The format that a layout writes as `text`. Raises FormatInvalid."""
    tokens = tuple(_TOKEN.findall(text))
    if not tokens or len(set(tokens)) != len(tokens):
        raise FormatInvalid(f'"{text}" says nothing once: write it with YYYY, YY, MM, DD, hh, mm, ss, as in "YYYY-MM-DD"')
    rest = _TOKEN.sub("", text)
    letters = sorted({character for character in rest if character.isalnum() and character not in "TZ"})
    if letters:
        raise FormatInvalid(
            f'"{text}" has {", ".join(letters)} in it: only YYYY, YY, MM, DD, hh, mm, ss stand for parts of a date'
        )
    named = set(tokens)
    years = named & {"YYYY", "YY"}
    day, clock = bool(years or named & _DAY), bool(named & {"hh", "mm", "ss"})
    if day and (len(years) != 1 or not named >= _DAY):
        raise FormatInvalid(f'"{text}" is no whole date: it needs YYYY (or YY), MM and DD; months are MM, minutes mm')
    if clock and "hh" not in named:
        raise FormatInvalid(f'"{text}" has no hours: write hh; months are MM, minutes mm')
    pattern, position = "", 0
    for match in _TOKEN.finditer(text):
        pattern += f"{re.escape(text[position : match.start()])}({_TOKENS[match[0]]})"
        position = match.end()
    pattern += re.escape(text[position:])
    return Format(text, re.compile(pattern, re.ASCII), tokens, day, clock)
