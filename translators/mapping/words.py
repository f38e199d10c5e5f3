"""Codes of a standard and the canonical words for them, both ways."""

from collections.abc import Mapping


class Words:
    """A table of codes and words. Several codes may mean one word: the first of them is the one that is written.

    A code without a word is its own word (in small letters with `lower`, and behind `prefix` where one is given), so that
    nothing is lost on the way back. Words that are made into codes of more than `longest` characters have no code.
    """

    __slots__ = ("_codes", "_longest", "_lower", "_prefix", "_words", "listed")

    def __init__(self, words: Mapping[str, str], *, prefix: str = "", lower: bool = False, longest: int = 0) -> None:
        self._longest = longest or 1000
        self._words = dict(words)
        self._prefix = f"{prefix}_" if prefix else ""
        self._lower = lower or bool(prefix)
        self._codes: dict[str, str] = {}
        for code, word in words.items():
            self._codes.setdefault(word, code)
        self.listed = tuple(self._codes)
        """The words there are, in the order of the table."""

    def known(self, code: str) -> str | None:
        """The word for a code, None for a code that the table does not have."""
        return self._words.get(code)

    def word(self, code: str) -> str:
        """The word for a code; for one that the table does not have, a word made of it."""
        found = self._words.get(code)
        if found is not None:
            return found
        return f"{self._prefix}{code.lower()}" if self._lower else code

    def code(self, word: str) -> str | None:
        """The code that is written for a word; None for a word that no code stands for."""
        found = self._codes.get(word)
        if found is not None:
            return found
        if not self._lower:
            made = "" if any(map(str.islower, word)) else word  # words are small, codes are not
        else:
            made = word[len(self._prefix) :].upper() if word.startswith(self._prefix) else ""
        return made if 0 < len(made) <= self._longest else None

    @property
    def longest(self) -> int:
        """How many characters a code may have."""
        return self._longest

    @property
    def table(self) -> dict[str, str]:
        """All codes that have a word, and their words."""
        return self._words

    @property
    def usual(self) -> dict[str, str]:
        """The codes of the table that are written again for their words: nothing needs to be kept beside the word."""
        return {code: word for code, word in self._words.items() if self._codes[word] == code}

    def preferred(self, code: str) -> bool:
        """Whether the code is what would be written for its word, so that it need not be kept beside it."""
        return self.code(self.word(code)) == code
