"""Lists of a document that have more items than the standard has room for: they are written whole, and named."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import replace
from typing import Any

from translators.finding import Code, Finding
from translators.mapping.context import Writing
from translators.mapping.tree import Written, first_tag

_REPEATS = frozenset({Code.SEGMENT_REPEATS, Code.LOOP_REPEATS})


def note_crowded(out: Written, clauses: Iterable[Any], context: Writing) -> None:
    """Remember the lists of a level whose segments or loops are more than its table allows."""
    segments = Counter(row[0] for row in out.rows)
    loops = Counter(inner.key.partition(":")[0] for inner in out.loops)
    own = out.key.partition(":")[0]
    for found, are_loops in ((segments, False), (loops, True)):
        for tag, count in found.items():
            if count > 1 and tag != own and count > _room(out, tag, loops=are_loops):
                context.crowd(tag, _lists(clauses, tag))


def _room(out: Written, tag: str, *, loops: bool) -> int:
    return sum(child.maximum for child in out.node.children if bool(child.children) is loops and first_tag(child) == tag)


def _lists(clauses: Iterable[Any], tag: str) -> Iterable[str]:
    """The lists and maps that clauses about segments or loops of this tag fill."""
    for clause in clauses:
        if (getattr(clause, "tag", "") or clause.key.partition(":")[0]) == tag:
            yield from getattr(clause, "list_keys", ()) or getattr(clause, "spilling", ())


def named(findings: Iterable[Finding], context: Writing) -> list[Finding]:
    """Findings about a written document; those about too many segments say which list is too long."""
    return [_named(one, context) if one.code in _REPEATS else one for one in findings]


def _named(finding: Finding, context: Writing) -> Finding:
    lists = context.crowded.get(finding.position.tag or "")
    if not lists:
        return finding
    return replace(
        finding, message=f"{finding.message} Too long: {', '.join(lists)}.", actual=finding.actual or ", ".join(lists)[:80]
    )
