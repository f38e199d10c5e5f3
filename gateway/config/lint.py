"""Reads and judges a configuration: what `gateway check` runs, and what `load` runs before it builds."""

import os
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, get_args

from pydantic import BaseModel, SecretStr, ValidationError

from gateway.config import model
from gateway.config.application_files import read_application_files
from gateway.config.applications.http import WebhookTable
from gateway.config.applications.odoo_changes import ChangesTable
from gateway.config.centre_model import CentreTable
from gateway.config.certificate_files import read_certificates
from gateway.config.channels import CHANNEL_PARTS, CHANNEL_TABLES, LOGIN_TABLES, NESTED_PARTS
from gateway.config.channels.as2 import As2KeyTable
from gateway.config.channels.http import HttpSignatureTable
from gateway.config.channels.http_client import HttpTlsTable, ServerTlsTable
from gateway.config.channels.mail import MailServerTable
from gateway.config.check import Checked, Complaints
from gateway.config.check_agreements import check_agreements
from gateway.config.check_applications import check_applications
from gateway.config.check_as2 import check_as2
from gateway.config.check_books import check_books
from gateway.config.check_centre import check_centre
from gateway.config.check_channels import check_channels
from gateway.config.check_expectations import check_expectations
from gateway.config.check_http import check_http
from gateway.config.check_keeping import check_keeping
from gateway.config.check_layouts import check_layouts, read_layouts
from gateway.config.check_lines import check_lines
from gateway.config.check_odoo import check_odoo
from gateway.config.check_oidc import check_oidc
from gateway.config.check_owners import check_addresses, check_owners
from gateway.config.check_process import check_process
from gateway.config.check_profiles import check_profiles
from gateway.config.check_references import check_references
from gateway.config.check_regions import check_regions
from gateway.config.check_release import check_release
from gateway.config.check_routes import check_routes
from gateway.config.check_service_levels import check_service_levels
from gateway.config.check_subscribers import check_subscribers
from gateway.config.check_triggers import check_triggers
from gateway.config.check_writing import check_writing
from gateway.config.flat_layout import ReadLayout
from gateway.config.interpolate import WHOLE_REFERENCE, World, falls_back, interpolate
from gateway.config.keeping_model import EncryptionKeyTable
from gateway.config.model import Configuration
from gateway.config.oidc_model import OidcTable
from gateway.config.overlay import lay_environment
from gateway.config.owner_model import OwnerTable
from gateway.config.positions import KeyPath
from gateway.config.profiles import extend_profiles
from gateway.config.region_model import RegionTable
from gateway.config.regions import VARIABLE as REGION
from gateway.config.report import LintReport, item
from gateway.config.schema_errors import explain
from gateway.config.source import read_source
from gateway.config.subscriber_model import SubscriberTable
from gateway.config.tables import read_table
from gateway.config.vault import Vault
from gateway.config.writing_model import EnvelopeTable
from gateway.config.xml_schema import read_schemas
from translators.xml_terms import Schema


@dataclass(frozen=True, slots=True)
class Examined:
    """A configuration after all checks. `configuration` is None when it could not even be parsed. Layouts are by name,
    schemas by the agreement, `files` of applications by their names in routes.toml, `certificates` by theirs.
    `region` is the one that it is to be built for.
    """

    report: LintReport
    configuration: Configuration | None
    codes: Mapping[str, Mapping[str, str]]
    layouts: Mapping[str, ReadLayout] = field(default_factory=dict)
    schemas: Mapping[str, Schema] = field(default_factory=dict)
    files: Mapping[str, str] = field(default_factory=dict)
    certificates: Mapping[str, bytes] = field(default_factory=dict)
    region: str = ""


def lint(path: str | os.PathLike[str], environ: Mapping[str, str]) -> LintReport:
    """All complaints about routes.toml and the files it names. Never raises for what is wrong with them, and asks nobody:
    of references to Vault the form is checked.
    """
    return examine(Path(path), environ, offline=True).report


def examine(path: Path, environ: Mapping[str, str], *, offline: bool = False) -> Examined:
    """Read, fill in, parse and check. Each step works on what the one before left whole. What was examined `offline` is not
    to be run: something stands in it for secrets of Vault. Raises VaultUnavailable when one is needed that cannot be had.
    """
    source = read_source(path)
    extend_profiles(source)
    lay_environment(source, environ)
    complaints = Complaints(source)
    if source.main is None or any(found.severity == "error" for found in source.items):
        return Examined(LintReport.of(source.items), None, {})
    _secrets(source.data, environ, complaints)
    check_addresses(source.data, complaints)
    data = _filled(source.data, World(environ, path.parent, None if offline else Vault(environ)), complaints)
    try:
        configuration = Configuration.model_validate(data)
    except ValidationError as error:
        explain(error, data, complaints)
        return Examined(LintReport.of([*source.items, *complaints.items]), None, {})
    codes = _tables(configuration, path.parent, complaints)
    layouts = read_layouts(configuration, path.parent, complaints)
    schemas = read_schemas(configuration, path.parent, complaints)
    files = read_application_files(configuration, path.parent, complaints)
    usable = {name: read.layout for name, read in layouts.items() if read.layout is not None}
    checked = Checked(configuration, complaints, codes, usable)
    for check in (check_references, check_owners, check_agreements, check_expectations):
        check(checked)
    for check in (check_layouts, check_writing, check_routes):
        check(checked)
    for check_files in (check_channels, check_http, check_lines, check_centre, check_oidc):
        check_files(checked, path.parent)
    check_applications(checked, files, path.parent)
    check_books(checked, files)
    check_as2(checked, path.parent)
    check_subscribers(checked, path.parent)
    for check in (check_odoo, check_keeping, check_process, check_profiles, check_release, check_triggers, check_service_levels):
        check(checked)
    region = environ.get(REGION, "")
    check_regions(checked, region)
    certificates, report = read_certificates(configuration, path.parent), LintReport.of([*source.items, *complaints.items])
    return Examined(report, configuration, codes, layouts, schemas, files, certificates, region)


