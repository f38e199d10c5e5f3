"""Lines of a file as text with their numbers and byte offsets, in whatever encoding and with whatever line ends they came."""

import codecs
from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import NamedTuple

from translators.finding import Code
from translators.findings import Findings
from translators.flatfile.cells import Cells
from translators.flatfile.layout import Layout
from translators.position import Position

_BOMS = ((codecs.BOM_UTF8, "utf-8"), (codecs.BOM_UTF16_LE, "utf-16-le"), (codecs.BOM_UTF16_BE, "utf-16-be"))
_UTF_8 = frozenset({"utf-8", "utf-8-sig"})
_LONGEST_QUOTE = 32_768
"""How many characters a value with line breaks in it may have; then its quote was never closed."""

_PATIENCE = 20
"""After so many quotes that were never closed no value with line breaks is looked for any more: time stays linear."""

_SAMPLE = 1024
_BLANKS = " \t\x00\x1a"


class Line(NamedTuple):
    """A line without its end. `number` counts from 1, `offset` is the byte it begins at, `encoding` that of its bytes."""

    number: int
    offset: int
    text: str
    encoding: str


@dataclass(slots=True)
class Decoding:
    """The encoding of a file, as stated until its bytes prove something else."""

    encoding: str
    findings: Findings
    stated: str
    proved: bool = False

    @classmethod
    def of(cls, data: bytes, start: int, layout: Layout, findings: Findings) -> tuple["Decoding", int]:
        """The encoding of a file by its byte order mark, or by the NUL bytes of UTF-16; and where its text begins."""
        stated = layout.encoding
        found = cls(stated, findings, stated)
        for mark, encoding in _BOMS:
            if data.startswith(mark, start):
                expected = stated == "utf-8-sig" or (stated.startswith("utf-16") and encoding.startswith("utf-16"))
                found.encoding, found.proved = encoding, True
                if not expected:
                    findings.add(Code.BYTE_ORDER_MARK, f"The file begins with a byte order mark of {encoding}.", Position(start))
                if not expected and not (stated in _UTF_8 and encoding in _UTF_8):
                    found._wrong(start, encoding)
                return found, start + len(mark)
        sample = data[start : start + _SAMPLE]
        wide = _wide(sample)
        if stated.startswith("utf-16") and wide is None and sample:
            found._wrong(start, "utf-8")
            found.encoding = "utf-8"
        elif wide is not None:
            if not stated.startswith("utf-16"):
                found._wrong(start, wide)
            found.encoding, found.proved = wide, True
        elif stated == "utf-8-sig":
            found.encoding = "utf-8"
        return found, start

    def text(self, raw: bytes, offset: int) -> str:
        """A line as text. Bytes that the encoding does not know make it another one, once and for all, with a finding."""
        if raw.isascii() and _is_superset_of_ascii(self.encoding):
            return raw.decode("ascii")
        if not self.proved and self.encoding not in _UTF_8:
            self._doubt(raw, offset)
        try:
            return raw.decode(self.encoding)
        except UnicodeDecodeError as error:
            return self._other(raw, offset + error.start)

    def _doubt(self, raw: bytes, offset: int) -> None:
        """The first line beyond ASCII shows whether an encoding of single bytes is UTF-8 in truth."""
        self.proved = True
        try:
            raw.decode("utf-8")
        except UnicodeDecodeError:
            return
        if codecs.lookup(self.encoding).name not in _UTF_8 and self._single_bytes():
            self._wrong(offset, "utf-8")
            self.encoding = "utf-8"

    def _single_bytes(self) -> bool:
        return self.encoding.startswith(("iso8859", "cp125", "latin", "ascii", "cp85", "cp437", "koi8"))

    def _other(self, raw: bytes, offset: int) -> str:
        if self.encoding in _UTF_8 or self.encoding == "ascii":
            self._wrong(offset, "windows-1252")
            self.encoding, self.proved = "cp1252", True
            try:
                return raw.decode(self.encoding)
            except UnicodeDecodeError:
                pass
        text = f"Byte {offset} stands for no character of {self.encoding}."
        self.findings.add(Code.CHARACTER_OUTSIDE_SET, text, Position(offset), expected=self.encoding)
        return raw.decode(self.encoding, "replace")

    def _wrong(self, offset: int, found: str) -> None:
        text = f"The file is not written in {self.stated}, it is read as {found}."
        self.findings.add(Code.CHARACTER_SET_WRONG, text, Position(offset), expected=self.stated, actual=found)


