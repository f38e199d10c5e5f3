"""The format of routes.toml: every table, key, default and constraint, once.

Parsing, checking, the JSON schema for editors, the reference page and the hiding of secrets all come from these classes.
Field descriptions are what editors and the reference page show.
"""

from datetime import timedelta
from typing import Annotated, Literal
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pydantic import Field, SecretStr, field_validator, model_validator

from gateway.config.activation_model import ActivationTable
from gateway.config.agreed_format import PATTERN
from gateway.config.api_model import ApiTable
from gateway.config.applications.http import HttpApplicationTable
from gateway.config.applications.odoo_changes import ChangesTable
from gateway.config.applications.odoo_tables import OdooTablesTable
from gateway.config.centre_model import CentreTable
from gateway.config.channels import ChannelTable
from gateway.config.channels.as2 import As2OwnTable
from gateway.config.channels.http import NetworkText
from gateway.config.channels.http_client import HttpTlsTable, ServerTlsTable
from gateway.config.channels.mail import MailServerTable
from gateway.config.delivery_model import Breaker, Retry, ServiceTable, TargetTerms
from gateway.config.expectation_model import CalendarTable, Expectations
from gateway.config.fields import Id, written
from gateway.config.keeping_model import EncryptionTable, PartnerRetentionTable, RetentionTable
from gateway.config.mask_model import MaskText
from gateway.config.oidc_model import OidcTable
from gateway.config.owner_model import OwnerTable, Stage
from gateway.config.process_model import AuthorityTable, DeadlineTable, ProcessTable
from gateway.config.profile_model import ProfileTable
from gateway.config.quantities import Duration, Size
from gateway.config.region_model import RegionTable
from gateway.config.release_model import HoldTable, ReleaseTable, WarehouseTable
from gateway.config.room_model import RoomTable
from gateway.config.rule_model import RuleTable
from gateway.config.schedule_model import ReconciliationTable, ScheduleTable
from gateway.config.service_level_model import ExpectedTable, ServiceLevelTable, SilenceTable
from gateway.config.session_model import SessionsTable
from gateway.config.subscriber_model import SubscriberTable
from gateway.config.table import Secret, Table, Text
from gateway.config.tracing_model import TracingTable
from gateway.config.trigger_model import TriggerTable
from gateway.config.writing_model import WritingTable
from gateway.config.xml_model import LimitsTable, SchemaTable

Usage = Literal["production", "test"]
OneOrMore = str | list[str]


class Identities(Table):
    """Addresses on envelopes, by family. One, or a list of them."""

    x12: OneOrMore = Field(default=[], description='Qualifier and id of ISA05/06 or ISA07/08: "ZZ:NORDICDC".')
    edifact: OneOrMore = Field(default=[], description='Id and qualifier of UNB S002 or S003: "5790000000012:14".')
    xml: OneOrMore = Field(default=[], description='Scheme and id of an EndpointID, an SBDH or a cXML credential: "0088:579".')
    json_: OneOrMore = Field(
        default=[],
        alias="json",
        description='Scheme and id of who gave a canonical document its number: "gln:5790000000012". '
        "Not needed where the channel is the partner's own.",
    )
    as2: str | None = Field(default=None, pattern=r"^[ -~]{1,128}$", description='Name in AS2-From and AS2-To: "NORDIC-DC".')


