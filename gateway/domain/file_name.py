"""File names for partners: templates with date and sequence, and what makes a name unfit. Pure; for every channel with files.

A template is text with fields in braces: `ORDRSP_{date}_{sequence:06}.edi`. `{date}` and `{time}` take a form of strftime
(`{date:%y%m%d}`), `{sequence}` and `{control_number}` a width with leading zeros: a sequence begins again at 0 when the width is
used up. The same facts give the same name, so that a repeat of a delivery is the same file.
"""

import unicodedata
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from string import Formatter

LONGEST_NAME = 200
"""Bytes of a file name: partners' systems add to it."""

_DATE_FORM, _TIME_FORM = "%Y%m%d", "%H%M%S"
_DIRECTIVES = frozenset("YymdHMSjGV")
_WIDEST = 12


class TemplateInvalid(ValueError):
    """A template that cannot be used; the message says what to write instead."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FileFacts:
    """What a name can be made of. `name` is the name without a template, `created` when the interchange was made (in the zone of
    the partner), `sequence` counts the channel's files.
    """

    name: str
    created: datetime | None = None
    sequence: int | None = None
    control_number: str | None = None
    document: str | None = None
    partner: str | None = None
    id: str | None = None


FIELDS = ("name", "stem", "ending", "date", "time", "sequence", "control_number", "document", "partner", "id")
"""The fields of a template. `stem` and `ending` are the name before and from its last dot."""


@dataclass(frozen=True, slots=True)
class FileNameTemplate:
    """A template that was found to be usable. Made by `parse`."""

    text: str
    _parts: tuple[tuple[str, str | None, str], ...]

    @classmethod
    def parse(cls, text: str, *, fields: Collection[str] = FIELDS) -> "FileNameTemplate":
        """A template whose fields are all among `fields`. Raises TemplateInvalid."""
        try:
            parts = tuple((literal, field, form or "") for literal, field, form, _ in Formatter().parse(text))
        except ValueError as error:
            raise TemplateInvalid(f"{text!r} has unequal braces: write a field as {{date}}, a brace itself twice") from error
        for literal, field, form in parts:
            _check_literal(literal)
            if field is not None:
                _check_field(field, form, fields)
        return cls(text, parts)

    @property
    def fields(self) -> frozenset[str]:
        """The fields it uses."""
        return frozenset(field for _, field, _ in self._parts if field)

    def render(self, facts: FileFacts) -> str:
        """The name. Raises ValueError when a fact is missing, or the name would be unfit."""
        name = "".join(literal + (_filled(field, form, facts) if field else "") for literal, field, form in self._parts)
        fault = name_fault(name)
        if fault:
            raise ValueError(f"the file name {name!r} cannot be used: {fault}")
        return name

    def pattern(self) -> str:
        """A pattern, as of fnmatch, that every name it renders matches."""
        return "".join(_literally(literal) + ("*" if field else "") for literal, field, _ in self._parts)


def name_fault(name: str) -> str:
    """Why a name must not become a file of a folder; empty when it may. Strict, because partners' systems read it too."""
    if not name or len(name.encode("utf-8", "replace")) > LONGEST_NAME:
        return f"it must have 1 to {LONGEST_NAME} bytes"
    if name.startswith(".") or name.endswith((".", " ")):
        return "it must not begin with a dot, nor end in a dot or a blank"
    if any(character in '/\\:*?"<>|' or unicodedata.category(character).startswith("C") for character in name):
        return "it must not hold path separators, wildcards, quotes or control characters"
    return ""


def foreign_name_fault(name: str) -> str:
    """Why a name that a partner's server lists is not touched; empty when it may be."""
    if len(name.encode("utf-8", "surrogateescape")) > 255:
        return "it is longer than 255 bytes"
    if not name or any(character in "/\\" or unicodedata.category(character) == "Cc" for character in name):
        return "it holds a path separator or a control character, and may lead out of the folder"
    return ""


def _check_literal(literal: str) -> None:
    if literal and (set(literal) & set('/\\:*?"<>|') or any(unicodedata.category(c).startswith("C") for c in literal)):
        raise TemplateInvalid(f"{literal!r} does not belong into a file name: no path separators, wildcards or quotes")


def _check_field(field: str, form: str, fields: Collection[str]) -> None:
    if field not in fields:
        raise TemplateInvalid(f"{{{field}}} is no field of this name: use {', '.join(f'{{{known}}}' for known in fields)}")
    if field in ("date", "time"):
        directives = form.split("%")[1:]
        if form and (not directives or any(not part or part[0] not in _DIRECTIVES for part in directives)):
            raise TemplateInvalid(f"{{{field}:{form}}}: write a form as in {{date:%Y%m%d}} or {{time:%H%M%S}}")
        _check_literal("".join(part[1:] for part in directives))
    elif form and not (field in ("sequence", "control_number") and form.isdecimal() and 1 <= int(form) <= _WIDEST):
        raise TemplateInvalid(f"{{{field}:{form}}}: only {{sequence:06}} and {{control_number:09}} take a width, up to {_WIDEST}")


def _filled(field: str, form: str, facts: FileFacts) -> str:
    if field in ("stem", "ending"):
        stem, dot, ending = facts.name.rpartition(".")
        return (stem if dot else facts.name) if field == "stem" else dot + ending if dot else ""
    value = facts.created if field in ("date", "time") else getattr(facts, field)
    if value is None:
        raise ValueError(f"there is no {field} for this file's name")
    if isinstance(value, datetime):
        return value.strftime(form or (_DATE_FORM if field == "date" else _TIME_FORM))
    if isinstance(value, int):
        return f"{value % 10 ** int(form):0{int(form)}}" if form else str(value)
    return str(value).zfill(int(form)) if form else str(value)


def _literally(text: str) -> str:
    return "".join(f"[{character}]" if character in "[]*?" else character for character in text)