@lru_cache(maxsize=16)
def _is_superset_of_ascii(encoding: str) -> bool:
    return "Az09;".encode(encoding) == b"Az09;"


def _wide(sample: bytes) -> str | None:
    """The encoding of text in which every other byte is NUL."""
    if len(sample) < 4:
        return None
    even, odd = sample[0::2].count(0) * 2 / len(sample), sample[1::2].count(0) * 2 / len(sample)
    if odd > 0.6 and even < 0.2:
        return "utf-16-le"
    return "utf-16-be" if even > 0.6 and odd < 0.2 else None


def lines(data: bytes, start: int, layout: Layout, findings: Findings, *, longest: int) -> Iterator[Line]:
    """All lines that hold something, one at a time. Quoted values may have line breaks in them."""
    decoding, position = Decoding.of(data, start, layout, findings)
    every = _lines(data, position, layout, decoding, longest)
    if layout.delimited and layout.quote:
        every = _joined(every, Cells(layout.delimiter, layout.quote), layout.quote)
    return _filled(every, findings)


def _lines(data: bytes, position: int, layout: Layout, decoding: Decoding, longest: int) -> Iterator[Line]:
    for number, (offset, end) in enumerate(_bounds(data, position, layout, decoding), 1):
        if end - offset > longest:
            text = f"Line {number} has {end - offset} bytes; it is not read."
            decoding.findings.add(Code.SEGMENT_TOO_LARGE, text, Position(offset, number), expected=f"at most {longest}")
        else:
            text = decoding.text(data[offset:end], offset).removesuffix("\r")
            yield Line(number, offset, text, decoding.encoding)


def _filled(every: Iterator[Line], findings: Findings) -> Iterator[Line]:
    """The lines that are not blank. Blank ones between others are noted once."""
    blank: Line | None = None
    noted = begun = False
    for line in every:
        if not line.text.strip(_BLANKS):
            blank = line
            continue
        if blank is not None and begun and not noted:
            noted = True
            findings.add(Code.LINE_BREAKS, "There are blank lines between the others.", Position(blank.offset, blank.number))
        begun = True
        yield line


def _bounds(data: bytes, position: int, layout: Layout, decoding: Decoding) -> Iterator[tuple[int, int]]:
    """Where each line begins and ends in the bytes."""
    size = len(data)
    if layout.line_end_stated and not layout.line_end:
        step = len(" ".encode(decoding.encoding)) * layout.record_length
        for offset in range(position, size, step):
            yield offset, min(offset + step, size)
        return
    mark = _line_end(data, position, decoding.encoding)
    width = len(mark)
    while position < size:
        end = data.find(mark, position)
        while width == 2 and end >= 0 and (end - position) % 2:  # the halves of two characters
            end = data.find(mark, end + 1)
        if end < 0:
            end = size
        yield position, end
        position = end + width


def _line_end(data: bytes, position: int, encoding: str) -> bytes:
    """The line end: LF (with or without CR before it), or CR alone where the first line ends in that."""
    feed, back = "\n".encode(encoding), "\r".encode(encoding)
    first_feed, first_back = data.find(feed, position), data.find(back, position, position + (1 << 20))
    alone = first_back >= 0 and (first_feed < 0 or first_feed > first_back + len(back))
    return back if alone else feed


def _joined(single: Iterator[Line], cells: Cells, quote: str) -> Iterator[Line]:
    """Lines whose quoted values are whole. A quote that is never closed ends with its line."""
    waiting: deque[Line] = deque()
    patience = _PATIENCE
    while True:
        line = waiting.popleft() if waiting else next(single, None)
        if line is None:
            return
        if quote not in line.text or not patience or not cells.open_after(line.text, opened=False):
            yield line
            continue
        taken, length = [line], len(line.text)
        opened: bool | None = cells.open_after(line.text, opened=False)
        while opened and length < _LONGEST_QUOTE:
            more = waiting.popleft() if waiting else next(single, None)
            if more is None:
                break
            taken.append(more)
            length += len(more.text) + 1
            opened = cells.open_after(more.text, opened=True)
        if opened is not False:
            patience -= 1
            yield line
            waiting.extendleft(reversed(taken[1:]))
        else:
            yield Line(line.number, line.offset, "\n".join(each.text for each in taken), taken[-1].encoding)
