"""The only place that wires; everything else receives its collaborators by keyword."""

from gateway.bootstrap.as2 import examine_transfer
from gateway.bootstrap.diagnosis import diagnose
from gateway.bootstrap.expectations import (
    dismiss_acknowledgement,
    expectations,
    match_acknowledgements,
    unmatched_acknowledgements,
    waive_expectation,
)
from gateway.bootstrap.numbers import control_numbers, counter_of, seed_control_number, skip_control_numbers, void_outbound
from gateway.bootstrap.partner_test import probe_partner
from gateway.bootstrap.running import run, running
from gateway.bootstrap.settings import Settings
from gateway.bootstrap.settings import read_settings as settings
from gateway.bootstrap.store import database_status, migrate, open_intake, open_records

__all__ = [
    "Settings",
    "control_numbers",
    "counter_of",
    "database_status",
    "diagnose",
    "dismiss_acknowledgement",
    "examine_transfer",
    "expectations",
    "match_acknowledgements",
    "migrate",
    "open_intake",
    "open_records",
    "probe_partner",
    "run",
    "running",
    "seed_control_number",
    "settings",
    "skip_control_numbers",
    "unmatched_acknowledgements",
    "void_outbound",
    "waive_expectation",
]
