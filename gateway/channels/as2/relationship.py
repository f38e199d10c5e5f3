"""Who we are to a partner and he to us in AS2: names, keys, certificates and terms, made ready for use once."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from urllib.parse import urlsplit

from gateway.domain.as2_terms import AgreedCertificate, As2Options, OwnKeyPair
from gateway.protocols.as2 import (
    Algorithm,
    Certificate,
    Cipher,
    Digest,
    KeyTransport,
    Limits,
    OwnKey,
    Policy,
    SignatureScheme,
    load_certificate,
    load_own_key,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Relationship:
    """What was agreed with one partner, with keys that can be used. `owner` answers for what goes wrong."""

    channel: str
    partner: str | None
    owner: str
    options: As2Options
    keys: tuple[OwnKey, ...] = field(repr=False)
    certificates: tuple[Certificate, ...] = field(repr=False)
    policy: Policy
    limits: Limits

    @property
    def agreed_hosts(self) -> frozenset[str]:
        """The hosts to which receipts may go wherever they are: where the partner receives, and those that were agreed."""
        own = urlsplit(self.options.url).hostname if self.options.url else None
        return frozenset(host.lower() for host in (own, *self.options.receipt_hosts) if host)


def relationship(channel: str, *, partner: str | None, owner: str, options: As2Options) -> Relationship:
    """Make terms ready for use. Raises CannotBuild for keys or certificates that cannot be read."""
    return Relationship(
        channel=channel,
        partner=partner,
        owner=owner,
        options=options,
        keys=tuple(load_pair(pair) for pair in options.keys),
        certificates=tuple(load_agreed(certificate) for certificate in options.certificates),
        policy=Policy(
            require_signature=options.require_signature,
            require_encryption=options.require_encryption,
            until={algorithm(name): last for name, last in options.allow_until},
            minimum_rsa_bits=options.minimum_rsa_bits,
            expired_until=options.expired_until,
            continue_unauthenticated=options.continue_unauthenticated,
        ),
        limits=Limits(inflated_bytes=options.max_bytes),
    )


def load_agreed(agreed: AgreedCertificate) -> Certificate:
    """A partner's certificate. Raises CannotBuild."""
    return load_certificate(agreed.data, use_from=agreed.use_from, use_until=agreed.use_until)


def load_pair(pair: OwnKeyPair) -> OwnKey:
    """A key pair of ours. Raises CannotBuild."""
    agreed = pair.certificate
    return load_own_key(agreed.data, pair.key, password=pair.password, use_from=agreed.use_from, use_until=agreed.use_until)


def algorithm(name: str) -> Algorithm:
    """The algorithm of a name in the configuration. Raises ValueError."""
    for kind in (Digest, SignatureScheme, Cipher, KeyTransport):
        if name in set(kind):
            return kind(name)
    raise ValueError(f"{name} is no algorithm of AS2")


class Relationships:
    """All partners we speak AS2 with, found by the names on a message."""

    def __init__(self, relationships: Sequence[Relationship]) -> None:
        self._all = tuple(relationships)
        self._pairs: Mapping[tuple[str, str], Relationship] = {(r.options.theirs, r.options.ours): r for r in relationships}

    def find(self, *, sender: str, recipient: str) -> Relationship | None:
        """The agreement under which somebody writes to us. Case counts (RFC 4130, clause 6.2)."""
        return self._pairs.get((sender, recipient))

    def keys_of(self, recipient: str) -> tuple[OwnKey, ...]:
        """Our keys under a name of ours, to sign a receipt for a stranger; those of another name when this one is unknown."""
        ours = [r.keys for r in self._all if r.options.ours == recipient] or [r.keys for r in self._all]
        return next((keys for keys in ours if keys), ())

    def knows(self, *, sender: str) -> bool:
        """Whether anybody we know has this name."""
        return any(r.options.theirs == sender for r in self._all)

    def knows_us(self, *, recipient: str) -> bool:
        """Whether this is a name of ours."""
        return any(r.options.ours == recipient for r in self._all)
