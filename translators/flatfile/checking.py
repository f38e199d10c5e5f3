"""Checks a layout, which arrives as a parsed TOML table, and makes it a value. Every mistake says where it is."""

import codecs
from collections.abc import Mapping
from typing import Any

from translators.canonical import NAMES, model_of
from translators.canonical.base import CanonicalDocument
from translators.contract import Identity
from translators.errors import LayoutInvalid
from translators.flatfile.field_checking import Setting
from translators.flatfile.layout import DOCUMENT, LINE_ENDS, Field, Layout, Place, Record
from translators.flatfile.paths import levels_above
from translators.flatfile.record_checking import record_of
from translators.flatfile.shape import Shape, shape_of
from translators.flatfile.table_reading import Mistakes, Table, suggestion

_TOP = "at the top"
_UNFIT = ("utf-7", "utf-32", "idna", "punycode", "unicode", "raw", "iso2022", "hz", "undefined", "mbcs", "oem")
"""Encodings in which a line cannot be told from the next by its bytes, or that are none of files."""


def layout(parsed: Mapping[str, Any]) -> Layout:
    """The layout that a parsed TOML document describes. Raises LayoutInvalid, which names every mistake."""
    mistakes = Mistakes()
    table = Table(parsed, _TOP, mistakes)
    document = _document(table)
    name = table.text("name") or document or "without a name"
    if document is None:
        raise LayoutInvalid(name, tuple(mistakes.found))
    model = model_of(document)
    setting = _setting(table, Shape("part", model=model), mistakes)
    found = _layout(table, name, model, setting, mistakes)
    _check(found, table)
    if mistakes.found:
        raise LayoutInvalid(name, tuple(mistakes.found))
    return found


def _document(table: Table) -> str | None:
    """The canonical document that the file holds."""
    name = table.text("document")
    if not name:
        table.wrong("the layout does not say which document the file holds", 'write document = "purchase_order"')
    elif name not in NAMES:
        table.wrong(f'document = "{name}" is not known', suggestion(name, NAMES))
    elif "extras" not in model_of(name).model_fields:
        table.wrong(f"{name} is not said in flat files", 'write a business document, as document = "purchase_order"')
    else:
        return name
    return None


def _setting(table: Table, root: Shape, mistakes: Mistakes) -> Setting:
    form = table.choice("form", ("delimited", "fixed"))
    if not form and not table.raw("form"):
        table.wrong("the layout does not say how columns are told", 'write form = "delimited" or form = "fixed"')
    mark, thousands = table.character("decimal_mark", ".") or ".", table.character("thousands", "")
    return Setting(
        root,
        form != "fixed",
        table.flag("header"),
        mark,
        thousands,
        frozenset(table.texts("empty")),
        _tables(table.raw("tables"), mistakes),
    )


def _tables(value: Any, mistakes: Mistakes) -> dict[str, dict[str, str]]:
    """The tables of codes and words."""
    found: dict[str, dict[str, str]] = {}
    if value is None:
        return found
    if not isinstance(value, Mapping):
        mistakes.add("tables", "tables are written each under a name", 'write [tables.units] and below it "ST" = "EA"')
        return found
    for name, words in value.items():
        if not isinstance(words, Mapping) or not words:
            mistakes.add(f"tables.{name}", "there is nothing in it", '[tables.NAME] has lines of "code" = "word"')
            found[name] = {}
            continue
        for code, word in words.items():
            if not isinstance(word, str) or not word:
                mistakes.add(f"tables.{name}", f"the word for {code} is no text", f'write "{code}" = "…"')
        found[name] = {str(code): str(word) for code, word in words.items()}
    return found


def _layout(table: Table, name: str, model: type[CanonicalDocument], setting: Setting, mistakes: Mistakes) -> Layout:
    """The layout from its settings and records."""
    delimiter, quote = _separators(table, setting)
    encoding = _encoding(table)
    line_end = table.choice("line_end", LINE_ENDS, "lf")
    length = table.number("record_length")
    if line_end == "none" and (setting.delimited or not length):
        table.wrong("without line ends a file has records of one length", 'write form = "fixed" and record_length = 80')
    if length and setting.delimited:
        table.wrong("record_length is for fixed widths", "leave it out")
    records = _records(table, setting, mistakes)
    levels = {DOCUMENT, *(level for record in records for opening in record.opens for level in levels_above(opening.level))}
    ordered = tuple(sorted(levels, key=lambda level: (level.count("[]"), level)))
    targets = [field.target for record in records for field in record.fields if field.target is not None]
    found = Layout(
        name=name,
        document=model.NAME,
        model=model,
        delimited=setting.delimited,
        delimiter=delimiter,
        quote=quote,
        header=setting.header,
        columns=_columns(records) if setting.header else (),
        encoding=encoding,
        line_end=LINE_ENDS[line_end],
        line_end_stated=table.has("line_end"),
        record_length=length,
        decimal_mark=setting.decimal_mark,
        sender=_identity(table.text("sender")),
        receiver=_identity(table.text("receiver")),
        test=table.flag("test"),
        records=records,
        levels=ordered,
        with_extras=frozenset(level for level in ordered if _has_extras(setting.root, level)),
        gaps=any(isinstance(step.pick, int) for target in targets for step in target.steps),
    )
    table.finish()
    return found


def _separators(table: Table, setting: Setting) -> tuple[str, str]:
    """The delimiter and the quote."""
    delimiter, quote = table.character("delimiter", ","), table.character("quote", '"')
    if not setting.delimited and (table.has("delimiter") or table.has("quote") or setting.header):
        table.wrong("delimiter, quote and header are for delimited files", 'leave them out, or write form = "delimited"')
    if setting.delimited and (not delimiter or delimiter == quote or delimiter in "\r\n"):
        table.wrong(f"{delimiter!r} cannot be the delimiter", 'write delimiter = ";"')
        delimiter = "," if quote != "," else ";"
    return delimiter, quote


