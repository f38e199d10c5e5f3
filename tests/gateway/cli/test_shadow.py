"""`gateway shadow` and `gateway send --history`: what differs in words and records; files of the past, stored once each."""

import json
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from types import SimpleNamespace
from typing import Any
from uuid import UUID, uuid4

import pytest

from gateway.domain.shadow import Compared, Difference, Likeness
from gateway.ports import Handover, Receipt
from tests.gateway.cli.invented import Result

Invoke = Callable[..., Result]
WRONG = Compared(
    "order_response", "order:4711", Likeness.DIFFERENT, UUID(int=7), "855.edi",
    (Difference("lines[].quantity.value", "lines[1].quantity.value", "10", "9"), Difference("currency", "currency", None, "EUR")),
)  # fmt: skip
RIGHT = Compared("functional_acknowledgement", "group:12", Likeness.SAME, UUID(int=8), "997.edi")
STATUS: dict[str, Any] = {
    "partner": "bigbox",
    "agreements": [{"agreement": "bigbox-850", "shadow": False}, {"agreement": "bigbox-855", "shadow": True}],
    "documents": [{"document": "order_response", "state": "different", "count": 3}],
    "differences": [
        {"document": "order_response", "element": "lines[].quantity.value", "documents": 3, "ours": "10", "legacy": "9"}
    ],
    "unequal": [],
    "ready": False,
}


class Intake:
    """Takes what is handed over, and knows it again by its key."""

    def __init__(self) -> None:
        self.stored: dict[str, Handover] = {}

    async def receive(self, handover: Handover) -> Receipt:
        key = str(handover.idempotency_key)
        first = self.stored.setdefault(key, handover)
        return Receipt(first.id, repeated=first is not handover, conflict=False)


@pytest.fixture
def wiring(monkeypatch: pytest.MonkeyPatch) -> SimpleNamespace:
    answers = SimpleNamespace(compared=(WRONG, RIGHT), unread=(), status=STATUS, asked=[], intake=Intake())

    async def compare_shadow(_config: str, partner: str, files: Any, **named: Any) -> Any:
        answers.asked.append((partner, [*files], named))
        return SimpleNamespace(compared=answers.compared, unread=answers.unread)

    async def shadow_status(_config: str, partner: str) -> Any:
        answers.asked.append(partner)
        return answers.status

    @asynccontextmanager
    async def open_intake(_config: str) -> AsyncIterator[Intake]:
        yield answers.intake

    made = SimpleNamespace(compare_shadow=compare_shadow, shadow_status=shadow_status, open_intake=open_intake)
    monkeypatch.setattr("gateway.cli.running.bootstrap", lambda: made)
    return answers


@pytest.fixture
def sent(tmp_path: Path) -> Path:
    folder = tmp_path / "sent"
    folder.mkdir()
    (folder / "855.edi").write_bytes(b"ISA*855")
    (folder / "997.edi").write_bytes(b"ISA*997")
    return folder


class TestCompare:
    def test_what_differs_is_said_document_by_document(self, wiring: SimpleNamespace, sent: Path, invoke: Invoke) -> None:
        result = invoke("shadow", "compare", "bigbox", str(sent), "--set-aside", "currency", "--since", "2d")
        assert result.status == 3
        ((partner, files, named),) = wiring.asked
        assert partner == "bigbox"
        assert [(Path(name).name, data) for name, data in files] == [("855.edi", b"ISA*855"), ("997.edi", b"ISA*997")]
        assert named["set_aside"] == ["currency"]
        assert named["since"] is not None
        assert "different    order_response order:4711 855.edi" in result.out
        assert 'lines[1].quantity.value: ours "10", the other "9"' in result.out
        assert 'currency: ours has nothing, the other "EUR"' in result.out
        assert "gateway shadow status bigbox" in result.err

    def test_records_have_all_of_it(self, wiring: SimpleNamespace, sent: Path, invoke: Invoke) -> None:
        first, second = json.loads(invoke("shadow", "compare", "bigbox", str(sent), "-o", "json").out)
        assert (first["state"], first["legacy"], len(first["differences"])) == ("different", "855.edi", 2)
        assert second["state"] == "same"
        assert wiring.asked

    def test_nothing_differs_is_success_and_what_cannot_be_read_is_not(
        self, wiring: SimpleNamespace, sent: Path, invoke: Invoke
    ) -> None:
        wiring.compared = (RIGHT,)
        assert invoke("shadow", "compare", "bigbox", str(sent)).status == 0
        wiring.unread = ("readme.txt",)
        result = invoke("shadow", "compare", "bigbox", str(sent))
        assert result.status == 3
        assert "readme.txt: no interchange can be read in it" in result.err


