"""By which keys a party or an item of a document is looked up. Pure."""

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import replace
from functools import lru_cache
from typing import Any

from gateway.applications.odoo.order import KeyKind, PartnerKey, WantedPartner, WantedProduct
from gateway.applications.odoo.tables import Tables

GTIN_SCHEMES = ("gtin", "upc", "ean", "isbn")
OWN_SCHEMES = ("duns", "seller")
"""Party identifiers that mean the same party whoever sends them, kept in the record's reference."""


def identifiers(part: Mapping[str, Any] | None, scheme: str) -> tuple[str, ...]:
    """All identifiers of a scheme; a single one is a string in the document, several are a list."""
    value = ((part or {}).get("identifiers") or {}).get(scheme)
    if value is None:
        return ()
    if isinstance(value, str):
        return (text,) if (text := value.strip()) else ()
    return tuple(text for text in (str(v).strip() for v in value) if text)


@lru_cache(maxsize=10_000)
def barcode_forms(code: str) -> tuple[str, ...]:
    """A GTIN as it may stand in a product's barcode: as sent, and with 14, 13, 12 or 8 digits (GS1: leading zeros are filler).

    Letters (an ISBN-10's X, an internal barcode) leave it as sent.
    """
    digits = code.replace(" ", "").replace("-", "")
    if not digits.isdigit() or len(digits) > 14:
        return (code,)
    full = digits.zfill(14)
    forms = [code, digits, *(full[14 - size :] for size in (14, 13, 12, 8) if not full[: 14 - size].strip("0"))]
    return tuple(dict.fromkeys(forms))


def wanted_product(item: Mapping[str, Any], *, partner: str, tables: Tables) -> WantedProduct:
    """What to look an order line's item up by. A customer's code that the tables know becomes our own code."""
    gtins = [code for scheme in GTIN_SCHEMES for code in identifiers(item, scheme)]
    codes = list(identifiers(item, "seller"))
    unknown: list[str] = []
    for code in identifiers(item, "buyer"):
        ours = tables.products.get(f"{partner}/{code}") or tables.products.get(code)
        (codes if ours else unknown).append(ours or code)
    text = item.get("name") or item.get("description") or ""
    return WantedProduct(
        barcodes=_unique(form for code in gtins for form in barcode_forms(code)),
        codes=_unique(codes),
        buyer_codes=_unique(unknown),
        text=" ".join(str(text).split())[:80],
    )


def bought_product(item: Mapping[str, Any], *, partner: str, tables: Tables) -> WantedProduct:
    """What to look an item of a supplier's document up by: here we are the buyer, and the seller's codes are the supplier's own.

    Those that the tables know become ours; the others are matched with the supplier's codes of the order's products.
    """
    gtins = [code for scheme in GTIN_SCHEMES for code in identifiers(item, scheme)]
    codes = list(identifiers(item, "buyer"))
    unknown: list[str] = []
    for code in identifiers(item, "seller"):
        ours = tables.products.get(f"{partner}/{code}")
        (codes if ours else unknown).append(ours or code)
    text = item.get("name") or item.get("description") or ""
    return WantedProduct(
        barcodes=_unique(form for code in gtins for form in barcode_forms(code)),
        codes=_unique(codes),
        buyer_codes=_unique(unknown),
        text=" ".join(str(text).split())[:80],
    )


def wanted_partner(party: Mapping[str, Any], *, role: str, partner: str, tables: Tables) -> WantedPartner:
    """What to look a party up by: tables, GLN, our own code for it or its DUNS, VAT number, then codes the buyer assigned."""
    keys = [*_table_keys(party, partner, tables)]
    keys += [PartnerKey(KeyKind.GLN, gln) for gln in identifiers(party, "gln")]
    keys += [PartnerKey(KeyKind.REF, code) for scheme in OWN_SCHEMES for code in identifiers(party, scheme)]
    vats = _unique([*identifiers(party, "vat"), str(party.get("tax_registration") or "").strip()])
    keys += [PartnerKey(KeyKind.VAT, vat) for vat in vats]
    keys += [PartnerKey(KeyKind.FAMILY_REF, code) for code in identifiers(party, "buyer")]
    address = party.get("address") or {}
    lines = [str(line).strip() for line in address.get("lines") or [] if str(line).strip()]
    contact: Mapping[str, Any] = next(iter(party.get("contacts") or []), {})
    wanted = WantedPartner(
        role=role,
        keys=tuple(dict.fromkeys(keys)),
        name=str(party.get("name") or "").strip(),
        street=lines[0] if lines else "",
        street2=", ".join(lines[1:]),
        city=str(address.get("city") or "").strip(),
        postal_code=str(address.get("postal_code") or "").strip(),
        region=str(address.get("region") or "").strip(),
        country=str(address.get("country") or "").strip().upper(),
        vat=vats[0] if vats else "",
        email=str(contact.get("email") or "").strip(),
        telephone=str(contact.get("telephone") or "").strip(),
    )
    return with_creation_key(wanted, partner)


def target_key(text: str) -> PartnerKey:
    """A configured target: `ref:<reference>`, `id:<number>`, or an external id (`module.name`)."""
    kind, colon, value = text.partition(":")
    if colon and kind == "ref":
        return PartnerKey(KeyKind.REF, value)
    if colon and kind == "id":
        return PartnerKey(KeyKind.DATABASE, value)
    return PartnerKey(KeyKind.EXTERNAL, text)


def _table_keys(party: Mapping[str, Any], partner: str, tables: Tables) -> Iterable[PartnerKey]:
    for scheme in party.get("identifiers") or {}:
        for value in identifiers(party, scheme):
            target = tables.customers.get(f"{partner}/{scheme}:{value}") or tables.customers.get(f"{scheme}:{value}")
            if target:
                yield target_key(target)


def with_creation_key(wanted: WantedPartner, partner: str) -> WantedPartner:
    """Name the external id a new record gets, so that creating it again finds it: from its first key, or from its address."""
    first = next((key for key in wanted.keys if key.kind is not KeyKind.DATABASE), None)
    if first is None:
        parts = [wanted.name, wanted.street, wanted.street2, wanted.postal_code, wanted.city, wanted.country]
        text = "\x1f".join([partner, *(" ".join(part.lower().split()) for part in parts)])
    else:
        text = f"{partner if first.kind is KeyKind.FAMILY_REF else ''}\x1f{first.kind}\x1f{first.value}"
    key = "partner_" + hashlib.sha256(text.encode()).hexdigest()[:24]
    return replace(wanted, creation_key=key)


def _unique(values: Iterable[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(value for value in values if value))
