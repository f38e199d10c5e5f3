"""What the offline commands make of interchanges: an invented family, so that nothing depends on a real standard."""

import csv
import io
import json
import os
import resource
import socket
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from gateway.cli import files
from gateway.cli.examination import JudgedInterchange, characters_of, examine
from tests.gateway.cli.invented import (
    ACKNOWLEDGEMENT,
    BUG,
    CUT,
    GOOD,
    HOSTILE,
    MIXED,
    REFUSED,
    UNMAPPED,
    run_command,
)

OFFLINE = ("detect", "parse", "validate", "translate", "ack")
pytestmark = pytest.mark.usefixtures("invented")


def jsonl(text: str) -> list[dict]:
    return [json.loads(line) for line in text.splitlines()]


# -------------------------------------------------------------------------------------------------------- validate


def test_validate_says_valid_and_ends_with_0(invoke: Callable) -> None:
    result = invoke("validate", "-", stdin=GOOD)
    assert result.status == 0
    assert result.out.splitlines() == ["-: 850 004010 0001: valid", "-: valid"]
    assert result.err == "1 file: 1 valid, 0 invalid.\n"


def test_validate_shows_place_remedy_and_values_and_ends_with_5(invoke: Callable) -> None:
    result = invoke("validate", "-", stdin=MIXED)
    assert result.status == 5
    lines = result.out.splitlines()
    assert lines[0] == "-: segment 2 BEG, element 3 (byte 30) in 850 0002: error element-missing: The order number is missing."
    assert lines[1:3] == ['    expected a number, found ""', "    Fill the mandatory element."]
    assert lines[3:] == ["-: 850 004010 0001: valid", "-: 850 004010 0002: invalid", "-: invalid"]


def test_validate_writes_one_object_per_file_with_the_promised_keys(invoke: Callable, tmp_path: Path) -> None:
    (tmp_path / "good.edi").write_bytes(GOOD)
    (tmp_path / "mixed.edi").write_bytes(MIXED)
    result = invoke("validate", str(tmp_path), "-o", "jsonl")
    good, mixed = jsonl(result.out)
    assert result.status == 5
    assert good == {
        "file": str(tmp_path / "good.edi"),
        "family": "x12",
        "valid": True,
        "documents": [{"type": "850", "version": "004010", "control_number": "0001", "valid": True}],
        "findings": [],
        "findings_omitted": 0,
    }
    assert [document["valid"] for document in mixed["documents"]] == [True, False]
    finding = mixed["findings"][0]
    promised = ("code", "severity", "message", "segment", "position", "element", "component", "offset")
    assert {key: finding[key] for key in promised} == {
        "code": "element-missing", "severity": "error", "message": "The order number is missing.",
        "segment": "BEG", "position": 2, "element": 3, "component": None, "offset": 30,
    }  # fmt: skip
    assert finding["document"] == "850 0002"


@pytest.mark.parametrize("data", [REFUSED, CUT])
def test_a_refused_interchange_takes_its_documents_along(data: bytes, invoke: Callable) -> None:
    record = jsonl(invoke("validate", "-", "-o", "jsonl", stdin=data).out)[0]
    assert record["valid"] is False
    assert [document["valid"] for document in record["documents"]] == [False]


@pytest.mark.parametrize(
    ("data", "code"), [(b"", "empty"), (b" \r\n" * 9, "empty"), (b"hello", "no-interchange"), (b"ST*850*1~", "envelope-missing")]
)
def test_files_without_interchange_are_invalid_and_of_no_family(data: bytes, code: str, invoke: Callable) -> None:
    result = invoke("validate", "-", "-o", "jsonl", stdin=data)
    record = jsonl(result.out)[0]
    assert result.status == 5
    assert (record["family"], record["valid"], record["documents"]) == (None, False, [])
    assert [finding["code"] for finding in record["findings"]] == [code]


def test_two_interchanges_in_one_file_are_both_read(invoke: Callable) -> None:
    record = jsonl(invoke("validate", "-", "-o", "jsonl", stdin=GOOD + b"\n" + MIXED).out)[0]
    assert [document["control_number"] for document in record["documents"]] == ["0001", "0001", "0002"]


def test_validate_as_csv_has_a_row_per_finding(invoke: Callable) -> None:
    rows = list(csv.DictReader(io.StringIO(invoke("validate", "-", "-o", "csv", stdin=MIXED).out)))
    assert [(row["code"], row["segment"], row["component"]) for row in rows] == [("element-missing", "BEG", "")]


