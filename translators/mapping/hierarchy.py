"""Loops whose nesting is written in them: a number of their own and that of their parent (X12 HL, EDIFACT CPS)."""

from dataclasses import dataclass

from translators.finding import Code
from translators.mapping.context import Reading
from translators.mapping.tree import Loop, Place, Written, set_text, text_at


@dataclass(frozen=True, slots=True)
class Hierarchy:
    """The loops `tag` nest by `number` and `parent`; `level`, where the standard has one, becomes part of their key.

    With `rooted` all hang on the first of them, also those that do not say so.
    """

    tag: str
    number: Place
    parent: Place
    level: Place | None = None
    has_children: Place | None = None
    rooted: bool = False

    def nest(self, document: Loop, context: Reading) -> None:
        """Put every loop into its parent. One whose parent did not come before is noted: it hangs on the first or stays top."""
        known: dict[str, Loop] = {}
        root: Loop | None = None
        top: list[Loop] = []
        last = 0
        for loop in document.loops:
            if loop.key != self.tag:
                top.append(loop)
                continue
            context.index, row = loop.segments[0] if loop.segments else (context.index, [self.tag])
            if self.level is not None:
                loop.key = f"{self.tag}:{text_at(row, self.level).strip()}"
            number, above = text_at(row, self.number).strip(), text_at(row, self.parent).strip()
            parent = known.get(above)
            if parent is None and above:
                text = f"Level {number} names {above} as the one above it, which did not come before."
                context.note(Code.HIERARCHY, text, context.index, self.parent, None, above)
            last = self._counted(number, last, context)
            parent = parent or (root if self.rooted else None)
            (top if parent is None else parent.loops).append(loop)
            root = root or loop
            known[number] = loop
        document.loops = top

    def _counted(self, number: str, last: int, context: Reading) -> int:
        """The number of a level; one that is not above the last is noted."""
        if not (number.isascii() and number.isdigit() and len(number) <= 12):
            return last
        if int(number) <= last:
            text = f"Level {number} comes behind level {last}: numbers must ascend."
            context.note(Code.HIERARCHY, text, context.index, self.number, str(last + 1), number)
        return int(number)

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
            if self.level is not None and (code := loop.key.partition(":")[2]):
                set_text(row, self.level, code)
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
