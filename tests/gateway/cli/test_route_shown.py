"""`gateway route explain` and `gateway test` in words: every outcome is shown, by whole segments, and bad input is said."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gateway.cli.test import junit
from tests.gateway.cli.invented import Result
from tests.integration.deciding import configured
from tests.translators.edifact.orders import order_edifact
from tests.translators.x12.orders import order_850

Invoke = Callable[..., Result]
ORDER = order_850(control_number=1, order_number="PO-1", lines=1, sender="01:123456789", receiver="ZZ:NORDICDC")
EDIFACT = order_edifact(control_number="7", order_number="N-1", lines=1, sender="5798000000025", receiver="5790000000012")
SEALED = {"type": "997", "verdict": "accepted", "channel": None, "explanation": ["All is well."], "problem": "", "family": "xml",
          "content": ""}  # fmt: skip
DOCUMENT: dict[str, Any] = {
    "type": "850", "name": None, "control_number": "0001", "state": "pending", "agreement": None, "keys": [], "findings": [],
    "tried": [], "rules": [], "deliveries": [], "failures": [], "lookups": [],
}  # fmt: skip
INTERCHANGE: dict[str, Any] = {
    "control_number": "", "family": "x12", "sender": "01:1", "partner": None, "verdict": "accepted", "findings": [],
    "documents": [], "acknowledgements": [], "written": [],
}  # fmt: skip


@pytest.fixture
def main(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A configuration in a working folder of its own, and an order beside it."""
    path = configured(tmp_path, "before")
    (path.parent / "order.x12").write_bytes(ORDER)
    monkeypatch.chdir(path.parent)
    return path


@pytest.fixture
def shown(main: Path, invoke: Invoke, monkeypatch: pytest.MonkeyPatch) -> Callable[..., list[str]]:
    """The lines that are shown of an interchange with these members."""

    def show(findings: list[dict[str, Any]] | None = None, **members: Any) -> list[str]:
        found = {"findings": findings or [], "interchanges": [{**INTERCHANGE, **members}]}

        async def tried(*_words: Any, **_terms: Any) -> dict[str, Any]:
            return found

        monkeypatch.setattr("gateway.bootstrap.routes.try_routes", tried)
        result = invoke("route", "explain", "order.x12", "--channel", "bigbox-folder")
        assert result.status == 0, result.err
        return [" ".join(line.split()) for line in result.out.splitlines()]

    return show


def finding(**members: Any) -> dict[str, Any]:
    return {"severity": "warning", "code": "odd", "message": "It is odd.", "segment": None, "tag": None, **members}


class TestExplain:
    def test_nobody_is_told_as_nobody_and_what_is_not_owed_as_nothing(self, shown: Callable[..., list[str]]) -> None:
        assert shown() == [
            "interchange x12 of 01:1: nobody that is configured, accepted",
            "answers nothing: no acknowledgement is owed",
        ]

    @pytest.mark.parametrize(
        ("members", "line"),
        [
            ({}, "warning odd: It is odd."),
            ({"segment": 3, "tag": "BEG"}, "warning odd at 3 BEG: It is odd."),
            ({"segment": 3}, "warning odd at 3: It is odd."),
            ({"severity": "info"}, "info odd: It is odd."),
        ],
    )
    def test_findings_have_their_place(self, shown: Callable[..., list[str]], members: dict[str, Any], line: str) -> None:
        one = finding(**members)
        assert shown([one])[0] == line
        assert shown(findings=[one])[0] == line

    def test_what_waits_what_is_ordered_and_what_was_noted(self, shown: Callable[..., list[str]]) -> None:
        document = {
            **DOCUMENT,
            "lookups": ["product in odoo"],
            "rules": [{"rule": "map", "path": "a", "before": "x", "after": None, "note": "not in the table"}],
            "deliveries": [
                {"to": "wms", "as": "order", "after": "odoo", "sequence_key": "4711"},
                {"to": "tms", "as": "order", "after": None, "sequence_key": None},
            ],
        }
        lines = shown(documents=[document])
        assert "850 0001 pending" in lines
        assert 'rule map a: "x" -> nothing (not in the table)' in lines
        assert "delivers to wms as order after odoo, in the order of 4711" in lines
        assert "delivers to tms as order" in lines
        assert "waits for the answer to a lookup: product in odoo" in lines

    def test_an_answer_that_cannot_be_written_says_why(self, shown: Callable[..., list[str]]) -> None:
        lines = shown(acknowledgements=[{**SEALED, "problem": "no identity"}])
        assert lines[1:] == ["answers 997 accepted fetched by the partner", "All is well.", "cannot be written: no identity"]

    def test_a_real_message_of_edifact_is_answered_segment_by_segment(self, main: Path, invoke: Invoke) -> None:
        result = invoke("route", "explain", "-", stdin=EDIFACT)
        lines = [line.strip() for line in result.out.splitlines()]
        assert (result.status, "answers  CONTRL accepted  by nordmart-folder" in lines) == (0, True)
        assert [line for line in lines if line.startswith("UNZ")] == ["UNZ+1+1'"]

    @pytest.mark.parametrize("words", [("route", "explain"), ("test", "--record")])
    @pytest.mark.parametrize("folder", [".", "empty"])
    def test_a_folder_is_no_document(self, main: Path, invoke: Invoke, words: tuple[str, ...], folder: str) -> None:
        (main.parent / "empty").mkdir()
        result = invoke(*words, folder, "--channel", "bigbox-folder")
        assert (result.status, result.err.splitlines()[0]) == (1, f"error: cannot read {folder}: it is a folder")
        assert "Name a file in it." in result.err


NAMES = st.text(st.characters(exclude_categories=["Cs"]), max_size=20)


class TestReports:
    @settings(max_examples=40)
    @given(name=NAMES, what=NAMES, value=st.one_of(st.none(), NAMES, st.integers(), st.lists(NAMES, max_size=2)))
    def test_whatever_tests_are_called_a_report_is_xml(self, name: str, what: str, value: Any) -> None:
        differences = [{"what": what, "expected": value, "actual": None}] * 2
        good = {"file": "a.toml", "name": name, "ok": True, "seconds": 0.1, "differences": []}
        bad = {**good, "ok": False, "differences": differences}
        suite = ET.fromstring("\n".join(junit({"passed": 1, "failed": 1, "seconds": 0.2, "tests": [good, bad]})))
        assert (suite.get("tests"), suite.get("failures"), len(suite.findall("testcase"))) == ("2", "1", 2)
        (failure,) = suite.findall("testcase/failure")
        assert str(failure.get("message")).count("actual nothing") >= 2

    def test_several_tests_are_counted_and_told_apart(self, main: Path, invoke: Invoke) -> None:
        folder = main.parent / "route-tests"
        folder.mkdir()
        one = '[[test]]\nname = "{}"\nfile = "../order.x12"\n[test.expect]\nstate = "{}"\n'
        (folder / "a.toml").write_text(one.format("good", "translated") + one.format("bad", "unreadable"))
        result = invoke("test", "-o", "jsonl")
        told = [json.loads(line) for line in result.out.splitlines()]
        assert [(line["name"], line["ok"]) for line in told] == [("good", True), ("bad", False)]
        assert result.status == 1
