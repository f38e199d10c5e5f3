# ruff: noqa: E501 - patterns of fixed layouts are read in one piece
"""Generates the tables of `translators/edifact/directories` from the texts of UN/EDIFACT directories.

    python tools/generate_edifact.py DIRECTORY_TEXTS [OUTPUT]

DIRECTORY_TEXTS holds one folder for each directory (`un-d96a`, `un-d01b`) with EDSD, EDMD and UNCL as the UN publishes them
(code page 437). Only facts are taken: identifiers, order, requirement, repeats, representation, code values. No names and no
descriptions are copied; labels are our own and stand in `directories/labels.py`. Which messages are taken stands in
`directories/__init__.py`. The output is the same for the same input.
"""

import re
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

DIRECTORIES = {"un-d96a": ("96A", "d96a"), "un-d01b": ("01B", "d01b")}
ROOT = Path(__file__).resolve().parent.parent

Component = tuple[str, str, str]
Element = tuple[str, str, int, str | tuple[Component, ...]]
Node = tuple[Any, ...]

_SEGMENT_HEAD = re.compile(r"^[ +*#|X-]{0,7}([A-Z]{3}) {1,6}[A-Z]")
_ELEMENT_LINE = re.compile(
    r"^(?P<number>\d{3})[ +*#|X-]*(?P<id>[CSE]?\d{3,4}) .*?\s(?P<status>[MC])\s+(?P<repeats>\d+)?\s*(?P<form>an?(?:\.\.)?\d+|n(?:\.\.)?\d+)?\s*$"
)
_COMPONENT_LINE = re.compile(r"^[ +*#|X-]{5,8}(?P<id>\d{4}) .*?\s(?P<status>[MC])\s+(?P<form>an?(?:\.\.)?\d+|n(?:\.\.)?\d+)\s*$")
_TABLE_GROUP = re.compile(r"^\d{4}[ +*#|X-]*─+ Segment group (\d+)\s*─+\s*([MC])\s+(\d+)(.*)$")
_TABLE_SEGMENT = re.compile(r"^\d{4}[ +*#|X-]*([A-Z]{3}) .*?\s([MC])\s+(\d+)(.*)$")
_CODE_ELEMENT = re.compile(r"^[ +*#|X-]{2,5}(\d{4})  \S")
_CODE_VALUE = {
    "96A": re.compile(r"^[ +*#|X-]{1,3} {0,6}([A-Z0-9]{1,6}) {1,6}\S"),
    "01B": re.compile(r"^[ +*#|X-]{5}([A-Z0-9]{1,6}) +\S"),
}


def lines(path: Path) -> list[str]:
    """The lines of a directory text; broken headings are joined by the callers that meet them."""
    return path.read_bytes().decode("cp437").replace("\r\n", "\n").split("\n")


def joined(source: list[str]) -> Iterator[str]:
    """Lines of a segment directory with names that were broken over two lines put together again."""
    pending = ""
    for line in source:
        starts = re.match(r"^(\d{3}[ +*#|X-]*[CSE]?\d{3,4} |[ +*#|X-]{5,8}\d{4} )", line)
        if pending and not starts and line.startswith("      "):
            line = pending + " " + line.strip()  # noqa: PLW2901 - the continued line takes the place of both
            starts = re.match(r"^", line)
        pending = ""
        if starts and not (_ELEMENT_LINE.match(line) or _COMPONENT_LINE.match(line)):
            pending = line.rstrip()
            continue
        yield line


def segments(path: Path) -> dict[str, tuple[Element, ...]]:
    """Every segment of a directory with its elements; composites carry their components."""
    found: dict[str, list[list[object]]] = {}
    current: list[list[object]] | None = None
    after_rule = False
    for line in joined(lines(path)):
        if line.startswith("───"):
            after_rule, current = True, None
        elif after_rule and (head := _SEGMENT_HEAD.match(line)):
            current, after_rule = found.setdefault(head[1], []), False
        elif current is not None and (match := _ELEMENT_LINE.match(line)):
            current.append([match["id"], match["status"], int(match["repeats"] or 1), match["form"] or []])
        elif current and (match := _COMPONENT_LINE.match(line)):
            components = current[-1][3]
            if isinstance(components, list):
                components.append((match["id"], match["status"], match["form"]))
    return {tag: tuple(_element(e) for e in elements) for tag, elements in sorted(found.items())}


def _element(raw: list[object]) -> Element:
    identifier, status, repeats, form = raw
    assert isinstance(identifier, str)
    assert isinstance(status, str)
    assert isinstance(repeats, int)
    if isinstance(form, list) and not form:
        raise SystemExit(f"composite {identifier} has no components")
    return (identifier, status, repeats, tuple(form) if isinstance(form, list) else str(form))


def message(path: Path) -> list[Node]:
    """The segment table of a message as a tree: (tag, status, repeats) or (group, status, repeats, children)."""
    source = lines(path)
    start = max(i for i, line in enumerate(source) if re.match(r"^4\.3\.\d\s+Segment table", line.strip()))
    root: list[Node] = []
    stack = [root]
    for line in source[start:]:
        if group := _TABLE_GROUP.match(line):
            children: list[Node] = []
            stack[-1].append((f"SG{group[1]}", group[2], int(group[3]), children))
            stack.append(children)
        elif segment := _TABLE_SEGMENT.match(line):
            stack[-1].append((segment[1], segment[2], int(segment[3])))
            for _ in range(segment[4].count("┘") + segment[4].count("┴")):
                stack.pop()
    if len(stack) != 1:
        raise SystemExit(f"{path.name}: groups are not closed")
    return root


