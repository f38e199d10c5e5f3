"""Reads transmissions in tests: through the detection and the EDIFACT family, as the registry does it."""

from dataclasses import dataclass, field

from translators import detection
from translators.contract import Document, DocumentRead, Interchange, InterchangeClosed, InterchangeOpened, TermsFor, anything
from translators.edifact import translator
from translators.finding import Code, Finding


@dataclass
class Read:
    """What was found in a transmission."""

    interchanges: list[Interchange] = field(default_factory=list)
    outside: list[Finding] = field(default_factory=list)

    @property
    def documents(self) -> list[Document]:
        """All messages of all interchanges."""
        return [d for i in self.interchanges for d in i.documents]

    @property
    def findings(self) -> list[Finding]:
        """Everything found, outermost first."""
        inside = [f for i in self.interchanges for f in (*i.findings, *(f for g in i.groups for f in g.findings))]
        return self.outside + inside + [f for d in self.documents for f in d.findings]

    @property
    def codes(self) -> set[Code]:
        """The codes of all findings."""
        return {f.code for f in self.findings}


def read(data: bytes, terms_for: TermsFor = anything) -> Read:
    """All interchanges of a transmission that holds only EDIFACT."""
    result, position = Read(), 0
    while True:
        place = detection.find(data, position)
        result.outside += place.findings
        if place.family is None:
            return result
        events = [*translator.read(data, place.start, terms_for)]
        opened, closed = events[0], events[-1]
        assert isinstance(opened, InterchangeOpened)
        assert isinstance(closed, InterchangeClosed)
        documents = tuple(e.document for e in events if isinstance(e, DocumentRead))
        result.interchanges.append(
            Interchange(opened.envelope, opened.terms, closed.end, closed.groups, documents, closed.findings, closed.verdict)
        )
        assert closed.end > place.start
        position = closed.end


def one(data: bytes, terms_for: TermsFor = anything) -> Interchange:
    """The only interchange of a transmission."""
    result = read(data, terms_for)
    assert len(result.interchanges) == 1
    return result.interchanges[0]
