"""What the readers of acknowledgements of all families share: errors made from wire codes, and verdicts put together."""

from collections.abc import Sequence
from typing import Any, Literal

from translators import wire_codes
from translators.canonical.functional_acknowledgement import ReportedError, Verdict
from translators.finding import Level

_MOST_DIGITS = 9


def given(**values: Any) -> dict[str, Any]:
    """What there is to say: the rest is not set, and so not written."""
    return {name: value for name, value in values.items() if value not in (None, "", ())}


def reported(
    level: Literal["interchange", "group", "document", "segment", "element"], code_list: str, code: str, **place: str | int | None
) -> ReportedError:
    """An error with the findings it may stand for. `place` are the members of `ReportedError` that name its place."""
    found = tuple(own.value for own in wire_codes.codes(code_list, code, Level(level), element=bool(place.get("element"))))
    return ReportedError(**given(level=level, code_list=code_list, codes=found, **place), code=code)


def combined(verdicts: Sequence[Verdict]) -> Verdict:
    """The verdict on a whole from those on its parts."""
    kinds = set(verdicts)
    if not kinds or kinds == {Verdict.UNKNOWN}:
        return Verdict.UNKNOWN
    if len(kinds) == 1:
        return verdicts[0]
    if kinds & {Verdict.REJECTED, Verdict.PARTLY_ACCEPTED}:
        return Verdict.PARTLY_ACCEPTED
    return Verdict.UNKNOWN if Verdict.UNKNOWN in kinds else Verdict.ACCEPTED_WITH_ERRORS


def number(text: str) -> int | None:
    """A count or a place; None for what is none."""
    text = text.strip()
    return int(text) if text.isascii() and text.isdigit() and len(text) <= _MOST_DIGITS else None
