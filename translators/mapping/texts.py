"""Free text in segments."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from translators.mapping.binding import Content, content, last_element
from translators.mapping.compiled import Where
from translators.mapping.context import Reading, Writing
from translators.mapping.parts import wrapped
from translators.mapping.tree import Place, Row, Written, set_text, text_at
from translators.mapping.value import Value
from translators.mapping.words import Words


@dataclass(slots=True)
class Texts:
    """Free text in segments: lines of one purpose that stand in segments one behind the other are one text.

    `lines` are the places of lines, `purpose` that of the code for what the text is for, `language` and `code` those of others.
    `says` is the purpose where no code says it, `usual` the code for a text that does not say its purpose.
    `longest` is the room for one line: longer ones are wrapped when written.
    `fixed` are places that are always the same.
    """

    tag: str
    lines: tuple[Place, ...]
    words: Words
    longest: int
    purpose: Place | None = None
    language: Place | None = None
    code: Place | None = None
    says: str = ""
    usual: str = ""
    where: Where | None = None
    fixed: Mapping[Place, str] = field(default_factory=dict)
    key: str = "texts"

    _rest: Content = field(init=False)

    def __post_init__(self) -> None:
        heads = [place for place in (self.purpose, self.language, self.code) if place is not None]
        self._rest = content(self.tag, {}, self.fixed, silent=(*self.lines, *heads))

    @property
    def list_keys(self) -> tuple[str, ...]:
        """The list it fills."""
        return (self.key,)

    def read(self, row: Row, target: Value, context: Reading) -> bool:
        """Add the lines to the text before, or begin a text."""
        found = [line for place in self.lines if (line := text_at(row, place).rstrip())]
        if self.where is not None and not self.where(row):
            return False
        text = self._head(row)
        if not found and "code" not in text:
            return False
        texts: list[Value] = target.setdefault(self.key, [])
        last = texts[-1] if texts else None
        if last is not None and {**last, "lines": None} == {**text, "lines": None}:
            last["lines"].extend(found)
            text = last
        else:
            text["lines"] = found
            texts.append(text)
        context.trace(text, "lines", self.lines)
        for member, place in (("purpose", self.purpose), ("language", self.language), ("code", self.code)):
            if place is not None:
                context.trace(text, member, (place,))
        self._rest.keep_rest(row, target, context)
        return True

    def _head(self, row: Row) -> Value:
        text: Value = {"purpose": self.says} if self.says else {}
        if self.purpose is not None and (code := text_at(row, self.purpose).strip()):
            text["purpose"] = self.words.word(code)
            if not self.words.preferred(code):
                text["original_codes"] = {"purpose": code}
        if self.language is not None and (language := text_at(row, self.language).strip()):
            text["language"] = language.lower()
        if self.code is not None and (code := text_at(row, self.code).strip()):
            text["code"] = code
        return text

    def write(self, target: Value, out: Written, context: Writing) -> None:
        """Segments for all lines of all texts."""
        left: list[Value] = []
        for text in target.pop(self.key, None) or ():
            rows = self._rows(text, context)
            if rows is None:
                left.append(text)
            else:
                out.rows += rows
        if left:
            target[self.key] = left

    def _rows(self, text: Value, context: Writing) -> list[Row] | None:
        """The segments of one text; None when they cannot say what it is for."""
        purpose, kept = text.get("purpose") or "", text.get("original_codes", {}).get("purpose")
        if self.says:
            if purpose != self.says:
                return None
            purpose = ""
        code = kept if kept and self.words.known(kept) == purpose else self.words.code(purpose) if purpose else self.usual
        language = None if self.language is None or context.lacks(self.tag, last_element((self.language,))) else self.language
        heads = ((self.purpose, code), (language, (text.get("language") or "").upper()), (self.code, text.get("code")))
        if code is None or any(place is None and value for place, value in heads):
            return None
        lines = [piece for line in text["lines"] for piece in wrapped(line, self.longest)]
        rows = []
        for start in range(0, max(len(lines), 1), len(self.lines)):
            row: Row = [self.tag]
            for place, line in zip(self.lines, lines[start:], strict=False):
                set_text(row, place, line)
            for head, value in heads:
                if head is not None and value:
                    set_text(row, head, value)
            for place, constant in self.fixed.items():
                set_text(row, place, constant)
            rows.append(row)
        return None if self.where is not None and not all(map(self.where, rows)) else rows
