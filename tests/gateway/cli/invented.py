"""How the command line is tried out: in this process, on streams in memory, with an invented family and an invented wiring."""

import io
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Self

from gateway.cli import main
from gateway.cli.terminal import Terminal
from translators.canonical.purchase_order import PurchaseOrder
from translators.contract import (
    Acknowledgement,
    Document,
    DocumentRead,
    Envelope,
    Event,
    Family,
    Identity,
    Interchange,
    InterchangeClosed,
    InterchangeOpened,
    OutboundInterchange,
    Separators,
    TermsFor,
    Verdict,
)
from translators.finding import Code, Finding, found
from translators.parsed import ParsedElement, ParsedSegment
from translators.position import Position


@dataclass(frozen=True, slots=True)
class Result:
    """What a command left behind."""

    status: int
    raw: bytes
    err: str

    @property
    def out(self) -> str:
        return self.raw.decode()


def run_command(
    *words: str, stdin: bytes = b"", environ: Mapping[str, str] | None = None, colour: bool = False, width: int | None = None
) -> Result:
    """Run a command on streams in memory."""
    out, err = io.BytesIO(), io.StringIO()
    terminal = Terminal(
        io.BytesIO(stdin), out, err, environ=dict(environ or {}), colour=colour, colour_of_talk=colour, width=width
    )
    status = main(words, terminal=terminal)
    return Result(int(status), out.getvalue(), err.getvalue())


class InventedFamily:
    """A family whose interchange is `ISA*…~`, documents `ST*type*number~ … SE~`, and `IEA~`; `BAD` refuses its document,
    `FATAL` the interchange, `BUG` raises. It shows what the commands make of events without depending on real standards."""

    def __init__(self, family: Family = Family.X12) -> None:
        self.family = family

    def read(self, data: bytes, start: int, terms_for: TermsFor) -> Iterator[Event]:
        envelope = Envelope(
            self.family, Identity("ZZ", "ALICE"), Identity("ZZ", "BOB"), "000000007", "00401", True, "0", "261121:1405",
            start, (), Separators("*", ":", "~"),
        )  # fmt: skip
        yield InterchangeOpened(envelope, terms_for(envelope))
        findings: list[Finding] = []
        documents: list[tuple[ParsedSegment, bool]] = []
        end, whole = len(data), False
        for segment in self.parse(data, start):
            end = segment.offset + len(segment.raw) + 1
            if segment.tag == "BUG":
                raise ZeroDivisionError("invented")
            if segment.tag == "ST":
                documents.append((segment, False))
            elif segment.tag == "BAD":
                documents[-1] = (documents[-1][0], True)
            elif segment.tag == "SE":
                yield DocumentRead(self._document(*documents[-1], ordinal=len(documents), end=end))
            elif segment.tag == "FATAL":
                findings.append(found(Code.INTERCHANGE_DUPLICATE, "It came before.", Position(segment.offset)))
            whole = whole or segment.tag == "IEA"
        if not whole:
            findings.append(found(Code.TRUNCATED, "The end is missing.", Position(end)))
        refused = sum(bad for _, bad in documents)
        verdict = Verdict.ACCEPTED if not refused else Verdict.PARTLY_ACCEPTED if refused < len(documents) else Verdict.REJECTED
        yield InterchangeClosed(end, (), len(documents), tuple(findings), Verdict.REJECTED if findings else verdict)

    def _document(self, head: ParsedSegment, bad: bool, *, ordinal: int, end: int) -> Document:
        _, kind, number = head.raw.split("*")
        place = Position(head.offset, 2, "BEG", 3, None)
        findings = (
            (found(Code.ELEMENT_MISSING, "The order number is missing.", place, expected="a number", actual=""),) if bad else ()
        )
        order = PurchaseOrder(number=f"PO-{number}", lines=[]) if kind == "850" and not bad else None
        return Document(
            ordinal, 0, kind, "004010", "", number, head.offset, end, 3, Verdict.REJECTED if bad else Verdict.ACCEPTED,
            findings, "purchase_order" if kind == "850" else None, order,
        )  # fmt: skip

    def parse(self, data: bytes, start: int) -> Iterator[ParsedSegment]:
        depths = {"ISA": 0, "IEA": 0, "ST": 1, "SE": 1}
        for match in re.finditer(rb"[^~\r\n]+(?=~)", data[start:]):
            raw = match[0].decode("latin-1")
            tag, *elements = raw.split("*")
            parsed = tuple(ParsedElement(f"{n}", "Element", ((value,),)) for n, value in enumerate(elements, 1))
            name = {"ISA": "Interchange header"}.get(tag, "Segment")
            yield ParsedSegment(tag, name, start + match.start(), depths.get(tag, 2), raw, parsed)
            if tag == "IEA":
                return

    def acknowledge(self, interchange: Interchange) -> tuple[Acknowledgement, ...]:
        if any(document.type == "997" for document in interchange.documents):
            return ()
        owed = interchange.terms.acknowledgement.functional
        envelope = interchange.envelope
        outbound = OutboundInterchange(
            self.family,
            envelope.receiver,
            envelope.sender,
            "00401",
            True,
            envelope.separators,
            (),
            f"{owed}*{interchange.verdict}~",
        )
        return (Acknowledgement(owed, interchange.verdict, outbound, (f"The interchange is {interchange.verdict}.",)),)

    def seal(
        self, outbound: OutboundInterchange, *, control_number: int, group_numbers: Sequence[int], prepared: datetime
    ) -> bytes:
        return f"ACK*{control_number}*{list(group_numbers)}*{prepared:%Y%m%d%H%M}*{outbound.loose}".encode()