def test_findings_are_listed_up_to_the_limit_and_counted_beyond(invoke: Callable) -> None:
    many = b"ISA*00*~" + b"".join(b"ST*850*%d~BAD~SE~" % n for n in range(50)) + b"IEA~"
    record = jsonl(invoke("validate", "-", "-o", "jsonl", "--max-findings", "5", stdin=many).out)[0]
    assert (len(record["findings"]), record["findings_omitted"], record["valid"]) == (5, 45, False)
    assert "45 more findings" in invoke("validate", "-", "--max-findings", "5", stdin=many).out


def test_an_error_beyond_the_limit_still_makes_the_file_invalid(invoke: Callable) -> None:
    data = b"noise\nISA*00*~ST*850*1~BAD~SE~IEA~"
    record = jsonl(invoke("validate", "-", "-o", "jsonl", "--max-findings", "1", stdin=data).out)[0]
    assert [finding["code"] for finding in record["findings"]] == ["bytes-outside-interchange"]
    assert record["valid"] is False


def test_warnings_alone_leave_a_file_valid(invoke: Callable) -> None:
    result = invoke("validate", "-", "-o", "jsonl", stdin=b"noise\n" + GOOD)
    assert result.status == 0
    assert jsonl(result.out)[0]["valid"] is True


# ------------------------------------------------------------------------------------------------------- translate


def test_translate_writes_a_json_line_per_document(invoke: Callable) -> None:
    result = invoke("translate", "-", stdin=GOOD)
    assert result.status == 0
    assert jsonl(result.out) == [
        {
            "file": "-", "document": "purchase_order", "type": "850", "version": "004010", "control_number": "0001",
            "canonical": {"schema": "purchase_order/1", "number": "PO-0001", "lines": []},
        }
    ]  # fmt: skip
    assert result.err == ""


def test_translate_tells_the_refused_and_writes_the_others(invoke: Callable) -> None:
    result = invoke("translate", "-", stdin=MIXED)
    assert result.status == 5
    assert [record["control_number"] for record in jsonl(result.out)] == ["0001"]
    assert "850 004010 0002: not translated, it is invalid" in result.err
    assert "element-missing" in result.err


def test_nothing_of_a_refused_interchange_is_translated(invoke: Callable) -> None:
    result = invoke("translate", "-", stdin=REFUSED)
    assert (result.status, result.out) == (5, "")
    assert "interchange-duplicate" in result.err


def test_valid_documents_without_canonical_form_are_told_and_make_3(invoke: Callable) -> None:
    result = invoke("translate", "-", stdin=UNMAPPED)
    assert (result.status, result.out) == (3, "")
    assert "846 004010 0001 has no canonical form yet" in result.err


def test_translate_as_json_is_an_array_and_as_csv_rows(invoke: Callable) -> None:
    assert [record["type"] for record in json.loads(invoke("translate", "-", "--json", stdin=GOOD).out)] == ["850"]
    assert json.loads(invoke("translate", "-", "--json", stdin=REFUSED).out) == []
    row = next(csv.DictReader(io.StringIO(invoke("translate", "-", "-o", "csv", stdin=GOOD).out)))
    assert json.loads(row["canonical"])["number"] == "PO-0001"


# ---------------------------------------------------------------------------------------------------------- detect


def test_detect_describes_an_interchange(invoke: Callable) -> None:
    record = json.loads(invoke("detect", "-", "-o", "json", stdin=GOOD).out)[0]
    assert (record["family"], record["bytes"], record["characters"]) == ("x12", len(GOOD), "ascii")
    interchange = record["interchanges"][0]
    assert {key: interchange[key] for key in ("sender", "receiver", "control_number", "version", "test", "documents")} == {
        "sender": "ZZ:ALICE", "receiver": "ZZ:BOB", "control_number": "000000007", "version": "00401", "test": True,
        "documents": {"850 004010": 1},
    }  # fmt: skip
    assert interchange["separators"]["segment"] == "~"


def test_detect_in_words(invoke: Callable) -> None:
    out = invoke("detect", "-", stdin=MIXED).out
    assert "X12 00401 interchange 000000007, test" in out
    assert "from       ZZ:ALICE" in out
    assert "documents  850 004010 (2 times)" in out


