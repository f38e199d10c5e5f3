"""`gateway partners guide` and `gateway partners checklist`, as commands."""

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pytest


@pytest.fixture
def started(invoke: Callable, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    assert invoke("init", str(tmp_path / "dc"), "--no-input").status == 0
    monkeypatch.chdir(tmp_path / "dc")
    return tmp_path / "dc"


def test_it_writes_a_page_once(started: Path, invoke: Callable) -> None:
    result = invoke("partners", "guide", "bigbox")
    assert (result.status, result.out.strip()) == (0, "bigbox-en.html")
    assert "purchase order" in (started / "bigbox-en.html").read_text()
    again = invoke("partners", "guide", "bigbox")
    assert (again.status, "is there already" in again.err) == (1, True)


def test_of_an_agreement_to_standard_output(started: Path, invoke: Callable) -> None:
    assert started.is_dir()
    result = invoke("partners", "guide", "nordmart-orders", "--language", "de", "--out", "-")
    assert result.out.startswith("<!doctype html>")
    assert invoke("partners", "guide", "nobody").status == 1
    assert invoke("partners", "guide", "bigbox", "--language", "fr", "--out", "-").status == 2


def test_what_the_partner_asks_for_and_what_is_weighed_otherwise_is_told(started: Path, invoke: Callable) -> None:
    routes = started / "routes.toml"
    told = 'acknowledge = ["997"]\nstrictness = { code_lists = "error" }\n'
    told += 'guide = { name = "BigBox guide", mandatory = ["BEG.05"], codes = { "BEG.02" = ["SA", "NE"] } }'
    routes.write_text(routes.read_text().replace('acknowledge = ["997"]', told, 1))
    page = invoke("partners", "guide", "bigbox", "--out", "-").out
    assert "You fill these beyond the standard: BEG.05." in page
    assert "Allowed at BEG.02: NE, SA." in page
    assert "<code>element-code</code></td><td>error" in page


ITEM: Mapping[str, Any] = {
    "item": "numbers", "standing": "open", "proof": "number_missing", "proof_values": {"family": "x12"},
    "next": "seed_numbers", "next_values": {"partner": "bigbox", "family": "x12"}, "whose": "ours", "note": "",
    "noted_by": None, "noted_at": None,
}  # fmt: skip
DONE: Mapping[str, Any] = {
    **ITEM, "item": "connection", "standing": "done", "proof": "received", "next": "", "next_values": {}, "whose": "nobodys",
    "proof_values": {"at": "2026-11-22T08:00:00+00:00", "channel": "bigbox-as2"}, "note": "fine", "noted_by": "ada",
}  # fmt: skip


class TestChecklist:
    @pytest.fixture
    def asked(self, monkeypatch: pytest.MonkeyPatch) -> list[tuple[Any, ...]]:
        """What is asked for, answered without a database."""
        asked: list[tuple[Any, ...]] = []

        async def answer(config: str, partner: str, *words: str) -> dict[str, Any]:
            asked.append((config, partner, *words))
            return {"name": "BigBox", "done": 1, "items": [DONE, ITEM]}

        monkeypatch.setattr("gateway.cli.partners_checklist._asked", answer)
        return asked

    def test_it_tells_each_item_with_its_proof_and_what_to_do(self, asked: list[Any], invoke: Callable) -> None:
        result = invoke("partners", "checklist", "bigbox")
        assert result.status == 3
        assert "BigBox: 1 of 2 items are settled" in result.out
        assert "done       Connection: Last received by bigbox-as2 on 2026-11-22." in result.out
        assert "ada: fine" in result.out
        assert "we: gateway numbers seed bigbox --family x12 --last N" in result.out
        assert asked == [("routes.toml", "bigbox", "", "", "", asked[0][-1])]

    def test_what_is_waived_needs_a_reason(self, asked: list[Any], invoke: Callable) -> None:
        assert invoke("partners", "checklist", "bigbox", "--waive", "numbers").status == 2
        words = ("--waive", "numbers", "--reason", "new", "--by", "ada", "-o", "csv")
        result = invoke("partners", "checklist", "bigbox", *words)
        assert asked == [("routes.toml", "bigbox", "numbers", "", "new", "ada")]
        assert result.out.splitlines()[0].startswith("item,standing,proof")
