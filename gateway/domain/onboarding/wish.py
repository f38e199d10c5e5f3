"""What a person says of a new partner, and what the configuration says already. Pure values."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum

from gateway.domain.agreement import Direction
from translators.contract import Family, Identity


class Transport(StrEnum):
    """How documents travel. `sftp`: we log in at theirs; `sftp-inbox`: they log in at ours."""

    AS2 = "as2"
    SFTP = "sftp"
    SFTP_INBOX = "sftp-inbox"
    FTPS = "ftps"
    HTTP = "http"
    MAIL = "mail"
    FOLDER = "folder"


def named_format(family: Family, version: str, type_: str) -> str:
    """A format as agreements name it. Canonical JSON has one version, which is not written."""
    return f"{family.value}/{type_}" if family is Family.JSON else f"{family.value}/{version}/{type_}"


@dataclass(frozen=True, slots=True)
class Format:
    """A format that a person names: family, version, type, whose direction is `direction`. `document` is its canonical name."""

    family: Family
    version: str
    type: str
    document: str
    direction: Direction = Direction.IN

    def __str__(self) -> str:
        return named_format(self.family, self.version, self.type)


@dataclass(frozen=True, slots=True, kw_only=True)
class Wish:
    """A new partner as a person asks for it. `partner` is its id; what is left out is proposed, or asked in the file.

    `formats` are exchanged beside those of the samples. `sends` are the documents that we send to it, None for those that
    usually answer what it sends. `address` is the partner's side: a URL, a host, a folder, or a mail address.
    """

    partner: str
    transport: Transport
    name: str = ""
    owner: str = ""
    timezone: str = ""
    formats: Sequence[Format] = ()
    sends: Sequence[str] | None = None
    application: str = ""
    address: str = ""
    user: str = ""
    as2_name: str = ""
    identities: Mapping[Family, Sequence[Identity]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class KnownApplication:
    """A system behind the gateway: its type, and whether it is a productive one."""

    id: str
    type: str
    production: bool


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What the configuration says already, as far as a new partner is concerned."""

    ours: Mapping[Family, Sequence[Identity]]
    owner: str
    owners: Sequence[str]
    applications: Sequence[KnownApplication]
    production: bool
    as2_name: str = ""
    as2_keys: bool = False
    claimed: Mapping[tuple[Family, Identity], str] = field(default_factory=dict)
    """Partners by the identities that they have."""
    taken: Mapping[str, str] = field(default_factory=dict)
    """Routes that take a document from every partner, by the canonical document; "" stands for any."""
