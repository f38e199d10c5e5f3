"""Checks and compiles one field of a record: its place, its target, its type, what it writes."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC
from typing import Any

from translators.flatfile.layout import Field, Place, Total
from translators.flatfile.moments import FormatInvalid, compiled
from translators.flatfile.paths import PathInvalid, Target, target_of
from translators.flatfile.shape import Shape
from translators.flatfile.table_reading import Table, suggestion
from translators.flatfile.values import CodeKind, FlagKind, Kind, MomentKind, NumberKind, TextKind, Unreadable

ENVELOPE = {"sender": "text", "receiver": "text", "control_number": "text", "test": "flag", "prepared": "date"}
"""What a header of the file may say about the whole: `to = "envelope.sender"`."""

TYPES = {"text": "text", "code": "text", "number": "number", "date": "date", "time": "date", "flag": "flag"}
"""The types of fields, and the type of member that each can fill."""

_ENVELOPE = "envelope."


@dataclass(frozen=True, slots=True)
class Setting:
    """What the layout says for all its fields."""

    root: Shape
    delimited: bool
    header: bool
    decimal_mark: str
    thousands: str
    empty: frozenset[str]
    tables: Mapping[str, Mapping[str, str]]


def field_of(table: Table, index: int, setting: Setting, *, scope: str) -> Field:
    """The field; a mistake leaves out what it spoils."""
    place = place_of(table, setting)
    target, envelope, leaf = _target(table, setting, scope)
    total = _total(table)
    kind = _kind(table, setting, leaf if total is None or leaf is not None else Shape("number"))
    right = kind.numeric or total is not None
    constant, default = _cell(table, "constant"), _cell(table, "default")
    field = Field(
        index,
        table.text("name") or (place.label if place else f"constant {index + 1}"),
        kind,
        place,
        target,
        envelope,
        constant,
        _value(table, "constant", constant, kind),
        default,
        table.flag("mandatory"),
        setting.empty | frozenset(table.texts("empty")),
        table.character("pad", "0" if right else " ") or " ",
        table.choice("justify", ("left", "right"), "right" if right else "left"),
        _longest(table, place),
        total,
        isinstance(kind, MomentKind) and not kind.format.day,
    )
    _value(table, "default", default, kind)
    _check_sense(table, field)
    table.finish()
    return field


def place_of(table: Table, setting: Setting) -> Place | None:
    """Where the field stands; None for a constant that stands nowhere."""
    if setting.delimited:
        if table.has("start") or table.has("length"):
            table.wrong("start and length are for fixed widths", 'write column = 3, or column = "Name" with a header line')
        column = table.raw("column")
        if column is None:
            return None
        if isinstance(column, str) and not setting.header:
            table.wrong(f'column = "{column}" needs a header line', "number the columns from 1, or write header = true above")
        elif (
            isinstance(column, bool)
            or not isinstance(column, int | str)
            or not column
            or (isinstance(column, int) and column < 1)
        ):
            table.wrong(f"column = {column} is no column", "number the columns from 1")
        else:
            return Place(column)
        return None
    if table.has("column"):
        table.wrong("column is for delimited files", "write start = 1 and length = 3")
    start, length = table.number("start"), table.number("length")
    if bool(start) != bool(length):
        table.wrong("start and length belong together", "write both: start = 1, length = 3")
    return Place(None, start, length) if start and length else None


def _target(table: Table, setting: Setting, scope: str) -> tuple[Target | None, str, Shape | None]:
    """Where the value goes: a member of the document, or of the envelope."""
    text = table.text("to")
    if not text:
        return None, "", None
    if text.startswith(_ENVELOPE):
        name = text.removeprefix(_ENVELOPE)
        if name not in ENVELOPE:
            table.wrong(f'"{text}" is not known', suggestion(name, ENVELOPE))
        elif scope != "file":
            table.wrong(f'"{text}" is said by a header of the file', 'move it to a record with begins = "file"')
        else:
            return None, name, Shape(ENVELOPE[name])
        return None, "", None
    if scope == "file":
        table.wrong(f'"{text}" is in a record of the file', f"write {_ENVELOPE}{{{'|'.join(ENVELOPE)}}}, or leave `to` out")
        return None, "", None
    try:
        target = target_of(text, setting.root)
    except PathInvalid as mistake:
        table.wrong(str(mistake), mistake.remedy)
        return None, "", None
    return target, "", target.leaf


def _kind(table: Table, setting: Setting, leaf: Shape | None) -> Kind:
    """The type of the field: the stated one, which must suit the member, else that of the member."""
    of_leaf = leaf.kind if leaf is not None else "text"
    usual = "code" if of_leaf == "text" and table.has("table") else of_leaf
    stated = table.choice("type", TYPES, usual) or usual
    if leaf is not None and TYPES[stated] != of_leaf:
        fitting = " or ".join(name for name, filled in TYPES.items() if filled == of_leaf)
        table.wrong(f'type = "{stated}" does not suit {table.text("to")}', f'write type = "{fitting}"')
        stated = usual
    makers = {"number": _number, "date": _moment, "time": _moment, "flag": _flag, "code": _code}
    maker = makers.get(stated)
    if maker is None:
        if leaf is not None and leaf.words:
            words = ", ".join(sorted(leaf.words))
            table.wrong(f"{table.text('to')} says one of: {words}", 'write type = "code" with a table of codes for these words')
        return TextKind()
    return maker(table, setting, leaf, stated)


def _number(table: Table, setting: Setting, _leaf: Shape | None, _stated: str) -> Kind:
    mark = table.character("decimal_mark", setting.decimal_mark) or "."
    thousands = table.character("thousands", setting.thousands)
    if mark == thousands:
        table.wrong(f'"{mark}" is both decimal mark and thousands', "write different characters")
    implied = table.number("implied_decimals", least=0, most=12)
    decimals = table.number("decimals", -1, least=0, most=12)
    if implied and decimals >= 0:
        table.wrong("decimals and implied_decimals exclude each other", "write one of them")
    return NumberKind(mark, "" if mark == thousands else thousands, implied, decimals if decimals >= 0 else None)


def _moment(table: Table, _setting: Setting, _leaf: Shape | None, stated: str) -> Kind:
    text = table.text("format")
    example = "hhmm" if stated == "time" else "YYYY-MM-DD"
    try:
        format_ = compiled(text or example)
        problem = "" if text else f"a {stated} has no format"
        if format_.day is (stated == "time"):
            problem = f'"{text}" is no format of a {stated}'
    except FormatInvalid as mistake:
        format_, problem = compiled(example), str(mistake)
    if problem:
        table.wrong(problem, f'write format = "{example}"')
    return MomentKind(format_)


def _flag(table: Table, _setting: Setting, _leaf: Shape | None, _stated: str) -> Kind:
    true, false = table.texts("true", ("Y", "1", "true")), table.texts("false", ("N", "0", "false"))
    if both := set(true) & set(false):
        table.wrong(f'"{min(both)}" means both true and false', "write it in one of them")
    return FlagKind(true, false)


def _code(table: Table, setting: Setting, leaf: Shape | None, _stated: str) -> Kind:
    name = table.text("table")
    words = setting.tables.get(name)
    if words is None:
        problem = f'there is no table "{name}"' if name else "a code has no table"
        table.wrong(problem, suggestion(name, setting.tables) if setting.tables else "add a [tables.NAME] of code = word")
        return TextKind()
    codes: dict[str, str] = {}
    for code, word in words.items():
        codes.setdefault(word, code)
    only = leaf.words if leaf is not None else frozenset()
    if only and (bad := sorted(set(codes) - only)):
        table.wrong(f'{table.text("to")} cannot be "{bad[0]}", a word of table {name}', suggestion(bad[0], sorted(only)))
    return CodeKind(name, words, codes, only)


def _total(table: Table) -> Total | None:
    """What the field claims about the records before it."""
    counts, sums = table.texts("counts"), table.text("sums")
    if counts and sums:
        table.wrong("counts and sums exclude each other", "write one of them")
    return Total(counts, "" if counts else sums) if counts or sums else None


def _cell(table: Table, key: str) -> str | None:
    """A text of a cell; numbers and booleans of TOML are taken as their text."""
    value = table.raw(key)
    if value is None or isinstance(value, str):
        return value
    if isinstance(value, int | float) and not isinstance(value, bool):
        return str(value)
    table.wrong(f"{key} = {value} is no text", f'write {key} = "…", as it stands in the file')
    return None


def _value(table: Table, key: str, text: str | None, kind: Kind) -> Any:
    """The canonical value of a constant or default."""
    if text is None:
        return None
    try:
        return kind.read(text, UTC)
    except Unreadable as error:
        table.wrong(f'{key} = "{text}" {error.message}', f"write {error.expected}")
        return None


def _longest(table: Table, place: Place | None) -> int:
    if place is not None and place.column is None:
        if table.has("max_length"):
            table.wrong("max_length is for delimited files", "the length says it already")
        return place.length
    return table.number("max_length")


def _check_sense(table: Table, field: Field) -> None:
    """A field must say or write something."""
    if field.place is None and field.constant is None:
        table.wrong("the field has no place", "write column, or start and length, or a constant")
    elif field.place is None and field.target is None:
        table.wrong("the constant goes nowhere", "write `to`, or a place where it stands")
    if field.place is None and (field.mandatory or field.default is not None or field.total):
        table.wrong("a constant without a place is always there", "leave mandatory, default, counts and sums out")
    if field.target is not None and field.target.appends and field.total:
        table.wrong("a total is one value", "leave [] out")
