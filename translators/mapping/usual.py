"""Parts that say nothing where they hold what is usual."""

from dataclasses import dataclass

from translators.mapping.compiled import Source
from translators.mapping.context import Reading, Writing
from translators.mapping.tree import Place, Row, set_text, text_at


@dataclass(frozen=True, slots=True)
class Unless:
    """A text, unless it is the usual one, which says nothing. The usual one is written by the clause, as its default.

    One of more than `longest` characters, where that is told, has no room.
    """

    place: Place
    usual: str
    longest: int = 0

    @property
    def places(self) -> tuple[Place, ...]:
        """The place."""
        return (self.place,)

    def read(self, row: Row, _context: Reading) -> str | None:
        """The text when it is not the usual one."""
        text = text_at(row, self.place).strip()
        return text if text and text != self.usual else None

    def compile(self, source: Source) -> str:
        """The same as lines."""
        found = source.variable()
        source.read(f"t = {source.text(self.place)}", f"{found} = t if t and t != {self.usual!r} else None")
        return found

    def write(self, value: str, row: Row, _context: Writing) -> str | None:
        """The text; handed back when there is no room for it."""
        if self.longest and len(value) > self.longest:
            return value
        set_text(row, self.place, value)
        return None
