"""Shadow for people: which agreements are in it, how what both gateways send compares, and what differs."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict
from datetime import datetime
from typing import Any

from gateway.bootstrap.office import Office, Where, opened
from gateway.domain.agreement import Agreement, Partner
from gateway.domain.shadow import Likeness, compared_names, veiled
from gateway.errors import Absent
from gateway.operations.compare_shadow import is_ready
from gateway.ports import Json
from gateway.ports.shadow import ShadowFilter
from gateway.store.shadow_records import ComparedRow, ShadowRecords

_MOST_DIFFERENCES = 50
"""So many differences are shown of one document."""
_NEVER: Json = {"since": None, "until": None}


async def shadow_agreements(where: Where, partners: Sequence[str] = ()) -> list[Json]:
    """Agreements of partners with something in shadow, or compared before: whether each is, and how its documents compare.

    In the order of the configuration. Of `partners` only these, if any are named.
    """
    async with opened(where) as office:
        wanted = [one for one in office.snapshot.partners if not partners or one in partners]
        records = ShadowRecords(office.database)
        tallies, withheld = await records.tallies(wanted), await records.withheld(wanted)
    compared = {str(row["partner"]) for row in tallies}
    there = [one for one in wanted if one in compared or any(_in_shadow(office, each) for each in _agreed(office, one))]
    return [view for one in there for view in _agreements(office, one, tallies, withheld.get(one, _NEVER))]


async def shadow_of(where: Where, partner: str) -> Json:
    """How far a partner is on its way to the cut-over: agreements, documents by state, differences by element, without values.

    Raises Absent.
    """
    async with opened(where) as office:
        known = _require(office, partner)
        records = ShadowRecords(office.database)
        tallies, elements = await records.tallies([partner]), await records.elements(partner)
        withheld = (await records.withheld([partner])).get(partner, _NEVER)
    return {
        "partner": partner,
        "name": known.name,
        "managed": office.settings.managed,
        "agreements": _agreements(office, partner, tallies, withheld),
        "documents": [{"document": row["name"], "state": row["state"], "count": row["count"]} for row in tallies],
        "differences": elements,
        "ready": is_ready(_counts(tallies)),
        "withheld_since": withheld["since"],
        "withheld_until": withheld["until"],
        "compared_at": _newest(tallies),
    }


async def shadow_differences(
    where: Where, partner: str, wanted: ShadowFilter, *, after: tuple[str, str] | None, limit: int
) -> list[Json]:  # fmt: skip
    """Documents that are not the same, with what differs in them; what the configuration hides is not shown. Raises Absent."""
    async with opened(where) as office:
        _require(office, partner)
        rows = await ShadowRecords(office.database).page(partner, wanted, after=after, limit=limit)
    return [_document(office, row, wanted.element) for row in rows]


def agreement_of(office: Office, partner: str, agreement: str) -> Agreement:
    """An agreement of a partner by its id. Raises Absent."""
    _require(office, partner)
    known = {one.id: one for one in _agreed(office, partner)}
    if agreement not in known:
        there = ", ".join(sorted(known)) or "none"
        raise Absent(f'{partner} has no agreement "{agreement}".', remedy=f"There are: {there}")
    return known[agreement]


def _require(office: Office, partner: str) -> Partner:
    known = office.snapshot.partners
    if partner not in known:
        raise Absent(f'There is no partner "{partner}".', remedy=f"There are: {', '.join(sorted(known)) or 'none'}")
    return known[partner]


def _agreed(office: Office, partner: str) -> list[Agreement]:
    return [one for one in office.snapshot.agreements if one.partner == partner]


def _in_shadow(office: Office, agreement: Agreement) -> bool:
    return office.snapshot.partnerships.in_shadow(agreement.partner, [agreement])


def _agreements(office: Office, partner: str, tallies: Sequence[Json], withheld: Json) -> list[Json]:
    return [_agreement(office, one, tallies, withheld) for one in _agreed(office, partner)]


def _agreement(office: Office, agreement: Agreement, tallies: Sequence[Json], withheld: Json) -> Json:
    names = compared_names(agreement)
    own = [row for row in tallies if row["partner"] == agreement.partner and row["name"] in names]
    counts = {state.value: sum(row["count"] for row in own if row["state"] == state.value) for state in Likeness}
    return {
        "partner": agreement.partner,
        "partner_name": office.snapshot.partners[agreement.partner].name,
        "agreement": agreement.id,
        "direction": agreement.direction.value,
        "document": agreement.document,
        "format": f"{agreement.family.value}/{agreement.version}/{agreement.type}",
        "shadow": _in_shadow(office, agreement),
        **counts,
        "ready": is_ready(_counts(own)),
        "withheld_since": withheld["since"],
        "compared_at": _newest(own),
    }


def _counts(tallies: Iterable[Json]) -> list[tuple[str, str, int]]:
    return [(row["name"], row["state"], row["count"]) for row in tallies]


def _newest(tallies: Iterable[Json]) -> datetime | None:
    return max((row["compared_at"] for row in tallies), default=None)


def _document(office: Office, row: ComparedRow, element: str | None) -> Mapping[str, Any]:
    differing = [one for one in row.differences if element in (None, one.element)]
    shown = [veiled(one, office.snapshot.gateway.masks) for one in differing[:_MOST_DIFFERENCES]]
    return {
        **{name: getattr(row, name) for name in ("document", "identity", "message", "legacy", "compared_at")},
        "state": row.state.value,
        "differences": [asdict(one) for one in shown],
        "more_differences": len(differing) - len(shown),
    }
