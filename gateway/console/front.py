"""The console as a process serves it."""

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from typing import Protocol

from aiohttp import web

from gateway.api.table import OPERATIONS
from gateway.bootstrap.fronts import Premises, RouteTable
from gateway.bootstrap.single_sign_on import open_single_sign_on
from gateway.console.account import Account
from gateway.console.acknowledgement import AcknowledgementPage
from gateway.console.acknowledgements import Acknowledgements
from gateway.console.applications import Applications
from gateway.console.asking import Asking
from gateway.console.assets import Assets
from gateway.console.audit import Audit
from gateway.console.batch import BatchPage
from gateway.console.batches import Batches
from gateway.console.certificates import Certificates
from gateway.console.checklist import Checklist
from gateway.console.configuration import Configurations
from gateway.console.dead_letters import DeadLetters
from gateway.console.failure import FailurePage
from gateway.console.failure_acts import FailureActs
from gateway.console.failures import Failures
from gateway.console.figures import FiguresPage
from gateway.console.likely_late import LikelyLate
from gateway.console.message import MessagePage
from gateway.console.message_acts import MessageActs
from gateway.console.message_correct import MessageCorrection
from gateway.console.messages import Messages
from gateway.console.new_partner import NewPartner
from gateway.console.order import OrderPage
from gateway.console.orders import Orders
from gateway.console.overview import Overview
from gateway.console.partner import PartnerPage
from gateway.console.partners import Partners
from gateway.console.planning import Planning
from gateway.console.reconciliation import Reconciliation
from gateway.console.rendering import Rendering
from gateway.console.routes import Routes
from gateway.console.schedules import Schedules
from gateway.console.screens import SCREENS
from gateway.console.service_levels import ServiceLevelsPage
from gateway.console.settings import Settings
from gateway.console.shadow import Shadow
from gateway.console.shell import Shell
from gateway.console.signing_in import Door
from gateway.console.single_sign_on import Elsewhere
from gateway.http.caller import Callers


class Page(Protocol):
    """A page, or several that belong together."""

    def routes(self) -> Sequence[web.RouteDef]:
        """Where it is, and what its forms are."""


@asynccontextmanager
async def open_console(premises: Premises) -> AsyncIterator[RouteTable]:
    """The pages, at the root."""
    office, assets = premises.office, Assets()
    callers = Callers(trusted=office.snapshot.gateway.trusted_proxies)
    shell = Shell(Rendering(assets, SCREENS), office, Asking(OPERATIONS, office), callers)
    door = Door(shell)
    async with open_single_sign_on(office) as single:
        tables = (door, *_pages(shell), Elsewhere(door, single))
        yield [*assets.routes(), *(route for page in tables for route in page.routes())]


def _pages(shell: Shell) -> tuple[Page, ...]:
    """All that there is behind the door."""
    return (
        Overview(shell),
        FiguresPage(shell),
        ServiceLevelsPage(shell),
        Messages(shell),
        MessageCorrection(shell),
        MessageActs(shell),
        MessagePage(shell),
        Failures(shell),
        FailureActs(shell),
        FailurePage(shell),
        Batches(shell),
        Planning(shell),
        BatchPage(shell),
        DeadLetters(shell),
        Acknowledgements(shell),
        AcknowledgementPage(shell),
        Orders(shell),
        LikelyLate(shell),
        OrderPage(shell),
        Reconciliation(shell),
        Audit(shell),
        Settings(shell),
        Account(shell),
        Partners(shell),
        NewPartner(shell),
        PartnerPage(shell),
        Certificates(shell),
        Checklist(shell),
        Shadow(shell),
        Routes(shell),
        Applications(shell),
        Schedules(shell),
        Configurations(shell),
    )
