"""History of a partner: files that were exchanged before this gateway, put straight into the store."""

import asyncio
import hashlib
import os
from collections.abc import Iterator
from contextlib import nullcontext
from typing import TYPE_CHECKING, Any
from uuid import uuid4

from gateway.cli.exit_status import ExitStatus
from gateway.cli.records import Format, RecordWriter

if TYPE_CHECKING:
    from gateway.cli.files import Read, Unreadable
    from gateway.cli.terminal import Terminal

COLUMNS = ("file", "partner", "transmission", "repeated")


def load_history(config: str, partner: str, named: str, terminal: "Terminal", form: Format) -> int:
    """Store a file, or all files below a folder, as history; a record for each. What is stored already is not stored again."""
    from gateway.cli.files import each

    return asyncio.run(_loaded(config, partner, each([named], stdin=terminal.stdin), terminal, form))


async def _loaded(config: str, partner: str, files: "Iterator[Read | Unreadable]", terminal: "Terminal", form: Format) -> int:
    from gateway.cli.files import Unreadable
    from gateway.cli.running import bootstrap

    count = repeated = unread = 0
    writer = None if form is Format.TEXT else RecordWriter(terminal, form, columns=COLUMNS)
    async with bootstrap().open_intake(config) as intake:
        with writer or nullcontext():
            for read in files:
                if isinstance(read, Unreadable):
                    terminal.tell((f"{read.name}: {read.reason}", "warning"))
                    unread += 1
                    continue
                record = await _stored(intake, partner, read)
                count, repeated = count + 1, repeated + record["repeated"]
                if writer is not None:
                    writer.write(record)
    again = f", {repeated} of them before" if repeated else ""
    terminal.tell(f"{count} files of {partner} are stored as history{again}. Found by: gateway messages channel:history")
    return ExitStatus.SOME_FAILED if unread else ExitStatus.SUCCESS


async def _stored(intake: Any, partner: str, read: "Read") -> dict[str, Any]:
    """A file under the hash of its bytes: a load that was broken off is begun again."""
    from gateway.domain.history import CHANNEL
    from gateway.ports import Handover

    key = f"sha256:{hashlib.sha256(read.data).hexdigest()}"
    handover = Handover(uuid4(), CHANNEL, partner, os.path.basename(read.name), read.data, idempotency_key=key)
    receipt = await intake.receive(handover)
    return {"file": read.name, "partner": partner, "transmission": str(receipt.transmission), "repeated": receipt.repeated}