class GatewayTable(Table):
    """This gateway."""

    id: Id
    environment: Literal["development", "test", "production"] = Field(
        default="development", description="Chooses environments/<environment>.toml. GATEWAY_ENVIRONMENT overrides it."
    )
    owner: Id = Field(description="Owner of what belongs to no partner.")
    stage_owners: dict[Stage, Id] = Field(
        default={}, description='Owners of what belongs to no partner, by stage: { deliver = "it", receive = "operations" }.'
    )
    mail_server: MailServerTable | None = Field(
        default=None, description="Where mails to owners are handed to; without it none are sent."
    )
    identities: Identities = Field(description="The addresses under which partners write to us.")
    test_interchanges: Literal["accept", "refuse"] = Field(
        default="accept", description="Interchanges marked as tests (ISA15 = T, UNB 0035 = 1): accept and mark, or refuse."
    )
    data: Text = Field(default="var", description="Folder for what the gateway keeps, relative to this file.")
    layouts: Text = Field(default="layouts", description="Folder of the layouts of flat files, NAME.toml, relative to this file.")
    listen: str = Field(default="127.0.0.1:8080", pattern=r"^.*:\d+$", description="Address and port of the HTTP server.")
    database_url: Secret = Field(default=SecretStr(""), description="PostgreSQL. Empty: a private one in the data folder.")
    database_read_url: Secret = Field(
        default=SecretStr(""),
        description="A replica of it for what reads long: charts, exports, search in bodies. Empty: the database itself.",
    )
    amqp_urls: Secret = Field(default=SecretStr(""), description="RabbitMQ servers, joined by commas. Empty: in this process.")
    virtual_host: str | None = Field(default=None, description="Virtual host on RabbitMQ; default: the one in the address.")
    max_transmission: Size = written("64MiB", "Largest transmission that is taken; it is held in memory while it is read.")
    max_waiting: int = Field(
        default=20_000, ge=1, description="Transmissions that may wait for translation; above it, posts are answered with 503."
    )
    stop_within: Duration = written(
        "20s", "Time to finish or give back what is under way when the gateway is told to stop.", gt=timedelta()
    )
    activation: ActivationTable = Field(
        default_factory=ActivationTable, description="How a configuration comes into force: by files, or by what was activated."
    )
    api: ApiTable = Field(default_factory=ApiTable, description="What people and programs may ask of the API.")
    sessions: SessionsTable = Field(default_factory=SessionsTable, description="How long people stay signed in.")
    oidc: OidcTable | None = Field(default=None, description="An identity provider at which people sign in; default: none.")
    room: RoomTable = Field(default_factory=RoomTable, description="How much room there must be for more to be taken.")
    tracing: TracingTable = Field(default_factory=TracingTable, description="Where spans of the work go, for OpenTelemetry.")
    trusted_proxies: list[NetworkText] = Field(
        default=[], description="Networks of our own proxies: only what they say of a caller (X-Forwarded-For) is believed."
    )
    certificate_header: Text | None = Field(
        default=None,
        description='Header in which they hand on client certificates: "Client-Cert" (RFC 9440), or URL-encoded PEM.',
    )
    second_person: bool = Field(
        default=False,
        description="Whether corrected messages are processed only after somebody else than their author confirmed.",
    )
    mask: list[MaskText] = Field(
        default=[],
        description=(
            "Values that views and downloads of what documents hold show as •••, to everybody: members of canonical documents "
            '("*.contacts.*", "payments.account") and elements of segments ("N1-02", "NAD.3036").'
        ),
    )
    tls: ServerTlsTable | None = Field(default=None)
    centre: CentreTable | None = Field(default=None, description="This gateway is a site: the centre reads what it takes in.")
    as2: As2OwnTable = Field(default_factory=As2OwnTable, description="What is ours in AS2.")
    retention: RetentionTable | None = Field(default=None, description="How long things are kept; default: for ever.")
    encryption: EncryptionTable | None = Field(default=None, description="Encryption at rest; default: none.")


