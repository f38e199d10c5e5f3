"""Customers and addresses of Odoo, found by their keys."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from gateway.applications.odoo.cache import TimedCache
from gateway.applications.odoo.client import OdooClient
from gateway.applications.odoo.external_ids import ExternalIds
from gateway.applications.odoo.order import KeyKind, PartnerKey, Problem, WantedPartner
from gateway.applications.odoo.scope import Scope

FIELDS = ("name", "ref", "vat", "parent_id", "commercial_partner_id", "street", "zip", "city", "property_product_pricelist")


@dataclass(frozen=True, slots=True)
class Partner:
    """A record of `res.partner`. `commercial` is the company it belongs to (itself when it is one)."""

    id: int
    name: str
    parent: int | None
    commercial: int
    street: str
    postal_code: str
    city: str
    pricelist: int | None


Key = tuple[int | None, KeyKind, str]


@dataclass(frozen=True, slots=True)
class Partners:
    """What a batch's parties could be, by key; and addresses by postal code, for parties without any identifier.

    `complete` when Odoo has just said all of it.
    """

    company: int | None
    found: Mapping[Key, tuple[Partner, ...]]
    by_postal_code: Mapping[str, tuple[Partner, ...]]
    complete: bool

    def choose(self, wanted: WantedPartner, *, customer: Partner | None = None) -> Partner | Problem | None:
        """The record meant, None when there is none, a problem when there are several."""
        for key in wanted.keys:
            matches = self._matching(key, customer)
            if len(matches) > 1:
                names = ", ".join(f"{p.name} (id {p.id})" for p in matches)
                return Problem("partner-ambiguous", f"The {wanted.role} {wanted.label}: {key} means several records: {names}.")
            if matches:
                return matches[0]
        if customer is None or wanted.keys:
            return None
        return next((p for p in self.by_postal_code.get(wanted.postal_code, ()) if _same_address(p, wanted, customer)), None)

    def _matching(self, key: PartnerKey, customer: Partner | None) -> list[Partner]:
        matches = list(self.found.get((self.company, key.kind, key.value), ()))
        if key.kind is KeyKind.FAMILY_REF:
            return [p for p in matches if customer is not None and p.commercial == customer.commercial]
        heads = [p for p in matches if p.parent is None]
        return heads if len(matches) > 1 and len(heads) == 1 else matches


class PartnerDirectory:
    """Finds the parties of a whole batch with one call, or none when all are known."""

    def __init__(self, client: OdooClient, external_ids: ExternalIds, *, cache: TimedCache[Key, tuple[Partner, ...]]) -> None:
        self._client = client
        self._external_ids = external_ids
        self._cache = cache

    async def fetch(self, wanted: Sequence[WantedPartner], scope: Scope, *, fresh: bool = False) -> Partners:
        """Everything any of these parties could be. `fresh` asks Odoo even for what is known."""
        keys = {(scope.company, key.kind, key.value) for one in wanted for key in one.keys}
        known = {} if fresh else {key: value for key in keys if (value := self._cache.get(key)) is not None}
        missing = [key for key in keys if key not in known]
        postal_codes = sorted({one.postal_code for one in wanted if not one.keys and one.postal_code})
        found, addresses = await self._search(missing, postal_codes, scope)
        for key, partners in found.items():
            self._cache.put(key, partners)
        return Partners(scope.company, known | found, addresses, complete=not known)

    async def by_id(self, record: int, scope: Scope) -> Partner | None:
        """A record whose database id is known."""
        fields = [*FIELDS, *filter(None, [scope.dialect.gln])]
        rows = await self._client.call("res.partner", "read", [[record], fields], context=scope.context)
        return _partner(rows[0]) if rows else None

    def remember(self, key: PartnerKey, partner: Partner, scope: Scope) -> None:
        """A record just created answers for its key from now on."""
        self._cache.put((scope.company, key.kind, key.value), (partner,))

    def forget(self) -> None:
        """Look everything up again from now on."""
        self._cache.clear()

    async def _search(
        self, keys: Sequence[Key], postal_codes: Sequence[str], scope: Scope
    ) -> tuple[dict[Key, tuple[Partner, ...]], dict[str, tuple[Partner, ...]]]:
        named = await self._external_ids.find(value for _, kind, value in keys if kind is KeyKind.EXTERNAL)
        domain = _domain(keys, named, postal_codes, scope)
        if not domain:
            return dict.fromkeys(keys, ()), {}
        fields = [*FIELDS, *filter(None, [scope.dialect.gln])]
        rows = await self._client.call("res.partner", "search_read", [domain], fields=fields, context=scope.context)
        found = {key: _answers(rows, key[1], key[2], named, scope.dialect.gln) for key in keys}
        addresses = {
            code: tuple(_partner(row) for row in rows if row["zip"] == code and row["parent_id"]) for code in postal_codes
        }
        return found, addresses


def _domain(keys: Sequence[Key], named: Mapping[str, int], postal_codes: Sequence[str], scope: Scope) -> list[Any]:
    """One OR over all the keys of a batch."""
    by_kind: dict[KeyKind, list[str]] = {kind: sorted(v for _, k, v in keys if k is kind) for kind in KeyKind}
    ids = sorted({*named.values(), *(int(v) for v in by_kind[KeyKind.DATABASE] if v.isdecimal())})
    # A GLN may stand in the reference: there was no field of its own before Odoo 19 and in databases that come from there.
    refs = sorted({*by_kind[KeyKind.REF], *by_kind[KeyKind.FAMILY_REF], *by_kind[KeyKind.GLN]})
    terms: list[list[Any]] = [
        [[field, "in", values]]
        for field, values in (
            ("id", ids),
            ("ref", refs),
            ("vat", by_kind[KeyKind.VAT]),
            (scope.dialect.gln, by_kind[KeyKind.GLN]),
        )
        if field and values
    ]
    if postal_codes:
        terms.append(["&", ["zip", "in", list(postal_codes)], ["parent_id", "!=", False]])
    return ["|"] * (len(terms) - 1) + [part for term in terms for part in term]


def _answers(
    rows: Iterable[Mapping[str, Any]], kind: KeyKind, value: str, named: Mapping[str, int], gln: str | None
) -> tuple[Partner, ...]:
    if kind in (KeyKind.EXTERNAL, KeyKind.DATABASE):
        wanted = named.get(value) if kind is KeyKind.EXTERNAL else int(value) if value.isdecimal() else None
        return tuple(_partner(row) for row in rows if row["id"] == wanted)
    if kind is KeyKind.VAT:
        return tuple(_partner(row) for row in rows if row["vat"] == value)
    if kind is KeyKind.GLN and gln:
        exact = tuple(_partner(row) for row in rows if row[gln] == value)
        if exact:
            return exact
    return tuple(_partner(row) for row in rows if row["ref"] == value)


def _partner(row: Mapping[str, Any]) -> Partner:
    commercial = row["commercial_partner_id"]
    pricelist = row["property_product_pricelist"]
    return Partner(
        id=row["id"],
        name=row["name"] or "",
        parent=row["parent_id"][0] if row["parent_id"] else None,
        commercial=commercial[0] if commercial else row["id"],
        street=row["street"] or "",
        postal_code=row["zip"] or "",
        city=row["city"] or "",
        pricelist=pricelist[0] if pricelist else None,
    )


def _same_address(partner: Partner, wanted: WantedPartner, customer: Partner) -> bool:
    same_name = not wanted.name or _plain(partner.name) == _plain(wanted.name)
    return partner.commercial == customer.commercial and same_name and _plain(partner.street) == _plain(wanted.street)


def _plain(text: str) -> str:
    return " ".join(text.lower().replace(".", " ").replace(",", " ").split())
