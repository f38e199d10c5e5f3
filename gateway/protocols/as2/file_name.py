"""Whether a file name that came with a document may be used as one (the 2026 draft's `illegal-filename`)."""

LONGEST_NAME = 255
"""Bytes a name may have on the file systems there are."""

_NEVER = frozenset('/\\:*?"<>|')
_RESERVED = frozenset({"con", "prn", "aux", "nul", *(f"{port}{number}" for port in ("com", "lpt") for number in range(1, 10))})


def refuse_file_name(name: str) -> str | None:
    """Why a name is not to be used, or None when it may be: no folders, no control characters, nothing systems reserve."""
    if not name.strip(". "):
        return "the file name is empty or made of dots"
    if any(letter in _NEVER or not letter.isprintable() for letter in name):
        return "the file name has a separator of folders, a wildcard or a control character"
    if len(name.encode("utf-8", "replace")) > LONGEST_NAME:
        return f"the file name has more than {LONGEST_NAME} bytes"
    if name.partition(".")[0].strip().lower() in _RESERVED or name.endswith((".", " ")):
        return "the file name is one that an operating system keeps for itself"
    return None
