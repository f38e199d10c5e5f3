"""Channels of the type `http`: what partners post to us, what we post to them, what we fetch from them."""

import base64
import ipaddress
import re
from pathlib import Path
from typing import Annotated, Literal

from pydantic import AfterValidator, Field, SecretStr, field_validator, model_validator

from gateway.config.channels.http_client import HttpClientTable, HttpUrl
from gateway.config.delivery_model import TargetTerms
from gateway.config.fields import Id, written
from gateway.config.quantities import Duration, Size
from gateway.config.table import Secret, Table, Text
from gateway.domain.channel import HttpOptions
from gateway.domain.http_terms import HttpCertificate, HttpListing, HttpPollOptions, HttpSendOptions, HttpSignature
from gateway.domain.token import HASH

_PLACES = re.compile(r"\{(\w+)\}")


def _network(value: str) -> str:
    try:
        ipaddress.ip_network(value, strict=False)
    except ValueError:
        raise ValueError(f'"{value}" is no address and no network: write one like "198.51.100.0/24"') from None
    return value


NetworkText = Annotated[str, AfterValidator(_network)]


class HttpSignatureTable(Table):
    """How posts to us are signed (HMAC)."""

    secrets: list[Secret] = Field(min_length=1, description="The shared secrets, by reference; several while one is changed.")
    secret_encoding: Literal["text", "base64", "hex"] = Field(default="text", description="How the secrets are written.")
    algorithm: Literal["sha256", "sha384", "sha512"] = Field(default="sha256")
    encoding: Literal["hex", "base64"] = Field(default="hex", description="How the signature is written.")
    signed: Text = Field(
        default="{timestamp}.{body}",
        description="What is signed, with the places {timestamp}, {id}, {method}, {path}, and last {body}.",
    )
    header: Text = Field(default="X-Signature", description="Header with the signature, or with several.")
    prefix: str = Field(default="", description='What stands before it: "sha256=", "v1=".')
    timestamp_header: Text = Field(
        default="X-Timestamp",
        description="Header with the time: seconds, milliseconds or ISO 8601. The signature's own: t= in it.",
    )
    id_header: Text = Field(default="X-Webhook-Id", description="Header with the id of the post, where {id} is signed.")
    window: Duration = written("5m", "How far the time may be from ours.")

    @field_validator("signed")
    @classmethod
    def _ends_with_body(cls, value: str) -> str:
        unknown = set(_PLACES.findall(value)) - {"timestamp", "id", "method", "path", "body"}
        if unknown or not value.endswith("{body}") or value.count("{body}") != 1:
            raise ValueError("end it with {body}; the other places are {timestamp}, {id}, {method} and {path}")
        return value

    @model_validator(mode="after")
    def _readable_secrets(self) -> "HttpSignatureTable":
        for secret in self.secrets:
            self._decoded(secret.get_secret_value())
        return self

    def terms(self) -> HttpSignature:
        """What the channel is told."""
        return HttpSignature(
            tuple(self._decoded(secret.get_secret_value()) for secret in self.secrets),
            algorithm=self.algorithm,
            encoding=self.encoding,
            signed=self.signed,
            header=self.header,
            prefix=self.prefix,
            timestamp_header=self.timestamp_header,
            id_header=self.id_header,
            window=self.window.total_seconds(),
        )

    def _decoded(self, text: str) -> bytes:
        form = self.secret_encoding
        try:
            if form == "hex":
                return bytes.fromhex(text)
            if form == "base64":
                return base64.b64decode(text.removeprefix("whsec_"), validate=True)
        except ValueError:
            raise ValueError(f"a secret is not written in {form}") from None
        return text.encode()


