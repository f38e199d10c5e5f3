"""Checks the lines to our own servers: files that their addresses name, and lines of production that nobody vouches for."""

from pathlib import Path

from pydantic import SecretStr

from gateway.config.check import Checked
from gateway.config.check_http import check_client_tls
from gateway.config.model import OdooTable
from gateway.config.positions import KeyPath
from gateway.ports.line_trust import BROKER_REMEDY, DATABASE_REMEDY, LineTrust, broker_line, database_line, web_line

_ODOO_REMEDY = "Write https://, with tls = { authorities = ... } where the authority is your own."


def check_lines(checked: Checked, folder: Path) -> None:
    """To PostgreSQL, RabbitMQ and Odoo. `folder` is what paths of certificates start from."""
    gateway = checked.configuration.gateway
    for key in ("database_url", "database_read_url"):
        secret: SecretStr = getattr(gateway, key)
        if url := secret.get_secret_value():
            _line(checked, database_line(url), ("gateway", key), "PostgreSQL", DATABASE_REMEDY)
    for url in filter(None, gateway.amqp_urls.get_secret_value().split(",")):
        _line(checked, broker_line(url.strip()), ("gateway", "amqp_urls"), "RabbitMQ", BROKER_REMEDY)
    for index, table in enumerate(checked.configuration.application):
        if isinstance(table, OdooTable):
            check_client_tls(checked, table.tls, ("application", index, "tls"), folder)
            _line(checked, web_line(table.url), ("application", index, "url"), f'Odoo "{table.id}"', _ODOO_REMEDY)


def _line(checked: Checked, line: LineTrust, path: KeyPath, what: str, remedy: str) -> None:
    for parameter, name in line.authorities:
        file = Path(name)
        if not file.is_absolute():
            text = f"{parameter} = {name}: write the whole path, or it depends on where the gateway is started"
            checked.complaints.add("R064", path, text)
        elif not file.is_file():
            checked.complaints.add("R064", path, f"{parameter}: there is no file {name}")
    if checked.production and not line.safe:
        checked.complaints.add("R180", path, f"the line to {what} is {line.told}. {remedy}")
