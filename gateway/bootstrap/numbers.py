"""Control numbers for people: what counters there are, seeding, voiding, moving on after a restore."""

from collections.abc import Sequence
from uuid import UUID

from gateway.bootstrap.office import Where, opened, settings_at
from gateway.domain.control_number import group_counter, interchange_counter
from gateway.errors import Absent
from gateway.store.control_numbers import ControlNumbers, Seeded, Voided
from translators.contract import Family


def counter_of(where: Where, partner: str, family: str, *, group: str = "", test: bool = False) -> str:
    """The counter of what we send to a partner: of its interchanges, or of its groups of a functional id (GS01).

    Raises Absent for a partner, a family or an identity that is not there.
    """
    partnerships = settings_at(where).snapshot.partnerships
    known = partnerships.partners.get(partner)
    if known is None:
        raise Absent(f"there is no partner {partner!r}", remedy=f"Partners are: {', '.join(partnerships.partners)}")
    if family not in list(Family):
        raise Absent(f"there is no family {family!r}", remedy=f"Families are: {', '.join(Family)}")
    addresses = partnerships.addresses(known, Family(family))
    if addresses is None:
        raise Absent(f"{partner} or this gateway has no {family} identity", remedy="Add it to routes.toml.")
    sender, receiver = addresses
    if not group:
        return interchange_counter(Family(family), str(sender), str(receiver), test=test)
    envelopes = {
        (agreement.writing.envelope.sender_application, agreement.writing.envelope.receiver_application)
        for agreement in partnerships.agreements.values()
        if agreement.partner == partner and agreement.family == family and agreement.writing is not None
    }
    ours, theirs = envelopes.pop() if len(envelopes) == 1 else ("", "")
    return group_counter(Family(family), ours or sender.id, theirs or receiver.id, group)


async def control_numbers(where: Where, partner: str = "") -> Sequence[tuple[str, int]]:
    """All counters with the last number taken, or those of a partner."""
    async with opened(where) as office:
        partnerships = office.snapshot.partnerships
        listed = await ControlNumbers(office.database).listed()
    if not partner:
        return listed
    if partner not in partnerships.partners:
        raise Absent(f"there is no partner {partner!r}", remedy=f"Partners are: {', '.join(partnerships.partners)}")
    theirs = partnerships.partners[partner].identities.values()
    names = {text for identities in theirs for identity in identities for text in (str(identity), identity.id)}
    return [(scope, last) for scope, last in listed if scope.split("|")[3] in names]


async def seed_control_number(where: Where, scope: str, last: int, *, actor: str, reason: str, back: bool = False) -> Seeded:
    """Let the next number of a counter be the one after `last`."""
    async with opened(where) as office:
        return await ControlNumbers(office.database).seed(scope, last, actor=actor, reason=reason, back=back)


async def skip_control_numbers(where: Where, count: int, *, actor: str) -> int:
    """Move all counters on after a restore; answers how many there are."""
    async with opened(where) as office:
        return await ControlNumbers(office.database).skip(count, actor=actor)


async def void_outbound(where: Where, outbound: UUID, *, actor: str, reason: str) -> Voided | None:
    """Give up a sealed interchange that was never sent."""
    async with opened(where) as office:
        return await ControlNumbers(office.database).void(outbound, actor=actor, reason=reason)