def codes(folder: Path, release: str) -> dict[str, list[str]]:
    """Code values by element. The lists of other bodies (countries, currencies, units) are not in the directory."""
    lists: dict[str, list[str]] = {}
    current: list[str] = []
    form = _CODE_VALUE[release]
    for path in sorted(folder.glob("UNCL*")):
        seen_representation = False
        for line in lines(path):
            if element := _CODE_ELEMENT.match(line):
                current, seen_representation = lists.setdefault(element[1], []), False
            elif line.strip().startswith("Repr:"):
                seen_representation = True
            elif seen_representation and (value := form.match(line)):
                current.append(value[1])
    return {element: values for element, values in sorted(lists.items()) if values}


def tags(tree: list[Node]) -> set[str]:
    """Every segment tag in a message."""
    found: set[str] = set()
    for node in tree:
        if len(node) == 4:
            found |= tags(node[3])
        else:
            found.add(node[0])
    return found


def coded(definitions: dict[str, tuple[Element, ...]], used: set[str]) -> set[str]:
    """The element identifiers that occur in the used segments."""
    found: set[str] = set()
    for tag in used:
        for identifier, _status, _repeats, form in definitions.get(tag, ()):
            found |= {identifier} if isinstance(form, str) else {component[0] for component in form}
    return found


def rendered_tree(tree: list[Node], indent: str = "    ") -> str:
    """Literal of a message tree, a node a line."""
    text = ""
    for node in tree:
        if len(node) == 4:
            text += f'{indent}("{node[0]}", "{node[1]}", {node[2]}, (\n{rendered_tree(node[3], indent + "    ")}{indent})),\n'
        else:
            text += f'{indent}("{node[0]}", "{node[1]}", {node[2]}),\n'
    return text


def rendered_segments(definitions: dict[str, tuple[Element, ...]]) -> str:
    """Literal of the segment table, an element a line."""
    text = ""
    for tag, elements in definitions.items():
        text += f'    "{tag}": (\n'
        for identifier, status, repeats, form in elements:
            body = (
                f'"{form}"'
                if isinstance(form, str)
                else "(" + "".join(f'("{i}", "{s}", "{f}"), ' for i, s, f in form).rstrip() + ")"
            )
            text += f'        ("{identifier}", "{status}", {repeats}, {body}),\n'
        text += "    ),\n"
    return text


def rendered_codes(lists: dict[str, list[str]]) -> str:
    """Literal of the code lists: values of one element in one string."""
    return "".join(f'    "{element}": "{" ".join(dict.fromkeys(values))}",\n' for element, values in lists.items())


_HEAD = '"""{title}\n\nGenerated by tools/generate_edifact.py from the UN directory: facts only. Do not edit.\n"""\n\n# ruff: noqa: E501\n# fmt: off\n'
_TREE_TYPE = "tuple[tuple[object, ...], ...]"


def shipped(directory: str) -> list[str]:
    """The messages that the product says it has in a directory."""
    sys.path.insert(0, str(ROOT))
    from translators.edifact.directories import SHIPPED  # noqa: PLC0415 - after the path is known

    return [message for message, directories in SHIPPED.items() if directory in directories]


def generate(source: Path, output: Path) -> None:
    """Write the tables of all directories."""
    for folder, (release, package) in DIRECTORIES.items():
        definitions = segments(source / folder / f"EDSD.{release}")
        target = output / package
        target.mkdir(parents=True, exist_ok=True)
        (target / "__init__.py").write_text(f'"""UN/EDIFACT directory D.{release}."""\n', encoding="utf-8")
        used: set[str] = set()
        for name in shipped(f"D.{release}"):
            tree = message(source / folder / "EDMD" / f"{name}_D.{release}")
            used |= tags(tree)
            text = _HEAD.format(
                title=f"Structure of {name} in D.{release}: (segment, status, repeats) and (group, status, repeats, content)."
            )
            text += f"MESSAGE: {_TREE_TYPE} = (\n{rendered_tree(tree)})\n"
            (target / f"{name.lower()}.py").write_text(text, encoding="utf-8")
        text = _HEAD.format(title=f"Segments of D.{release}: (element, status, repeats, representation or components).")
        text += f"SEGMENTS: dict[str, {_TREE_TYPE}] = {{\n{rendered_segments(definitions)}}}\n"
        (target / "segments.py").write_text(text, encoding="utf-8")
        wanted = coded(definitions, used)
        lists = {e: v for e, v in codes(source / folder, release).items() if e in wanted}
        text = _HEAD.format(title=f"Code values of D.{release} for the elements of the messages that are shipped.")
        text += f"CODES: dict[str, str] = {{\n{rendered_codes(lists)}}}\n"
        (target / "codes.py").write_text(text, encoding="utf-8")
        print(f"{package}: {len(definitions)} segments, {len(lists)} code lists, {sum(map(len, lists.values()))} values")


def main() -> None:
    """Entry point."""
    if len(sys.argv) not in (2, 3):
        raise SystemExit(__doc__)
    default = ROOT / "translators" / "edifact" / "directories"
    generate(Path(sys.argv[1]), Path(sys.argv[2]) if len(sys.argv) == 3 else default)


if __name__ == "__main__":
    main()
