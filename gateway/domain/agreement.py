"""Partners, their channels, and what was agreed about each document; from these, the terms interchanges are judged by."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import tzinfo
from enum import StrEnum
from zoneinfo import ZoneInfo

from gateway.domain.strictness import Severities, strictest
from translators.contract import AcknowledgementTerms, DocumentTerms, Envelope, Family, Guide, Identity, Terms
from translators.finding import Code, Finding, found
from translators.position import Position


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


@dataclass(frozen=True, slots=True)
class FolderOptions:
    """A pair of folders. `inbox` is read, `outbox` written; one of them may be None. Times in seconds.

    Names matching `pattern` are read, those matching one of `ignore` never (temporary names); a file is complete when its size
    and time have not changed for `settle`.
    """

    inbox: str | None
    outbox: str | None
    pattern: str = "*"
    ignore: tuple[str, ...] = ("*.tmp", "*.part", ".*")
    settle: float = 1.0
    poll: float = 5.0


@dataclass(frozen=True, slots=True)
class HttpOptions:
    """Interchanges posted to us. `token_hashes` are those of `gateway.domain.token.hash_token`; several overlap in a change."""

    token_hashes: tuple[str, ...] = field(repr=False)
    max_bytes: int = 64 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class Channel:
    """A way to and from a partner. Without a partner (a shared mailbox) the envelope alone says who sent."""

    id: str
    type: str
    partner: str | None
    options: FolderOptions | HttpOptions

    @property
    def sends(self) -> bool:
        """Whether interchanges can be handed to the partner this way."""
        return isinstance(self.options, FolderOptions) and self.options.outbox is not None

    @property
    def receives(self) -> bool:
        """Whether interchanges come in this way."""
        return isinstance(self.options, HttpOptions) or self.options.inbox is not None


@dataclass(frozen=True, slots=True)
class Agreement:
    """What was agreed about one document with one partner.

    `type` and `version` are as on the wire (`850`, `004010`; `ORDERS`, `D.96A`), `document` is the canonical name.
    `options` go with every delivery of it (what an application may do for this partner).
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
    duplicates: DuplicatePolicy = DuplicatePolicy.REJECT
    options: Mapping[str, object] = field(default_factory=dict)


_AgreementKey = tuple[str, Direction, Family, str, str]


@dataclass(frozen=True, slots=True)
class Partnerships:
    """All partners and agreements under indexes, and the terms of each partner made ready. Built once per configuration."""

    identities: Mapping[Family, frozenset[Identity]]
    refuse_test: bool
    partners: Mapping[str, Partner]
    by_identity: Mapping[tuple[Family, Identity, Identity], str]
    by_sender: Mapping[tuple[Family, Identity], str]
    agreements: Mapping[_AgreementKey, Agreement]
    terms: Mapping[tuple[str, Family], Terms]
    duplicates: Mapping[tuple[str, Family], DuplicatePolicy]

    @classmethod
    def build(
        cls,
        partners: Iterable[Partner],
        agreements: Iterable[Agreement],
        *,
        identities: Mapping[Family, Iterable[Identity]],
        refuse_test: bool = False,
    ) -> "Partnerships":
        """Index partners and agreements. The first of two that claim the same place keeps it (`check` refuses such)."""
        own = {family: frozenset(named) for family, named in identities.items()}
        known = {partner.id: partner for partner in partners}
        agreed = list(agreements)
        addresses, senders = _addresses(known.values(), own)
        by_key: dict[_AgreementKey, Agreement] = {}
        for agreement in agreed:
            by_key.setdefault(_key(agreement), agreement)
        inbound: dict[tuple[str, Family], list[Agreement]] = {}
        for agreement in agreed:
            if agreement.direction is Direction.IN:
                inbound.setdefault((agreement.partner, agreement.family), []).append(agreement)
        terms = {key: _terms(known[key[0]], group) for key, group in inbound.items() if key[0] in known}
        policies = {key: _strictest_policy(group) for key, group in inbound.items()}
        return cls(own, refuse_test, known, addresses, senders, by_key, terms, policies)

    def partner_of(self, envelope: Envelope) -> Partner | None:
        """Who sent an interchange; known also when it is addressed to an identity that is not ours."""
        exact = self.by_identity.get((envelope.family, envelope.receiver, envelope.sender))
        partner = exact or self.by_sender.get((envelope.family, envelope.sender))
        return self.partners[partner] if partner else None

    def agreement(self, partner: str, direction: Direction, family: Family, *, type: str, version: str) -> Agreement | None:  # noqa: A002 - the standard's word
        """The agreement about a document as it stands on the wire, or None."""
        return self.agreements.get((partner, direction, family, type, version))

    def duplicate_policy(self, partner: str, family: Family) -> DuplicatePolicy:
        """What becomes of a repeated interchange: the strictest of the partner's agreements."""
        return self.duplicates.get((partner, family), DuplicatePolicy.REJECT)

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
        terms = self.terms.get((partner.id, envelope.family), _NOTHING_AGREED)
        return replace(terms, findings=findings) if findings else terms

    def _envelope_findings(self, envelope: Envelope, partner: Partner | None, channel_partner: str | None) -> tuple[Finding, ...]:
        position = Position(envelope.offset)
        findings: list[Finding] = []
        sender, receiver = str(envelope.sender), str(envelope.receiver)
        if partner is None:
            message = f"No partner has the identity {sender}."
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


_NOTHING_AGREED = Terms(default=DocumentTerms(agreed=False))


def _key(agreement: Agreement) -> _AgreementKey:
    return (agreement.partner, agreement.direction, agreement.family, agreement.type, agreement.version)


def _addresses(
    partners: Iterable[Partner], own: Mapping[Family, frozenset[Identity]]
) -> tuple[dict[tuple[Family, Identity, Identity], str], dict[tuple[Family, Identity], str]]:
    """Partners by (family, our identity, theirs), and by theirs alone where it is unambiguous."""
    exact: dict[tuple[Family, Identity, Identity], str] = {}
    senders: dict[tuple[Family, Identity], str] = {}
    shared: set[tuple[Family, Identity]] = set()
    for partner in partners:
        for family, identities in partner.identities.items():
            ours = own.get(family, frozenset())
            if partner.addressed_as is not None:
                ours = frozenset(partner.addressed_as.get(family, ours))
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
        documents[type_] = DocumentTerms(
            versions=frozenset(agreement.version for agreement in of_type),
            severities=strictest([agreement.severities for agreement in of_type]),
            timezone=partner.timezone,
            guide=next((agreement.guide for agreement in of_type if agreement.guide is not None), None),
        )
    acknowledgement = next((a.acknowledgement for a in agreements if a.acknowledgement.functional), agreements[0].acknowledgement)
    return Terms(
        documents=documents,
        default=DocumentTerms(agreed=False, timezone=partner.timezone),
        severities=strictest([agreement.severities for agreement in agreements]),
        acknowledgement=acknowledgement,
    )


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
