"""References in string values: what they become, and what is said when they cannot be followed."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.config.interpolate import World, falls_back, interpolate


def filled(value: object, folder: Path = Path(), **variables: str) -> tuple[object, list[tuple[str, tuple[str | int, ...], str]]]:
    complaints: list[tuple[str, tuple[str | int, ...], str]] = []
    result = interpolate(value, World(variables, folder), lambda *complaint: complaints.append(complaint))
    return result, complaints


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("${A}", "one"),
        ("x-${A}-${A}", "x-one-one"),
        ("${A:-two}", "one"),
        ("${B:-two}", "two"),
        ("${EMPTY:-two}", "two"),
        ("${EMPTY}", ""),
        ("${B:-}", ""),
        ("${B:-a:-b}", "a:-b"),
        ("${A:?needed}", "one"),
        ("$${A}", "${A}"),
        ("$$", "$"),
        ("costs 5$", "costs 5$"),
        ("^a$", "^a$"),
    ],
)
def test_references_become_values(text: str, expected: str) -> None:
    assert filled(text, A="one", EMPTY="") == (expected, [])


def test_a_value_is_never_read_again_for_references() -> None:
    assert filled("${A}", A="${B}$$")[0] == "${B}$$"


def test_only_strings_change_and_paths_lead_to_them() -> None:
    value = {"a": [1, "${X}"], "b": True}
    result, complaints = filled(value)
    assert result == {"a": [1, ""], "b": True}
    assert complaints == [("R010", ("a", 1), "the environment variable X is not set")]


def test_a_file_is_read_relative_to_the_configuration_without_its_last_newline(tmp_path: Path) -> None:
    (tmp_path / "key").write_text("s3cret\n")
    assert filled("${file:key}", tmp_path) == ("s3cret", [])


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    _, complaints = filled("${file:none}", tmp_path)
    assert complaints == [("R011", (), "the file none cannot be read: No such file or directory")]


def test_a_binary_file_is_refused(tmp_path: Path) -> None:
    (tmp_path / "key").write_bytes(b"\xff\xfe")
    assert filled("${file:key}", tmp_path)[1] == [("R011", (), "the file key cannot be read: is not UTF-8 text")]


def test_a_required_variable_says_why() -> None:
    assert filled("${B:?the database}")[1] == [("R010", (), "B is not set: the database")]


@pytest.mark.parametrize("text", ["${", "${A", "a ${A b", "${}", "${1}", "${A:+x}", "${A-b}"])
def test_what_is_no_reference_is_refused(text: str) -> None:
    assert [code for code, _, _ in filled(text, A="one")[1]] == ["R012"]


@given(st.text())
def test_interpolation_never_raises(text: str) -> None:
    assert isinstance(filled(text)[0], str)


def test_a_default_is_known_to_be_one() -> None:
    assert falls_back("${A:-x}", {})
    assert not falls_back("${A:-x}", {"A": "y"})
    assert not falls_back("${A:-}", {})
    assert not falls_back("plain", {})
