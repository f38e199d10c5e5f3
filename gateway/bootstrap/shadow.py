"""Wires the comparison of what this gateway withholds with what the one beside it sends."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict
from datetime import datetime
from typing import Any

from gateway.bootstrap.office import Office, Where, opened
from gateway.domain.shadow import by_element
from gateway.errors import Absent
from gateway.operations.compare_shadow import Comparison, compare_outputs, is_ready
from gateway.store.shadow import PostgresShadow
from translators.contract import Envelope, Family


async def compare_shadow(
    where: Where,
    partner: str,
    files: Iterable[tuple[str, bytes]],
    *,
    since: datetime | None = None,
    set_aside: Sequence[str] = (),
) -> Comparison:
    """Compare files of the other gateway with what was withheld for a partner. Raises Absent for one that there is not."""
    async with opened(where) as office:
        _require(partner, office)
        known = {identity for some in office.snapshot.partners[partner].identities.values() for identity in some}

        def concerns(envelope: Envelope) -> bool:
            return envelope.family is Family.JSON or envelope.receiver in known or envelope.sender in known

        store = PostgresShadow(office.database)
        return await compare_outputs(store, partner, files, since=since, set_aside=set_aside, concerns=concerns)


async def shadow_status(where: Where, partner: str) -> Mapping[str, Any]:
    """How far a partner is on its way to the cut-over: agreements, documents by state, differences by element.

    Raises Absent.
    """
    async with opened(where) as office:
        _require(partner, office)
        store, known = PostgresShadow(office.database), office.snapshot
        counts, left = await store.counts(partner), await store.kept(partner)
        agreements = [one for one in known.agreements if one.partner == partner]
        groups = by_element((one.name, one.differences) for one in left)
        return {
            "partner": partner,
            "agreements": [{"agreement": one.id, "shadow": known.partnerships.in_shadow(partner, [one])} for one in agreements],
            "documents": [{"document": name, "state": state, "count": count} for name, state, count in counts],
            "differences": [
                {"document": name, "element": element, "documents": count, "ours": first.ours, "legacy": first.legacy}
                for name, element, count, first in groups
            ],
            "unequal": [
                {**asdict(one), "state": one.state.value, "ours": None if one.ours is None else str(one.ours)} for one in left
            ],
            "ready": is_ready(counts),
        }


def _require(partner: str, office: Office) -> None:
    if partner not in office.snapshot.partners:
        known = ", ".join(sorted(office.snapshot.partners)) or "none"
        raise Absent(f'there is no partner "{partner}"', remedy=f"There are: {known}.")
