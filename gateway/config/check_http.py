"""Checks of HTTP channels: files that must be there, certificates that can be shown, and that each post has one channel."""

import ssl
from collections.abc import Iterator
from pathlib import Path

from cryptography import x509

from gateway.config.channels.http import HttpTable
from gateway.config.channels.http_client import HttpClientTable, HttpTlsTable, OAuth2Table
from gateway.config.check import Checked
from gateway.config.positions import KeyPath


def check_http(checked: Checked, folder: Path) -> None:
    """`folder` is what relative paths start from."""
    _server(checked, folder)
    posting: dict[str, str] = {}
    hashes: dict[str, str] = {}
    for path, channel in _channels(checked):
        if channel.token_hashes or channel.url_hashes or channel.signature or channel.client_certificate:
            first = posting.setdefault(channel.partner, channel.id)
            if first != channel.id:
                text = f'posts of partner "{channel.partner}" come by channel "{first}" already'
                checked.complaints.add("R066", (*path, "id"), text)
        for place, secret in enumerate(channel.url_hashes):
            first = hashes.setdefault(secret.get_secret_value(), channel.id)
            if first != channel.id:
                checked.complaints.add("R066", (*path, "url_hashes", place), f'this is the secret URL of channel "{first}", too')
        _certificates(checked, channel, path, folder)
        for name, client in (("send", channel.send), ("poll", channel.poll)):
            if client is not None:
                check_client(checked, client, (*path, name), folder)


def _channels(checked: Checked) -> Iterator[tuple[KeyPath, HttpTable]]:
    for index, channel in enumerate(checked.configuration.channel):
        if isinstance(channel, HttpTable):
            yield ("channel", index), channel


def _server(checked: Checked, folder: Path) -> None:
    gateway = checked.configuration.gateway
    if gateway.certificate_header and not gateway.trusted_proxies:
        text = "nobody is trusted to hand on certificates"
        checked.complaints.add("R067", ("gateway", "certificate_header"), text)
    if gateway.tls is not None:
        key = gateway.tls.key or gateway.tls.certificate
        _pair(checked, gateway.tls.certificate, key, gateway.tls.key_password.get_secret_value(), ("gateway", "tls"), folder)
        for place, name in enumerate(gateway.tls.client_authorities):
            _pem(checked, name, ("gateway", "tls", "client_authorities", place), folder)


def _certificates(checked: Checked, channel: HttpTable, path: KeyPath, folder: Path) -> None:
    rule, gateway = channel.client_certificate, checked.configuration.gateway
    if rule is None:
        return
    for key in ("certificates", "authorities"):
        for place, name in enumerate(getattr(rule, key)):
            _pem(checked, name, (*path, "client_certificate", key, place), folder)
    for place, subject in enumerate(rule.subjects):
        try:
            x509.Name.from_rfc4514_string(subject)
        except ValueError:
            text = f'"{subject}" is no name: write it like "CN=edi.bigbox.example,O=BigBox"'
            checked.complaints.add("R005", (*path, "client_certificate", "subjects", place), text)
    if gateway.tls is None and gateway.certificate_header is None:
        text = f'nobody can show channel "{channel.id}" a certificate: our server speaks no TLS, and no proxy hands them on'
        checked.complaints.add("R067", (*path, "client_certificate"), text)
    elif gateway.tls is not None and rule.fingerprints and not (rule.certificates or gateway.tls.client_authorities):
        text = "our server knows the fingerprints only, and nobody who vouches for these certificates"
        checked.complaints.add("R067", (*path, "client_certificate", "fingerprints"), text)


def check_client(checked: Checked, client: HttpClientTable, path: KeyPath, folder: Path) -> None:
    """Files that calls need, and logins that would be readable on their way."""
    check_client_tls(checked, client.tls, (*path, "tls"), folder)
    urls: dict[KeyPath, str] = {(*path, "url"): getattr(client, "url", "")}
    if isinstance(client.login, OAuth2Table):
        urls[*path, "login", "token_url"] = client.login.token_url
    for place, url in urls.items():
        if client.login is not None and not client.internal and url.startswith("http:"):
            checked.complaints.add("R068", place, "our login would be readable on its way")


def check_client_tls(checked: Checked, tls: HttpTlsTable | None, path: KeyPath, folder: Path) -> None:
    """Files of TLS towards a server: they are there, and fit together."""
    if tls is None:
        return
    if tls.certificate:
        _pair(checked, tls.certificate, tls.key or tls.certificate, tls.key_password.get_secret_value(), path, folder)
    if tls.authorities:
        _pem(checked, tls.authorities, (*path, "authorities"), folder)


def _pem(checked: Checked, name: str, path: KeyPath, folder: Path) -> None:
    """A file with at least one certificate."""
    try:
        ssl.create_default_context(cafile=str(folder / name))
    except ssl.SSLError:
        checked.complaints.add("R064", path, f"{name} holds no certificate in PEM form")
    except OSError:
        checked.complaints.add("R064", path, f"there is no file {name}")


def _pair(checked: Checked, certificate: str, key: str, password: str, path: KeyPath, folder: Path) -> None:
    """A certificate and the key that belongs to it."""
    for place, name in (("certificate", certificate), ("key", key)):
        if not (folder / name).is_file():
            checked.complaints.add("R064", (*path, place), f"there is no file {name}")
            return
    try:
        ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER).load_cert_chain(folder / certificate, folder / key, password=password)
    except (ssl.SSLError, OSError, ValueError) as error:
        text = f"{certificate} and its key cannot be used together: {error}"
        checked.complaints.add("R064", (*path, "certificate"), text)
