"""Certificates for people: those that channels use with their dates, and a new one looked at before it takes over."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from cryptography.hazmat.primitives import hashes, serialization

from gateway.bootstrap.activations import propose_edit
from gateway.bootstrap.office import Where, settings_at
from gateway.channels.as2.relationship import load_agreed
from gateway.config import Snapshot
from gateway.config.roll_over_lines import Listed, file_beside, key_lines, partner_lines, with_certificates
from gateway.domain.access import Caller
from gateway.domain.activation import Proposal
from gateway.domain.as2_terms import AgreedCertificate, As2Options
from gateway.domain.channel import Channel
from gateway.errors import Absent, PlanRefused
from gateway.ports import Json
from gateway.protocols.as2 import CannotBuild, Certificate, expiring, load_certificates
from gateway.protocols.as2.appraisal import Concern, Plan, appraise, is_self_signed, key_kind, usages
from gateway.protocols.as2.roll_over import has_successor, standings

SOON = timedelta(days=30)
"""A certificate that ends within this time, and that nothing takes over from, is told."""

Loaded = tuple[AgreedCertificate, Certificate]


@dataclass(frozen=True, slots=True)
class Wish:
    """A certificate as it was sent, for a partner's channel or (`ours`) for ourselves. It takes over on a day (None: as soon as
    it is valid), and the one before goes on beside it for `overlap`.
    """

    content: bytes
    channel: str | None = None
    ours: bool = False
    use_from: datetime | None = None
    overlap: timedelta = timedelta(days=14)


def certificates_of(channel: Channel, now: datetime) -> list[Json]:
    """The certificates of a channel with their dates: the partner's, and ours that it is to know."""
    if not isinstance(channel.options, As2Options):
        return []
    sides = ((False, _theirs(channel.options)), (True, _ours(channel.options)))
    return [view for ours, loaded in sides for view in _views(channel, loaded, now, ours=ours)]


def _views(channel: Channel, loaded: Sequence[Loaded], now: datetime, *, ours: bool) -> Iterable[Json]:
    known = [certificate for _, certificate in loaded]
    for (agreed, certificate), standing in zip(loaded, standings(known, now, encrypting=not ours), strict=True):
        followed = has_successor(certificate, known)
        marks = [] if followed else expiring([certificate], now)
        yield {
            "channel": channel.id,
            "name": agreed.name,
            "ours": ours,
            **_described(certificate),
            "use_from": certificate.use_from,
            "use_until": certificate.use_until,
            "standing": standing.value,
            "in_use": certificate.usable_at(now),
            "has_successor": followed,
            "ends_soon": not followed and certificate.not_after <= now + SOON,
            "mark": marks[0].notice if marks else None,
        }


def _described(certificate: Certificate) -> Json:
    return {
        "subject": certificate.subject,
        "issuer": certificate.parsed.issuer.rfc4514_string(),
        "serial": f"{certificate.parsed.serial_number:x}",
        "key": key_kind(certificate),
        "fingerprint": certificate.fingerprint,
        "not_before": certificate.not_before,
        "not_after": certificate.not_after,
    }


def _theirs(options: As2Options) -> list[Loaded]:
    return [(agreed, load_agreed(agreed)) for agreed in options.certificates]


def _ours(options: As2Options) -> list[Loaded]:
    return [(pair.certificate, load_agreed(pair.certificate)) for pair in options.keys]


@dataclass(frozen=True, slots=True)
class _Change:
    """A certificate that is to take over in a channel. `listed` are those of its side then, the new one last."""

    channel: Channel
    options: As2Options
    given: Sequence[Certificate]
    current: Json | None
    concerns: Sequence[Concern]
    file: str
    use_from: datetime
    listed: Sequence[Listed]

    @property
    def candidate(self) -> Certificate:
        return self.given[0]


def _change(snapshot: Snapshot, partner: str, wish: Wish, now: datetime) -> _Change:
    channel, options = _channel(snapshot, partner, wish.channel)
    given = _read(wish.content)
    candidate = given[0]
    loaded = _ours(options) if wish.ours else _theirs(options)
    use_from = wish.use_from or max(_next_day(now), _next_day(candidate.not_before))
    plan = Plan(
        known=[certificate for _, certificate in loaded], use_from=use_from, minimum_rsa_bits=options.minimum_rsa_bits,
        encrypting=not wish.ours and options.encrypt is not None,
    )  # fmt: skip
    current = next((one for one in _views(channel, loaded, now, ours=wish.ours) if one["standing"] == "current"), None)
    owner, taken = options.ours.lower() if wish.ours else partner, [agreed.name for agreed, _ in loaded]
    file = file_beside(current["name"] if current else None, _plain(owner), candidate.not_before, taken, candidate.fingerprint)
    listed = _listed(loaded, Listed(file, use_from), wish, now)
    return _Change(channel, options, given, current, appraise(candidate, plan, now), file, use_from, listed)


def examine_certificate(where: Where, partner: str, wish: Wish) -> Json:
    """What a certificate is, what would go wrong with it, and what is to be written where so that it takes over on its day.

    Nothing is kept or changed. Raises Absent for a partner or a channel that has none, PlanRefused for what is no certificate.
    """
    snapshot = settings_at(where).snapshot
    change = _change(snapshot, partner, wish, datetime.now(UTC))
    candidate = change.candidate
    return {
        "channel": change.channel.id,
        "ours": wish.ours,
        **_described(candidate),
        "sha1": candidate.parsed.fingerprint(hashes.SHA1()).hex(),  # noqa: S303 - shown because partners read it out, never trusted
        "self_signed": is_self_signed(candidate),
        "usages": usages(candidate),
        "in_file": len(change.given),
        "current": change.current,
        "concerns": [
            {"code": one.code, "severity": one.severity, "text": one.text, "remedy": one.remedy} for one in change.concerns
        ],
        "use_from": change.use_from,
        "overlap_until": None if wish.ours else change.use_from + wish.overlap,
        "file": change.file,
        "pem": _pem(candidate).decode(),
        "lines": _lines(change, wish),
        "tell": _to_tell(snapshot, change.options) if wish.ours else [],
    }


