"""Reads a partner's sample documents, and says who it is on envelopes, what it exchanges and how. Pure."""

import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from gateway.domain.agreement import Direction
from gateway.domain.onboarding.recognised import Items, OutsideCode, Recognised, Sample, SeenDocument, Syntax
from translators import detection, registry
from translators.contract import Document, Envelope, Family, Group, Identity, Interchange
from translators.finding import Code, Finding, Severity

MOST_CODES = 500
"""So many of the partner's item codes are listed."""

_X12_VERSION = re.compile(r"\d{6}")
_DIRECTORY = re.compile(r"(?:^|\.)([0-9]{2}[AB])$")
_NAMED_PLACES = (Family.X12,)
_OUR_ITEM = "seller"


def recognise(samples: Sequence[Sample], ours: Mapping[Family, Iterable[Identity]]) -> Recognised:
    """What samples tell. `ours` are our identities: what one of them sent is a sample of what we send."""
    own = {(family, identity) for family, named in ours.items() for identity in named}
    notes = _Notes()
    for sample in samples:
        notes.take(sample, own)
    return notes.recognised([sample.name for sample in samples])


@dataclass(slots=True)
class _Kind:
    """What is noted of one kind of documents while samples are read."""

    written: set[str] = field(default_factory=set)
    name: str | None = None
    count: int = 0
    complaints: Counter[Code] = field(default_factory=Counter)
    outside: Counter[tuple[str, str]] = field(default_factory=Counter)
    lines: int = 0
    schemes: Counter[str] = field(default_factory=Counter)
    codes: dict[str, dict[str, str | None]] = field(default_factory=dict)
    without_currency: bool = False
    units: Counter[str] = field(default_factory=Counter)


@dataclass(slots=True)
class _Notes:
    """What is noted while samples are read."""

    theirs: dict[Family, dict[Identity, None]] = field(default_factory=dict)
    ours: dict[Family, dict[Identity, None]] = field(default_factory=dict)
    foreign: dict[Family, dict[Identity, None]] = field(default_factory=dict)
    syntaxes: dict[Family, Syntax] = field(default_factory=dict)
    kinds: dict[tuple[Family, Direction, str, str], _Kind] = field(default_factory=dict)
    flat: list[str] = field(default_factory=list)
    characters: set[str] = field(default_factory=set)
    unread: dict[str, str] = field(default_factory=dict)

    def take(self, sample: Sample, own: set[tuple[Family, Identity]]) -> None:
        """Note what one file holds."""
        self.characters.add(characters_of(sample.content))
        if not detection.begins(sample.content):
            self.flat.append(sample.name)
            return
        translation = registry.translate(sample.content)
        if not translation.interchanges:
            first = next(iter(translation.findings), None)
            self.unread[sample.name] = first.message if first is not None else "The file holds no data."
        for interchange in translation.interchanges:
            self._interchange(interchange, own)

    def _interchange(self, interchange: Interchange, own: set[tuple[Family, Identity]]) -> None:
        envelope = interchange.envelope
        family = envelope.family
        sent = (family, envelope.sender) in own and (family, envelope.receiver) not in own
        us, them = (envelope.sender, envelope.receiver) if sent else (envelope.receiver, envelope.sender)
        if them.id:
            self.theirs.setdefault(family, {})[them] = None
        if us.id:
            (self.ours if (family, us) in own else self.foreign).setdefault(family, {})[us] = None
        if not sent and family not in self.syntaxes:
            self.syntaxes[family] = _syntax(envelope, interchange.groups)
        direction = Direction.OUT if sent else Direction.IN
        for document in interchange.documents:
            self._document(family, direction, document, interchange.findings)

    def _document(self, family: Family, direction: Direction, document: Document, around: Iterable[Finding]) -> None:
        version = agreed_version(family, document.version)
        kind = self.kinds.setdefault((family, direction, document.type, version), _Kind())
        kind.count += 1
        kind.name = kind.name or document.name or next(iter(registry.documents(family).get(document.type, ())), None)
        if _is_written_otherwise(family, document.version, version):
            kind.written.add(document.version)
        kind.complaints.update(found.code for found in (*around, *document.findings) if found.severity is Severity.ERROR)
        for finding in document.findings:
            if finding.code is Code.ELEMENT_CODE and finding.actual:
                kind.outside[place_of(family, finding), finding.actual] += 1
        if document.canonical is not None:
            _note_lines(kind, document.canonical)

    def recognised(self, names: Sequence[str]) -> Recognised:
        """All that was noted."""
        documents = [
            SeenDocument(
                family=family, direction=direction, type=type_, version=version, written=frozenset(kind.written),
                document=kind.name, count=kind.count, complaints=dict(kind.complaints),
                outside=[OutsideCode(place, value, n) for (place, value), n in kind.outside.most_common()],
                items=_items(kind), without_currency=kind.without_currency,
                units=[unit for unit, _ in kind.units.most_common()],
            )
            for (family, direction, type_, version), kind in self.kinds.items()
        ]  # fmt: skip
        return Recognised(
            samples=names,
            theirs={family: list(found) for family, found in self.theirs.items()},
            ours={family: list(found) for family, found in self.ours.items()},
            foreign={family: list(found) for family, found in self.foreign.items()},
            syntaxes=list(self.syntaxes.values()),
            documents=documents,
            flat=self.flat,
            characters=frozenset(self.characters),
            unread=self.unread,
        )


