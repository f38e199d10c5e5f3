"""What a mapping speaks of, told from its declarations: which segments it takes, in which loops, and what codes mean to it."""

from typing import Any

from translators.mapping.clauses import Each, Once, Qualified, ReadOnly
from translators.mapping.mapping import Group, Level
from translators.mapping.outline import Speech
from translators.mapping.parties import Parties, RoleTable
from translators.mapping.parts import Coded, Text
from translators.mapping.words import Words

PURPOSES = Words({"00": "original", "05": "replaces_all"})
ROLES = Words({"BY": "buyer", "ST": "ship_to"})
PARTIES = Parties("N1", RoleTable(ROLES, frozenset({"buyer"})), [Once("N3", {"lines": Text(1)})])
DATES = Qualified("DTM", 1, Text(2), fields={"002": "requested_delivery", "010": "ship.window"})


def speech(*clauses: Any) -> Speech:
    return Speech((Level(clauses),))


def meanings(of: Speech, tag: str, *, begins: bool = False) -> dict[Any, dict[str, str]]:
    return {place: dict(words) for place, words in of.meanings(tag, begins=begins).items()}


class TestReads:
    def test_a_document_without_a_mapping_is_passed_on_whole(self) -> None:
        whole = Speech.of(None)
        assert whole.reads("ANY")
        assert whole.inside("N1").inside("N2").reads("OTHER")
        assert meanings(whole, "ANY") == {}

    def test_only_the_segments_that_a_clause_is_about_are_read(self) -> None:
        said = speech(Once("BEG", {"number": Text(3)}))
        assert said.reads("BEG")
        assert not said.reads("REF")

    def test_a_segment_of_a_loop_is_read_there_and_nowhere_else(self) -> None:
        said = speech(PARTIES)
        assert not said.reads("N3")
        assert said.inside("N1").reads("N3")
        assert not said.inside("PO1").reads("N3")

    def test_a_loop_that_nothing_is_said_of_has_no_levels(self) -> None:
        inside = speech(PARTIES).inside("PO1")
        assert (inside.levels, inside.whole, inside.roles) == ((), False, ())

    def test_loops_that_are_told_apart_by_a_qualifier_are_one_loop_of_the_table(self) -> None:
        lines = Group("HL:I", [Once("LIN", {"item": Text(3)})], into="lines")
        packs = Group("HL:P", [Once("MAN", {"mark": Text(2)})], into="packs")
        inside = speech(lines, packs).inside("HL")
        assert (inside.reads("LIN"), inside.reads("MAN"), inside.reads("REF")) == (True, True, False)

    def test_groups_within_their_own_kind_are_part_of_it(self) -> None:
        inner = Group("HL:I", [Once("LIN", {"item": Text(3)})], into="lines")
        assert speech(Group("HL:S", [inner], into="shipments")).inside("HL").reads("LIN")


class TestMeanings:
    def test_qualifiers_lead_to_members(self) -> None:
        assert meanings(speech(DATES), "DTM") == {1: {"002": "requested delivery", "010": "ship window"}}

    def test_all_others_mean_what_their_names_say_only_where_they_are_kept(self) -> None:
        names = Words({"011": "shipped_on"})
        kept = Qualified("DTM", 1, Text(2), fields={"002": "due"}, others="other_dates", names=names)
        dropped = Qualified("DTM", 1, Text(2), fields={"002": "due"}, names=names)
        assert meanings(speech(kept), "DTM") == {1: {"002": "due", "011": "shipped on"}}
        assert meanings(speech(dropped), "DTM") == {1: {"002": "due"}}

    def test_coded_parts_mean_their_words(self) -> None:
        found = meanings(speech(Once("BEG", {"purpose": Coded(1, PURPOSES), "number": Text(3)})), "BEG")
        assert found == {1: {"00": "original", "05": "replaces all"}}

    def test_roles_are_told_of_the_segment_that_begins_the_loop_only(self) -> None:
        inside = speech(PARTIES).inside("N1")
        assert meanings(inside, "N1", begins=True) == {1: {"BY": "buyer", "ST": "ship to"}}
        assert meanings(inside, "N1") == {}
        assert meanings(inside, "N3") == {}

    def test_the_first_clause_that_knows_a_code_says_what_it_means(self) -> None:
        one, other = (Once("BEG", {"x": Coded(1, Words({"00": word}))}) for word in ("first", "second"))
        assert meanings(speech(one, other), "BEG") == {1: {"00": "first"}}

    def test_a_fixed_code_means_the_members_that_such_a_segment_fills(self) -> None:
        said = speech(Once("REF", {"contract.number": Text(2)}, fixed={1: "CT"}), Each("REF", "notes", {"note": Text(2)}))
        assert meanings(said, "REF") == {1: {"CT": "contract number"}}

    def test_what_is_only_read_has_its_meaning_as_well(self) -> None:
        found = meanings(speech(ReadOnly(Once("BEG", {"purpose": Coded(1, PURPOSES)}))), "BEG")
        assert found[1]["00"] == "original"
