"""Which of several layouts a file is written by, told by its first line; and whether files of two layouts can be told apart.

A header line names columns: the layout that knows most of them is the one. Other files begin with a record that says what it is.
"""

from collections.abc import Iterator, Sequence

from translators.findings import Findings
from translators.flatfile.layout import Condition, Layout, Record
from translators.flatfile.lines import lines
from translators.flatfile.rows import Grid
from translators.payload import Payload

_BEGINNING = 65_536
"""How many bytes of a file are looked at."""

Fit = tuple[float, int]
"""How well a layout fits: what share of what it expects is there, and how much that is."""


def recognised(layouts: Sequence[Layout], data: Payload) -> Layout:
    """The layout that the first line of a file fits best; the first one where several fit as well, or none does."""
    beginning = data[:_BEGINNING]
    return max(layouts, key=lambda layout: fit(layout, beginning))


def fit(layout: Layout, beginning: bytes) -> Fit:
    """How well a file that begins so fits a layout."""
    line = next(lines(beginning, 0, layout, Findings({}, limit=0), longest=_BEGINNING), None)
    if line is None:
        return 0.0, 0
    grid = Grid(layout)
    row = grid.row(line)
    if layout.header:
        there = {cell.strip() for cell in row.content[: row.length]} if isinstance(row.content, list) else set()
        known = len(there.intersection(layout.columns))
        return known / len(there | set(layout.columns)), known
    first = set(map(id, _first(layout)))
    told = [len(plan.when) for plan in grid.plans if id(plan.record) in first and row.plan is plan]
    return (1.0, told[0]) if told and told[0] else (0.0, 0)


def told_apart(one: Layout, other: Layout) -> bool:
    """Whether no file begins as both layouts want it."""
    if one.header or other.header:
        return set(one.columns) != set(other.columns)
    alike = (one.delimited, one.delimiter) == (other.delimited, other.delimiter)
    return alike and all(_differ(mine, theirs) for mine in _first(one) for theirs in _first(other))


def _first(layout: Layout) -> Iterator[Record]:
    """The records that a file may begin with."""
    if layout.header_record is not None:
        yield layout.header_record
    else:
        yield from (record for record in layout.document_records if record.begins_document or layout.whole_file)


def _differ(one: Record, other: Record) -> bool:
    """Whether no line is both records: they say different things at one place."""
    return any(_excludes(mine, theirs) for mine in one.when for theirs in other.when)


def _excludes(one: Condition, other: Condition) -> bool:
    return one.place == other.place and not set(one.values) & set(other.values)
