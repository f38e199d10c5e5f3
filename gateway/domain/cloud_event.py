"""The headers of public messages: CloudEvents 1.0 attributes by their plain names, and further ones of our own.

Each kind of message has one table of them, from which the published contract is written and which tests hold against what is
really published. Values are text; an attribute without a value is left out.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

SPECVERSION = "1.0"
JSON = "application/json"


@dataclass(frozen=True, slots=True)
class Attribute:
    """A header. `form` is a format of JSON Schema, `values` are all there may be; `always`: it is never left out."""

    name: str
    meaning: str
    form: str = ""
    values: tuple[str, ...] = ()
    always: bool = True
    empty: bool = False
    """Whether it may be there without saying anything, for those who read it since the first release."""


_CORE = (
    Attribute("specversion", "The version of CloudEvents.", values=(SPECVERSION,)),
    Attribute("id", "The message's own id, the same when it is published again. It is the AMQP message id as well.", "uuid"),
    Attribute("source", "The gateway that says it, by its id in routes.toml.", "uri-reference"),
    Attribute("type", "What happened."),
    Attribute("subject", "What it happened to."),
    Attribute("time", "When it happened.", "date-time"),
    Attribute("datacontenttype", "What the body is.", values=(JSON,)),
    Attribute("correlationid", "The transmission, or the order, that all this belongs to.", "uuid"),
    Attribute("causationid", "What it follows from: a document, a delivery, a milestone, or your message."),
)
_SCHEMA = Attribute("dataschema", "The `$id` of the JSON Schema of the body; its last part is the version.", "uri")
_TRACE = Attribute("traceparent", "The trace of the transmission (W3C Trace Context).", always=False)
_REPLAY = Attribute("replay", "It is published again on request, to you alone.", values=("true",), always=False)
_TEST = Attribute("test", "Whether it is only a test.", values=("true", "false"))
_PARTNER = Attribute("partner", "The partner, by its id in routes.toml.", empty=True)

DOCUMENT = (
    *_CORE,
    _SCHEMA,
    _PARTNER,
    Attribute("agreement", "The agreement it was read or written by.", empty=True),
    Attribute("direction", "Whether it came from the partner or is for it.", values=("in", "out")),
    _TEST,
    Attribute("interchange", "The interchange it came in.", "uuid"),
    Attribute("configuration", "The digest of the configuration that handled it."),
    Attribute("replayof", "The first transmission of a replay.", "uuid", always=False),
    _TRACE,
    _REPLAY,
)
"""Of canonical documents on `edi.canonical`. `type` is `document.<document>.received` or `.sent`, `subject` its number."""

ORDER_EVENT = (
    *_CORE,
    _SCHEMA,
    Attribute("partner", "The customer, by its id in routes.toml."),
    Attribute("version", "Grows with each event of an order: drop what is older than what you know."),
    Attribute("verdict", "Whether it holds, or turned out not to.", values=("applied", "withdrawn")),
    _TEST,
    _REPLAY,
)
"""Of milestones on `edi.events`. `type` is `order.<event>`, `subject` the customer's number of the order."""

DEAD_LETTER = (
    *_CORE,
    Attribute("reason", "The code of what ended it.", empty=True),
    Attribute("target", "Where it was to be delivered."),
    _PARTNER,
    Attribute("test", "Whether it is only a test.", values=("true", "false"), always=False),
    Attribute("document", "The document, where the body is sealed.", always=False, empty=True),
    Attribute("sealed", "The body is left out: documents are encrypted here.", values=("true",), always=False),
)
"""Of deliveries that are given up, on `edi.dead`. `type` is `delivery.dead`, `subject` the delivery."""

GIVEN_UP = (
    Attribute("edi-exchange", "Where it was published."),
    Attribute("edi-routing-key", "Under which key.", empty=True),
    Attribute("edi-reason", "Why it cannot be taken."),
)
"""What is added to the headers of a message that we could not take, on `edi.dead`."""

REPLY = (
    *_CORE,
    _SCHEMA,
    _PARTNER,
    Attribute("outcome", "What became of it.", values=("accepted", "partly_accepted", "refused")),
    _TEST,
    Attribute("configuration", "The digest of the configuration that handled it.", always=False),
    _TRACE,
)
"""Of answers to what was published to `edi.outbound`. `type` is `publication.<outcome>`, `causationid` your message id."""


def schema_uri(schema: str) -> str:
    """The `$id` of a schema of ours: `urn:edi-gateway:purchase_order:1` for `purchase_order/1`."""
    return f"urn:edi-gateway:{schema.replace('/', ':')}"


def cloud_event(
    identifier: UUID,
    *,
    source: str,
    kind: str,
    subject: str,
    time: datetime,
    correlation: UUID,
    cause: object,
    schema: str | None = None,
    more: Mapping[str, str | None] | None = None,
) -> dict[str, str]:
    """The headers of a message: the attributes that all have, then `more` of them that are not None.

    `schema` is written as canonical documents do (`purchase_order/1`).
    """
    headers = {
        "specversion": SPECVERSION,
        "id": str(identifier),
        "source": source,
        "type": kind,
        "subject": subject,
        "time": time.isoformat(),
        "datacontenttype": JSON,
        "correlationid": str(correlation),
        "causationid": str(cause),
    }
    if schema is not None:
        headers["dataschema"] = schema_uri(schema)
    if more is not None:
        headers |= {name: value for name, value in more.items() if value is not None}
    return headers
