"""What is not mapped to Odoo, for people: what documents met, and what tables name that is not there."""

from collections.abc import Sequence

from gateway.applications.odoo.unmapped import compare
from gateway.bootstrap.office import Office, Where, opened
from gateway.bootstrap.settings import Settings
from gateway.domain.application import OdooConnection
from gateway.domain.odoo_tables import UNMAPPED_CODES, Unmapped
from gateway.errors import Absent
from gateway.ports.failures import FailureFilter
from gateway.store.failures import PostgresFailures

_MOST = 500
"""Groups of failures that are looked through."""


async def unmapped(where: Where, application: str | None, *, comparing: bool) -> Sequence[Unmapped]:
    """What was met, of failures that are not resolved; and, when `comparing`, entries of tables that mean nothing in Odoo.

    Raises Absent for an application that there is none of, OdooError when it cannot be asked.
    """
    async with opened(where) as office:
        connections = _chosen(office.settings, application)
        found = list(await _met(office, list(connections), application))
    for name, connection in connections.items() if comparing else ():
        found += await compare(name, connection)
    return found


def _chosen(settings: Settings, application: str | None) -> dict[str, OdooConnection]:
    known = {
        name: configured.connection
        for name, configured in settings.snapshot.applications.items()
        if isinstance(configured.connection, OdooConnection)
    }
    if application is not None and application not in known:
        remedy = f"There are: {', '.join(known) or 'none'}"
        raise Absent(f"there is no Odoo database {application!r}", remedy=remedy)
    return {name: one for name, one in known.items() if application in (None, name)}


async def _met(office: Office, names: Sequence[str], application: str | None) -> Sequence[Unmapped]:
    """Cases of failures by what they say: the same thing met often is one of them."""
    routes = {route.id: {target.to for target in route.targets} & set(names) for route in office.snapshot.routes}
    met: dict[tuple[str, str, str, str], Unmapped] = {}
    store = PostgresFailures(office.database)
    wanted = FailureFilter(states=("open", "acknowledged", "muted"), codes=UNMAPPED_CODES, limit=_MOST)
    for group in await store.list(wanted):
        target = ", ".join(sorted(routes.get(group["route"] or "", set())))
        if application is not None and not target:
            continue
        shown = await store.show(group["id"])
        for case in (shown or {}).get("cases", ()):
            if case["closed_at"] is not None:
                continue
            key = (target, group["code"], group["partner"] or "", case["message"])
            times = met[key].times + 1 if key in met else 1
            met[key] = Unmapped(target, "", group["code"], str(group["id"]), case["message"], key[2], times)
    return sorted(met.values(), key=lambda one: -one.times)
