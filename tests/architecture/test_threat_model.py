"""The threat model names the tests that guard each boundary: each is there, and each boundary has some."""

import re

from tests.architecture.source_tree import ROOT

PAGE = (ROOT / "docs" / "explanation" / "threat-model.md").read_text(encoding="utf-8")
NAMED = re.findall(r"`(tests/[\w/]+\.py)::(\w+)`", PAGE)


def test_every_test_that_it_names_is_there() -> None:
    missing = [
        f"{file}::{name}"
        for file, name in NAMED
        if not (ROOT / file).is_file() or not re.search(rf"def {name}\(", (ROOT / file).read_text(encoding="utf-8"))
    ]
    assert len(NAMED) > 40
    assert not missing


def test_every_threat_has_a_test() -> None:
    rows = [row for row in re.findall(r"^\| (.+) \|$", PAGE, re.MULTILINE) if not row.startswith(("what could be done", "---"))]
    assert [row for row in rows if "`tests/" not in row.rpartition("|")[2]] == []
    headings = re.findall(r"^## (.+)$", PAGE, re.MULTILINE)
    assert {"What a partner sends", "The console", "The API", "The broker", "The database", "The configuration"} <= set(headings)
