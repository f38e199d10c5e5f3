"""Fields of tables that name a server reached by TLS: whom its certificate is held against."""

import re
from typing import Annotated

from pydantic import AfterValidator, Field

from gateway.config.table import Text

_FINGERPRINT = re.compile(r"[0-9a-f]{64}")


def _fingerprint(value: str) -> str:
    bare = value.lower().removeprefix("sha256:").replace(":", "")
    if not _FINGERPRINT.fullmatch(bare):
        raise ValueError("a fingerprint is the SHA-256 of a certificate, 64 hexadecimal digits, colons between them or not")
    return bare


Fingerprint = Annotated[str, AfterValidator(_fingerprint)]
"""The SHA-256 of a certificate, kept as 64 lower-case hexadecimal digits."""
Authorities = Annotated[
    Text | None,
    Field(description="PEM file of the authorities that are trusted, relative to routes.toml; default: the system's."),
]
Fingerprints = Annotated[
    list[Fingerprint],
    Field(
        description="SHA-256 fingerprints of the server's own certificate, which is then trusted whoever issued it. "
        "Several in a change. By: openssl s_client, then openssl x509 -fingerprint -sha256."
    ),
]
