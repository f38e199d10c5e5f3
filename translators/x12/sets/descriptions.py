"""PID: what an item is called and how it is described, where that is not said in free form."""

from dataclasses import dataclass

from translators.mapping.binding import content
from translators.mapping.compiled import Source
from translators.mapping.context import Reading, Writing
from translators.mapping.parts import wrapped
from translators.mapping.tree import Place, Row, Written, set_text, text_at
from translators.mapping.value import Value, take
from translators.x12.sets import codes


@dataclass(frozen=True, slots=True)
class Form:
    """The form (349) of a description in words, unless it is a free one (F), which says nothing."""

    place: Place = 1
    words: Place = 5
    usual: str = "F"

    @property
    def places(self) -> tuple[Place, ...]:
        """The form."""
        return (self.place,)

    def read(self, row: Row, _context: Reading) -> str | None:
        """The form, of a description that there is."""
        form = text_at(row, self.place).strip()
        return form if form not in (self.usual, "") and text_at(row, self.words).strip() else None

    def compile(self, source: Source) -> str:
        """The same as lines; a form without words needs a closer look."""
        found = source.variable()
        source.read(f"t = {source.text(self.place)}", f"{found} = t if t and t != {self.usual!r} else None")
        source.read(f"if {found} and not {source.text(self.words)}: return False")
        return found

    def write(self, value: str, row: Row, _context: Writing) -> None:
        """The form."""
        set_text(row, self.place, value)


def is_plain(row: Row) -> bool:
    """Whether a PID is a description in free form, of nothing but the item."""
    return text_at(row, 1).strip() in ("F", "") and text_at(row, 2).strip() in codes.PLAIN_DESCRIPTIONS


class CodedDescription:
    """PID: a description of the item that is not in free form (S, X), or whose group of characteristics (750) is said.

    `description_form` keeps the form, `description` in `original_codes` the group; they are those of all its segments.
    """

    __slots__ = ("_longest", "_rest", "tag")

    def __init__(self, longest: int) -> None:
        self.tag = "PID"
        self._longest = longest
        self._rest = content("PID", {}, silent=(1, 2, 5))

    def read(self, row: Row, target: Value, context: Reading) -> bool:
        """Add the text to that of segments of the same form and group."""
        form, group, text = (text_at(row, place).strip() for place in (1, 2, 5))
        if form in ("F", "") or group not in codes.PLAIN_DESCRIPTIONS or not text:
            return False
        item = target.setdefault("item", {})
        kept = item.get("original_codes", {})
        if "description" not in item:
            item["description"] = text
            item.setdefault("original_codes", {})["description_form"] = form
            if group:
                item["original_codes"]["description"] = group
        elif (kept.get("description_form"), kept.get("description", "")) == (form, group):
            item["description"] += f"\n{text}"
        else:
            return False
        context.trace(item, "description", (5,))
        self._rest.keep_rest(row, target, context)
        return True

    def write(self, target: Value, out: Written, _context: Writing) -> None:
        """A segment for each line; nothing where it is a plain one."""
        item = target.get("item") or {}
        form = take(item, ("original_codes",), "description_form")
        group = item.get("original_codes", {}).get("description")
        group = group if group in codes.PLAIN_DESCRIPTIONS else None
        if "description" not in item or (form is None and group is None):
            return
        take(item, ("original_codes",), "description")
        for line in item.pop("description").split("\n"):
            out.rows += [[self.tag, form or "F", group or "", "", "", piece] for piece in wrapped(line, self._longest)]
        if not item:
            del target["item"]
