"""A canonical document that is being written: what was said of it, so that the rest can be told."""

from collections.abc import Iterator
from typing import Any

from translators.canonical.base import CanonicalDocument
from translators.flatfile.layout import Field
from translators.flatfile.paths import Append, Step
from translators.mapping.value import Value


class Source:
    """The document as a value, with a mark at each member that was written."""

    def __init__(self, document: CanonicalDocument) -> None:
        self.value: Value = document.model_dump(exclude_none=True, exclude_unset=True, by_alias=True)
        self.value.pop("schema", None)
        fields = type(document).model_fields
        self._usual = {name for name, value in self.value.items() if name in fields and value == fields[name].default}
        self._written: set[tuple[int, str | int]] = set()
        self._next: dict[int, int] = {}

    def look(self, item: Value, steps: tuple[Step, ...]) -> Any:
        """The value at a path, None where there is none; of a list that grows, the next that was not taken."""
        found = self._find(item, steps)
        return found[-1] if found is not None else None

    def take(self, item: Value, steps: tuple[Step, ...]) -> tuple[Any, bool]:
        """The value at a path, marked as written; and whether it was not before."""
        found = self._find(item, steps)
        if found is None:
            return None, False
        owner, key, value = found
        self._mark_conditions(item, steps)
        fresh = (id(owner), key) not in self._written
        self._written.add((id(owner), key))
        if steps[-1].pick is Append:
            self._next[id(owner)] = int(key) + 1
        return value, fresh

    def mark(self, item: Value, each: Field) -> None:
        """Mark a member that says what the layout says of every record anyway."""
        if each.target is not None and self.look(item, each.target.steps) == each.constant_value:
            self.take(item, each.target.steps)

    def extra(self, item: Value, path: str) -> str:
        """The text that reading kept under a path, marked as written; empty where there is none."""
        for extra in item.get("extras", ()):
            if extra["path"] == path:
                self._written.add((id(extra), "value"))
                return str(extra["value"])
        return ""

    def extras(self, item: Value, record: str) -> Iterator[tuple[str, str]]:
        """The labels and texts that reading kept of a kind of record and that were not written yet."""
        for extra in item.get("extras", ()):
            name, _, label = extra["path"].partition("/")
            if name == record and (id(extra), "value") not in self._written:
                yield label, extra["value"]

    def left(self) -> list[str]:
        """The paths of what was not written, each once."""
        paths = (path for path in self._left(self.value, "") if not _is_code_of_another(path))
        return list(dict.fromkeys(path for path in paths if path not in self._usual))

    def _left(self, value: Any, path: str) -> Iterator[str]:
        if isinstance(value, dict):
            if set(value) <= {"path", "value", "qualifier"} and path.endswith("extras[]"):
                if (id(value), "value") not in self._written:
                    yield f"extras[{value['path']}]"
                return
            for key, inner in value.items():
                if (id(value), key) not in self._written:
                    yield from self._left(inner, f"{path}.{key}" if path else key)
        elif isinstance(value, list):
            for index, inner in enumerate(value):
                if (id(value), index) not in self._written:
                    yield from self._left(inner, f"{path}[]")
        else:
            yield path

    def _find(self, item: Value, steps: tuple[Step, ...]) -> tuple[Any, str | int, Any] | None:
        """The holder, key and value at a path."""
        owner: Any = item
        for step in steps[:-1]:
            owner = self._inner(owner.get(step.name), step) if isinstance(owner, dict) else None
        if not isinstance(owner, dict):
            return None
        last = steps[-1]
        value = owner.get(last.name)
        if last.pick is None:
            key: str | int = last.name
            if isinstance(value, list):  # several identifiers of one scheme: the first has the place
                owner, key, value = value, 0, value[0] if value else None
            return (owner, key, value) if value is not None else None
        if not isinstance(value, list):
            return None
        place = self._next.get(id(value), 0) if last.pick is Append else last.pick
        assert isinstance(place, int)
        return (value, place, value[place]) if place < len(value) else None

    @staticmethod
    def _inner(value: Any, step: Step) -> Any:
        if step.pick is None:
            return value
        if not isinstance(value, list):
            return None
        if isinstance(step.pick, int):
            return value[step.pick] if step.pick < len(value) else None
        assert isinstance(step.pick, tuple)
        conditions = step.pick
        return next((each for each in value if all(each.get(key) == said for key, said in conditions)), None)

    def _mark_conditions(self, item: Value, steps: tuple[Step, ...]) -> None:
        """What picked an item is said by its place in the file."""
        owner: Any = item
        for step in steps[:-1]:
            owner = self._inner(owner.get(step.name), step)
            if isinstance(step.pick, tuple):
                self._written.update((id(owner), key) for key, _ in step.pick)


def _is_code_of_another(path: str) -> bool:
    """Whether a member only keeps the code that another family had for a word beside it."""
    return path == "original" or path.endswith(".original") or "original_codes." in path
