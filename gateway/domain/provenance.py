"""What a channel says of files that say little of themselves: whose they are, and by which layout they are read."""

from collections.abc import Iterable, Mapping
from dataclasses import replace

from gateway.domain.agreement import Agreement, Direction, Partner
from gateway.domain.channel import Channel
from translators.contract import Family, Identity
from translators.provenance import Choice, Provenance

UNNAMED = Identity("", "")
"""The receiver of canonical JSON that came by a channel of nobody in particular: it has no place for one."""


def by_way(partner: str) -> Identity:
    """The address of a partner who is known by the way alone."""
    return Identity("partner", partner)


def this_gateway(gateway: str) -> Identity:
    """Our address in files that name nobody."""
    return Identity("gateway", gateway)


def with_ways(partner: Partner) -> Partner:
    """A partner with the addresses that the way gives it: always for flat files, for JSON where it has none of its own."""
    address = (by_way(partner.id),)
    return replace(partner, identities={Family.JSON: address, **partner.identities, Family.FLAT: address})


def provenances(
    partners: Mapping[str, Partner], agreements: Iterable[Agreement], channels: Iterable[Channel], *, gateway: str
) -> dict[str, Provenance]:
    """The provenance of each channel that needs one. `partners` are those that `with_ways` gave their addresses."""
    inbound = [agreement for agreement in agreements if agreement.direction is Direction.IN and agreement.partner in partners]
    ours, found = this_gateway(gateway), {}
    for channel in channels:
        flat = [agreement for agreement in inbound if agreement.family is Family.FLAT and comes_by(agreement, channel)]
        parties: dict[Family, tuple[Identity, Identity]] = {}
        if flat:
            parties[Family.FLAT] = (by_way(flat[0].partner), ours)
        by_json = any(agreement.family is Family.JSON and agreement.partner == channel.partner for agreement in inbound)
        if by_json and channel.partner and partners[channel.partner].identities[Family.JSON] == (by_way(channel.partner),):
            parties[Family.JSON] = (by_way(channel.partner), ours)
        if parties:
            choices = tuple(Choice(one.layout, one.files) for one in flat if one.layout and one.partner == flat[0].partner)
            found[channel.id] = Provenance(choices[0].layout if choices else None, parties, choices)
    return found


def told_by(
    applications: Iterable[str], partners: Mapping[str, Partner], agreements: Iterable[Agreement], *, gateway: str
) -> dict[str, Provenance]:
    """The provenance of what applications tell in the name of partners: the application says whose it is."""
    ours = this_gateway(gateway)
    spoken = {
        agreement.partner
        for agreement in agreements
        if agreement.direction is Direction.IN and agreement.family is Family.JSON and agreement.partner in partners
    }
    return {
        f"{application}/{partner}": Provenance(None, {Family.JSON: (partners[partner].identities[Family.JSON][0], ours)})
        for application in applications
        for partner in spoken
    }


def comes_by(agreement: Agreement, channel: Channel) -> bool:
    """Whether what was agreed comes by a channel: the one that is named, else any of the partner's."""
    named = agreement.channel
    return channel.receives and (channel.id == named if named is not None else channel.partner == agreement.partner)
