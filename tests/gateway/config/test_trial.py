"""Trials: `include` is understood as it is when files are read, and the real folder stays as it is whatever happens."""

import os
from pathlib import Path

import pytest

from gateway.config.source import read_source
from gateway.config.trial import includes, laid_beside
from gateway.errors import ActionRefused

PATTERNS = [
    "partners/*.toml",
    "./partners/*.toml",
    "partners/[a-c]*.toml",
    "partners/a?me.toml",
    "*/*.toml",
    "**/*.toml",
    "**/partners/*.toml",
    "*.toml",
    "partners/*",
    "partners/*.tml",
    "partners/*/*.toml",
    "partners",
    "other/*.toml",
    "partners/[d-z]*.toml",
]


@pytest.fixture
def main(tmp_path: Path) -> Path:
    (tmp_path / "partners" / "deep").mkdir(parents=True)
    (tmp_path / "partners" / "old.toml").write_text("old")
    (tmp_path / "partners" / "deep" / "deeper.toml").write_text("deeper")
    (tmp_path / "certs").mkdir()
    (tmp_path / "certs" / "ours.pem").write_text("ours")
    (tmp_path / "routes.toml").write_text("main")
    return tmp_path / "routes.toml"


def tree(folder: Path) -> dict[str, str]:
    """All files below a folder, links followed."""
    return {
        os.path.relpath(Path(place) / name, folder): (Path(place) / name).read_text()
        for place, _, names in os.walk(folder, followlinks=True)
        for name in names
    }


@pytest.mark.parametrize("pattern", PATTERNS)
def test_a_file_is_included_when_reading_would_read_it(pattern: str, tmp_path: Path) -> None:
    (tmp_path / "partners").mkdir()
    (tmp_path / "partners" / "acme.toml").write_text('[[owner]]\nid = "acme"\n')
    main = tmp_path / "routes.toml"
    main.write_text(f'include = ["{pattern}"]\n')
    read = any(file.name == "partners/acme.toml" for file, _ in read_source(main).origins.values())
    assert includes([pattern], "partners/acme.toml") == read


@pytest.mark.parametrize("pattern", ["", "/", "/etc/*.toml", "**x/*.toml", "["])
def test_a_pattern_that_is_none_includes_nothing(pattern: str) -> None:
    assert not includes([pattern], "partners/acme.toml")
    assert includes([pattern, "partners/*.toml"], "partners/acme.toml")


def test_no_pattern_includes_nothing() -> None:
    assert not includes([], "partners/acme.toml")


def test_a_trial_is_the_folder_with_the_new_files_and_nothing_else(main: Path) -> None:
    before = tree(main.parent)
    new = {"partners/acme.toml": "new", "partners/deep/x.toml": "x", "tables/acme_items.csv": "codes", "top.toml": "top"}
    with laid_beside(main, new) as there:
        assert tree(there.parent) == {**before, **new}
    assert tree(main.parent) == before


def test_what_is_written_into_a_trial_by_a_new_name_stays_there(main: Path) -> None:
    before = tree(main.parent)
    with laid_beside(main, {"partners/deep/x.toml": "x"}) as there:
        (there.parent / "partners" / "deep" / "y.toml").write_text("y")
    assert tree(main.parent) == before


def test_lines_end_as_they_were_given(main: Path) -> None:
    with laid_beside(main, {"a.csv": "one\r\ntwo\n"}) as there:
        assert (there.parent / "a.csv").read_bytes() == b"one\r\ntwo\n"


@pytest.mark.parametrize("name", ["routes.toml", "partners/old.toml", "certs/ours.pem"])
def test_nothing_is_laid_over_what_is_there(main: Path, name: str) -> None:
    before = tree(main.parent)
    with pytest.raises(ActionRefused, match="is there already"), laid_beside(main, {"new.toml": "new", name: "x"}):
        pass
    assert tree(main.parent) == before


def test_a_link_that_leads_nowhere_is_there_too(main: Path) -> None:
    (main.parent / "partners" / "gone.toml").symlink_to(main.parent / "nowhere")
    with pytest.raises(ActionRefused, match=r"partners/gone\.toml"), laid_beside(main, {"partners/gone.toml": "x"}):
        pass


def test_a_trial_is_gone_when_it_was_looked_at_even_after_a_failure(main: Path) -> None:
    trial = laid_beside(main, {"new.toml": "new"})
    there = trial.__enter__()
    assert there.exists()
    assert not trial.__exit__(RuntimeError, RuntimeError("on purpose"), None)
    assert not there.parent.exists()
