"""What a change of configuration comes to: differences grouped by what they are about, counted, a few of each shown. Pure.

A tally is small however much was compared: what several processes counted is added up.
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from gateway.domain.decided import Change

MOST_GROUPS: Final = 500
"""Further groups are only counted: whoever has more of them wants to see the first."""
MOST_EXAMPLES: Final = 5
_LONGEST = 200
"""Characters of a value that is shown."""

GroupKey = tuple[str, str, str, str]


@dataclass(frozen=True, slots=True)
class Example:
    """One document that differs: where to look it up, and what differs."""

    message: str
    number: str
    before: Any
    after: Any


@dataclass(slots=True)
class Group:
    """What differs in the same way."""

    count: int = 0
    examples: list[Example] = field(default_factory=list)


@dataclass(slots=True)
class ChangeTally:
    """How much was compared and what differs. `not_compared` counts by reason what could not be."""

    messages: int = 0
    documents: int = 0
    changed_messages: int = 0
    not_compared: Counter[str] = field(default_factory=Counter)
    groups: dict[GroupKey, Group] = field(default_factory=dict)
    beyond: int = 0

    def compared(self, message: str, documents: int, changes: Iterable[Change]) -> None:
        """A message was compared."""
        self.messages += 1
        self.documents += documents
        same = True
        for change in changes:
            self._changed(message, change)
            same = False
        self.changed_messages += not same

    def skipped(self, reason: str) -> None:
        """A message, or a part of one, could not be compared."""
        self.not_compared[reason] += 1

    def add(self, other: "ChangeTally") -> None:
        """What somebody else counted."""
        self.messages += other.messages
        self.documents += other.documents
        self.changed_messages += other.changed_messages
        self.not_compared += other.not_compared
        self.beyond += other.beyond
        for key, group in other.groups.items():
            mine = self._group(key)
            if mine is None:
                self.beyond += group.count
                continue
            mine.count += group.count
            mine.examples += group.examples[: MOST_EXAMPLES - len(mine.examples)]

    def _changed(self, message: str, change: Change) -> None:
        group = self._group((change.kind.value, change.partner, change.document, change.what))
        if group is None:
            self.beyond += 1
            return
        group.count += 1
        if len(group.examples) < MOST_EXAMPLES:
            group.examples.append(Example(message, change.number, _short(change.before), _short(change.after)))

    def _group(self, key: GroupKey) -> Group | None:
        if key not in self.groups and len(self.groups) >= MOST_GROUPS:
            return None
        return self.groups.setdefault(key, Group())

    def view(self) -> dict[str, Any]:
        """The same as JSON, the most frequent first."""
        ordered = sorted(self.groups.items(), key=lambda item: (-item[1].count, item[0]))
        return {
            "messages": self.messages,
            "documents": self.documents,
            "changed_messages": self.changed_messages,
            "not_compared": [{"reason": reason, "count": count} for reason, count in self.not_compared.most_common()],
            "groups": [_group_view(key, group) for key, group in ordered],
            "more_changes": self.beyond,
        }


def _group_view(key: GroupKey, group: Group) -> Mapping[str, Any]:
    kind, partner, document, what = key
    examples: Sequence[Mapping[str, Any]] = [
        {"message": one.message, "number": one.number, "before": one.before, "after": one.after} for one in group.examples
    ]
    return {"kind": kind, "partner": partner, "document": document, "what": what, "count": group.count, "examples": examples}


def _short(value: Any) -> Any:
    """A value that is small enough to be kept as an example; of one that is not, how it begins."""
    if value is None or isinstance(value, (bool, int, float)):
        return value
    text = value if isinstance(value, str) else repr(value)
    if len(text) > _LONGEST:
        return f"{text[:_LONGEST]}…"
    return value
