"""The subject and the text of mails to partners: templates with a few fields in braces. Pure."""

from collections.abc import Mapping
from datetime import datetime
from string import Formatter

FIELDS = ("name", "document", "control_number", "partner", "date", "time", "id")
"""`name` is that of the attached file; `date` and `time` are when the interchange was made, as in 2026-11-21 and 14:05."""


def wording_fault(text: str) -> str:
    """Why a template cannot be used, and what to write instead; empty when it can."""
    try:
        parts = list(Formatter().parse(text))
    except ValueError:
        return "it has unequal braces: write a field as {name}, a brace itself twice"
    for _, field, form, conversion in parts:
        if field is not None and (field not in FIELDS or form or conversion):
            return f"{{{field}}} is no field of a mail: use {', '.join(f'{{{known}}}' for known in FIELDS)}"
    return ""


def worded(text: str, facts: Mapping[str, str | datetime | None]) -> str:
    """The template with its fields filled; what is not known is left empty. `text` must have no fault."""
    return "".join(literal + (_said(field, facts) if field else "") for literal, field, _, _ in Formatter().parse(text))


def _said(field: str, facts: Mapping[str, str | datetime | None]) -> str:
    value = facts.get("created" if field in {"date", "time"} else field)
    if isinstance(value, datetime):
        return value.strftime("%Y-%m-%d" if field == "date" else "%H:%M")
    return value or ""
