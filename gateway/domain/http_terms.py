"""What is agreed about HTTP with a partner: how each side proves who it is, where we post to, what we fetch."""

from dataclasses import dataclass, field
from typing import Literal


@dataclass(frozen=True, slots=True)
class HttpSignature:
    """How posts to us are signed: HMAC over a text that ends with the body (as in RFC 2104).

    `signed` is that text with the places {timestamp}, {id}, {method}, {path}, and last {body}. A timestamp may lie `window`
    seconds from our clock on either side. Several secrets overlap in a change. The signature is found in its header behind
    `prefix`, or in one of several values that are separated by commas or blanks.
    """

    secrets: tuple[bytes, ...] = field(repr=False)
    algorithm: Literal["sha256", "sha384", "sha512"] = "sha256"
    encoding: Literal["hex", "base64"] = "hex"
    signed: str = "{timestamp}.{body}"
    header: str = "X-Signature"
    prefix: str = ""
    timestamp_header: str = "X-Timestamp"
    id_header: str = "X-Webhook-Id"
    window: float = 300.0


@dataclass(frozen=True, slots=True)
class HttpCertificate:
    """The client certificates that a partner may show: pinned, by files (PEM) or SHA-256 fingerprints (64 lower-case hexadecimal
    digits), or by subject (RFC 4514) when issued by one of `authorities` (PEM files) itself.
    """

    certificates: tuple[str, ...] = ()
    fingerprints: tuple[str, ...] = ()
    subjects: tuple[str, ...] = ()
    authorities: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class ServerTls:
    """TLS of our own web server: paths of PEM files. Clients may show certificates that `authorities` vouch for."""

    certificate: str
    key: str | None = None
    key_password: str = field(default="", repr=False)
    authorities: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class BearerLogin:
    """A token that does not change: `Authorization: Bearer`."""

    token: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class BasicLogin:
    """User and password (RFC 7617)."""

    user: str
    password: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class ApiKeyLogin:
    """A key in a header or a query parameter."""

    key: str = field(repr=False)
    name: str = "X-API-Key"
    place: Literal["header", "query"] = "header"


@dataclass(frozen=True, slots=True)
class OAuth2Login:
    """Client credentials (RFC 6749, clause 4.4). `in_body`: the client names itself in the form instead of by Basic."""

    token_url: str
    client_id: str
    client_secret: str = field(repr=False)
    scope: str = ""
    audience: str = ""
    in_body: bool = False


HttpLogin = BearerLogin | BasicLogin | ApiKeyLogin | OAuth2Login


@dataclass(frozen=True, slots=True)
class ClientTls:
    """Paths of PEM files: our certificate for mutual TLS with its key, and whom we trust instead of the system's authorities."""

    certificate: str | None = None
    key: str | None = None
    key_password: str = field(default="", repr=False)
    authorities: str | None = None


@dataclass(frozen=True, slots=True)
class HttpClientTerms:
    """How we call a partner's server. Times in seconds.

    `internal`: the server may have an address that is not of the public internet (a VPN, a private network, this machine).
    `hosts` are further origins ("https://files.example") that lists and redirects of this server may lead to.
    """

    login: HttpLogin | None = None
    tls: ClientTls = ClientTls()
    headers: tuple[tuple[str, str], ...] = field(default=(), repr=False)
    timeout: float = 60.0
    internal: bool = False
    hosts: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class HttpSendOptions:
    """Where interchanges are posted to. `url` may hold {name}, the file's name.

    `idempotent`: the partner's server does nothing twice for the same Idempotency-Key, or for the same content. Only then is a
    request repeated whose outcome is unknown. `already` are statuses that say: I have this one. `answer`: what the body of an
    answer is, an acknowledgement that is received like any other transmission, or nothing that matters.
    """

    url: str
    method: Literal["POST", "PUT"] = "POST"
    idempotent: bool = False
    media_type: str | None = None
    answer: Literal["ignore", "acknowledgement"] = "ignore"
    already: tuple[int, ...] = ()
    most_answer: int = 16 * 1024 * 1024
    at_once: int = 4
    client: HttpClientTerms = HttpClientTerms()


@dataclass(frozen=True, slots=True)
class HttpListing:
    """How a list of what is ready is read.

    `form`: "json" (the other members are paths in it: `data.files[]`), "links" (of an HTML page), "lines" (of a text). `items` is
    the path of the items, the following ones are paths in an item; an item that is a text is its own id.
    `id` says which one it is for ever; `url` where its content is, else `content_url` of the options; `version` its time, size or
    tag. `content` is where in the list the content itself is, written in `encoding`: then nothing more is fetched.
    `next` is the path of the next page's URL, `cursor` that of the text from which the next round begins. `pattern` chooses
    among names.
    """

    form: Literal["json", "links", "lines"] = "json"
    items: str = "[]"
    id: str | None = None
    url: str | None = None
    name: str | None = None
    version: tuple[str, ...] = ()
    content: str | None = None
    encoding: Literal["text", "base64"] = "text"
    next: str | None = None
    cursor: str | None = None
    pattern: str = "*"


@dataclass(frozen=True, slots=True)
class HttpPollOptions:
    """What is fetched, and how its receipt is confirmed. URLs may hold {id} and {name}. Times in seconds, sizes in bytes.

    `content_url` is where an item is when the list does not say. `confirm` is the method of the request that releases it, sent to
    `confirm_url` or the item's own URL; "none" leaves it, and what was fetched before is known by its id. The cursor goes into
    the query parameter `cursor_parameter`.
    """

    url: str
    listing: HttpListing = HttpListing()
    content_url: str | None = None
    confirm: Literal["delete", "post", "put", "none"] = "delete"
    confirm_url: str | None = None
    cursor_parameter: str | None = None
    every: float = 60.0
    at_once: int = 4
    most_list: int = 16 * 1024 * 1024
    most_pages: int = 1000
    client: HttpClientTerms = HttpClientTerms()
