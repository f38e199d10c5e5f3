"""What the doctor does: try the variants of a failed signature, MIC or decryption, and say which would match.

Nothing here decides anything: a variant that matches tells what the partner's system does differently, so that it can be agreed
on or corrected.
"""

from collections.abc import Sequence
from contextlib import suppress
from datetime import datetime

from gateway.protocols.as2 import ber, cms
from gateway.protocols.as2.algorithms import Digest, parse_digest
from gateway.protocols.as2.certificate import Certificate, OwnKey
from gateway.protocols.as2.compressed_data import decompress
from gateway.protocols.as2.envelope import Envelope
from gateway.protocols.as2.enveloped_data import EnvelopedData, Recipient, addressed, parse_enveloped_data, try_key
from gateway.protocols.as2.errors import As2Error, MalformedMessage
from gateway.protocols.as2.incoming import CMS_TYPES, cms_bytes, split_signed
from gateway.protocols.as2.limits import DEFAULT_LIMITS, Limits
from gateway.protocols.as2.mic import Mic, compute_mic, parse_mic
from gateway.protocols.as2.mime import Entity, has_headers, http_entity, parse_entity
from gateway.protocols.as2.signed_data import (
    SignedData,
    describe_signer,
    load_embedded,
    parse_signed_data,
    signature_fits,
)
from gateway.protocols.as2.variants import (
    AS_SENT,
    Examination,
    Trial,
    content_trial,
    describe_certificate,
    describe_line_ends,
    variants,
)


def examine(
    envelope: Envelope,
    body: bytes,
    *,
    keys: Sequence[OwnKey],
    certificates: Sequence[Certificate],
    at: datetime,
    others: Sequence[Certificate] = (),
    limits: Limits = DEFAULT_LIMITS,
) -> tuple[Examination, ...]:
    """Examine a received message or receipt, layer by layer, as far as it opens. Never raises for what is in it.

    `others` are certificates of other partners, for the case that two were confused. Nothing is said of layers that are plain.
    """
    found: list[Examination] = []
    entity: Entity | None = http_entity(envelope.headers, body)
    try:
        for _ in range(limits.layers):
            if entity is None:
                break
            examination, entity = _examine_layer(entity, keys, (*certificates,), others, at, limits)
            if examination is not None:
                found.append(examination)
    except As2Error as error:
        found.append(Examination("structure", (), (), f"The message cannot be read further: {error}."))
    return tuple(found)


def _examine_layer(
    entity: Entity,
    keys: Sequence[OwnKey],
    certificates: tuple[Certificate, ...],
    others: Sequence[Certificate],
    at: datetime,
    limits: Limits,
) -> tuple[Examination | None, Entity | None]:
    """What is found in the outermost layer, and the entity inside of it, if it opens."""
    kind = entity.content_type
    if kind.value == "multipart/signed":
        inner, structure = split_signed(entity, limits)
        signed = parse_signed_data(cms.open_content_info(structure)[1])
        micalg = kind.parameters.get("micalg", "")
        return examine_signature(signed, inner, certificates, others, at=at, micalg=micalg), inner
    if kind.value not in CMS_TYPES:
        return None, None
    content_type, node = cms.open_content_info(cms_bytes(entity))
    if content_type == cms.SIGNED_DATA:
        signed = parse_signed_data(node)
        inner = parse_entity(signed.content or b"", limits=limits)
        return examine_signature(signed, inner, certificates, others, at=at), inner
    if content_type == cms.COMPRESSED_DATA:
        return None, parse_entity(decompress(node, limit=limits.inflated_bytes)[0], limits=limits)
    return _examine_encryption(parse_enveloped_data(content_type, node), keys, limits)


# ---- signatures -------------------------------------------------------------------------------------------------------------


