"""Our private key for a partner's server, from the text of a secret, with the certificate that belongs to it."""

import io
from pathlib import Path

import paramiko
from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.ec import EllipticCurvePrivateKey
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey

from gateway.channels.sftp.trouble import SftpTrouble
from gateway.domain.sftp_terms import SftpServer

_KINDS: tuple[tuple[type, type[paramiko.PKey]], ...] = (
    (Ed25519PrivateKey, paramiko.Ed25519Key),
    (EllipticCurvePrivateKey, paramiko.ECDSAKey),
    (RSAPrivateKey, paramiko.RSAKey),
)
_Private = Ed25519PrivateKey | EllipticCurvePrivateKey | RSAPrivateKey


def login_key(server: SftpServer) -> paramiko.PKey | None:
    """The key we log in with, None when there is only a password. Raises SftpTrouble when it cannot be used."""
    if server.key is None:
        return None
    private = _loaded(server.key, server.passphrase)
    key = _as_paramikos(private)
    if server.certificate is not None:
        try:
            key.load_certificate(Path(server.certificate).read_text(encoding="ascii").strip())
        except (OSError, ValueError, paramiko.SSHException) as error:
            raise SftpTrouble("key-unusable", f"the certificate {server.certificate} cannot be used: {error}") from error
    return key


def _loaded(text: str, passphrase: str | None) -> _Private:
    data, password = text.strip().encode() + b"\n", passphrase.encode() if passphrase else None
    load = serialization.load_ssh_private_key if b"BEGIN OPENSSH" in data else serialization.load_pem_private_key
    try:
        private = load(data, password)
    except (ValueError, TypeError, UnsupportedAlgorithm) as error:
        raise SftpTrouble("key-unusable", f"the private key cannot be read: {error}") from error
    if not isinstance(private, _Private):
        raise SftpTrouble("key-unusable", f"the private key is of a kind that SFTP does not know: {type(private).__name__}")
    return private


def _as_paramikos(private: _Private) -> paramiko.PKey:
    plain = private.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.OpenSSH, serialization.NoEncryption()
    ).decode()
    kind = next(ours for theirs, ours in _KINDS if isinstance(private, theirs))
    return kind.from_private_key(io.StringIO(plain))
