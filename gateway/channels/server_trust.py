"""Whether a server is the one we mean, on TLS connections that a library opens: by authorities, or by pinned certificate."""

import hashlib
import ssl
from dataclasses import dataclass


class CertificateRefused(ConnectionError):
    """The server shows another certificate than the pinned ones. The message says which, and what to do."""


@dataclass(frozen=True, slots=True)
class ServerTrust:
    """What a server's certificate is held against.

    `authorities` is a PEM file; None means those of the operating system. `fingerprints` (SHA-256 of the certificate, 64
    hexadecimal digits) pin it instead: then neither its issuer, its name nor its dates count. Several overlap in a change.
    """

    authorities: str | None = None
    fingerprints: tuple[str, ...] = ()

    def context(self) -> ssl.SSLContext:
        """A context for one connection; reads the authorities' file anew. Raises OSError when it cannot be read."""
        if self.fingerprints:
            context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
            context.check_hostname = False
            context.verify_mode = ssl.CERT_NONE  # the certificate itself is compared, by `check`, before anything is said
        else:
            context = ssl.create_default_context(cafile=self.authorities)
        context.minimum_version = ssl.TLSVersion.TLSv1_2
        return context

    def check(self, certificate: bytes | None) -> None:
        """Compare the server's certificate (DER) with the pinned ones, if any are. Raises CertificateRefused."""
        if not self.fingerprints:
            return
        shown = hashlib.sha256(certificate or b"").hexdigest() if certificate else "none"
        if shown not in self.fingerprints:
            remedy = "ask the server's owner whether it was changed, and if so add this fingerprint to the channel"
            raise CertificateRefused(f"the server's certificate (SHA-256 {shown}) is not a pinned one; {remedy}")
