"""Partners: what was agreed, the ways to them, their certificates, how it stands with each; holding them, and trying the ways."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from pathlib import PurePosixPath
from typing import Annotated, Any, Final, Literal

from pydantic import AwareDatetime, Field, StringConstraints

from gateway.api.fields import Content, Name, Reason, Remark
from gateway.api.operation import Asked, File, Operation, Page, Told
from gateway.api.operations.configuration import ActivationWhole
from gateway.bootstrap.certificates import Wish, certificate_file, examine_certificate, roll_over_certificate
from gateway.bootstrap.office import Office
from gateway.bootstrap.partner_test import probe_partner
from gateway.bootstrap.partners import partner, partners
from gateway.bootstrap.targets import hold_deliveries, release_deliveries
from gateway.domain.access import Caller, Right
from gateway.domain.partner_health import Health
from gateway.errors import Absent, ActionRefused


class PartnersAsked(Asked):
    """All partners: there are as many as routes.toml names."""


class PartnerAsked(Asked):
    """One partner, by its id in routes.toml."""

    partner: Name


class Partner(Told):
    """How it stands with a partner. `health` is the worst of the `reasons`: held, unavailable, failures, overdue, rejected,
    certificates. What came and went last is known for 90 days; interchanges are counted for a day and a week. `waiting` are its
    deliveries that are not made yet; `certificate_ends` is when the first certificate ends that nothing takes over from.
    `region` is the one in whose database alone its documents are, if it has one.
    """

    id: str
    name: str
    owner: str
    region: str | None
    timezone: str
    test: bool
    identities: dict[str, tuple[str, ...]]
    health: Health
    reasons: tuple[str, ...]
    last_received: datetime | None
    last_sent: datetime | None
    received_day: int
    received_week: int
    sent_day: int
    sent_week: int
    failures: int
    overdue: int
    rejected: int
    waiting: int
    certificate_ends: datetime | None
    held_by: str | None
    held_because: str | None
    held_since: datetime | None


class Expected(Told):
    """What the partner owes us for a document, and when."""

    kind: str
    within_seconds: float
    calendar: str | None


class Agreement(Told):
    """What was agreed about a document. `format` is family/version/type as on the wire, `acknowledge` what is owed for it."""

    id: str
    direction: Literal["in", "out"]
    document: str
    format: str
    channel: str | None
    acknowledge: tuple[str, ...]
    duplicates: str
    expects: tuple[Expected, ...]


class PartnerChannel(Told):
    """A way to or from a partner. `places` are servers or folders, without anything that lets somebody in."""

    id: str
    type: str
    receives: bool
    sends: bool
    places: tuple[str, ...]
    breaker: str | None
    waiting: int
    dead: int
    held_by: str | None


class Described(Told):
    """What a certificate says of itself. `fingerprint` is its SHA-256."""

    subject: str
    issuer: str
    serial: str
    key: str
    fingerprint: str
    not_before: datetime
    not_after: datetime


class Certificate(Described):
    """A certificate that a channel uses. `standing`: the current one encrypts or signs, what comes by an accepted one is taken.
    `ends_soon`: in 30 days, or before now, and none takes over from it; `mark`: it ends in so many days (60, 30, 7), 0: it ended.
    """

    channel: str
    name: str
    ours: bool
    use_from: datetime | None
    use_until: datetime | None
    standing: Literal["current", "accepted", "next", "past"]
    in_use: bool
    mark: int | None
    has_successor: bool
    ends_soon: bool


class CertificateAsked(PartnerAsked):
    """A certificate of a partner's channel, by its SHA-256."""

    fingerprint: Annotated[str, StringConstraints(pattern=r"^[0-9A-Fa-f]{64}$")]


