"""Builds the domain's objects from a configuration that has been checked."""

from collections.abc import Iterable, Mapping
from pathlib import Path
from types import MappingProxyType
from zoneinfo import ZoneInfo

from gateway.config import model, rule_model
from gateway.config.agreed_format import agreed_format
from gateway.config.applications.http import HttpApplicationTable
from gateway.config.applications.http_terms import connection
from gateway.config.applications.odoo_changes import change_terms
from gateway.config.applications.odoo_tables import odoo_tables
from gateway.config.as2 import with_ours
from gateway.config.check_agreements import identities
from gateway.config.check_expectations import expected_of
from gateway.config.condition import compile_condition
from gateway.config.delivery import breaker_policy, delivery_terms, maintenance, retry_policy, services
from gateway.config.expectation_model import CalendarTable, weekly_hours
from gateway.config.gateway_settings import gateway_settings
from gateway.config.keeping import encryption_of, retention_of
from gateway.config.process_model import process_terms
from gateway.config.release_model import BufferRuleTable, release_terms
from gateway.config.schedule_model import schedules
from gateway.config.service_level_model import silence_terms
from gateway.config.snapshot import Snapshot
from gateway.config.trigger_model import triggers
from gateway.config.values import json_value
from gateway.config.writing import writing_terms
from gateway.config.xml_model import LimitsTable
from gateway.domain.agreement import Agreement, Direction, DuplicatePolicy, Partner, Partnerships, SequenceTerms, Unroutable
from gateway.domain.application import Application, OdooConnection
from gateway.domain.availability import Buffer
from gateway.domain.buffer_rule import BufferRule
from gateway.domain.calendar import Calendar
from gateway.domain.channel import Channel
from gateway.domain.document_path import parse_path
from gateway.domain.expectation import Expected
from gateway.domain.http_terms import ClientTls
from gateway.domain.identity import parse_identity
from gateway.domain.lookup_rule import LookupRule
from gateway.domain.order.terms import ProcessTerms
from gateway.domain.owner import Ownership
from gateway.domain.provenance import UNNAMED, provenances, this_gateway, told_by, with_ways
from gateway.domain.route import Route, Rule, Target
from gateway.domain.rule import CodeTable, DefaultRule, MapRule, RequireRule, SetRule
from gateway.domain.sequence import OutOfSequence
from gateway.domain.service import Service
from gateway.domain.strictness import Severities, codes_named
from translators.contract import AcknowledgementTerms, Family, Guide, Identity, When
from translators.finding import Severity
from translators.flatfile import Layout
from translators.xml_terms import USUAL as XML_AS_USUAL
from translators.xml_terms import Schema, XmlTerms

_SEVERITIES: Mapping[str, Severity | None] = {
    "error": Severity.ERROR,
    "warn": Severity.WARNING,
    "info": Severity.INFO,
    "off": None,
}


def build(
    config: model.Configuration,
    codes: Mapping[str, Mapping[str, str]],
    layouts: Mapping[str, Layout],
    *,
    schemas: Mapping[str, Schema] | None = None,
    files: Mapping[str, str] | None = None,
    certificates: Mapping[str, bytes] | None = None,
    folder: Path,
    digest: str,
) -> Snapshot:
    """The snapshot of a configuration. `files` are those that applications name, `certificates` those that were read, and
    `folder` is what relative paths start from.
    """
    production = config.gateway.environment == "production"
    tables = {table.id: CodeTable(table.id, MappingProxyType(dict(codes[table.id]))) for table in config.table}
    applications = {one.id: _application(one, files or {}, folder, codes, production=production) for one in config.application}
    channels = channels_of(config, folder, certificates)
    calendars = {table.id: _calendar(table) for table in config.calendar}
    agreements = tuple(_agreement(table, layouts, (schemas or {}).get(table.id)) for table in config.agreement)
    return Snapshot(
        digest=digest,
        gateway=gateway_settings(config.gateway, folder),
        owners=MappingProxyType({owner.id: owner.owner() for owner in config.owner}),
        ownership=_ownership(config),
        applications=MappingProxyType(applications),
        channels=MappingProxyType(channels),
        tables=MappingProxyType(tables),
        agreements=agreements,
        partnerships=_partnerships(config, agreements, channels),
        routes=tuple(_route(table, tables, applications) for table in config.route),
        calendars=MappingProxyType(calendars),
        services=services(config.service, calendars),
        retention=retention_of(config),
        encryption=encryption_of(config),
        reconciliations=tuple(table.agreed() for table in config.reconciliation),
        schedules=schedules(config.schedule, config.gateway.owner),
        process=_process(config, applications),
        release=release_terms(config.release, config.warehouse, config.hold, calendars),
        subscribers=MappingProxyType({table.id: table.subscriber(folder) for table in config.subscriber}),
        service_levels=tuple(table.level() for table in config.service_level),
        silence=silence_terms(config.silence, config.expected_traffic),
    )


