"""Which passwords people may choose (NIST SP 800-63B, 5.1.1.2): long ones; how they are made up is their own affair. Pure."""

import unicodedata
from collections.abc import Collection
from typing import Final

SHORTEST: Final = 12
"""Characters."""
LONGEST: Final = 1024
"""Bytes: more is no password but work for our hash."""


def normalised(password: str) -> str:
    """The same characters, however a keyboard put them together (Unicode NFKC)."""
    return unicodedata.normalize("NFKC", password)


def is_hashable(password: str) -> bool:
    """Whether it could be a password at all: short enough, and no half characters."""
    try:
        return len(password) <= LONGEST and len(normalised(password).encode()) <= LONGEST
    except UnicodeEncodeError:
        return False


def complaint(password: str, *, names: Collection[str]) -> str:
    """Why a password cannot be chosen by somebody who is called by these names; empty when it can."""
    if not is_hashable(password):
        return f"the password is longer than {LONGEST} bytes, or holds what is no character"
    known = normalised(password)
    if len(known) < SHORTEST:
        return f"the password has {len(known)} characters; {SHORTEST} are needed: a sentence will do"
    if len(set(known)) < 3:
        return "the password is the same again and again"
    if known.strip().casefold() in {normalised(name).casefold() for name in names if name}:
        return "the password is the name"
    return ""
