"""What a simulated partner speaks and by which way, read from routes.toml: never anything else than what was agreed."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from gateway.cli.exit_status import ExitStatus
from gateway.cli.failure import CommandFailed
from gateway.config import Snapshot
from gateway.domain.agreement import Agreement, Direction, Partner
from gateway.domain.channel import Channel
from gateway.simulators.partner import Agreed, SimulatedPartner, TradingPartner
from gateway.simulators.partner.acting import Act
from gateway.simulators.partner.answering import technical
from gateway.simulators.partner.manners import Manners
from translators.contract import Family, Identity, WritingTerms

SIMULATED = ("as2", "sftp", "http", "folder")
_RECEIPT = "MDN"


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which partner is to be simulated, and how. `keys` is the folder of its keys, `first` its first control number."""

    partner: str
    channel: str
    url: str
    keys: Path
    manners: Manners
    first: int


@dataclass(frozen=True, slots=True)
class Spoken:
    """What was agreed with the partner in one family of formats. `orders` is the agreement under which it may order."""

    family: Family
    identity: Identity
    other: Identity
    agreed: Agreed
    writing: WritingTerms
    orders: Agreement | None


def spoken(snapshot: Snapshot, wanted: Wanted) -> Spoken:
    """What the partner speaks: the family of the documents it sends, else of those it is sent. Raises CommandFailed."""
    partner = partner_of(snapshot, wanted.partner)
    agreements = [one for one in snapshot.agreements if one.partner == partner.id]
    inbound = [one for one in agreements if one.direction is Direction.IN]
    if not agreements:
        raise CommandFailed(
            f"nothing was agreed with {partner.id}", where="routes.toml", remedy="Add an [[agreement]] for this partner."
        )
    orders = next((one for one in inbound if one.document == "purchase_order"), None)
    family = (orders or (inbound or agreements)[0]).family
    own, other = partner.identities.get(family), _ours(snapshot, partner, family)
    if not own or other is None:
        raise CommandFailed(
            f"{partner.id} or the gateway has no {family.value} identity",
            where="routes.toml",
            remedy=f"Add {family.value} to the identities of both.",
        )
    same = [one for one in agreements if one.family is family]
    owed = {
        one.document: [expected.kind for expected in one.expect if expected.kind != _RECEIPT]
        for one in same
        if one.direction is Direction.OUT
    }
    formats = {one.document: (one.type, one.version) for one in inbound if one.family is family}
    layout = orders.layout if orders is not None else None
    return Spoken(family, own[0], other, Agreed(owed, formats), WritingTerms(layout=layout), orders)


def simulated(said: Spoken, wanted: Wanted, *, tell: Any) -> SimulatedPartner:
    """The partner, not yet on a line. `tell` hears of each Act."""
    side = TradingPartner(
        said.family,
        identity=said.identity,
        other=said.other,
        first=wanted.first,
        writing=said.writing,
        acknowledges=technical(said.agreed.owed) or None,
    )
    return SimulatedPartner(side, said.agreed, wanted.manners, tell=tell)


def channel_of(snapshot: Snapshot, wanted: Wanted) -> Channel:
    """The channel by which the partner is simulated. Raises CommandFailed."""
    own = [one for one in snapshot.channels.values() if one.partner == wanted.partner]
    named = [one for one in own if one.id == wanted.channel] if wanted.channel else own
    fit = [one for one in named if one.type in SIMULATED]
    if fit:
        return fit[0]
    there = ", ".join(f"{one.id} ({one.type})" for one in own) or "none"
    raise CommandFailed(
        f"no such channel of {wanted.partner} can be simulated; there are: {there}",
        where="routes.toml",
        remedy=f"Simulated are channels of the types {', '.join(SIMULATED)}.",
        status=ExitStatus.USAGE,
    )


def partner_of(snapshot: Snapshot, name: str) -> Partner:
    """A partner by its id. Raises CommandFailed."""
    partner = snapshot.partners.get(name)
    if partner is None:
        raise CommandFailed(
            f'there is no partner "{name}"',
            where="routes.toml",
            remedy=f"There are: {', '.join(sorted(snapshot.partners)) or 'none'}.",
            status=ExitStatus.USAGE,
        )
    return partner


def record_of(act: Act) -> Mapping[str, Any]:
    """One act as a record."""
    return {
        "at": act.at.isoformat(timespec="milliseconds"),
        **{name: getattr(act, name) for name in ("did", "what", "name", "number", "size", "said")},
    }


def _ours(snapshot: Snapshot, partner: Partner, family: Family) -> Identity | None:
    agreed: Sequence[Identity] = (partner.addressed_as or {}).get(family, ())
    known = agreed or snapshot.partnerships.identities.get(family, ())
    return known[0] if known else None
