"""Every metric of the gateway, in one table, and the Observer that keeps them for Prometheus.

The table is the contract: a name or a label that is not in it is a mistake in the gateway. Names follow Prometheus' rules
(`_total` for counters, `_seconds` for times). No label holds a partner's data or a document's number: the number of series is
bounded by the configuration.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Literal

import structlog
from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram
from prometheus_client.exposition import choose_encoder
from prometheus_client.multiprocess import MultiProcessCollector, mark_process_dead

_log = structlog.get_logger(__name__)


class Kind(StrEnum):
    """What a metric is: a count that only grows, a distribution, or a level that goes up and down."""

    COUNTER = "counter"
    HISTOGRAM = "histogram"
    GAUGE = "gauge"


Across = Literal["livemax", "livemin", "livesum", "livemostrecent"]


@dataclass(frozen=True, slots=True)
class Metric:
    """One row of the table. `buckets` are upper bounds (histograms); `across` joins the levels of several processes (gauges).

    `across` is one of prometheus-client's multiprocess modes: `livemax` where every process reports the same thing and the
    worst counts, `livemin` where one that is down must show, `livesum` where each process has its own part, `livemostrecent`
    where one measures for all and another may take its place.
    """

    name: str
    kind: Kind
    help: str
    labels: tuple[str, ...] = ()
    buckets: tuple[float, ...] = ()
    across: Across = "livemax"


_FAST = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0)
_CALL = (0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0, 60.0)
_SIZE = (1.0, 2.0, 5.0, 10.0, 20.0, 50.0, 100.0, 200.0)
_AGE = (0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 15.0, 60.0, 300.0, 3600.0)

_C, _H, _G = Kind.COUNTER, Kind.HISTOGRAM, Kind.GAUGE
_LAST: Across = "livemostrecent"

METRICS: tuple[Metric, ...] = (
    # intake
    Metric("edi_transmissions_received_total", _C, "Transmissions taken or refused.", ("channel", "outcome")),
    Metric("edi_receive_seconds", _H, "From the first byte to the commit of a transmission.", ("channel",), _FAST),
    Metric("edi_polls_total", _C, "Looks at what a partner's server holds for us, by outcome.", ("channel", "outcome")),
    Metric("edi_webhooks_total", _C, "What applications posted to us, taken or refused.", ("application", "outcome")),
    # stages
    Metric("edi_stage_seconds", _H, "Time a stage took for one batch.", ("stage",), _FAST),
    Metric("edi_stage_batch_size", _H, "Rows in one batch of a stage.", ("stage",), _SIZE),
    Metric("edi_stage_retries_total", _C, "Batches repeated after a serialization or deadlock error.", ("stage",)),
    Metric("edi_stage_halvings_total", _C, "Batches halved because a row in them could not be stored.", ("stage",)),
    Metric("edi_sweep_rows_total", _C, "Unfinished rows that the sweep announced again.", ("stage",)),
    # documents
    Metric("edi_interchanges_total", _C, "Interchanges by verdict.", ("family", "verdict")),
    Metric("edi_documents_total", _C, "Documents by verdict.", ("document", "direction", "verdict")),
    Metric("edi_findings_total", _C, "Findings by code.", ("code",)),
    Metric("edi_duplicates_total", _C, "Duplicates recognised, by what repeated.", ("kind",)),
    Metric("edi_routed_total", _C, "Routing decisions.", ("route", "outcome")),
    # deliveries
    Metric("edi_deliveries_total", _C, "Delivery attempts by outcome.", ("target", "outcome")),
    Metric("edi_delivery_seconds", _H, "Time of one call to a target.", ("target",), _CALL),
    Metric("edi_delivery_age_seconds", _H, "From receipt of the transmission to its delivery.", ("target",), _AGE),
    Metric("edi_target_held", _G, "Whether staff hold a target: 1: nothing is delivered to it.", ("target",), across=_LAST),
    Metric("edi_deliveries_diverted_total", _C, "Deliveries given to the fallback of their target.", ("fallback",)),
    Metric("edi_breaker_state", _G, "A target's circuit breaker: 0 closed, 1 half-open, 2 open.", ("target",), across=_LAST),
    # what waits
    Metric("edi_queue_rows", _G, "Unfinished rows of a stage.", ("stage",), across=_LAST),
    Metric("edi_transmissions_forwarded_total", _C, "What a site handed on to its centre, by what that said.", ("outcome",)),
    Metric("edi_queue_oldest_seconds", _G, "Age of a stage's oldest unfinished row.", ("stage",), across=_LAST),
    Metric("edi_outbox_relayed_total", _C, "Public messages that the relay published because their writer did not."),
    Metric("edi_outbox_rows", _G, "Public messages that wait for their confirm.", across=_LAST),
    # what went wrong
    Metric("edi_failures_total", _C, "Failures with an owner, by stage and code.", ("stage", "code")),
    Metric("edi_failures_open", _G, "Groups of failures that owners have to deal with.", ("owner", "stage"), across=_LAST),
    Metric(
        "edi_failures_unattended_seconds",
        _G,
        "Since when an owner's oldest failure waits for somebody.",
        ("owner",),
        across=_LAST,
    ),
    Metric("edi_notifications_total", _C, "Attempts to tell an owner.", ("means", "outcome")),
    Metric("edi_notifications_waiting", _G, "Messages to owners that wait to be sent.", across=_LAST),
    Metric(
        "edi_service_level_at_risk",
        _G,
        "What is about to miss a service level, or has, and still runs.",
        ("level",),
        across=_LAST,
    ),
    Metric(
        "edi_service_level_met_ratio", _G, "Share of today's clocks of a service level that were met.", ("level",), across=_LAST
    ),
    Metric(
        "edi_business_waiting",
        _G,
        "Orders, shipments, receipts, webhooks and stock items that wait for something.",
        ("what",),
        across=_LAST,
    ),
    Metric("edi_business_oldest_seconds", _G, "Age of the oldest of them.", ("what",), across=_LAST),
    Metric(
        "edi_order_to_warehouse_seconds",
        _G,
        "From receipt of an order to its release, in the last day.",
        ("share",),
        across=_LAST,
    ),
    Metric(
        "edi_supplier_answer_seconds", _G, "Until half of suppliers' answers to our orders came, in the last week.", across=_LAST
    ),
    Metric("edi_stock_mismatch_ratio", _G, "Share of stock items that differ from what applications say.", across=_LAST),
    Metric("edi_orders_untouched_ratio", _G, "Share of orders of the last week that no person had to touch.", across=_LAST),
    Metric("edi_replays_day", _G, "Replays and redeliveries of the last day that people asked for.", across=_LAST),
    Metric("edi_failure_oldest_seconds", _G, "Since when the oldest failure of a stage is open.", ("stage",), across=_LAST),
    Metric("edi_silent_sources", _G, "Partners and applications that send less than they normally do.", across=_LAST),
    # acknowledgements
    Metric("edi_acknowledgements_total", _C, "Acknowledgements decided.", ("type", "verdict")),
    Metric("edi_acknowledgements_owed", _G, "Acknowledgements that wait to be sent.", across=_LAST),
    Metric("edi_acknowledgement_seconds", _H, "From receipt to the commit of the acknowledgement.", ("type",), _AGE),
    Metric(
        "edi_expectations",
        _G,
        "Answers that partners owe us, by what is owed; acknowledgements unmatched.",
        ("kind", "state"),
        across=_LAST,
    ),
    Metric("edi_expectations_overdue_total", _C, "Answers of partners that did not come in time.", ("kind",)),
    Metric("edi_batch_items_total", _C, "Replays and redeliveries that began, of batches that people confirmed.", ("action",)),
    Metric(
        "edi_application_changes_total",
        _C,
        "What applications' records say unasked: told, or left out and why.",
        ("application", "record", "outcome"),
    ),
    Metric("edi_hints_received_total", _C, "Hints that an application has changed.", ("application", "outcome")),
    # orders
    Metric("edi_order_events_total", _C, "Verdicts on what was said of orders.", ("event", "verdict")),
    Metric("edi_source_clock_ahead_seconds", _G, "How far events of a source lay in our future.", ("source",), across=_LAST),
    Metric("edi_follow_ups_total", _C, "What was carried out because a milestone holds.", ("rule", "kind", "outcome")),
    Metric("edi_follow_ups_open", _G, "What is not carried out yet.", ("rule", "state"), across=_LAST),
    Metric("edi_releases_total", _C, "Decisions about orders to warehouses.", ("state",)),
    Metric("edi_releases_held", _G, "What holds orders to warehouses.", ("kind",), across=_LAST),
    # schedules
    Metric("edi_schedule_runs_total", _C, "Runs of schedules that ended.", ("schedule", "outcome")),
    Metric("edi_schedule_seconds", _H, "How long runs of schedules took.", ("schedule",), _AGE),
    Metric("edi_differences", _G, "Differences found by the last reconciliation.", ("what",), across=_LAST),
    # broker and store
    Metric("edi_broker_connected", _G, "1 when the broker takes messages.", across="livemin"),
    Metric("edi_store_connected", _G, "1 when the database answers.", across="livemin"),
    Metric("edi_published_total", _C, "Messages published, by what is known of them.", ("exchange", "outcome")),
    Metric("edi_hints_announced_total", _C, "Wake-ups given to the broker.", ("queue", "outcome")),
    Metric("edi_broker_reconnects_total", _C, "Connections to the broker made anew.", ("purpose",)),
    Metric("edi_consumer_failures_total", _C, "Batches whose handler raised, by queue.", ("queue",)),
    Metric("edi_messages_unreadable_total", _C, "Messages on an exchange that are not what their type says.", ("exchange",)),
    # people and programs
    Metric("edi_api_requests_total", _C, "Requests to the API.", ("operation", "status")),
    Metric("edi_api_seconds", _H, "Time of a request to the API.", ("operation",), _FAST),
    Metric("edi_api_deprecated_total", _C, "Requests to operations that will go, by who makes them.", ("operation", "client")),
    Metric(
        "edi_spans_total",
        _C,
        "Spans: sent, lost as the collector was away, dropped at a full queue.",
        ("outcome",),
    ),
    # keeping
    Metric("edi_purged_total", _C, "What retention removed: transmissions, interchanges or messages.", ("kind",)),
    Metric("edi_legal_holds", _G, "Legal holds in force.", across=_LAST),
    Metric("edi_bodies_recrypted_total", _C, "Stored bodies that were brought to the key in use.", ("table",)),
    Metric("edi_table_dead_share", _G, "Share of a hot table's rows that wait for autovacuum.", ("table",), across=_LAST),
    Metric("edi_stray_rows", _G, "Rows outside of their month, because it was not there in time.", ("table",), across=_LAST),
    # the process
    Metric(
        "edi_configuration_changes_total",
        _C,
        "Configurations that were to follow the one of a process while it runs: taken, or refused.",
        ("outcome",),
    ),
    Metric("edi_loop_lag_seconds", _G, "How late the event loop ran a timer, worst since the last look."),
    Metric("edi_intake_closed", _G, "1 while nothing new is taken, by reason.", ("reason",), across="livemax"),
    Metric(
        "edi_task_restarts_total",
        _C,
        "Tasks of a process that were started anew: they failed, or were stuck.",
        ("task", "reason"),
    ),
    Metric("edi_observer_mistakes_total", _C, "Observations under a name or label that is not in the table.", ("metric",)),
    Metric(
        "edi_build_info",
        _G,
        "1; the labels say what runs. 0 for a configuration that ran before in the same process.",
        ("version", "python", "config"),
    ),
)
"""All metrics. The reference page is generated from it, and `tests/architecture` checks every call of an Observer against it."""


class UnknownMetric(LookupError):
    """An observation under a name, kind or set of labels that is not in `METRICS`: a bug of the gateway."""


_Collector = Counter | Histogram | Gauge


class PrometheusObserver:
    """An Observer that keeps what it is told for Prometheus to fetch.

    In `strict` mode (tests) a mistake raises UnknownMetric; otherwise it is logged and counted, because no order may fail over
    a metric. With `folder`, several processes share their figures through files in it: the folder must be empty at the start
    and be named in `PROMETHEUS_MULTIPROC_DIR` before prometheus-client is imported.
    """

    def __init__(self, *, table: tuple[Metric, ...] = METRICS, strict: bool = False, folder: Path | None = None) -> None:
        self._registry = CollectorRegistry()
        self._strict = strict
        self._folder = folder
        self._collectors = {metric.name: _collector(metric, self._registry) for metric in table}
        self._rows = {metric.name: (metric.kind, frozenset(metric.labels)) for metric in table}

    def count(self, name: str, value: float = 1, **labels: str) -> None:
        """Add to a counter."""
        child = self._find(name, Kind.COUNTER, labels)
        if isinstance(child, Counter):
            child.inc(value)

    def observe(self, name: str, value: float, **labels: str) -> None:
        """Record a duration in seconds or a size."""
        child = self._find(name, Kind.HISTOGRAM, labels)
        if isinstance(child, Histogram):
            child.observe(value)

    def gauge(self, name: str, value: float, **labels: str) -> None:
        """Set a level."""
        child = self._find(name, Kind.GAUGE, labels)
        if isinstance(child, Gauge):
            child.set(value)

    def render(self, *, accept: str = "") -> tuple[str, bytes]:
        """The content type and the bytes of `/metrics`, in the format that the Accept header of the request asks for."""
        encode, content_type = choose_encoder(accept)
        registry = self._registry
        if self._folder is not None:
            registry = CollectorRegistry()
            MultiProcessCollector(registry, path=str(self._folder))  # type: ignore[no-untyped-call]
        return content_type, encode(registry)

    def forget_process(self, pid: int) -> None:
        """Drop the levels of a process that has ended; its counts stay. No effect without a shared folder."""
        if self._folder is not None:
            mark_process_dead(pid, path=str(self._folder))  # type: ignore[no-untyped-call]

    def _find(self, name: str, kind: Kind, labels: Mapping[str, str]) -> _Collector | None:
        if self._rows.get(name) != (kind, frozenset(labels)):
            self._refuse(name, kind, labels)
            return None
        collector = self._collectors[name]
        return collector.labels(**labels) if labels else collector

    def _refuse(self, name: str, kind: Kind, labels: Mapping[str, str]) -> None:
        known = self._rows.get(name)
        expected = f"a {known[0]} with labels {sorted(known[1])}" if known else "not in the table"
        problem = f"metric {name!r} is {expected}, used as a {kind} with labels {sorted(labels)}"
        if self._strict:
            raise UnknownMetric(problem)
        _log.error("metric_unknown", problem=problem)
        if name != "edi_observer_mistakes_total":
            self.count("edi_observer_mistakes_total", metric=name)


def _collector(metric: Metric, registry: CollectorRegistry) -> _Collector:
    match metric.kind:
        case Kind.COUNTER:
            return Counter(metric.name, metric.help, metric.labels, registry=registry)
        case Kind.HISTOGRAM:
            return Histogram(metric.name, metric.help, metric.labels, buckets=metric.buckets, registry=registry)
        case Kind.GAUGE:
            return Gauge(metric.name, metric.help, metric.labels, multiprocess_mode=metric.across, registry=registry)
