"""Certificates that end are told to their owners 60, 30 and 7 days before, and when it has happened.

Most outages that were announced in advance are certificates. Told is only what nobody takes over: a successor that is configured
already is the end of the matter.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from uuid import UUID

import structlog

from gateway.domain.failure import fingerprint
from gateway.domain.record import FailureRow
from gateway.ports import Clock, Observer
from gateway.ports.transfers import CertificateNotice, Transfers
from gateway.protocols.as2 import Certificate, Expiry, expiring
from gateway.protocols.as2.roll_over import has_successor

_log = structlog.get_logger(__name__)

STAGE = "certificates"


@dataclass(frozen=True, slots=True)
class Holder:
    """Whose certificates these are: a partner's on a channel, or ours (`partner` None). `owner` is told when one ends."""

    name: str
    channel: str | None
    partner: str | None
    owner: str
    certificates: tuple[Certificate, ...]


class CertificateWatch:
    """One round looks at all certificates. Held by a lease, so that one process does it; each mark is told once."""

    def __init__(
        self,
        holders: Callable[[], Sequence[Holder]],
        *,
        transfers: Transfers,
        observer: Observer,
        clock: Clock,
        new_id: Callable[[], UUID],
    ) -> None:
        self._holders, self._transfers = holders, transfers
        self._observer, self._clock, self._new_id = observer, clock, new_id

    async def round(self) -> int:
        """Tell what ends; answers how many marks were told. Raises StoreUnavailable."""
        notices = [
            CertificateNotice(expiry.certificate.fingerprint, expiry.notice, self._failure(holder, expiry))
            for holder in self._holders()
            for expiry in expiring(holder.certificates, self._clock.now())
            if not has_successor(expiry.certificate, holder.certificates)
        ]
        told = await self._transfers.tell_expiries(notices)
        if told:
            self._observer.count("edi_failures_total", told, stage=STAGE, code="certificate-ends")
            _log.warning("certificates_end", told=told)
        return told

    def _failure(self, holder: Holder, expiry: Expiry) -> FailureRow:
        subject, certificate = self._new_id(), expiry.certificate
        ended = expiry.remaining.total_seconds() < 0
        code = "certificate-ended" if ended else "certificate-ends"
        when = f"{certificate.not_after:%Y-%m-%d %H:%M} UTC"
        text = f"ended on {when}" if ended else f"ends on {when}, in {expiry.remaining.days} days"
        return FailureRow(
            id=self._new_id(),
            fingerprint=fingerprint(stage=STAGE, code=code, partner=holder.partner, route=certificate.fingerprint),
            stage=STAGE,
            code=code,
            partner=holder.partner,
            route=holder.channel,
            owner=holder.owner,
            message=f"The certificate of {holder.name} ({certificate.subject}, SHA-256 {certificate.fingerprint[:16]}…) {text}.",
            remedy=_remedy(holder),
            sample=subject,
            transmission=subject,
        )


def _remedy(holder: Holder) -> str:
    if holder.partner is None:
        return (
            "Make a new key pair, send its certificate to the partners with the day of the change, and add both to the keys "
            "in [gateway.as2]."
        )
    return (
        f"Ask the partner for the new certificate and the day of the change, and add it to the certificates of {holder.channel}."
    )