def channels_of(
    config: model.Configuration, folder: Path, certificates: Mapping[str, bytes] | None = None
) -> dict[str, Channel]:  # fmt: skip
    """Ways to partners, with what is ours in them."""
    written = {t.id: Channel(t.id, t.type, t.partner, t.options(folder), delivery_terms(t)) for t in config.channel}
    return with_ours(written, config, folder, certificates or {})


def _process(config: model.Configuration, applications: Mapping[str, Application]) -> ProcessTerms:
    """How orders are followed."""
    production = {one.id: one.production for one in applications.values()}
    return process_terms(
        config.process,
        config.authority,
        config.deadline,
        follow_ups=[table.rule() for table in config.trigger],
        triggers=triggers(config.trigger, production),
        known=(named.id for named in (*config.application, *config.partner)),
    )


def _partnerships(config: model.Configuration, agreements: Iterable[Agreement], channels: Mapping[str, Channel]) -> Partnerships:
    """Partners and agreements, with the addresses of those that are known by the way alone."""
    gateway = config.gateway
    partners = {table.id: with_ways(_partner(table)) for table in config.partner}
    ours = this_gateway(gateway.id)
    identities = {**_identities(gateway.identities), Family.JSON: (ours, UNNAMED), Family.FLAT: (ours,)}
    return Partnerships.build(
        partners.values(),
        agreements,
        identities=identities,
        refuse_test=gateway.test_interchanges == "refuse",
        ways={
            **provenances(partners, agreements, channels.values(), gateway=gateway.id),
            **told_by((table.id for table in config.application), partners, agreements, gateway=gateway.id),
        },
    )


def _ownership(config: model.Configuration) -> Ownership:
    """Whose failures are whose."""
    return Ownership(
        config.gateway.owner,
        stages=MappingProxyType({str(stage): owner for stage, owner in config.gateway.stage_owners.items()}),
        partners=MappingProxyType({partner.id: partner.owner for partner in config.partner}),
        routes=MappingProxyType({route.id: route.owner for route in config.route if route.owner}),
    )


def _identities(written: model.Identities) -> dict[Family, tuple[Identity, ...]]:
    result: dict[Family, tuple[Identity, ...]] = {}
    for family, _, text in identities(written):
        result[family] = (*result.get(family, ()), parse_identity(family, text))
    return result


def _odoo(table: model.OdooTable, codes: Mapping[str, Mapping[str, str]], folder: Path) -> OdooConnection:
    return OdooConnection(
        table.url.rstrip("/"),
        table.database,
        table.login,
        table.api_key.get_secret_value(),
        table.timeout.total_seconds(),
        change_terms(table.changes),
        protocol=table.protocol,
        tables=odoo_tables(table.tables, codes),
        gln_field=table.gln_field,
        remember=table.remember.total_seconds(),
        tls=table.tls.terms(folder) if table.tls else ClientTls(),
    )


def _application(
    table: model.OdooTable | HttpApplicationTable,
    files: Mapping[str, str],
    folder: Path,
    codes: Mapping[str, Mapping[str, str]],
    *,
    production: bool,
) -> Application:
    return Application(
        id=table.id,
        type=table.type,
        connection=_odoo(table, codes, folder) if isinstance(table, model.OdooTable) else connection(table, files, folder),
        production=table.usage == "production" if table.usage else production,
        rate=table.rate,
        concurrency=table.concurrency,
        max_batch=table.max_batch if isinstance(table, model.OdooTable) else 1,
        retry=retry_policy(table.retry),
        breaker=breaker_policy(table.breaker),
        maintenance=maintenance(table.maintenance),
        owner=table.owner,
    )


def _partner(table: model.PartnerTable) -> Partner:
    return Partner(
        id=table.id,
        name=table.name or table.id,
        owner=table.owner,
        identities=_identities(table.identities),
        addressed_as=_identities(table.addressed_as) if table.addressed_as else None,
        timezone=ZoneInfo(table.timezone),
        test=table.usage == "test",
        refuse_test=table.test_interchanges == "refuse",
        acknowledge_by=table.acknowledge_by,
        shadow=table.shadow,
    )


def _agreement(table: model.AgreementTable, layouts: Mapping[str, Layout], schema: Schema | None) -> Agreement:
    agreed = agreed_format(table.format)
    return Agreement(
        id=table.id,
        partner=table.partner,
        direction=Direction(table.direction),
        document=table.document,
        family=agreed.family,
        type=agreed.type,
        version=agreed.version,
        channel=table.channel,
        acknowledgement=_acknowledgement(table),
        severities=_severities(table.strictness),
        guide=_guide(table.guide),
        xml=_xml(table.limits, schema),
        limits=_limits(table.limits) if agreed.family is not Family.XML else _limits(table.limits, _FINDINGS),
        duplicates=DuplicatePolicy(table.duplicates),
        sequence=SequenceTerms(OutOfSequence(table.out_of_sequence), table.sequence_wait),
        unroutable=Unroutable(table.unroutable),
        options=dict(table.options),
        writing=writing_terms(table.writing, agreed) if table.writing is not None else None,
        other_versions=frozenset(table.other_versions),
        expect=tuple(Expected(one.kind, one.within, one.calendar) for one, _ in expected_of(table)),
        retry=retry_policy(table.retry) if table.retry is not None else None,
        layout=layouts[agreed.version] if agreed.family is Family.FLAT else None,
        files=table.files or "",
        shadow=table.shadow,
    )


