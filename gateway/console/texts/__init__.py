"""The console's texts in one catalogue by key, in several languages; numbers, times and plurals as each writes them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import ROUND_FLOOR, Decimal
from typing import Final

from markupsafe import Markup, escape

from gateway.console.texts import english, german
from gateway.console.texts.entry import Catalogue, joined
from gateway.domain.phrases import Moment, Phrase


@dataclass(frozen=True, slots=True)
class Language:
    """`moments` is how a time is written where the reader's own clock is not known: in UTC, and saying so."""

    code: str
    name: str
    texts: Catalogue
    thousands: str
    decimal: str
    moments: str


LANGUAGES: Final[Mapping[str, Language]] = {
    "en": Language("en", "English", joined(english), ",", ".", "%Y-%m-%d %H:%M:%S UTC"),
    "de": Language("de", "Deutsch", joined(german), ".", ",", "%d.%m.%Y %H:%M:%S UTC"),
}
DEFAULT: Final = "en"

_STEPS: Final = (("d", 86400, "h", 3600), ("h", 3600, "min", 60), ("min", 60, "s", 1))


class Texts:
    """The texts of one language: `texts("messages.title")`, `texts("messages.more", count=3)`."""

    def __init__(self, language: Language) -> None:
        self.language = language
        self._texts = language.texts

    def __call__(self, key: str, **values: object) -> str:
        """A text. Raises KeyError for one that is not there, and for a place that has no value. `count` chooses the form."""
        entry = self._texts[key]
        if isinstance(entry, tuple):
            entry = entry[0] if values["count"] == 1 else entry[1]
        shown = {name: self.number(value) if isinstance(value, int) else value for name, value in values.items()}
        return entry.format(**shown)

    def told(self, key: str, **values: object) -> str:
        """A text that an address names; nothing for one that is not there, or lacks a value."""
        try:
            return self(key, **values)
        except KeyError:
            return ""

    def known(self, key: str, fallback: str) -> str:
        """A text, or what stands in for it where the catalogue has no word: states of tomorrow are shown as they are."""
        entry = self._texts.get(key, fallback)
        return entry if isinstance(entry, str) else entry[1]

    def template(self, key: str) -> str:
        """A text as it is written, with its places: for what is put together elsewhere. Raises KeyError."""
        entry = self._texts[key]
        return entry if isinstance(entry, str) else entry[1]

    def number(self, value: float | Decimal, *, places: int = 0) -> str:
        """`1,204` or `1.204,5`."""
        written = f"{value:,.{places}f}"
        return written.translate(str.maketrans(",.", self.language.thousands + self.language.decimal))

    def share(self, percent: float) -> str:
        """`99.5` or `99,97`: of a hundred, never more than it is."""
        cut = Decimal(str(percent)).quantize(Decimal("0.01"), ROUND_FLOOR).normalize()
        return self.number(cut, places=max(0, -int(cut.as_tuple().exponent)))

    def size(self, size: int | None) -> str:
        """`812 B`, `1.2 kB`, `3.4 MB`; nothing for None."""
        if size is None:
            return ""
        amount, unit = float(size), "B"
        for unit in ("B", "kB", "MB", "GB"):
            if amount < 1000 or unit == "GB":
                break
            amount /= 1000
        return f"{self.number(amount, places=0 if unit == 'B' else 1)} {unit}"

    def duration(self, seconds: float | None) -> str:
        """`120 ms`, `2.4 s`, `3 min 10 s`, `2 h 5 min`, `4 d 1 h`; nothing for None."""
        if seconds is None:
            return ""
        sign, seconds = ("-", -seconds) if seconds < 0 else ("", seconds)
        if round(seconds, 3) < 1:
            return f"{sign}{self.number(seconds * 1000)} ms"
        if seconds < 59.95:  # from there on it would be shown as 60.0 s
            return f"{sign}{self.number(seconds, places=1)} s"
        whole = round(seconds)
        name, size, smaller, step = next(each for each in _STEPS if whole >= each[1])
        rest = whole % size // step
        return f"{sign}{whole // size} {self(f'unit.{name}')}" + (f" {rest} {self(f'unit.{smaller}')}" if rest else "")

    def moment(self, value: object) -> Markup:
        """A time for a page: UTC as this language writes it, which the page replaces by the reader's own clock."""
        moment = parsed(value)
        if moment is None:
            return Markup()
        shown = moment.strftime(self.language.moments)
        return Markup('<time datetime="{}" title="{}">{}</time>').format(moment.isoformat(), shown, shown)

    def day(self, value: object) -> str:
        """The day of a time in UTC, as configurations name days; nothing where there is none."""
        moment = parsed(value)
        return moment.strftime(self.language.moments.partition(" ")[0]) if moment is not None else ""

    def say(self, phrase: Phrase) -> Markup:
        """A sentence about a state, for a page."""
        entry = self._texts[f"phrase.{phrase.key}"]
        assert isinstance(entry, str)
        return escape(entry).format(**{name: self._value(value) for name, value in phrase.values.items()})

    def _value(self, value: object) -> object:
        match value:
            case Phrase():
                return self.say(value)
            case Moment(at):
                return self.moment(at)
            case tuple():
                return Markup(", ").join(escape(self._value(each)) for each in value)
        return value


def parsed(value: object) -> datetime | None:
    """The moment of a view, which is a datetime or ISO 8601 text; None when there is none or it cannot be read."""
    if not isinstance(value, datetime):
        try:
            value = datetime.fromisoformat(str(value))
        except ValueError:
            return None
    return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


TEXTS: Final[Mapping[str, Texts]] = {code: Texts(language) for code, language in LANGUAGES.items()}


def chosen(wanted: str | None, accepted: str) -> Texts:
    """The texts of a language: the one that was chosen, else the first that the browser accepts (RFC 9110 clause 12.5.4)."""
    for code in (wanted, *_accepted(accepted)):
        if code is not None and code in TEXTS:
            return TEXTS[code]
    return TEXTS[DEFAULT]


def _accepted(header: str) -> Sequence[str]:
    """Languages of an Accept-Language header, the most wanted first; regions do not matter, and nonsense is left out."""
    found: list[tuple[float, str]] = []
    for part in header[:500].split(","):
        tag, _, weight = part.strip().partition(";")
        try:
            quality = float(weight.strip().removeprefix("q=")) if weight else 1.0
        except ValueError:
            continue
        if quality > 0:
            found.append((-quality, tag.strip().lower().partition("-")[0]))
    return [tag for _, tag in sorted(found, key=lambda each: each[0])]
