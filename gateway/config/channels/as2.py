"""Channels of the type `as2`, and what is ours in all of them: name, keys, address."""

from collections.abc import Mapping
from datetime import UTC, date, datetime
from pathlib import Path
from types import MappingProxyType
from typing import Final, Literal

from pydantic import Field, SecretStr, field_validator, model_validator

from gateway.config.channels.http_client import HttpTlsTable
from gateway.config.delivery_model import TargetTerms
from gateway.config.fields import Id, written
from gateway.config.quantities import Duration, Size
from gateway.config.table import Secret, Table, Text
from gateway.domain.as2_terms import AgreedCertificate, As2Options, OwnKeyPair

Digest = Literal["sha256", "sha384", "sha512", "sha1"]
Cipher = Literal["aes128-cbc", "aes192-cbc", "aes256-cbc", "aes128-gcm", "aes192-gcm", "aes256-gcm", "3des-cbc"]
Transport = Literal["rsa-pkcs1", "rsa-oaep-sha1", "rsa-oaep-sha256", "rsa-oaep-sha384", "rsa-oaep-sha512"]
Weak = Literal["sha1", "3des-cbc"]
Moment = date | datetime

_NAME = r"^[ -~]{1,128}$"
_NOTHING_READ: Final[Mapping[str, bytes]] = MappingProxyType({})
_URL = r"^https?://[^/\s]+.*$"


class As2CertificateTable(Table):
    """A certificate with the days of its use. Without days it is used for as long as it is valid."""

    file: Text = Field(description="The certificate, PEM or DER, relative to routes.toml.")
    from_: Moment | None = Field(default=None, alias="from", description="Used from this day (or time) on, in UTC.")
    until: Moment | None = Field(default=None, description="Used until this day (or time), in UTC.")

    def agreed(self, folder: Path, read: Mapping[str, bytes] = _NOTHING_READ) -> AgreedCertificate:
        """What the channel is told of it: what was `read` by its name, or its file. Raises OSError."""
        data = read[self.file] if self.file in read else (folder / self.file).read_bytes()
        return AgreedCertificate(data, self.file, _moment(self.from_), _moment(self.until))


class As2KeyTable(As2CertificateTable):
    """A key pair of ours: certificate and private key. The newest that is in use signs; all that are there decrypt."""

    file: Text = Field(alias="certificate", description="The certificate that partners have, relative to routes.toml.")
    key: Secret = Field(description='The private key, PEM, by reference: "${file:/run/secrets/as2-2026.key}".')
    password: Secret | None = Field(default=None, description="The key's password, by reference.")

    def pair(self, folder: Path, read: Mapping[str, bytes] = _NOTHING_READ) -> OwnKeyPair:
        """What the channel is told of it. Raises OSError."""
        return OwnKeyPair(self.agreed(folder, read), _bytes(self.key) or b"", _bytes(self.password))


class As2OwnTable(Table):
    """What is ours in AS2, in every channel of type as2 that says nothing else. Our name is in [gateway] identities."""

    keys: list[As2KeyTable] = Field(default=[], description="Our key pairs; several overlap in a roll-over.")
    url: str | None = Field(
        default=None,
        pattern=_URL,
        description="Where partners reach us, for asynchronous receipts: https://edi.nordic.example/as2.",
    )


