"""Partners, their channels, and what was agreed about each document; from these, the terms interchanges are judged by."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import timedelta, tzinfo
from enum import StrEnum
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from gateway.domain.channel import Channel
from gateway.domain.expectation import Expected
from gateway.domain.retry import RetryPolicy
from gateway.domain.sequence import OutOfSequence
from gateway.domain.strictness import ENVELOPE_LEVELS, Severities, strictest
from translators.contract import AcknowledgementTerms, DocumentTerms, Envelope, Family, Guide, Identity, Terms, WritingTerms
from translators.finding import DEFINITIONS, Code, Finding, found
from translators.position import Position
from translators.provenance import NOTHING_KNOWN, Provenance
from translators.xml_terms import USUAL as XML_AS_USUAL
from translators.xml_terms import XmlTerms

if TYPE_CHECKING:
    from translators.flatfile.layout import Layout


class Direction(StrEnum):
    """Which way documents travel, seen from the gateway."""

    IN = "in"
    OUT = "out"


class DuplicatePolicy(StrEnum):
    """What becomes of an interchange whose control number the partner used before. Later members are more lenient.

    `reject`: refused and answered as a duplicate. `ignore`: not processed again, and answered with the acknowledgement the
    first one got, byte for byte. `accept`: processed like any other.
    """

    REJECT = "reject"
    IGNORE = "ignore"
    ACCEPT = "accept"


class Unroutable(StrEnum):
    """What the acknowledgement says of a document that is valid and that no route takes.

    `accept`: it is ours now, and a failure with an owner. `reject`: the partner is told that it was not taken.
    """

    ACCEPT = "accept"
    REJECT = "reject"


@dataclass(frozen=True, slots=True)
class SequenceTerms:
    """What becomes of interchanges out of their order, and for how long one is held."""

    policy: OutOfSequence = OutOfSequence.ACCEPT
    wait: timedelta = timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class Partner:
    """A trading partner. `addressed_as` are our identities it may use, None for all of them.

    `test` partners are on trial: all their documents are test documents, whatever their envelopes say.
    """

    id: str
    name: str
    owner: str
    identities: Mapping[Family, tuple[Identity, ...]]
    addressed_as: Mapping[Family, tuple[Identity, ...]] | None = None
    timezone: tzinfo = ZoneInfo("UTC")
    test: bool = False
    refuse_test: bool = False
    acknowledge_by: str | None = None
    shadow: bool = False
    """Whether another gateway still serves it, and this one only shows what it would do."""


@dataclass(frozen=True, slots=True)
class Agreement:
    """What was agreed about one document with one partner.

    `type` and `version` are as on the wire (`850`, `004010`; `ORDERS`, `D.96A`), `document` is the canonical name.
    `options` go with every delivery of it (what an application may do for this partner). `writing` is how we write for the
    partner: documents that go out, acknowledgements of those that come in. `layout` is that of flat files.
    """

    id: str
    partner: str
    direction: Direction
    document: str
    family: Family
    type: str
    version: str
    channel: str | None = None
    acknowledgement: AcknowledgementTerms = field(default_factory=AcknowledgementTerms)
    severities: Severities = field(default_factory=dict)
    guide: Guide | None = None
    xml: XmlTerms = XML_AS_USUAL
    limits: Mapping[str, int] = field(default_factory=dict)
    """How large things may be, by the names of `Terms`."""
    duplicates: DuplicatePolicy = DuplicatePolicy.REJECT
    sequence: SequenceTerms = SequenceTerms()
    unroutable: Unroutable = Unroutable.ACCEPT
    options: Mapping[str, object] = field(default_factory=dict)
    writing: WritingTerms | None = None
    layout: "Layout | None" = None
    files: str = ""
    """A pattern of the names of its flat files, where several layouts come by one channel; empty for any."""
    other_versions: frozenset[str] = frozenset()
    """What the partner writes instead of `version` and means the same."""
    expect: tuple[Expected, ...] = ()
    """Out: what the partner owes us for each document. In: for the acknowledgements that we send."""
    retry: RetryPolicy | None = None
    """When deliveries of its documents are repeated; None: as their targets say."""
    shadow: bool | None = None
    """Whether another gateway still does this; None: as it is with the partner."""


_AgreementKey = tuple[str, Direction, Family, str, str, str]
"""Partner, direction, family, type and version; of what we send also the canonical document: a type may be made of several."""
_Judged = tuple[str, Family, str]
"""A partner, a family, and the syntax in it that is judged and acknowledged apart."""


@dataclass(frozen=True, slots=True)
class Partnerships:
    """All partners and agreements under indexes, and the terms of each partner made ready. Built once per configuration."""

    identities: Mapping[Family, tuple[Identity, ...]]
    refuse_test: bool
    partners: Mapping[str, Partner]
    by_identity: Mapping[tuple[Family, Identity, Identity], str]
    by_sender: Mapping[tuple[Family, Identity], str]
    agreements: Mapping[_AgreementKey, Agreement]
    terms: Mapping[_Judged, Terms]
    duplicates: Mapping[tuple[str, Family], DuplicatePolicy]
    sequences: Mapping[tuple[str, Family], SequenceTerms] = field(default_factory=dict)
    ways: Mapping[str, Provenance] = field(default_factory=dict)
    elsewhere: Mapping[tuple[Family, Identity], str] = field(default_factory=dict)  # what is said of senders of other regions

    @classmethod
    def build(
        cls,
        partners: Iterable[Partner],
        agreements: Iterable[Agreement],
        *,
        identities: Mapping[Family, Iterable[Identity]],
        refuse_test: bool = False,
        ways: Mapping[str, Provenance] | None = None,
    ) -> "Partnerships":
        """Index partners and agreements. The first of two that claim the same place keeps it (`check` refuses such).

        `ways` say by channel what files that name nobody are.
        """
        own = {family: tuple(dict.fromkeys(named)) for family, named in identities.items()}
        known = {partner.id: partner for partner in partners}
        agreed = list(agreements)
        addresses, senders = _addresses(known.values(), own)
        by_key: dict[_AgreementKey, Agreement] = {}
        for agreement in agreed:
            by_key.setdefault(_key(agreement), agreement)
        for agreement in agreed:
            for version in agreement.other_versions:
                by_key.setdefault(_key(replace(agreement, version=version)), agreement)
        inbound: dict[tuple[str, Family], list[Agreement]] = {}
        judged: dict[_Judged, list[Agreement]] = {}
        for agreement in agreed:
            if agreement.direction is Direction.IN:
                inbound.setdefault((agreement.partner, agreement.family), []).append(agreement)
                judged.setdefault((agreement.partner, *syntax_of(agreement.family, agreement.version)), []).append(agreement)
        terms = {key: _terms(known[key[0]], group) for key, group in judged.items() if key[0] in known}
        policies = {key: _strictest_policy(group) for key, group in inbound.items()}
        order = list(OutOfSequence)
        sequences = {
            key: min((agreement.sequence for agreement in group), key=lambda one: order.index(one.policy))
            for key, group in inbound.items()
        }
        return cls(own, refuse_test, known, addresses, senders, by_key, terms, policies, sequences, ways or {})

    def partner_of(self, envelope: Envelope) -> Partner | None:
        """Who sent an interchange; known also when it is addressed to an identity that is not ours."""
        exact = self.by_identity.get((envelope.family, envelope.receiver, envelope.sender))
        partner = exact or self.by_sender.get((envelope.family, envelope.sender))
        return self.partners[partner] if partner else None

    def provenance(self, channel: str, file_name: str = "", *, partner: str | None = None) -> Provenance:
        """What a channel says of a file that comes by it, and what its name says.

        An application names the `partner` that stands behind it with each document.
        """
        return (self.ways.get(channel) or self.ways.get(f"{channel}/{partner}", NOTHING_KNOWN)).of_file(file_name)

    def writing(self, agreement: Agreement) -> WritingTerms:
        """How documents are written under an agreement."""
        terms = agreement.writing or WritingTerms()
        timezone = self.partners[agreement.partner].timezone
        return replace(terms, timezone=timezone, guide=agreement.guide, layout=agreement.layout, schema=agreement.xml.schema)

    def agreement(
        self,
        partner: str,
        direction: Direction,
        family: Family,
        *,
        type: str,  # noqa: A002 - the standard's word
        version: str,
        document: str = "",
    ) -> Agreement | None:
        """The agreement about a document as it stands on the wire, or None. `document` names what we send.

        X12 with a sub-version (004010VICS) falls under the agreement about its version, XML in a version that is read as another
        (cXML 1.2.063 as cXML 1.2, UBL 2.3 as 2.1) under the one about its type.
        """
        exact = self.agreements.get((partner, direction, family, type, version, document))
        if exact is None and family is Family.X12:
            return self.agreements.get((partner, direction, family, type, version[:_X12_VERSION], document))
        if exact is not None or family is not Family.XML:
            return exact
        same = [key for key in self.agreements if (*key[:4], key[5]) == (partner, direction, family, type, document)]
        return self.agreements[same[0]] if len(same) == 1 else None

    def outgoing(self, partner: str, document: str) -> list[Agreement]:
        """The agreements under which a canonical document goes to a partner: one, where the configuration is unambiguous."""
        agreed = {
            agreement.id: agreement  # it stands under each of its versions
            for agreement in self.agreements.values()
            if agreement.partner == partner and agreement.direction is Direction.OUT and agreement.document == document
        }
        return list(agreed.values())

    def in_shadow(self, partner: str, agreements: Iterable[Agreement | None] = ()) -> bool:
        """Whether nothing that comes of an interchange is handed over: an agreement of it, or else its partner, is in shadow."""
        known = [agreement for agreement in agreements if agreement is not None]
        whole = partner in self.partners and self.partners[partner].shadow
        return any(whole if agreement.shadow is None else agreement.shadow for agreement in known) if known else whole

    def addresses(self, partner: Partner, family: Family) -> tuple[Identity, Identity] | None:
        """Sender and receiver of what we send to a partner: our identity that it writes to, and its own first one."""
        known = (partner.addressed_as or {}).get(family) or self.identities.get(family, ())
        theirs = partner.identities.get(family, ())
        return (known[0], theirs[0]) if known and theirs else None

    def duplicate_policy(self, partner: str, family: Family) -> DuplicatePolicy:
        """What becomes of a repeated interchange: the strictest of the partner's agreements."""
        return self.duplicates.get((partner, family), DuplicatePolicy.REJECT)

    def sequence(self, partner: str, family: Family) -> SequenceTerms:
        """What becomes of an interchange out of its order: the strictest of the partner's agreements."""
        return self.sequences.get((partner, family), SequenceTerms())

    def is_test(self, envelope: Envelope) -> bool:
        """Whether the interchange's documents are test documents: its flag says so, or its sender is on trial."""
        partner = self.partner_of(envelope)
        return envelope.test or (partner is not None and partner.test)

    def terms_for(self, envelope: Envelope, *, channel_partner: str | None = None) -> Terms:
        """How an interchange is judged. `channel_partner` is whose channel it came by: nobody sends in another's name."""
        partner = self.partner_of(envelope)
        findings = self._envelope_findings(envelope, partner, channel_partner)
        if partner is None:
            return Terms(findings=findings)
        terms = self.terms.get((partner.id, *syntax_of(envelope.family, envelope.version)), _NOTHING_AGREED)
        return replace(terms, findings=findings) if findings else terms

    def _envelope_findings(self, envelope: Envelope, partner: Partner | None, channel_partner: str | None) -> tuple[Finding, ...]:
        position = Position(envelope.offset)
        findings: list[Finding] = []
        sender, receiver = str(envelope.sender), str(envelope.receiver)
        if partner is None:
            message = self.elsewhere.get((envelope.family, envelope.sender)) or f"No partner has the identity {sender}."
            findings.append(found(Code.SENDER_UNKNOWN, message, position, actual=sender))
        elif channel_partner is not None and partner.id != channel_partner:
            message = f"{sender} is {partner.id}, but the interchange came by a channel of {channel_partner}."
            findings.append(found(Code.SENDER_UNKNOWN, message, position, actual=sender))
        if not self._addressed_to_us(envelope, partner):
            message = f"The interchange is addressed to {receiver}, which is not our identity."
            expected = ", ".join(sorted(map(str, self.identities.get(envelope.family, ()))))
            findings.append(found(Code.RECEIVER_UNKNOWN, message, position, expected=expected, actual=receiver))
        if envelope.test and (self.refuse_test or (partner is not None and partner.refuse_test)):
            findings.append(found(Code.TEST_NOT_SUPPORTED, "Test interchanges are refused here.", position))
        return tuple(findings)

    def _addressed_to_us(self, envelope: Envelope, partner: Partner | None) -> bool:
        if envelope.receiver not in self.identities.get(envelope.family, ()):
            return False
        return partner is None or (envelope.family, envelope.receiver, envelope.sender) in self.by_identity