class HttpCertificateTable(Table):
    """Client certificates that the partner may show."""

    certificates: list[Text] = Field(default=[], description="PEM files of pinned certificates, relative to routes.toml.")
    fingerprints: list[Annotated[str, Field(pattern=r"^([0-9a-fA-F]{2}:?){32}$")]] = Field(
        default=[], description="SHA-256 fingerprints of pinned certificates, 64 hexadecimal digits."
    )
    subjects: list[Text] = Field(
        default=[], description='Subjects as RFC 4514 writes them, "CN=edi.bigbox.example,O=BigBox", of our authorities.'
    )
    authorities: list[Text] = Field(default=[], description="PEM files of who issues the certificates of these subjects itself.")

    @model_validator(mode="after")
    def _some_certificate(self) -> "HttpCertificateTable":
        if not (self.certificates or self.fingerprints or self.subjects):
            raise ValueError("name certificates, fingerprints, or subjects with their authorities")
        if bool(self.subjects) != bool(self.authorities):
            raise ValueError("subjects and authorities belong together: anybody can write any subject")
        return self

    def terms(self, folder: Path) -> HttpCertificate:
        """What the channel is told."""
        return HttpCertificate(
            certificates=tuple(str(folder / name) for name in self.certificates),
            fingerprints=tuple(mark.replace(":", "").lower() for mark in self.fingerprints),
            subjects=tuple(self.subjects),
            authorities=tuple(str(folder / name) for name in self.authorities),
        )


class HttpSendTable(HttpClientTable):
    """Where we post what is for the partner."""

    url: HttpUrl = Field(description="Address that takes posts; {name} in it becomes the file's name.")
    method: Literal["POST", "PUT"] = Field(default="POST")
    idempotent: bool = Field(
        default=False,
        description="The partner's server takes a repeat (same Idempotency-Key, same content) once. Without it, a post whose "
        "answer is lost waits in doubt for a person.",
    )
    media_type: Text | None = Field(default=None, description="Content-Type; default: by the format.")
    answer: Literal["ignore", "acknowledgement"] = Field(
        default="ignore",
        description="Whether the body of the answer is an acknowledgement, received like any other transmission.",
    )
    already: list[Annotated[int, Field(ge=300, le=499)]] = Field(
        default=[], description="Statuses that say: this one I have already. 409 with some."
    )
    at_once: int = Field(default=4, ge=1, le=32, description="Requests at one time.")
    most_answer: Size = written("16MiB", "Largest acknowledgement in an answer.")

    def terms(self, folder: Path) -> HttpSendOptions:
        """What the channel is told."""
        return HttpSendOptions(
            self.url,
            method=self.method,
            idempotent=self.idempotent,
            media_type=self.media_type,
            answer=self.answer,
            already=tuple(self.already),
            most_answer=self.most_answer,
            at_once=self.at_once,
            client=self.client(folder),
        )


class HttpListingTable(Table):
    """How the list of what is ready is read. Paths are names joined by dots, with [] after each list: `data.files[]`."""

    form: Literal["json", "links", "lines"] = Field(default="json", description="JSON, the links of a page, or lines of text.")
    items: str = Field(default="[]", description="Path of the items.")
    id: Text | None = Field(default=None, description="Path in an item: what names it for ever, never used twice.")
    url: str | None = Field(default=None, description="Path in an item: where its content is; else content_url says it.")
    name: Text | None = Field(default=None, description="Path in an item: name of the file.")
    version: list[Text] = Field(default=[], description="Paths in an item: time, size or tag, which change with its content.")
    content: Text | None = Field(
        default=None, description="Path in an item: its content itself, where the list holds it; nothing more is fetched then."
    )
    encoding: Literal["text", "base64"] = Field(default="text", description="How that content is written in the list.")
    next: Text | None = Field(default=None, description="Path of the next page's address; Link headers are followed anyway.")
    cursor: Text | None = Field(default=None, description="Path of where the next round begins; the last one of several counts.")
    pattern: Text = Field(default="*", description='Names that are fetched, by pattern: "*.edi". Case does not matter.')

    @model_validator(mode="after")
    def _paths_of_json(self) -> "HttpListingTable":
        if self.form != "json" and (self.id or self.url or self.name or self.version or self.next or self.cursor or self.content):
            raise ValueError(f'only lists of the form "json" have paths: "{self.form}" names its files alone')
        return self

    def terms(self) -> HttpListing:
        """What the channel is told."""
        return HttpListing(
            self.form,
            self.items,
            id=self.id,
            url=self.url,
            name=self.name,
            version=tuple(self.version),
            content=self.content,
            encoding=self.encoding,
            next=self.next,
            cursor=self.cursor,
            pattern=self.pattern,
        )


