"""The offline commands over real families: the sample orders that `gateway init` writes, whole and broken in many ways."""

import json
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gateway.cli.init import files
from tests.gateway.cli.invented import run_command

SAMPLES = {
    name: text.encode()
    for path, text in files({"id": "dc", "x12": "ZZ:NORDICDC", "edifact": "5790000000012:14"}).items()
    for name in [path.rpartition("order.")[2]]
    if path.startswith("samples/")
}
X12, EDIFACT = SAMPLES["x12"], SAMPLES["edifact"]
FAMILIES = pytest.mark.parametrize("family", ["x12", "edifact"])


def judged(data: bytes) -> dict[str, Any]:
    result = run_command("validate", "-", "-o", "jsonl", stdin=data)
    record: dict[str, Any] = json.loads(result.out)
    assert result.status == (0 if record["valid"] else 5)
    assert "Traceback" not in result.err
    assert "internal error" not in result.err
    return record


@FAMILIES
def test_the_samples_are_valid_without_any_warning(family: str) -> None:
    record = judged(SAMPLES[family])
    assert record["valid"]
    assert record["family"] == family
    assert [finding for finding in record["findings"] if finding["severity"] != "info"] == []


@pytest.mark.parametrize(
    ("family", "kind", "version", "number"), [("x12", "850", "004010", "BB-4711"), ("edifact", "ORDERS", "D.96A", "NM-4711")]
)
def test_the_samples_become_canonical_orders(family: str, kind: str, version: str, number: str, invoke: Callable) -> None:
    result = invoke("translate", "-", stdin=SAMPLES[family])
    assert result.status == 0, result.err
    record = json.loads(result.out)
    assert (record["document"], record["type"], record["version"]) == ("purchase_order", kind, version)
    canonical = record["canonical"]
    assert (canonical["number"], len(canonical["lines"])) == (number, 2)
    assert [line["quantity"]["value"] for line in canonical["lines"]] == ["12", "6"]
    assert [line["price"]["amount"] for line in canonical["lines"]] == ["4.5", "39.9"]
    assert canonical["lines"][0]["item"]["identifiers"]["seller"] == "CUP-WHITE"


@pytest.mark.parametrize(("family", "begins", "says"), [("x12", b"ISA*00*", b"ST*997*"), ("edifact", b"UN", b"CONTRL:")])
def test_the_samples_are_acknowledged(family: str, begins: bytes, says: bytes, invoke: Callable) -> None:
    words = ("ack", "-", "--control-number", "7", "--at", "2026-11-21T14:05")
    result = invoke(*words, stdin=SAMPLES[family])
    assert result.status == 0, result.err
    assert result.raw.startswith(begins)
    assert says in result.raw
    assert result.raw == invoke(*words, stdin=SAMPLES[family]).raw
    assert result.err


@FAMILIES
def test_an_acknowledgement_is_valid_itself_and_is_not_acknowledged(family: str, invoke: Callable) -> None:
    acknowledgement = invoke("ack", "-", stdin=SAMPLES[family]).raw
    codes = [finding["code"] for finding in judged(acknowledgement)["findings"] if finding["severity"] == "error"]
    assert codes == []
    assert invoke("ack", "-", stdin=acknowledgement).raw == b""


@pytest.mark.parametrize(
    ("family", "first", "last", "sender", "receiver"),
    [("x12", "ISA", "IEA", "01:123456789", "ZZ:NORDICDC"), ("edifact", "UNB", "UNZ", "14:5798000000018", "14:5790000000012")],
)
def test_detect_and_parse_read_the_samples(
    family: str, first: str, last: str, sender: str, receiver: str, invoke: Callable
) -> None:
    interchange = json.loads(invoke("detect", "-", "--json", stdin=SAMPLES[family]).out)[0]["interchanges"][0]
    assert (interchange["sender"], interchange["receiver"]) == (sender, receiver)
    segments = [json.loads(line) for line in invoke("parse", "-", "-o", "jsonl", stdin=SAMPLES[family]).out.splitlines()]
    tags = [segment["tag"] for segment in segments]
    assert (tags[1 if tags[0] == "UNA" else 0], tags[-1]) == (first, last)
    assert all(segment["name"] for segment in segments)
    text = invoke("parse", "-", stdin=SAMPLES[family])
    assert len(text.out.splitlines()) == len(segments)