_CXML = "cXML"
_X12_VERSION = 6
"""What of GS08 is the version; what follows is an industry's sub-version."""
_NOTHING_AGREED = Terms(default=DocumentTerms(agreed=False))


def syntax_of(family: Family, version: str) -> tuple[Family, str]:
    """The family, and cXML inside of XML: it has an envelope and an acknowledgement of its own."""
    return family, _CXML if family is Family.XML and version.startswith(_CXML) else ""


def _key(agreement: Agreement) -> _AgreementKey:
    document = agreement.document if agreement.direction is Direction.OUT else ""
    return (agreement.partner, agreement.direction, agreement.family, agreement.type, agreement.version, document)


def _addresses(
    partners: Iterable[Partner], own: Mapping[Family, tuple[Identity, ...]]
) -> tuple[dict[tuple[Family, Identity, Identity], str], dict[tuple[Family, Identity], str]]:
    """Partners by (family, our identity, theirs), and by theirs alone where it is unambiguous."""
    exact: dict[tuple[Family, Identity, Identity], str] = {}
    senders: dict[tuple[Family, Identity], str] = {}
    shared: set[tuple[Family, Identity]] = set()
    for partner in partners:
        for family, identities in partner.identities.items():
            ours = own.get(family, ())
            if partner.addressed_as is not None:
                ours = partner.addressed_as.get(family, ours)
            for identity in identities:
                if senders.setdefault((family, identity), partner.id) != partner.id:
                    shared.add((family, identity))
                for receiver in ours:
                    exact.setdefault((family, receiver, identity), partner.id)
    return exact, {key: partner for key, partner in senders.items() if key not in shared}


