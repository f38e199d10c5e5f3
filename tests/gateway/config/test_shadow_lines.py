"""The line by which an agreement is in shadow or not: in the file that says it, all else as it is written."""

import tomllib
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.config import lint
from gateway.config.positions import positions
from gateway.config.shadow_lines import _written, shadow_lines
from gateway.errors import ActionRefused
from tests.gateway.config.conftest import ENVIRON, ROUTES

AGREED = """
[[agreement]]   # what they order
  id = "850"  # as the guide says
  partner = "bigbox"
  direction = "in"
  document = "purchase_order"
  format = "x12/004010/850"
"""


def changed(folder: Path, files: dict[str, str], agreement: str = "850", *, shadow: bool = False) -> Any:
    """What is to be written into these files."""
    for name, text in files.items():
        (folder / name).parent.mkdir(exist_ok=True)
        (folder / name).write_bytes(text.encode())
    return shadow_lines(folder / "routes.toml", ENVIRON, agreement, shadow=shadow)


class TestWhereItStands:
    def test_behind_the_id_with_its_indentation_and_comments(self, tmp_path: Path) -> None:
        found = changed(tmp_path, {"routes.toml": AGREED})
        assert found.text == AGREED.replace("guide says\n", "guide says\n  shadow = false\n")
        assert (found.file, found.line) == ("routes.toml", 4)
        assert found.lines == '# in the [[agreement]] with id = "850"\nshadow = false\n'

    @pytest.mark.parametrize("said", ["shadow = true", "shadow=true # until May", '"shadow"   =   true'])
    def test_in_the_place_of_what_it_says(self, tmp_path: Path, said: str) -> None:
        text = AGREED.replace('  partner = "big', f'  {said}\n  partner = "big')
        found = changed(tmp_path, {"routes.toml": text})
        assert (found.text, found.line) == (text.replace("true", "false"), 4)

    def test_and_back(self, tmp_path: Path) -> None:
        there = changed(tmp_path, {"routes.toml": AGREED})
        back = changed(tmp_path, {"routes.toml": there.text}, shadow=True)
        assert back.text == there.text.replace("shadow = false", "shadow = true")

    def test_lines_end_as_they_did(self, tmp_path: Path) -> None:
        text = AGREED.replace("\n", "\r\n")
        assert changed(tmp_path, {"routes.toml": text}).text.count("\r\n") == text.count("\r\n") + 1

    def test_in_a_table_on_one_line(self, tmp_path: Path) -> None:
        text = 'agreement = [{ partner = "bigbox", id = "850" }, { id = "855", partner = "bigbox" }]\n'
        found = changed(tmp_path, {"routes.toml": text})
        assert found.text == text.replace('id = "850"', 'shadow = false, id = "850"')


class TestWhichFile:
    def test_the_one_that_has_the_agreement(self, tmp_path: Path) -> None:
        files = {"routes.toml": 'include = ["partners/*.toml"]\n', "partners/a.toml": "", "partners/bigbox.toml": AGREED}
        assert changed(tmp_path, files).file == "partners/bigbox.toml"

    def test_that_of_the_environment_where_that_says_it(self, tmp_path: Path) -> None:
        main = f'[gateway]\nid = "us"\nenvironment = "test"\n{AGREED}'
        overlay = '[[agreement]]\nid = "850"\nshadow = true\n'
        found = changed(tmp_path, {"routes.toml": main, "environments/test.toml": overlay})
        assert (found.file, found.text) == ("environments/test.toml", overlay.replace("true", "false"))


PROFILED = (
    ROUTES.replace('[[partner]]\nid = "bigbox"', '[[partner]]\nprofile = "retail"\nid = "bigbox"')
    + """
[[profile]]
id = "retail"

[[profile.agreement]]
id = "860"
direction = "in"
document = "purchase_order_change"
format = "x12/004010/860"
"""
)


class TestProfiles:
    def test_what_a_profile_makes_is_said_in_a_table_of_the_partner(self, tmp_path: Path) -> None:
        found = changed(tmp_path, {"routes.toml": PROFILED}, "bigbox-860")
        complaints = [one.message for one in lint(tmp_path / "routes.toml", ENVIRON).items]
        assert found.lines == '[[agreement]]\nid = "bigbox-860"\nshadow = false\n'
        assert found.text == f"{PROFILED}\n{found.lines}"
        assert found.text.split("\n")[found.line - 1] == "shadow = false"
        (tmp_path / "routes.toml").write_text(found.text)
        assert [one.message for one in lint(tmp_path / "routes.toml", ENVIRON).items] == complaints
        back = changed(tmp_path, {"routes.toml": found.text}, "bigbox-860", shadow=True)
        assert back.text == found.text.replace("shadow = false", "shadow = true")

    def test_a_profile_that_says_it_for_all_is_left_alone(self, tmp_path: Path) -> None:
        main = f"{PROFILED}shadow = true\n"
        found = changed(tmp_path, {"routes.toml": main}, "bigbox-860")
        assert found.text == f"{main}\n{found.lines}"


class TestByHand:
    @pytest.mark.parametrize(
        "text",
        [
            AGREED.replace('id = "850"  #', 'id = """\\\n850"""  #'),
            AGREED.replace('  partner = "big', '  shadow = "${SHADOW}"\n  partner = "big'),
        ],
    )
    def test_what_is_written_strangely_is_not_touched(self, tmp_path: Path, text: str) -> None:
        with pytest.raises(ActionRefused, match="not changed by a program") as refused:
            changed(tmp_path, {"routes.toml": text})
        assert 'shadow = false, in the agreement with id = "850"' in refused.value.remedy


KEYS = st.sampled_from(['id = "x"', 'partner = "id"', "shadow = true # shadow = false", 'guide = { id = "no", shadow = true }'])


@given(st.lists(KEYS, min_size=1, max_size=4, unique=True).filter(lambda keys: 'id = "x"' in keys), st.sampled_from(["", "  "]))
def test_however_a_table_is_written_nothing_else_changes(keys: list[str], indent: str) -> None:
    text = "[[agreement]]\n" + "".join(f"{indent}{key}\n" for key in keys) + '[[agreement]]\nid = "y"\n'
    (expected, other) = tomllib.loads(text)["agreement"]
    result, line = _written(text, ("agreement", 0), "shadow = false")
    assert tomllib.loads(result)["agreement"] == [{**expected, "shadow": False}, other]
    assert positions(result).values["agreement", 0, "shadow"].line == line
