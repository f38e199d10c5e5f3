"""A partner's guide: what he asks for beyond the standard. It is checked like the standard, and its findings name it.

`mandatory` are locations that must be filled in every segment they are about, of which there must be one; `codes` are the only
texts that may stand at a location; `mapping` holds his deviations (see `deviation`).
"""

from collections.abc import Iterator
from dataclasses import dataclass

from translators.contract import Guide
from translators.finding import Code
from translators.mapping.context import Reading
from translators.mapping.deviation import Deviation, deviation
from translators.mapping.location import Location, Names, location
from translators.mapping.tree import Loop, Row, text_at


@dataclass(frozen=True, slots=True)
class CompiledGuide:
    """A guide with its locations resolved for one version of the standard."""

    name: str
    mandatory: tuple[Location, ...]
    codes: tuple[tuple[Location, frozenset[str]], ...]
    deviations: tuple[Deviation, ...]

    def check(self, document: Loop, context: Reading) -> None:
        """Note what the guide asks for and the document does not have."""
        if not self.mandatory and not self.codes:
            return
        rows = list(_rows(document))
        for wanted in self.mandatory:
            self._mandatory(wanted, rows, context)
        for place, allowed in self.codes:
            self._code(place, allowed, rows, context)

    def _mandatory(self, wanted: Location, rows: list[tuple[int, Row]], context: Reading) -> None:
        found = [(index, row) for index, row in rows if wanted.means(row)]
        if not found:
            sentence = f"{self.name} asks for {wanted.path}; there is no such segment."
            context.note(Code.GUIDE_MISSING, sentence, 0, 0, wanted.path, None)
        for index, row in found:
            place = wanted.place(row)
            if place is None or not text_at(row, place).strip():
                sentence = f"{self.name} asks for {wanted.path}; it is empty."
                context.note(Code.GUIDE_MISSING, sentence, index, place or wanted.choices[0][1], wanted.path, None)

    def _code(self, where: Location, allowed: frozenset[str], rows: list[tuple[int, Row]], context: Reading) -> None:
        for index, row in rows:
            place = where.place(row)
            text = "" if place is None else text_at(row, place).strip()
            if place is not None and text and text not in allowed:
                listed = ", ".join(sorted(allowed)[:20])
                sentence = f"{self.name} allows {listed} at {where.path}; {text[:40]} was sent."
                context.note(Code.GUIDE_CODE, sentence, index, place, listed, text)


def compiled(guide: Guide, names: Names) -> CompiledGuide:
    """Resolve a guide. Raises LocationInvalid for a path that means nothing in this version."""
    return CompiledGuide(
        guide.name,
        tuple(location(path, names) for path in guide.mandatory),
        tuple((location(path, names), frozenset(codes)) for path, codes in guide.codes),
        tuple(deviation(member, path, names) for member, path in guide.mapping),
    )


def _rows(loop: Loop) -> Iterator[tuple[int, Row]]:
    yield from loop.segments
    for inner in loop.loops:
        yield from _rows(inner)
