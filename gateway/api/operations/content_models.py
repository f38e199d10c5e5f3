"""What is told of what messages hold and of what was acknowledged: layers, segments, readings; and completions of a search."""

from datetime import datetime
from typing import Literal
from uuid import UUID

from gateway.api.operation import Told
from gateway.api.operations.audit import Line
from gateway.api.operations.message_models import Finding


class Layered(Told):
    """An acknowledgement in its layer: `given` by us, or `awaited` from the partner. `about` is the number of what it answers."""

    id: UUID
    kind: str
    way: str
    state: str
    verdict: str | None
    control_number: str | None
    about: str | None = None
    at: datetime | None
    due_at: datetime | None
    explanation: tuple[str, ...]


class Layers(Told):
    """All that was, or is to be, acknowledged of a message: the receipt of the transfer (MDN), the envelope (TA1), the
    syntax (997, 999, CONTRL), and the business.
    """

    receipt: tuple[Layered, ...]
    technical: tuple[Layered, ...]
    functional: tuple[Layered, ...]
    business: tuple[Layered, ...]


class Member(Told):
    """A member of the canonical document, and its value in words."""

    path: str
    value: str


class Element(Told):
    """An element of a segment, or a component of one: its number and name in the standard, what it says and what it became.

    `repetition` counts where the element repeats. `start` and `end` are where it stands in `raw` of its segment, where that is
    known.
    """

    element: int
    component: int | None
    repetition: int | None = None
    start: int | None = None
    end: int | None = None
    id: str
    name: str
    value: str
    canonical: tuple[Member, ...]
    findings: tuple[Finding, ...]


class Segment(Told):
    """A segment with all that is known of it. One without `tag`: findings about bytes that belong to none.

    `ordinal` is the place among the documents of the message of the one that it stands in.
    """

    number: int
    offset: int
    depth: int = 0
    tag: str = ""
    name: str = ""
    raw: str = ""
    document: str | None = None
    ordinal: int | None = None
    elements: tuple[Element, ...] = ()
    findings: tuple[Finding, ...]


class Origin(Told):
    """Where a member came from: the segment by its number in the message, and the element in it with what it says."""

    segment: int
    tag: str
    element: int
    component: int | None
    id: str
    name: str
    value: str


class TracedMember(Member):
    """A member of the canonical document with the number `ordinal` in the message, and the places that it came from."""

    ordinal: int
    places: tuple[Origin, ...]


class Members(Told):
    """Members that came from somewhere, in the order of the segments."""

    items: tuple[TracedMember, ...]


class AuditLines(Told):
    """Lines of the audit, the newest first."""

    items: tuple[Line, ...]


class Completion(Told):
    """What may stand instead of the characters from `start` to `end` of a search."""

    start: int
    end: int
    text: str
    what: str


class Completions(Told):
    """The likely ones first."""

    items: tuple[Completion, ...]


class ReadLine(Told):
    """One thing an acknowledgement says. `verdict` is set where it is a verdict; `quote` is the line of what is answered."""

    level: str
    subject: str
    sentence: str
    remedy: str
    verdict: str | None
    code: str
    quote: str
    offset: int | None


class AnsweredLine(Told):
    """A line of what is answered. `meant`: the acknowledgement speaks of it."""

    number: int
    offset: int
    depth: int
    name: str
    raw: str
    meant: bool


class About(Told):
    """What is answered: an interchange (`typed`: its type is known; `unknown`: none of ours), or an AS2 message."""

    kind: Literal["interchange", "typed", "unknown", "as2"]
    number: str
    type: str


class Reading(Told):
    """What an acknowledgement says in words; `subject` and `text` are a mail to the partner about it.

    `beside` are the lines of what is answered that it is about and some around them, out of `beside_of`; none for who may not see
    what documents hold. `message` is the message in which it came, `answered` the one that it answers.
    """

    kind: str
    way: Literal["given", "received"]
    partner: str | None
    about: str
    answers: About
    verdict: str
    lines: tuple[ReadLine, ...]
    subject: str
    text: str
    beside: tuple[AnsweredLine, ...]
    beside_of: int
    message: UUID | None
    answered: UUID | None
