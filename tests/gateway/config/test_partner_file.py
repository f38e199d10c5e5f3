"""A proposed file as text: TOML whatever stands in it, with its questions; and trials, which leave the real folder as it is."""

import tomllib
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.config.partner_file import literal, partner_file_text
from gateway.config.trial import includes, laid_beside
from gateway.domain.onboarding.partner_file import Block, PartnerFile, Question, Setting
from gateway.errors import ActionRefused

TEXTS = st.text(max_size=60)
VALUES: st.SearchStrategy[Any] = st.recursive(
    TEXTS | st.booleans() | st.integers(-9, 9_999),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(min_size=1, max_size=8), inner, max_size=3),
    max_leaves=8,
)


@given(VALUES)
def test_a_value_is_read_as_it_was_meant(value: Any) -> None:
    assert tomllib.loads(f"a = {literal(value)}") == {"a": value}


@given(TEXTS, TEXTS, TEXTS, VALUES)
def test_whatever_partners_write_ends_no_comment_and_opens_no_table(remark: str, question: str, about: str, value: Any) -> None:
    block = Block("[[partner]]", [Question("a", question), Setting("id", "acme", about), Setting("x", value)], [remark])
    hidden = Block("[[route]]", [Setting("id", "other", about), Question("b", question)], [remark], chosen=False)
    file = PartnerFile("partners/acme.toml", [remark], [block, hidden], [Question("c", question)])
    assert tomllib.loads(partner_file_text(file)) == {"partner": [{"id": "acme", "x": value}]}


def test_questions_stand_where_they_belong_and_are_all_told() -> None:
    block = Block("[[partner]]", [Setting("id", "acme"), Question("owner", "Whose?"), Setting("owner", "edi", "whose they are")])
    file = PartnerFile("partners/acme.toml", ["Acme."], [block], [Question("else", "And elsewhere?")])
    assert partner_file_text(file).splitlines() == [
        "# Acme.",
        "# DECIDE And elsewhere?",
        "",
        "[[partner]]",
        'id = "acme"',
        "# DECIDE Whose?",
        f"{'owner = ' + chr(34) + 'edi' + chr(34):<42} # whose they are",
    ]
    assert [(table, one.code) for table, one in file.decisions()] == [("", "else"), ("[[partner]]", "owner")]


def test_long_lists_are_written_a_line_each() -> None:
    rules = [{"require": f"lines[].{name}"} for name in ("quantity", "number", "item", "price", "unit")]
    text = partner_file_text(PartnerFile("p", [], [Block("[[route]]", [Setting("rules", rules, "in this order")])]))
    assert "# in this order\nrules = [\n  { require = " in text
    assert tomllib.loads(text) == {"route": [{"rules": rules}]}


class TestTrials:
    @pytest.fixture
    def main(self, tmp_path: Path) -> Path:
        (tmp_path / "partners").mkdir()
        (tmp_path / "partners" / "old.toml").write_text("old")
        (tmp_path / "routes.toml").write_text("main")
        return tmp_path / "routes.toml"

    def test_new_files_lie_beside_those_that_are_there(self, main: Path) -> None:
        with laid_beside(main, {"partners/new.toml": "new", "tables/a/b.csv": "codes"}) as there:
            assert there.read_text() == "main"
            assert sorted(one.read_text() for one in (there.parent / "partners").iterdir()) == ["new", "old"]
            assert (there.parent / "tables" / "a" / "b.csv").read_text() == "codes"
        assert not there.exists()
        assert [one.name for one in (main.parent / "partners").iterdir()] == ["old.toml"]
        assert not (main.parent / "tables").exists()

    def test_nothing_is_laid_over_what_is_there(self, main: Path) -> None:
        with (
            pytest.raises(ActionRefused, match=r"partners/old\.toml is there already"),
            laid_beside(main, {"partners/old.toml": "x"}),
        ):
            pass
        assert (main.parent / "partners" / "old.toml").read_text() == "old"

    def test_patterns_of_include_are_those_of_files(self) -> None:
        assert includes(["partners/*.toml"], "partners/acme.toml")
        assert not includes(["other/*.toml", "partners/bigbox.toml"], "partners/acme.toml")