def _calendar(table: CalendarTable) -> Calendar:
    return Calendar(table.id, ZoneInfo(table.timezone), weekly_hours(table), frozenset(table.holidays))


_FINDINGS = {"findings": "max_findings"}
_LIMITS = {
    "bytes_": "max_document_bytes",
    "segment": "max_segment_bytes",
    "segments": "max_document_segments",
    "documents": "max_documents",
    **_FINDINGS,
}
"""What the limits are called in the terms."""


def _limits(stated: LimitsTable | None, known: Mapping[str, str] = _LIMITS) -> dict[str, int]:
    """The limits that were stated, by their names in the terms."""
    return {terms: value for name, terms in known.items() if (value := getattr(stated, name, None)) is not None}


def _xml(limits: LimitsTable | None, schema: Schema | None) -> XmlTerms:
    said = limits or LimitsTable()
    return XmlTerms(
        max_bytes=said.bytes_,
        max_elements=said.elements,
        max_depth=said.depth or XML_AS_USUAL.max_depth,
        max_text=said.text or XML_AS_USUAL.max_text,
        schema=schema,
    )


def _guide(table: model.GuideTable | None) -> Guide | None:
    if table is None:
        return None
    codes = tuple((place, frozenset(allowed)) for place, allowed in table.codes.items())
    return Guide(table.name, tuple(table.map.items()), tuple(table.mandatory), codes)


def _acknowledgement(table: model.AgreementTable) -> AcknowledgementTerms:
    functional: Iterable[str] = (name for name in table.acknowledge if name != "TA1")
    technical = table.technical or ("always" if "TA1" in table.acknowledge else "asked")
    return AcknowledgementTerms(
        functional=next(iter(functional), ""),
        technical=When(technical),
        list_accepted=table.list_accepted,
        note_errors=table.note_errors,
        version=table.acknowledgement_version or "",
    )


def _severities(strictness: Mapping[str, str]) -> Severities:
    """Single codes go before the groups they are in."""
    groups_first = sorted(strictness.items(), key=lambda pair: len(codes_named(pair[0])), reverse=True)
    return {code: _SEVERITIES[weight] for name, weight in groups_first for code in codes_named(name)}


def _route(table: model.RouteTable, tables: Mapping[str, CodeTable], applications: Mapping[str, Application]) -> Route:
    return Route(
        id=table.id,
        document=table.document,
        partner=table.partner,
        agreement=table.agreement,
        direction=table.direction,
        test=table.test,
        condition=compile_condition(table.when) if table.when else None,
        when=table.when or "",
        rules=tuple(_rule(rule, tables) for rule in table.rules),
        targets=tuple(_target(target, applications) for target in table.deliver),
        service=Service(table.service),
        owner=table.owner,
    )


def _target(table: model.DeliverTable, applications: Mapping[str, Application]) -> Target:
    return Target(
        to=table.to,
        action=table.action,
        after=table.after,
        sequence=parse_path(table.sequence) if table.sequence else None,
        options=dict(table.options),
        production=any(applications[name].production for name in (table.to, table.fallback) if name),
        sequence_wait=table.sequence_wait,
        fallback=table.fallback,
        fallback_after=table.fallback_after,
    )


def _rule(table: rule_model.RuleTable, tables: Mapping[str, CodeTable]) -> Rule:
    match table:
        case rule_model.MapRuleTable():
            return MapRule(
                path=parse_path(table.map),
                source=parse_path(table.source or table.map),
                table=tables[table.table],
                default=table.default,
                keep=table.otherwise == "keep",
                owner=_owner(table.otherwise),
            )
        case rule_model.LookupRuleTable():
            return _lookup(table)
        case rule_model.SetRuleTable():
            return SetRule(parse_path(table.set), json_value(table.value))
        case rule_model.DefaultRuleTable():
            return DefaultRule(parse_path(table.default), json_value(table.value))
        case BufferRuleTable():
            return BufferRule(Buffer(table.buffer, table.share))
        case rule_model.RequireRuleTable():
            return RequireRule(parse_path(table.require), _owner(table.otherwise))


def _lookup(table: rule_model.LookupRuleTable) -> LookupRule:
    source = parse_path(table.source or ("buyer" if table.record == "customer" else "lines[].item"))
    priced = table.record == "price"
    return LookupRule(
        path=parse_path(table.lookup),
        source=source,
        application=table.application,
        record=table.record,
        field=table.field,
        customer=parse_path(table.customer or "buyer") if priced else None,
        quantity=parse_path("lines[].quantity") if priced and source.lists else None,
        company=table.company or "",
        default=json_value(table.default),
        keep=table.otherwise == "keep",
        owner=_owner(table.otherwise),
    )


def _owner(otherwise: str | None) -> str | None:
    """The owner in `failure:<owner>`; None leaves the failure to the partner's owner."""
    return otherwise.partition(":")[2] or None if otherwise else None
