"""What partners owe us for what we sent: a receipt, acknowledgements, a business answer, each within an agreed time.

One row of the ledger is one expectation. What a partner says moves it along the table EXPECTATION of `gateway.domain.lifecycle`.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final, NamedTuple
from uuid import UUID

from gateway.domain.calendar import Calendar, due_after
from gateway.domain.lifecycle import EXPECTATION, Transitions, move


class Layer(StrEnum):
    """What an answer is about, from the wire up: the transfer, the envelope, the syntax, the content, the business."""

    RECEIPT = "receipt"
    TECHNICAL = "technical"
    FUNCTIONAL = "functional"
    APPLICATION = "application"
    ANSWER = "answer"


class Said(StrEnum):
    """What a partner says of something we sent. The values are the events of an expectation's lifecycle."""

    RECEIVED = "received"
    ACCEPTED = "accepted"
    ACCEPTED_WITH_ERRORS = "accepted_with_errors"
    PARTIALLY_ACCEPTED = "partially_accepted"
    REJECTED = "rejected"


KINDS: Final[Mapping[str, Layer]] = {
    "MDN": Layer.RECEIPT,
    "TA1": Layer.TECHNICAL,
    "997": Layer.FUNCTIONAL,
    "999": Layer.FUNCTIONAL,
    "CONTRL": Layer.FUNCTIONAL,
    "cXML": Layer.FUNCTIONAL,
    "824": Layer.APPLICATION,
    "APERAK": Layer.APPLICATION,
    "ApplicationResponse": Layer.APPLICATION,
}
"""The kinds of expectations. Every other kind is the name of a canonical document: the business answer."""

OF_THE_INTERCHANGE: Final = frozenset({Layer.RECEIPT, Layer.TECHNICAL})
"""Layers whose answers speak of the whole interchange; those of the others speak of its single documents."""

OPEN: Final = frozenset({"expected", "overdue"})
"""States in which an answer is still waited for."""

_UPWARDS = tuple(Layer)
_NOBODY = UUID(int=0)


def layer_of(kind: str) -> Layer:
    """The layer of a kind: that of an acknowledgement, or a business answer."""
    return KINDS.get(kind, Layer.ANSWER)


@dataclass(frozen=True, slots=True)
class Expected:
    """A term of an agreement: what is expected for each document, and when. `calendar` names business hours; None: the clock."""

    kind: str
    within: timedelta
    calendar: str | None = None


@dataclass(frozen=True, slots=True)
class SentDocument:
    """A document in an outbound interchange, by its ordinal (from 1), with what its agreement expects."""

    ordinal: int
    agreement: str
    expected: tuple[Expected, ...]


class ExpectationRow(NamedTuple):
    """An expectation as it is written with the bytes it is about. `document` is None for the whole interchange.

    The order of the members is that of `gateway.expectation_v1`.
    """

    id: UUID
    outbound: UUID
    document: int | None
    partner: str | None
    agreement: str | None
    kind: str
    layer: str
    owner: str
    within: timedelta
    calendar: str | None
    sent_at: datetime
    due_at: datetime | None
    state: str
    said: str | None
    acknowledgement: UUID | None


class ExpectationMove(NamedTuple):
    """A step of an expectation. None leaves what is there, but for `failure`: none is open because of it any more."""

    id: UUID
    before: str
    after: str
    said: str | None = None
    acknowledgement: UUID | None = None
    reason: str | None = None
    person: str | None = None
    failure: str | None = None
    sent_at: datetime | None = None
    due_at: datetime | None = None


class ReceivedRow(NamedTuple):
    """An acknowledgement that was matched with an expectation, and what it did. `explanation` says it in plain sentences."""

    acknowledgement: UUID
    expectation: UUID
    transmission: UUID | None
    type: str
    said: str | None
    before: str
    after: str
    explanation: tuple[str, ...]


class UnmatchedRow(NamedTuple):
    """An acknowledgement that speaks of things we do not know, which it `names`; `failure` is the fingerprint of its failure."""

    acknowledgement: UUID
    transmission: UUID
    partner: str | None
    type: str
    names: tuple[str, ...]
    failure: str | None


class ClaimRow(NamedTuple):
    """What a claim is looked up by: an interchange, else a group with perhaps a document in it, else business keys.

    Numbers are without leading zeros, empty where none is named. `kind`: only documents for which such an answer is expected.
    """

    ordinal: int
    partner: str
    interchange: str
    functional_id: str
    group: str
    document: str
    keys: tuple[str, ...]
    kind: str


def expectations_for(
    outbound: UUID,
    *,
    partner: str | None,
    owner: str,
    documents: Sequence[SentDocument] = (),
    of_the_interchange: Sequence[Expected] = (),
    sent: datetime,
    calendars: Mapping[str, Calendar],
    new_id: Callable[[], UUID],
) -> list[ExpectationRow]:
    """The rows to write in the transaction that seals an interchange: none where nothing is agreed.

    Receipts and technical acknowledgements are expected once for the interchange, by the shortest time any agreement names;
    everything else for each document. `of_the_interchange` is what is expected for an interchange without documents of ours:
    acknowledgements that we send.
    """
    offered: list[tuple[Expected, SentDocument | None]] = [(expected, None) for expected in of_the_interchange]
    offered += [(expected, document) for document in documents for expected in document.expected]
    whole: dict[str, ExpectationRow] = {}
    single: list[ExpectationRow] = []
    for expected, document in offered:
        due = due_after(sent, expected.within, calendars.get(expected.calendar or ""))
        row = _row(expected, document, sent=sent, due=due)._replace(id=new_id(), outbound=outbound, partner=partner, owner=owner)
        if row.document is not None:
            single.append(row)
        elif row.kind not in whole or due < (whole[row.kind].due_at or due):
            whole[row.kind] = row
    return [*whole.values(), *single]


def _row(expected: Expected, document: SentDocument | None, *, sent: datetime, due: datetime) -> ExpectationRow:
    """An expectation of nobody yet, for a document, or where its layer speaks of interchanges for the whole."""
    layer = layer_of(expected.kind)
    return ExpectationRow(
        id=_NOBODY,
        outbound=_NOBODY,
        document=None if document is None or layer in OF_THE_INTERCHANGE else document.ordinal,
        partner=None,
        agreement=document.agreement if document else None,
        kind=expected.kind,
        layer=layer,
        owner="",
        within=expected.within,
        calendar=expected.calendar,
        sent_at=sent,
        due_at=due,
        state="expected",
        said=None,
        acknowledgement=None,
    )


def answered(state: str, said: Said, *, due: bool = False, transitions: Transitions = EXPECTATION) -> str:
    """The state of an expectation after a partner said something of it; what was said before may make it `contradicted`.

    `due`: its time is up, though no sweep has noticed yet; the answer is late all the same.
    """
    if due and state == "expected":
        state = move(transitions, state, "due")
    return move(transitions, state, said.value)


def above(layer: Layer) -> tuple[Layer, ...]:
    """The layers from which nothing more is to be expected once a document was rejected in this one.

    A negative receipt stops nothing: the same bytes are sent again.
    """
    return () if layer is Layer.RECEIPT else _UPWARDS[_UPWARDS.index(layer) + 1 :]
