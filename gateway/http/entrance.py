"""What a partner that posts to us must show, and what was agreed about what it posts."""

from dataclasses import dataclass, field

from gateway.domain.channel import HttpOptions
from gateway.domain.http_terms import HttpSignature
from gateway.http.caller import Address, Network, networks, within
from gateway.http.certificate import CertificateRule


@dataclass(frozen=True, slots=True)
class Entrance:
    """One partner's way in.

    A token, a signature or a secret URL is enough, each alone. Addresses and certificates restrict all of them; a certificate is
    enough itself where neither tokens nor signatures were agreed. `answers_cxml`: cXML is answered by its Response. `served_by`
    says who takes its posts instead of us; empty where we do.
    """

    channel: str
    partner: str
    token_hashes: tuple[str, ...] = field(default=(), repr=False)
    url_hashes: tuple[str, ...] = field(default=(), repr=False)
    addresses: tuple[Network, ...] = ()
    signature: HttpSignature | None = None
    certificate: CertificateRule | None = None
    most_bytes: int | None = None
    answers_cxml: bool = False
    served_by: str = ""

    @property
    def by_certificate_alone(self) -> bool:
        """Whether the certificate is all that is asked for."""
        return self.certificate is not None and not self.token_hashes and self.signature is None

    def admits_address(self, address: Address | None) -> bool:
        """Whether a caller from there may post."""
        return not self.addresses or within(address, self.addresses)


def entrance_of(channel: str, partner: str, options: HttpOptions, *, answers_cxml: bool = False) -> Entrance:
    """The entrance as configured. Raises ConfigurationInvalid for certificates that cannot be used."""
    return Entrance(
        channel,
        partner,
        token_hashes=options.token_hashes,
        url_hashes=options.url_hashes,
        addresses=networks(options.addresses),
        signature=options.signature,
        certificate=CertificateRule(options.certificate) if options.certificate is not None else None,
        most_bytes=options.max_bytes,
        answers_cxml=answers_cxml,
    )
