"""Read an acknowledgement out: what a 997, 999, TA1, CONTRL, 824, APERAK or MDN says, in words, beside the lines it is about."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Final

from gateway.domain.acknowledgement_reading import About, AnsweredLine, Reading, ReadLine, Way, beside
from gateway.domain.letter import about_text
from gateway.protocols.as2 import parse_disposition
from translators import registry
from translators.answered import Sent
from translators.canonical.application_response import ApplicationResponse
from translators.canonical.base import CanonicalDocument
from translators.canonical.functional_acknowledgement import FunctionalAcknowledgement
from translators.content_explanation import explain_answer, explain_content, place_of, subject_of, verdict_on_content
from translators.contract import DocumentRead
from translators.explanation import Explanation, explain
from translators.parsed import ParsedSegment

_DISPOSITIONS: Final[Mapping[str, tuple[str, str]]] = {
    "authentication-failed": (
        "The signature could not be verified: the message was changed on its way, or signed with an unknown certificate.",
        "Send the certificate that signs, and agree from when on it is used.",
    ),
    "decryption-failed": (
        "The message could not be decrypted: it was encrypted for another certificate.",
        "Encrypt with the certificate that the receiver uses now.",
    ),
    "decompression-failed": ("The message could not be decompressed.", "Send it without compression, or compress it anew."),
    "integrity-check-failed": ("The message was changed on its way.", "Send it again, and see what stands between both sides."),
    "insufficient-message-security": (
        "The message was not signed or encrypted as agreed.",
        "Sign and encrypt as the agreement says.",
    ),
    "unexpected-processing-error": ("Something went wrong at the receiver.", "Send it again later, under the same Message-ID."),
    "unknown-trading-partner": ("AS2-From or AS2-To is not known to the receiver.", "Compare both AS2 names, letter by letter."),
    "unknown-trading-relationship": (
        "Both AS2 names are known, but not to each other.",
        "Have the relationship set up at the receiver.",
    ),
    "duplicate-document": ("The same message had come before.", ""),
    "duplicate-filename": ("A file of this name had come before.", "Give each file a name of its own."),
    "unsupported mic-algorithms": ("The digest that was asked for is not supported.", "Ask for a receipt with sha-256."),
    "unsupported format": ("The format is not supported.", ""),
}


def acknowledgements_in(content: bytes) -> list[CanonicalDocument]:
    """The acknowledgements that stand in some bytes."""
    events = (event for event in registry.read(content) if isinstance(event, DocumentRead))
    return [event.document.canonical for event in events if event.document.canonical is not None]


def read_acknowledgement(
    documents: Sequence[CanonicalDocument], *, kind: str, way: Way, partner: str | None, about: About, answered: bytes = b""
) -> Reading:
    """What acknowledgements of one thing say. `answered` are the bytes of what is answered: without them places are named and
    nothing is quoted.
    """
    segments = [one for one in registry.parse(answered) if isinstance(one, ParsedSegment)] if answered else []
    lines = tuple(line for document in documents for line in _lines(document, segments))
    verdicts = [verdict for document in documents if (verdict := _verdict(document))]
    shown, whole = beside((_line_of(number, one) for number, one in enumerate(segments, 1)), lines)
    return Reading(
        kind=kind,
        way=way,
        partner=partner,
        about=about,
        verdict=verdicts[0] if verdicts else "unknown",
        lines=lines,
        beside=shown,
        beside_of=whole,
    )


def read_receipt(disposition: str, *, way: Way, partner: str | None, about: About) -> Reading:
    """What the disposition of an MDN says."""
    parsed, subject = parse_disposition(disposition), about_text(about)
    verdict = "unknown"
    if parsed is None:
        sentence = f"It says nothing that we know: {disposition or 'nothing at all'}."
        lines = [ReadLine(level="transfer", subject=subject, sentence=sentence)]
    else:
        verdict = parsed.verdict.value
        lines = [ReadLine(level="transfer", subject=subject, sentence=f"The message was {parsed.type}.", verdict=verdict)]
        if parsed.severity is not None:
            words = parsed.words or "no reason is given"
            known = _DISPOSITIONS.get(words.split(",")[0].strip().lower(), (f"The receiver says: {words}.", ""))
            code = f"{parsed.severity}: {words}"
            lines.append(ReadLine(level="transfer", subject=subject, sentence=known[0], remedy=known[1], code=code))
    return Reading(kind="MDN", way=way, partner=partner, about=about, verdict=verdict, lines=tuple(lines))


def _verdict(document: CanonicalDocument) -> str:
    if isinstance(document, FunctionalAcknowledgement):
        return document.verdict.value
    status = getattr(document, "status", None)
    return str(status) if status is not None else ""


def _line_of(number: int, one: ParsedSegment) -> AnsweredLine:
    return AnsweredLine(number=number, offset=one.offset, depth=one.depth, name=one.name, raw=one.raw)


def _lines(document: CanonicalDocument, answered: Sequence[ParsedSegment]) -> Iterator[ReadLine]:
    if isinstance(document, FunctionalAcknowledgement):
        yield from map(_explained, explain(document, answered))
    elif isinstance(document, ApplicationResponse):
        yield from _of_content(document, Sent.whole(answered))
    else:
        verdicts, errors = explain_answer(document)
        for sentence in verdicts:
            yield ReadLine(level="document", subject=document.NAME, sentence=sentence, verdict=_verdict(document) or "unknown")
        for sentence in errors:
            yield ReadLine(level="content", subject=document.NAME, sentence=sentence)


def _of_content(response: ApplicationResponse, sent: Sent) -> Iterator[ReadLine]:
    for one in response.documents:
        subject = subject_of(one)
        yield ReadLine(level="document", subject=subject, sentence=verdict_on_content(one), verdict=str(one.status))
        for sentence, error in explain_content(one):
            place = place_of(error, one, sent) if error is not None else None
            yield ReadLine(
                level="content",
                subject=subject,
                sentence=sentence,
                code=(error.code or "") if error is not None else "",
                quote=place.raw if place else "",
                offset=place.offset if place else None,
            )


def _explained(said: Explanation) -> ReadLine:
    return ReadLine(
        level=said.level,
        subject=said.subject,
        sentence=said.sentence,
        remedy=said.remedy,
        verdict=said.verdict.value if said.verdict is not None else None,
        code=said.code,
        quote=said.quote,
        offset=said.offset,
    )
