"""Every observation in the code is one of the table of metrics: name, kind and labels."""

import ast
from collections.abc import Iterator

from gateway.telemetry import metrics
from gateway.telemetry.metrics import METRICS, Kind
from tests.architecture.source_tree import Source, dotted, sources

KINDS = {"count": Kind.COUNTER, "observe": Kind.HISTOGRAM, "gauge": Kind.GAUGE}
TABLE = {metric.name: metric for metric in METRICS}


def observations(source: Source) -> Iterator[tuple[int, str, str, frozenset[str | None]]]:
    """Calls such as `self._observer.count("edi_…", 1, stage=stage)`: line, method, name, labels (None for `**labels`)."""
    for node in source.nodes:
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr in KINDS and node.args:
            name = node.args[0]
            if isinstance(name, ast.Constant) and isinstance(name.value, str) and "observer" in dotted(node.func).lower():
                yield (
                    node.lineno,
                    node.func.attr,
                    name.value,
                    frozenset(word.arg for word in node.keywords if word.arg != "value"),
                )


def test_every_observation_is_in_the_table() -> None:
    wrong = []
    for source in sources("gateway"):
        for line, method, name, labels in observations(source):
            metric = TABLE.get(name)
            fits = metric is not None and metric.kind is KINDS[method] and (None in labels or labels == set(metric.labels))
            if not fits:
                wrong.append(f"{source.path}:{line} {method}({name!r}, {sorted(map(str, labels))})")
    assert not wrong


def test_every_row_of_the_table_is_observed_somewhere() -> None:
    observed = {
        name
        for source in sources("gateway")
        for name in TABLE
        if f'"{name}"' in source.text and source.module != metrics.__name__
    }
    assert set(TABLE) - observed == {"edi_observer_mistakes_total"}, "observe these, or take them out: no page may promise them"
