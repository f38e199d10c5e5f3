"""Checks a transaction set against its table: order, requirement, repeats and loops, and the elements of each segment.

The way of honest traffic is short: a remembered move, a compiled expression, two look-ups of what passed before. Everything
else is slow, exact and ends in a finding.
"""

from translators.contract import Separators
from translators.finding import Code, Severity
from translators.findings import Findings
from translators.position import Position
from translators.x12.definitions import COMPONENT, REPETITION, SegmentDefinition
from translators.x12.elements import check_elements
from translators.x12.grammar import Grammar, Move, Place, Step
from translators.x12.tokenizer import SetText
from translators.x12.versions import labels


class Validator:
    """The walk through one transaction set, from ST on."""

    __slots__ = (
        "_count",
        "_detour",
        "_findings",
        "_grammar",
        "_place",
        "_resume",
        "_separators",
        "_text",
        "_tolerated",
        "_turns",
    )

    def __init__(self, text: SetText, grammar: Grammar, findings: Findings, separators: Separators) -> None:
        self._text = text
        self._grammar = grammar
        self._findings = findings
        self._separators = separators
        self._place = grammar.start
        self._turns = [0] * grammar.loops
        self._count = 1
        # Where the walk goes on after a loop that stood out of order, and that loop.
        self._resume: Place | None = None
        self._detour: Place | None = None
        self._tolerated: set[tuple[str, tuple[str | None, ...], tuple[bool, ...]]] = set()

    def run(self, rows: list[list[str]]) -> list[Place | None]:
        """Check all segments; gives the place of each, None for one that has none in the set.

        `rows` are the elements of the segments of the text, the tag first.
        """
        place = self._place
        places: list[Place | None] = []
        for index, (segment, row) in enumerate(zip(self._text.segments, rows, strict=True)):
            if index:
                move = place.moves.get(row[0])
                if move is not None and move.sound and self._resume is None:
                    if not move.simple:
                        self._place = place
                        self._count_turns(move, index)
                    else:
                        self._count = 1
                    place = move.target
                else:
                    self._place = place
                    stands = self._advance(row[0], index)
                    place = self._place
                    if stands is not place:
                        places.append(stands)
                        if stands is not None:
                            self._check(stands.definition, row, index)
                        continue
            places.append(place)
            definition = place.definition
            if definition is None or (segment not in definition.good and not definition.fits(segment, row)):
                self._check(definition, row, index)
        return places

    def _advance(self, tag: str, index: int) -> Place | None:
        """Move the walk to the next segment; gives the segment's own place, None when it has none."""
        move = self._grammar.move(self._place, tag)
        if self._resume is not None and (move is None or not _inside(move.target, self._detour)):
            self._place, self._resume = self._resume, None
            move = self._grammar.move(self._place, tag)
        if move is None:
            self._note_foreign(tag, index)
            return None
        for passed in move.missing:
            missing = passed.trigger.tag
            self._note(Code.SEGMENT_MISSING, f"{_name(missing)} is missing before {tag}.", index, tag=missing, expected=missing)
        if move.step is Step.OUT_OF_ORDER:
            self._leave_order(move, tag, index)
        else:
            self._count_turns(move, index)
            self._place = move.target
        return move.target

    def _leave_order(self, move: Move, tag: str, index: int) -> None:
        text = f"{_name(tag)} stands after {self._place.tag}; its place is before it."
        self._note(Code.SEGMENT_OUT_OF_ORDER, text, index, tag=tag)
        if move.loop is not None:  # its own segments follow it there; then the walk goes on from here
            self._resume, self._detour, self._place = self._place, move.loop, move.target

    def _count_turns(self, move: Move, index: int) -> None:
        target = move.target
        if move.loop is not None:
            turns = self._turns
            turns[move.loop.number] = turn = turns[move.loop.number] + 1 if move.again else 1
            self._count = 1
            if turn > move.loop.maximum:
                text = f"Loop {move.loop.path} is repeated more than {move.loop.maximum} times."
                self._note(Code.LOOP_REPEATS, text, index, tag=target.tag, expected=f"at most {move.loop.maximum}")
        elif target is self._place:
            self._count += 1
            if self._count > target.maximum:
                text = f"{_name(target.tag)} is repeated more than {_times(target.maximum)} here."
                self._note(Code.SEGMENT_REPEATS, text, index, tag=target.tag, expected=f"at most {target.maximum}")
        else:
            self._count = 1

    def _note_foreign(self, tag: str, index: int) -> None:
        if self._findings.full and self._findings.failed:
            return
        shown = tag[:20].replace(COMPONENT, self._separators.component)
        if tag in self._grammar.root.tags:
            text = f"{_name(tag)} cannot stand after {self._place.tag}."
            self._note(Code.SEGMENT_UNEXPECTED, text, index, tag=tag)
        elif tag in self._grammar.directory:
            text = f"{_name(tag)} is not part of {self._grammar.type}."
            self._note(Code.SEGMENT_NOT_IN_DEFINITION, text, index, tag=tag)
        else:
            text = f"There is no segment {shown} in version {self._grammar.version}."
            self._note(Code.SEGMENT_UNKNOWN, text, index, tag=shown)

    def _note(self, code: Code, text: str, index: int, *, tag: str, expected: str | None = None) -> None:
        if self._findings.full:
            return self._findings.add(code, text, Position(self._text.start))
        position = Position(self._text.offset(index), index + 1, tag)
        return self._findings.add(code, text, position, expected=expected)

    def _check(self, definition: SegmentDefinition | None, row: list[str], index: int) -> None:
        """The exact check of one segment, and the memory of what it found to be right."""
        if definition is None or (self._findings.full and self._findings.failed):
            return
        match = definition.match(self._text.segments[index])
        values = match.groups() if match else ()
        shape = tuple(map(bool, row))
        known = (definition.tag, values, shape)
        if match and known in self._tolerated:
            return
        note = _SegmentNotes(self, index, definition.tag)
        check_elements(definition, row, note)
        if not note.any:
            if match:
                definition.remember(values, shape)
        elif match and self._findings.full:
            self._tolerated.add(known)

    def note_element(
        self,
        code: Code,
        text: str,
        place: tuple[int, str, int, int | None, int | None],
        *,
        expected: str | None,
        actual: str | None,
        severity: Severity | None,
    ) -> None:
        """Take a finding about (segment index, tag, element, component, repetition)."""
        index, tag, element, component, repetition = place
        offset = self._text.start if self._findings.full else self._text.element_offset(index, element)
        position = Position(offset, index + 1, tag, element or None, component, repetition)
        if actual is not None:
            actual = actual[:200].replace(COMPONENT, self._separators.component).replace(REPETITION, self._separators.repetition)
        self._findings.add(code, text, position, expected=expected, actual=actual, severity=severity)


class _SegmentNotes:
    """Adds segment and tag to what the element check finds; `any` says whether it found something."""

    __slots__ = ("_index", "_tag", "_validator", "any")

    def __init__(self, validator: Validator, index: int, tag: str) -> None:
        self._validator, self._index, self._tag = validator, index, tag
        self.any = False

    def __call__(
        self,
        code: Code,
        message: str,
        element: int,
        *,
        component: int | None = None,
        repetition: int | None = None,
        expected: str | None = None,
        actual: str | None = None,
        severity: Severity | None = None,
    ) -> None:
        self.any = True
        place = (self._index, self._tag, element, component, repetition)
        self._validator.note_element(code, message, place, expected=expected, actual=actual, severity=severity)


def _inside(place: Place, loop: Place | None) -> bool:
    here: Place | None = place
    while here is not None:
        if here is loop:
            return True
        here = here.parent
    return False


def _name(tag: str) -> str:
    label = labels.SEGMENTS.get(tag)
    return f"{tag} ({label})" if label else tag


def _times(number: int) -> str:
    return "once" if number == 1 else f"{number} times"