class HttpPollTable(HttpClientTable):
    """What we fetch: a list, then each thing on it, which is confirmed or deleted once it is stored."""

    url: HttpUrl = Field(description="Address of the list.")
    listing: HttpListingTable = Field(default_factory=HttpListingTable)
    content_url: HttpUrl | None = Field(
        default=None, description="Address of an item, with {id} or {name}, when the list has none."
    )
    confirm: Literal["delete", "post", "put", "none"] = Field(
        default="delete", description="How an item is released once it is stored; none leaves it there."
    )
    confirm_url: HttpUrl | None = Field(
        default=None, description="Address for that, with {id} or {name}; default: the item's own."
    )
    cursor_parameter: Text | None = Field(default=None, description="Query parameter for the cursor: since.")
    every: Duration = written("1m", "How often to look.")
    at_once: int = Field(default=4, ge=1, le=32, description="Items fetched at one time.")

    @model_validator(mode="after")
    def _fit_together(self) -> "HttpPollTable":
        listing = self.listing
        if (self.cursor_parameter is None) != (listing.cursor is None):
            raise ValueError("cursor_parameter and listing.cursor belong together: one is sent, the other read")
        addressed = listing.form != "json" or listing.url is not None or self.content_url is not None
        if not addressed and listing.content is None:
            raise ValueError("say where an item is: listing.url as a path in it, content_url with {id}, or listing.content")
        if not addressed and self.confirm != "none" and self.confirm_url is None:
            raise ValueError('items without an address are released at confirm_url, or stay: confirm = "none"')
        return self

    def terms(self, folder: Path) -> HttpPollOptions:
        """What the channel is told."""
        return HttpPollOptions(
            self.url,
            listing=self.listing.terms(),
            content_url=self.content_url,
            confirm=self.confirm,
            confirm_url=self.confirm_url,
            cursor_parameter=self.cursor_parameter,
            every=self.every.total_seconds(),
            at_once=self.at_once,
            client=self.client(folder),
        )


class HttpTable(TargetTerms):
    """Interchanges posted to /v1/partners/<partner>/interchanges; posts of ours to the partner; what we fetch from it."""

    id: Id
    type: Literal["http"]
    partner: Id = Field(description="Who posts here, and whom we post to.")
    token_hashes: list[Secret] = Field(
        default=[], description='Hashes of the tokens, "sha256:" and 64 hexadecimal digits, by reference.'
    )
    url_hashes: list[Secret] = Field(
        default=[],
        description="Hashes of secrets for /v1/hooks/<secret>, for senders that set no header; 32 random characters or more.",
    )
    addresses: list[NetworkText] = Field(default=[], description="Addresses and networks that alone may post; default: any.")
    signature: HttpSignatureTable | None = Field(default=None)
    client_certificate: HttpCertificateTable | None = Field(default=None)
    max_size: Size = written("64MiB", "Largest body that is taken.")
    send: HttpSendTable | None = Field(default=None)
    poll: HttpPollTable | None = Field(default=None)

    @field_validator("token_hashes", "url_hashes")
    @classmethod
    def _hashed(cls, value: list[SecretStr]) -> list[SecretStr]:
        if any(secret.get_secret_value() and not HASH.fullmatch(secret.get_secret_value()) for secret in value):
            raise ValueError('a token hash is "sha256:" and 64 lower-case hexadecimal digits')
        return value

    @model_validator(mode="after")
    def _some_use(self) -> "HttpTable":
        proof = self.token_hashes or self.url_hashes or self.signature or self.client_certificate
        if not (proof or self.send or self.poll):
            raise ValueError("say how the partner proves who it is (token_hashes, signature, url_hashes, client_certificate)")
        if self.addresses and not proof:
            raise ValueError("addresses restrict who may post; they prove nothing alone")
        return self

    def options(self, folder: Path) -> HttpOptions:
        """What the channel is told; `folder` is what relative paths start from."""
        return HttpOptions(
            token_hashes=tuple(secret.get_secret_value() for secret in self.token_hashes),
            max_bytes=self.max_size,
            url_hashes=tuple(secret.get_secret_value() for secret in self.url_hashes),
            addresses=tuple(self.addresses),
            signature=self.signature.terms() if self.signature else None,
            certificate=self.client_certificate.terms(folder) if self.client_certificate else None,
            send=self.send.terms(folder) if self.send else None,
            poll=self.poll.terms(folder) if self.poll else None,
        )
