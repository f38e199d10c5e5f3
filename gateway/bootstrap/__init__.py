"""The only place that wires; everything else receives its collaborators by keyword."""

from gateway.bootstrap.as2 import examine_transfer
from gateway.bootstrap.backup import examine_backup
from gateway.bootstrap.diagnosis import diagnose
from gateway.bootstrap.expectations import (
    dismiss_acknowledgement,
    expectations,
    match_acknowledgements,
    unmatched_acknowledgements,
    waive_expectation,
)
from gateway.bootstrap.failures import attend_to_failures, failure, failures
from gateway.bootstrap.holds import decide_holds, list_holds
from gateway.bootstrap.keeping import legal_holds, place_hold, release_hold, retention_plan, retention_status
from gateway.bootstrap.listeners import plan_event_replay_of, plan_resend_of, probe_subscriber, subscriber_log, subscribers
from gateway.bootstrap.messages import open_intake, open_records
from gateway.bootstrap.numbers import control_numbers, counter_of, seed_control_number, skip_control_numbers, void_outbound
from gateway.bootstrap.odoo_mapping import unmapped
from gateway.bootstrap.orders import list_orders, orders_of
from gateway.bootstrap.partner_test import probe_partner
from gateway.bootstrap.reconciliation import ask_for_run, listed_schedules, make_reconciliations, schedule_history
from gateway.bootstrap.replay import (
    approve_delivery,
    batch,
    batch_items,
    batches,
    cancel_batch,
    confirm_batch,
    dead_letters,
    discard_dead_letter,
    found_delivered,
    message_bytes,
    plan_correction_of,
    plan_redelivery_of,
    plan_replay_of,
    watching_batch,
)
from gateway.bootstrap.running import run, running
from gateway.bootstrap.settings import Settings
from gateway.bootstrap.settings import read_settings as settings
from gateway.bootstrap.store import database_status, migrate
from gateway.bootstrap.targets import delivery_targets, hold_deliveries, release_deliveries, retry_now

__all__ = [
    "Settings",
    "approve_delivery",
    "ask_for_run",
    "attend_to_failures",
    "batch",
    "batch_items",
    "batches",
    "cancel_batch",
    "confirm_batch",
    "control_numbers",
    "counter_of",
    "database_status",
    "dead_letters",
    "decide_holds",
    "delivery_targets",
    "diagnose",
    "discard_dead_letter",
    "dismiss_acknowledgement",
    "examine_backup",
    "examine_transfer",
    "expectations",
    "failure",
    "failures",
    "found_delivered",
    "hold_deliveries",
    "legal_holds",
    "list_holds",
    "list_orders",
    "listed_schedules",
    "make_reconciliations",
    "match_acknowledgements",
    "message_bytes",
    "migrate",
    "open_intake",
    "open_records",
    "orders_of",
    "place_hold",
    "plan_correction_of",
    "plan_event_replay_of",
    "plan_redelivery_of",
    "plan_replay_of",
    "plan_resend_of",
    "probe_partner",
    "probe_subscriber",
    "release_deliveries",
    "release_hold",
    "retention_plan",
    "retention_status",
    "retry_now",
    "run",
    "running",
    "schedule_history",
    "seed_control_number",
    "settings",
    "skip_control_numbers",
    "subscriber_log",
    "subscribers",
    "unmapped",
    "unmatched_acknowledgements",
    "void_outbound",
    "waive_expectation",
    "watching_batch",
]
