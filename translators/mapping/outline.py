"""What a mapping speaks of, for people: in which segments and loops it takes something, and what codes mean to it.

It is told from the declarations that read and write, so that no second table has to say it.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from translators.mapping.binding import Content
from translators.mapping.clauses import Qualified
from translators.mapping.mapping import DocumentMapping, Group, Level, is_about_loops
from translators.mapping.parties import Parties
from translators.mapping.parts import Coded
from translators.mapping.tree import Place

Meanings = Mapping[Place, Mapping[str, str]]
"""What codes mean, by the place that they stand at."""


@dataclass(frozen=True, slots=True)
class Speech:
    """The levels of a mapping that speak of one loop, or of the document itself. `whole`: all that is in it is taken.

    `roles` are what codes in the segment mean that begins the loop, where a clause tells such loops apart by them.
    """

    levels: tuple[Level, ...] = ()
    whole: bool = False
    roles: tuple[tuple[Place, Mapping[str, str]], ...] = ()

    @classmethod
    def of(cls, mapping: DocumentMapping | None) -> "Speech":
        """What a mapping says of a document; without one everything is passed on."""
        return cls((mapping.level,)) if mapping is not None else cls(whole=True)

    def inside(self, tag: str) -> "Speech":
        """What is said of the loops that a segment begins, whatever tells several of them apart."""
        found, roles, whole = list[Level](), list[tuple[Place, Mapping[str, str]]](), self.whole
        for clause in _loops_of(self.levels, tag):
            if isinstance(clause, Parties):
                roles.append(clause.meanings)
            if isinstance(clause, (Group, Parties)):
                found.append(clause.level)
                found += [nested.level for nested in _loops_of([clause.level], tag) if isinstance(nested, Group)]
            else:
                whole = True
        return Speech(tuple(found), whole, tuple(roles))

    def reads(self, tag: str) -> bool:
        """Whether something is taken of a segment."""
        return self.whole or any(True for _ in _about(self.levels, tag))

    def meanings(self, tag: str, *, begins: bool = False) -> Meanings:
        """What codes in a segment mean, which `begins` the loop or not."""
        found: dict[Place, dict[str, str]] = {}
        for place, words in self.roles if begins else ():
            found.setdefault(place, {}).update((code, _plain(word)) for code, word in words.items())
        for clause in _about(self.levels, tag):
            for place, words in _words_of(clause):
                known = found.setdefault(place, {})
                for code, word in words.items():
                    known.setdefault(code, word)
        return found


def _about(levels: Iterable[Level], tag: str) -> Iterator[object]:
    """The clauses about a segment."""
    for level in levels:
        yield from (clause for clause in level.clauses if not is_about_loops(clause) and clause.tag == tag)


def _loops_of(levels: Iterable[Level], tag: str) -> Iterator[object]:
    """The clauses about the loops that a segment begins."""
    for level in levels:
        yield from (clause for clause in level.clauses if is_about_loops(clause) and clause.key.partition(":")[0] == tag)


def _words_of(clause: object) -> Iterator[tuple[Place, Mapping[str, str]]]:
    """What one clause says of codes: qualifiers by the members they lead to, coded parts by their words, fixed texts."""
    if isinstance(clause, Qualified):
        yield clause.at, clause.meanings
        return
    inner = getattr(clause, "clause", None)
    if inner is not None:
        yield from _words_of(inner)
    content = getattr(clause, "content", None)
    if isinstance(content, Content):
        members = ", ".join(sorted(_plain(".".join((*one.steps, one.key))) for one in content.bindings if one.key))
        for place, text in content.fixed:
            yield place, {text: members}
        for binding in content.bindings:
            if isinstance(binding.part, Coded):
                yield binding.part.place, {code: _plain(word) for code, word in binding.part.words.table.items()}


def _plain(name: str) -> str:
    return name.replace("_", " ").replace(".", " ")