def examine_signature(
    signed: SignedData,
    entity: Entity,
    certificates: Sequence[Certificate],
    others: Sequence[Certificate],
    *,
    at: datetime,
    micalg: str = "",
) -> Examination:
    """Whose signature it is, and over which variant of the content."""
    signer = signed.signer
    embedded = [certificate for der in signed.embedded if (certificate := load_embedded(der)) is not None]
    facts = [
        ("signature", f"{signer.scheme} with {signer.digest}" + (f", micalg={micalg}" if micalg else "")),
        ("signer", describe_signer(signed)),
        *(("certificate in the message", describe_certificate(certificate)) for certificate in embedded),
        *(("certificate agreed", describe_certificate(certificate)) for certificate in certificates),
        ("hashed here", f"{len(entity.encoded)} bytes as received, {describe_line_ends(entity.encoded)}"),
    ]
    if signer.stated is not None:
        facts.append(("digest signed", str(Mic(signer.stated, signer.digest))))
    by_key = _key_trials(signed, entity, certificates, others, embedded)
    contents = []
    if signer.stated is not None:
        contents = [content_trial(what, content, digest, signer.stated) for what, content, digest in variants(entity)]
    advice = _signature_advice(signed, by_key, contents, certificates, at, micalg)
    return Examination("signature", tuple(facts), (*by_key, *contents), advice)


def _key_trials(
    signed: SignedData,
    entity: Entity,
    certificates: Sequence[Certificate],
    others: Sequence[Certificate],
    embedded: Sequence[Certificate],
) -> list[Trial]:
    """The signature under every key there is: agreed, in the message, of other partners."""
    groups = (("agreed", certificates), ("in the message", embedded), ("of another partner", others))
    trials = []
    for group, members in groups:
        for certificate in members:
            fits = signature_fits(signed.signer, entity.encoded, certificate)
            trials.append(Trial(f"key of the certificate {group}", describe_certificate(certificate), fits))
    return trials


def _signature_advice(
    signed: SignedData,
    by_key: Sequence[Trial],
    contents: Sequence[Trial],
    certificates: Sequence[Certificate],
    at: datetime,
    micalg: str,
) -> str:
    """What to do and to tell the partner, from what matched."""
    fitting = next((trial for trial in by_key if trial.matches), None)
    if fitting is None:
        return "No certificate known here made this signature. Ask the partner which certificate he signs with, and for its file."
    if "in the message" in fitting.what:
        return (
            f"The partner signs with a certificate that is not agreed: {fitting.found}. Compare the fingerprint with the partner "
            "by telephone, then add the certificate to the channel (the old one stays until he has switched)."
        )
    if "another partner" in fitting.what:
        return f"The signature is that of another partner: {fitting.found}. Check which certificate belongs to whom."
    dates = [
        text
        for certificate in certificates
        if (text := _date_trouble(certificate, at)) and describe_certificate(certificate) in fitting.found
    ]
    if dates:
        return f"The signature is right, but {dates[0]}. Ask the partner for the new certificate."
    return _content_advice(signed, contents, micalg)


def _content_advice(signed: SignedData, contents: Sequence[Trial], micalg: str) -> str:
    matching = next((trial for trial in contents if trial.matches), None)
    stated = parse_digest(micalg) if micalg else None
    if not contents:
        return "The signature has no signed attributes, so the digest the partner computed is not visible in it."
    if matching is None:
        return (
            "The signature is the partner's, but over none of the variants tried: the content was changed on the way (a proxy, a "
            "gateway, a virus scanner) or by his own system after signing. Ask him for the bytes he signed and compare."
        )
    if _is_as_sent(matching):
        differs = stated is not None and stated is not signed.signer.digest
        note = (
            f" (micalg says {micalg}, the signature uses {signed.signer.digest}; ask the partner to make them agree)"
            if differs
            else ""
        )
        return f"The signature is right{note}."
    return (
        f"The partner hashed this instead: {matching.what}. Ask him to sign the MIME part exactly as it is sent "
        "(RFC 4130 clause 7.3.1), or to send it as binary so that no line end is changed."
    )


def _is_as_sent(trial: Trial) -> bool:
    return trial.what.rpartition(", ")[0] == AS_SENT


def _date_trouble(certificate: Certificate, at: datetime) -> str:
    if at > certificate.not_after:
        return f"the certificate expired on {certificate.not_after:%Y-%m-%d}"
    if at < certificate.not_before:
        return f"the certificate is not valid before {certificate.not_before:%Y-%m-%d}"
    return "" if certificate.in_use_at(at) else "the certificate is outside the dates agreed for its use"


# ---- decryption -------------------------------------------------------------------------------------------------------------