class NewCertificate(PartnerAsked):
    """A certificate as the partner sent it (PEM or DER), or, with `ours`, one of ours. `use_from` is the agreed day of the
    change, by default as soon as it is valid; the one before is accepted for so many days more.
    """

    certificate: Annotated[Content, Field(description="The file's bytes, in Base64.")]
    channel: Name | None = None
    ours: bool = False
    use_from: AwareDatetime | None = None
    overlap_days: Annotated[int, Field(ge=0, le=365)] = 14


class CertificateToTakeOver(NewCertificate):
    """The same, and why."""

    reason: Reason


class CertificateConcern(Told):
    """Something to know before it is used. With an error it would not work."""

    code: str
    severity: Literal["error", "warning", "info"]
    text: str
    remedy: str


class CertificateExamined(Described):
    """What a certificate is, and what is to be done so that it takes over: put `pem` into `file`, and `lines` into routes.toml.

    `current` is the one that it takes over from, `overlap_until` the end of the time in which both are accepted; `tell` are the
    partners who must know (a key of ours; whether they were told is not known). `in_file`: so many certificates were given, this
    is the first. `sha1` is for comparing with somebody who reads that out.
    """

    channel: str
    ours: bool
    sha1: str
    self_signed: bool
    usages: tuple[str, ...] | None
    in_file: int
    current: Certificate | None
    concerns: tuple[CertificateConcern, ...]
    use_from: datetime
    overlap_until: datetime | None
    file: str
    pem: str
    lines: str
    tell: tuple[str, ...]


class PartnerPage(Partner):
    """A partner with all that was agreed."""

    agreements: tuple[Agreement, ...]
    channels: tuple[PartnerChannel, ...]
    certificates: tuple[Certificate, ...]


class HeldPartner(PartnerAsked):
    """A partner of whom nothing more is delivered."""

    reason: Reason


class ReleasedPartner(PartnerAsked):
    """A partner whose deliveries go on."""

    reason: Remark = ""


class PartnerToTry(PartnerAsked):
    """A partner whose channels are tried. `message`: an AS2 partner gets a message that says it is a test, and is to answer."""

    message: bool = False


class Step(Told):
    """One step of a test: what was tried, how it went, what was found, what to do."""

    name: str
    state: Literal["ok", "warn", "fail"]
    found: str
    remedy: str


class PartnerTried(Told):
    """What the test of a partner found; what comes after a failed step of a channel was not tried."""

    passed: bool
    steps: tuple[Step, ...]


_OURS: Final[Mapping[str, Any]] = {
    "owner": "", "health": Health.OK, "reasons": (), "failures": 0, "held_by": None, "held_because": None, "held_since": None,
    "waiting": 0,
}  # fmt: skip
"""What of a page is ours alone."""


async def _list(office: Office, _caller: Caller, _asked: PartnersAsked) -> Page:
    return Page([Partner.model_validate(one) for one in await partners(office)])


async def _show(office: Office, caller: Caller, asked: PartnerAsked) -> PartnerPage:
    if not caller.sees(asked.partner):
        raise Absent(f'There is no partner "{asked.partner}".', remedy=f"Yours is {caller.partner}.")
    page = PartnerPage.model_validate(await partner(office, asked.partner))
    if caller.partner is None:
        return page
    channels = tuple(
        one.model_copy(update={"places": (), "breaker": None, "waiting": 0, "dead": 0, "held_by": None}) for one in page.channels
    )
    return page.model_copy(update={**_OURS, "channels": channels})


async def _hold(office: Office, caller: Caller, asked: HeldPartner) -> PartnerPage:
    if not await hold_deliveries(office, "partner", asked.partner, actor=caller.name, reason=asked.reason):
        raise ActionRefused(f"{asked.partner} is held already.", remedy="Look who holds it, and why.")
    return await _show(office, caller, asked)


async def _release(office: Office, caller: Caller, asked: ReleasedPartner) -> PartnerPage:
    await _show(office, caller, asked)
    if await release_deliveries(office, "partner", asked.partner, actor=caller.name, reason=asked.reason) is None:
        raise ActionRefused(f"{asked.partner} is not held.", remedy="Look what keeps its deliveries: their targets.")
    return await _show(office, caller, asked)


