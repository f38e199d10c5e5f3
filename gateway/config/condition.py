"""Compiles the `when` of routes, written in CEL, to functions that the router calls.

Handing a document to CEL costs more than evaluating the condition, so only what the expression names is handed over, its
decimals as doubles. CEL does not compute with int and double together: write `order.totals.payable.amount * 2.0`.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from typing import Any

import cel

from gateway.config.compiled import goes_as_text
from gateway.config.shape import Misstep, Shape, follow, shape_of
from gateway.domain.document_path import DocumentPath, Step
from gateway.domain.route import Condition

VARIABLES: Mapping[str, frozenset[str]] = {
    "partner": frozenset({"id", "name", "owner", "test"}),
    "message": frozenset(
        {"channel", "sender", "receiver", "control_number", "type", "version", "direction", "agreement", "test"}
    ),
}
"""The variables beside the document, and what each holds."""

_DOCUMENT_NAMES = ("document", "order")
_STRINGS = re.compile(r"""[rRbB]{0,2}("(?:\\.|[^"\\])*"|'(?:\\.|[^'\\])*')""")
_CHAIN = re.compile(r"(?<![\w.])([A-Za-z_]\w*)((?:\s*\.\s*[A-Za-z_]\w*)*)\s*([\[(]?)")
_BOUND = re.compile(r"\.\s*(?:all|exists|exists_one|map|filter)\s*\(\s*([A-Za-z_]\w*)\s*,")

Wanted = dict[str, "Wanted"]
"""Which members an expression reads: names with what is read below them; nothing below means all of it."""


class ConditionInvalid(ValueError):
    """The expression does not compile. `line` and `column` count from 1 within it."""

    def __init__(self, message: str, line: int, column: int) -> None:
        super().__init__(message)
        self.line = line
        self.column = column


@dataclass(frozen=True, slots=True)
class Problem:
    """What is wrong with an expression that compiles: the code of the complaint, words, a guess, and where it stands."""

    code: str
    message: str
    suggestion: str | None = None
    offset: int = 0


@goes_as_text
def compile_condition(expression: str) -> Condition:
    """The condition of an expression. Raises ConditionInvalid."""
    program = _compiled(expression)
    wanted = {name: trie for name, trie in _wanted(expression).items() if name in (*_DOCUMENT_NAMES, *VARIABLES)}

    def condition(variables: Mapping[str, Any]) -> str | None:
        given = {name: _handed(value := variables.get(name) or {}, trie, _shape_of(value)) for name, trie in wanted.items()}
        return _evaluated(program, given)

    return condition


def _shape_of(value: Any) -> Shape | None:
    """The shape of what says by its schema that it is a canonical document."""
    schema = value.get("schema") if isinstance(value, Mapping) else None
    return shape_of(schema.partition("/")[0]) if isinstance(schema, str) else None


def problems(
    expression: str, document: str | None, *, order: str | None = None, variables: Iterable[str] = VARIABLES
) -> list[Problem]:
    """What `check` complains of in an expression that compiles, for documents of this name (None: of any).

    `order` is another name for the document, unless it is of a name of its own. `variables` are those there are beside it.
    """
    shapes = {"document": shape_of(document) if document else None, "order": shape_of(order or document) if document else None}
    members = {name: VARIABLES[name] for name in variables}
    found = [*_unknown_names(expression, shapes, members)]
    if found or document is None or None in shapes.values():
        return found
    names = re.findall(r"[A-Za-z_]\w*", expression)
    samples = {name: _sample(shape, names, 3) for name, shape in shapes.items() if shape is not None}
    given = samples | {name: dict.fromkeys(keys, "") | {"test": False} for name, keys in members.items()}
    try:
        result = _compiled(expression).execute(given)
    except TypeError as error:
        return [Problem("R052", _short(error))]
    except (LookupError, ValueError, ArithmeticError):
        return []
    except RuntimeError as error:
        return [Problem("R051", _short(error))]
    return [] if isinstance(result, bool) else [Problem("R052", "the condition is neither true nor false")]


def _compiled(expression: str) -> Any:
    try:
        return cel.compile(expression)
    except ValueError as error:
        text = str(error)
        place = re.search(r"<input>:(\d+):(\d+): (?:Syntax error: )?([^\n]*)", text)
        message = place[3] if place else text.split("\n", maxsplit=1)[0]
        raise ConditionInvalid(message, int(place[1]) if place else 1, int(place[2]) if place else 1) from None


