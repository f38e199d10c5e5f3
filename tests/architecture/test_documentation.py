"""Documentation: links lead somewhere, decisions are numbered and short, reference pages are what the code says."""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from gateway.contract.export import files as contract
from tests.architecture.source_tree import ROOT, committed_files
from tools.reference import CONTRACT
from tools.reference import PAGES as REFERENCE

PAGES = [name for name in committed_files() if name.endswith(".md") and "/fixtures/" not in name]
DECISIONS = [name for name in PAGES if name.startswith("docs/adr/") and not name.endswith("README.md")]

A_PAGE = 60
SECTIONS = ("## Context", "## Decision", "## Consequences")


def anchors(page: Path) -> set[str]:
    """The anchors of a page's headings, as GitHub makes them."""
    headings = re.findall(r"^#+ (.+)$", page.read_text(encoding="utf-8"), flags=re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}


@pytest.mark.parametrize("name", PAGES)
def test_every_link_of_a_page_leads_somewhere(name: str) -> None:
    page = ROOT / name
    text = re.sub(r"```.*?```", "", page.read_text(encoding="utf-8"), flags=re.DOTALL)
    broken = []
    for link in re.findall(r"\[[^\]]*\]\(([^)\s]+)\)", text):
        if "://" in link:
            continue
        path, _, anchor = link.partition("#")
        target = (page.parent / path).resolve() if path else page
        if not target.exists() or (anchor and anchor not in anchors(target)):
            broken.append(link)
    assert not broken


@pytest.mark.parametrize("name", DECISIONS)
def test_a_decision_is_numbered_dated_and_at_most_a_page(name: str) -> None:
    text = (ROOT / name).read_text(encoding="utf-8")
    number = Path(name).name.split("-")[0]
    assert re.match(rf"# {int(number)}\. .+\n\n\d{{4}}-\d\d-\d\d · (accepted|superseded by \d+)\n", text)
    assert [section for section in SECTIONS if section in text] == list(SECTIONS)
    assert text.count("\n") <= A_PAGE


def test_decisions_are_numbered_without_gaps() -> None:
    numbers = [Path(name).name.split("-")[0] for name in DECISIONS]
    assert numbers == [f"{number:04d}" for number in range(1, len(numbers) + 1)]


@pytest.mark.parametrize("page", REFERENCE)
def test_a_reference_page_is_what_the_code_says(page: str) -> None:
    assert (ROOT / "docs" / "reference" / page).read_text(encoding="utf-8") == REFERENCE[page](), "run `make docs`"


def test_the_contract_is_what_the_code_says() -> None:
    committed = {path.relative_to(CONTRACT).as_posix(): path.read_bytes() for path in CONTRACT.rglob("*.json")}
    assert committed.keys() == contract().keys(), "run `make docs`, and delete what is no longer written"
    assert [name for name, content in contract().items() if committed[name] != content] == [], "run `make docs`"


def test_the_fifteen_lines_of_the_readme_are_a_configuration_that_can_be_used(tmp_path: Path) -> None:
    (lines,) = re.findall(r"```toml\n(.*?)```", (ROOT / "README.md").read_text(encoding="utf-8"), flags=re.DOTALL)
    assert lines.count("\n") == 15
    (tmp_path / "routes.toml").write_text(lines, encoding="utf-8")
    check = subprocess.run(
        [sys.executable, "-m", "gateway.cli", "check", str(tmp_path / "routes.toml")],
        cwd=ROOT,
        check=False,
        capture_output=True,
        text=True,
        env={**os.environ, "ODOO_API_KEY": "key"},
    )
    assert check.returncode == 0, check.stdout + check.stderr


def test_the_start_page_leads_to_every_page() -> None:
    start = (ROOT / "docs" / "README.md").read_text(encoding="utf-8")
    missing = [
        name
        for name in PAGES
        if name.startswith("docs/") and name != "docs/README.md" and name.removeprefix("docs/") not in start
    ]
    assert not missing
