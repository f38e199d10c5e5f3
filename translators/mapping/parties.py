"""Loops that are parties, each under its role."""

from collections.abc import Iterable
from dataclasses import dataclass

from translators.mapping.context import Reading, Writing
from translators.mapping.mapping import Clause, Level, trigger_row
from translators.mapping.tree import Loop, Place, Row, Written, set_text, text_at
from translators.mapping.value import Value, paths_in, take
from translators.mapping.words import Words


@dataclass(frozen=True, slots=True)
class RoleTable:
    """Roles of parties: codes and words, and which words are members of the level; all others stay in `other_parties`."""

    words: Words
    members: frozenset[str]
    at: Place = 1


class Parties:
    """Loops that are parties, each under its role."""

    __slots__ = ("_level", "_roles", "key")
    spilling = ("other_parties",)
    """The list that grows without end."""

    def __init__(self, key: str, roles: RoleTable, clauses: Iterable[Clause]) -> None:
        self.key = key
        self._roles = roles
        self._level = Level(clauses)

    @property
    def level(self) -> Level:
        """The clauses about one party."""
        return self._level

    @property
    def meanings(self) -> tuple[Place, dict[str, str]]:
        """Where the role stands, and what its codes mean."""
        return self._roles.at, self._roles.words.table

    def read_loop(self, loop: Loop, target: Value, context: Reading) -> bool:
        """Read a party and put it under its role; a role without a member, or taken already, goes to the other parties.

        What belongs to no party, because the segment that names it is missing, is not taken.
        """
        code = text_at(trigger_row(loop), self._roles.at).strip()
        if not code:
            return False
        party: Value = {}
        self._level.read(loop, party, context)
        words = self._roles.words
        role = words.word(code)
        if not words.preferred(code):
            party.setdefault("original_codes", {})["role"] = code
        if role in self._roles.members and role not in target:
            target[role], owner, member = party, target, role
        else:
            party["role"], owner, member = role, party, "role"
            target.setdefault("other_parties", []).append(party)
        if context.traces is not None:
            context.index, context.row = loop.segments[0]
            context.trace(owner, member, (self._roles.at,))
        return True

    def write_loop(self, target: Value, out: Written, context: Writing) -> None:
        """A loop for each party."""
        for role in self._roles.words.listed:
            if role in self._roles.members and role in target:
                self._party(role, target.pop(role), out, context)
        for role in sorted(self._roles.members & target.keys()):
            self._party(role, target.pop(role), out, context)
        for party in target.pop("other_parties", None) or ():
            self._party(party.get("role") or "other", {k: v for k, v in party.items() if k != "role"}, out, context)

    def _party(self, role: str, party: Value, out: Written, context: Writing) -> None:
        words, inner = self._roles.words, out.loop(self.key, out.place_of(self.key) or out.node)
        kept = take(party, ("original_codes",), "role")
        code = kept if kept and words.word(kept) == role else words.code(role)
        row: Row = [self.key]
        inner.rows.append(row)
        if code is None:
            context.unwritten.append(role)
            out.loops.pop()
            return
        inner.extras += party.pop("extras", None) or ()
        self._level.write(party, inner, context)
        self._merge(row, inner)
        set_text(row, self._roles.at, code)
        context.unwritten += [f"{role}.{path}" for path in paths_in(party)]

    def _merge(self, row: Row, inner: Written) -> None:
        """The first segment holds the role; what the clauses wrote of it comes together with it."""
        own = [other for other in inner.rows[1:] if other[0] == self.key]
        if own:
            row[:] = own[0]
            inner.rows.remove(own[0])
            inner.rows[0] = row
