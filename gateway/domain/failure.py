"""What makes failures one group: the same stage, code, partner and route, never the message's wording."""

import hashlib


def fingerprint(*, stage: str, code: str, partner: str | None, route: str | None, owner: str) -> str:
    """Sixteen hexadecimal digits that name the group."""
    text = "\x1f".join((stage, code, partner or "", route or "", owner))
    return hashlib.sha256(text.encode()).hexdigest()[:16]
