"""The place of every key and value, on TOML as people write it."""

import tomllib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.config.positions import Location, positions


def at(text: str, path: tuple[str | int, ...]) -> tuple[int, int]:
    place = positions(text).values[path]
    return place.line, place.column


def test_a_value_stands_behind_its_equals_sign() -> None:
    assert at("a = 1\nbee   =   'x'\n", ("bee",)) == (2, 11)


def test_a_key_stands_at_its_first_character() -> None:
    assert positions("\n  key = 1").keys["key",] == Location(2, 3)


def test_tables_of_an_array_are_counted() -> None:
    text = '[[p]]\nid = "a"\n[[p]]\nid = "b"\n[p.inner]\nx = 1\n'
    assert at(text, ("p", 1, "id")) == (4, 6)
    assert at(text, ("p", 1, "inner", "x")) == (6, 5)


def test_arrays_of_tables_nest() -> None:
    text = "[[a]]\n[[a.b]]\nx=1\n[[a.b]]\nx=2\n[[a]]\n[[a.b]]\nx=3\n"
    assert at(text, ("a", 0, "b", 1, "x")) == (5, 3)
    assert at(text, ("a", 1, "b", 0, "x")) == (8, 3)


@pytest.mark.parametrize(
    ("value", "path", "place"),
    [
        ('["a", "b"]', (1,), (1, 11)),
        ('[\n  "a", # one, two ]\n  "b",\n]', (1,), (3, 3)),
        ('{ x = "}", y = [1, { z = 2 }] }', ("y", 1, "z"), (1, 30)),
        ('{ "odd key" = 1, a.b = 2 }', ("a", "b"), (1, 28)),
        ('["""x"]""", 2]', (1,), (1, 17)),
        ("['''it's''', 2]", (1,), (1, 18)),
        ('["\\"", 2]', (1,), (1, 12)),
        ("[2026-11-21T10:00:00Z, 2]", (1,), (1, 28)),
    ],
)
def test_values_inside_of_values(value: str, path: tuple[str | int, ...], place: tuple[int, int]) -> None:
    text = f"k = {value}"
    tomllib.loads(text)
    assert at(text, ("k", *path)) == place


def test_a_text_of_several_lines_is_passed_over() -> None:
    text = 'a = """\nb = 1\n[c]\n"quoted" \\""" \n"""\nd = 2\n'
    assert positions(text).values == {("a",): Location(1, 5), ("d",): Location(6, 5)}


def test_columns_count_characters_not_bytes() -> None:
    assert at('a = { "ærø" = "ø", b = 1 }', ("a", "b")) == (1, 24)


_scalars = st.one_of(st.integers(-9, 9), st.booleans(), st.text(max_size=6).map(lambda s: s.replace("\x7f", "")))
_values = st.recursive(
    _scalars, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text("ab_-é. ", max_size=4), inner, max_size=3)
)


def _toml(value: object) -> str:
    match value:
        case bool():
            return "true" if value else "false"
        case int():
            return str(value)
        case str():
            return _quoted(value)
        case list():
            return "[" + " , ".join(map(_toml, value)) + "]"
        case dict():
            return "{" + ", ".join(f"{_quoted(k)} = {_toml(v)}" for k, v in value.items()) + "}"
    raise AssertionError(value)


def _quoted(text: str) -> str:
    escaped = "".join(c if c.isprintable() and c not in '"\\' else f"\\U{ord(c):08x}" for c in text)
    return f'"{escaped}"'


def _scalars_of(value: object, path: tuple[str | int, ...]) -> list[tuple[tuple[str | int, ...], object]]:
    if isinstance(value, dict):
        return [leaf for k, v in value.items() for leaf in _scalars_of(v, (*path, k))]
    if isinstance(value, list):
        return [leaf for i, v in enumerate(value) for leaf in _scalars_of(v, (*path, i))]
    return [(path, value)]


@given(_values)
def test_every_scalar_is_found_where_it_is_written(value: object) -> None:
    text = f"\n# comment\nroot = {_toml(value)} # end"
    assert tomllib.loads(text)["root"] == value
    lines = text.split("\n")
    places = positions(text).values
    for path, leaf in _scalars_of(value, ("root",)):
        assert lines[places[path].line - 1][places[path].column - 1 :].startswith(_toml(leaf))