class OdooTable(TargetTerms):
    """An Odoo database (17, 18 or 19) that sale orders are made in."""

    id: Id
    type: Literal["odoo"]
    usage: Usage | None = Field(
        default=None,
        description="Default: production in the production environment, else test. "
        "Test documents reach only test applications, unless a route says so.",
    )
    url: str = Field(pattern=r"^https?://[^/\s]+.*$", description="Address of the server, without /odoo or /web.")
    database: Text = Field(default="odoo", description="Name of the database.")
    login: Text = Field(default="gateway", description="The service user.")
    api_key: Secret = Field(description="API key of the service user, by reference.")
    protocol: Literal["json-rpc", "json-2"] = Field(
        default="json-rpc", description="How it is spoken to. json-2: Odoo 19 and later, with an API key; Odoo 20 knows no other."
    )
    gln_field: Text | None = Field(
        default=None, description="Field of partners that holds their GLN; default: Odoo's own, where there is one."
    )
    tables: OdooTablesTable = Field(
        default_factory=OdooTablesTable, description="Partners' words and what they are in Odoo: products, units, carriers …"
    )
    remember: Duration = written("5m", "For how long its answers about master data are believed.")
    timeout: Duration = written("30s", "Patience with one call.")
    max_batch: int = Field(default=20, ge=1, le=20, description="Orders in one call.")
    breaker: Breaker = Field(default_factory=Breaker)
    owner: Id | None = Field(default=None, description="Who answers when it is unavailable; default: the gateway's owner.")
    changes: ChangesTable | None = Field(default=None, description="What happens there by itself; default: it is not watched.")
    tls: HttpTlsTable | None = Field(default=None)


ApplicationTable = Annotated[OdooTable | HttpApplicationTable, Field(discriminator="type")]
"""A system behind the gateway."""


class PartnerTable(Table):
    """A trading partner."""

    id: Id
    name: str | None = Field(default=None, description="Name for people; default: the id.")
    owner: Id = Field(description="Whose failures these are.")
    region: Id | None = Field(
        default=None, description="The [[region]] in whose database alone its documents are; default: the gateway's own."
    )
    identities: Identities = Field(description="The partner's addresses on envelopes.")
    addressed_as: Identities | None = Field(default=None, description="Which of our identities it writes to; default: all.")
    profile: Id | None = Field(default=None, description="The [[profile]] it extends; what is written here goes before it.")
    without: list[Text] = Field(
        default=[], description="Agreements, routes and tables of the profile that it has not, by their ids."
    )
    timezone: str = Field(default="UTC", description="Zone of dates and times it sends without one.")
    usage: Usage | None = Field(
        default=None, description='"test": on trial, all its documents are test documents. "production": live.'
    )
    test_interchanges: Literal["accept", "refuse"] | None = Field(default=None, description="Default: as [gateway] says.")
    acknowledge_by: Id | None = Field(
        default=None,
        description="Channel for acknowledgements; default: the way the interchange came, else the first that can send.",
    )
    shadow: bool = Field(
        default=False,
        description="Another gateway still serves this partner: all is decided, written and kept here, and nothing is sent.",
    )
    retention: PartnerRetentionTable | None = Field(
        default=None,
        description="How long what is this partner's is kept; what is not named here is as [gateway.retention] says.",
    )

    @field_validator("timezone")
    @classmethod
    def _known_zone(cls, value: str) -> str:
        try:
            ZoneInfo(value)
        except (ZoneInfoNotFoundError, ValueError):
            raise ValueError(f'"{value}" is no time zone: write one like "Europe/Copenhagen"') from None
        return value


Option = str | int | float | bool


class GuideTable(Table):
    """What the partner asks for beyond the standard. Places are written as "REF+DP.02" or "PIA+5[C212.7143='IN'].C212.7140"."""

    name: Text = Field(description="How findings name the guide.")
    map: dict[str, str] = Field(default={}, description="Members of the canonical document that stand elsewhere: path = place.")
    mandatory: list[str] = Field(default=[], description="Places that must be filled.")
    codes: dict[str, list[str]] = Field(default={}, description="Codes that are allowed at a place, and no others.")