async def _test(office: Office, _caller: Caller, asked: PartnerToTry) -> PartnerTried:
    found = [step async for step in probe_partner(office, asked.partner, send=asked.message)]
    steps = tuple(Step(name=name, state=state, found=text, remedy=remedy) for name, state, text, remedy in found)
    return PartnerTried(passed=all(step.state != "fail" for step in steps), steps=steps)


async def _certificate(office: Office, caller: Caller, asked: CertificateAsked) -> File:
    await _show(office, caller, asked)
    name, content = certificate_file(office, asked.partner, asked.fingerprint)
    return File(content, "application/x-pem-file", PurePosixPath(name).with_suffix(".pem").name)


def _wish(asked: NewCertificate) -> Wish:
    return Wish(asked.certificate, asked.channel, asked.ours, asked.use_from, timedelta(days=asked.overlap_days))


async def _examine(office: Office, _caller: Caller, asked: NewCertificate) -> CertificateExamined:
    return CertificateExamined.model_validate(examine_certificate(office, asked.partner, _wish(asked)))


async def _roll_over(office: Office, caller: Caller, asked: CertificateToTakeOver) -> ActivationWhole:
    told = await roll_over_certificate(office, asked.partner, _wish(asked), asked.reason, by=caller)
    return ActivationWhole.model_validate(told)


OPERATIONS: tuple[Operation, ...] = (
    Operation(
        name="partners.list", method="GET", path="/partners", right=Right.SEE, asked=PartnersAsked, run=_list, answers=Partner,
        pages=True, slow=True,
        summary="List partners: how it stands with each, its last contact, its volumes of a day and a week.",
    ),
    Operation(
        name="partners.show", method="GET", path="/partners/{partner}", right=Right.SEE, asked=PartnerAsked, run=_show,
        answers=PartnerPage, partners=True,
        summary="Show a partner: agreements, channels, identities, certificates with their dates, and how it stands with it.",
    ),
    Operation(
        name="partners.hold", method="POST", path="/partners/{partner}/hold", right=Right.CONTROL, asked=HeldPartner, run=_hold,
        answers=PartnerPage,
        summary="Deliver nothing more of a partner until it is released. What it sends is received and read.",
    ),
    Operation(
        name="partners.release", method="POST", path="/partners/{partner}/release", right=Right.CONTROL, asked=ReleasedPartner,
        run=_release, answers=PartnerPage, summary="Let the deliveries of a held partner go on.",
    ),
    Operation(
        name="partners.test", method="POST", path="/partners/{partner}/test", right=Right.PARTNERS, asked=PartnerToTry, run=_test,
        answers=PartnerTried, summary="Try each channel of a partner step by step: name, connection, TLS, login, a test message.",
    ),
    Operation(
        name="partners.certificate", method="GET", path="/partners/{partner}/certificates/{fingerprint}", right=Right.SEE,
        asked=CertificateAsked, run=_certificate, file=True, partners=True,
        summary="Get a certificate that a channel of a partner uses, the partner's or ours, as PEM.",
    ),
    Operation(
        name="partners.examine", method="POST", path="/partners/{partner}/certificates/examine", right=Right.PARTNERS,
        asked=NewCertificate, run=_examine, answers=CertificateExamined,
        summary="Look at a new certificate, and say what to write into routes.toml so that it takes over. Nothing is kept.",
    ),
    Operation(
        name="partners.roll_over", method="POST", path="/partners/{partner}/certificates/roll-over", right=Right.CONFIGURE,
        asked=CertificateToTakeOver, run=_roll_over, answers=ActivationWhole,
        summary="Propose the configuration in which a partner's new certificate takes over on its day, beside the one before.",
    ),
)  # fmt: skip
