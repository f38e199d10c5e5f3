"""TLS towards partners' servers."""

import ssl

from gateway.domain.http_terms import ClientTls
from gateway.http.call_failed import CallFailed


def client_context(tls: ClientTls) -> ssl.SSLContext:
    """What connections are made with: the system's authorities or those named, our certificate where there is one.

    Raises CallFailed for files that cannot be used.
    """
    try:
        context = ssl.create_default_context(cafile=tls.authorities)
        context.minimum_version = ssl.TLSVersion.TLSv1_2
        if tls.certificate:
            # A password is always given: without one OpenSSL would ask for it on the terminal.
            context.load_cert_chain(tls.certificate, tls.key, password=tls.key_password)
    except (OSError, ssl.SSLError, ValueError) as error:
        names = ", ".join(name for name in (tls.certificate, tls.key, tls.authorities) if name)
        remedy = "give PEM files that fit together, and the key's password if it has one"
        text = f"TLS cannot be set up with {names}: {error}"
        raise CallFailed(text, code="tls-files", sent=False, remedy=remedy) from error
    return context
