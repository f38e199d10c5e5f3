"""The script that writes the dashboards: panels in rows, queries with letters of their own, one text for the same dashboard."""

import json
import re
from pathlib import Path
from typing import Any

import pytest

from tools import dashboards
from tools.dashboards import DASHBOARDS, Panel, dashboard, main, text_of

ALL = sorted(DASHBOARDS)
_GRID = 24


def panels(name: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = dashboard(name)["panels"]
    return found


@pytest.mark.parametrize("name", ALL)
class TestADashboard:
    def test_is_found_under_a_name_of_its_own(self, name: str) -> None:
        made = dashboard(name)
        assert (made["uid"], made["tags"]) == (f"edi-{name}", ["edi-gateway"])
        assert len(made["uid"]) <= 40, "Grafana takes no longer ones"
        assert [dashboard(other)["title"] for other in ALL].count(made["title"]) == 1

    def test_has_panels_that_lie_within_the_screen_and_not_over_each_other(self, name: str) -> None:
        taken: set[tuple[int, int]] = set()
        for panel in panels(name):
            place = panel["gridPos"]
            assert 0 <= place["x"] <= _GRID - place["w"]
            squares = {(place["x"] + x, place["y"] + y) for x in range(place["w"]) for y in range(place["h"])}
            assert not squares & taken, panel["title"]
            taken |= squares

    def test_asks_questions_with_letters_of_their_own_and_names_each_line(self, name: str) -> None:
        for panel in panels(name):
            letters = [target["refId"] for target in panel["targets"]]
            assert letters == list("ABCDEFGHIJ"[: len(letters)]), panel["title"]
            names = [target["legendFormat"] for target in panel["targets"]]
            assert all(names), panel["title"]
            assert len(set(names)) == len(names), panel["title"]

    def test_names_lines_by_labels_that_the_question_keeps(self, name: str) -> None:
        for panel in panels(name):
            for target in panel["targets"]:
                kept = {one.strip() for by in re.findall(r"by \(([^)]*)\)", target["expr"]) for one in by.split(",")}
                assert set(re.findall(r"{{(\w+)}}", target["legendFormat"])) <= kept, panel["title"]

    def test_has_balanced_questions_and_titles_of_their_own(self, name: str) -> None:
        assert len({panel["title"] for panel in panels(name)}) == len(panels(name))
        for panel in panels(name):
            for target in panel["targets"]:
                assert all(target["expr"].count(left) == target["expr"].count(right) for left, right in ("()", "[]", "{}"))

    def test_is_json_that_ends_with_a_line(self, name: str) -> None:
        assert json.loads(text_of(name)) == dashboard(name)
        assert text_of(name).endswith("}\n")


def test_all_are_written_again_over_what_was_there(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = tmp_path / "grafana" / "dashboards"
    monkeypatch.setattr(dashboards, "FOLDER", folder)
    main()
    (folder / f"{ALL[0]}.json").write_text("{}")
    main()
    assert {path.stem: path.read_text() for path in folder.iterdir()} == {name: text_of(name) for name in ALL}


def test_a_single_value_is_a_panel_of_another_kind(monkeypatch: pytest.MonkeyPatch) -> None:
    some = [Panel(f"P{n}", "short", [("up", "now")], single=n == 3) for n in range(4)]
    monkeypatch.setattr(dashboards, "DASHBOARDS", {"one": ("One", some)})
    made = panels("one")
    assert [panel["type"] for panel in made] == ["timeseries"] * 3 + ["stat"]
    assert [(panel["gridPos"]["x"], panel["gridPos"]["y"]) for panel in made] == [(0, 0), (8, 0), (16, 0), (0, 8)]
