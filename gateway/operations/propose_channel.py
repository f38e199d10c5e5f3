"""Proposes the way to and from a new partner: one channel, secrets as references, and what is to be agreed. Pure."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from urllib.parse import urlsplit

from gateway.domain.onboarding.partner_file import Block, Question, Setting, Value
from gateway.domain.onboarding.wish import Surroundings, Transport, Wish

Parts = Iterator[Setting | Question]


@dataclass(frozen=True, slots=True)
class _Way:
    """What a channel is proposed from. `sends`: documents go out by it, beside acknowledgements."""

    wish: Wish
    around: Surroundings
    sends: bool


def channel_block(wish: Wish, around: Surroundings, *, sends: bool) -> Block:
    """The table of the partner's channel. `sends`: documents go out by it."""
    kind = "folder" if wish.transport is Transport.SFTP_INBOX else wish.transport.value
    first = [Setting("id", channel_id(wish)), Setting("partner", wish.partner), Setting("type", kind)]
    return Block("[[channel]]", [*first, *_PARTS[wish.transport](_Way(wish, around, sends))])


def channel_id(wish: Wish) -> str:
    """What the partner's channel is called."""
    return f"{wish.partner}-{wish.transport.value}"


def variable(wish: Wish, what: str) -> str:
    """The name of an environment variable of the partner's: `BIGBOX_SFTP_PASSWORD`; none begins with a digit."""
    name = f"{wish.partner}_{what}".replace("-", "_").upper()
    return f"PARTNER_{name}" if name[0].isdigit() else name


def server(address: str) -> tuple[str, int | None]:
    """Host and port of an address, which may be a URL, or host and port; a reference stays as it is written.

    Raises ValueError for what is neither.
    """
    whole = address if "://" in address else f"//{address}"
    if "${" in address:
        return whole.partition("//")[2].partition("/")[0], None
    parts = urlsplit(whole)
    if address and not parts.hostname:
        raise ValueError(f"{address} names no host")
    return parts.hostname or "", parts.port


def _host(wish: Wish, service: str) -> str:
    """The partner's host as it was named, or one that stands in for it and is nobody's (RFC 2606)."""
    return server(wish.address)[0] or f"{service}.{wish.partner}.example"


def _server(wish: Wish, service: str) -> Parts:
    yield Setting("host", _host(wish, service))
    port = server(wish.address)[1]
    if port is not None:
        yield Setting("port", port)


def _where(wish: Wish, what: str) -> Parts:
    if not wish.address:
        yield Question("address", f"What is {what}? The address below stands in for it.")


def _folder(way: _Way) -> Parts:
    base = way.wish.address.rstrip("/") or f"${{GATEWAY_DATA:-var}}/partners/{way.wish.partner}"
    if not way.wish.address:
        yield Question("address", "Which folders does the partner write to and read from? It needs rights to these two alone.")
    yield Setting("inbox", f"{base}/inbox", "what it puts here is read and removed")
    yield Setting("outbox", f"{base}/outbox", "acknowledgements and documents" if way.sends else "acknowledgements")


def _sftp_inbox(way: _Way) -> Parts:
    base = way.wish.address.rstrip("/") or f"/srv/sftp/{way.wish.partner}"
    yield Question(
        "login", f"Give it a login at our SFTP server that is shut into {base} (docs/how-to/sftp.md), by its public key."
    )
    yield Setting("inbox", f"{base}/inbox", "it puts files here")
    yield Setting("outbox", f"{base}/outbox", "it fetches files from here")
    yield Setting("settle", "5s", "longer than the pauses of its slowest upload")


def _sftp(way: _Way) -> Parts:
    yield from _where(way.wish, "its SFTP server")
    yield from _server(way.wish, "sftp")
    yield from _user(way.wish)
    yield Question(
        "secret", f'Set {variable(way.wish, "SFTP_PASSWORD")}, or write key = "${{file:...}}" with our private key instead.'
    )
    yield Setting("password", _reference(variable(way.wish, "SFTP_PASSWORD")))
    yield Question(
        "host-key", "Which fingerprint has its server's key? Ask on another way; `gateway partners test` tells what it shows."
    )
    yield Setting("host_keys", [], "without one nothing is sent there")
    yield from _remote_folders()


