"""Ways to and from partners, and what was agreed about each kind of them."""

from dataclasses import dataclass, field
from typing import Protocol

from gateway.domain.ftps_terms import FtpsServer
from gateway.domain.http_terms import HttpCertificate, HttpPollOptions, HttpSendOptions, HttpSignature
from gateway.domain.mail_terms import ImapOptions, SmtpOptions
from gateway.domain.maintenance import ALWAYS_THERE, Maintenance
from gateway.domain.remote_folder_terms import RemoteInbox, RemoteOutbox
from gateway.domain.retry import RetryPolicy
from gateway.domain.sftp_terms import SftpServer


class ChannelOptions(Protocol):
    """What a kind of channel is told. `sends`: interchanges can be handed to the partner this way; `receives`: they come in."""

    @property
    def sends(self) -> bool:
        """Whether interchanges can be handed to the partner this way."""

    @property
    def receives(self) -> bool:
        """Whether interchanges come in this way."""


@dataclass(frozen=True, slots=True)
class DeliveryTerms:
    """How deliveries are made by a channel. `rate` counts them per second, `concurrency` those in flight, of all processes."""

    rate: float | None = None
    concurrency: int | None = None
    retry: RetryPolicy = field(default_factory=RetryPolicy)
    maintenance: Maintenance = ALWAYS_THERE


@dataclass(frozen=True, slots=True)
class Channel:
    """A way to and from a partner. Without a partner (a shared mailbox) the envelope alone says who sent."""

    id: str
    type: str
    partner: str | None
    options: ChannelOptions
    delivery: DeliveryTerms = field(default_factory=DeliveryTerms)

    @property
    def sends(self) -> bool:
        """Whether interchanges can be handed to the partner this way."""
        return self.options.sends

    @property
    def receives(self) -> bool:
        """Whether interchanges come in this way."""
        return self.options.receives


@dataclass(frozen=True, slots=True)
class FolderOptions:
    """A pair of folders. `inbox` is read, `outbox` written; one of them may be None. Times in seconds.

    Names matching `pattern` are read, those matching one of `ignore` never (temporary names); a file is complete when its size
    and time have not changed for `settle`.
    """

    inbox: str | None
    outbox: str | None
    pattern: str = "*"
    ignore: tuple[str, ...] = ("*.tmp", "*.part", ".*")
    settle: float = 1.0
    poll: float = 5.0

    @property
    def sends(self) -> bool:
        """There is a folder that the partner takes files from."""
        return self.outbox is not None

    @property
    def receives(self) -> bool:
        """There is a folder that the partner puts files into."""
        return self.inbox is not None


@dataclass(frozen=True, slots=True)
class HttpOptions:
    """Interchanges posted to us, fetched by us, or posted by us, as agreed.

    `token_hashes` and `url_hashes` are those of `gateway.domain.token.hash_token`; several overlap in a change. A sender that can
    set no header posts to a secret URL. `addresses` are networks ("198.51.100.0/24") that alone may post, where there are any.
    """

    token_hashes: tuple[str, ...] = field(default=(), repr=False)
    max_bytes: int = 64 * 1024 * 1024
    url_hashes: tuple[str, ...] = field(default=(), repr=False)
    addresses: tuple[str, ...] = ()
    signature: HttpSignature | None = None
    certificate: HttpCertificate | None = None
    send: HttpSendOptions | None = None
    poll: HttpPollOptions | None = None

    @property
    def accepts(self) -> bool:
        """Whether the partner may post to us."""
        return bool(self.token_hashes or self.url_hashes or self.signature or self.certificate)

    @property
    def sends(self) -> bool:
        """There is an address to post to."""
        return self.send is not None

    @property
    def receives(self) -> bool:
        """The partner posts, or we fetch."""
        return self.accepts or self.poll is not None


@dataclass(frozen=True, slots=True)
class MailOptions:
    """A mailbox of ours that is read, and a server that mails to the partner are handed to; one of them may be None."""

    imap: ImapOptions | None
    smtp: SmtpOptions | None

    @property
    def sends(self) -> bool:
        """There are recipients."""
        return self.smtp is not None

    @property
    def receives(self) -> bool:
        """There is a mailbox."""
        return self.imap is not None


@dataclass(frozen=True, slots=True, kw_only=True)
class SftpOptions:
    """Folders on a partner's SFTP server: `inbox` is read, `outbox` written; one of them may be None.

    `jump` is a server that the way leads through. Up to `connections` are open at one time and kept open, with a sign of life
    every `keep_alive` s; `in_flight` are the requests under way on each. `patience` in seconds is for one answer.
    """

    server: SftpServer
    inbox: RemoteInbox | None = None
    outbox: RemoteOutbox | None = None
    jump: SftpServer | None = None
    connections: int = 2
    in_flight: int = 64
    keep_alive: float = 30.0
    patience: float = 30.0

    @property
    def sends(self) -> bool:
        """There is a folder that the partner takes files from."""
        return self.outbox is not None

    @property
    def receives(self) -> bool:
        """There is a folder that the partner puts files into."""
        return self.inbox is not None


@dataclass(frozen=True, slots=True, kw_only=True)
class FtpsOptions:
    """Folders on a partner's FTPS server: `inbox` is read, `outbox` written; one of them may be None. Up to `connections` are
    open at one time.
    """

    server: FtpsServer
    inbox: RemoteInbox | None = None
    outbox: RemoteOutbox | None = None
    connections: int = 2

    @property
    def sends(self) -> bool:
        """There is a folder that the partner takes files from."""
        return self.outbox is not None

    @property
    def receives(self) -> bool:
        """There is a folder that the partner puts files into."""
        return self.inbox is not None
