"""A certificate that somebody sent, looked at before it is used: what it is, and what would go wrong with it. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey

from gateway.protocols.as2.certificate import EXPIRY_NOTICES, Certificate

Severity = Literal["error", "warning", "info"]


@dataclass(frozen=True, slots=True)
class Concern:
    """Something to know before a certificate is used. With an error it would not work."""

    code: str
    severity: Severity
    text: str
    remedy: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """How it is to be used: beside `known`, from a day on. `encrypting`: a partner's, for whom we encrypt."""

    known: Sequence[Certificate]
    use_from: datetime
    minimum_rsa_bits: int
    encrypting: bool


def key_kind(certificate: Certificate) -> str:
    """`RSA 2048`, `EC secp256r1`."""
    key = certificate.key
    return f"RSA {key.key_size}" if isinstance(key, RSAPublicKey) else f"EC {key.curve.name}"


def usages(certificate: Certificate) -> tuple[str, ...] | None:
    """What its issuer says it is for, by the names of RFC 5280 (clause 4.2.1.3); None where nothing is said."""
    try:
        usage = certificate.parsed.extensions.get_extension_for_class(x509.KeyUsage).value
    except (x509.ExtensionNotFound, ValueError):
        return None
    names = ("digital_signature", "content_commitment", "key_encipherment", "data_encipherment", "key_agreement", "key_cert_sign")
    return tuple(name for name in names if getattr(usage, name))


def is_self_signed(certificate: Certificate) -> bool:
    """Whether it names itself as its issuer: with pinned certificates that is as good as any other."""
    return certificate.parsed.issuer == certificate.parsed.subject


def appraise(candidate: Certificate, plan: Plan, at: datetime) -> tuple[Concern, ...]:
    """What is to be known of it before it is used, the worst first."""
    found = [
        *_known(candidate, plan),
        *_validity(candidate, plan, at),
        *_gap(plan),
        *_key(candidate, plan),
        *_purpose(candidate),
    ]
    order = ("error", "warning", "info")
    return tuple(sorted(found, key=lambda concern: order.index(concern.severity)))


def _known(candidate: Certificate, plan: Plan) -> Sequence[Concern]:
    if any(candidate.fingerprint == each.fingerprint for each in plan.known):
        text = "This certificate is configured already: it is the same by its fingerprint."
        return [Concern("same", "error", text, "Ask for the new one; perhaps the old file was sent again.")]
    if any(candidate.key == each.key for each in plan.known):
        text = "It is for the same key as a certificate that is configured: renewed, the key was not changed."
        return [Concern("same-key", "info", text)]
    return []


def _validity(candidate: Certificate, plan: Plan, at: datetime) -> Sequence[Concern]:
    if candidate.not_after <= at:
        return [Concern("ended", "error", f"It ended on {_day(candidate.not_after)}.", "Ask for one that is valid.")]
    if plan.use_from >= candidate.not_after:
        text = f"It ends on {_day(candidate.not_after)}, before it is to be used."
        return [Concern("too-late", "error", text, "Choose an earlier day.")]
    found = []
    if candidate.not_before > plan.use_from:
        text = f"It is valid from {_day(candidate.not_before)} on only, after the day of the change."
        found.append(Concern("too-early", "error", text, "Choose that day or a later one."))
    if candidate.not_after <= at + timedelta(days=max(EXPIRY_NOTICES)):
        text = f"It ends on {_day(candidate.not_after)} already."
        found.append(Concern("ends-soon", "warning", text, "Ask whether there is a newer one."))
    return found


def _gap(plan: Plan) -> Sequence[Concern]:
    ends = [each.not_after if each.use_until is None else min(each.not_after, each.use_until) for each in plan.known]
    if ends and max(ends) < plan.use_from:
        text = f"What is configured is used until {_day(max(ends))}: until the change nothing is encrypted, signed or verified."
        return [Concern("gap", "error", text, "Choose an earlier day of the change.")]
    return []


def _key(candidate: Certificate, plan: Plan) -> Sequence[Concern]:
    if candidate.rsa is None:
        if not plan.encrypting:
            return []
        text = "Its key is one of elliptic curves: it verifies signatures, but nothing can be encrypted for it."
        return [Concern("no-encryption", "warning", text, "Ask for an RSA certificate to encrypt for, beside it.")]
    bits = candidate.rsa.key_size
    if bits < plan.minimum_rsa_bits:
        text = f"Its key has {bits} bits, less than the {plan.minimum_rsa_bits} that were agreed."
        return [Concern("short-key", "error", text, "Ask for a certificate with a longer key.")]
    return []


def _purpose(candidate: Certificate) -> Sequence[Concern]:
    wanted = usages(candidate)
    if wanted is None or {"digital_signature", "key_encipherment"} <= set(wanted):
        return []
    if "key_cert_sign" in wanted and not {"digital_signature", "key_encipherment"} & set(wanted):
        text = "It is that of an authority that issues certificates, not that of somebody who sends messages."
        return [Concern("authority", "warning", text, "Ask whether the right file of the chain was sent.")]
    missing = " and ".join(
        what
        for name, what in (("digital_signature", "signing"), ("key_encipherment", "encrypting"))
        if name not in wanted and not (name == "key_encipherment" and candidate.rsa is None)
    )
    if not missing:
        return []
    text = f"Its issuer did not make it for {missing}. We use it all the same; other software may refuse to."
    return [Concern("purpose", "warning", text, "Ask whether there is a second certificate for that.")]


def _day(at: datetime) -> str:
    return f"{at:%Y-%m-%d}"
