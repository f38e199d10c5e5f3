"""Messages to take away: what a search finds as CSV, and all that is told of one message as an archive for support."""

import csv
import io
import zipfile
from collections.abc import Iterable, Mapping
from importlib.metadata import version
from typing import Any, Final
from uuid import UUID

import orjson

from gateway.bootstrap.messages import layers_of, message_of, search_messages
from gateway.bootstrap.office import Where, opened
from gateway.bootstrap.veil import Veil
from gateway.domain.phrases import keys_text
from gateway.ports import Json

MOST_ROWS: Final = 10_000
"""Rows of one export. For more there are the pages of `messages.list`."""

_PAGE = 500
_COLUMNS: Final = (
    "at", "direction", "partner", "type", "name", "keys", "control_number", "document_number", "state", "verdict", "size", "file",
    "sender", "route", "deliveries", "acknowledgements", "expectations", "id", "transmission",
)  # fmt: skip
_FORMULAS = ("=", "+", "-", "@", "\t", "\r")
"""What a spreadsheet takes for the beginning of a formula."""

_READ_ME = """\
All that the gateway tells of one message, for support.

story.json             what came, what it held by name and number, findings, acknowledgements, deliveries with their attempts,
                       failures, and the journal of every stage
acknowledgements.json  what was, or is to be, acknowledged, by layer
about.json             the gateway's version and the digest of its configuration

Nothing of what the message holds is in here, and no secrets. What sentences quote of it is left out.
"""


async def rows_as_csv(where: Where, text: str, *, partner: str | None = None) -> tuple[bytes, bool]:
    """What a search finds, the newest first, and whether that is all of it. Raises QueryInvalid."""
    written = io.StringIO()
    writer = csv.writer(written)
    writer.writerow(_COLUMNS)
    rows, before = 0, None
    while True:
        wanted = min(_PAGE, MOST_ROWS - rows)
        found = await search_messages(where, text, limit=wanted, before=before, partner=partner)
        writer.writerows([cell(row.get(name)) for name in _COLUMNS] for row in found.rows)
        rows, before = rows + len(found.rows), found.after
        if before is None or rows >= MOST_ROWS:
            break
    if before is not None:
        writer.writerow([f"There are more: these are the newest {rows}. Narrow the search, by time for example."])
    return written.getvalue().encode("utf-8-sig"), before is None


def cell(value: Any) -> str:
    """A value as a cell that no spreadsheet takes for a formula."""
    text = "" if value is None else _said(value)
    return f"'{text}" if text.startswith(_FORMULAS) else text


def _said(value: Any) -> str:
    if isinstance(value, Mapping):
        return keys_text(value)
    if isinstance(value, list | tuple):
        return "; ".join(" ".join(str(one[name]) for name in _NAMED if one.get(name)) for one in value)
    return str(value)


_NAMED: Final = ("target", "type", "kind", "verdict", "state")
"""What is told of each delivery, acknowledgement and expectation of a row."""


async def support_bundle(where: Where, number: UUID) -> bytes:
    """A ZIP archive with all that is told of a message. Raises Absent."""
    veil = Veil(blind=True)
    async with opened(where) as office:
        story, layers = await message_of(office, number), await layers_of(office, number)
        about = {"version": version("edi-gateway"), "configuration": office.snapshot.digest, "node": office.node}
    return _zipped(
        [
            ("README.txt", _READ_ME.encode()),
            ("about.json", _json(about)),
            ("story.json", _json(veil.story(story))),
            ("acknowledgements.json", _json(veil.story(layers))),
        ]
    )


def _json(value: Json | Mapping[str, Any]) -> bytes:
    return orjson.dumps(value, option=orjson.OPT_INDENT_2)


def _zipped(files: Iterable[tuple[str, bytes]]) -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files:
            archive.writestr(name, content)
    return packed.getvalue()
