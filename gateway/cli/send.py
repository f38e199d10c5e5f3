"""`gateway send`: hand a file to the gateway as a partner would."""

import os
from typing import TYPE_CHECKING, Annotated, Any
from uuid import UUID, uuid4

import typer

from gateway.cli.exit_status import ExitStatus
from gateway.cli.failure import CommandFailed
from gateway.cli.options import AsJson, Config, Output, chosen, terminal_of
from gateway.cli.records import Format, write_records

if TYPE_CHECKING:
    from gateway.cli.files import Read
    from gateway.cli.terminal import Terminal

EXAMPLES = {
    "send": """
    gateway send order.edi --to bigbox
    gateway send order.edi --to bigbox --wait
    GATEWAY_TOKEN_FILE=bigbox.token gateway send order.edi --to bigbox --url https://edi.example.com
    gateway send archive/2026/ --to bigbox --history        what was exchanged before: stored and found, nothing follows
    """
}

COLUMNS = ("file", "partner", "transmission", "repeated", "acknowledgement")

File = Annotated[str, typer.Argument(metavar="FILE", help="The file to send; `-` is standard input.", show_default=False)]
To = Annotated[
    str,
    typer.Option("--to", metavar="PARTNER", help="The partner in whose name it comes, as in routes.toml.", show_default=False),
]
Wait = Annotated[bool, typer.Option("--wait", help="Wait for the acknowledgement and write it.")]
Within = Annotated[float, typer.Option("--within", metavar="SECONDS", min=0.1, help="Wait no longer than this.")]
Url = Annotated[
    str,
    typer.Option(
        "--url", envvar="GATEWAY_URL", help="A running gateway; its token comes from GATEWAY_TOKEN_FILE or GATEWAY_TOKEN."
    ),
]
History = Annotated[
    bool,
    typer.Option("--history", help="Load what was exchanged before this gateway; FILE may be a folder: all files below it."),
]
Key = Annotated[
    str, typer.Option("--idempotency-key", metavar="KEY", help="Send again under the key of a first try whose fate is unknown.")
]


def send(
    context: typer.Context,
    file: File,
    to: To,
    wait: Wait = False,
    within: Within = 30.0,
    url: Url = "",
    idempotency_key: Key = "",
    history: History = False,
    config: Config = "routes.toml",
    output: Output = Format.TEXT,
    as_json: AsJson = False,
) -> int:
    """Hand a file to the gateway and write the id under which it was stored; with --wait, the acknowledgement as well.

    With --url it goes over HTTP to a running gateway, without it straight into the store that routes.toml names. Exit
    status 3 when it is stored but the acknowledgement did not come in time.

    With --history documents are translated, found by search and known as duplicates, and that is all: nothing is acknowledged,
    routed or sent. They are worked off behind everything else. Exit status 3 when a file could not be read.
    """
    terminal = terminal_of(context)
    if history:
        from gateway.cli.history import load_history

        if url or wait:
            raise CommandFailed(
                "history goes straight into the store, and nothing answers it",
                where="--history",
                remedy="Leave out --url and --wait.",
                status=ExitStatus.USAGE,
            )
        return load_history(config, to, file, terminal, chosen(output, as_json=as_json))
    read = read_one(file, terminal)
    key = idempotency_key or str(uuid4())
    if url:
        from gateway.cli.http_client import deliver

        answer = deliver(url, to, read, key=key, token=token(terminal.environ), wait=wait, within=within)
    else:
        answer = into_store(config, to, read, key=key, wait=wait, within=within)
    show({"file": file, "partner": to, **answer}, chosen(output, as_json=as_json), terminal)
    return ExitStatus.SOME_FAILED if wait and answer["acknowledgement"] is None else ExitStatus.SUCCESS


def token(environ: Any) -> str:
    """The bearer token, from the file GATEWAY_TOKEN_FILE names or from GATEWAY_TOKEN: never from a flag, which others can see."""
    path = environ.get("GATEWAY_TOKEN_FILE")
    value = environ.get("GATEWAY_TOKEN", "")
    if path:
        with open(path, encoding="utf-8", errors="replace") as stream:
            value = stream.read(4096)
    value = value.strip()
    if not value or not value.isascii() or not value.isprintable():
        raise CommandFailed(
            "there is no usable token for the gateway",
            where=path or "GATEWAY_TOKEN",
            remedy="Put the partner's token into a file and name it in GATEWAY_TOKEN_FILE.",
            status=ExitStatus.NOT_ALLOWED,
        )
    return str(value)


def read_one(name: str, terminal: "Terminal") -> "Read":
    """The one file that is named. Raises CommandFailed."""
    from gateway.cli.files import Unreadable, each

    if name != "-" and os.path.isdir(name):
        raise CommandFailed("this is a folder", where=name, remedy="Send one file at a time.", status=ExitStatus.USAGE)
    read = next(iter(each([name], stdin=terminal.stdin)))
    if isinstance(read, Unreadable):
        raise CommandFailed(f"cannot read {name}: {read.reason}", where=name, remedy=read.remedy)
    return read


def into_store(
    config: str, partner: str, read: "Read", *, key: str, wait: bool = False, within: float = 0.0, channel: str = "cli"
) -> dict[str, Any]:
    """Hand a file over without a gateway in between; what became of it, as a record."""
    import asyncio

    return asyncio.run(_hand_over(config, partner, read, key=key, wait=wait, within=within, channel=channel))


async def _hand_over(
    config: str, partner: str, read: "Read", *, key: str, wait: bool, within: float, channel: str
) -> dict[str, Any]:
    from gateway.cli.running import bootstrap
    from gateway.ports import Handover

    wiring = bootstrap()
    async with wiring.open_intake(config) as intake:
        handover = Handover(uuid4(), channel, partner, os.path.basename(read.name), read.data, idempotency_key=key, wait=wait)
        receipt = await intake.receive(handover)
    if receipt.conflict:
        raise CommandFailed(
            "this idempotency key was used before for other content",
            where=key,
            remedy="Leave out --idempotency-key, unless you repeat a first try.",
        )
    answer = {"transmission": str(receipt.transmission), "repeated": receipt.repeated, "acknowledgement": None}
    if wait:
        answer["acknowledgement"] = await _awaited(config, receipt.transmission, within)
    return answer


async def _awaited(config: str, transmission: UUID, within: float) -> Any:
    from gateway.cli.running import bootstrap

    async with bootstrap().open_records(config) as records:
        view = await records.wait_for_acknowledgement(transmission, within=within)
    if view is None:
        return None
    return [owed for interchange in view.get("interchanges") or () for owed in interchange.get("acknowledgements") or ()]


def show(answer: dict[str, Any], form: Format, terminal: "Terminal") -> None:
    """Write what became of a file that was handed over."""
    from gateway.cli.phrases import acknowledgement_phrase

    if form is Format.JSON:
        terminal.json(answer)
    elif form is not Format.TEXT:
        write_records(terminal, form, [answer], columns=COLUMNS)
    else:
        terminal.line(str(answer["transmission"]))
        acknowledgement = answer["acknowledgement"]
        if isinstance(acknowledgement, str):
            terminal.write(acknowledgement.encode())
        elif acknowledgement is not None:
            terminal.line(acknowledgement_phrase(acknowledgement)[0] or "no acknowledgement is owed")
        again = "It was stored before. " if answer["repeated"] else ""
        terminal.tell(f"{again}What became of it: gateway message {answer['transmission']}")
