"""Guides for partners: what was agreed about documents, told from the declarations that read and write them, as one page."""

import asyncio
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from gateway.bootstrap.certificates import certificates_of
from gateway.bootstrap.examining import examine_file
from gateway.bootstrap.guide_page import guide_page
from gateway.bootstrap.office import Where, settings_at
from gateway.bootstrap.partners import places_of
from gateway.config import Snapshot
from gateway.domain.agreement import Agreement, Direction, Partner
from gateway.domain.as2_terms import As2Options
from gateway.domain.channel import Channel, HttpOptions
from gateway.domain.onboarding.recognised import Sample
from gateway.errors import Absent, PlanRefused
from gateway.operations.example_documents import broken_examples, example
from gateway.operations.outline_document import outline_of
from gateway.ports import Json
from translators.contract import Family, Identity, WritingTerms
from translators.finding import DEFINITIONS

LANGUAGES = ("en", "de")
_NAMELESS = (Family.FLAT, Family.JSON)


@dataclass(frozen=True, slots=True)
class Page:
    """A guide as a page. `name` is that of its file."""

    name: str
    html: str


async def partner_guide(where: Where, partner: str, *, agreement: str = "", language: str = "en") -> Page:
    """The guide of a partner, about all that was agreed or about one agreement. Raises Absent, PlanRefused."""
    if language not in LANGUAGES:
        raise PlanRefused(f'There are no guides in "{language}".', remedy=f"Languages: {', '.join(LANGUAGES)}")
    return await asyncio.to_thread(_page, settings_at(where).snapshot, partner, agreement, language)


def partner_of(where: Where, name: str) -> tuple[str, str]:
    """The partner that a name means, and the agreement where it means one. Raises Absent."""
    snapshot = settings_at(where).snapshot
    if name in snapshot.partners:
        return name, ""
    found = next((one for one in snapshot.agreements if one.id == name), None)
    if found is None:
        raise Absent(
            f'There is no partner and no agreement "{name}".', remedy=f"Partners: {', '.join(sorted(snapshot.partners))}"
        )
    return found.partner, found.id


def _page(snapshot: Snapshot, name: str, only: str, language: str) -> Page:
    partner = snapshot.partners.get(name)
    if partner is None:
        raise Absent(f'There is no partner "{name}".', remedy=f"There are: {', '.join(sorted(snapshot.partners)) or 'none'}")
    agreed = [one for one in snapshot.agreements if one.partner == name and only in ("", one.id)]
    if not agreed:
        known = ", ".join(one.id for one in snapshot.agreements if one.partner == name) or "nothing"
        raise Absent(f'Nothing is agreed with {name} as "{only}".', remedy=f"Agreed: {known}")
    channels = [channel for channel in snapshot.channels.values() if channel.partner == name]
    guide = {
        "gateway": snapshot.gateway.id,
        "partner": partner.name,
        "made": datetime.now(UTC),
        "test": partner.test,
        "timezone": str(partner.timezone),
        "identities": list(_identities(snapshot, partner)),
        "channels": [_channel(channel, partner) for channel in channels],
        "agreements": [_agreement(snapshot, partner, one, channels) for one in agreed],
    }
    return Page(f"{only or name}-{language}.html", guide_page(guide, language))


def _identities(snapshot: Snapshot, partner: Partner) -> Iterator[Json]:
    families = {one.family for one in snapshot.agreements if one.partner == partner.id} - set(_NAMELESS)
    for family in [each for each in Family if each in families]:
        ours = (partner.addressed_as or {}).get(family) or snapshot.partnerships.identities.get(family, ())
        theirs = partner.identities.get(family, ())
        yield {"family": family.value, "ours": [str(one) for one in ours], "theirs": [str(one) for one in theirs]}


