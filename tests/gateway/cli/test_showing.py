"""What people see: nothing is left out, nothing is cut where nobody looks; and envelopes are exchanged exactly."""

import csv
import io
import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.cli.demo.readdressing import Address, readdressed_edifact, readdressed_x12
from gateway.cli.init import _identifier, _slug
from gateway.cli.phrases import document_phrase
from gateway.cli.records import Format, RecordWriter
from gateway.cli.screen import Branch, Column, show_table, show_tree
from gateway.cli.story import message_page
from gateway.cli.terminal import Terminal
from tests.translators.x12.orders import order_850


def terminal() -> tuple[Terminal, io.BytesIO]:
    out = io.BytesIO()
    return Terminal(io.BytesIO(), out, io.StringIO()), out


def failure(code: str) -> dict[str, Any]:
    return {"stage": "deliver", "code": code, "message": "two\nlines", "owner": "edi", "state": "open"}


@pytest.mark.parametrize("count", [1, 2, 3, 7])
def test_every_failure_of_a_message_is_told(count: int) -> None:
    page = message_page({"id": "m", "failures": [failure(f"code-{n}") for n in range(count)]})
    told = [line for line in page.lines() if "failure in" in line]
    assert [f"code-{n}" in line for n, line in enumerate(told)] == [True] * count


def test_a_failure_of_several_lines_is_one_line_of_a_list() -> None:
    text, tone = document_phrase({"state": "routed", "failures": [failure("x")]})
    assert (text, tone) == ("Stopped: two lines (owner: edi)", "error")


@pytest.mark.parametrize("length", [10, 3999, 4001, 20_000])
def test_a_pipe_gets_tables_and_trees_whole(length: int) -> None:
    screen, out = terminal()
    show_table(screen, [Column("A"), Column("B", number=True)], [["x" * length, "y" * 30], ["", "z"]])
    tree = Branch(("root",))
    tree.add("word " * (length // 5))
    show_tree(screen, tree)
    lines = out.getvalue().splitlines()
    assert len(lines) == 5
    assert (lines[1].count(b"x"), lines[1].count(b"y"), lines[4].count(b"word")) == (length, 30, length // 5)


texts = st.text(max_size=12)


@given(st.lists(st.fixed_dictionaries({"a": texts, "b": st.integers() | st.none() | st.lists(texts, max_size=2)}), max_size=4))
def test_records_come_back_from_each_format(records: list[dict[str, Any]]) -> None:
    written = {}
    for form in (Format.JSON, Format.JSONL, Format.CSV):
        screen, out = terminal()
        with RecordWriter(screen, form, columns=("a", "b")) as writer:
            for record in records:
                writer.write(record)
        written[form] = out.getvalue().decode()
    assert json.loads(written[Format.JSON]) == records
    assert [json.loads(line) for line in written[Format.JSONL].split("\n")[:-1]] == records
    rows = list(csv.reader(io.StringIO(written[Format.CSV], newline="")))
    assert rows[0] == ["a", "b"]
    assert len(rows) == len(records) + 1


def test_an_array_that_was_not_finished_is_not_closed_as_if_it_were() -> None:
    screen, out = terminal()
    writer = RecordWriter(screen, Format.JSON, columns=())
    writer.write({"a": 1})
    writer.__exit__(KeyError, KeyError(), None)
    with pytest.raises(ValueError, match="Expecting"):
        json.loads(out.getvalue())


@given(st.text(max_size=80))
def test_any_folder_gives_a_name_for_a_gateway(name: str) -> None:
    assert _identifier(_slug(name)) == _slug(name)


ADDRESS = Address("01:123456789", "ZZ:NORDICDC", 42)


@given(
    st.lists(st.sampled_from([b"", b"\n", b"\r\n", b"\n\n"]), min_size=40, max_size=40), st.sampled_from([b"~", b"|", b"\x1c"])
)
def test_every_other_byte_of_an_x12_interchange_stays(gaps: list[bytes], terminator: bytes) -> None:
    original = order_850(sender="ZZ:SOMEBODY", receiver="ZZ:ELSE", control_number=7, order_number="A1", lines=2)
    segments = original.split(b"~")[:-1]
    sent = b"".join(segment + terminator + gap for segment, gap in zip(segments, gaps, strict=False))
    after = readdressed_x12(sent, ADDRESS)
    expected = sent.replace(b"ZZ*SOMEBODY       *ZZ*ELSE           *", b"01*123456789      *ZZ*NORDICDC       *")
    expected = expected.replace(b"*SOMEBODY*ELSE*", b"*123456789*NORDICDC*").replace(b"*000000007", b"*000000042")
    expected = expected.replace(b"*0915*7*X*", b"*0915*42*X*").replace(b"GE*1*7", b"GE*1*42")
    assert after == expected


@pytest.mark.parametrize("una", [b"", b"UNA:+.? '", b"UNA:+.  '", b"UNA:+.? '\r\n"])
def test_every_other_byte_of_an_edifact_interchange_stays(una: bytes) -> None:
    body = b"\nUNH+1+ORDERS:D:96A:UN'\r\nFTX+AAI+++BLUE +GREEN'UNT+3+1'\n"
    sent = una + b"UNB+UNOC:3+A:14+B +261121:0900+9+++++1'" + body + b"UNZ+1+9'\n"
    after = readdressed_edifact(sent, Address("14:1", "14:2", 42))
    assert after == una + b"UNB+UNOC:3+1:14+2:14+261121:0900+42+++++1'" + body + b"UNZ+1+42'\n"