def _examine_encryption(enveloped: EnvelopedData, keys: Sequence[OwnKey], limits: Limits) -> tuple[Examination, Entity | None]:
    """For whom it is encrypted, which keys open it, and what is inside."""
    facts = [("encryption", str(enveloped.cipher))]
    facts += [("encrypted for", f"{_describe_recipient(recipient)}, {recipient.transport}") for recipient in enveloped.recipients]
    facts += [("key of ours", describe_certificate(key.certificate)) for key in keys]
    named = list(addressed(enveloped, keys))
    every = [(key, recipient) for recipient in enveloped.recipients for key in keys]
    trials, inner = [], None
    for key, recipient in (*named, *(pair for pair in every if pair not in named)):
        entity = _opened(enveloped, key, recipient, limits)
        inner = inner or entity
        what = f"key of ours on the part for {_describe_recipient(recipient)}"
        trials.append(Trial(what, describe_certificate(key.certificate), entity is not None))
    advice = _encryption_advice(named=bool(named), opened=any(trial.matches for trial in trials[: len(named)]), trials=trials)
    return Examination("encryption", tuple(facts), tuple(trials), advice), inner


def _opened(enveloped: EnvelopedData, key: OwnKey, recipient: Recipient, limits: Limits) -> Entity | None:
    """The entity inside, if this key opens it and it is MIME."""
    content = try_key(enveloped, key, recipient)
    with suppress(MalformedMessage):
        if content is not None and has_headers(entity := parse_entity(content, limits=limits)):
            return entity
    return None


def _encryption_advice(*, named: bool, opened: bool, trials: Sequence[Trial]) -> str:
    if opened:
        return "One of our keys opens it; the encryption is right."
    if any(trial.matches for trial in trials):
        return "One of our keys opens it, but the partner names another certificate. Send him our certificate once more."
    if named:
        return (
            "It is encrypted for our certificate, but the key does not open it: the content was changed on the way, or what is "
            "inside is not MIME. Ask the partner to send it again, and if it fails again, to check what he encrypts."
        )
    return "It is encrypted for none of our certificates. Tell the partner our fingerprint (above) and send him our certificate."


def _describe_recipient(recipient: Recipient) -> str:
    identifier = recipient.identifier
    if identifier.tag != ber.SEQUENCE:
        return f"key identifier {identifier.octets().hex()}"
    parts = identifier.children()
    return f"serial number {parts[-1].body.hex()}" if parts else "nobody"


# ---- MIC --------------------------------------------------------------------------------------------------------------------


def examine_mic(hashed: bytes, stated: str) -> Examination:
    """Examine why a receipt's Received-content-MIC (`stated`) is not that of what we sent (`hashed`, as the MIC was over)."""
    mic = parse_mic(stated)
    facts = [
        ("MIC in the receipt", stated),
        ("hashed here", f"{len(hashed)} bytes, {describe_line_ends(hashed)}"),
        *(("our MIC", str(compute_mic(hashed, digest))) for digest in Digest),
    ]
    value = mic.value if mic is not None else _raw_value(stated)
    trials = tuple(content_trial(what, content, digest, value) for what, content, digest in variants(_entity_of(hashed)))
    matching = next((trial for trial in trials if trial.matches), None)
    return Examination("MIC", tuple(facts), trials, _mic_advice(mic, stated, matching))


def _mic_advice(mic: Mic | None, stated: str, matching: Trial | None) -> str:
    spelled = parse_digest(stated.partition(",")[2])
    if matching is None:
        return (
            "The partner's MIC is over none of the variants tried: he received other bytes, hashed translated data, or returned "
            "the MIC of another message. Ask him which bytes his system hashes and which software it is."
        )
    if mic is None or spelled is None or not matching.what.endswith(f", {spelled}"):
        said = stated.partition(",")[2].strip()
        return f"The partner states the algorithm as {said!r}, but the hash is that of: {matching.what}."
    if _is_as_sent(matching):
        return "The MIC is right: the partner hashed exactly what we sent."
    return (
        f"The partner hashed this instead: {matching.what}. Tell him that the MIC is over the MIME part with its headers, "
        "exactly as signed (RFC 4130 clause 7.3.1; RFC 5402 clause 4 when compressed), or agree on his way."
    )


def _entity_of(hashed: bytes) -> Entity:
    """What was hashed as an entity; content without headers is one without a header block."""
    with suppress(MalformedMessage):
        if has_headers(entity := parse_entity(hashed)):
            return entity
    return http_entity((), hashed)


def _raw_value(stated: str) -> bytes:
    """The hash of a MIC whose algorithm is not known."""
    mic = parse_mic(f"{stated.partition(',')[0]}, {Digest.SHA256}")
    return mic.value if mic is not None else b""