def test_a_folder_of_both_families_is_read_in_order(invoke: Callable, tmp_path: Any) -> None:
    (tmp_path / "1.x12").write_bytes(X12)
    (tmp_path / "2.edifact").write_bytes(EDIFACT)
    (tmp_path / "3.both").write_bytes(X12 + EDIFACT)
    records = [json.loads(line) for line in invoke("validate", str(tmp_path), "-o", "jsonl").out.splitlines()]
    assert [(record["family"], len(record["documents"])) for record in records] == [("x12", 1), ("edifact", 1), ("mixed", 2)]
    lines = [json.loads(line) for line in invoke("translate", str(tmp_path)).out.splitlines()]
    assert [line["type"] for line in lines] == ["850", "ORDERS", "850", "ORDERS"]


MALFORMED = {
    "x12 empty": b"",
    "x12 blanks": b" \r\n\t" * 100,
    "x12 cut inside a segment": X12[: len(X12) // 2],
    "x12 cut after a terminator": X12[: X12.index(b"SE*")],
    "x12 trailer missing": X12[: X12.index(b"IEA")],
    "x12 count wrong": X12.replace(b"SE*14*", b"SE*99*"),
    "x12 set reference differs": X12.replace(b"SE*14*0001", b"SE*14*0009"),
    "x12 group count wrong": X12.replace(b"GE*1*", b"GE*7*"),
    "x12 interchange reference differs": X12.replace(b"IEA*1*000000001", b"IEA*1*000000002"),
    "x12 header of wrong length": X12.replace(b"ISA*00*          *", b"ISA*00* *"),
    "x12 NUL": X12.replace(b"BIGBOX STORES", b"BIGBOX\x00STORES"),
    "x12 unknown segment": X12.replace(b"CUR*BY*USD~", b"QQQ*1~"),
    "x12 mandatory segment missing": X12.replace(b"BEG*00*SA*BB-4711**20261121~\n", b"").replace(b"SE*14*", b"SE*13*"),
    "x12 letters in a number": X12.replace(b"PO1*1*12*", b"PO1*1*xx*"),
    "x12 value too long": X12.replace(b"BB-4711", b"B" * 200),
    "x12 no group": X12.replace(b"GS*", b"XX*"),
    "x12 tilde inside data": X12.replace(b"WHITE CUP", b"WHI~TE CUP"),
    "x12 equal separators": X12.replace(b"*T*>~", b"*T**~"),
    "x12 no envelope": X12[X12.index(b"GS*") :],
    "edifact cut inside a segment": EDIFACT[: len(EDIFACT) // 2 + 3],
    "edifact cut after a terminator": EDIFACT[: EDIFACT.index(b"UNT+")],
    "edifact trailer missing": EDIFACT[: EDIFACT.index(b"UNZ")],
    "edifact count wrong": EDIFACT.replace(b"UNT+19+", b"UNT+99+"),
    "edifact message reference differs": EDIFACT.replace(b"UNT+19+1", b"UNT+19+9"),
    "edifact message count wrong": EDIFACT.replace(b"UNZ+1+", b"UNZ+7+"),
    "edifact interchange reference differs": EDIFACT.replace(b"UNZ+1+1", b"UNZ+1+2"),
    "edifact other separators unannounced": EDIFACT.replace(b"UNA:+.? '\n", b"").replace(b"+", b"*"),
    "edifact equal separators": EDIFACT.replace(b"UNA:+.? '", b"UNA++.? '"),
    "edifact UNA cut": EDIFACT.replace(b"UNA:+.? '", b"UNA:+.?'"),
    "edifact release at the end": EDIFACT.rstrip() + b"\nUNB+UNOC:3+A+B+261121:1405+2?",
    "edifact released terminator": EDIFACT.replace(b"NM-4711+9'", b"NM-4711+9?'"),
    "edifact NUL": EDIFACT.replace(b"White cup", b"White\x00cup"),
    "edifact unknown segment": EDIFACT.replace(b"CUX+2:EUR:9'", b"QQQ+1'"),
    "edifact mandatory segment missing": EDIFACT.replace(b"BGM+220+NM-4711+9'\n", b"").replace(b"UNT+19+", b"UNT+18+"),
    "edifact letters in a number": EDIFACT.replace(b"QTY+21:12'", b"QTY+21:xx'"),
    "edifact value too long": EDIFACT.replace(b"NM-4711", b"N" * 200),
    "edifact too many components": EDIFACT.replace(b"CUX+2:EUR:9'", b"CUX+2:EUR:9:4:5:6:7'"),
    "edifact message in a message": EDIFACT.replace(b"BGM+", b"UNH+2+ORDERS:D:96A:UN'\nBGM+"),
    "edifact no envelope": EDIFACT[EDIFACT.index(b"UNH+") :],
}


@pytest.mark.parametrize("case", MALFORMED)
def test_malformed_input_is_invalid_with_an_error_that_says_where_and_what_to_do(case: str) -> None:
    record = judged(MALFORMED[case])
    errors = [finding for finding in record["findings"] if finding["severity"] == "error"]
    assert not record["valid"]
    assert errors
    assert all(error["message"] and error["remedy"] and error["offset"] is not None for error in errors)


@pytest.mark.parametrize("command", ["detect", "parse", "translate", "ack"])
@pytest.mark.parametrize("case", MALFORMED)
def test_malformed_input_ends_no_command_in_an_internal_error(case: str, command: str, invoke: Callable) -> None:
    result = invoke(command, "-", stdin=MALFORMED[case])
    assert result.status in (0, 5)
    assert "internal error" not in result.err
    if command == "translate":
        assert result.status == 5
        assert result.out == "" or case == "edifact release at the end"  # the interchange before the broken one is whole


@pytest.mark.parametrize("command", ["detect", "parse", "validate", "translate", "ack"])
@settings(max_examples=60)
@given(data=st.data())
def test_no_change_to_a_document_ends_in_an_internal_error(command: str, data: st.DataObject) -> None:
    document = bytearray(data.draw(st.sampled_from([X12, EDIFACT])))
    for _ in range(data.draw(st.integers(1, 4))):
        start = data.draw(st.integers(0, len(document)))
        end = data.draw(st.integers(start, min(len(document), start + 20)))
        document[start:end] = data.draw(
            st.one_of(st.binary(max_size=6), st.sampled_from([b"'", b"+", b":", b"~", b"*", b"?", b"\xff"]))
        )
    result = run_command(command, "-", "-o", "json", stdin=bytes(document))
    assert result.status in (0, 3, 5)
    assert "internal error" not in result.err
    json.loads(result.out)


@settings(max_examples=60)
@given(st.binary(max_size=200), st.sampled_from(["detect", "parse", "validate", "translate", "ack"]))
def test_no_bytes_end_in_an_internal_error(data: bytes, command: str) -> None:
    for prefix in (b"", b"ISA*00*          *", b"UNB+UNOC:3+", b"UNA:+.? 'UNB+UNOA:1+A+B+", X12[:110], EDIFACT[:60]):
        result = run_command(command, "-", "-o", "jsonl", stdin=prefix + data)
        assert result.status in (0, 3, 5)
        assert "internal error" not in result.err


def test_a_million_components_are_judged_in_bounded_words(invoke: Callable) -> None:
    data = EDIFACT.replace(b"CUX+2:EUR:9'", b"CUX+2" + b":x" * 1_000_000 + b"'")
    result = invoke("validate", "-", "-o", "jsonl", stdin=data)
    assert result.status == 5
    assert len(result.raw) < 1_000_000
