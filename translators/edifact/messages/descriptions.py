"""IMD: what an item is called, and how it is described."""

from translators.mapping.binding import content
from translators.mapping.context import Reading, Writing
from translators.mapping.tree import COMPONENT, Row, Written, set_text, text_at
from translators.mapping.value import Value, take


class Descriptions:
    """IMD in words: free form (F) is what the item is called, as in EN 16931 and most of practice, all else describes it.

    A long description (A) is the usual one; `original_codes` keeps another form, and one characteristic (7081) without a word
    of its own. Both are lists of lines until the line is whole, the name under `called`.
    """

    __slots__ = ("_rest", "tag")

    def __init__(self) -> None:
        self.tag = "IMD"
        self._rest = content("IMD", {}, silent=(1, (2, 1), (3, 4), (3, 5)))

    def quick(self, row: Row, target: Value, _context: Reading) -> bool:
        """What an item is called, in words alone."""
        if len(row) != 4 or row[2] or row[1].strip() not in ("F", ""):
            return False
        words = row[3].split(COMPONENT)
        found = [text.rstrip() for text in words[3:] if text.strip()]
        item = target.get("item")
        if not found or len(words) > 5 or any(words[:3]) or (item is not None and "name" in item):
            return False
        target.setdefault("item", {}).setdefault("called", []).extend(found)
        return True

    def read(self, row: Row, target: Value, context: Reading) -> bool:
        """Add the lines to those there are, when they are of the same kind."""
        if len(row) < 4:
            return False
        found = [text.rstrip() for text in row[3].split(COMPONENT)[3:5] if text.strip()]
        if not found:
            return False
        kind = f"{text_at(row, 1).strip()}:{text_at(row, (2, 1)).strip()}".rstrip(":")
        item = target.setdefault("item", {})
        if kind in ("F", "") and "name" not in item:
            item.setdefault("called", []).extend(found)
            context.trace(item, "name", _WORDS)
        elif "description" not in item:
            item["description"] = found
            if kind != "A":
                item.setdefault("original_codes", {})["description"] = kind
            context.trace(item, "description", _WORDS)
        elif item.get("original_codes", {}).get("description", "A") == kind:
            item["description"] += found
            context.trace(item, "description", _WORDS)
        else:
            return False
        self._rest.keep_rest(row, target, context)
        return True

    def write(self, target: Value, out: Written, _context: Writing) -> None:
        """Two lines in each segment."""
        self._rows(take(target, ("item",), "called") or [], "F", out)
        lines = take(target, ("item",), "description") or []
        kept = take(target, ("item", "original_codes"), "description")
        self._rows(lines, kept if kept is not None and _is_form(kept) else "A", out)

    def _rows(self, lines: list[str], kind: str, out: Written) -> None:
        form, _, characteristic = kind.partition(":")
        for start in range(0, len(lines), 2):
            row: Row = [self.tag, form, characteristic]
            for component, line in enumerate(lines[start : start + 2], 4):
                set_text(row, (3, component), line)
            out.rows.append(row)


_WORDS = ((3, 4), (3, 5))


def _is_form(kept: str) -> bool:
    """Whether a code that was kept is a form of description (7077), perhaps with a characteristic: of X12 it is not."""
    form, _, characteristic = kept.partition(":")
    return len(form) <= 1 and not form.isdigit() and len(characteristic) <= 3
