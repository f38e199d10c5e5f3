"""The configuration: routes.toml as one model, checked with exact places, built into an immutable snapshot."""

from gateway.config.archive import Archived, archived, rebuilt
from gateway.config.json_schema import json_schema
from gateway.config.lint import lint
from gateway.config.load import ConfigurationRefused, digest_of, load
from gateway.config.report import Item, LintReport
from gateway.config.snapshot import GatewaySettings, Snapshot

__all__ = [
    "Archived",
    "ConfigurationRefused",
    "GatewaySettings",
    "Item",
    "LintReport",
    "Snapshot",
    "archived",
    "digest_of",
    "json_schema",
    "lint",
    "load",
    "rebuilt",
]
