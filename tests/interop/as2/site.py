"""Our side over HTTP: the gateway's AS2 channel with its database, and ways out under any terms."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from functools import cache
from typing import Any

from gateway.channels.as2 import As2Outbound, Receipts, Relationship, relationship
from gateway.domain.as2_terms import AgreedCertificate, As2Options, OwnKeyPair
from gateway.system import SystemClock
from tests.gateway.channels.as2.site import Site
from tests.interop.as2.identities import Identity
from tests.interop.as2.ours import CIPHERS, COMPRESSIONS, LONG, SCHEMES, TRANSPORTS
from tests.interop.as2.parties import Parties
from tests.interop.as2.recipe import Recipe

CHANNEL = "bigbox-as2"
WEAK = (("sha1", LONG), ("3des-cbc", LONG))


def agreed(identity: Identity) -> AgreedCertificate:
    return AgreedCertificate(identity.certificate_pem, identity.certificate.name)


def own(identity: Identity) -> OwnKeyPair:
    return OwnKeyPair(agreed(identity), identity.key_pem)


def terms(parties: Parties, **changes: Any) -> As2Options:
    """What was agreed with the partner: everything is taken, whatever its security, from any of his keys."""
    usual = {
        "keys": (own(parties.us), own(parties.us_before)),
        "certificates": (agreed(parties.them), agreed(parties.them_ec), agreed(parties.them_expired)),
        "require_signature": False,
        "require_encryption": False,
        "allow_until": WEAK,
        "receipt_hosts": ("127.0.0.1",),
        "timeout": 10.0,
    }
    return As2Options(ours="NORDIC-DC", theirs="BIGBOX", **{**usual, **changes})


def terms_of(parties: Parties, recipe: Recipe, url: str, **changes: Any) -> As2Options:
    """Terms under which our messages go to `url` as the recipe says."""
    said = {
        "url": url,
        "keys": (own(parties.us_ec if recipe.scheme == "ecdsa" else parties.us),),
        "sign": recipe.sign,
        "signature_scheme": SCHEMES[recipe.scheme].value if recipe.sign else None,
        "opaque": not recipe.detached,
        "encrypt": CIPHERS[recipe.encrypt].value if recipe.encrypt else None,
        "key_transport": TRANSPORTS[recipe.transport].value,
        "compress": COMPRESSIONS[recipe.compress].value,
        "encoding": recipe.encoding,
    }
    return terms(parties, **{**said, **changes})


@cache
def _loaded(keys: tuple[OwnKeyPair, ...], certificates: tuple[AgreedCertificate, ...]) -> Relationship:
    """Keys take long to load, and are the same in most rows."""
    known = As2Options(ours="NORDIC-DC", theirs="BIGBOX", keys=keys, certificates=certificates, allow_until=WEAK)
    known = replace(known, require_signature=False, require_encryption=False)
    return relationship(CHANNEL, partner="bigbox", owner="edi", options=known)


@asynccontextmanager
async def way_out(site: Site, options: As2Options) -> AsyncIterator[As2Outbound]:
    """A way to the partner of its own, over the same evidence as the site's."""
    partner = replace(_loaded(options.keys, options.certificates), options=options)
    receipts = Receipts(site.transfers, ledger=site.ledger, new_id=site.new_id)
    way = As2Outbound(partner, transfers=site.transfers, receipts=receipts, clock=SystemClock(), new_id=site.new_id)
    try:
        yield way
    finally:
        await way.close()