def test_detect_does_not_judge_but_ends_with_5_when_there_is_nothing(invoke: Callable) -> None:
    assert invoke("detect", "-", stdin=REFUSED).status == 0
    nothing = invoke("detect", "-", stdin=b"\x00\xff binary")
    assert nothing.status == 5
    assert "No interchange header" in nothing.out


def test_detect_as_csv_has_a_row_per_interchange_and_one_for_none(invoke: Callable) -> None:
    rows = list(csv.DictReader(io.StringIO(invoke("detect", "-", "-o", "csv", stdin=GOOD + GOOD).out)))
    assert [row["sender"] for row in rows] == ["ZZ:ALICE", "ZZ:ALICE"]
    rows = list(csv.DictReader(io.StringIO(invoke("detect", "-", "-o", "csv", stdin=b"x").out)))
    assert [(row["family"], row["bytes"]) for row in rows] == [("", "1")]


@pytest.mark.parametrize(
    ("data", "name"),
    [(b"", "ascii"), (b"abc", "ascii"), ("ø".encode(), "utf-8"), ("ø".encode("latin-1"), "8-bit"), ("ø".encode()[:1], "8-bit")],
)
def test_characters_are_recognised(data: bytes, name: str) -> None:
    assert characters_of(data) == name


def test_a_character_across_a_block_border_is_recognised() -> None:
    assert characters_of(b"a" * ((1 << 20) - 1) + "ø".encode()) == "utf-8"


# ----------------------------------------------------------------------------------------------------------- parse


def test_parse_shows_a_named_indented_segment_per_line(invoke: Callable) -> None:
    lines = invoke("parse", "-", stdin=GOOD).out.splitlines()
    assert [line.split()[0] for line in lines] == ["ISA", "ST", "BEG", "SE", "IEA"]
    assert [len(line) - len(line.lstrip()) for line in lines] == [0, 2, 4, 2, 0]
    assert "Interchange header" in lines[0]
    assert lines[1].endswith("ST*850*0001")


def test_parse_shows_elements_with_their_names_on_request(invoke: Callable) -> None:
    lines = invoke("parse", "-", "--elements", stdin=GOOD).out.splitlines()
    assert any("01 1     Element" in line and line.endswith(" 850") for line in lines)


def test_parse_as_json_is_a_tree(invoke: Callable) -> None:
    record = json.loads(invoke("parse", "-", "-o", "json", stdin=GOOD).out)[0]
    isa, iea = record["segments"]
    assert (isa["tag"], iea["tag"]) == ("ISA", "IEA")
    assert [child["tag"] for child in isa["children"]] == ["ST", "SE"]
    assert [child["tag"] for child in isa["children"][0]["children"]] == ["BEG"]
    assert isa["children"][0]["elements"][0] == {"position": 1, "id": "1", "name": "Element", "repetitions": [["850"]]}


def test_parse_as_lines_is_flat_with_depth(invoke: Callable) -> None:
    records = jsonl(invoke("parse", "-", "-o", "jsonl", stdin=GOOD).out)
    assert [(record["tag"], record["depth"]) for record in records] == [("ISA", 0), ("ST", 1), ("BEG", 2), ("SE", 1), ("IEA", 0)]


def test_parse_heads_each_of_several_files(invoke: Callable, tmp_path: Path) -> None:
    for name in ("a.edi", "b.edi"):
        (tmp_path / name).write_bytes(GOOD)
    out = invoke("parse", str(tmp_path / "a.edi"), str(tmp_path / "b.edi")).out
    assert [line for line in out.splitlines() if line.startswith("==>")] == [
        f"==> {tmp_path / n} <==" for n in ("a.edi", "b.edi")
    ]


# ------------------------------------------------------------------------------------------------------------- ack


def test_ack_writes_the_bytes_and_tells_what_they_say(invoke: Callable) -> None:
    result = invoke("ack", "-", "--control-number", "42", "--at", "2026-11-21T14:05:00+01:00", stdin=GOOD)
    assert result.raw == b"ACK*42*[]*202611211305*997*accepted~"
    assert result.err == "-: The interchange is accepted.\n"
    assert result.status == 0


def test_ack_ends_with_0_also_when_it_rejects(invoke: Callable) -> None:
    result = invoke("ack", "-", stdin=REFUSED)
    assert result.status == 0
    assert b"997*rejected" in result.raw


