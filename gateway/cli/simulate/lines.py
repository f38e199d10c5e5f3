"""The line of a simulated partner: the other end of one of its channels in routes.toml, on this machine."""

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from gateway.cli.exit_status import ExitStatus
from gateway.cli.failure import CommandFailed
from gateway.cli.simulate.speaking import Wanted
from gateway.config import Snapshot
from gateway.domain.as2_terms import As2Options
from gateway.domain.channel import Channel, FolderOptions, HttpOptions, SftpOptions
from gateway.simulators.partner.as2_line import As2Line
from gateway.simulators.partner.folder_line import FolderLine
from gateway.simulators.partner.http_line import HttpLine
from gateway.simulators.partner.line import Take
from gateway.simulators.partner.sftp_line import SftpLine
from gateway.simulators.partner.sftp_server import SftpServer

_LOOPBACK = ("127.0.0.1", "localhost", "::1")
_PATIENCE = 10.0


def line_of(snapshot: Snapshot, channel: Channel, wanted: Wanted, *, take: Take, environ: Mapping[str, str]) -> Any:
    """The line, not yet open. Raises CommandFailed where the channel leads away from this machine, or a key is missing."""
    made: Callable[..., Any] = _MADE[type(channel.options)]
    return made(snapshot, channel.options, wanted, take, environ)


def _folder(_snapshot: Snapshot, options: FolderOptions, wanted: Wanted, take: Take, _environ: Mapping[str, str]) -> FolderLine:
    base = wanted.keys.parent
    inbox, outbox = (base / folder if folder is not None else None for folder in (options.inbox, options.outbox))
    return FolderLine(inbox, outbox, take=take)


def _http(snapshot: Snapshot, options: HttpOptions, wanted: Wanted, take: Take, environ: Mapping[str, str]) -> HttpLine:
    from gateway.cli.send import token

    listens = ""
    if options.send is not None:
        listens = options.send.url
        port_of(listens)
    return HttpLine(
        f"{_gateway(snapshot, wanted)}/v1/partners/{wanted.partner}/interchanges",
        take=take,
        token=token(environ) if options.token_hashes else "",
        signature=options.signature,
        listens=listens,
        wait=0.0 if options.send is not None else _PATIENCE,
    )


def _as2(snapshot: Snapshot, options: As2Options, wanted: Wanted, take: Take, _environ: Mapping[str, str]) -> As2Line:
    from gateway.protocols.as2 import Policy
    from gateway.simulators.as2 import Pair

    certificate, key = (_read(wanted, f"{wanted.partner}.{kind}") for kind in ("pem", "key"))
    if certificate not in [one.data for one in options.certificates]:
        raise CommandFailed(
            f"the channel does not name {wanted.partner}.pem, whose key a simulated {wanted.partner} has",
            where=str(wanted.keys),
            remedy=f'Write certificates = ["{wanted.keys.name}/{wanted.partner}.pem"] into the channel, in a trial environment.',
        )
    if not options.keys:
        raise CommandFailed("the gateway has no AS2 key", where="routes.toml", remedy="Add keys to [gateway.as2].")
    return As2Line(
        options.theirs,
        options.ours,
        url=options.receipt_url or f"{_gateway(snapshot, wanted)}/as2",
        theirs=options.keys[-1].certificate.data,
        take=take,
        pair=Pair(certificate, key),
        port=port_of(options.url) if options.url else 0,
        manners=wanted.manners,
        policy=Policy(require_signature=options.sign is not None, require_encryption=options.encrypt is not None),
    )


def _sftp(_snapshot: Snapshot, options: SftpOptions, wanted: Wanted, take: Take, _environ: Mapping[str, str]) -> SftpLine:
    from gateway.channels.sftp.login_key import login_key

    told = options.server
    if told.host not in _LOOPBACK:
        raise _away(told.host)
    root = wanted.keys / f"{wanted.partner}-files"
    host_key = _read(wanted, f"{wanted.partner}.host.key").decode()
    server = SftpServer(root, host_key=host_key, user=told.user, password=told.password, key=login_key(told), port=told.port)
    inbox, outbox = options.inbox, options.outbox
    return SftpLine(
        server,
        root,
        fetched=inbox.folder if inbox is not None else None,
        left=outbox.folder if outbox is not None else None,
        take=take,
        marker=inbox.marker if inbox is not None and inbox.complete == "marker" else "",
    )


_MADE: Mapping[type, Callable[..., Any]] = {FolderOptions: _folder, HttpOptions: _http, As2Options: _as2, SftpOptions: _sftp}


def _gateway(snapshot: Snapshot, wanted: Wanted) -> str:
    """Where the gateway is reached."""
    if wanted.url:
        return wanted.url.rstrip("/")
    gateway = snapshot.gateway
    scheme = "https" if gateway.tls is not None else "http"
    host = gateway.host if gateway.host not in ("", "0.0.0.0", "::") else "127.0.0.1"  # noqa: S104 - what it listens on
    return f"{scheme}://{host}:{gateway.port}"


def port_of(url: str) -> int:
    """The port of an address on this machine. Raises CommandFailed."""
    try:
        parts = urlsplit(url)
        host, port = parts.hostname, parts.port
    except ValueError as error:
        raise _unfit(f"the address {url} cannot be read: {error}") from error
    if host not in _LOOPBACK:
        raise _away(parts.netloc)
    if port is None or parts.scheme != "http":
        raise _unfit(f"the address {url} is not that of something simulated, which speaks plain HTTP at a port")
    return port


def _away(host: str) -> CommandFailed:
    return _unfit(f"the address leads to {host}, and what is simulated listens on this machine only")


def _unfit(what: str) -> CommandFailed:
    return CommandFailed(
        what,
        where="routes.toml",
        remedy="Write http://127.0.0.1 or 127.0.0.1 with a port, in environments/<name>.toml or a copy of routes.toml.",
        status=ExitStatus.USAGE,
    )


def _read(wanted: Wanted, name: str) -> bytes:
    path: Path = wanted.keys / name
    try:
        return path.read_bytes()
    except OSError as error:
        raise CommandFailed(
            f"the simulated partner has no {name}: {error.strerror}",
            where=str(path),
            remedy=f"Make its keys with: gateway simulate keys {wanted.partner}",
        ) from error
