"""`gateway simulate odoo`: a simulated Odoo in the foreground, with people in it who deliver and bill."""

import asyncio
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from gateway.cli.exit_status import ExitStatus
from gateway.cli.failure import CommandFailed
from gateway.cli.options import Config, terminal_of

if TYPE_CHECKING:
    from gateway.cli.terminal import Terminal
    from gateway.config import Snapshot
    from gateway.domain.application import OdooConnection

EXAMPLES = {
    "odoo": """
    gateway simulate odoo
    gateway simulate odoo --people --journal odoo.journal
    gateway simulate odoo --application odoo-trial --seed products.json
    """
}

_LOOK_EVERY = 0.5
_PEOPLE = "people"
_GROUPS = ("accounting", "purchase")
_GLN = ("14", "0088")
"""How EDIFACT and XML qualify a GLN."""
_PRODUCTS: tuple[Mapping[str, Any], ...] = (
    {"default_code": "ANVIL", "name": "Anvil, 10 kg", "list_price": 39.9, "on_hand": 1000},
    {"default_code": "ROCKET", "name": "Rocket, small", "list_price": 12.5, "on_hand": 1000},
)

Application = Annotated[str, typer.Option("--application", metavar="ID", help="The Odoo of routes.toml that it is.")]
With = Annotated[bool, typer.Option("--people", help="People work in it: what is confirmed is delivered and billed.")]
Journal = Annotated[str, typer.Option("--journal", metavar="FILE", help="Keep what was done over restarts.")]
SeedFile = Annotated[
    str, typer.Option("--seed", metavar="FILE", help="Products, partners and prices as JSON; default: examples.")
]
Version = Annotated[int, typer.Option("--version", min=17, max=19, help="The version of Odoo to behave like.")]
For = Annotated[str, typer.Option("--for", metavar="DURATION", help="End after this time; default: stay until Ctrl-C.")]


def odoo(
    context: typer.Context,
    application: Application = "odoo",
    people: With = False,
    journal: Journal = "",
    seed: SeedFile = "",
    version: Version = 19,
    lasting: For = "",
    config: Config = "routes.toml",
) -> int:
    """Be the Odoo of routes.toml on this machine: its address, database, login and key are taken from there.

    It behaves as Odoo does over RPC, checks what it is sent, and knows a few products and the customers that are seeded. For
    trials: nothing of it is a real Odoo, and without a journal it forgets all when it ends.
    """
    from gateway.cli.simulate import seconds
    from gateway.config import load

    terminal = terminal_of(context)
    trial = Trial(people, _path(journal), _path(seed), version, seconds("--for", lasting))
    try:
        asyncio.run(_stay(terminal, load(config, terminal.environ), application, trial))
    except asyncio.CancelledError:
        return ExitStatus.INTERRUPTED
    return ExitStatus.SUCCESS


@dataclass(frozen=True, slots=True)
class Trial:
    """What a simulated Odoo is started with."""

    people: bool
    journal: Path | None
    seed: Path | None
    version: int
    seconds: float | None


async def _stay(terminal: "Terminal", snapshot: "Snapshot", application: str, trial: Trial) -> None:
    """Be there until the time is over."""
    from gateway.cli.simulate.lines import port_of
    from gateway.simulators.odoo import Account, OdooSimulator, read_seed

    connection = _connection(snapshot, application)
    simulator = OdooSimulator(
        version=trial.version,
        seed=read_seed(trial.seed) if trial.seed else seed_of(snapshot),
        accounts=[Account(login=one, password=connection.api_key, groups=_GROUPS) for one in (connection.login, _PEOPLE)],
        database=connection.database,
        journal=trial.journal,
        port=port_of(connection.url),
    )
    async with simulator:
        terminal.tell(f"A simulated Odoo {trial.version} at {simulator.url}, database {connection.database}. Ctrl-C ends it.")
        with suppress(TimeoutError):
            async with asyncio.timeout(trial.seconds):
                await (_people(terminal, connection) if trial.people else asyncio.Event().wait())


async def _people(terminal: "Terminal", connection: "OdooConnection") -> None:
    """People who work in it, under a name of their own: what they do is news for the gateway."""
    from gateway.applications.odoo.client import OdooClient
    from gateway.cli.simulate.people import People

    client = OdooClient.of(replace(connection, login=_PEOPLE))
    try:
        await People(client).work(every=_LOOK_EVERY, tell=lambda done, number: terminal.tell(f"{done} order {number}"))
    finally:
        await client.close()


def _path(name: str) -> Path | None:
    return Path(name) if name else None


def _connection(snapshot: "Snapshot", application: str) -> "OdooConnection":
    from gateway.domain.application import OdooConnection

    known = {one.id: one.connection for one in snapshot.applications.values() if isinstance(one.connection, OdooConnection)}
    if application not in known:
        raise CommandFailed(
            f'there is no Odoo "{application}"',
            where="routes.toml",
            remedy=f"Name one with --application: {', '.join(known) or 'there is none'}.",
            status=ExitStatus.USAGE,
        )
    return known[application]


def seed_of(snapshot: "Snapshot") -> Mapping[str, Any]:
    """What is in it: the products that a simulated partner orders, and each partner as a customer, by its identities."""
    from translators.contract import Family

    customers = []
    for partner in snapshot.partners.values():
        named = [one for family in (Family.X12, Family.EDIFACT, Family.XML) for one in partner.identities.get(family, ())]
        gln = next((identity.id for identity in named if identity.qualifier.rpartition(":")[2] in _GLN), None)
        customers.append(
            {
                "name": partner.name,
                "ref": named[0].id if named else partner.id,
                "is_company": True,
                "external_id": f"sales.{partner.id.replace('-', '_')}",
                **({"global_location_number": gln} if gln else {}),
            }
        )
    return {"products": list(_PRODUCTS), "partners": customers}