class TestStatus:
    def test_it_says_what_is_cut_over_and_what_differs_by_element(self, wiring: SimpleNamespace, invoke: Invoke) -> None:
        result = invoke("shadow", "status", "bigbox")
        assert result.status == 3
        assert "bigbox-850: served by this gateway" in result.out
        assert "bigbox-855: in shadow" in result.out
        assert '3 order_response lines[].quantity.value: ours "10", the other "9"' in result.out
        assert wiring.asked == ["bigbox"]

    def test_what_is_the_same_may_be_cut_over(self, wiring: SimpleNamespace, invoke: Invoke) -> None:
        same = [{"document": "order_response", "state": "same", "count": 3}]
        wiring.status = {**STATUS, "documents": same, "differences": [], "ready": True}
        result = invoke("shadow", "status", "bigbox")
        assert (result.status, "shadow = false" in result.err) == (0, True)

    def test_at_first_it_says_what_comes_next(self, wiring: SimpleNamespace, invoke: Invoke) -> None:
        wiring.status = {**STATUS, "documents": [], "differences": []}
        result = invoke("shadow", "status", "bigbox")
        assert (result.status, "gateway shadow compare bigbox FOLDER" in result.err) == (0, True)

    def test_records_are_the_differences(self, wiring: SimpleNamespace, invoke: Invoke) -> None:
        (record,) = [json.loads(line) for line in invoke("shadow", "status", "bigbox", "-o", "jsonl").out.splitlines()]
        assert (record["element"], record["documents"]) == ("lines[].quantity.value", 3)
        assert json.loads(invoke("shadow", "status", "bigbox", "-o", "json").out) == wiring.status


class TestHistory:
    def test_each_file_of_a_folder_is_stored_once_as_history(self, wiring: SimpleNamespace, sent: Path, invoke: Invoke) -> None:
        result = invoke("send", str(sent), "--to", "bigbox", "--history")
        assert result.status == 0, result.err
        stored = wiring.intake.stored.values()
        assert {(one.channel, one.partner, one.name) for one in stored} == {
            ("history", "bigbox", "855.edi"), ("history", "bigbox", "997.edi"),
        }  # fmt: skip
        assert "2 files of bigbox are stored as history" in result.err
        again = invoke("send", str(sent), "--to", "bigbox", "--history", "-o", "jsonl")
        assert [json.loads(line)["repeated"] for line in again.out.splitlines()] == [True, True]
        assert "2 of them before" in again.err

    def test_it_needs_the_store_and_awaits_nothing(self, wiring: SimpleNamespace, sent: Path, invoke: Invoke) -> None:
        result = invoke("send", str(sent), "--to", "bigbox", "--history", "--wait")
        assert (result.status, "Leave out --url and --wait" in result.err) == (2, True)
        assert not wiring.intake.stored

    def test_what_cannot_be_read_is_told(self, wiring: SimpleNamespace, tmp_path: Path, invoke: Invoke) -> None:
        result = invoke("send", str(tmp_path / f"no-{uuid4()}"), "--to", "bigbox", "--history")
        assert result.status == 3
        assert "0 files of bigbox" in result.err
        assert not wiring.intake.stored
