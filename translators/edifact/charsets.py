"""Character sets of syntax identifiers, and what a message that declares the wrong one really is.

ISO 9735:1988 clause 5 and ISO 9735-1:2002 annex A. Levels A and B are repertoires of seven-bit characters; C to K are parts of
ISO 8859; Y and W are ISO 10646, in practice UTF-8; X is code extension by ISO 2022, read as Latin 1 for want of agreement.
"""

import re
from dataclasses import dataclass
from functools import lru_cache

_ENCODINGS = {
    "UNOA": "ascii",
    "UNOB": "ascii",
    "UNOC": "iso8859-1",
    "UNOD": "iso8859-2",
    "UNOE": "iso8859-5",
    "UNOF": "iso8859-7",
    "UNOG": "iso8859-3",
    "UNOH": "iso8859-4",
    "UNOI": "iso8859-6",
    "UNOJ": "iso8859-8",
    "UNOK": "iso8859-9",
    "UNOL": "iso8859-15",
    "UNOW": "utf-8",
    "UNOX": "iso8859-1",
    "UNOY": "utf-8",
}
_UPPER = b"ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789 .,-()/='+:?!\"%&*;<>"
_LEVEL_A = _UPPER
_LEVEL_B = _UPPER + _UPPER[:26].lower()
_LAYOUT = b"\r\n\t"
_EIGHT_BIT = re.compile(rb"[\x80-\xff]")


def known(identifier: str) -> bool:
    """Whether a syntax identifier is one of the standard."""
    return identifier in _ENCODINGS


def encoding(identifier: str) -> str:
    """The Python codec of a syntax identifier; Latin 1 for unknown ones, which loses no byte."""
    return _ENCODINGS.get(identifier, "iso8859-1")


@dataclass(slots=True)  # not frozen: one is made for every message, in a third of the time
class Decoded:
    """Decoded text. `detected` names the real set when the declared one did not fit, `at` is the first byte outside it.

    `damaged` says that bytes were no characters at all and were replaced.
    """

    text: str
    detected: str | None = None
    at: int = 0
    damaged: bool = False


def decoded(raw: bytes, identifier: str) -> Decoded:
    """The text of a message. Wrong declarations are found out: UTF-8 under Latin 1, Windows-1252, 8 bits under level A or B."""
    if raw.isascii():
        return Decoded(raw.decode("ascii"))
    declared = encoding(identifier)
    at = _first_eight_bit(raw)
    as_utf_8 = _try(raw, "utf-8")
    if as_utf_8 is not None:
        return Decoded(as_utf_8) if declared == "utf-8" else Decoded(as_utf_8, "UTF-8", at)
    if declared in ("utf-8", "ascii") or (declared == "iso8859-1" and _holds_controls(raw)):
        windows = _try(raw, "cp1252") if _holds_controls(raw) else None
        if windows is not None:
            return Decoded(windows, "Windows-1252", at)
        return Decoded(raw.decode("latin-1"), None if declared == "iso8859-1" else "ISO 8859-1", at)
    strict = _try(raw, declared)
    return Decoded(raw.decode(declared, errors="replace") if strict is None else strict, damaged=strict is None)


def outside(raw: bytes, identifier: str, service: bytes) -> int | None:
    """Offset of the first seven-bit character that the declared level does not have; None when all belong to it."""
    left = raw.translate(None, _allowed(identifier, service))
    return raw.find(left[:1]) if left else None


@lru_cache(maxsize=256)
def _allowed(identifier: str, service: bytes) -> bytes:
    """The bytes that are not judged here, or belong to the level."""
    levels = {"UNOA": _LEVEL_A, "UNOB": _LEVEL_B}
    return levels.get(identifier, bytes(range(32, 127))) + service + _LAYOUT + bytes(range(128, 256)) + b"\0"


def missing(text: str, identifier: str) -> set[str]:
    """The characters of a text that a syntax level does not have."""
    if identifier in ("UNOA", "UNOB"):
        allowed = _LEVEL_A if identifier == "UNOA" else _LEVEL_B
        return set(text) - set(allowed.decode("ascii"))
    codec = encoding(identifier)
    try:
        text.encode(codec)
    except UnicodeEncodeError:
        return {character for character in set(text) if not _encodes(character, codec)}
    return set()


def _encodes(character: str, codec: str) -> bool:
    try:
        character.encode(codec)
    except UnicodeEncodeError:
        return False
    return True


def _first_eight_bit(raw: bytes) -> int:
    match = _EIGHT_BIT.search(raw)
    return match.start() if match else 0


def _holds_controls(raw: bytes) -> bool:
    """Bytes 80 to 9F are controls in ISO 8859, which no trading partner means, and characters in Windows-1252."""
    return len(raw.translate(None, bytes(range(0x80, 0xA0)))) != len(raw)


def _try(raw: bytes, codec: str) -> str | None:
    try:
        return raw.decode(codec)
    except UnicodeDecodeError:
        return None