class AgreementTable(Table):
    """What was agreed with a partner about one document."""

    id: Id
    partner: Id
    profile: Id | None = Field(default=None, description="Set where a partner extends one: the [[profile]] that it comes from.")
    direction: Literal["in", "out"] = Field(description="in: the partner sends it; out: we do.")
    document: Text = Field(description='Canonical name of the document, as "purchase_order".')
    format: str = Field(
        pattern=PATTERN,
        description='Family, version and type: "x12/004010/850", "edifact/D.96A/ORDERS", "xml/UBL-2.1/Order". '
        'Canonical JSON has one version, "json/purchase_order"; flat files have a layout, "flat/NAME/purchase_order"; '
        'EDIFACT objects have the version of the syntax, "edifact/4/UNO".',
    )
    other_versions: list[Text] = Field(
        default=[],
        description='In: what the partner writes instead of the version and means the same: "0.96A", "S.93A", "003060".',
    )
    channel: Id | None = Field(
        default=None,
        description="Out: the channel it leaves by. In, of flat files: the one it comes by; default: all of the partner's.",
    )
    files: Text | None = Field(
        default=None,
        description='In, of flat files: a pattern of their names, as "orders*.csv": needed where several layouts come by one '
        "channel and the first line does not tell them apart.",
    )
    acknowledge: list[Literal["997", "999", "CONTRL", "TA1", "cXML", "ApplicationResponse"]] = Field(
        default=[],
        description="Acknowledgements we owe. TA1 in the list: for every interchange, not only when ISA14 asks. "
        "cXML is the Response to cXML requests, ApplicationResponse answers UBL and CII.",
    )
    technical: Literal["never", "asked", "always", "error"] | None = Field(
        default=None, description="When a TA1, or a CONTRL that only says received, is due; default: when the envelope asks."
    )
    list_accepted: bool = Field(default=False, description="Name accepted sets and messages in acknowledgements, too.")
    note_errors: bool = Field(default=False, description="Answer tolerated deviations with E (accepted, errors noted).")
    strictness: dict[str, Literal["error", "warn", "info", "off"]] = Field(
        default={}, description="Weight of groups of checks (code_lists, charset, envelope_counts, structure …) or single codes."
    )
    acknowledgement_version: Text | None = Field(
        default=None,
        description='Version of the acknowledgement: "005010" of a 997, "4:1:UN" of a CONTRL; default: by what it answers.',
    )
    writing: WritingTable | None = Field(default=None, description="How we write for the partner.")
    guide: GuideTable | None = Field(default=None, description="The partner's guide: it is checked like the standard.")
    schema_: SchemaTable | None = Field(
        default=None, alias="schema", description="XML: a schema of yours, by which documents are judged beside our own tables."
    )
    limits: LimitsTable | None = Field(default=None, description="How large documents may be.")
    duplicates: Literal["reject", "ignore", "accept"] = Field(
        default="reject",
        description="A control number used before. reject: refuse it; ignore: answer as the first time; accept: process again.",
    )
    out_of_sequence: Literal["accept", "flag", "hold", "reject"] = Field(
        default="accept",
        description="Interchanges whose control number is not the next one. flag: process them and tell their owner what is "
        "missing; hold: let them wait until the missing ones have come, or `sequence_wait` is over; reject: refuse them.",
    )
    sequence_wait: Duration = written("1h", "For how long an interchange that came too early is held.")
    unroutable: Literal["accept", "reject"] = Field(
        default="accept",
        description="What the acknowledgement says of a valid document that no route takes: accept, and its owner finds a route; "
        "or reject.",
    )
    shadow: bool | None = Field(
        default=None,
        description="Another gateway still does this (true), or no longer (false): cut-over of one agreement after the other. "
        "Default: as the partner says.",
    )
    options: dict[str, Option] = Field(default={}, description="Passed on to the application with every delivery.")
    retry: Retry | None = Field(
        default=None,
        description="When failed deliveries of its documents are repeated; default: as the application or the channel says.",
    )
    expect: Expectations | None = Field(
        default=None,
        description='Out: what the partner owes us for it: { ack = "997", within = "24h" }, or a list of such, '
        "[] for nothing. In: what it owes us for our acknowledgements.",
    )


class CodeTableTable(Table):
    """A table of codes: a CSV file with a header and two columns, their code and ours."""

    id: Id
    file: Text = Field(description="The CSV file, relative to routes.toml.")
    profile: Id | None = Field(default=None, description="Set where a partner extends one: the [[profile]] that it comes from.")


