"""The ledger of expectations for people to read: one JSON object an expectation, or an acknowledgement that matches nothing."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from gateway.domain.storable import storable
from gateway.ports import Json
from gateway.store.database import Database, Row
from translators.canonical import NAMES
from translators.canonical.header import SEARCHED

_EXPECTATION = (
    "id", "partner", "kind", "layer", "state", "said", "sent_at", "due_at", "changed_at", "owner", "agreement", "calendar",
    "reason", "person", "outbound", "control_number", "transmission", "acknowledgement",
)  # fmt: skip
_DOCUMENT = {"ordinal": "document", "id": "sent_document", "type": "type", "name": "name", "control_number": "document_number"}
_UNMATCHED = ("partner", "type", "transmission", "control_number", "sender", "state", "tries", "next_try_at", "created_at")


async def expectations(
    database: Database, *, states: Sequence[str] = (), partners: Sequence[str] = (), kinds: Sequence[str] = (), about: str = "",
    before: UUID | None = None, limit: int = 50,
) -> list[Json]:  # fmt: skip
    """The ledger, newest first. Nothing given means any; `about` is an id, a control number or a business key's number."""
    only = await _about(database, about) if about.strip("0 ") else None
    rows = await database.fetch(
        "list_expectations", list(states) or None, list(partners) or None, list(kinds) or None, only, before, limit
    )
    return [expectation_view(row) for row in rows]


async def _about(database: Database, about: str) -> list[UUID]:
    """What is expected for what people mean by a number or an id."""
    text = storable(about.strip())
    keys = [f"{kind}:{text}" for kind in sorted(SEARCHED | set(NAMES))] + [text]
    try:
        meant: UUID | None = UUID(text)
    except ValueError:
        meant = None
    return [row["id"] for row in await database.fetch("expectations_about", text, meant, keys)]


async def unmatched(
    database: Database, *, partners: Sequence[str] = (), before: UUID | None = None, limit: int = 50
) -> list[Json]:
    """Acknowledgements that match nothing and wait, newest first."""
    return [_unmatched_view(row) for row in await database.fetch("list_unmatched", list(partners) or None, before, limit)]


async def given(
    database: Database, *, partners: Sequence[str] = (), types: Sequence[str] = (), verdicts: Sequence[str] = (),
    before: UUID | None = None, limit: int = 50,
) -> list[Json]:  # fmt: skip
    """What we answered to partners, newest first."""
    wanted = [list(values) or None for values in (partners, types, verdicts)]
    rows = await database.fetch("given_acknowledgements", *wanted, None, before, limit)
    return [{name: _plain(value) for name, value in row.items()} for row in rows]


async def of_transmission(database: Database, transmission: UUID) -> list[Json]:
    """What is expected for the interchanges made for a transmission, and what its own acknowledgements said of others."""
    rows = await database.fetch("transmission_expectations", transmission)
    seen: dict[UUID, Json] = {}
    for row in rows:
        seen.setdefault(row["id"], expectation_view(row) | {"answered_here": row["matched_transmission"] == transmission})
    return list(seen.values())


def expectation_view(row: Row) -> dict[str, Any]:
    """One expectation as JSON: what is expected, of what, when, and what came."""
    view = {name: _plain(row[name]) for name in _EXPECTATION}
    document = {name: _plain(row[column]) for name, column in _DOCUMENT.items()} if row["document"] is not None else None
    keys = list(row["keys"] or ()) if document else []
    return view | {
        "type": row["outbound_type"],
        "document": document,
        "keys": dict(reversed([(kind, value) for kind, _, value in (key.partition(":") for key in keys)])),
        "explanation": list(row["explanation"] or ()),
    }


def _unmatched_view(row: Row) -> Mapping[str, Any]:
    return {"id": str(row["acknowledgement"]), "names": list(row["names"]), **{name: _plain(row[name]) for name in _UNMATCHED}}


def _plain(value: Any) -> Any:
    match value:
        case UUID():
            return str(value)
        case datetime():
            return value.isoformat()
    return value
