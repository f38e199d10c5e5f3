"""Written loops in the order of the standard: each segment at its place, extras back where they were found."""

from collections.abc import Iterator, Sequence

from translators.mapping.context import Writing
from translators.mapping.tree import Node, Row, Written, first_tag, from_notation, key_of, set_text, text_at, trimmed


def arranged(document: Written, context: Writing) -> Iterator[Row]:
    """The segments of a document in order. What has no place in this version of it is noted as unwritten."""
    root = document.node
    _restore(document, root, context)
    places: list[list[tuple[Row | None, Written | None]]] = [[] for _ in root.children]
    start = next((n for n, child in enumerate(root.children) if document.behind and child.tag == document.behind), 0)
    for row in document.rows:
        index = _free(root, row[0], places, start, loop=False)
        if index is None:
            context.unwritten.append(f"segment {root.path}/{row[0]}".replace(" /", " "))
        else:
            places[index].append((trimmed(row), None))
    for inner in document.loops:
        index = _free(root, inner.key, places, start, loop=True)
        if index is None:
            context.unwritten.append(f"loop {root.path}/{inner.key}".replace(" /", " "))
        else:
            places[index].append((None, inner))
    for node, found in zip(root.children, places, strict=True):
        for single, loop in found:
            if single is not None:
                yield single
            elif loop is not None:
                loop.node = node
                yield from arranged(loop, context)


def _free(root: Node, key: str, places: Sequence[Sequence[object]], start: int, *, loop: bool) -> int | None:
    """The first child of this key with room; where no child has the key, of its tag. The last one when none has room.

    Those from `start` on come before the others.
    """
    named = [index for index, child in enumerate(root.children) if bool(child.children) is loop and key_of(child) == key]
    if not named or key == key.partition(":")[0]:
        tag = key.partition(":")[0]
        named = [index for index, child in enumerate(root.children) if bool(child.children) is loop and first_tag(child) == tag]
    named.sort(key=lambda index: index < start)
    return next((index for index in named if len(places[index]) < root.children[index].maximum), named[-1] if named else None)


def _restore(written: Written, node: Node, context: Writing) -> None:
    """Put extras back: a value into the segment it was left from, a segment beside the others, a loop beside its kind."""
    begun: dict[str, Written] = {}
    prefix = f"{node.path}/" if node.path else ""
    for extra in written.extras:
        path = extra["path"]
        if not path.startswith(prefix):
            context.unwritten.append(f"extras[{path}]")
            continue
        steps = path[len(prefix) :].split("/")
        inner = next((child for child in node.children if child.children and _last_step(child.path) == steps[0]), None)
        if len(steps) > 1 and not steps[1].isdigit() and inner is not None:
            loop = begun.get(steps[0]) or _meant(written, inner, steps[1:], extra)
            if loop is None or (len(steps) == 2 and steps[1] == first_tag(inner)):
                loop = begun[steps[0]] = written.loop(key_of(inner), inner)
            loop.extras.append(extra)
        elif not _row_restored(written, steps, extra):
            context.unwritten.append(f"extras[{path}]")


def _meant(written: Written, inner: Node, steps: list[str], extra: dict[str, str]) -> Written | None:
    """The loop that an extra was left from: of those with a segment of its qualifier the first, else the first of all."""
    there = [one for one in written.loops if one.node is inner]
    for loop in there:
        if len(steps) > 1 and any(_left_from(row, steps[0], steps[1:], extra) for row in loop.rows):
            return loop
    return there[0] if there else None


def _left_from(row: Row, tag: str, numbers: list[str], extra: dict[str, str]) -> bool:
    """Whether a value was left from such a segment: its qualifier is the same, and its place is free."""
    qualifier = extra.get("qualifier")
    if row[0] != tag or qualifier is None or not all(number.isdigit() for number in numbers):
        return False
    place = int(numbers[0]) if len(numbers) == 1 else (int(numbers[0]), int(numbers[1]))
    return text_at(row, (1, 1)).strip() == qualifier.strip() and not text_at(row, place).strip()


def _last_step(path: str) -> str:
    return path.rpartition("/")[2]


def _row_restored(written: Written, steps: list[str], extra: dict[str, str]) -> bool:
    tag, *numbers = steps
    if not numbers:
        row = from_notation(tag, extra["value"])
        written.rows.append(row)
        return True
    if not all(number.isdigit() for number in numbers):
        return False
    place = int(numbers[0]) if len(numbers) == 1 else (int(numbers[0]), int(numbers[1]))
    qualifier = extra.get("qualifier")
    for row in written.rows:
        same = row[0] == tag and (qualifier is None or text_at(row, (1, 1)).strip() == qualifier.strip())
        if same and not text_at(row, place).strip():
            set_text(row, place, extra["value"])
            return True
    room = max((child.maximum for child in written.node.children if not child.children and child.tag == tag), default=0)
    if sum(row[0] == tag for row in written.rows) >= room:
        return False
    row = [tag]
    if qualifier is not None:
        set_text(row, (1, 1), qualifier)
    set_text(row, place, extra["value"])
    written.rows.append(row)
    return True
