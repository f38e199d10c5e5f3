"""Checks and compiles one kind of record: how it is told, what it begins, what it ends."""

from collections.abc import Mapping
from typing import Any

from translators.flatfile.field_checking import Setting, field_of, place_of
from translators.flatfile.layout import DOCUMENT, Condition, Field, Opening, Record
from translators.flatfile.paths import PathInvalid, level_of, levels_above
from translators.flatfile.table_reading import Mistakes, Table, suggestion

_SCOPES = ("document", "file")


def record_of(table: Table, index: int, setting: Setting, mistakes: Mistakes) -> Record:
    """The record; mistakes leave out what they spoil."""
    name = table.text("name") or f"record{index + 1}"
    begins, ends = table.choice("begins", _SCOPES), table.choice("ends", _SCOPES)
    if begins and ends:
        table.wrong("a record cannot both begin and end something", "write begins or ends")
    scope = "file" if "file" in (begins, ends) else "document"
    fields = _fields(table, setting, mistakes, scope)
    into = _into(table, setting, scope)
    opens = _opens(table, setting, fields, begins, into, scope)
    record = Record(
        index,
        name,
        _when(table, setting, mistakes),
        scope,
        bool(ends),
        _level(fields, into),
        opens,
        table.flag("mandatory"),
        fields,
    )
    _check_places(table, record)
    table.finish()
    return record


def _fields(table: Table, setting: Setting, mistakes: Mistakes, scope: str) -> tuple[Field, ...]:
    fields: list[Field] = []
    for number, value in enumerate(table.tables("fields")):
        where = f"{table.where}, field {number + 1}"
        field = field_of(Table(value, where, mistakes), number, setting, scope=scope)
        fields.append(field)
    return tuple(_with_clocks(fields, table))


def _with_clocks(fields: list[Field], table: Table) -> list[Field]:
    """Times of day need the date that they belong to."""
    days = {field.target.text for field in fields if field.target is not None and not field.clock}
    for field in fields:
        if field.clock and field.target is not None and field.target.text not in days:
            remedy = f'add a field with to = "{field.target.text}" and type = "date"'
            table.wrong(f'the time of "{field.target.text}" has no date in this record', remedy)
    return fields


def _into(table: Table, setting: Setting, scope: str) -> str:
    text = table.text("into")
    if not text:
        return DOCUMENT
    if scope == "file":
        table.wrong("a record of the file adds no items", "leave `into` out")
        return DOCUMENT
    try:
        return level_of(text, setting.root)
    except PathInvalid as mistake:
        table.wrong(str(mistake), mistake.remedy)
        return DOCUMENT


def _level(fields: tuple[Field, ...], into: str) -> str:
    """The deepest level that the record says something about."""
    levels = [into, *(field.target.level for field in fields if field.target is not None)]
    return max(levels, key=lambda level: level.count("[]"))


def _opens(table: Table, setting: Setting, fields: tuple[Field, ...], begins: str, into: str, scope: str) -> tuple[Opening, ...]:
    """The levels that a record begins items of, the outermost first."""
    keys = _keys(table, setting, fields)
    if scope == "file":
        if keys:
            table.wrong("a record of the file is not grouped", "leave group_by out")
        return ()
    if DOCUMENT in keys and begins != "document":
        table.wrong("group_by begins documents, and the record does not", 'write begins = "document"')
    opens = {}
    if begins == "document":
        opens[DOCUMENT] = Opening(DOCUMENT, keys.get(DOCUMENT, ()))
    opens |= {level: Opening(level, of_level) for level, of_level in keys.items() if level != DOCUMENT}
    if into != DOCUMENT:
        opens.setdefault(into, Opening(into))
    _check_chain(table, set(opens), set(keys), into)
    return tuple(sorted(opens.values(), key=lambda opening: opening.level.count("[]")))


def _check_chain(table: Table, opened: set[str], keyed: set[str], into: str) -> None:
    """A record begins items of levels that lie in each other, without a level between them left out."""
    above = levels_above(into)
    for level in sorted(keyed - set(above)):
        table.wrong(f"group_by names {level}, which the record does not add to", f'write into = "{level.removesuffix("[]")}"')
    outermost = min(opened, key=len, default=None)
    for level in above if outermost is not None else ():
        if level not in opened and outermost in levels_above(level):
            name = level.removesuffix("[]")
            table.wrong(f"it begins items around {level}, and none of {level}", f'add "{name}" = [columns] to group_by')


def _keys(table: Table, setting: Setting, fields: tuple[Field, ...]) -> dict[str, tuple[int, ...]]:
    """The fields that tell items of a level apart, by level."""
    written = table.raw("group_by")
    if written is None:
        return {}
    if not isinstance(written, Mapping):
        return {DOCUMENT: _key(table, written, fields)}
    found = {}
    for name, columns in written.items():
        try:
            level = DOCUMENT if name == "document" else level_of(name, setting.root)
        except PathInvalid as mistake:
            table.wrong(f"group_by: {mistake}", mistake.remedy)
            continue
        found[level] = _key(table, columns, fields)
    return found


def _key(table: Table, columns: Any, fields: tuple[Field, ...]) -> tuple[int, ...]:
    by_name: dict[Any, int] = {}
    for field in fields:
        if field.place is not None:
            by_name.setdefault(field.label, field.index)
            by_name.setdefault(field.place.column, field.index)
    found = []
    for column in columns if isinstance(columns, list) else [columns]:
        if isinstance(column, int | str) and column in by_name:
            found.append(by_name[column])
        else:
            names = [str(name) for name in by_name if name is not None]
            table.wrong(f'group_by: there is no field "{column}"', suggestion(str(column), names))
    return tuple(found)


def _when(table: Table, setting: Setting, mistakes: Mistakes) -> tuple[Condition, ...]:
    """How lines of this kind are told."""
    found = []
    for number, value in enumerate(table.tables("when")):
        condition = Table(value, f"{table.where}, when {number + 1}", mistakes)
        place, values = place_of(condition, setting), condition.texts("value")
        if place is None:
            condition.wrong("it does not say where", "write column = 1, or start = 1 and length = 3")
        if not values:
            condition.wrong("it does not say what stands there", 'write value = "H"')
        if place is not None and place.length:
            for text in values:
                if len(text) > place.length:
                    condition.wrong(f'"{text}" is longer than {place.length}', f"write length = {len(text)}")
        condition.finish()
        if place is not None and values:
            found.append(Condition(place, tuple(text.strip() for text in values)))
    return tuple(found)


def _check_places(table: Table, record: Record) -> None:
    """No two fields may stand at one place, as the later would overwrite the earlier."""
    placed = [(condition.place, "when") for condition in record.when]
    placed += [(field.place, field.label) for field in record.fields if field.place is not None]
    for number, (place, name) in enumerate(placed):
        for other, other_name in placed[:number]:
            if place.column is not None and place.column == other.column:
                table.wrong(f"column {place.column} is taken twice", "name each column once")
            elif place.column is None and place.start < other.start + other.length and other.start < place.start + place.length:
                table.wrong(f"{name} ({place.label}) overlaps {other_name} ({other.label})", "correct start or length")
    if not record.fields and not record.when:
        table.wrong("it says nothing", "add fields")
