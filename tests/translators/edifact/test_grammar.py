"""Structure: order, requirement, repeats, groups with the same trigger, and one report for one fault."""

import pytest

from translators.edifact.grammar import _MOST_TREES, _SHORT, Occurrence, Tree, grammar
from translators.finding import Code

Report = list[tuple[Code, int, str]]


def walked(text: str, directory: str = "D.96A", message: str = "ORDERS") -> tuple[Tree, Report]:
    """The tree of these tags (header first, trailer left out), and what was reported."""
    reports: Report = []
    tree = grammar(message, directory).fit(
        text.split(), lambda code, _text, number, tag, _expected: reports.append((code, number, tag))
    )
    return tree, reports


def shape(occurrence: Occurrence, text: str) -> str:
    """The tree of these tags in brackets."""
    own = " ".join(text.split()[number - 1] for number in occurrence.numbers)
    return " ".join([own, *(f"({shape(g, text)})" for g in occurrence.groups)])


GOOD = "UNH BGM DTM RFF DTM NAD LOC RFF CTA COM NAD CUX LIN PIA QTY PRI CUX RFF LIN QTY UNS MOA CNT"


def test_segments_come_into_their_groups() -> None:
    tree, reports = walked(GOOD)
    assert reports == []
    assert shape(tree.root, GOOD) == (
        "UNH BGM DTM UNS MOA CNT (RFF DTM) (NAD LOC (RFF) (CTA COM)) (NAD) (CUX) (LIN PIA QTY (PRI CUX) (RFF)) (LIN QTY)"
    )


def test_paths_and_roles_name_the_groups() -> None:
    tree, _ = walked(GOOD)
    line = tree.root.groups[4]
    assert (line.node.path, line.node.role) == ("SG25", "LIN")
    assert (line.groups[0].node.path, line.groups[0].node.role) == ("SG25/SG28", "LIN/PRI")
    assert tree.depths[:8] == [0, 0, 0, 1, 1, 1, 1, 2]


@pytest.mark.parametrize("directory", ["D.96A", "D.01B"])
def test_the_same_order_fits_both_directories(directory: str) -> None:
    assert walked(GOOD, directory)[1] == []


def test_position_decides_between_groups_with_the_same_trigger() -> None:
    tree, reports = walked("UNH BGM DTM ALC PCD MOA TAX MOA LIN ALC PCD MOA TAX MOA UNS MOA ALC MOA")
    assert reports == []
    assert [g.node.path for g in tree.root.groups] == ["SG18", "SG25", "SG54"]
    assert [g.node.path for g in tree.root.groups[1].groups] == ["SG25/SG39"]


def test_after_an_inner_group_the_outer_goes_on() -> None:
    assert walked("UNH BGM DTM LIN SCC QTY DTM QTY DTM SCC QTY LIN UNS")[1] == []


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("UNH DTM LIN UNS", [(Code.SEGMENT_MISSING, 1, "BGM")]),
        ("UNH BGM LIN UNS", [(Code.SEGMENT_MISSING, 2, "DTM")]),
        ("UNH LIN UNS", [(Code.SEGMENT_MISSING, 1, "BGM"), (Code.SEGMENT_MISSING, 1, "DTM")]),
        ("UNH BGM DTM LIN", [(Code.SEGMENT_MISSING, 4, "UNS")]),
        ("UNH BGM DTM LIN CNT", [(Code.SEGMENT_MISSING, 4, "UNS")]),
        ("UNH BGM BGM DTM UNS", [(Code.SEGMENT_REPEATS, 3, "BGM")]),
        ("UNH BGM DTM NAD CTA COM COM COM COM COM COM UNS", [(Code.SEGMENT_REPEATS, 11, "COM")]),
        ("UNH BGM DTM RFF RFF RFF RFF RFF RFF RFF RFF RFF RFF RFF UNS", [(Code.LOOP_REPEATS, 14, "RFF")]),
        ("UNH BGM DTM XYZ LIN UNS", [(Code.SEGMENT_UNKNOWN, 4, "XYZ")]),
        ("UNH BGM DTM BUS LIN UNS", [(Code.SEGMENT_NOT_IN_DEFINITION, 4, "BUS")]),
        ("UNH BGM DTM LIN QTY BGM UNS", [(Code.SEGMENT_OUT_OF_ORDER, 6, "BGM")]),
        ("UNH BGM DTM CUX NAD LIN UNS", [(Code.SEGMENT_OUT_OF_ORDER, 5, "NAD")]),
        ("UNH BGM DTM CNT LIN UNS", [(Code.SEGMENT_OUT_OF_ORDER, 4, "CNT")]),
        ("UNH BGM DTM UNS UNS CNT", [(Code.SEGMENT_REPEATS, 5, "UNS")]),
    ],
)
def test_deviations_are_reported_once_at_their_place(text: str, expected: Report) -> None:
    assert walked(text)[1] == expected


def test_a_missing_trigger_is_reported_once_and_the_group_read() -> None:
    text = "UNH BGM DTM PIA IMD QTY PRI LIN QTY UNS"
    tree, reports = walked(text)
    assert reports == [(Code.SEGMENT_MISSING, 3, "LIN")]
    assert shape(tree.root, text) == "UNH BGM DTM UNS (PIA IMD QTY (PRI)) (LIN QTY)"


def test_surplus_repeats_are_kept() -> None:
    tree, _ = walked("UNH BGM DTM" + " RFF" * 11 + " UNS")
    assert len(tree.root.groups) == 11


def test_segments_without_place_are_kept_apart() -> None:
    tree, _ = walked("UNH BGM DTM XYZ LIN UNS BGM")
    assert tree.strays.numbers == [4, 7]


def test_a_run_of_misplaced_segments_is_one_report() -> None:
    assert walked("UNH BGM DTM LIN UNS NAD CTA NAD CNT")[1] == [(Code.SEGMENT_OUT_OF_ORDER, 6, "NAD")]


def test_contrl_has_its_groups() -> None:
    text = "UNH UCI UCM UCS UCD UCD UCS UCM"
    tree, reports = walked(text, "service.3", "CONTRL")
    assert reports == []
    assert shape(tree.root, text) == "UNH UCI (UCM (UCS UCD UCD) (UCS)) (UCM)"
    assert walked("UNH UCI UCF UCM UCS UCF", "service.4", "CONTRL")[1] == []


def test_unknown_tags_leave_no_trace_in_the_shared_grammar() -> None:
    walked("UNH BGM DTM " + " ".join(f"Q{n}" for n in range(100)))
    dtm = grammar("ORDERS", "D.96A").root.children[2]
    assert not any(tag.startswith("Q") and tag not in ("QTY", "QVR") for tag in dtm.moves)


def test_messages_of_the_same_tags_share_one_tree_when_nothing_is_wrong_with_them() -> None:
    assert walked(GOOD)[0] is walked(GOOD)[0]
    bad = "UNH BGM DTM LIN QTY BGM UNS"
    assert walked(bad)[1] == walked(bad)[1] != []


def test_trees_are_remembered_of_a_few_short_messages_only() -> None:
    for lines in range(200):
        walked("UNH BGM DTM" + " LIN" * lines + " UNS")
    trees = grammar("ORDERS", "D.96A")._trees
    assert 0 < len(trees) <= _MOST_TREES
    assert max(map(len, trees)) <= _SHORT
