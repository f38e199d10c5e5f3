"""What a carrier reports of goods on their way → notes in the history of the transfers that they left by. Pure."""

import base64
import binascii
import hashlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from html import escape
from typing import Any

from gateway.applications.odoo.identification import identifiers
from gateway.applications.odoo.order import Problem
from gateway.applications.odoo.remarks import clean
from gateway.applications.odoo.rows import MODULE
from gateway.applications.odoo.values import Json

SCHEMA = "transport_status/1"
DELIVERED = "delivered"
_NAMES_IN_REFERENCES = ("transfer", "warehouse_order", "despatch", "shipment")
_MOMENT = "%Y-%m-%d %H:%M:%S"


@dataclass(frozen=True, slots=True)
class Stage:
    """Something that happened to goods; `moment` is when, in UTC (None: nobody says), `known` whether to the second."""

    event: str
    moment: datetime | None
    known: bool
    words: str

    def external_id(self, transfer: int) -> str:
        """The name of its note at a transfer: what is reported again, in whatever document, is not noted again."""
        said = "\x1f".join((str(transfer), self.event, self.moment.isoformat() if self.moment else "", self.words))
        return f"{MODULE}.status_{hashlib.sha256(said.encode()).hexdigest()[:24]}"


@dataclass(frozen=True, slots=True)
class Proof:
    """A file that proves something: its bytes in base64, or where it is."""

    name: str
    media_type: str
    content: str
    uri: str

    def external_id(self, transfer: int) -> str:
        """The name of the file at a transfer."""
        said = "\x1f".join((str(transfer), self.name, self.content, self.uri))
        return f"{MODULE}.proof_{hashlib.sha256(said.encode()).hexdigest()[:24]}"


@dataclass(frozen=True, slots=True)
class Consignment:
    """Goods that travel together, by all their names, and what happened to them, the earliest first."""

    transfers: tuple[str, ...]
    tracking: tuple[str, ...]
    packages: tuple[str, ...]
    orders: tuple[str, ...]
    stages: tuple[Stage, ...]

    @property
    def label(self) -> str:
        """How a person names it."""
        return ", ".join(dict.fromkeys((*self.tracking, *self.transfers, *self.packages, *self.orders))) or "without a number"

    @property
    def delivered(self) -> Stage | None:
        """The latest delivery that is told of, with its time."""
        found = [stage for stage in self.stages if stage.event == DELIVERED and stage.moment is not None]
        return found[-1] if found else None


@dataclass(frozen=True, slots=True)
class Report:
    """All of one document. `carrier` is who says so."""

    carrier: str
    consignments: tuple[Consignment, ...]
    proofs: tuple[Proof, ...]

    @property
    def subject(self) -> str:
        """What it is about, for two that must not be noted side by side."""
        return self.consignments[0].label


def read_report(document: Json, *, partner: str) -> Report | tuple[Problem, ...]:
    """What is reported, or every reason why it cannot be noted."""
    if document.get("schema") != SCHEMA:
        return (Problem("document-unsupported", f"Carriers report by {SCHEMA}, not by {document.get('schema')}."),)
    consignments = tuple(
        _consignment(document, line) for line in document.get("lines") or [] if line.get("milestones")
    )  # fmt: skip
    if not consignments:
        return (Problem("status-missing", "The report does not say what happened."),)
    proofs = [_proof(one, place) for place, one in enumerate(document.get("attachments") or [], 1)]
    problems = tuple(one for one in proofs if isinstance(one, Problem))
    carrier = clean(str((document.get("carrier") or {}).get("name") or partner))
    return problems or Report(carrier, consignments, tuple(one for one in proofs if isinstance(one, Proof)))


def _consignment(document: Json, line: Json) -> Consignment:
    """A line's own names go before those of the whole."""
    own = _names(line)
    names = own if any(own) else _names(document)
    transfers, tracking, packages, orders = names
    return Consignment(transfers, tracking, packages, orders, tuple(_stages(document, line)))


def _names(part: Json) -> tuple[tuple[str, ...], tuple[str, ...], tuple[str, ...], tuple[str, ...]]:
    shipment: Mapping[str, Any] = part.get("shipment") or {}
    references: Sequence[Json] = part.get("references") or []
    boxes = [*(part.get("packages") or []), *(one for each in part.get("milestones") or [] for one in each.get("packages") or [])]
    transfers = [shipment.get("number"), *(one.get("number") for one in references if one.get("kind") in _NAMES_IN_REFERENCES)]
    tracking = [*(shipment.get("tracking") or []), *(leg.get("tracking") for leg in part.get("transport") or [])]
    tracking += [number for box in boxes for number in identifiers(box, "tracking")]
    tracking += [one.get("number") for one in references if one.get("kind") == "tracking"]
    packages = [number for box in boxes for number in identifiers(box, "sscc")]
    orders = [(part.get("order") or {}).get("number"), *(one.get("number") for one in references if one.get("kind") == "order")]
    return _unique(transfers), _unique(tracking), _unique(packages), _unique(orders)


