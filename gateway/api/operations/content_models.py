"""What is told of what messages hold and of what was acknowledged: layers, segments, readings; and completions of a search."""

from datetime import datetime
from uuid import UUID

from gateway.api.operation import Told
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
    """An element of a segment, or a component of one: its number and name in the standard, what it says and what it became."""

    element: int
    component: int | None
    id: str
    name: str
    value: str
    canonical: tuple[Member, ...]
    findings: tuple[Finding, ...]


class Segment(Told):
    """A segment with all that is known of it. One without `tag`: findings about bytes that belong to none."""

    number: int
    offset: int
    depth: int = 0
    tag: str = ""
    name: str = ""
    raw: str = ""
    document: str | None = None
    elements: tuple[Element, ...] = ()
    findings: tuple[Finding, ...]


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


class Reading(Told):
    """What an acknowledgement says in words; `subject` and `text` are a mail to the partner about it."""

    kind: str
    way: str
    partner: str | None
    about: str
    verdict: str
    lines: tuple[ReadLine, ...]
    subject: str
    text: str
