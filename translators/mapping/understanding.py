"""How much of a document was understood: what only lies beside it as extras must not pass for read.

Lenient reading (another version, a partner's own usage) can leave most of a document in its extras without a single error. Real
documents leave up to a third there; from a quarter on it is told, from a half on as a warning. The partner is told nothing:
where what was sent has no place with us, nothing is wrong with it.
"""

from collections.abc import Sequence
from typing import NamedTuple

from translators.finding import Severity

_MANY, _MOST = 4, 2
"""One of so many segments."""
_NAMED = 8


class Doubt(NamedTuple):
    """What is to be said of a document that was hardly understood."""

    severity: Severity
    text: str
    expected: str


def doubt(unread: Sequence[str], of: int, name: str, parts: str = "segments") -> Doubt | None:
    """What to say when the segments of these tags, among `of` segments, found no place in a document; None for nothing."""
    if _MANY * len(unread) < of or not unread:
        return None
    tags = list(dict.fromkeys(unread))
    told = ", ".join(tags[:_NAMED]) + (" …" if len(tags) > _NAMED else "")
    severity = Severity.WARNING if _MOST * len(unread) >= of else Severity.INFO
    what = name.replace("_", " ")
    text = f"{len(unread)} of {of} {parts} have no place in a {what} and are kept beside it as they are: {told}."
    return Doubt(severity, text, f"less than {of // _MANY or 1}")
