"""Turns configured applications into connectors."""

from collections.abc import Iterable

from gateway.applications.http import HttpApplication
from gateway.applications.odoo import OdooApplication
from gateway.domain.application import Application as ApplicationSettings
from gateway.domain.application import OdooConnection
from gateway.ports import Application
from gateway.system import SystemClock


def make_application(configured: ApplicationSettings, *, used: Iterable[str] = ()) -> Application:
    """The connector of a configured application. `used` are the actions that routes ask of it: whose rights are checked."""
    connection = configured.connection
    if isinstance(connection, OdooConnection):
        return OdooApplication(configured.id, connection, max_connections=configured.workers, used=used)
    return HttpApplication(configured.id, connection, clock=SystemClock())
