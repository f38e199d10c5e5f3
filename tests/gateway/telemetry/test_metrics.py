"""Metrics: the table is well formed, the observer keeps to it, and Prometheus can read what is rendered."""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
from prometheus_client.parser import text_string_to_metric_families
from structlog.testing import capture_logs

from gateway.ports import Observer
from gateway.telemetry.metrics import METRICS, Kind, Metric, PrometheusObserver, UnknownMetric


@pytest.fixture
def observer() -> PrometheusObserver:
    return PrometheusObserver(strict=True)


def samples(observer: PrometheusObserver) -> dict[tuple[str, tuple[tuple[str, str], ...]], float]:
    """Every sample that Prometheus reads from the observer: (name, sorted labels) to value."""
    _, text = observer.render()
    return {
        (sample.name, tuple(sorted(sample.labels.items()))): sample.value
        for family in text_string_to_metric_families(text.decode())
        for sample in family.samples
    }


def sample_labels(metric: Metric) -> dict[str, str]:
    return dict.fromkeys(metric.labels, "x")


def use(observer: Observer, metric: Metric, value: float = 1) -> None:
    call = {Kind.COUNTER: observer.count, Kind.HISTOGRAM: observer.observe, Kind.GAUGE: observer.gauge}[metric.kind]
    call(metric.name, value, **sample_labels(metric))


def test_names_are_unique() -> None:
    names = [metric.name for metric in METRICS]
    assert len(names) == len(set(names))


@pytest.mark.parametrize("metric", METRICS, ids=lambda metric: metric.name)
def test_every_row_of_the_table_follows_the_naming_rules(metric: Metric) -> None:
    assert re.fullmatch(r"edi_[a-z_]+", metric.name)
    assert metric.name.endswith("_total") == (metric.kind is Kind.COUNTER)
    assert bool(metric.buckets) == (metric.kind is Kind.HISTOGRAM)
    assert list(metric.buckets) == sorted(set(metric.buckets))
    assert metric.help.endswith(".")
    assert not {"name", "value", "le", "quantile", "pid"} & set(metric.labels)


@pytest.mark.parametrize("metric", METRICS, ids=lambda metric: metric.name)
def test_every_row_of_the_table_can_be_used_and_is_rendered(metric: Metric, observer: PrometheusObserver) -> None:
    use(observer, metric, 3)
    suffix = "_sum" if metric.kind is Kind.HISTOGRAM else ""
    assert samples(observer)[metric.name + suffix, tuple(sorted(sample_labels(metric).items()))] == 3


def test_counters_add_up(observer: PrometheusObserver) -> None:
    observer.count("edi_findings_total", code="truncated")
    observer.count("edi_findings_total", 4, code="truncated")
    observer.count("edi_findings_total", code="empty")
    found = samples(observer)
    assert found["edi_findings_total", (("code", "truncated"),)] == 5
    assert found["edi_findings_total", (("code", "empty"),)] == 1


def test_a_gauge_keeps_the_last_level(observer: PrometheusObserver) -> None:
    observer.gauge("edi_outbox_rows", 7)
    observer.gauge("edi_outbox_rows", 2)
    assert samples(observer)["edi_outbox_rows", ()] == 2


def test_a_histogram_counts_into_its_buckets(observer: PrometheusObserver) -> None:
    for seconds in (0.0004, 0.02, 30.0):
        observer.observe("edi_stage_seconds", seconds, stage="translate")
    found = samples(observer)
    assert found["edi_stage_seconds_count", (("stage", "translate"),)] == 3
    assert found["edi_stage_seconds_bucket", (("le", "0.001"), ("stage", "translate"))] == 1
    assert found["edi_stage_seconds_bucket", (("le", "10.0"), ("stage", "translate"))] == 2