def characters_of(content: bytes) -> str:
    """What the bytes of a file are: `ascii`, `utf-8`, or `8-bit` (one byte each, in a set that only the envelope can name)."""
    if content.isascii():
        return "ascii"
    try:
        content.decode("utf-8")
    except UnicodeDecodeError:
        return "8-bit"
    return "utf-8"


def agreed_version(family: Family, written: str) -> str:
    """The version as agreements name it: without an industry's sub-version, with the letter that directories begin with."""
    if family is Family.X12:
        match = _X12_VERSION.match(written)
        return match.group() if match else written
    if family is Family.EDIFACT:
        directory = _DIRECTORY.search(written)
        return f"{'S' if written.startswith('S') else 'D'}.{directory[1]}" if directory else written
    return written


def _is_written_otherwise(family: Family, written: str, agreed: str) -> bool:
    """Whether what stands on the wire needs to be agreed beside the version: X12's sub-versions fall under it by themselves."""
    return written != agreed and not (family is Family.X12 and written.startswith(agreed))


def place_of(family: Family, finding: Finding) -> str:
    """Where a finding is about, as people of the family write it: `N101`, `PO103`, `DTM.1.3`."""
    at = finding.position
    tag, element = at.tag or "", at.element
    if element is None:
        return tag
    if family in _NAMED_PLACES:
        return f"{tag}{element:02}" + (f"-{at.component}" if at.component is not None else "")
    return f"{tag}.{element}" + (f".{at.component}" if at.component is not None else "")


def _syntax(envelope: Envelope, groups: Sequence[Group]) -> Syntax:
    named = {
        (group.sender, group.receiver)
        for group in groups
        if (group.sender, group.receiver) != (envelope.sender.id, envelope.receiver.id) and group.sender and group.receiver
    }
    return Syntax(
        family=envelope.family,
        version=envelope.version,
        separators=envelope.separators,
        group_versions=frozenset(group.version for group in groups if group.version),
        applications=frozenset(named),
        acknowledgement_requested=envelope.acknowledgement_requested not in ("", "0"),
        test=envelope.test,
    )


def _note_lines(kind: _Kind, canonical: Any) -> None:
    """What lines say of items and units, and whether the document says in which money its prices are."""
    lines = getattr(canonical, "lines", ())
    priced = any(getattr(line, "price", None) is not None for line in lines)
    kind.without_currency = kind.without_currency or (priced and getattr(canonical, "currency", None) is None)
    for line in lines:
        identifiers: Mapping[str, str] = getattr(getattr(line, "item", None), "identifiers", {})
        unit = getattr(getattr(line, "quantity", None), "unit", None)
        kind.lines += 1
        kind.schemes.update(list(identifiers))
        if unit:
            kind.units[unit] += 1
        for scheme, code in identifiers.items():
            if scheme != _OUR_ITEM:
                known = kind.codes.setdefault(scheme, {})
                known[code] = identifiers.get(_OUR_ITEM) or known.get(code)


def _items(kind: _Kind) -> Items:
    return Items(
        lines=kind.lines,
        schemes=dict(kind.schemes.most_common()),
        codes={scheme: [code for code, own in known.items() if own is None][:MOST_CODES] for scheme, known in kind.codes.items()},
        known={scheme: {code: own for code, own in known.items() if own} for scheme, known in kind.codes.items()},
    )
