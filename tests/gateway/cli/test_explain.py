"""`gateway explain` on real documents: as text, as records, as a page."""

import json
from html.parser import HTMLParser
from pathlib import Path

import pytest

from gateway.cli.explain_page import page
from tests.gateway.cli.invented import run_command

FIXTURES = Path(__file__).parents[2] / "fixtures"
ORDER = FIXTURES / "x12" / "850__aaronhuggins-node-x12__850_2.edi"
REAL = sorted(path for folder in ("x12", "edifact") for path in (FIXTURES / folder).iterdir() if path.is_file())


def test_text_shows_names_values_and_members() -> None:
    out = run_command("explain", str(ORDER)).out
    assert "BEG order header" in out
    line = next(line for line in out.splitlines() if "number = 08292233294" in line)
    assert line.split() == ["03", "324", "order", "number", "08292233294", "→", "number", "=", "08292233294"]


def test_records_hold_the_same() -> None:
    records = [json.loads(line) for line in run_command("explain", str(ORDER), "-o", "jsonl").out.splitlines()]
    beg = next(record for record in records if record["tag"] == "BEG")
    assert beg["elements"][2] == {
        "element": 3,
        "component": None,
        "id": "324",
        "name": "order number",
        "value": "08292233294",
        "canonical": [{"path": "number", "value": "08292233294"}],
        "findings": [],
    }


class Strict(HTMLParser):
    """Refuses what would be fetched or run, and tags that do not close."""

    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        assert tag not in ("script", "link", "img", "iframe")
        assert not {name for name, _ in attrs} & {"src", "href", "onclick"}
        if tag not in ("meta", "br"):
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag


@pytest.mark.parametrize("path", REAL, ids=lambda path: path.name)
def test_every_real_document_makes_a_page_that_fetches_nothing(path: Path) -> None:
    text, _wrong = page(path.name, path.read_bytes())
    parser = Strict()
    parser.feed(text)
    assert parser.open == []


def test_the_page_marks_what_is_wrong_and_escapes_what_was_sent() -> None:
    data = ORDER.read_bytes().replace(b"XYZ RETAIL", b"<b>RETAIL", 1).replace(b"PO1*1*120*", b"PO1*1*abc*", 1)
    text, wrong = page("order.edi", data)
    assert wrong
    assert "&lt;b&gt;RETAIL" in text
    assert 'class="error"' in text
    assert run_command("explain", "-", "-o", "html", stdin=data).status == 5
