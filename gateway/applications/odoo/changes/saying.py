"""What a record said last, and whether it says something new: the keys of notices. Pure.

A key is `<subject>:<count>:<word>:<fingerprint>`: `sale.order:27:2:changed:9f3c…`. The subject never changes, the count grows
with each statement about it, so that what goes back to what it was is news as well.
"""

from dataclasses import dataclass
from hashlib import blake2b

import orjson


@dataclass(frozen=True, slots=True)
class Said:
    """A statement about a subject: the how manieth, the word for what happened, and the fingerprint of what it said."""

    count: int
    word: str
    fingerprint: str

    @classmethod
    def parse(cls, key: str, subject: str) -> "Said | None":
        """From the key of a notice; None when it is of another subject or form."""
        if not key.startswith(f"{subject}:"):
            return None
        parts = key[len(subject) + 1 :].split(":")
        return cls(int(parts[0]), parts[1], parts[2]) if len(parts) == 3 and parts[0].isdecimal() else None

    def key(self, subject: str) -> str:
        """The key of the notice that says so."""
        return f"{subject}:{self.count}:{self.word}:{self.fingerprint}"


def subject_of(key: str) -> str:
    """The subject that a key is of."""
    return key.rsplit(":", 3)[0]


def next_said(before: Said | None, word: str, content: object) -> Said | None:
    """The statement of some content after another; None when that said the same, by whatever word."""
    now = Said(before.count + 1 if before else 1, word, fingerprint(content))
    return None if before is not None and before.fingerprint == now.fingerprint else now


def fingerprint(content: object) -> str:
    """A short name for JSON values, decimals, dates and tuples: equal content has equal names, whatever the order of keys."""
    text = orjson.dumps(content, default=_plain, option=orjson.OPT_SORT_KEYS | orjson.OPT_NON_STR_KEYS)
    return blake2b(text, digest_size=8).hexdigest()


def _plain(value: object) -> str:
    return str(value)
