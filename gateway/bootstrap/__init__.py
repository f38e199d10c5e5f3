"""The only place that wires; everything else receives its collaborators by keyword."""

from gateway.bootstrap.accounts import (
    add_person,
    add_service,
    caller_of_session,
    caller_of_token,
    change_account,
    change_password,
    choose_password,
    close_account,
    end_session,
    first_administrator,
    invite,
    invited,
    issue_token,
    list_accounts,
    list_sessions,
    list_tokens,
    revoke_token,
    rotate_token,
    sign_in,
    sign_out,
    sign_out_everywhere,
)
from gateway.bootstrap.activations import (
    configuration,
    configuration_file,
    configurations,
    decide_configuration,
    propose_configuration,
    roll_back_configuration,
    try_configuration,
)
from gateway.bootstrap.as2 import examine_transfer
from gateway.bootstrap.audit import audit_lines, verify_audit, write_audit
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
from gateway.bootstrap.giving_up import ignore_message, reject_message
from gateway.bootstrap.holds import decide_holds, list_holds
from gateway.bootstrap.keeping import legal_holds, place_hold, release_hold, retention_plan, retention_status
from gateway.bootstrap.lateness import likely_late
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
from gateway.bootstrap.service_levels import service_levels
from gateway.bootstrap.settings import Settings
from gateway.bootstrap.settings import read_settings as settings
from gateway.bootstrap.shadow import compare_shadow, shadow_status
from gateway.bootstrap.store import database_status, migrate
from gateway.bootstrap.targets import delivery_targets, hold_deliveries, release_deliveries, retry_now

__all__ = [
    "Settings",
    "add_person",
    "add_service",
    "approve_delivery",
    "ask_for_run",
    "attend_to_failures",
    "audit_lines",
    "batch",
    "batch_items",
    "batches",
    "caller_of_session",
    "caller_of_token",
    "cancel_batch",
    "change_account",
    "change_password",
    "choose_password",
    "close_account",
    "compare_shadow",
    "configuration",
    "configuration_file",
    "configurations",
    "confirm_batch",
    "control_numbers",
    "counter_of",
    "database_status",
    "dead_letters",
    "decide_configuration",
    "decide_holds",
    "delivery_targets",
    "diagnose",
    "discard_dead_letter",
    "dismiss_acknowledgement",
    "end_session",
    "examine_backup",
    "examine_transfer",
    "expectations",
    "failure",
    "failures",
    "first_administrator",
    "found_delivered",
    "hold_deliveries",
    "ignore_message",
    "invite",
    "invited",
    "issue_token",
    "legal_holds",
    "likely_late",
    "list_accounts",
    "list_holds",
    "list_orders",
    "list_sessions",
    "list_tokens",
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
    "propose_configuration",
    "reject_message",
    "release_deliveries",
    "release_hold",
    "retention_plan",
    "retention_status",
    "retry_now",
    "revoke_token",
    "roll_back_configuration",
    "rotate_token",
    "run",
    "running",
    "schedule_history",
    "seed_control_number",
    "service_levels",
    "settings",
    "shadow_status",
    "sign_in",
    "sign_out",
    "sign_out_everywhere",
    "skip_control_numbers",
    "subscriber_log",
    "subscribers",
    "try_configuration",
    "unmapped",
    "unmatched_acknowledgements",
    "verify_audit",
    "void_outbound",
    "waive_expectation",
    "watching_batch",
    "write_audit",
]