def _filled(data: dict[str, Any], world: World, complaints: Complaints) -> Any:
    """What is parsed, with every reference replaced."""
    try:
        return interpolate(data, world, complaints.add)
    finally:
        if world.vault is not None:
            world.vault.close()


_TABLES: Mapping[tuple[str, ...], tuple[type[BaseModel], ...]] = {
    ("gateway",): (model.GatewayTable,),
    ("gateway", "mail_server"): (MailServerTable,),
    ("gateway", "oidc"): (OidcTable,),
    ("owner",): (OwnerTable,),
    ("region",): (RegionTable,),
    ("application",): (model.OdooTable,),
    ("application", "changes"): (ChangesTable,),
    ("application", "login"): LOGIN_TABLES,
    ("application", "tls"): (HttpTlsTable,),
    ("application", "webhook"): (WebhookTable,),
    ("application", "webhook", "signature"): (HttpSignatureTable,),
    ("subscriber",): (SubscriberTable,),
    ("subscriber", "login"): LOGIN_TABLES,
    ("subscriber", "tls"): (HttpTlsTable,),
    ("channel",): tuple(CHANNEL_TABLES.values()),
    **{("channel", name): (table,) for name, table in CHANNEL_PARTS.items()},
    **{("channel", *names): tables for names, tables in NESTED_PARTS.items()},
    ("gateway", "tls"): (ServerTlsTable,),
    ("gateway", "centre"): (CentreTable,),
    ("gateway", "centre", "tls"): (HttpTlsTable,),
    ("gateway", "as2", "keys"): (As2KeyTable,),
    ("gateway", "encryption", "keys"): (EncryptionKeyTable,),
    ("agreement", "writing", "envelope"): (EnvelopeTable,),
}
"""The tables that have secrets, by the names that lead to them."""


def _secrets(data: dict[str, Any], variables: Mapping[str, str], complaints: Complaints) -> None:
    """Refuse secrets that stand in a file, and defaults of secrets in production."""
    gateway = data.get("gateway")
    production = isinstance(gateway, dict) and gateway.get("environment") == "production"
    for path, text in _secret_values(data):
        if text and not WHOLE_REFERENCE.fullmatch(text):
            complaints.add("R013", path, f"{_last_name(path)} is a secret and stands here in the open")
        elif production and falls_back(text, variables):
            message = f"{_last_name(path)} would be the default that stands here, in the production environment"
            complaints.add("R014", path, message)


def _secret_values(data: dict[str, Any]) -> list[tuple[KeyPath, str]]:
    """Every secret as written, with its path."""
    found: list[tuple[KeyPath, str]] = []
    for way, models in _TABLES.items():
        names = {name for m in models for name, info in m.model_fields.items() if _is_secret(info.annotation)}
        for path, entry in _tables_at(data, way):
            for name in names & set(entry):
                value = entry[name]
                parts = list(enumerate(value)) if isinstance(value, list) else []
                found += [((*path, name, index), part) for index, part in parts if isinstance(part, str)]
                found += [((*path, name), value)] if isinstance(value, str) else []
    return found


def _tables_at(data: Any, way: tuple[str, ...], path: KeyPath = ()) -> Iterator[tuple[KeyPath, dict[str, Any]]]:
    """The tables that names lead to, each with its path."""
    if isinstance(data, list):
        for index, entry in enumerate(data):
            yield from _tables_at(entry, way, (*path, index))
    elif isinstance(data, dict) and way:
        yield from _tables_at(data.get(way[0]), way[1:], (*path, way[0]))
    elif isinstance(data, dict):
        yield path, data


def _is_secret(annotation: Any) -> bool:
    return annotation is SecretStr or any(_is_secret(member) for member in get_args(annotation))


def _last_name(path: KeyPath) -> str:
    return next(part for part in reversed(path) if isinstance(part, str))


def _tables(configuration: Configuration, folder: Path, complaints: Complaints) -> dict[str, dict[str, str]]:
    """The contents of the code tables; what is wrong with a file is complained of in it, what is missing where it is named."""
    result = {}
    for index, table in enumerate(configuration.table):
        result[table.id], faults = read_table(folder / table.file)
        for fault in faults:
            if fault.place is None:
                complaints.add(fault.code, ("table", index, "file"), f"{table.file} {fault.message}")
            else:
                complaints.items.append(item(fault.code, table.file, fault.place, f"{table.file} {fault.message}"))
    return result
