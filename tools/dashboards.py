"""Writes the Grafana dashboards of monitoring/grafana/dashboards: run it after a change here, `python -m tools.dashboards`.

A dashboard is a title and rows of panels; a panel is a title, a unit, and expressions with the names of their lines. All look at
the datasource that is provisioned beside them.
"""

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, Final, NamedTuple

FOLDER: Final = Path(__file__).parents[1] / "monitoring" / "grafana" / "dashboards"
_SOURCE: Final = {"type": "prometheus", "uid": "edi-prometheus"}
_WIDTH, _HEIGHT, _COLUMNS = 8, 8, 24


class Panel(NamedTuple):
    """`lines` are (expression, name of the line); with `single`, the last value is shown in place of a curve."""

    title: str
    unit: str
    lines: Sequence[tuple[str, str]]
    single: bool = False


Lines = list[tuple[str, str]]


def _named(*labels: str) -> str:
    """The name of a line: the values of its labels."""
    return " ".join(f"{{{{{label}}}}}" for label in labels)


def _rate(metric: str, *labels: str) -> Lines:
    """How much a counter grows a second, by labels; in all without any."""
    grown = f"(rate({metric}[$__rate_interval]))"
    return [(f"sum by ({', '.join(labels)}) {grown}" if labels else f"sum{grown}", _named(*labels) or "all")]


def _p95(metric: str, label: str) -> Lines:
    """What 95 of a hundred of a histogram are below."""
    return [(f"histogram_quantile(0.95, sum by (le, {label}) (rate({metric}_bucket[$__rate_interval])))", _named(label))]


def _level(metric: str, *labels: str, how: str = "max") -> Lines:
    """A level, of all processes."""
    return [(f"{how} by ({', '.join(labels)}) ({metric})" if labels else f"{how}({metric})", _named(*labels) or "now")]


