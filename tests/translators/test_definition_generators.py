"""The generators of definitions: small texts in the forms of the sources, and what is made of them."""

from pathlib import Path

import pytest

from tools.generate_edifact import message, rendered_tree
from tools.generate_x12 import Sef, element, entry, expanded, limit, nodes, taken_over, wrapped

SEF = """.SETS
875=^[ST,M][G50,M][N9,,>1]{0100:10[N1,M][N2]}{0200:>1+5[LM][LQ,M,100]}^[SE,M]
857=[ST,M]{:>1[HL,M]{BS1:1[G05]{:2[N1]}}{BS2:1+4[TDS]}}+2[SE,M]
.SEGS
N1=[98,M][93][66][67]+R0203P0304
SDP=[678,M]{2[679][C001,,3]}
.COMS
C001=[355,M]{2[1018]}[649]
.ELMS
98=ID,2,3
.CODES
98=BY,ST
143=100,104:106
103=BAG|01,02
"""
TABLE = """
4.3.1  Segment table
0010   UNH Message header            M   1
0020   BGM Beginning of message      M   1
0030   ─── Segment group 1  ──────── C   9────┐
0040   RFF Reference                 M   1    │
0050   ─── Segment group 2  ──────── C   5───┐│
0060   DTM Date/time/period          M   1───┴┘
0070   UNT Message trailer           M   1
"""


@pytest.fixture
def sef(tmp_path: Path) -> Sef:
    path = tmp_path / "4010.sef"
    path.write_text(SEF)
    return Sef(path)


def test_a_set_becomes_a_tree_named_by_its_triggers(sef: Sef) -> None:
    party = {"loop": "N1", "req": "M", "max": 10, "c": [["N1", "M", 1], ["N2", "O", 1]]}
    code = {"loop": "LM", "req": "O", "max": ">1", "c": [["LM", "O", 1], ["LQ", "M", 100]]}
    assert sef.structure("875") == [["ST", "M", 1], ["G50", "M", 1], ["N9", "O", ">1"], party, code, ["SE", "M", 1]]


def test_a_bounded_part_is_no_loop(sef: Sef) -> None:
    party = {"loop": "N1", "req": "O", "max": 2, "c": [["N1", "O", 1]]}
    level = {"loop": "HL", "req": "M", "max": ">1", "c": [["HL", "M", 1], ["G05", "O", 1], party, ["TDS", "O", 1]]}
    assert sef.structure("857") == [["ST", "M", 1], level, ["SE", "M", 1]]


def test_segments_composites_elements_and_codes_are_read(sef: Sef) -> None:
    assert sef.tags == {"N1", "SDP"}
    assert sef.segment("N1") == {"el": [["98", "M"], ["93", "O"], ["66", "O"], ["67", "O"]], "syntax": ["R0203", "P0304"]}
    assert sef.segment("SDP")["el"] == [["678", "M"], ["679", "O"], ["C001", "O", 3], ["679", "O"], ["C001", "O", 3]]
    assert sef.composite("C001") == [["355", "M"], ["1018", "O"], ["1018", "O"], ["649", "O"]]
    assert sef.element("98") == ["ID", 2, 3]
    assert sef.codes("143") == ["100", "104", "105", "106"]
    assert sef.codes("103") == ["BAG", "01", "02"]
    assert sef.codes("1") == []


def test_groups_of_elements_are_written_out() -> None:
    assert list(expanded("[1]{3[2][3]}[4]")) == [[n, "O"] for n in ("1", "2", "3", "2", "3", "2", "3", "4")]


def test_conditions_are_taken_over_where_the_elements_agree() -> None:
    earlier = {"el": [["1", "M"], ["2", "O"], ["3", "O"]], "syntax": ["P0102", "C0203", "R0103"]}
    assert list(taken_over({"el": [["1", "M"], ["2", "O"], ["9", "O"]]}, earlier)) == ["P0102"]
    assert list(taken_over({"el": [["1", "M"], ["2", "O"]]}, earlier)) == ["P0102"]


def test_numbers_of_the_later_version_have_the_decimals_of_the_earlier() -> None:
    facts = {"004010": {"elements": {"610": ["N2", 1, 15]}}, "005010": {"elements": {"610": ["N", 1, 18], "7": ["N", 1, 3]}}}
    assert element("610", "005010", facts) == ("N2", 1, 18)
    assert element("7", "005010", facts) == ("N0", 1, 3)


def test_literals_are_written_in_bounded_lines() -> None:
    assert "".join(nodes([["A", "M", ">1"], {"loop": "B", "req": "O", "max": 2, "c": [["B", "M", 1]]}], 0)).split() == [
        '("A",', '"M",', "0),", '("B",', '"O",', "2,", "(", '("B",', '"M",', "1),", ")),",
    ]  # fmt: skip
    long = "".join(wrapped("1", [f"C{n:03}" for n in range(100)]))
    assert max(map(len, long.splitlines())) <= 118
    assert eval(long.strip().rstrip(",").split(":", 1)[1]) == " ".join(f"C{n:03}" for n in range(100))
    segment = "".join(entry("XXX", {"el": [["1234", "O"]] * 40, "syntax": ["P0102"]}))
    assert max(map(len, segment.splitlines())) <= 118
    assert (limit(">1"), limit(5)) == (0, 5)


def test_a_message_text_becomes_a_tree(tmp_path: Path) -> None:
    path = tmp_path / "ORDERS_D.96A"
    path.write_bytes(TABLE.encode("cp437"))
    tree = message(path)
    inner = ("SG2", "C", 5, [("DTM", "M", 1)])
    assert tree == [("UNH", "M", 1), ("BGM", "M", 1), ("SG1", "C", 9, [("RFF", "M", 1), inner]), ("UNT", "M", 1)]
    assert rendered_tree(tree).count("\n") == 9
