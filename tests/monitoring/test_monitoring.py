"""What is shipped for Prometheus and Grafana: valid, tested, and about metrics that the gateway really has."""

import json
import re
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from ruamel.yaml import YAML

from gateway.telemetry.metrics import METRICS, Kind
from tools.dashboards import DASHBOARDS, FOLDER, text_of

MONITORING = FOLDER.parents[1]
RULES = MONITORING / "prometheus" / "rules.yml"
TESTS = MONITORING / "prometheus" / "rules_test.yml"
COMPOSE = MONITORING.parent / "docker-compose.yml"
KNOWN = {metric.name: metric for metric in METRICS}
_PARTS = re.compile(r"_(bucket|sum|count)$")
_BY_SCRAPING = {"instance", "job", "le"}
"""Labels that Prometheus adds, and those of histograms."""


def read(text: str) -> Any:
    """YAML as plain values."""
    return YAML(typ="safe", pure=True).load(text)


def rules() -> list[dict[str, Any]]:
    return [rule for group in read(RULES.read_text())["groups"] for rule in group["rules"]]


def expressions() -> Iterator[tuple[str, str]]:
    """Every expression with where it stands."""
    yield from ((f"alert {rule['alert']}", str(rule["expr"])) for rule in rules())
    for path in sorted(FOLDER.glob("*.json")):
        for panel in json.loads(path.read_text())["panels"]:
            yield from ((f"{path.name}: {panel['title']}", target["expr"]) for target in panel["targets"])


def promtool(*words: str) -> str:
    program = shutil.which("promtool")
    if program is None:
        pytest.skip("promtool is not there: it is in the package prometheus")
    done = subprocess.run([program, *words], cwd=RULES.parent, capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


@pytest.mark.parametrize(("where", "expression"), list(expressions()))
def test_every_metric_exists_with_these_labels(where: str, expression: str) -> None:
    names = re.findall(r"\bedi_\w+", re.sub(r'"[^"]*"', '""', expression))
    assert names or "up{" in expression, where
    labels = {"instance"}
    for name in names:
        whole = _PARTS.sub("", name) if name not in KNOWN else name
        assert whole in KNOWN, f"{where}: there is no metric {name}"
        assert (name == whole) == (KNOWN[whole].kind is not Kind.HISTOGRAM), f"{where}: {name} is a {KNOWN[whole].kind}"
        labels |= set(KNOWN[whole].labels)
    grouped = {one.strip() for by in re.findall(r"by \(([^)]*)\)", expression) for one in by.split(",") if one.strip()}
    assert grouped <= labels | _BY_SCRAPING, where


@pytest.mark.parametrize(("where", "expression"), list(expressions()))
def test_counters_are_asked_for_their_growth_and_levels_for_what_they_are(where: str, expression: str) -> None:
    for name in re.findall(r"\bedi_\w+", expression):
        grows = name.endswith(("_total", "_bucket"))
        assert grows == bool(re.search(rf"(rate|increase)\({name}", expression)), where


def test_rules_are_valid() -> None:
    assert "SUCCESS" in promtool("check", "rules", RULES.name)
    promtool("check", "config", "--syntax-only", "prometheus.yml")


def test_each_alert_fires_when_it_should_and_not_otherwise() -> None:
    assert "SUCCESS" in promtool("test", "rules", TESTS.name)


def test_each_alert_is_tested_both_ways_and_says_what_it_means_and_what_to_do() -> None:
    tested = read(TESTS.read_text())["tests"]
    fires = {case["alertname"] for test in tested for case in test["alert_rule_test"] if case["exp_alerts"]}
    quiet = {case["alertname"] for test in tested for case in test["alert_rule_test"] if not case["exp_alerts"]}
    names = {str(rule["alert"]) for rule in rules()}
    assert names == fires == quiet
    for rule in rules():
        assert set(rule["annotations"]) == {"summary", "effect", "action"}, rule["alert"]
        assert rule["labels"]["severity"] in {"critical", "warning"}, rule["alert"]


def test_dashboards_are_those_of_the_script() -> None:
    assert {path.stem: path.read_text() for path in FOLDER.glob("*.json")} == {name: text_of(name) for name in DASHBOARDS}


def test_panels_do_not_lie_over_each_other() -> None:
    for path in FOLDER.glob("*.json"):
        panels = json.loads(path.read_text())["panels"]
        places = [(panel["gridPos"]["x"], panel["gridPos"]["y"]) for panel in panels]
        assert len(set(places)) == len(panels) == len({panel["id"] for panel in panels})


def test_compose_provisions_them_behind_a_profile_on_loopback() -> None:
    services = read(COMPOSE.read_text())["services"]
    source = read((FOLDER.parent / "provisioning/datasources/prometheus.yml").read_text())["datasources"][0]
    assert source["url"] == "http://prometheus:9090"
    assert all(
        panel["datasource"]["uid"] == source["uid"] for panel in json.loads((FOLDER / "stages.json").read_text())["panels"]
    )
    for name in ("prometheus", "grafana"):
        assert services[name]["profiles"] == ["monitoring"]
        assert all(port.startswith("127.0.0.1:") for port in services[name]["ports"])
        for volume in services[name]["volumes"]:
            place = volume.split(":")[0]
            assert not place.startswith("./") or (COMPOSE.parent / place).exists(), volume


def test_the_metrics_of_the_page_about_watching_exist() -> None:
    text = (Path(__file__).parents[2] / "docs" / "how-to" / "watch-it.md").read_text()
    for name in re.findall(r"\bedi_\w+", text):
        assert name in KNOWN or _PARTS.sub("", name) in KNOWN, name