def test_acknowledgements_of_several_interchanges_count_on(invoke: Callable, tmp_path: Path) -> None:
    (tmp_path / "a.edi").write_bytes(GOOD + MIXED)
    (tmp_path / "b.edi").write_bytes(GOOD)
    result = invoke("ack", str(tmp_path), "-o", "jsonl", "--at", "2026-11-21")
    assert [record["control_number"] for record in jsonl(result.out)] == [1, 2, 3]
    assert [record["verdict"] for record in jsonl(result.out)] == ["accepted", "partly_accepted", "accepted"]


def test_an_acknowledgement_is_owed_none(invoke: Callable) -> None:
    result = invoke("ack", "-", stdin=ACKNOWLEDGEMENT)
    assert (result.status, result.raw) == (0, b"")
    assert "is owed no acknowledgement" in result.err


def test_ack_of_nothing_ends_with_5(invoke: Callable) -> None:
    result = invoke("ack", "-", stdin=b"hello")
    assert (result.status, result.raw) == (5, b"")


@pytest.mark.parametrize(("data", "kind"), [(GOOD, "CONTRL"), (b"UNB+UNOC:3~UNZ~", "997")])
def test_ack_refuses_a_type_of_another_format(data: bytes, kind: str, invoke: Callable) -> None:
    result = invoke("ack", "-", "--type", kind, stdin=data)
    assert result.status == 2
    assert f"a {kind} does not answer" in result.err


def test_the_default_type_follows_the_format(invoke: Callable) -> None:
    assert jsonl(invoke("ack", "-", "-o", "jsonl", stdin=b"UNB+UNOC:3~UNZ~").out)[0]["type"] == "CONTRL"


# ------------------------------------------------------------------------------------------------- files of all kinds


@pytest.mark.parametrize("command", OFFLINE)
def test_a_missing_file_is_three_lines_and_1(command: str, invoke: Callable) -> None:
    result = invoke(command, "no-such-file.edi")
    assert result.status == 1
    assert [line.split(":")[0].strip() for line in result.err.splitlines()][:3] == ["error", "where", "next"]


@pytest.mark.parametrize("command", OFFLINE)
def test_a_missing_file_among_others_makes_3(command: str, invoke: Callable) -> None:
    result = invoke(command, "no-such-file.edi", "-", stdin=GOOD)
    assert result.status == 3
    assert result.out


@pytest.mark.parametrize("command", OFFLINE)
def test_a_folder_without_files_is_a_success_that_says_so(command: str, invoke: Callable, tmp_path: Path) -> None:
    result = invoke(command, str(tmp_path))
    assert result.status == 0
    assert "No files there." in result.err


@pytest.mark.parametrize("command", ["detect", "validate", "translate", "ack"])
def test_a_bug_in_a_translator_costs_one_file_and_no_traceback(command: str, invoke: Callable, tmp_path: Path) -> None:
    (tmp_path / "a.edi").write_bytes(BUG)
    (tmp_path / "b.edi").write_bytes(GOOD)
    result = invoke(command, str(tmp_path))
    assert result.status == 3
    assert "internal error: ZeroDivisionError: invented" in result.err
    assert f"where: {tmp_path / 'a.edi'}" in result.err
    assert "Traceback" not in result.err
    assert "Traceback" in invoke(command, str(tmp_path), "--debug").err


@pytest.mark.parametrize(
    ("command", "form"),
    [(command, form) for command in OFFLINE for form in ("text", "json", "jsonl", "csv") if (command, form) != ("ack", "text")],
)
def test_control_characters_of_a_document_never_reach_a_terminal(command: str, form: str, invoke: Callable) -> None:
    result = invoke(command, "-", "-o", form, stdin=HOSTILE)
    assert b"\x1b" not in result.raw
    assert "\x1b" not in result.err


