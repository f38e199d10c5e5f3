"""Checks regions: each has partners, a database, a broker and folders of its own, and channels that nobody else uses."""

from collections.abc import Iterator, Mapping
from pathlib import PurePath
from urllib.parse import urlsplit

from gateway.config.channels.as2 import As2Table
from gateway.config.check import Checked
from gateway.config.check_layouts import receives
from gateway.config.model import GatewayTable
from gateway.config.positions import KeyPath
from gateway.config.region_model import RegionTable
from gateway.config.regions import VARIABLE, data_of, users_of

_PORTS: Mapping[str, int] = {"postgresql": 5432, "postgres": 5432, "amqp": 5672, "amqps": 5671}


def check_regions(checked: Checked, named: str) -> None:
    """`named` is the region that the configuration is read for. Of the others what is not known on this machine is not asked."""
    regions = checked.configuration.region
    if named and named not in checked.ids("region"):
        text = f'{VARIABLE} is "{named}", and there is no such region'
        checked.complaints.add("R200", ("region",), text, known=checked.ids("region"), wanted=named)
    served = {partner.region for partner in checked.configuration.partner}
    for index, table in enumerate(regions):
        if table.id not in served:
            checked.complaints.add("R022", ("region", index, "id"), f'no partner is of region "{table.id}"')
        if table.id == named and not table.database_url.get_secret_value():
            text = f'region "{table.id}" has no database: its partners\' documents could not be kept'
            checked.complaints.add("R201", ("region", index, "database_url"), text)
        _receipts(checked, index, table)
    if regions:
        _apart(checked)
        _channels(checked)


def _receipts(checked: Checked, index: int, table: RegionTable) -> None:
    """Asynchronous receipts would go to the gateway without a region, which has not sent what they are for."""
    config = checked.configuration
    own = {partner.id for partner in config.partner if partner.region == table.id}
    awaited = [c.id for c in config.channel if isinstance(c, As2Table) and c.mdn == "async" and c.partner in own]
    if awaited and table.url is None:
        text = f'asynchronous receipts of channel "{awaited[0]}" need the address of region "{table.id}": url'
        checked.complaints.add("R073", ("region", index), text)


def _apart(checked: Checked) -> None:
    """Nothing that keeps documents may be of two."""
    config = checked.configuration
    seen = {place: "the gateway" for place, _ in _places(config.gateway, config.gateway.data)}
    for index, table in enumerate(config.region):
        for place, key in _places(table, data_of(config.gateway, table)):
            other = seen.setdefault(place, f'region "{table.id}"')
            if other != f'region "{table.id}"':
                text = f'region "{table.id}" and {other} have the same {place[0]}'
                checked.complaints.add("R202", ("region", index, key), text)


def _places(table: GatewayTable | RegionTable, data: str) -> Iterator[tuple[tuple[str, ...], str]]:
    """Where documents are kept: what it is with what tells it from others, and the key that says it."""
    for key in ("database_url", "database_read_url"):
        for place in _servers(getattr(table, key).get_secret_value()):
            yield ("database", *place), key
    for url in table.amqp_urls.get_secret_value().split(","):
        for host, port, name in _servers(url.strip()):
            yield ("broker", host, port, table.virtual_host or name), "amqp_urls"
    yield ("data folder", str(PurePath(data))), "data"
    if isinstance(table, RegionTable) and table.backup is not None:
        yield ("backup folder", str(PurePath(table.backup))), "backup"


def _servers(url: str) -> Iterator[tuple[str, str, str]]:
    """The host, port and database or virtual host of each server that an address names."""
    if not url:
        return
    parts = urlsplit(url)
    for server in parts.netloc.rpartition("@")[2].lower().split(","):
        host, _, port = server.rpartition(":") if not server.endswith("]") and ":" in server else (server, "", "")
        yield host, port or str(_PORTS.get(parts.scheme, "")), parts.path.strip("/")


def _channels(checked: Checked) -> None:
    """By a channel of nobody's anyone's files may come; whose they are is known only when they are stored."""
    for index, channel in enumerate(checked.configuration.channel):
        if channel.partner is None and receives(channel):
            path: KeyPath = ("channel", index, "id")
            users = sorted(users_of(checked.configuration, channel.id))
            if len(users) != 1:
                text = (
                    f'channel "{channel.id}" is nobody\'s: the gateway without a region reads it, and stores what comes before '
                    "it is known whose it is"
                )
                checked.complaints.add("R203", path, text)