def _unique(values: Sequence[object]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(clean(str(one)) for one in values if one))


def _stages(document: Json, line: Json) -> Iterator[Stage]:
    """What happened, in the order in which it did; what is only expected is none of it."""
    found = []
    for one in line["milestones"]:
        if one.get("expected") and not one.get("occurred"):
            continue
        said = one.get("occurred") or document.get("issued")
        found.append(Stage(str(one["event"]), _moment(said), len(str(said or "")) > len("2026-01-01"), _words(one)))
    yield from sorted(found, key=lambda stage: stage.moment or datetime.max.replace(tzinfo=UTC))


def _moment(value: object) -> datetime | None:
    if not value:
        return None
    if isinstance(value, str) and len(value) == len("2026-01-01"):
        return datetime.combine(date.fromisoformat(value), datetime.min.time(), UTC)
    moment = datetime.fromisoformat(str(value))
    return moment.astimezone(UTC) if moment.tzinfo else moment.replace(tzinfo=UTC)


def _words(one: Json) -> str:
    place = one.get("location") or {}
    address = place.get("address") or {}
    where = ", ".join(str(part) for part in (place.get("name"), address.get("city"), address.get("country")) if part)
    said = [where, clean(str(one.get("reason") or "")).replace("_", " ")]
    said += [f"signed by {clean(str(one['signed_by']))}"] if one.get("signed_by") else []
    said += [clean(" ".join(text.get("lines") or [])) for text in one.get("texts") or []]
    return "; ".join(part for part in said if part)


def _proof(attachment: Json, place: int) -> Proof | Problem:
    name = clean(str(attachment.get("name") or attachment.get("number") or f"proof-{place}")).replace("/", "-")
    content, uri = str(attachment.get("content") or ""), str(attachment.get("uri") or "")
    try:
        base64.b64decode(content, validate=True)
    except (binascii.Error, ValueError):
        return Problem("proof-unreadable", f"The file {name} of the report is not in base64.")
    if not content and not uri.startswith(("https://", "http://")):
        return Problem("proof-unreadable", f"The file {name} of the report has neither content nor an address on the web.")
    return Proof(name, str(attachment.get("media_type") or "application/octet-stream"), content, "" if content else uri)


def note_rows(
    transfer: int, stages: Sequence[Stage], files: Sequence[int], *, carrier: str
) -> Iterator[tuple[list[str], list[list[str]]]]:
    """Columns and rows of `mail.message.load`, with a time and without. Files go to the delivery, else to the last."""
    holder = next((stage for stage in reversed(stages) if stage.event == DELIVERED), stages[-1])
    for dated in (True, False):
        rows = [
            _note(transfer, one, files if one is holder else (), carrier) for one in stages if (one.moment is not None) is dated
        ]
        if rows:
            columns = [name for name in rows[0] if dated or name != "date"]
            yield columns, [[row[name] for name in columns] for row in rows]


def _note(transfer: int, stage: Stage, files: Sequence[int], carrier: str) -> dict[str, str]:
    when = stage.moment.strftime("%Y-%m-%d %H:%M UTC" if stage.known else "%Y-%m-%d") if stage.moment else ""
    event = stage.event.replace("_", " ")
    text = f"{escape(carrier)}: <b>{escape(event)}</b> {when}" + (f" ({escape(stage.words)})" if stage.words else "")
    return {
        "id": stage.external_id(transfer),
        "model": "stock.picking",
        "res_id": str(transfer),
        "body": f"<p>{text}</p>",
        "message_type": "comment",
        "subtype_id/id": "mail.mt_note",
        "attachment_ids/.id": ",".join(str(one) for one in files),
        "date": stage.moment.strftime(_MOMENT) if stage.moment else "",
    }


def proof_rows(transfer: int, proofs: Sequence[Proof]) -> Iterator[tuple[list[str], list[list[str]]]]:
    """Columns and rows of `ir.attachment.load`: files, then addresses."""
    home = ("stock.picking", str(transfer))
    files = [[one.external_id(transfer), one.name, *home, one.media_type, one.content] for one in proofs if one.content]
    links = [[one.external_id(transfer), one.name, *home, "url", one.uri] for one in proofs if one.uri]
    head = ["id", "name", "res_model", "res_id"]
    if files:
        yield [*head, "mimetype", "datas"], files
    if links:
        yield [*head, "type", "url"], links
