"""Names the cells of a flat file for people, without judging them."""

from collections.abc import Iterator

from translators.findings import Findings
from translators.flatfile.layout import DOCUMENT, Layout
from translators.flatfile.lines import lines
from translators.flatfile.rows import Grid, Row
from translators.parsed import ParsedElement, ParsedSegment

_ANY_LENGTH = 1 << 30


def parse(data: bytes, start: int, layout: Layout) -> Iterator[ParsedSegment]:
    """Every line from `start` on, as the record it is, each of its cells with the member that it goes to."""
    findings, grid = Findings({}, limit=1), Grid(layout)
    every = lines(data, start, layout, findings, longest=_ANY_LENGTH)
    if layout.header and (head := next(every, None)) is not None:
        grid.head(head, findings)
        yield ParsedSegment("header", "", head.offset, 0, head.text, ())
    for row in grid.rows(every):
        yield _segment(row)


def _segment(row: Row) -> ParsedSegment:
    plan = row.plan
    if plan is None:
        return ParsedSegment("?", "unknown record", row.line.offset, 0, row.line.text, ())
    elements = [
        ParsedElement(each.label, each.target.text if each.target is not None else each.envelope, ((row.text(key),),))
        for each, key in plan.fields
        if key is not None
    ]
    elements += [ParsedElement(label, "", ((row.text(key),),)) for label, key in plan.surplus if row.text(key)]
    depth = 0 if plan.record.scope == "file" else 1 + plan.record.level.count("[]") * (plan.record.level != DOCUMENT)
    return ParsedSegment(plan.record.name, plan.record.level, row.line.offset, depth, row.line.text, tuple(elements))