async def roll_over_certificate(where: Where, partner: str, wish: Wish, reason: str, *, by: Caller) -> Json:
    """Propose the configuration in which a partner's certificate takes over on its day, the one before beside it: an activation.

    Raises what `examine_certificate` and `propose_files` raise, and PlanRefused for one of ours: its key is put in place by hand.
    """
    if wish.ours:
        what = "A certificate of ours needs its private key on every machine, and no key passes through here."
        raise PlanRefused(what, remedy="Put the key in its place, write the lines into routes.toml: gateway config activate")
    change = _change(settings_at(where).snapshot, partner, wish, datetime.now(UTC))
    wrong = next((one for one in change.concerns if one.severity == "error"), None)
    if wrong is not None:
        raise PlanRefused(wrong.text, remedy=wrong.remedy)

    def edited(files: Mapping[str, str]) -> Mapping[str, str]:
        for name, text in files.items():
            written = with_certificates(text, change.channel.id, change.listed) if name.endswith(".toml") else None
            if written is not None:
                return {name: written, change.file: _pem(change.candidate).decode()}
        raise Absent(f"No file in force has the channel {change.channel.id}.", remedy="See them with: gateway config show")

    return await propose_edit(where, edited, Proposal(reason=reason), by=by)


def certificate_file(where: Where, partner: str, fingerprint: str) -> tuple[str, bytes]:
    """A certificate that a channel of a partner uses, ours too: its name and its PEM. Raises Absent."""
    for channel in settings_at(where).snapshot.channels.values():
        if channel.partner == partner and isinstance(channel.options, As2Options):
            for agreed, certificate in (*_theirs(channel.options), *_ours(channel.options)):
                if certificate.fingerprint == fingerprint.lower():
                    return agreed.name, _pem(certificate)
    raise Absent(f"{partner} has no certificate {fingerprint}.", remedy="Look for it on the partner's page.")


def _channel(snapshot: Snapshot, partner: str, wanted: str | None) -> tuple[Channel, As2Options]:
    if partner not in snapshot.partners:
        there = ", ".join(sorted(snapshot.partners)) or "none"
        raise Absent(f'There is no partner "{partner}".', remedy=f"There are: {there}")
    theirs = [
        (channel, channel.options)
        for channel in snapshot.channels.values()
        if channel.partner == partner and isinstance(channel.options, As2Options)
    ]
    found = [one for one in theirs if wanted in (None, one[0].id)]
    if not found:
        names = ", ".join(channel.id for channel, _ in theirs) or "none"
        raise Absent(f"{partner} has no such channel with certificates.", remedy=f"Its channels of type as2 are: {names}")
    if len(found) > 1:
        names = ", ".join(channel.id for channel, _ in found)
        raise PlanRefused(f"{partner} has several channels of type as2.", remedy=f"Say which one: {names}")
    return found[0]


def _read(content: bytes) -> Sequence[Certificate]:
    if b"PRIVATE KEY" in content:
        what = "This holds a private key. It was not kept, but it has left its place: a private key is shown to nobody."
        raise PlanRefused(what, remedy="Give the certificate alone (BEGIN CERTIFICATE), and ask the owner to make a new key.")
    try:
        return load_certificates(content)
    except CannotBuild as error:
        raise PlanRefused(f"{str(error)[:1].upper()}{str(error)[1:]}.", remedy=f"Have it sent again: {error.remedy}.") from None


def _lines(change: _Change, wish: Wish) -> str:
    if not wish.ours:
        return partner_lines(change.channel.id, change.listed)
    place = "[gateway.as2]" if change.options.shared_keys else f'the [[channel]] with id = "{change.channel.id}"'
    return key_lines(place, change.listed[-1])


def _listed(loaded: Sequence[Loaded], new: Listed, wish: Wish, now: datetime) -> Sequence[Listed]:
    """Those that stay, until the overlap has passed, and last the new one."""
    assert new.use_from is not None
    stay = [(agreed, one) for agreed, one in loaded if one.not_after > now and (one.use_until is None or one.use_until > now)]
    until = new.use_from + wish.overlap
    ended = [Listed(agreed.name, agreed.use_from, min(agreed.use_until or until, until)) for agreed, _ in stay]
    return [*ended, new]


def _to_tell(snapshot: Snapshot, options: As2Options) -> list[str]:
    """The partners who know us by these keys: whether they were told is not known here."""
    return sorted(
        channel.partner
        for channel in snapshot.channels.values()
        if channel.partner and isinstance(channel.options, As2Options) and channel.options.keys == options.keys
    )


def _next_day(at: datetime) -> datetime:
    """The midnight after a moment, UTC: days in routes.toml begin there."""
    midnight = at.replace(hour=0, minute=0, second=0, microsecond=0)
    return midnight if midnight == at else midnight + timedelta(days=1)


def _plain(name: str) -> str:
    return "".join(letter if letter.isalnum() else "-" for letter in name).strip("-") or "certificate"


def _pem(certificate: Certificate) -> bytes:
    return certificate.parsed.public_bytes(serialization.Encoding.PEM)
