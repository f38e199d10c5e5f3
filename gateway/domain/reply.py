"""What a service is answered that published documents for a partner: one answer for each message of its. Pure."""

from dataclasses import dataclass
from typing import Literal
from uuid import UUID

import orjson

SCHEMA = "reply/1"

Outcome = Literal["accepted", "partly_accepted", "refused"]
State = Literal["accepted", "duplicate", "refused"]


@dataclass(frozen=True, slots=True)
class Reason:
    """Why something was refused, or what was noticed: a code for machines, a sentence, what to do next.

    `severity` is `error` or `warning`; `offset` is the byte of the message, where it is about one.
    """

    code: str
    severity: str
    message: str
    remedy: str = ""
    offset: int | None = None


@dataclass(frozen=True, slots=True)
class Interchange:
    """What a document goes to the partner in, by our control number."""

    id: UUID
    format: str
    control_number: str


@dataclass(frozen=True, slots=True)
class AnsweredDocument:
    """A document of the message. `duplicate`: it was sent before with the same content, and is not sent again."""

    id: UUID
    document: str | None
    number: str
    state: State
    interchange: Interchange | None = None
    reasons: tuple[Reason, ...] = ()


@dataclass(frozen=True, slots=True)
class Reply:
    """The answer. `message` is the id that the service published under, `transmission` where to look for it here: of a message
    that was not even stored, the one that it contradicts, if there is one.

    `reasons` are about the message as a whole, those of its documents stand with them.
    """

    outcome: Outcome
    message: str
    transmission: UUID | None
    documents: tuple[AnsweredDocument, ...] = ()
    reasons: tuple[Reason, ...] = ()

    def to_json(self) -> bytes:
        """The body of the message."""
        return orjson.dumps(self, default=str)  # ids of the database's driver are UUIDs of its own kind


def outcome_of(documents: tuple[AnsweredDocument, ...]) -> Outcome:
    """The outcome of a message: accepted when all of it goes on, refused when nothing does."""
    taken = [document.state != "refused" for document in documents]
    if not any(taken):
        return "refused"
    return "accepted" if all(taken) else "partly_accepted"
