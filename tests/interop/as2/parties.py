"""Who takes part in the tests: we, the partner under several keys, and somebody nobody knows."""

import datetime as dt
from dataclasses import dataclass
from pathlib import Path

from tests.interop.as2.identities import Identity, make_identity

YEAR = dt.timedelta(days=365)


@dataclass(frozen=True, slots=True)
class Parties:
    """Who takes part. Each `them_...` is the same partner with another key."""

    us: Identity
    us_before: Identity
    us_ec: Identity
    them: Identity
    them_ec: Identity
    them_expired: Identity
    stranger: Identity

    def signer(self, scheme: str) -> Identity:
        """The partner's key for a signature scheme."""
        return self.them_ec if scheme == "ecdsa" else self.them


def make_parties(folder: Path) -> Parties:
    """New keys and certificates for everybody."""
    return Parties(
        us=make_identity(folder, "NORDIC-DC"),
        us_before=make_identity(folder, "NORDIC-DC", file="NORDIC-DC-before", starts=-YEAR / 12),
        us_ec=make_identity(folder, "NORDIC-DC", file="NORDIC-DC-ec", kind="ec"),
        them=make_identity(folder, "BIGBOX"),
        them_ec=make_identity(folder, "BIGBOX", file="BIGBOX-ec", kind="ec"),
        them_expired=make_identity(folder, "BIGBOX", file="BIGBOX-expired", starts=-2 * YEAR, ends=-YEAR / 12),
        stranger=make_identity(folder, "STRANGER"),
    )
