"""What of a configuration is of one region: its partners with all that is theirs; what is shared stays.

A process works with one region. What is left out is known by its channels and addresses alone, to tell whoever comes by mistake.
"""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from gateway.config.applications.http import HttpApplicationTable
from gateway.config.build import channels_of
from gateway.config.channels import AnyChannelTable
from gateway.config.check_agreements import identities
from gateway.config.model import ApplicationTable, Configuration, GatewayTable
from gateway.config.region_model import RegionTable
from gateway.config.snapshot import Snapshot
from gateway.domain.identity import parse_identity
from gateway.domain.region import OWN, Elsewhere, Region

VARIABLE = "GATEWAY_REGION"
"""Names the region that a process or command works with; empty for the partners without one."""
_INWARD = ("inbox", "imap")
"""The members of channels by which files come in."""


def region_of(config: Configuration, named: str) -> Region:
    """The region of a name; the gateway's own where there is none of it."""
    return next((table.region() for table in config.region if table.id == named), OWN)


def narrowed(config: Configuration, region: str) -> Configuration:
    """The configuration of a region: of its partners, and of what is not any partner's. The same where there are no regions."""
    if not config.region:
        return config
    away = partners_elsewhere(config, region)
    agreements = [table for table in config.agreement if table.partner not in away]
    agreed = {table.id for table in agreements}
    reconciliations = [table for table in config.reconciliation if table.partner not in away]
    gone = {table.id for table in config.reconciliation} - {table.id for table in reconciliations}
    kept: dict[str, Any] = {
        "gateway": _gateway(config.gateway, region, config.region),
        "partner": [table for table in config.partner if table.id not in away],
        "channel": list(_channels(config, region, away)),
        "agreement": agreements,
        "application": [_application(table, away) for table in config.application],
        "route": [r for r in config.route if r.partner not in away and (r.agreement is None or r.agreement in agreed)],
        "reconciliation": reconciliations,
        "schedule": [table for table in config.schedule if not table.of or not set(table.of) <= gone],
        "warehouse": [table for table in config.warehouse if table.partner not in away],
        "expected_traffic": [table for table in config.expected_traffic if table.source not in away],
    }
    kept["schedule"] = [t.model_copy(update={"of": [name for name in t.of if name not in gone]}) for t in kept["schedule"]]
    return config.model_copy(update=kept)


def placed(snapshot: Snapshot, whole: Configuration, region: str, folder: Path, certificates: Mapping[str, bytes]) -> Snapshot:
    """The snapshot of what was narrowed, with what it has to know of the rest. `folder` is what paths are relative to,
    `certificates` are those that were read.
    """
    if not whole.region:
        return snapshot
    away = partners_elsewhere(whole, region)
    served = {table.id: region_of(whole, table.region or "") for table in whole.partner if table.id in away}
    left = whole.model_copy(update={"channel": [table for table in whole.channel if table.partner in away]})
    senders = {
        (family, parse_identity(family, text)): f"{text} is {table.id}, who is served by {served[table.id]}."
        for table in whole.partner
        if table.id in away
        for family, _, text in identities(table.identities)
    }
    return replace(
        snapshot,
        region=region_of(whole, region),
        elsewhere=Elsewhere(served, channels_of(left, folder, certificates)),
        partnerships=replace(snapshot.partnerships, elsewhere=senders),
    )


def partners_elsewhere(config: Configuration, region: str) -> Collection[str]:
    """The partners that other regions serve."""
    return {table.id for table in config.partner if (table.region or "") != region}


def users_of(config: Configuration, channel: str) -> Collection[str]:
    """The regions whose partners name a channel: for what goes out, for flat files, for acknowledgements."""
    region = {table.id: table.region or "" for table in config.partner}
    named = [table.partner for table in config.agreement if table.channel == channel]
    named += [table.id for table in config.partner if table.acknowledge_by == channel]
    return {region[partner] for partner in named if partner in region}


def reader_of(config: Configuration, channel: AnyChannelTable) -> str:
    """The one region that reads a channel of nobody in particular: that of all who use it, else the gateway without a region."""
    users = users_of(config, channel.id)
    return next(iter(users)) if len(users) == 1 else ""


def _channels(config: Configuration, region: str, away: Collection[str]) -> Iterator[AnyChannelTable]:
    """Channels of its partners, and those of nobody that it reads. By others that it needs it only sends."""
    for table in config.channel:
        if table.partner is not None:
            if table.partner not in away:
                yield table
        elif reader_of(config, table) == region:
            yield table
        elif region in users_of(config, table.id):
            inward = {name: None for name in _INWARD if name in type(table).model_fields}
            only_out = table.model_copy(update=inward)
            if only_out.options(Path()).sends:
                yield only_out


def _gateway(own: GatewayTable, region: str, regions: list[RegionTable]) -> GatewayTable:
    """[gateway] with what the region says in the place of it. Nothing of the way to another database or broker is taken over."""
    table = next((one for one in regions if one.id == region), None)
    if table is None:
        return own
    changed: dict[str, Any] = {
        "database_url": table.database_url,
        "database_read_url": table.database_read_url,
        "amqp_urls": table.amqp_urls,
        "virtual_host": table.virtual_host,
        "data": data_of(own, table),
        "listen": table.listen or own.listen,
    }
    if own.as2.url is not None and table.url is not None:
        changed["as2"] = own.as2.model_copy(update={"url": f"{table.region().url}/as2"})
    return own.model_copy(update=changed)


def data_of(own: GatewayTable, table: RegionTable) -> str:
    """The folder of a region on this machine."""
    return table.data or f"{own.data}/{table.id}"


def _application(table: ApplicationTable, away: Collection[str]) -> ApplicationTable:
    """An application without what it tells in the name of partners elsewhere, or is asked for them."""
    if isinstance(table, HttpApplicationTable):
        changed: Mapping[str, Any] = {
            "webhook": table.webhook if table.webhook is not None and table.webhook.partner not in away else None,
            "poll": [one for one in table.poll if one.partner not in away],
            "books": [one for one in table.books if one.partner not in away],
        }
        return table.model_copy(update=changed)
    if table.changes is None:
        return table
    told = {
        "partners": {name: text for name, text in table.changes.partners.items() if name not in away},
        "warehouses": {name: partner for name, partner in table.changes.warehouses.items() if partner not in away},
        "stock": [one for one in table.changes.stock if one.partner not in away],
        "publish": [one for one in table.changes.publish if one.partner not in away],
    }
    return table.model_copy(update={"changes": table.changes.model_copy(update=told)})