def _channel(channel: Channel, partner: Partner) -> Json:
    """How the partner connects, without anything that lets somebody in."""
    facts: dict[str, str] = {}
    match channel.options:
        case As2Options() as agreed:
            facts = {
                "our_as2": agreed.ours, "their_as2": agreed.theirs, "sign": agreed.sign or "-", "encrypt": agreed.encrypt or "-",
                "mdn": agreed.mdn, "our_url": agreed.receipt_url or "/as2",
            }  # fmt: skip
        case HttpOptions() as agreed if agreed.accepts:
            facts = {"post_to": f"/v1/partners/{partner.id}/interchanges"}
    return {
        "id": channel.id,
        "type": channel.type,
        "receives": channel.receives,
        "sends": channel.sends,
        "places": [] if channel.type == "folder" else places_of(channel),
        "facts": facts,
        "certificates": [one for one in certificates_of(channel, datetime.now(UTC)) if one["standing"] != "past"],
    }


def _agreement(snapshot: Snapshot, partner: Partner, agreed: Agreement, channels: Sequence[Channel]) -> Json:
    coming = agreed.direction is Direction.IN
    parties = snapshot.partnerships.addresses(partner, agreed.family)
    terms = snapshot.partnerships.writing(agreed)
    ours, theirs = parties or (Identity("", "US"), Identity("", "THEM"))
    sender, receiver = (theirs, ours) if coming else (ours, theirs)
    return {
        "id": agreed.id,
        "direction": agreed.direction.value,
        "document": agreed.document,
        "format": f"{agreed.family.value}/{agreed.version}/{agreed.type}",
        "type": agreed.type,
        "version": agreed.version,
        "other_versions": sorted(agreed.other_versions),
        "acknowledge": agreed.acknowledgement.functional,
        "technical": agreed.acknowledgement.technical.value,
        "duplicates": agreed.duplicates.value,
        "expects": [{"kind": one.kind, "seconds": one.within.total_seconds()} for one in agreed.expect],
        "separators": _separators(terms),
        "strictness": _strictness(agreed),
        "mandatory": list(agreed.guide.mandatory) if agreed.guide is not None else [],
        "codes": {place: sorted(codes) for place, codes in agreed.guide.codes} if agreed.guide is not None else {},
        "segments": outline_of(agreed),
        "example": _text(example(agreed, sender, receiver, terms, test=partner.test)),
        "errors": list(_errors(snapshot, partner, agreed, channels)) if coming and parties else [],
    }


def _separators(terms: WritingTerms) -> Mapping[str, str]:
    if terms.separators is None:
        return {}
    names = ("element", "component", "segment", "repetition", "release", "decimal")
    return {name: mark for name in names if (mark := getattr(terms.separators, name))}


def _strictness(agreed: Agreement) -> list[Json]:
    """What is weighed otherwise than usual."""
    return [
        {"check": code.value, "weight": severity.value if severity else "off", "usual": DEFINITIONS[code].severity.value}
        for code, severity in sorted(agreed.severities.items())
        if severity is not DEFINITIONS[code].severity
    ]


def _errors(snapshot: Snapshot, partner: Partner, agreed: Agreement, channels: Sequence[Channel]) -> Iterator[Json]:
    """Faults with what the partner would be told, by the code that judges real documents."""
    parties = snapshot.partnerships.addresses(partner, agreed.family)
    way = next((channel for channel in channels if channel.receives), None)
    if parties is None or way is None:
        return
    ours, theirs = parties
    for one in broken_examples(agreed, theirs, ours, snapshot.partnerships.writing(agreed), test=partner.test):
        told = examine_file(Sample("example", one.content), snapshot, channel=way.id, partner=partner.id)
        findings = [finding for finding in told["findings"] if finding["severity"] == "error"]
        answers = [answer for interchange in told["interchanges"] for answer in interchange["answers"]]
        yield {"fault": one.fault, "findings": findings, "answers": answers}


def _text(content: bytes) -> str:
    return content.decode("utf-8", errors="replace")
