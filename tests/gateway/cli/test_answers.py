"""Acknowledgements in sentences: those that `ack` writes, and those that `parse` shows beside what they answer."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from gateway.cli.answers import explanations
from tests.gateway.config.flat_orders import HEADER, LAYOUT
from tests.translators.edifact.orders import order_edifact
from tests.translators.x12.orders import body_850, interchange

GOOD = interchange([body_850(order_number="4711", lines=3)], control_number=77)
BAD = GOOD.replace(b"PO1*2*20*EA*2.25", b"PO1*2*20*EA*2.2x5")
EDIFACT = order_edifact(sender="5790000000029", receiver="5790000000012", control_number="7", order_number="PO-1", lines=2)
BAD_EDIFACT = EDIFACT.replace(b"QTY+21:24", b"QTY+21:2x4")
BOTH = pytest.mark.parametrize(("data", "kind"), [(BAD, "997"), (BAD, "999"), (BAD_EDIFACT, "CONTRL")])


@BOTH
def test_ack_quotes_what_it_is_about_and_says_what_to_do(invoke: Callable, data: bytes, kind: str) -> None:
    result = invoke("ack", "-", "--type", kind, stdin=data)
    assert result.status == 0
    assert kind.encode() in result.raw
    assert "2x" in result.err
    assert "-:   sent: " in result.err
    assert "-:   do:   Send a number." in result.err


def test_ack_of_what_is_good_is_one_sentence_a_level(invoke: Callable) -> None:
    assert invoke("ack", "-", stdin=GOOD).err == "-: Group 77 (PO): accepted, 1 of 1 documents accepted.\n"


def test_ack_as_json_has_the_sentences_with_their_places(invoke: Callable) -> None:
    (first, second) = json.loads(invoke("ack", "-", "-o", "json", stdin=GOOD + BAD).out)
    assert [said["verdict"] for said in first["explanations"]] == ["accepted"]
    (wrong,) = (said for said in second["explanations"] if said["code"] == "AK403 6")
    assert wrong["quote"].startswith("PO1*2*20*EA*2.2x5*")
    assert (GOOD + BAD)[wrong["offset"] :].startswith(b"PO1*2*20*EA*2.2x5*")
    assert wrong["remedy"] == "Send a number."


def test_ack_of_an_acknowledgement_tells_what_that_one_says(invoke: Callable) -> None:
    answer = invoke("ack", "-", stdin=BAD).raw
    result = invoke("ack", "-", stdin=answer)
    assert result.raw == b""
    assert "is owed no acknowledgement" in result.err
    assert "850 0001: rejected." in result.err


@BOTH
def test_parse_explains_an_acknowledgement_beside_what_it_answers(
    invoke: Callable, tmp_path: Path, data: bytes, kind: str
) -> None:
    answer = invoke("ack", "-", "--type", kind, stdin=data).raw
    (tmp_path / "order.edi").write_bytes(data)
    alone, beside = (
        invoke("parse", "-", stdin=answer).out,
        invoke("parse", "-", "--answers", str(tmp_path / "order.edi"), stdin=answer).out,
    )
    assert "rejected" in alone
    assert "sent: " not in alone
    assert "sent: PO1*2*20*EA*2.2x5" in beside or "sent: QTY+21:2x4" in beside


def test_parse_as_json_has_the_sentences_too(invoke: Callable) -> None:
    answer = invoke("ack", "-", stdin=BAD).raw
    (record,) = json.loads(invoke("parse", "-", "-o", "json", stdin=answer).out)
    assert [said["verdict"] for said in record["explanations"] if said["verdict"]] == ["rejected", "rejected"]
    (record,) = json.loads(invoke("parse", "-", "-o", "json", stdin=GOOD).out)
    assert record["explanations"] == []


def test_what_an_acknowledgement_answers_must_be_there(invoke: Callable) -> None:
    result = invoke("parse", "-", "--answers", "nowhere.edi", stdin=GOOD)
    assert result.status != 0
    assert "cannot read nowhere.edi" in result.err


def test_parse_names_the_cells_of_a_flat_file(invoke: Callable, tmp_path: Path) -> None:
    (tmp_path / "layout.toml").write_text(LAYOUT)
    data = f"{HEADER}4711;20.11.2026;5790000000029;1;A1;12\n".encode()
    out = invoke("parse", "--layout", str(tmp_path / "layout.toml"), "--elements", "-", stdin=data).out
    assert "4711;20.11.2026" in out
    assert "lines[].quantity.value" in out


def test_what_is_no_acknowledgement_explains_nothing() -> None:
    assert list(explanations(GOOD, EDIFACT)) == []
