"""A simulated partner from its first to its last act: sends, stays for as long as it is asked to, and says what happens."""

import asyncio
from collections.abc import Callable, Mapping, Sequence
from contextlib import nullcontext
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from gateway.cli.exit_status import ExitStatus
from gateway.cli.failure import CommandFailed
from gateway.cli.records import Format, RecordWriter
from gateway.cli.simulate.lines import line_of
from gateway.cli.simulate.speaking import Spoken, Wanted, channel_of, record_of, simulated, spoken
from gateway.config import load
from gateway.simulators.partner import Act, Consignment, SimulatedPartner, consignments, order_of
from gateway.simulators.partner.samples import USUAL_LINES
from gateway.simulators.partner.sending import misbehaved

if TYPE_CHECKING:
    from gateway.cli.terminal import Terminal

COLUMNS = ("at", "did", "what", "name", "number", "size", "said")
_TONES = {"refused": "error", "failed": "error", "withheld": "warning", "sent": "good", "answered": "good"}


@dataclass(frozen=True, slots=True)
class Stay:
    """How long it stays: seconds, or until so many messages have come; None and 0: until it is interrupted. `finish` is when
    files that are half written are completed, in seconds.
    """

    seconds: float | None
    received: int
    finish: float | None


async def play(config: str, wanted: Wanted, leaving: Mapping[str, Any], stay: Stay, terminal: "Terminal", form: Format) -> int:
    """All of it. Raises CommandFailed, ConfigurationInvalid."""
    snapshot = load(config, terminal.environ)
    said, channel = spoken(snapshot, wanted), channel_of(snapshot, wanted)
    writer = None if form is Format.TEXT else RecordWriter(terminal, form, columns=COLUMNS)
    with writer or nullcontext():
        partner = simulated(said, wanted, tell=_telling(terminal, writer))
        line = line_of(snapshot, channel, wanted, take=partner.take, environ=terminal.environ)
        partner.by(line)
        made = prepared(said, partner, leaving)
        terminal.tell(f"{wanted.partner} on {channel.id} ({channel.type}). Ctrl-C ends it.")
        async with line:
            await _stayed(partner, made, stay)
    return ExitStatus.SOME_FAILED if any(act.did in ("refused", "failed") for act in partner.acts) else ExitStatus.SUCCESS


def prepared(said: Spoken, partner: SimulatedPartner, leaving: Mapping[str, Any]) -> list[Consignment]:
    """What it is going to send: orders it makes, and files as they are. Raises CommandFailed."""
    sending = partner.manners.sending
    files = [Consignment(Path(name).name, Path(name).read_bytes()) for name in leaving["files"]]
    made = misbehaved(files, sending) if files else []
    if not leaving["orders"]:
        return made
    if said.orders is None:
        raise CommandFailed(
            "no agreement says that this partner orders", where="routes.toml", remedy="Send a file of its own with --file."
        )
    now, side = datetime.now(UTC), partner.side
    numbers = [_counted(leaving["first_order"], place) for place in range(leaving["orders"])]
    lines = [_line(text) for text in leaving["items"]] or USUAL_LINES
    try:
        written = [
            side.rendered(
                order_of(number, family=said.family, buyer=said.identity, seller=said.other, issued=now.date(), lines=lines),
                said.orders.type,
                said.orders.version,
            )
            for number in numbers
        ]
        return made + consignments(side, written, sending, prepared=now, name=leaving["file_name"])
    except ValueError as error:
        raise CommandFailed(
            str(error), where=said.orders.id, remedy="Send a file with --file, or misbehave otherwise."
        ) from error


async def _stayed(partner: SimulatedPartner, made: Sequence[Consignment], stay: Stay) -> None:
    """Send, and stay."""
    sending = asyncio.create_task(partner.send(made))
    if stay.finish is not None:
        asyncio.get_running_loop().call_later(stay.finish, partner.finish.set)

    async def end() -> None:
        if not stay.received:
            await asyncio.Event().wait()
        await partner.until(lambda one: len(one.got) >= stay.received, within=stay.seconds or 10**9)

    try:
        async with asyncio.timeout(stay.seconds):
            await end()
            await sending
            await partner.rest()
    except TimeoutError:
        pass
    finally:
        sending.cancel()
        await asyncio.gather(sending, return_exceptions=True)
        await partner.leave()


def _telling(terminal: "Terminal", writer: RecordWriter | None) -> Callable[[Act], None]:
    def tell(act: Act) -> None:
        if writer is not None:
            writer.write(record_of(act))
        else:
            number = f" number {act.number}" if act.number else ""
            tail = f": {act.said}" if act.said else ""
            terminal.line(
                (f"{act.at:%H:%M:%S} ", "faint"),
                (f"{act.did:9}", _TONES.get(act.did, "")),
                f" {act.what} {act.name}{number}{tail}",
            )
        terminal.flush()

    return tell


def _counted(first: str, place: int) -> str:
    """The number of an order: the digits at the end of the first count on."""
    stem = first.rstrip("0123456789")
    digits = first[len(stem) :]
    return f"{stem}{int(digits or 0) + place:0{len(digits)}}" if digits or place else first


def _line(text: str) -> tuple[str, int]:
    item, colon, quantity = text.rpartition(":")
    if not colon or not quantity.isdigit() or not int(quantity):
        raise CommandFailed(f'"{text}" is no line', where="--item", remedy="Write it as ANVIL:10.", status=ExitStatus.USAGE)
    return item, int(quantity)
