# ruff: noqa: E501 - tables are read in rows
"""Tables: what is shipped, what stands in for what is not, and that their facts hang together."""

import pytest

from translators.edifact import directories
from translators.edifact.directories.labels import element_label, segment_label
from translators.edifact.grammar import grammar


@pytest.mark.parametrize(
    ("version", "directory", "exact"),
    [
        ("D.96A", "D.96A", True), ("D.01B", "D.01B", True), ("D.93A", "D.96A", False), ("S.93A", "D.96A", False), ("D.97A", "D.96A", False),
        ("D.03A", "D.01B", False), ("D.99A", "D.01B", False), ("D.98B", "D.96A", False), ("D.14B", "D.01B", False), ("0.96A", "D.96A", False),
    ],
)  # fmt: skip
def test_the_nearest_directory_stands_in(version: str, directory: str, exact: bool) -> None:
    choice = directories.choose("ORDERS", version)
    assert choice is not None
    assert (choice.directory, choice.exact) == (directory, exact)


@pytest.mark.parametrize("version", ["X.XX", ".", "", "D.", "4.1", "D.9"])
def test_a_version_that_says_nothing_has_no_directory(version: str) -> None:
    assert directories.choose("ORDERS", version) is None


def test_a_message_that_is_not_shipped_has_no_directory() -> None:
    assert directories.choose("INVOIC", "D.96A") is None


@pytest.mark.parametrize(("name", "segments"), [("D.96A", 127), ("D.01B", 158)])
def test_all_segments_of_a_directory_are_there(name: str, segments: int) -> None:
    tables = directories.directory(name)
    assert len([tag for tag in tables.segments if tag not in directories.service.SEGMENTS_3]) == segments


@pytest.mark.parametrize(
    ("message", "name"), [("ORDERS", "D.96A"), ("ORDERS", "D.01B"), ("CONTRL", "service.3"), ("CONTRL", "service.4")]
)
def test_every_segment_of_a_message_is_defined_and_labelled(message: str, name: str) -> None:
    compiled = grammar(message, name)
    assert compiled.tags - compiled.known == frozenset()
    assert [tag for tag in compiled.tags if not segment_label(tag)] == []


def test_facts_of_the_directories() -> None:
    assert directories.directory("D.96A").segments["BGM"][1] == ("1004", "C", 1, "an..35")
    assert directories.directory("D.01B").segments["COM"][0][2] == 3
    assert {"9", "91", "92", "ZZZ"} <= set(directories.directory("D.96A").codes["3055"].split())
    assert {"BY", "SU", "DP"} <= set(directories.directory("D.01B").codes["3035"].split())
    tree = directories.structure("ORDERS", "D.96A")
    assert tree[0] == ("UNH", "M", 1)
    assert [node[2] for node in tree if node[0] == "SG25"] == [200000]


def test_labels_of_unknown_things_are_empty() -> None:
    assert (segment_label("QQQ"), element_label("0000")) == ("", "")
