"""`gateway rights`: what others are to be allowed, as their servers want it written."""

from typing import Annotated

import typer

from gateway.cli.exit_status import ExitStatus
from gateway.cli.options import AsJson, Output, chosen, terminal_of
from gateway.cli.records import Format

EXAMPLES = {
    "service": """
    gateway rights service stock --documents 'inventory_report.in.*' --events shipped.bigbox
    gateway rights service billing --publishes 'invoice.*' --events '#' -o json > billing.json
    """,
    "database": """
    gateway rights database | psql "$DATABASE_URL"
    """,
}

Name = Annotated[str, typer.Argument(metavar="NAME", help="The service's user; its queues begin with it.", show_default=False)]
Documents = Annotated[
    list[str] | None,
    typer.Option("--documents", metavar="KEY", help="Canonical documents that it reads: <document>.<direction>.<partner>."),
]
Events = Annotated[list[str] | None, typer.Option("--events", metavar="KEY", help="Events that it reads: <event>.<partner>.")]
Publishes = Annotated[
    list[str] | None, typer.Option("--publishes", metavar="KEY", help="What it publishes for partners: <document>.<partner>.")
]
Host = Annotated[str, typer.Option("--vhost", metavar="NAME", help="The virtual host of the gateway.")]


def service(
    context: typer.Context,
    name: Name,
    documents: Documents = None,
    events: Events = None,
    publishes: Publishes = None,
    host: Host = "/",
    output: Output = Format.TEXT,
    as_json: AsJson = False,
) -> int:
    """Print what a service needs at RabbitMQ and nothing else: as commands of `rabbitmqctl`, or with `-o json` as definitions
    for `rabbitmqctl import_definitions` and the management interface.

    It may make queues whose names begin with its own and a dot, bind them to what it reads, and publish what is named. In a key
    `*` is any word and `#` any number of them.
    """
    from gateway.contract.rights import Service, broker_rights

    terminal = terminal_of(context)
    try:
        wanted = Service(name, documents or (), events or (), publishes or ())
    except ValueError as error:
        raise typer.BadParameter(f"{error}.") from error
    rights = broker_rights(wanted)
    if chosen(output, as_json=as_json) is Format.TEXT:
        for command in rights.commands(host):
            terminal.line(command)
    else:
        terminal.json(rights.definitions(host))
    return ExitStatus.SUCCESS


def database(context: typer.Context) -> int:
    """Print SQL that makes three roles in the gateway's database and gives each its rights: one that migrates and owns, one that
    the gateway runs as, one that reads what happened but no document.
    """
    from gateway.contract.rights import DATABASE

    terminal_of(context).write(DATABASE.encode())
    return ExitStatus.SUCCESS
