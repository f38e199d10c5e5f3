"""Bearer tokens of partners, of which only a hash is kept.

Tokens are made by us and hold at least 128 random bits, so a plain SHA-256 cannot be turned back by guessing; a slow password
hash would only make every request of a partner expensive.
"""

import re
from collections.abc import Iterable
from hashlib import sha256
from hmac import compare_digest

HASH = re.compile(r"sha256:[0-9a-f]{64}")


def hash_token(token: str) -> str:
    """What `token_hashes` holds for a token: `sha256:` and 64 lower-case hexadecimal digits."""
    return "sha256:" + sha256(token.encode()).hexdigest()


def token_matches(token: str, hashes: Iterable[str]) -> bool:
    """Whether a token is one of those whose hashes are kept. Looks at all of them, in time independent of the token."""
    given = hash_token(token)
    matches = [compare_digest(given, known) for known in hashes]
    return any(matches)