def _evaluated(program: Any, given: dict[str, Any]) -> str | None:
    """None when the condition holds, else why not. An evaluation cannot fail: it is a condition that does not hold."""
    try:
        result = program.execute(given)
    except KeyError as error:
        return f"when: {error.args[0] if error.args else 'a field'} is not in the document"
    except IndexError:
        return "when: a list has fewer elements"
    except (TypeError, ValueError, RuntimeError, ArithmeticError) as error:
        return f"when: {_short(error)}"
    if result is True:
        return None
    return "when is false" if result is False else "when is neither true nor false"


def _short(error: Exception) -> str:
    text = str(error).split("\n")[0]
    return text.split(". ")[0].split(": the operation")[0][:200]


def _blanked(expression: str) -> str:
    """The expression with its string literals blanked out, of the same length."""
    return _STRINGS.sub(lambda match: '"' + " " * (len(match.group()) - 2) + '"', expression)


def _chains(expression: str) -> Iterator[tuple[str, tuple[str, ...], int]]:
    """Each `name.member.member` in an expression: the name, its members without a called function, and its offset."""
    for match in _CHAIN.finditer(_blanked(expression)):
        members = tuple(re.findall(r"\w+", match[2]))
        if match[3] == "(":
            if not members:
                continue
            members = members[:-1]
        yield match[1], members, match.start(1)


def _wanted(expression: str) -> Wanted:
    """Which variables an expression reads, and which members of them."""
    result: Wanted = {}
    whole: set[tuple[str, ...]] = set()
    for name, members, _ in _chains(expression):
        path = (name, *members)
        node = result
        for index, part in enumerate(path):
            if path[:index] in whole:
                break
            node = node.setdefault(part, {})
        else:
            node.clear()
            whole.add(path)
    return result


def _handed(value: Any, wanted: Wanted, shape: Shape | None) -> Any:
    """The wanted part of a JSON value, as CEL is to see it; without `wanted` all of it."""
    if isinstance(value, dict):
        names = [name for name in wanted if name in value] if wanted else value
        handed = {
            name: _handed(value[name], wanted.get(name, {}), shape.member(name) if shape else None)
            for name in names
            if value[name] is not None
        }
        if shape is not None and shape.defaults:
            handed |= {name: text for name, text in shape.defaults.items() if name in wanted and name not in handed}
        return handed
    if isinstance(value, list):
        element = shape.element if shape else None
        return [_handed(member, {}, element) for member in value]
    if shape is not None and shape.number and isinstance(value, str | int):
        return _double(value)
    return value


def _double(value: str | int) -> float | str | int:
    try:
        return float(value)
    except (ValueError, OverflowError):
        return value


def _unknown_names(
    expression: str, shapes: Mapping[str, Shape | None], members_of: Mapping[str, frozenset[str]]
) -> Iterator[Problem]:
    """Names that are no variable, and fields that the document or a variable does not have."""
    bound = set(_BOUND.findall(_blanked(expression)))
    variables = set(_compiled(expression).variables()) - bound
    for name, members, offset in _chains(expression):
        if name in _DOCUMENT_NAMES:
            yield from _unknown_field(name, members, offset, shapes[name])
        elif name in members_of:
            if members and members[0] not in members_of[name]:
                yield Problem("R051", f'{name} has no "{members[0]}"', _near(members[0], members_of[name]), offset)
        elif name in variables and name not in ("true", "false", "null"):
            known = [*_DOCUMENT_NAMES, *members_of]
            yield Problem("R051", f'"{name}" is no variable', _near(name, known), offset)


def _unknown_field(name: str, members: tuple[str, ...], offset: int, shape: Shape | None) -> Iterator[Problem]:
    if shape is None or not members:
        return
    end = follow(shape, DocumentPath(tuple(Step(member) for member in members)))
    if isinstance(end, Misstep):
        guess = f"{name}.{end.suggestion}" if end.suggestion else None
        yield Problem("R051", end.message, guess if guess and "[]" not in guess else None, offset)


def _near(name: str, known: Any) -> str | None:
    return next(iter(get_close_matches(name, list(known), 1)), None)


def _sample(shape: Shape, names: list[str], depth: int) -> Any:
    """A document with everything in it, to try an expression on: maps have all the names the expression mentions."""
    if shape.many:
        return [_sample(shape.element, names, depth - 1)] if shape.element is not None and depth else []
    if shape.open and shape.element is not None:
        return {name: _sample(shape.element, names, depth) for name in names}
    if shape.fields:
        return {name: _sample(child, names, depth) for name, child in shape.fields.items()} if depth else {}
    return _sample_value(shape)


def _sample_value(shape: Shape) -> Any:
    if shape.number:
        return 1.0
    if shape.accepts(True) and not shape.accepts("a"):
        return 1 if shape.accepts(2) else True
    return "a"