def _records(table: Table, setting: Setting, mistakes: Mistakes) -> tuple[Record, ...]:
    written = table.tables("record")
    if not written:
        table.wrong("the layout describes no record", "write [[record]] for each kind of line")
    records = []
    for index, value in enumerate(written):
        name = value.get("name") if isinstance(value, Mapping) else None
        where = f'record "{name}"' if isinstance(name, str) and name else f"record {index + 1}"
        records.append(record_of(Table(value, where, mistakes), index, setting, mistakes))
    return tuple(records)


def _encoding(table: Table) -> str:
    name = table.text("encoding", "utf-8")
    try:
        found = codecs.lookup(name)
        "1".encode(name)
        fit = not found.name.startswith(_UNFIT)
    except (LookupError, ValueError, AttributeError, TypeError):  # not known, or no encoding of text
        fit, found = False, codecs.lookup("utf-8")
    if not fit:
        table.wrong(f'encoding = "{name}" is not known', "write utf-8, windows-1252, iso8859-1, utf-16, cp850 …")
    return found.name if fit else "utf-8"


def _identity(text: str) -> Identity:
    """An identity as it is written in routes.toml: qualifier and id, or the id alone."""
    qualifier, colon, name = text.partition(":")
    return Identity(qualifier, name) if colon else Identity("", text)


def _columns(records: tuple[Record, ...]) -> tuple[str, ...]:
    """The names of columns in the order of the layout, each once."""
    places = [place for record in records for place in places_of(record)]
    return tuple(dict.fromkeys(place.column for place in places if isinstance(place.column, str)))


def places_of(record: Record) -> list[Place]:
    """All places of a record that mean something."""
    told = [condition.place for condition in record.when]
    return told + [field.place for field in record.fields if field.place is not None]


def _has_extras(root: Shape, level: str) -> bool:
    """Whether the items of a level can keep extras."""
    shape = root
    for name in level.replace("[]", "").split(".") if level else ():
        found = shape.member(name)
        if found is None:
            return False
        shape = shape_of(found.of) if found.kind == "list" else found
    return shape.model is not None and "extras" in shape.model.model_fields


def _check(found: Layout, table: Table) -> None:
    """What only all records together can get wrong."""
    names = [record.name for record in found.records]
    for name in sorted({name for name in names if names.count(name) > 1}):
        table.wrong(f'two records are called "{name}"', "give each a name of its own")
    for record in found.records:
        where = Table({}, f'record "{record.name}"', table.mistakes)
        _check_told_apart(found, record, where)
        _check_levels(found, record, where)
        for field in record.fields:
            _check_total(found, record, field, where)
    _check_file_records(found, table)
    if found.header and any(isinstance(place.column, int) for record in found.records for place in places_of(record)):
        table.wrong("with a header line columns are named", 'write column = "Name" for each')


def _check_told_apart(found: Layout, record: Record, where: Table) -> None:
    untold = [other for other in found.records if not other.when]
    if not record.when and len(untold) > 1 and record is not untold[0]:
        where.wrong("nothing tells its lines from those of others", 'write when = { column = 1, value = "…" }')
    if not record.when and record is not found.records[-1] and len(found.records) > 1:
        where.wrong("it takes every line, and the records behind it get none", "put the record without `when` last")


def _check_levels(found: Layout, record: Record, where: Table) -> None:
    """Every level that a record speaks of must be begun by a record: itself or another."""
    opened = {opening.level for other in found.records for opening in other.opens}
    own = levels_above(record.level)
    for field in record.fields:
        if field.target is None:
            continue
        if field.target.level not in opened | {DOCUMENT}:
            level = field.target.level
            where.wrong(
                f'no record begins items of {level}, which "{field.target.text}" is in',
                f'write into = "{level.removesuffix("[]")}", or [0], or [kind=…]',
            )
        elif field.target.level not in own:
            where.wrong(f'"{field.target.text}" is beside {record.level}, not in it', "move it to a record of its own")
    for level in own:
        if level and level not in opened:
            where.wrong(
                f"no record begins items of {level}", f'write into = "{level.removesuffix("[]")}" in the record that does'
            )


def _check_total(found: Layout, record: Record, field: Field, where: Table) -> None:
    if field.total is None:
        return
    known = {other.name for other in found.records} | {"*"} | ({"documents"} if record.scope == "file" else set())
    for name in field.total.counts:
        if name not in known:
            where.wrong(f'there is no record "{name}" to count', suggestion(name, sorted(known)))
    if field.total.sums:
        summed = {
            other.target.text
            for each in found.records
            for other in each.fields
            if other.target is not None and other.kind.numeric and other.total is None
        }
        if field.total.sums not in summed:
            where.wrong(f'no number goes to "{field.total.sums}"', suggestion(field.total.sums, sorted(summed)))


def _check_file_records(found: Layout, table: Table) -> None:
    for ends, word in ((False, "begins"), (True, "ends")):
        if sum(record.scope == "file" and record.ends is ends for record in found.records) > 1:
            table.wrong(f"the file {word} with several records", f'write {word} = "file" in one record')
    if not found.document_records:
        table.wrong("no record says anything of a document", 'write begins = "document" in a record')
    if sum(record.begins_document for record in found.records) > 1:
        table.wrong("documents begin with several records", 'write begins = "document" in one record')
