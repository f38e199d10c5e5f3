"""Words of documents that mean records which a site names in its tables: warehouses, carriers, payment terms, taxes.

Reading is pure; the desk finds the records. A table that lacks a word is a failure, unless it says what all others mean (`*`);
where there is no table, nothing is said of the matter.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from gateway.applications.odoo.cache import TimedCache
from gateway.applications.odoo.client import OdooClient
from gateway.applications.odoo.external_ids import ExternalIds
from gateway.applications.odoo.order import Kind, Problem, Reference
from gateway.applications.odoo.scope import Scope
from gateway.applications.odoo.values import Json, decimal
from gateway.domain.odoo_tables import ANY, Tables

_CODE = "code:"


def reference(kind: Kind, candidates: Iterable[str], tables: Tables) -> Reference | Problem | None:
    """What a document means by any of these words, the most exact first; None where it says nothing, or there is no table."""
    table: Mapping[str, str] = getattr(tables, kind.table)
    words = list(dict.fromkeys(word for word in candidates if word))
    if not words or not table:
        return None
    target = next((table[word] for word in (*words, ANY) if word in table), None)
    if target is None:
        named = " / ".join(words)
        return Problem(
            f"{kind.name.lower().replace('_', '-')}-unmapped",
            f"The {kind.words} {named} has no entry in the application's table {kind.table}; add it there, then repeat.",
        )
    return Reference(kind, target, words[0])


def party_words(party: Json | None) -> Iterator[str]:
    """`gln:5790…`, then the bare identifiers, then the name."""
    identifiers = (party or {}).get("identifiers") or {}
    pairs = [
        (scheme, str(one)) for scheme, value in identifiers.items() for one in ([value] if isinstance(value, str) else value)
    ]
    yield from (f"{scheme}:{value}" for scheme, value in pairs)
    yield from (value for _, value in pairs)
    yield str((party or {}).get("name") or "")


def carrier_words(document: Json) -> Iterator[str]:
    """Who is to carry: the service first, since methods of delivery differ by it, then the carrier."""
    legs = [leg for leg in document.get("transport") or [] if leg]
    parties = [party for party in (document.get("carrier"), *(leg.get("carrier") for leg in legs)) if party]
    services = [str(leg["service"]) for leg in legs if leg.get("service")]
    names = [word for party in parties for word in party_words(party)]
    yield from (f"{name}/{service}" for name in names for service in services)
    yield from names
    yield from services
    yield from (str(leg["original"]) for leg in legs if leg.get("original"))


def payment_words(document: Json) -> Iterator[str]:
    """When to pay: `2/10/30` (percent, days, net days), `30`, then the kind and the words of the document."""
    for terms in document.get("payment_terms") or []:
        days, percent, early = terms.get("days"), decimal(terms.get("discount_percent")), terms.get("discount_days")
        if percent is not None and early is not None:
            yield f"{percent.normalize():f}/{early}/{days or ''}".rstrip("/")
        yield str(days) if days is not None else ""
        yield from (str(terms[name]) for name in ("original", "kind", "text") if terms.get(name))


def tax_words(tax: Json) -> Iterator[str]:
    """Which tax: `VAT/S/25`, `S/25`, `VAT/25`, `25`, `S`, `VAT`: kind, category of UNCL 5305, rate in percent."""
    kind, category, rate = str(tax.get("kind") or ""), str(tax.get("category") or ""), decimal(tax.get("rate"))
    percent = f"{rate.normalize():f}" if rate is not None else ""
    for parts in ((kind, category, percent), (category, percent), (kind, percent), (percent,), (category,), (kind,)):
        if all(parts):
            yield "/".join(parts)


class ReferenceDesk:
    """Finds the records that are meant, in the company of the call."""

    def __init__(self, client: OdooClient, external_ids: ExternalIds, *, cache: TimedCache[tuple[int | None, str], int]) -> None:
        self._client, self._external_ids, self._cache = client, external_ids, cache

    async def find(self, wanted: Iterable[Reference], scope: Scope) -> dict[Reference, int | Problem]:
        """Database id of each, or why there is none. Raises OdooError."""
        found: dict[Reference, int | Problem] = {}
        for one in dict.fromkeys(wanted):
            number = await self._number(one, scope)
            found[one] = number if number is not None else _missing(one)
        return found

    def forget(self) -> None:
        """Look everything up again from now on."""
        self._cache.clear()

    async def _number(self, wanted: Reference, scope: Scope) -> int | None:
        target = wanted.target
        if target.removeprefix("id:").isdecimal():
            return int(target.removeprefix("id:"))
        if "." in target and not target.startswith(_CODE):
            return (await self._external_ids.find([target], model=wanted.kind.value)).get(target)
        if wanted.kind is not Kind.WAREHOUSE:
            return None
        known = self._cache.get((scope.company, target))
        if known is None:
            domain: list[Any] = [["code", "=", target.removeprefix(_CODE)]]
            domain += [["company_id", "=", scope.company]] if scope.company is not None else []
            rows: Sequence[int] = await self._client.call(wanted.kind.value, "search", [domain], limit=2, context=scope.context)
            if len(rows) != 1:
                return None
            known = int(rows[0])
            self._cache.put((scope.company, target), known)
        return known


def _missing(wanted: Reference) -> Problem:
    return Problem(
        f"{wanted.kind.name.lower().replace('_', '-')}-unknown",
        f"The {wanted.kind.words} {wanted.said} should be {wanted.target} in Odoo, and there is no such {wanted.kind.value} that "
        f"the gateway's user may see in this company; correct the application's {wanted.kind.table}, then repeat.",
    )
