"""New customers and addresses in Odoo, where an agreement allows the gateway to create them."""

from collections.abc import Mapping
from typing import Any

from gateway.applications.odoo.cache import TimedCache
from gateway.applications.odoo.client import OdooClient
from gateway.applications.odoo.directory import Partner
from gateway.applications.odoo.fault import OdooFault
from gateway.applications.odoo.order import KeyKind, Problem, WantedPartner
from gateway.applications.odoo.rows import MODULE
from gateway.applications.odoo.scope import Scope
from gateway.ports import OutcomeKind

TYPES: Mapping[str, str] = {"delivery address": "delivery", "invoice address": "invoice"}


class Enrolment:
    """Creates partner records under external ids of their own, so that a repeat or a second node finds the first one's record."""

    def __init__(self, client: OdooClient, *, cache: TimedCache[tuple[str, str], int]) -> None:
        self._client = client
        self._places = cache

    async def create(self, wanted: WantedPartner, scope: Scope, *, customer: Partner | None) -> Partner | Problem:
        """The new record, or why it cannot be made. Raises OdooError when a repeat may help."""
        country = await self._place("res.country", wanted.country, [["code", "=", wanted.country]], scope)
        region = [["code", "=", wanted.region], ["country_id", "=", country or 0]]
        state = (
            await self._place("res.country.state", f"{wanted.country}-{wanted.region}", region, scope) if wanted.region else None
        )
        cells = _cells(wanted, scope, country=country, state=state)
        answer = await self._client.call("res.partner", "load", [list(cells), [list(cells.values())]], context=scope.load_context)
        if not answer["ids"]:
            texts = [m["message"] for m in answer["messages"] if m.get("type") == "error"]
            return _refused(wanted, OdooFault("", "\n".join(texts) or "Odoo gave no reason"))
        record = int(answer["ids"][0])
        if customer is not None:
            # Not a column of the load: with a parent, load() reads fields that only accountants may see and refuses (seen on 19).
            await self._client.call("res.partner", "write", [[record], {"parent_id": customer.commercial}], context=scope.context)
        return Partner(
            id=record,
            name=wanted.name,
            parent=customer.commercial if customer else None,
            commercial=customer.commercial if customer else record,
            street=wanted.street,
            postal_code=wanted.postal_code,
            city=wanted.city,
            pricelist=customer.pricelist if customer else None,
        )

    async def _place(self, model: str, code: str, domain: list[Any], scope: Scope) -> int | None:
        """Database id of a country or state by code; None when unknown, because an address is worth having without it."""
        if not code:
            return None
        known = self._places.get((model, code))
        if known is None:
            found = await self._client.call(model, "search", [domain], limit=1, context=scope.context)
            if not found:
                return None
            known = int(found[0])
            self._places.put((model, code), known)
        return known


def _cells(wanted: WantedPartner, scope: Scope, *, country: int | None, state: int | None) -> dict[str, str]:
    glns = [key.value for key in wanted.keys if key.kind is KeyKind.GLN]
    refs = [key.value for key in wanted.keys if key.kind in (KeyKind.REF, KeyKind.FAMILY_REF)]
    if scope.dialect.gln is None:
        refs = glns + refs
    cells = {
        "id": f"{MODULE}.{wanted.creation_key}",
        "name": wanted.name,
        "type": TYPES.get(wanted.role, "contact"),
        "is_company": "0" if wanted.role in TYPES else "1",
        "ref": refs[0] if refs else "",
        "street": wanted.street,
        "street2": wanted.street2,
        "zip": wanted.postal_code,
        "city": wanted.city,
        "email": wanted.email,
        "phone": wanted.telephone,
    }
    optional = {
        "vat": wanted.vat if wanted.role not in TYPES else "",
        "country_id/.id": str(country or ""),
        "state_id/.id": str(state or ""),
        scope.dialect.gln or "": glns[0] if glns else "",
    }
    return cells | {column: value for column, value in optional.items() if column and value}


def _refused(wanted: WantedPartner, fault: OdooFault) -> Problem:
    if fault.code == "access-denied":
        return Problem(
            "partner-unknown",
            f"The {wanted.role} {wanted.label} is not in Odoo, and the gateway's user may not create contacts there. "
            "Create it in Odoo, or give that user the right Contact/Creation; then send the order again.",
        )
    if fault.kind is OutcomeKind.RETRY:
        raise fault
    return Problem("partner-refused", f"Odoo refuses to create the {wanted.role} {wanted.label}: {fault.text}")