def _terms(partner: Partner, agreements: list[Agreement]) -> Terms:
    """One partner's terms in one family; where agreements differ about the envelope the strictest holds."""
    documents: dict[str, DocumentTerms] = {}
    for type_ in dict.fromkeys(agreement.type for agreement in agreements):
        of_type = [agreement for agreement in agreements if agreement.type == type_]
        whole = _document_terms(partner, of_type)
        apart = {version: replace(_document_terms(partner, [one]), versions=whole.versions) for version, one in _apart(of_type)}
        documents[type_] = replace(whole, by_version=apart)
    acknowledgement = next((a.acknowledgement for a in agreements if a.acknowledgement.functional), agreements[0].acknowledgement)
    return Terms(
        documents=documents,
        default=DocumentTerms(agreed=False, timezone=partner.timezone),
        severities=_of_envelope(agreements),
        acknowledgement=acknowledgement,
        writing=next((agreement.writing for agreement in agreements if agreement.writing is not None), WritingTerms()),
        **_largest(agreements),
    )


def _apart(agreements: list[Agreement]) -> Iterator[tuple[str, Agreement]]:
    """Which of several agreements about one type holds for a version: a later pair stands in the place of an earlier one."""
    if len(agreements) > 1:
        yield from ((version, one) for one in reversed(agreements) for version in one.other_versions)
        yield from ((one.version, one) for one in reversed(agreements))


