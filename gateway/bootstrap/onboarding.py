"""Bringing partners on, for people: the checklist of each, what is said about it, and files judged as if they came."""

import asyncio
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from typing import Any

from gateway.bootstrap.certificates import certificates_of
from gateway.bootstrap.examining import examine_file
from gateway.bootstrap.office import Office, Where, opened
from gateway.config import Snapshot
from gateway.domain.agreement import Agreement, Direction, Partner
from gateway.domain.as2_terms import As2Options
from gateway.domain.channel import Channel, SftpOptions
from gateway.domain.control_number import interchange_counter
from gateway.domain.onboarding.checklist import Checked, Facts, Item, Whose, checklist, for_partner
from gateway.domain.onboarding.recognised import Sample
from gateway.errors import Absent, ActionRefused, TooOften
from gateway.ports import Json
from gateway.store.control_numbers import ControlNumbers
from gateway.store.onboarding import PostgresOnboarding
from gateway.store.target_control import PostgresTargetControl
from gateway.system import TimeOrderedIds
from translators.contract import Family

MOST_TRIALS = 60
"""Files of a partner that may be tried in an hour."""
_AN_HOUR = 3600.0
_NUMBERED = (Family.X12, Family.EDIFACT)
_NAMELESS = (Family.FLAT, Family.JSON)


async def checklist_of(where: Where, name: str, *, as_partner: bool = False) -> Json:
    """The checklist of a partner, judged from what configuration and database say now. Raises Absent."""
    async with opened(where) as office:
        partner = _known(office.snapshot, name)
        store = PostgresOnboarding(office.database)
        facts, notes = await _facts(office, partner, store), await store.notes(name)
    items = checklist(facts, notes)
    shown = list(for_partner(items)) if as_partner else items
    return {
        "partner": partner.id,
        "name": partner.name,
        "test": partner.test,
        "items": [_view(one) for one in shown],
        "done": sum(one.standing.value in ("done", "not_needed", "waived") for one in items),
    }


async def say_of_item(where: Where, name: str, item: str, *, waived: bool, note: str, actor: str) -> None:
    """Waive an item of a checklist, end that, or note something about it. Raises Absent."""
    async with opened(where) as office:
        _known(office.snapshot, name)
        if item not in {one.value for one in Item}:
            raise Absent(f'There is no item "{item}".', remedy=f"There are: {', '.join(Item)}")
        await PostgresOnboarding(office.database).say(name, item, waived=waived, note=note, actor=actor)


async def try_file(where: Where, name: str, file: Sample, *, actor: str, as_partner: bool = False) -> Json:
    """What a file of a partner would be if it came now, by the code that judges real ones. Nothing of it is stored or goes on.

    Raises Absent, ActionRefused where nothing comes from it, TooOften.
    """
    async with opened(where) as office:
        partner = _known(office.snapshot, name)
        channel = next((one for one in office.snapshot.channels.values() if one.partner == name and one.receives), None)
        if channel is None:
            raise ActionRefused(f"Nothing comes from {partner.name}: it has no channel that receives.", remedy="Add a channel.")
        store, trial = PostgresOnboarding(office.database), TimeOrderedIds()()
        if not await store.begin_trial(trial, name, actor=actor, size=len(file.content), most=MOST_TRIALS):
            raise TooOften(f"{MOST_TRIALS} files were tried within an hour.", retry_after=_AN_HOUR)
        judged = await asyncio.to_thread(examine_file, file, office.snapshot, channel=channel.id, partner=name)
        errors = sum(finding["severity"] == "error" for finding in judged["findings"])
        await store.end_trial(trial, valid=judged["valid"], errors=errors)
    return _for_partner(judged) if as_partner else judged


def _for_partner(judged: Mapping[str, Any]) -> Json:
    """What lies behind the gateway is no business of partners: which agreements cover its documents, and where they go."""
    return {
        **judged,
        "interchanges": [
            {**one, "documents": [{**document, "agreement": "", "state": ""} for document in one["documents"]]}
            for one in judged["interchanges"]
        ],
    }


def _known(snapshot: Snapshot, name: str) -> Partner:
    partner = snapshot.partners.get(name)
    if partner is None:
        raise Absent(f'There is no partner "{name}".', remedy=f"There are: {', '.join(sorted(snapshot.partners)) or 'none'}")
    return partner


def _view(one: Checked) -> Json:
    return {
        "item": one.item.value,
        "standing": one.standing.value,
        "proof": one.proof.code,
        "proof_values": _told(one.proof.values),
        "next": one.next.code if one.next else "",
        "next_values": _told(one.next.values) if one.next else {},
        "whose": one.whose.value if one.next else Whose.NOBODYS.value,
        "note": one.note.note if one.note else "",
        "noted_by": one.note.actor if one.note else None,
        "noted_at": one.note.at if one.note else None,
    }


def _told(values: Mapping[str, str | int | datetime]) -> dict[str, str | int]:
    return {name: value.astimezone(UTC).isoformat() if isinstance(value, datetime) else value for name, value in values.items()}


# ---- what configuration and database say -------------------------------------------------------------------------------------


async def _facts(office: Office, partner: Partner, store: PostgresOnboarding) -> Facts:
    snapshot = office.snapshot
    channels = [channel for channel in snapshot.channels.values() if channel.partner == partner.id]
    agreed = [agreement for agreement in snapshot.agreements if agreement.partner == partner.id]
    levels = {str(level["target"]): level.get("breaker") for level in await PostgresTargetControl(office.database).levels()}
    told = dict(await store.facts(partner.id, list(snapshot.channels)))
    now = told.pop("now")
    certificates = [view for channel in channels for view in certificates_of(channel, now) if view["in_use"]]
    ends = [view["not_after"] for view in certificates if not view["has_successor"]]
    reached = dict(await ControlNumbers(office.database).listed())
    return Facts(
        partner=partner.id,
        test=partner.test,
        receives=any(channel.receives for channel in channels) and any(one.direction is Direction.IN for one in agreed),
        sends=any(channel.sends for channel in channels),
        broken=[channel.id for channel in channels if levels.get(channel.id) not in (None, "closed")],
        unconfirmed=[channel.id for channel in channels if _is_unconfirmed(channel)],
        needs_certificates=any(isinstance(channel.options, As2Options) for channel in channels),
        certificates=len(certificates),
        ends_in_days=(min(ends) - now).days if ends else None,
        by_way=all(one.family in _NAMELESS for one in agreed),
        identities=[str(each) for family, known in partner.identities.items() if family not in _NAMELESS for each in known],
        owes=any(one.acknowledgement.functional for one in agreed if one.direction is Direction.IN),
        expects=any(one.expect for one in agreed if one.direction is Direction.OUT),
        counters={family: reached.get(scope, 0) for family, scope in _counters(snapshot, partner, agreed)},
        **told,
    )


def _is_unconfirmed(channel: Channel) -> bool:
    return isinstance(channel.options, SftpOptions) and not channel.options.server.host_keys


def _counters(snapshot: Snapshot, partner: Partner, agreed: list[Agreement]) -> Iterator[tuple[str, str]]:
    """The counter of what goes to a partner in production, by family: of documents and of acknowledgements."""
    for family in _NUMBERED:
        sending = any(
            one.family is family and (one.direction is Direction.OUT or one.acknowledgement.functional) for one in agreed
        )
        addresses = snapshot.partnerships.addresses(partner, family)
        if sending and addresses is not None:
            ours, theirs = map(str, addresses)
            yield family.value, interchange_counter(family, ours, theirs, test=False)