def _ftps(way: _Way) -> Parts:
    yield from _where(way.wish, "its FTP server")
    yield from _server(way.wish, "ftp")
    yield Setting("security", "explicit", '"implicit": TLS from the first byte, on port 990')
    yield from _user(way.wish)
    yield Question("secret", f"Set {variable(way.wish, 'FTPS_PASSWORD')} to the password that it gave us.")
    yield Setting("password", _reference(variable(way.wish, "FTPS_PASSWORD")))
    yield from _remote_folders()


def _user(wish: Wish) -> Parts:
    if not wish.user:
        yield Question("user", "Under which name do we log in there?")
    yield Setting("user", wish.user or "UNKNOWN")


def _remote_folders() -> Parts:
    yield Question(
        "folders", "In which folders does it leave and look for files, and how is a file known to be whole? See complete."
    )
    yield Setting("inbox", {"folder": "out", "complete": "stable"}, "what we fetch")
    yield Setting("outbox", {"folder": "in", "name": "{document}_{date}_{sequence:06}.edi"}, "what we leave")


def _http(way: _Way) -> Parts:
    token = variable(way.wish, "TOKEN_SHA256")
    yield Question("secret", f"Make a long random token for it, and set {token} to sha256: and its SHA-256; it posts to "
                   f"/v1/partners/{way.wish.partner}/interchanges. Until then it cannot.")  # fmt: skip
    yield Setting("token_hashes", [f"${{{token}:-}}"], "only the hash is kept")
    if way.sends:
        yield from _where(way.wish, "the address that we post to")
        yield Question(
            "answer", "Does its server answer a post with an acknowledgement, and take a repeat once? See answer, idempotent."
        )
        yield Setting("send", {"url": _url(way.wish, "https")}, "what we post")


def _mail(way: _Way) -> Parts:
    address = way.wish.address if "@" in way.wish.address else f"edi@{way.wish.partner}.example"
    if "@" not in way.wish.address:
        yield Question("address", "From which addresses does it write, and which one do we write to?")
    yield Question(
        "secret", f"Set {variable(way.wish, 'MAIL_PASSWORD')} to the password of our mailbox, and name its server and login."
    )
    password = _reference(variable(way.wish, "MAIL_PASSWORD"))
    mailbox: dict[str, Value] = {"host": "imap.example", "login": "edi", "password": password, "senders": [address]}
    yield Setting("imap", mailbox, "the mailbox that it writes to")
    if way.sends:
        server: dict[str, Value] = {"host": "smtp.example", "login": "edi", "password": password, "from": "edi@company.example"}
        yield Setting("smtp", {**server, "to": [address]}, "what we send")


def _as2(way: _Way) -> Parts:
    certificate = f"certs/{way.wish.partner}.pem"
    yield from _where(way.wish, "its AS2 address")
    yield Setting("url", _url(way.wish, "https", "/as2"))
    yield Question("certificate", f"Put its certificate into {certificate}, and compare the fingerprint with it on another way.")
    yield Setting("certificates", [certificate])
    if not way.around.as2_name:
        yield Question("our-as2-name", "What is our AS2 name? Add it to [gateway] identities, or write ours = here.")
    if not way.around.as2_keys:
        yield Question("our-as2-key", "Make a key pair, and name it in [gateway.as2] keys: docs/how-to/as2.md.")
    yield Question("algorithms", "Which algorithms, and does it answer on the same connection? These are usual.")
    yield Setting("sign", "sha256")
    yield Setting("encrypt", "aes256-cbc")
    yield Setting("mdn", "sync", '"async" needs [gateway.as2] url')


def _url(wish: Wish, scheme: str, path: str = "/edi") -> str:
    if "://" in wish.address or wish.address.startswith("${"):
        return wish.address
    if "/" in wish.address:
        return f"{scheme}://{wish.address}"
    return f"{scheme}://{wish.address or _host(wish, 'edi')}{path}"


def _reference(name: str) -> str:
    return f"${{{name}}}"


_PARTS: Mapping[Transport, Callable[[_Way], Parts]] = {
    Transport.AS2: _as2,
    Transport.SFTP: _sftp,
    Transport.SFTP_INBOX: _sftp_inbox,
    Transport.FTPS: _ftps,
    Transport.HTTP: _http,
    Transport.MAIL: _mail,
    Transport.FOLDER: _folder,
}
