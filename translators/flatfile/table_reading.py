"""Reads the tables of a layout, collecting every mistake with its place and what to write instead."""

from collections.abc import Iterable, Mapping
from typing import Any

Mistake = tuple[str, str, str]


class Mistakes:
    """All mistakes of a layout."""

    __slots__ = ("found",)

    def __init__(self) -> None:
        self.found: list[Mistake] = []

    def add(self, where: str, problem: str, remedy: str) -> None:
        """Note a mistake: where, what is wrong, what to write instead."""
        self.found.append((where, problem, remedy))


class Table:
    """One table of the layout. Each key is asked for by its type; `finish` notes the keys that nobody asked for."""

    def __init__(self, value: Any, where: str, mistakes: Mistakes) -> None:
        self.where = where
        self.mistakes = mistakes
        self._asked: set[str] = set()
        self._value: Mapping[str, Any] = {}
        if isinstance(value, Mapping):
            self._value = value
        else:
            self.wrong(f"{value!r} is no table", "write { … }")

    def wrong(self, problem: str, remedy: str) -> None:
        """Note a mistake in this table."""
        self.mistakes.add(self.where, problem, remedy)

    def has(self, key: str) -> bool:
        """Whether the key is there."""
        self._asked.add(key)
        return key in self._value

    def raw(self, key: str) -> Any:
        """The value as it is; None where there is none."""
        self._asked.add(key)
        return self._value.get(key)

    def text(self, key: str, default: str = "") -> str:
        """A text."""
        value = self.raw(key)
        if value is None:
            return default
        if not isinstance(value, str):
            self.wrong(f"{key} = {_toml(value)} is no text", f'write {key} = "{value}"')
            return default
        return value

    def character(self, key: str, default: str) -> str:
        """A text of one character, or of none."""
        value = self.text(key, default)
        if len(value) > 1:
            self.wrong(f'{key} = "{value}" has {len(value)} characters', "write one character")
            return default
        return value

    def choice(self, key: str, choices: Iterable[str], default: str = "") -> str:
        """One of several words."""
        value, words = self.text(key, default), list(choices)
        if value and value not in words:
            self.wrong(f'{key} = "{value}" is not known', suggestion(value, words))
            return default
        return value

    def flag(self, key: str, *, default: bool = False) -> bool:
        """True or false."""
        value = self.raw(key)
        if value is None:
            return default
        if not isinstance(value, bool):
            self.wrong(f"{key} = {_toml(value)} is neither true nor false", f"write {key} = true or {key} = false")
            return default
        return value

    def number(self, key: str, default: int = 0, *, least: int = 1, most: int = 100_000) -> int:
        """A whole number."""
        value = self.raw(key)
        if value is None:
            return default
        if isinstance(value, bool) or not isinstance(value, int) or not least <= value <= most:
            self.wrong(f"{key} = {_toml(value)} is no number from {least} to {most}", f"write {key} = {least} or more")
            return default
        return value

    def texts(self, key: str, default: tuple[str, ...] = ()) -> tuple[str, ...]:
        """A text or a list of texts."""
        value = self.raw(key)
        if value is None:
            return default
        values = value if isinstance(value, list) else [value]
        if not values or not all(isinstance(each, str) for each in values):
            self.wrong(f"{key} = {_toml(value)} is no list of texts", f'write {key} = ["…"]')
            return default
        return tuple(values)

    def tables(self, key: str) -> list[Any]:
        """A table or a list of tables, as they are."""
        value = self.raw(key)
        if value is None:
            return []
        return value if isinstance(value, list) else [value]

    def finish(self) -> None:
        """Note the keys that mean nothing here."""
        for key in self._value:
            if key not in self._asked:
                self.wrong(f'"{key}" is not known here', suggestion(str(key), sorted(self._asked)))


def suggestion(value: str, words: Iterable[str]) -> str:
    """What may have been meant."""
    from difflib import get_close_matches  # noqa: PLC0415 - only for mistakes

    words = list(words)
    close = get_close_matches(value, words, 1)
    return f'did you mean "{close[0]}"?' if close else f"write one of: {', '.join(words) or 'nothing'}"


def _toml(value: Any) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    return f'"{value}"' if isinstance(value, str) else str(value)