@pytest.mark.parametrize(
    ("name", "labels", "says"),
    [
        ("edi_typo_total", {}, "not in the table"),
        ("edi_findings_total", {}, r"a counter with labels \['code'\]"),
        ("edi_findings_total", {"code": "x", "partner": "bigbox"}, r"used as a counter with labels \['code', 'partner'\]"),
        ("edi_stage_seconds", {"stage": "translate"}, "is a histogram"),
    ],
)
def test_a_mistake_raises_where_it_is_made_in_strict_mode(
    observer: PrometheusObserver, name: str, labels: dict[str, str], says: str
) -> None:
    with pytest.raises(UnknownMetric, match=says):
        observer.count(name, 1, **labels)


def test_a_mistake_in_production_is_logged_and_counted_and_fails_nothing() -> None:
    observer = PrometheusObserver()
    with capture_logs() as logs:
        observer.gauge("edi_typo", 1)
        observer.observe("edi_typo", 1)
    assert [line["event"] for line in logs] == ["metric_unknown", "metric_unknown"]
    assert samples(observer)["edi_observer_mistakes_total", (("metric", "edi_typo"),)] == 2


def test_a_table_without_the_mistakes_row_does_not_recurse() -> None:
    observer = PrometheusObserver(table=())
    with capture_logs() as logs:
        observer.count("edi_typo_total")
    assert len(logs) == 2


def test_the_format_follows_the_accept_header(observer: PrometheusObserver) -> None:
    observer.count("edi_findings_total", code="truncated")
    plain, _ = observer.render()
    open_metrics, body = observer.render(accept="application/openmetrics-text; version=1.0.0")
    assert plain.startswith("text/plain")
    assert open_metrics.startswith("application/openmetrics-text")
    assert body.endswith(b"# EOF\n")


def test_two_observers_share_nothing() -> None:
    one, other = PrometheusObserver(strict=True), PrometheusObserver(strict=True)
    one.count("edi_findings_total", code="truncated")
    assert ("edi_findings_total", (("code", "truncated"),)) not in samples(other)


_WORKER = """
import sys
from pathlib import Path
from gateway.telemetry.metrics import PrometheusObserver
observer = PrometheusObserver(strict=True, folder=Path(sys.argv[1]))
observer.count("edi_findings_total", int(sys.argv[2]), code="truncated")
observer.gauge("edi_broker_connected", int(sys.argv[3]))
observer.gauge("edi_queue_rows", int(sys.argv[2]), stage="deliver")
print(observer.render()[1].decode())
"""


def work(folder: Path, count: int, connected: int) -> str:
    """A process of several, which counts, sets its levels and prints what Prometheus would get from it."""
    return subprocess.run(
        [sys.executable, "-c", _WORKER, str(folder), str(count), str(connected)],
        env={**os.environ, "PROMETHEUS_MULTIPROC_DIR": str(folder)},
        check=True,
        capture_output=True,
        text=True,
    ).stdout


def test_several_processes_share_their_figures_and_one_that_is_down_shows(tmp_path: Path) -> None:
    work(tmp_path, 2, 0)
    seen = work(tmp_path, 5, 1)
    assert 'edi_findings_total{code="truncated"} 7.0' in seen
    assert "edi_broker_connected 0.0" in seen
    assert 'edi_queue_rows{stage="deliver"} 5.0' in seen


def test_the_levels_of_an_ended_process_are_dropped_and_its_counts_stay(tmp_path: Path) -> None:
    work(tmp_path, 2, 0)
    ended = next(int(file.stem.rsplit("_", 1)[1]) for file in tmp_path.glob("gauge_livemin_*.db"))
    PrometheusObserver(folder=tmp_path).forget_process(ended)
    seen = work(tmp_path, 1, 1)
    assert "edi_broker_connected 1.0" in seen
    assert 'edi_findings_total{code="truncated"} 3.0' in seen


def test_forgetting_a_process_without_a_shared_folder_does_nothing(observer: PrometheusObserver) -> None:
    observer.gauge("edi_outbox_rows", 7)
    observer.forget_process(1)
    assert samples(observer)["edi_outbox_rows", ()] == 7
