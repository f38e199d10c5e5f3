"""`gateway run`: the service."""

from typing import Annotated

import typer

from gateway.cli.exit_status import ExitStatus
from gateway.cli.options import Config, terminal_of

EXAMPLES = {
    "run": """
    gateway run
    gateway run --roles translate,deliver --processes 4
    gateway run --region eu
    """
}

ROLES = ("receive", "translate", "deliver", "relay", "api")

Roles = Annotated[
    str, typer.Option("--roles", metavar="ROLES", help=f"Some of {', '.join(ROLES)}; default all.", show_default=False)
]
Processes = Annotated[
    int, typer.Option("--processes", "-p", min=1, max=256, help="Processes to run; more than one needs RabbitMQ.")
]
Region = Annotated[
    str,
    typer.Option(
        "--region", metavar="ID", envvar="GATEWAY_REGION", help="A [[region]]: its partners, on its database.", show_default=False
    ),
]


def run(
    context: typer.Context, roles: Roles = "", processes: Processes = 1, region: Region = "", config: Config = "routes.toml"
) -> int:
    """Run the gateway until it is stopped with Ctrl-C or SIGTERM. Without AMQP_URL and DATABASE_URL it needs no server."""
    import asyncio

    from gateway.cli.fronts import fronts
    from gateway.cli.running import bootstrap
    from gateway.system import uncollected

    terminal = terminal_of(context)
    wanted = roles_of(roles)
    with uncollected():
        wiring, served = bootstrap(), fronts()
        settings = wiring.settings(config, terminal.environ, roles=wanted, processes=processes, region=region)
    asyncio.run(wiring.run(settings, fronts=served))
    return ExitStatus.SUCCESS


def roles_of(text: str) -> tuple[str, ...]:
    """The roles of a list with commas, all when it is empty. Raises typer.BadParameter."""
    wanted = tuple(dict.fromkeys(role.strip() for role in text.split(",") if role.strip()))
    unknown = [role for role in wanted if role not in ROLES]
    if unknown:
        raise typer.BadParameter(f"{', '.join(unknown)}: no such role; there are {', '.join(ROLES)}.")
    return wanted or ROLES
