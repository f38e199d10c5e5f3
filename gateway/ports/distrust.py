"""Why a server's certificate was refused, whichever library found out: in words, with what to do about it."""

import ssl
from dataclasses import dataclass

_LONGEST_CHAIN = 8
"""So many exceptions of one another's causes are looked through."""


@dataclass(frozen=True, slots=True)
class Distrust:
    """`why` is a clause for the middle of a sentence, `remedy` a sentence."""

    why: str
    remedy: str


_OTHER_NAME = "Use the name that the certificate is made for in the address, or have one made for this name (subjectAltName)."
_OTHER_AUTHORITY = "Name the authority that issued it; never switch the check off. See docs/how-to/verified-connections.md."
_BY_CODE = {
    9: ("its certificate is not valid yet", "See that the clocks of both machines are right."),
    10: ("its certificate has expired", "Have it renewed at the server; until then nothing is sent there, and nothing is lost."),
    18: ("its certificate vouches for itself", _OTHER_AUTHORITY),
    19: ("its certificate is of an authority that we do not trust", _OTHER_AUTHORITY),
    20: ("its certificate is of an authority that we do not trust", _OTHER_AUTHORITY),
    21: ("its certificate is of an authority that we do not trust", _OTHER_AUTHORITY),
    23: ("its certificate was revoked", "Ask whoever runs the server what happened, before anything is sent there."),
    62: ("its certificate is made for another name", _OTHER_NAME),
    64: ("its certificate is made for another address", _OTHER_NAME),
}
"""By the codes of X509_verify_cert (OpenSSL)."""
_NO_TLS = "See that the port is the one with TLS, and that both sides share a version of it (1.2 or newer)."


def distrust(error: BaseException) -> Distrust | None:
    """What was wrong with TLS, when that is why a connection failed; None when it was something else."""
    found = _tls_error(error)
    if found is None:
        return None
    if isinstance(found, ssl.SSLCertVerificationError):
        told = _BY_CODE.get(found.verify_code)
        if told is None:
            return Distrust(f"its certificate was refused ({found.verify_message})", _OTHER_AUTHORITY)
        return Distrust(*told)
    reason = (getattr(found, "reason", None) or str(found)).replace("_", " ").lower()
    if "alert" in reason:
        return Distrust(f"it refused us in TLS ({reason})", "See whether it wants a certificate of ours, and what its log says.")
    return Distrust(f"no TLS came about ({reason})", _NO_TLS)


def _tls_error(error: BaseException | None) -> ssl.SSLError | None:
    """The exception of TLS itself, somewhere among the causes."""
    for _ in range(_LONGEST_CHAIN):
        if error is None:
            return None
        inner = getattr(error, "certificate_error", None) or getattr(error, "os_error", None)  # aiohttp keeps it in there
        for found in (inner, error):
            if isinstance(found, ssl.SSLError):
                return found
        error = error.__cause__ or error.__context__
    return None