def _document_terms(partner: Partner, agreements: list[Agreement]) -> DocumentTerms:
    """The terms of some agreements about one type; where they differ the strictest holds, and of what is given once the first."""
    return DocumentTerms(
        versions=frozenset(version for agreement in agreements for version in (agreement.version, *agreement.other_versions)),
        severities=strictest([agreement.severities for agreement in agreements]),
        timezone=partner.timezone,
        guide=next((agreement.guide for agreement in agreements if agreement.guide is not None), None),
        **_largest(agreements, ("max_findings",)),
        xml=next((agreement.xml for agreement in agreements if agreement.xml != XML_AS_USUAL), XML_AS_USUAL),
    )


def _of_envelope(agreements: list[Agreement]) -> Severities:
    """What findings weigh in what all documents share; what an agreement says of its own documents holds for no others."""
    every = [agreement.severities for agreement in agreements]
    return {
        code: severity
        for code, severity in strictest(every).items()
        if DEFINITIONS[code].level in ENVELOPE_LEVELS or all(code in severities for severities in every)
    }


def _largest(agreements: list[Agreement], names: tuple[str, ...] = ()) -> dict[str, Any]:
    """The limits that were agreed, the largest of each: what one document needs does no harm to others."""
    known = names or tuple(dict.fromkeys(name for agreement in agreements for name in agreement.limits))
    stated = {name: [agreement.limits[name] for agreement in agreements if name in agreement.limits] for name in known}
    return {name: max(values) for name, values in stated.items() if values}


def _strictest_policy(agreements: list[Agreement]) -> DuplicatePolicy:
    order = list(DuplicatePolicy)
    return min((agreement.duplicates for agreement in agreements), key=order.index)


def reply_channel(partner: Partner, arrived_by: Channel | None, channels: Iterable[Channel]) -> Channel | None:
    """Where acknowledgements go: the partner's `acknowledge_by`, else the way the interchange came, else the first that sends.

    None when no channel can send: the partner fetches them over HTTP.
    """
    own = [channel for channel in channels if channel.partner == partner.id and channel.sends]
    if partner.acknowledge_by is not None:
        return next((channel for channel in own if channel.id == partner.acknowledge_by), None)
    if arrived_by is not None and arrived_by.sends:
        return arrived_by
    return own[0] if own else None
