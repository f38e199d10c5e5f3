"""`gateway docs flows` as a person calls it."""

import csv
import io
import json
from collections.abc import Callable
from pathlib import Path

from gateway.cli.docs import COLUMNS
from tests.gateway.cli.invented import Result

Invoke = Callable[..., Result]
SAMPLE = str(Path(__file__).parents[3] / "routes.toml")


def test_the_page_has_a_row_for_each_flow(invoke: Invoke) -> None:
    result = invoke("docs", "flows", "--config", SAMPLE)
    assert result.status == 0
    lines = result.out.splitlines()
    assert lines[0] == "# Flows of nordic-dc"
    heads = next(line for line in lines if line.startswith("| flow |"))
    rows = [line for line in lines if line.startswith(("| bigbox-", "| nordmart-"))]
    assert len(rows) >= 6
    assert {row.count(" | ") for row in rows} == {heads.count(" | ")}
    assert "system of record" in heads


def test_records_have_all_columns(invoke: Invoke) -> None:
    told = json.loads(invoke("docs", "flows", "--config", SAMPLE, "-o", "json").out)
    assert all(set(flow) == set(COLUMNS) for flow in told)
    rows = list(csv.DictReader(io.StringIO(invoke("docs", "flows", "--config", SAMPLE, "-o", "csv").out)))
    assert [row["id"] for row in rows] == [flow["id"] for flow in told]


def test_only_one_partner_is_asked_for(invoke: Invoke) -> None:
    told = json.loads(invoke("docs", "flows", "--config", SAMPLE, "--partner", "nordmart", "--json").out)
    assert {flow["partner"] for flow in told} == {"nordmart"}


def test_a_configuration_with_errors_is_told_as_everywhere(invoke: Invoke, tmp_path: Path) -> None:
    (tmp_path / "routes.toml").write_text("[gateway]\n")
    result = invoke("docs", "flows", "--config", str(tmp_path / "routes.toml"))
    assert result.status == 78
    assert "routes.toml:" in result.err