def test_a_folder_is_read_to_its_depth_in_order_without_hidden_files(tmp_path: Path) -> None:
    for name in ("b/2.edi", "b/1.edi", "a.edi", ".git/config", "b/.hidden", "c/d/e.edi"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_bytes(name.encode())
    with socket.socket(socket.AF_UNIX) as listening:
        listening.bind(str(tmp_path / "a.socket"))
        os.mkfifo(tmp_path / "z.fifo")
        found = list(files.each([str(tmp_path)], stdin=io.BytesIO()))
    assert [os.path.relpath(file.name, tmp_path) for file in found] == ["a.edi", "b/1.edi", "b/2.edi", "c/d/e.edi"]


def test_hidden_files_are_read_when_named(tmp_path: Path) -> None:
    (tmp_path / ".order").write_bytes(b"x")
    assert list(files.each([str(tmp_path / ".order")], stdin=io.BytesIO())) == [files.Read(str(tmp_path / ".order"), b"x")]


def test_unreadable_names_are_values_with_a_remedy(tmp_path: Path) -> None:
    (tmp_path / "dangling").symlink_to(tmp_path / "gone")
    found = list(files.each([str(tmp_path / "gone"), "with\0nul", str(tmp_path)], stdin=io.BytesIO()))
    assert [type(file) for file in found] == [files.Unreadable] * 3
    assert all(file.reason and file.remedy for file in found if isinstance(file, files.Unreadable))


def test_permission_errors_name_what_to_do(monkeypatch: pytest.MonkeyPatch, invoke: Callable) -> None:
    def refuse(name: str, _mode: str) -> None:
        raise PermissionError(13, "Permission denied", name)

    monkeypatch.setattr("builtins.open", refuse)
    result = invoke("validate", "secret.edi")
    monkeypatch.undo()
    assert result.status == 1
    assert "you may not read it" in result.err


def test_a_folder_that_cannot_be_listed_is_told(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    def refuse(folder: str) -> None:
        raise PermissionError(13, "Permission denied", folder)

    monkeypatch.setattr(os, "scandir", refuse)
    found = list(files.each([str(tmp_path)], stdin=io.BytesIO()))
    assert [type(file) for file in found] == [files.Unreadable]


def test_a_file_beyond_the_limit_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(files, "MAX_BYTES", 10)
    found = list(files.each(["-"], stdin=io.BytesIO(b"x" * 11)))
    assert isinstance(found[0], files.Unreadable)
    assert "gateway send" in found[0].remedy


def test_names_that_are_no_text_are_shown_safely(invoke: Callable, tmp_path: Path) -> None:
    (tmp_path / os.fsdecode(b"order-\xff\x1b.edi")).write_bytes(GOOD)
    for form in ("text", "json", "jsonl", "csv"):
        result = invoke("detect", str(tmp_path), "-o", form)
        assert result.status == 0
        assert "order-" in result.out


def test_fifty_megabytes_of_blanks_are_empty(invoke: Callable) -> None:
    for command in OFFLINE:
        assert invoke(command, "-", stdin=b" " * 50_000_000).status == 5


def test_many_files_are_validated_in_bounded_memory(tmp_path: Path) -> None:
    large = b"ISA*00*~" + b"ST*850*0001~BEG*%b~SE~" % (b"x" * 4_000_000) + b"IEA~"
    for number in range(4):
        (tmp_path / f"{number}.edi").write_bytes(large)
    run_command("validate", str(tmp_path / "0.edi"), "-o", "jsonl")
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    for number in range(4, 40):
        (tmp_path / f"{number}.edi").symlink_to(tmp_path / "0.edi")
    assert run_command("validate", str(tmp_path), "-o", "jsonl").status == 0
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 40_000  # kilobytes; all files together are 160 MB


def test_documents_of_one_interchange_are_held_as_bytes_until_it_ends() -> None:
    seen = [event for event in examine(GOOD + CUT) if isinstance(event, JudgedInterchange)]
    assert [document.canonical is not None for interchange in seen for document in interchange.documents] == [True, False]


_TOKENS = st.sampled_from(
    [b"ISA*00*~", b"IEA~", b"ST*850*1~", b"SE~", b"BAD~", b"FATAL~", b"UNB+UNOC:3+", b"UNA:+.? '", b"\x00", b"\xff", b"~", b"\n"]
)


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    data=st.one_of(st.binary(max_size=300), st.lists(_TOKENS, max_size=30).map(b"".join)),
    command=st.sampled_from(OFFLINE),
    form=st.sampled_from(["text", "json", "jsonl", "csv"]),
)
@example(data=b"ISA*00*~ST~SE~IEA~", command="validate", form="text")
@example(data=b"ISA*00*~BAD~", command="ack", form="text")
def test_no_bytes_end_in_a_traceback(data: bytes, command: str, form: str) -> None:
    result = run_command(command, "-", "-o", form, stdin=data)
    assert result.status in (0, 1, 3, 5)
    assert "Traceback" not in result.err
    if form == "json":
        json.loads(result.out)
    if form == "jsonl":
        jsonl(result.out)
