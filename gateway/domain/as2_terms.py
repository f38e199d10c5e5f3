"""What was agreed with a partner about AS2, with keys and certificates as they were read: no use of them is made here."""

from dataclasses import dataclass, field
from datetime import date, datetime

from gateway.domain.http_terms import ClientTls


@dataclass(frozen=True, slots=True)
class AgreedCertificate:
    """A certificate with the dates agreed for its use: PEM or DER bytes, `name` is that of its file, for people."""

    data: bytes = field(repr=False)
    name: str
    use_from: datetime | None = None
    use_until: datetime | None = None


@dataclass(frozen=True, slots=True)
class OwnKeyPair:
    """A key pair of ours with the dates agreed for its use."""

    certificate: AgreedCertificate
    key: bytes = field(repr=False)
    password: bytes | None = field(default=None, repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class As2Options:
    """What was agreed with a partner about AS2. Algorithms by their names in `gateway.protocols.as2`, times in seconds.

    `ours` and `theirs` are the AS2 names; `url` is where the partner receives, None when only he sends. `mdn` is the receipt that
    we ask for: "sync", "async" (to `receipt_url`, our own address) or "none". `allow_until` tolerates weak algorithms through a
    day. `duplicates`: "repeat" answers a copy as the first time, "warn" says that it is one. `recognises_copies`: the partner
    does nothing twice under one Message-ID. `receipt_hosts` may receive our asynchronous receipts although they are internal.
    `shared_keys`: the keys are ours with every partner, not with this one alone.
    """

    ours: str
    theirs: str
    keys: tuple[OwnKeyPair, ...] = ()
    shared_keys: bool = True
    certificates: tuple[AgreedCertificate, ...] = ()
    url: str | None = None
    sign: str | None = "sha256"
    signature_scheme: str | None = None
    opaque: bool = False
    micalg: str = ""
    encrypt: str | None = "aes256-cbc"
    key_transport: str = "rsa-pkcs1"
    compress: str = "none"
    encoding: str = "binary"
    subject: str = ""
    mdn: str = "sync"
    signed_receipt: bool = True
    receipt_url: str | None = None
    require_signature: bool = True
    require_encryption: bool = True
    allow_until: tuple[tuple[str, date], ...] = ()
    minimum_rsa_bits: int = 2048
    expired_until: date | None = None
    continue_unauthenticated: bool = False
    duplicates: str = "repeat"
    sign_receipts: str = "asked"
    receipt_hosts: tuple[str, ...] = ()
    recognises_copies: bool = True
    login: str | None = None
    password: str | None = field(default=None, repr=False)
    timeout: float = 60.0
    concurrency: int = 4
    max_bytes: int = 64 * 1024 * 1024
    tls: ClientTls = field(default_factory=ClientTls)

    @property
    def sends(self) -> bool:
        """There is an address at which the partner receives."""
        return self.url is not None

    @property
    def receives(self) -> bool:
        """It always does."""
        return True
