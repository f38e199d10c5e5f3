"""The configuration: routes.toml as one model, checked with exact places, built into an immutable snapshot."""

from gateway.config.archive import Archived, archived, rebuilt, unpacked
from gateway.config.json_schema import json_schema
from gateway.config.lint import lint
from gateway.config.load import ConfigurationRefused, digest_of, load, without_files
from gateway.config.regions import VARIABLE as REGION
from gateway.config.report import Item, LintReport
from gateway.config.snapshot import GatewaySettings, Snapshot
from gateway.config.source import is_inside

__all__ = [
    "REGION",
    "Archived",
    "ConfigurationRefused",
    "GatewaySettings",
    "Item",
    "LintReport",
    "Snapshot",
    "archived",
    "digest_of",
    "is_inside",
    "json_schema",
    "lint",
    "load",
    "rebuilt",
    "unpacked",
    "without_files",
]