GOOD = b"ISA*00*~ST*850*0001~BEG*00~SE~IEA~"
MIXED = b"ISA*00*~ST*850*0001~BEG*00~SE~ST*850*0002~BAD~SE~IEA~"
REFUSED = b"ISA*00*~ST*850*0001~BEG*00~SE~FATAL~IEA~"
CUT = b"ISA*00*~ST*850*0001~BEG*00~SE~"
UNMAPPED = b"ISA*00*~ST*846*0001~SE~IEA~"
ACKNOWLEDGEMENT = b"ISA*00*~ST*997*0001~SE~IEA~"
BUG = b"ISA*00*~BUG~IEA~"
HOSTILE = b"ISA*00*~ST*850*\x1b[2J\x1b]0;title\x07~SE~IEA~"


class Wiring:
    """A `gateway.bootstrap` that answers with what a test gave it, and remembers what it was asked."""

    def __init__(self, **answers: Any) -> None:
        self.answers = answers
        self.asked: list[tuple[str, Any]] = []

    def settings(
        self, config: str, environ: Mapping[str, str], *, roles: Sequence[str] = (), processes: int = 1, region: str = ""
    ) -> Any:
        self.asked.append(("settings", (config, tuple(roles), processes, *([region] if region else []))))
        return config

    async def run(self, settings: Any, *, fronts: Sequence[Any] = ()) -> None:
        self.asked.append(("run", settings))
        self._raise("run")

    async def migrate(self, settings: Any, *, dry_run: bool) -> list[str]:
        self.asked.append(("migrate", dry_run))
        return list(self.answers["migrate"])

    async def database_status(self, settings: Any) -> Any:
        self._raise("database_status")
        return self.answers["database_status"]

    async def diagnose(self, settings: Any) -> Any:
        return self.answers["diagnose"]

    def open_records(self, config: str) -> "Wiring":
        self.asked.append(("open_records", config))
        return self

    open_intake = open_records

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        return None

    async def messages(self, query: Any, limit: int, before: str | None) -> Any:
        self.asked.append(("messages", (query, limit, before)))
        return self.answers["messages"]

    async def message(self, number: str) -> Any:
        return self.answers.get("message")

    async def trace(self, number: str) -> Any:
        return self.answers.get("trace")

    async def receive(self, handover: Any) -> Any:
        self.asked.append(("receive", handover))
        return self.answers["receive"]

    async def wait_for_acknowledgement(self, transmission: Any, *, within: float) -> Any:
        return self.answers.get("wait_for_acknowledgement")

    def _raise(self, name: str) -> None:
        if isinstance(self.answers.get(name), BaseException):
            raise self.answers[name]
