"""Reads what a person says of a new partner, and what the configuration says already, into what proposals are made of."""

import re
from collections.abc import Mapping, Sequence

from gateway.config.agreed_format import PATTERN, agreed_format
from gateway.config.check_agreements import identities
from gateway.config.model import Configuration, OdooTable
from gateway.domain.agreement import Direction
from gateway.domain.identity import IdentityInvalid, parse_identity
from gateway.domain.onboarding.wish import Format, KnownApplication, Surroundings, Transport, Wish
from gateway.errors import PlanRefused
from gateway.operations.propose_channel import server
from translators import registry
from translators.canonical import NAMES
from translators.contract import Family, Identity

_ID = re.compile(r"[a-z0-9][a-z0-9_-]{0,40}")
_NAMES_NOBODY = (Family.FLAT,)
_SERVERS = (Transport.AS2, Transport.SFTP, Transport.FTPS, Transport.HTTP)


def read_wish(
    partner: str,
    transport: Transport,
    *,
    formats: Sequence[str] = (),
    sends: Sequence[str] | None = None,
    identities_named: Sequence[str] = (),
    **others: str,
) -> Wish:
    """A wish. `formats` come in (`x12/004010/850`), `sends` go out: canonical names, or formats; `identities_named` are written
    `x12=01:123456789`. Raises PlanRefused for what is none.
    """
    if not _ID.fullmatch(partner):
        raise PlanRefused(f'"{partner}" is no id of a partner.', remedy="Write lower-case letters, digits, - and _, at most 41.")
    if transport in _SERVERS:
        _check_address(others.get("address", ""))
    going = [_format(text, Direction.OUT) for text in sends or () if "/" in text]
    named = None if sends is None else [text for text in sends if "/" not in text]
    for text in named or ():
        if text not in NAMES:
            raise PlanRefused(f'"{text}" is no canonical document.', remedy=f"There are: {', '.join(sorted(NAMES))}")
    return Wish(
        partner=partner,
        transport=transport,
        formats=[*(_format(text, Direction.IN) for text in formats), *going],
        sends=named,
        identities=_identities(identities_named),
        **others,
    )


def _check_address(address: str) -> None:
    try:
        server(address)
    except ValueError:
        raise PlanRefused(
            f'"{address}" is no address of a server.', remedy="Write a URL, or a host as in sftp.partner.example:2222."
        ) from None


def _format(text: str, direction: Direction) -> Format:
    if not re.fullmatch(PATTERN, text):
        raise PlanRefused(
            f'"{text}" is no format.', remedy="Write family, version and type: x12/004010/850, edifact/D.96A/ORDERS."
        )
    agreed = agreed_format(text)
    known = registry.documents(agreed.family).get(agreed.type, ())
    document = agreed.type if agreed.family in (Family.FLAT, Family.JSON) else next(iter(known), "generic_document")
    version = text.split("/")[1] if agreed.family is Family.FLAT else agreed.version
    return Format(agreed.family, version, agreed.type, document, direction)


def _identities(named: Sequence[str]) -> Mapping[Family, Sequence[Identity]]:
    found: dict[Family, list[Identity]] = {}
    for text in named:
        family, equals, identity = text.partition("=")
        if not equals or family not in {one.value for one in Family} or Family(family) in _NAMES_NOBODY:
            raise PlanRefused(f'"{text}" names no identity.', remedy="Write it with its family, as in x12=01:123456789.")
        try:
            found.setdefault(Family(family), []).append(parse_identity(Family(family), identity))
        except IdentityInvalid as error:
            raise PlanRefused(f"{error}.", remedy="Write it as its standard does.") from None
    return found


def surroundings(configuration: Configuration) -> Surroundings:
    """What a configuration without errors says already."""
    gateway = configuration.gateway
    ours: dict[Family, list[Identity]] = {}
    for family, _, text in identities(gateway.identities):
        ours.setdefault(family, []).append(parse_identity(family, text))
    production = gateway.environment == "production"
    return Surroundings(
        ours=ours,
        owner=gateway.owner,
        owners=[owner.id for owner in configuration.owner],
        applications=[
            KnownApplication(
                each.id,
                "odoo" if isinstance(each, OdooTable) else each.type,
                each.usage == "production" if each.usage is not None else production,
            )
            for each in configuration.application
        ],
        production=production,
        as2_name=gateway.identities.as2 or "",
        as2_keys=bool(gateway.as2.keys),
        claimed={
            (family, parse_identity(family, text)): partner.id
            for partner in configuration.partner
            for family, _, text in identities(partner.identities)
        },
        taken={
            route.document or "": route.id
            for route in reversed(configuration.route)  # the first of several takes it
            if route.direction == "in" and route.partner is None and route.agreement is None and route.when is None
        },
    )