class DeliverTable(Table):
    """One target of a route."""

    to: Id = Field(description="Application.")
    action: Text = Field(alias="as", description='What to make of it there: "sale_order", "picking" …')
    after: Id | None = Field(default=None, description="Target of this route that must have been delivered before.")
    sequence: Text | None = Field(default=None, description="Path of the value whose documents keep their order at the target.")
    sequence_wait: Duration = written(
        "10m", "For how long they wait for earlier transmissions of the partner that are not read yet, to keep their order."
    )
    fallback: Id | None = Field(
        default=None,
        description="Application that takes deliveries that are dead or wait for too long; never those that may have been made.",
    )
    fallback_after: Duration = written("1h", "For how long the first application may be held or unavailable.")
    options: dict[str, Option] = Field(default={}, description="Passed on to the application; goes before the agreement's.")


class RouteTable(Table):
    """Which documents go where. The first route that matches takes the document."""

    id: Id
    document: Text | None = Field(default=None, description="Canonical document; default: any.")
    partner: Id | None = Field(default=None, description="Default: any.")
    profile: Id | None = Field(default=None, description="Set where a partner extends one: the [[profile]] that it comes from.")
    agreement: Id | None = Field(default=None, description="Default: any.")
    direction: Literal["in", "out"] = Field(
        default="in",
        description="in: what partners send; out: what goes to partners, changed by the rules before it is written.",
    )
    test: bool | None = Field(
        default=None,
        description="Only test documents, or only others; default: both, but test documents never to production applications.",
    )
    when: Text | None = Field(default=None, description="Condition in CEL over document (also: order), partner and message.")
    owner: Id | None = Field(default=None, description="Whose failures of its documents are; default: the partner's owner.")
    rules: list[RuleTable] = Field(default=[], description="Changes to the document, in this order.")
    deliver: list[DeliverTable] = Field(default=[], description="Targets; a route for what goes out may do without.")
    service: Literal["realtime", "frequent", "batch"] = Field(
        default="realtime", description="Which deliveries go first, and when: see [[service]]."
    )

    @model_validator(mode="after")
    def _leads_somewhere(self) -> "RouteTable":
        if not self.deliver and (self.direction == "in" or not self.rules):
            raise ValueError("a route delivers somewhere; only one for what goes out may have nothing but rules")
        return self


class Configuration(Table):
    """The whole of routes.toml."""

    include: list[Text] = Field(default=[], description='More files, by patterns relative to this one: "partners/*.toml".')
    gateway: GatewayTable
    owner: list[OwnerTable] = Field(default=[])
    region: list[RegionTable] = Field(default=[])
    application: list[ApplicationTable] = Field(default=[])
    profile: list[ProfileTable] = Field(default=[])
    partner: list[PartnerTable] = Field(default=[])
    channel: list[ChannelTable] = Field(default=[])
    agreement: list[AgreementTable] = Field(default=[])
    calendar: list[CalendarTable] = Field(default=[])
    service: list[ServiceTable] = Field(default=[])
    table: list[CodeTableTable] = Field(default=[])
    reconciliation: list[ReconciliationTable] = Field(default=[])
    schedule: list[ScheduleTable] = Field(default=[])
    route: list[RouteTable] = Field(default=[])
    process: ProcessTable = Field(default_factory=ProcessTable)
    authority: AuthorityTable = Field(default_factory=AuthorityTable)
    deadline: list[DeadlineTable] = Field(default=[])
    service_level: list[ServiceLevelTable] = Field(default=[])
    silence: SilenceTable = Field(
        default_factory=SilenceTable, description="What is done when nothing comes from those who normally send."
    )
    expected_traffic: list[ExpectedTable] = Field(default=[])
    release: ReleaseTable | None = Field(default=None, description="The gate before warehouses; default: there is none.")
    warehouse: list[WarehouseTable] = Field(default=[])
    hold: list[HoldTable] = Field(default=[])
    trigger: list[TriggerTable] = Field(default=[])
    subscriber: list[SubscriberTable] = Field(default=[])
