"""Counts and sums of records: what trailers claim, checked and written."""

from collections import Counter
from dataclasses import dataclass, field
from decimal import Decimal

from translators.flatfile.layout import Layout, Record, Total
from translators.flatfile.rows import Row

_EVERY = "*"
_DOCUMENTS = "documents"


@dataclass(slots=True)
class Tally:
    """How many records of each name there were, how many documents, and the sums of what went to some paths."""

    records: Counter[str] = field(default_factory=Counter)
    documents: int = 0
    sums: dict[str, Decimal] = field(default_factory=dict)

    def count(self, name: str) -> None:
        """One more record of a name."""
        self.records[name] += 1

    def add(self, path: str, value: Decimal) -> None:
        """One more number that went to a path."""
        self.sums[path] = self.sums.get(path, Decimal(0)) + value

    def include(self, other: "Tally") -> None:
        """Take in the tally of a document."""
        self.records.update(other.records)
        for path, value in other.sums.items():
            self.add(path, value)

    def value(self, total: Total) -> Decimal:
        """What a total should be."""
        if total.sums:
            return self.sums.get(total.sums, Decimal(0))
        counted = sum(self.documents if name == _DOCUMENTS else self._counted(name) for name in total.counts)
        return Decimal(counted)

    def _counted(self, name: str) -> int:
        return self.records.total() if name == _EVERY else self.records[name]


def summed_paths(layout: Layout) -> frozenset[str]:
    """The paths whose numbers some total adds up."""
    totals = (field.total for record in layout.records for field in record.fields if field.total is not None)
    return frozenset(total.sums for total in totals if total.sums)


def sentence(record: Record, total: Total, *, claimed: Decimal, actual: Decimal) -> str:
    """What does not agree, in words."""
    if total.sums:
        return f"{record.name} says that {total.sums} add up to {claimed}, they add up to {actual}."
    what = "records" if total.counts == (_EVERY,) else " and ".join(total.counts)
    return f"{record.name} counts {claimed} {what}, there are {actual}."


@dataclass(frozen=True, slots=True)
class Claim:
    """A total as it stands in a record, to be checked when everything was read."""

    row: Row
    record: Record
    label: str
    total: Total
    value: Decimal
    key: int | slice | None
