"""What sentences about an acknowledgement quote of what was sent: a part of a document, which not everybody may read. Pure."""

from collections.abc import Mapping
from typing import Any, Final

_SENT: Final = " Sent: "


def with_quote(sentence: str, quote: str) -> str:
    """A sentence with the segment that it is about."""
    return f"{sentence}{_SENT}{quote}" if quote else sentence


def without_quotes(told: Any) -> Any:
    """What is told of a message or an acknowledgement, its sentences (`explanation`) without what they quote."""
    if isinstance(told, Mapping):
        return {name: _sentences(one) if name == "explanation" else without_quotes(one) for name, one in told.items()}
    return [without_quotes(one) for one in told] if isinstance(told, list | tuple) else told


def _sentences(lines: Any) -> Any:
    return [line.partition(_SENT)[0] for line in lines] if isinstance(lines, list | tuple) else lines