DASHBOARDS: Final[Mapping[str, tuple[str, Sequence[Panel]]]] = {
    "stages": ("EDI: stages", (
        Panel("What waits", "short", _level("edi_queue_rows", "stage")),
        Panel("Age of the oldest", "s", _level("edi_queue_oldest_seconds", "stage")),
        Panel("Time of a batch, 95 of 100", "s", _p95("edi_stage_seconds", "stage")),
        Panel("Received", "cps", _rate("edi_transmissions_received_total", "outcome")),
        Panel("Documents by verdict", "cps", _rate("edi_documents_total", "verdict")),
        Panel("Routing", "cps", _rate("edi_routed_total", "outcome")),
        Panel("From receipt to delivery, 95 of 100", "s", _p95("edi_delivery_age_seconds", "target")),
        Panel("New failures", "cps", _rate("edi_failures_total", "stage", "code")),
        Panel("Oldest open failure", "s", _level("edi_failure_oldest_seconds", "stage")),
        Panel("Batches repeated", "cps", _rate("edi_stage_retries_total", "stage")),
        Panel("Batches halved", "cps", _rate("edi_stage_halvings_total", "stage")),
        Panel("Nothing new is taken", "short", _level("edi_intake_closed", "reason")),
        Panel("Lateness of the event loop", "s", _level("edi_loop_lag_seconds", "instance")),
    )),
    "partners": ("EDI: partners", (
        Panel("Received by channel", "cps", _rate("edi_transmissions_received_total", "channel", "outcome")),
        Panel("Looks at partners' servers", "cps", _rate("edi_polls_total", "channel", "outcome")),
        Panel("Until a transmission is stored, 95 of 100", "s", _p95("edi_receive_seconds", "channel")),
        Panel("Service levels: at risk", "short", _level("edi_service_level_at_risk", "level")),
        Panel("Service levels: met today", "percentunit", _level("edi_service_level_met_ratio", "level", how="min")),
        Panel("Partners and applications that are silent", "short", _level("edi_silent_sources"), single=True),
        Panel("Failures by owner", "short", _level("edi_failures_open", "owner", how="sum")),
        Panel("Waiting for somebody", "s", _level("edi_failures_unattended_seconds", "owner")),
        Panel("Owners told", "cps", _rate("edi_notifications_total", "means", "outcome")),
        Panel("Findings", "cps", _rate("edi_findings_total", "code")),
        Panel("Duplicates", "cps", _rate("edi_duplicates_total", "kind")),
        Panel("Interchanges by verdict", "cps", _rate("edi_interchanges_total", "family", "verdict")),
    )),
    "acknowledgements": ("EDI: acknowledgements", (
        Panel("Ours that wait to be sent", "short", _level("edi_acknowledgements_owed"), single=True),
        Panel("Ours by verdict", "cps", _rate("edi_acknowledgements_total", "type", "verdict")),
        Panel("Until ours are decided, 95 of 100", "s", _p95("edi_acknowledgement_seconds", "type")),
        Panel("What partners owe us", "short", _level("edi_expectations", "kind", "state")),
        Panel("Became overdue", "cps", _rate("edi_expectations_overdue_total", "kind")),
        Panel("Until suppliers answer orders", "s", _level("edi_supplier_answer_seconds"), single=True),
    )),
    "applications": ("EDI: applications", (
        Panel("Delivery attempts", "cps", _rate("edi_deliveries_total", "target", "outcome")),
        Panel("Time of a call, 95 of 100", "s", _p95("edi_delivery_seconds", "target")),
        Panel("Breakers (0 closed, 1 half-open, 2 open)", "short", _level("edi_breaker_state", "target")),
        Panel("Held by staff", "short", _level("edi_target_held", "target")),
        Panel("Webhooks of applications", "cps", _rate("edi_webhooks_total", "application", "outcome")),
        Panel("Changes that were noticed", "cps", _rate("edi_application_changes_total", "application", "record", "outcome")),
        Panel("Milestones of orders", "cps", _rate("edi_order_events_total", "event", "verdict")),
        Panel("Held before warehouses", "short", _level("edi_releases_held", "kind")),
        Panel("Differences of reconciliations", "short", _level("edi_differences", "what")),
    )),
    "business": ("EDI: business", (
        Panel("What waits", "short", _level("edi_business_waiting", "what")),
        Panel("Age of the oldest", "s", _level("edi_business_oldest_seconds", "what")),
        Panel("Order to warehouse", "s", _level("edi_order_to_warehouse_seconds", "share")),
        Panel("Orders that no hand touched", "percentunit", _level("edi_orders_untouched_ratio", how="min"), single=True),
        Panel("Stock items that differ", "percentunit", _level("edi_stock_mismatch_ratio"), single=True),
        Panel("Replays of a day", "short", _level("edi_replays_day"), single=True),
    )),
    "broker-and-database": ("EDI: broker and database", (
        Panel("The database answers", "short", _level("edi_store_connected", how="min"), single=True),
        Panel("The broker takes messages", "short", _level("edi_broker_connected", how="min"), single=True),
        Panel("Messages that wait for their confirm", "short", _level("edi_outbox_rows")),
        Panel("Published", "cps", _rate("edi_published_total", "exchange", "outcome")),
        Panel("Published by the relay", "cps", _rate("edi_outbox_relayed_total")),
        Panel("Connections made anew", "cps", _rate("edi_broker_reconnects_total", "purpose")),
        Panel("Dead rows", "percentunit", _level("edi_table_dead_share", "table")),
        Panel("Rows outside of their month", "short", _level("edi_stray_rows", "table")),
        Panel("Removed by retention", "cps", _rate("edi_purged_total", "kind")),
    )),
}  # fmt: skip
"""By the name of the file."""


def dashboard(name: str) -> dict[str, Any]:
    """A dashboard as Grafana reads it."""
    title, panels = DASHBOARDS[name]
    return {
        "uid": f"edi-{name}",
        "title": title,
        "tags": ["edi-gateway"],
        "timezone": "browser",
        "schemaVersion": 39,
        "refresh": "30s",
        "time": {"from": "now-6h", "to": "now"},
        "editable": True,
        "panels": [_panel(place, panel) for place, panel in enumerate(panels)],
        "links": [{"title": "Dashboards", "type": "dashboards", "tags": ["edi-gateway"], "asDropdown": True}],
    }


def _panel(place: int, panel: Panel) -> dict[str, Any]:
    across = _COLUMNS // _WIDTH
    return {
        "id": place + 1,
        "type": "stat" if panel.single else "timeseries",
        "title": panel.title,
        "datasource": _SOURCE,
        "gridPos": {"x": place % across * _WIDTH, "y": place // across * _HEIGHT, "w": _WIDTH, "h": _HEIGHT},
        "fieldConfig": {"defaults": {"unit": panel.unit, "min": 0}, "overrides": []},
        "targets": [
            {"refId": chr(ord("A") + n), "datasource": _SOURCE, "expr": expression, "legendFormat": legend}
            for n, (expression, legend) in enumerate(panel.lines)
        ],
    }


def text_of(name: str) -> str:
    """The file of a dashboard."""
    return json.dumps(dashboard(name), indent=2) + "\n"


def main() -> None:
    """Write all files."""
    FOLDER.mkdir(parents=True, exist_ok=True)
    for name in DASHBOARDS:
        (FOLDER / f"{name}.json").write_text(text_of(name), encoding="utf-8")


if __name__ == "__main__":
    main()
