"""Loops whose nesting is written in them: a number of their own and that of their parent (X12 HL, EDIFACT CPS)."""

from dataclasses import dataclass

from translators.mapping.tree import Loop, Place, Written, set_text, text_at


@dataclass(frozen=True, slots=True)
class Hierarchy:
    """The loops `tag` nest by `number` and `parent`; `level`, where the standard has one, becomes part of their key."""

    tag: str
    number: Place
    parent: Place
    level: Place | None = None
    has_children: Place | None = None

    def nest(self, document: Loop) -> None:
        """Put every loop into its parent. One without a parent that came before stays at the top."""
        known: dict[str, Loop] = {}
        top: list[Loop] = []
        for loop in document.loops:
            if loop.key != self.tag:
                top.append(loop)
                continue
            row = loop.segments[0][1] if loop.segments else [self.tag]
            if self.level is not None:
                loop.key = f"{self.tag}:{text_at(row, self.level).strip()}"
            parent = known.get(text_at(row, self.parent).strip())
            (top if parent is None else parent.loops).append(loop)
            known[text_at(row, self.number).strip()] = loop
        document.loops = top

    def flatten(self, document: Written) -> None:
        """Put nested loops one behind the other, numbered, each with the number of its parent."""
        flat: list[Written] = []
        count = 0

        def add(loop: Written, parent: str) -> None:
            nonlocal count
            count += 1
            number, row = str(count), loop.rows[0]
            set_text(row, self.number, number)
            if parent:
                set_text(row, self.parent, parent)
            if self.level is not None:
                set_text(row, self.level, loop.key.partition(":")[2])
            inner = [other for other in loop.loops if self._mine(other)]
            loop.loops = [other for other in loop.loops if not self._mine(other)]
            if self.has_children is not None:
                set_text(row, self.has_children, "1" if inner else "0")
            flat.append(loop)
            for child in inner:
                add(child, number)

        for loop in document.loops:
            if self._mine(loop):
                add(loop, "")
            else:
                flat.append(loop)
        document.loops = flat

    def _mine(self, loop: Written) -> bool:
        return loop.key.partition(":")[0] == self.tag
