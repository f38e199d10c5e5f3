"""A configuration ready for use: immutable, indexed, with its digest. A reload builds another one and swaps the reference."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path

from gateway.domain.activation import ActivationTerms
from gateway.domain.agreement import Agreement, Direction, Partner, Partnerships, reply_channel
from gateway.domain.allowance import Allowed
from gateway.domain.application import Application
from gateway.domain.calendar import Calendar
from gateway.domain.centre import CentreTerms
from gateway.domain.channel import Channel
from gateway.domain.document_path import Json
from gateway.domain.encryption import EncryptionTerms
from gateway.domain.http_terms import ServerTls
from gateway.domain.mail_terms import SmtpOptions
from gateway.domain.masks import Masks
from gateway.domain.order.terms import ProcessTerms
from gateway.domain.owner import Owner, Ownership
from gateway.domain.reconciliation import Agreed
from gateway.domain.region import OWN, Elsewhere, Region
from gateway.domain.release.terms import ReleaseTerms
from gateway.domain.retention import Retention
from gateway.domain.room import Room
from gateway.domain.route import Context, Decision, Route, decide
from gateway.domain.rule import CodeTable
from gateway.domain.schedule import Schedule
from gateway.domain.service import Services
from gateway.domain.service_level import ServiceLevel
from gateway.domain.sign_in import SessionTerms
from gateway.domain.silence import SilenceTerms
from gateway.domain.single_sign_on import OidcTerms
from gateway.domain.subscriber import Subscriber
from gateway.domain.tracing_terms import TracingTerms
from translators.contract import Document, Envelope, Family, Terms, TermsFor


@dataclass(frozen=True, slots=True)
class GatewaySettings:
    """What [gateway] says. `database_url` is empty for the private database, `amqp_urls` for the broker in this process;
    `database_read_url` where there is no replica. `api` is what each account may ask of the API.
    """

    id: str
    environment: str
    owner: str
    data: Path
    host: str
    port: int
    max_transmission: int
    max_waiting: int
    virtual_host: str | None
    database_url: str = field(repr=False)
    amqp_urls: tuple[str, ...] = field(repr=False)
    trusted_proxies: tuple[str, ...] = ()
    certificate_header: str | None = None
    tls: ServerTls | None = None
    room: Room = field(default_factory=Room)
    tracing: TracingTerms = field(default_factory=TracingTerms)
    activation: ActivationTerms = field(default_factory=ActivationTerms)
    api: Allowed = field(default_factory=Allowed)
    sessions: SessionTerms = field(default_factory=SessionTerms)
    oidc: OidcTerms | None = None
    database_read_url: str = field(default="", repr=False)
    stop_within: timedelta = timedelta(seconds=20)
    second_person: bool = False
    masks: Masks = field(default_factory=Masks)
    mail_server: SmtpOptions | None = None
    centre: CentreTerms | None = None


@dataclass(frozen=True, slots=True)
class Snapshot:
    """The configuration of a region, where there are regions, else the whole, as domain objects. `digest` names it: in one region
    the same digest decides the same way.
    """

    digest: str
    gateway: GatewaySettings
    owners: Mapping[str, Owner]
    ownership: Ownership
    applications: Mapping[str, Application]
    channels: Mapping[str, Channel]
    tables: Mapping[str, CodeTable]
    agreements: tuple[Agreement, ...]
    partnerships: Partnerships
    routes: tuple[Route, ...]
    calendars: Mapping[str, Calendar] = field(default_factory=dict)
    services: Services = field(default_factory=Services)
    retention: Retention = field(default_factory=Retention)
    encryption: EncryptionTerms | None = None
    reconciliations: tuple[Agreed, ...] = ()
    schedules: tuple[Schedule, ...] = ()
    process: ProcessTerms = field(default_factory=ProcessTerms)
    release: ReleaseTerms = field(default_factory=ReleaseTerms)
    subscribers: Mapping[str, Subscriber] = field(default_factory=dict)
    service_levels: tuple[ServiceLevel, ...] = ()
    silence: SilenceTerms = field(default_factory=SilenceTerms)
    region: Region = OWN
    elsewhere: Elsewhere = field(default_factory=Elsewhere)

    @property
    def gateway_id(self) -> str:
        """This gateway's name, the source of its messages."""
        return self.gateway.id

    @property
    def partners(self) -> Mapping[str, Partner]:
        """The partners by id."""
        return self.partnerships.partners

    def partner_of(self, envelope: Envelope) -> Partner | None:
        """Who sent an interchange."""
        return self.partnerships.partner_of(envelope)

    def terms_for(self, envelope: Envelope) -> Terms:
        """How an interchange is judged that came by a channel of nobody in particular."""
        return self.partnerships.terms_for(envelope)

    def terms_by(self, channel: str | None) -> TermsFor:
        """The same for interchanges that came by a channel: nobody sends by it in another's name."""
        known = self.channels.get(channel) if channel is not None else None
        partner = known.partner if known is not None else None

        def terms(envelope: Envelope) -> Terms:
            return self.partnerships.terms_for(envelope, channel_partner=partner)

        return terms

    def agreement_for(self, partner: str, family: Family, document: Document) -> Agreement | None:
        """The agreement a received document falls under."""
        return self.partnerships.agreement(partner, Direction.IN, family, type=document.type, version=document.version)

    def reply_channel(self, partner: str, arrived_by: str | None) -> Channel | None:
        """Where acknowledgements for a partner go; None when it fetches them."""
        arrived = self.channels.get(arrived_by) if arrived_by is not None else None
        return reply_channel(self.partners[partner], arrived, self.channels.values())

    @property
    def default_owner(self) -> str:
        """Who owns what is nobody else's."""
        return self.gateway.owner

    def owner_of(self, partner: str | None, *, stage: str = "", route: str | None = None, target: str | None = None) -> str:
        """Who owns a failure: by its route, its partner, the target it is about (whose owner is given), or its stage."""
        return self.ownership.owner_of(partner, stage=stage, route=route, target=target)

    def context(
        self,
        *,
        document: str,
        partner: str | None,
        agreement: str | None,
        test: bool,
        message: Mapping[str, Json],
        direction: Direction = Direction.IN,
    ) -> Context:
        """The context in which a document is routed. `message` holds variables of conditions (`message.channel` …)."""
        known = self.partners.get(partner) if partner is not None else None
        variables = {"id": known.id, "name": known.name, "owner": known.owner, "test": known.test} if known else {}
        extended = {**message, "test": test, "direction": direction.value, "agreement": agreement}
        return Context(
            document,
            partner,
            self.owner_of(partner, stage="route"),
            agreement=agreement,
            direction=direction.value,
            test=test,
            partner=variables,
            message=extended,
        )

    def decide(self, document: Mapping[str, Json], context: Context) -> Decision:
        """Route a canonical document in its JSON form."""
        return decide(self.routes, document, context)
