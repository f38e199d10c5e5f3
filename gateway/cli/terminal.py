"""The person or program on the other end: results go to its standard output, talk to its standard error.

Documents are written by others, so nothing of them reaches a terminal unescaped: control characters could move its cursor,
change its title or reverse what is read. Colour is used only where somebody looks and has not declined it.
"""

import json
import re
import sys
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, BinaryIO, TextIO

Span = str | tuple[str, str]
"""Text, or text with a tone from `TONES`."""

TONES: Mapping[str, str] = {
    "bold": "1",
    "faint": "2",
    "error": "1;31",
    "warning": "33",
    "good": "32",
    "info": "36",
}

# Controls, lone surrogates, and the marks that reorder or break lines on a screen.
_UNPRINTABLE = re.compile("[\x00-\x1f\x7f-\x9f\u200e\u200f\u2028-\u202e\u2066-\u2069\ud800-\udfff]")
_SURROGATE = re.compile("[\ud800-\udfff]")
_SHORT = {"\n": "\\n", "\r": "\\r", "\t": "\\t"}


class ReaderGone(Exception):
    """Whoever read our output closed it (`gateway parse … | head`): there is nobody left to tell."""


def printable(text: str) -> str:
    r"""Text on one line in which control characters stand as `\n`, `\x1b`, `\u202e`."""
    return _UNPRINTABLE.sub(_escaped, text)


def printable_block(text: str) -> str:
    """The same for text of several lines: line ends and tabulators stay."""
    return _UNPRINTABLE.sub(lambda match: match[0] if match[0] in "\r\n\t" else _escaped(match), text)


def _escaped(match: re.Match[str]) -> str:
    character = match[0]
    if character in _SHORT:
        return _SHORT[character]
    return f"\\x{ord(character):02x}" if ord(character) < 0x100 else f"\\u{ord(character):04x}"


def json_text(value: object, *, indent: int | None = None) -> str:
    """Compact JSON that any reader and any terminal takes; lone surrogates, as in broken file names, become U+FFFD."""
    text = json.dumps(value, ensure_ascii=False, indent=indent, default=str, separators=None if indent else (",", ":"))
    return _UNPRINTABLE.sub(_json_escaped, _SURROGATE.sub("\ufffd", text))


def _json_escaped(match: re.Match[str]) -> str:
    # JSON has escaped what is below U+0020 inside strings already: what is left of those is our own indentation.
    return match[0] if match[0] in "\n\t" else f"\\u{ord(match[0]):04x}"


@dataclass(slots=True)
class Terminal:
    """The streams of one command. `colour` and `debug` are settled while options are read, hence not frozen."""

    stdin: BinaryIO
    stdout: BinaryIO
    stderr: TextIO
    environ: Mapping[str, str] = field(default_factory=dict)
    colour: bool = False
    colour_of_talk: bool = False
    interactive: bool = False
    width: int | None = None
    debug: bool = False

    def line(self, *spans: Span) -> None:
        """A line of the result."""
        self.write(self._painted(spans, colour=self.colour).encode("utf-8", "replace") + b"\n")

    def json(self, value: object) -> None:
        """A JSON value as the result, indented for reading."""
        self.write(json_text(value, indent=2).encode() + b"\n")

    def write(self, data: bytes) -> None:
        """Bytes of the result, as they are."""
        try:
            self.stdout.write(data)
        except BrokenPipeError as error:
            raise ReaderGone from error

    def tell(self, *spans: Span) -> None:
        """A line of talk. Results written before are shown before."""
        self.flush()
        text = self._painted(spans, colour=self.colour_of_talk) + "\n"
        encoding = self.stderr.encoding or "utf-8"
        try:
            self.stderr.write(text.encode(encoding, "backslashreplace").decode(encoding))
            self.stderr.flush()
        except BrokenPipeError as error:
            raise ReaderGone from error

    def problem(self, what: str, *, where: str, remedy: str) -> None:
        """What happened, where, and what to do: three lines, in this order."""
        self.tell(("error: ", "error"), what)
        self.tell(("where: ", "faint"), where)
        self.tell((" next: ", "faint"), remedy)

    def flush(self) -> None:
        """Hand over what is buffered. Raises ReaderGone."""
        try:
            self.stdout.flush()
        except BrokenPipeError as error:
            raise ReaderGone from error

    def _painted(self, spans: tuple[Span, ...], *, colour: bool) -> str:
        parts = []
        for span in spans:
            text, tone = (span, "") if isinstance(span, str) else span
            text = printable(text)
            parts.append(f"\x1b[{TONES[tone]}m{text}\x1b[0m" if colour and tone and text else text)
        return "".join(parts)


def of_process(environ: Mapping[str, str]) -> Terminal:
    """The terminal of this process. Colour needs a TTY, and neither `NO_COLOR` (any value) nor `TERM=dumb`."""
    plain = bool(environ.get("NO_COLOR")) or environ.get("TERM") == "dumb"
    return Terminal(
        sys.stdin.buffer,
        sys.stdout.buffer,
        sys.stderr,
        environ=environ,
        colour=not plain and _is_tty(sys.stdout),
        colour_of_talk=not plain and _is_tty(sys.stderr),
        interactive=_is_tty(sys.stdin) and _is_tty(sys.stderr),
        debug=environ.get("GATEWAY_DEBUG", "") not in ("", "0"),
    )


def _is_tty(stream: Any) -> bool:
    try:
        return bool(stream.isatty())
    except ValueError:  # closed
        return False
