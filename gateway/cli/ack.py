"""`gateway ack`: the acknowledgement the sender would get."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from typing import TYPE_CHECKING, Annotated, Any

import typer

from gateway.cli.answers import explanation_lines, explanation_record, explanations, spoken
from gateway.cli.exit_status import ExitStatus, of_items
from gateway.cli.options import AsJson, Files, Output, chosen, instant, terminal_of
from gateway.cli.records import Format, RecordWriter

if TYPE_CHECKING:
    from gateway.cli.files import Read
    from gateway.cli.terminal import Terminal
    from translators.contract import Envelope, Interchange, TermsFor
    from translators.explanation import Explanation

EXAMPLES = {
    "ack": """
    gateway ack order.edi > ack.edi
    gateway ack order.edi --type 997 --control-number 42
    gateway ack order.edi -o json
    """
}

COLUMNS = ("file", "type", "verdict", "control_number", "explanation", "content")


class AcknowledgementType(StrEnum):
    """The functional acknowledgements that can be written."""

    X12_997 = "997"
    X12_999 = "999"
    CONTRL = "CONTRL"
    CXML = "cXML"
    APPLICATION_RESPONSE = "ApplicationResponse"


Type = Annotated[
    AcknowledgementType | None,
    typer.Option(
        "--type",
        "-t",
        help="Which acknowledgement; by default 997 for X12, CONTRL for EDIFACT, a Response for cXML, else ApplicationResponse.",
        show_default=False,
    ),
]
ControlNumber = Annotated[
    int, typer.Option("--control-number", min=1, max=999_999_999, help="Number of the first acknowledgement; more count on.")
]
At = Annotated[
    str, typer.Option("--at", metavar="TIME", help="Time of preparation in ISO 8601 (UTC without a zone); default now.")
]


def ack(
    context: typer.Context,
    files: Files,
    kind: Type = None,
    control_number: ControlNumber = 1,
    at: At = "",
    output: Output = Format.TEXT,
    as_json: AsJson = False,
) -> int:
    """Write the acknowledgement that the sender of a file would get, byte for byte, to standard output.

    What it says is told in plain words on standard error, with the segments it is about; so is what an acknowledgement in the
    file says, which is owed none. Exit status 0 also when it rejects; 5 when there is no interchange to answer; 3 when a file
    could not be read (1 when none could). `-o json` and `-o jsonl` write one object per acknowledgement.
    """
    from gateway.cli.offline import work_through

    terminal = terminal_of(context)
    order = Order(kind, instant(at) if at else datetime.now(UTC), control_number)
    form = chosen(output, as_json=as_json)
    if form is Format.TEXT:
        return work_through(files, lambda file: _write(file, order, terminal), terminal=terminal)
    with RecordWriter(terminal, form, columns=COLUMNS) as writer:
        return work_through(files, lambda file: _record(file, order, writer, terminal), terminal=terminal)


@dataclass(slots=True)
class Order:
    """What was asked for: the type (None: by format), the time of preparation, and the next control number to give."""

    kind: AcknowledgementType | None
    prepared: datetime
    next_number: int

    def take(self, count: int) -> int:
        """Give out `count` numbers and return the first."""
        first = self.next_number
        self.next_number += count
        return first


def _write(file: "Read", order: Order, terminal: "Terminal") -> ExitStatus:
    return _each(file, order, terminal, lambda _record, content: terminal.write(content))


def _record(file: "Read", order: Order, writer: RecordWriter, terminal: "Terminal") -> ExitStatus:
    return _each(file, order, terminal, lambda record, _content: writer.write(record))


def _each(file: "Read", order: Order, terminal: "Terminal", write: Any) -> ExitStatus:
    from gateway.cli.finding_text import tell_finding
    from translators import registry
    from translators.errors import NotWritable

    translation = registry.translate(file.data, _terms(order))
    for finding in translation.findings:
        tell_finding(terminal, file.name, finding)
    if not translation.interchanges:
        return ExitStatus.INVALID
    start, outcomes = 0, {ExitStatus.SUCCESS}
    for interchange in translation.interchanges:
        _refuse_other_family(interchange, order, file.name)
        try:
            _answer(interchange, file, order, terminal, write, start=start)
        except NotWritable as error:
            number = interchange.envelope.control_number
            terminal.tell(
                f"{file.name}: interchange {number} cannot be answered, what it says of its sender is at fault: {error}"
            )
            outcomes.add(ExitStatus.INVALID)
        start = interchange.end
    return of_items(outcomes)


def _answer(interchange: "Interchange", file: "Read", order: Order, terminal: "Terminal", write: Any, *, start: int) -> None:
    """The acknowledgements of an interchange, which begins behind byte `start` of the file."""
    subject, nothing = file.data[start : interchange.end], True
    for record, content in answers(interchange, order, file=file.name):
        nothing = False
        said = list(explanations(content, subject, at=start))
        write({**record, "explanations": [explanation_record(one) for one in said]}, content)
        _tell(file, said, record["explanation"], terminal)
    if nothing:
        terminal.tell(f"{file.name}: interchange {interchange.envelope.control_number} is owed no acknowledgement")
        _tell(file, spoken(document.canonical for document in interchange.documents), (), terminal)


def _tell(file: "Read", said: "Iterable[Explanation]", otherwise: Iterable[str], terminal: "Terminal") -> None:
    """What an acknowledgement says, by its own codes; in the words of who wrote it where it cannot be read back."""
    lines = [spans for one in said for spans in explanation_lines(one)] or [(line,) for line in otherwise]
    for spans in lines:
        terminal.tell((f"{file.name}: ", "bold"), *spans)


def answers(interchange: "Interchange", order: Order, *, file: str) -> Iterator[tuple[dict[str, Any], bytes]]:
    """The acknowledgements owed for an interchange: what each says, and its bytes. Numbers are taken from the order."""
    from translators import registry

    for owed in registry.acknowledge(interchange):
        number = order.take(1)
        groups = range(number, number + len(owed.outbound.groups))
        content = registry.seal(owed.outbound, control_number=number, group_numbers=groups, prepared=order.prepared)
        yield (
            {
                "file": file,
                "type": owed.type,
                "verdict": owed.verdict.value,
                "control_number": number,
                "answers": interchange.envelope.control_number,
                "explanation": list(owed.explanation),
                "content": content.decode("utf-8", "replace"),
            },
            content,
        )


def _terms(order: Order) -> "TermsFor":
    from translators.contract import AcknowledgementTerms, Terms

    def terms(envelope: "Envelope") -> Terms:
        fitting = _fitting(envelope)
        functional = order.kind or (fitting[0] if fitting else None)
        return Terms(acknowledgement=AcknowledgementTerms(functional=functional.value if functional is not None else ""))

    return terms


def _fitting(envelope: "Envelope") -> tuple[AcknowledgementType, ...]:
    """The acknowledgements that answer an interchange, the usual one first."""
    from translators.contract import Family

    match envelope.family:
        case Family.X12:
            return (AcknowledgementType.X12_997, AcknowledgementType.X12_999)
        case Family.EDIFACT:
            return (AcknowledgementType.CONTRL,)
        case Family.XML:
            cxml = envelope.version.startswith(AcknowledgementType.CXML.value)
            return (AcknowledgementType.CXML if cxml else AcknowledgementType.APPLICATION_RESPONSE,)
        case _:
            return ()


def _refuse_other_family(interchange: "Interchange", order: Order, file: str) -> None:
    from gateway.cli.failure import CommandFailed

    if order.kind is not None and order.kind not in _fitting(interchange.envelope):
        raise CommandFailed(
            f"a {order.kind} does not answer an {interchange.envelope.family.upper()} interchange",
            where=file,
            remedy="Leave out --type, or name one of its format: 997 or 999 for X12, CONTRL for EDIFACT.",
            status=ExitStatus.USAGE,
        )
