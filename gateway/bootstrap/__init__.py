"""The only place that wires; everything else receives its collaborators by keyword."""

from gateway.bootstrap.diagnosis import diagnose
from gateway.bootstrap.running import run, running
from gateway.bootstrap.settings import Settings
from gateway.bootstrap.settings import read_settings as settings
from gateway.bootstrap.store import database_status, migrate, open_intake, open_records

__all__ = ["Settings", "database_status", "diagnose", "migrate", "open_intake", "open_records", "run", "running", "settings"]
