"""What `gateway check` prints: complaints with a place, a code, words, a remedy, and a guess at what was meant."""

from collections.abc import Iterable
from dataclasses import dataclass

from gateway.config.codes import RULES
from gateway.config.positions import Location


@dataclass(frozen=True, slots=True)
class Item:
    """One complaint. `file` is relative to the folder of the main file; lines and columns count from 1."""

    code: str
    file: str
    line: int
    column: int
    message: str
    remedy: str

    @property
    def severity(self) -> str:
        """`error` or `warning`."""
        return RULES[self.code].severity

    @property
    def name(self) -> str:
        """The code in words, as `unknown-reference`."""
        return RULES[self.code].name

    def __str__(self) -> str:
        return f"{self.file}:{self.line}:{self.column} {self.code} {self.message}"


def item(
    code: str, file: str, place: Location, message: str, *, suggestion: str | None = None, remedy: str | None = None
) -> Item:
    """Make a complaint; a suggestion becomes part of the message, the remedy defaults to the code's."""
    if suggestion is not None:
        message = f'{message}; did you mean "{suggestion}"?'
    return Item(code, file, place.line, place.column, message, remedy or RULES[code].remedy)


@dataclass(frozen=True, slots=True)
class LintReport:
    """All complaints about a configuration, in the order of files and lines."""

    items: tuple[Item, ...]

    @classmethod
    def of(cls, items: Iterable[Item]) -> "LintReport":
        """Sorted by place, each complaint once."""
        return cls(tuple(sorted(set(items), key=lambda i: (i.file, i.line, i.column, i.code, i.message))))

    @property
    def errors(self) -> tuple[Item, ...]:
        """What keeps the configuration from being used."""
        return tuple(item for item in self.items if item.severity == "error")

    @property
    def warnings(self) -> tuple[Item, ...]:
        """What is allowed, and probably not meant."""
        return tuple(item for item in self.items if item.severity == "warning")

    @property
    def ok(self) -> bool:
        """Whether the configuration can be used."""
        return not self.errors
