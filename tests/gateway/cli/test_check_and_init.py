"""`gateway check` over real configurations, and `gateway init`, whose files it must find nothing wrong with."""

import csv
import io
import json
from collections.abc import Callable
from pathlib import Path

import pytest

from gateway.cli.check import github, sarif
from gateway.cli.init import FOLDERS, files

BROKEN = '[gateway]\nid = "x"\nowner = "nobody"\nidentities = {}\ncolour = "red"\n'


@pytest.fixture
def started(invoke: Callable, tmp_path: Path) -> Path:
    assert invoke("init", str(tmp_path / "My Gateway"), "--no-input").status == 0
    return tmp_path / "My Gateway"


def test_init_writes_what_check_finds_nothing_wrong_with(started: Path, invoke: Callable) -> None:
    result = invoke("check", str(started / "routes.toml"), "--deny-warnings")
    assert result.status == 0, result.out
    assert (result.out, "nothing to complain of" in result.err) == ("", True)


def test_init_makes_the_folders_and_names_the_gateway_after_its_own(started: Path) -> None:
    assert all((started / path).is_dir() for path in FOLDERS)
    assert 'id = "my-gateway"' in (started / "routes.toml").read_text()
    assert ".env" in (started / ".gitignore").read_text().split()


def test_init_overwrites_nothing_and_then_writes_nothing(invoke: Callable, tmp_path: Path) -> None:
    (tmp_path / "routes.toml").write_text("mine")
    result = invoke("init", str(tmp_path))
    assert result.status == 1
    assert "routes.toml is there already" in result.err
    assert (tmp_path / "routes.toml").read_text() == "mine"
    assert [path.name for path in tmp_path.iterdir()] == ["routes.toml"]


def test_init_puts_the_addresses_everywhere(invoke: Callable, tmp_path: Path) -> None:
    invoke("init", str(tmp_path), "--id", "dc", "--x12", "12:ACME", "--edifact", "4000000000006:14")
    assert 'x12 = "12:ACME", edifact = "4000000000006:14"' in (tmp_path / "routes.toml").read_text()
    isa = (tmp_path / "samples" / "order.x12").read_text().splitlines()[0]
    assert (len(isa), isa[51:69]) == (106, "12*ACME           ".ljust(18))
    assert "+4000000000006:14+" in (tmp_path / "samples" / "order.edifact").read_text()


@pytest.mark.parametrize("words", [["--id", "No Good"], ["--x12", "ACME"], ["--x12", "ZZ:" + "A" * 16], ["--edifact", "a:b"]])
def test_init_refuses_what_is_no_name_or_address(words: list[str], invoke: Callable, tmp_path: Path) -> None:
    result = invoke("init", str(tmp_path / "new"), *words)
    assert result.status == 2
    assert words[0] in result.err
    assert not (tmp_path / "new").exists()


def test_init_lists_what_it_wrote(invoke: Callable, tmp_path: Path) -> None:
    paths = [record["path"] for record in json.loads(invoke("init", str(tmp_path / "new"), "--json").out)]
    assert str(tmp_path / "new" / "routes.toml") in paths
    assert "gateway check" in invoke("init", str(tmp_path / "other")).err


def test_no_mark_of_a_template_is_left() -> None:
    for text in files({"id": "a", "x12": "ZZ:B", "edifact": "C:14"}).values():
        assert "@" not in text.replace("edi@example.com", "").replace("operations@example.com", "")


def test_a_folder_that_cannot_be_made_is_three_lines(invoke: Callable, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("x")
    result = invoke("init", str(tmp_path / "file" / "below"))
    assert result.status == 1
    assert len(result.err.splitlines()) == 3


@pytest.fixture
def broken(tmp_path: Path) -> str:
    (tmp_path / "routes.toml").write_text(BROKEN)
    return str(tmp_path / "routes.toml")


def test_complaints_name_file_line_column_and_code_and_end_with_78(broken: str, invoke: Callable) -> None:
    result = invoke("check", broken)
    assert result.status == 78
    first = next(line for line in result.out.splitlines() if "colour" in line)
    assert first.startswith(f"{broken}:5:1 R003 ")
    assert result.err.startswith(f"{broken}: ")


def test_check_of_a_missing_file_is_a_complaint(invoke: Callable, tmp_path: Path) -> None:
    result = invoke("check", str(tmp_path / "routes.toml"))
    assert result.status == 78
    assert "R001" in result.out


def test_check_as_records(broken: str, invoke: Callable) -> None:
    records = json.loads(invoke("check", broken, "--json").out)
    unknown = next(record for record in records if record["code"] == "R003")
    assert (unknown["file"], unknown["line"], unknown["column"], unknown["severity"]) == (broken, 5, 1, "error")
    assert [json.loads(line) for line in invoke("check", broken, "-o", "jsonl").out.splitlines()] == records
    rows = list(csv.DictReader(io.StringIO(invoke("check", broken, "-o", "csv").out)))
    assert [row["code"] for row in rows] == [record["code"] for record in records]


def test_check_as_sarif(broken: str, invoke: Callable) -> None:
    log = json.loads(invoke("check", broken, "-o", "sarif").out)
    run = log["runs"][0]
    assert log["version"] == "2.1.0"
    assert {result["ruleId"] for result in run["results"]} == {rule["id"] for rule in run["tool"]["driver"]["rules"]}
    assert {result["level"] for result in run["results"]} <= {"error", "warning"}
    assert run["results"][0]["locations"][0]["physicalLocation"]["region"]["startLine"] >= 1


def test_sarif_of_nothing_is_a_log_without_results() -> None:
    assert sarif([])["runs"][0]["results"] == []


def test_check_as_workflow_commands(broken: str, invoke: Callable) -> None:
    lines = invoke("check", broken, "-o", "github").out.splitlines()
    assert any(line.startswith(f"::error file={broken},line=5,col=1,title=R003 unknown-key::") for line in lines)


def test_workflow_commands_escape_what_would_end_them() -> None:
    complaint = {
        "file": "a,b:c.toml",
        "line": 1,
        "column": 2,
        "code": "R1",
        "severity": "error",
        "name": "n",
        "message": "50%\nmore",
        "remedy": "Do.",
    }
    assert list(github([complaint])) == ["::error file=a%2Cb%3Ac.toml,line=1,col=2,title=R1 n::50%25%0Amore. Do."]


def test_warnings_fail_only_when_denied(started: Path, invoke: Callable) -> None:
    with (started / "routes.toml").open("a") as stream:
        stream.write('\n[[application]]\nid = "idle"\ntype = "odoo"\nurl = "http://127.0.0.1"\napi_key = "${KEY:-x}"\n')
    path = str(started / "routes.toml")
    result = invoke("check", path)
    assert (result.status, "R022" in result.out) == (0, True)
    assert invoke("check", path, "--deny-warnings").status == 78


def test_check_reads_variables_from_the_environment_it_is_given(started: Path, invoke: Callable) -> None:
    path = started / "routes.toml"
    path.write_text(path.read_text().replace("${ODOO_API_KEY:-replace-me}", "${ODOO_API_KEY}"))
    assert invoke("check", str(path)).status == 78
    assert invoke("check", str(path), environ={"ODOO_API_KEY": "k"}).status == 0
