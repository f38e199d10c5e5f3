"""`gateway as2 doctor` and `gateway partners test`: what they ask, what they show, how they end."""

import csv
import io
import json
from collections.abc import AsyncIterator, Callable
from datetime import UTC, datetime
from typing import Any

import pytest

from gateway.errors import ConfigurationInvalid
from tests.gateway.cli.invented import Wiring

TRANSFER = {
    "id": "01a1fe5f", "direction": "in", "channel": "bigbox-as2", "partner": "bigbox", "as2_from": "BIGBOX", "as2_to": "NORDIC",
    "message_id": "<1@bigbox>", "subject": "orders", "at": datetime(2026, 11, 21, 14, 5, tzinfo=UTC), "state": "failed",
    "receipt_state": "answered", "disposition": "processed/error: integrity-check-failed", "mic": None, "copies": 0,
    "examinations": [
        {
            "subject": "signature",
            "facts": [["hashed here", "412 bytes, lines end in LF"]],
            "trials": [
                {"what": "with CRLF line ends, sha256", "found": "aGVsbG8=", "matches": True},
                {"what": "as sent, sha1", "found": "eA==", "matches": False},
                {"what": "as sent, sha256", "found": "eQ==", "matches": False},
            ],
            "advice": "The partner hashed this instead: with CRLF line ends.",
        }
    ],
}  # fmt: skip


class Asked(Wiring):
    """A wiring that examines and probes as the test says."""

    async def examine_transfer(self, settings: Any, named: str) -> Any:
        self.asked.append(("examine_transfer", named))
        return self.answers["examine_transfer"]

    async def probe_partner(self, where: str, partner: str, *, send: bool) -> AsyncIterator[Any]:
        self.asked.append(("probe_partner", (partner, send)))
        self._raise("probe_partner")
        for step in self.answers["probe_partner"]:
            yield step


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> Callable[..., Asked]:
    def put(**answers: Any) -> Asked:
        wiring = Asked(**answers)
        monkeypatch.setattr("gateway.cli.running.bootstrap", lambda: wiring)
        return wiring

    return put


def test_the_doctor_shows_what_matches_and_what_to_say(invoke: Callable, asked: Callable) -> None:
    wiring = asked(examine_transfer=[TRANSFER])
    result = invoke("as2", "doctor", " <1@bigbox> ")
    assert wiring.asked[-1] == ("examine_transfer", "<1@bigbox>")
    assert result.status == 0
    lines = result.out.splitlines()
    assert lines[0] == "<1@bigbox>  BIGBOX ← NORDIC  bigbox-as2, 2026-11-21 14:05:00Z"
    assert "  state failed, receipt answered" in lines
    assert "matches  with CRLF line ends, sha256: aGVsbG8=" in result.out
    assert "2 variants that do not match" in result.out
    assert lines[-1].strip() == "The partner hashed this instead: with CRLF line ends."


def test_the_doctor_as_records(invoke: Callable, asked: Callable) -> None:
    asked(examine_transfer=[TRANSFER])
    (shown,) = json.loads(invoke("as2", "doctor", "x", "--json").out)
    assert len(shown["examinations"][0]["trials"]) == 3
    (row,) = csv.DictReader(io.StringIO(invoke("as2", "doctor", "x", "-o", "csv").out))
    assert (row["subject"], row["state"]) == ("signature", "failed")


def test_the_doctor_says_so_when_nothing_is_left(invoke: Callable, asked: Callable) -> None:
    asked(examine_transfer=[{**TRANSFER, "examinations": [], "purged": True}])
    assert "purged" in invoke("as2", "doctor", "x").out
    asked(examine_transfer=[])
    result = invoke("as2", "doctor", "x")
    assert result.status == 1
    assert "no AS2 message of this id is known" in result.err


@pytest.mark.parametrize(("words", "send"), [((), True), (("--no-message",), False)])
def test_a_partner_is_tested_step_by_step(invoke: Callable, asked: Callable, words: tuple[str, ...], send: bool) -> None:
    steps = [("bigbox-as2: dns", "ok", "as2.bigbox.example is 192.0.2.1", ""), ("bigbox-as2: tcp", "fail", "no answer", "Ask.")]
    wiring = asked(probe_partner=steps)
    result = invoke("partners", "test", "bigbox", *words)
    assert wiring.asked[-1] == ("probe_partner", ("bigbox", send))
    assert result.status == 6
    assert "as2.bigbox.example is 192.0.2.1" in result.out
    assert "Ask." in result.out
    shown = json.loads(invoke("partners", "test", "bigbox", *words, "--json").out)
    assert [row["state"] for row in shown] == ["ok", "fail"]


def test_a_partner_that_works_is_a_success_and_an_unknown_one_is_not(invoke: Callable, asked: Callable) -> None:
    asked(probe_partner=[("bigbox-as2: dns", "ok", "found", "")])
    assert invoke("partners", "test", "bigbox").status == 0
    asked(probe_partner=ConfigurationInvalid('there is no partner "x"', remedy="Known are: bigbox."))
    result = invoke("partners", "test", "x")
    assert result.status == 78
    assert "Known are: bigbox." in result.err