class As2Table(TargetTerms):
    """AS2 (RFC 4130): signed and encrypted messages over HTTP, each answered by a receipt. Partners post to /as2."""

    id: Id
    type: Literal["as2"]
    partner: Id = Field(description="Who is at the other end.")
    theirs: str | None = Field(
        default=None, pattern=_NAME, description="The partner's AS2 name; default: that of its identities. Case counts."
    )
    ours: str | None = Field(
        default=None, pattern=_NAME, description="Our AS2 name with this partner; default: that of [gateway] identities."
    )
    keys: list[As2KeyTable] = Field(default=[], description="Our key pairs with this partner; default: those of [gateway.as2].")
    certificates: list[str | As2CertificateTable] = Field(
        default=[],
        description='The partner\'s certificates, PEM or DER: "certs/bigbox-2026.pem". Several overlap in a roll-over.',
    )
    url: str | None = Field(default=None, pattern=_URL, description="Where the partner receives; without one he only sends.")
    sign: Digest | Literal["none"] = Field(default="sha256", description="How we sign.")
    signature_scheme: Literal["rsa-pkcs1", "rsa-pss", "ecdsa"] | None = Field(
        default=None, description="Default: what fits our key, rsa-pkcs1 or ecdsa."
    )
    opaque: bool = Field(default=False, description="Put the content inside of the signature instead of beside it.")
    micalg: str = Field(default="", description='How the partner spells the digest: "sha256" instead of "sha-256".')
    encrypt: Cipher | Literal["none"] = Field(default="aes256-cbc", description="How we encrypt.")
    key_transport: Transport = Field(default="rsa-pkcs1", description="How the content's key is encrypted.")
    compress: Literal["none", "before-signing", "after-signing"] = Field(
        default="none", description="Whether and when to compress."
    )
    encoding: Literal["binary", "base64", "quoted-printable"] = Field(default="binary", description="How bodies are written.")
    subject: str = Field(default="", max_length=200, description="Subject of what we send; {name} is the file name.")
    mdn: Literal["sync", "async", "none"] = Field(
        default="sync", description="The receipt we ask for: on the same connection, by a request to our url, or none."
    )
    signed_receipt: bool = Field(default=True, description="Ask for a signed receipt; an unsigned one proves nothing.")
    require_signature: bool = Field(default=True, description="Refuse messages that are not signed.")
    require_encryption: bool = Field(default=True, description="Refuse messages that are not encrypted.")
    allow_until: dict[Weak, date] = Field(
        default={}, description="Weak algorithms of the partner that are tolerated through a day: { sha1 = 2027-03-31 }."
    )
    minimum_rsa_bits: int = Field(default=2048, ge=1024, le=16384, description="Shorter keys of the partner are refused.")
    expired_until: date | None = Field(default=None, description="Tolerate his expired certificates through this day.")
    continue_unauthenticated: bool = Field(
        default=False, description="Take messages whose signature is refused, with a warning in the receipt."
    )
    duplicates: Literal["repeat", "warn"] = Field(
        default="repeat", description="A message that came before. repeat: the same receipt again; warn: say that it is a copy."
    )
    sign_receipts: Literal["asked", "always"] = Field(default="asked", description="When our receipts are signed.")
    receipt_hosts: list[Text] = Field(
        default=[], description="Hosts in internal networks that our asynchronous receipts may be sent to."
    )
    recognises_copies: bool = Field(
        default=True,
        description="The partner does nothing twice under one Message-ID. false: what is in doubt waits for a person.",
    )
    login: Text | None = Field(default=None, description="User name, where the partner's server asks for one (HTTP Basic).")
    password: Secret | None = Field(default=None, description="Its password, by reference.")
    timeout: Duration = written("60s", "Patience with one answer.")
    concurrency: int = Field(default=4, ge=1, le=64, description="Messages under way at once.")
    max_size: Size = written("64MiB", "Largest message that is taken, compressed or not.")
    tls: HttpTlsTable = Field(default_factory=HttpTlsTable, description="TLS to the partner's server.")

    @field_validator("certificates")
    @classmethod
    def _tables(cls, value: list[str | As2CertificateTable]) -> list[str | As2CertificateTable]:
        return [As2CertificateTable(file=each) if isinstance(each, str) else each for each in value]

    @model_validator(mode="after")
    def _fits(self) -> "As2Table":
        if self.url is not None and not self.certificates and (self.encrypt != "none" or self.mdn != "none"):
            raise ValueError("without a certificate of the partner nothing can be encrypted for him, nor his receipts verified")
        if (self.require_signature or self.signed_receipt) and not self.certificates:
            raise ValueError("without a certificate of the partner no signature of his can be verified")
        return self

    def agreed_certificates(self) -> list[As2CertificateTable]:
        """The partner's certificates with their days."""
        return [each for each in self.certificates if isinstance(each, As2CertificateTable)]

    def options(self, folder: Path) -> As2Options:
        """What the channel is told, but for what is ours in all channels, and for keys and certificates: no file is read here."""
        plain = (
            "url", "signature_scheme", "opaque", "micalg", "key_transport", "compress", "encoding", "subject", "mdn",
            "signed_receipt", "require_signature", "require_encryption", "minimum_rsa_bits", "expired_until",
            "continue_unauthenticated", "duplicates", "sign_receipts", "recognises_copies", "login", "concurrency",
        )  # fmt: skip
        return As2Options(
            ours=self.ours or "",
            theirs=self.theirs or "",
            sign=None if self.sign == "none" else self.sign,
            encrypt=None if self.encrypt == "none" else self.encrypt,
            allow_until=tuple(sorted(self.allow_until.items())),
            receipt_hosts=tuple(host.lower() for host in self.receipt_hosts),
            password=self.password.get_secret_value() if self.password else None,
            timeout=self.timeout.total_seconds(),
            max_bytes=self.max_size,
            tls=self.tls.terms(folder),
            **{name: getattr(self, name) for name in plain},
        )


def _moment(value: Moment | None) -> datetime | None:
    """A day begins at midnight, UTC; a time without a zone is in UTC."""
    if value is None:
        return None
    moment = value if isinstance(value, datetime) else datetime(value.year, value.month, value.day)  # noqa: DTZ001 - the zone follows
    return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)


def _bytes(secret: SecretStr | None) -> bytes | None:
    return secret.get_secret_value().encode() if secret is not None else None
