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


@pytest.mark.parametrize("version", ["X.XX", ".", "", "D.", "4.1", "D.9", "91.4", "1.93A1"])
def test_a_version_that_says_nothing_has_no_directory(version: str) -> None:
    assert directories.choose("ORDERS", version) is None


@pytest.mark.parametrize(
    ("version", "directory"),
    [("D.92B", "D.96A"), ("90.1", "D.96A"), ("2.912", "D.96A"), ("D.21C", "D.01B"), ("D.22A", "D.01B"), ("D.24B", "D.01B")],
)
def test_a_version_out_of_range_is_read_by_the_nearest_and_strange(version: str, directory: str) -> None:
    assert directories.choose("ORDERS", version) == directories.Choice(directory, exact=False, strange=True)


@pytest.mark.parametrize("version", ["D.93A", "S.93A", "D.21B", "D.99B"])
@pytest.mark.parametrize("message", directories.SHIPPED)
def test_every_message_is_read_in_every_version_of_the_range(message: str, version: str) -> None:
    choice = directories.choose(message, version)
    assert choice is not None
    assert choice.directory in directories.SHIPPED[message]


@pytest.mark.parametrize("message", ["INSDES", "OSTENQ", "OSTRPT", "RETANN", "RETINS"])
def test_messages_that_came_later_are_read_with_the_later_directory(message: str) -> None:
    assert directories.choose(message, "D.96A") == directories.Choice("D.01B", exact=False)


def test_a_message_that_is_not_shipped_has_no_directory() -> None:
    assert directories.choose("BALETO", "D.96A") is None


@pytest.mark.parametrize(("name", "segments"), [("D.96A", 127), ("D.01B", 158)])
def test_all_segments_of_a_directory_are_there(name: str, segments: int) -> None:
    tables = directories.directory(name)
    assert len([tag for tag in tables.segments if tag not in directories.service.SEGMENTS_3]) == segments


TABLES = [(message, name) for message, names in directories.SHIPPED.items() for name in names]


@pytest.mark.parametrize(("message", "name"), [*TABLES, ("CONTRL", "service.3"), ("CONTRL", "service.4")])
def test_every_segment_of_a_message_is_defined_and_labelled(message: str, name: str) -> None:
    compiled = grammar(message, name)
    assert compiled.tags - compiled.known == frozenset()
    assert [tag for tag in compiled.tags if not segment_label(tag)] == []


@pytest.mark.parametrize(("message", "name"), TABLES)
def test_a_message_begins_and_ends_and_its_groups_begin_with_a_segment(message: str, name: str) -> None:
    tree = directories.structure(message, name)
    assert (tree[0][0], tree[-1][0]) == ("UNH", "UNT")
    waiting = [node for node in tree if len(node) == 4]
    numbers = []
    while waiting:
        group = waiting.pop(0)
        numbers.append(int(group[0][2:]))
        assert (len(group[3][0]), group[3][0][2]) == (3, 1)
        waiting += [node for node in group[3] if len(node) == 4]
    assert sorted(numbers) == list(range(1, len(numbers) + 1))


@pytest.mark.parametrize("name", ["D.96A", "D.01B"])
def test_every_element_of_a_shipped_message_has_a_label(name: str) -> None:
    used = set().union(*(grammar(message, name).tags for message, names in directories.SHIPPED.items() if name in names))
    segments = directories.directory(name).segments
    assert {e[0] for tag in used for e in segments[tag] if not element_label(e[0])} == set()


def test_elements_of_d01b_repeat() -> None:
    segments = directories.directory("D.01B").segments
    repeats = {(tag, e[0]): e[2] for tag, elements in segments.items() for e in elements if e[2] > 1}
    assert repeats == {
        ("COM", "C076"): 3, ("ADR", "C819"): 5, ("ADR", "C517"): 5, ("ATT", "C956"): 5, ("ARR", "C770"): 9999, ("ARD", "C008"): 8,
        ("IDE", "C778"): 99, ("EVE", "C063"): 5, ("IFD", "C011"): 5,
    }  # fmt: skip


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
