"""Reads the master data and the catalogue of an Odoo database, for partners who are told of them at fixed times."""

from collections.abc import AsyncIterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from gateway.applications.odoo.changes.facts import Lookup, Unit
from gateway.applications.odoo.changes.parts import party_of, product_item
from gateway.applications.odoo.changes.prices import Offer, Priced, Pricelist, pricelist
from gateway.applications.odoo.changes.published import Told, bin_line, grouped, lot_line
from gateway.applications.odoo.changes.reader import Reader
from gateway.applications.odoo.changes.values import Row, listed, moment, plain, quantity, related, related_name, text
from gateway.applications.odoo.external_ids import ExternalIds
from gateway.applications.odoo.identification import target_key
from gateway.applications.odoo.order import KeyKind
from gateway.domain.odoo_changes import Publication
from translators.canonical.item_master import ItemRecord, PackagingLevel
from translators.canonical.location_master import LocationRecord
from translators.canonical.parts import Item, Location, Packaging, Party, Period, Price, Quantity
from translators.canonical.party_master import PartyRecord
from translators.canonical.price_catalogue import CatalogueLine
from translators.canonical.unit_master import UnitRecord

PRODUCT = (
    "default_code", "barcode", "name", "uom_id", "uom_ids", "weight", "volume", "tracking", "type", "active", "sale_ok",
    "list_price", "lst_price", "standard_price", "categ_id", "product_tmpl_id", "description_sale", "expiration_time",
)  # fmt: skip
PARTY = ("customer_rank", "supplier_rank", "type", "active", "email", "phone", "lang", "is_company")
RULE = (
    "pricelist_id", "applied_on", "product_id", "product_tmpl_id", "categ_id", "min_quantity", "date_start", "date_end",
    "compute_price", "fixed_price", "percent_price", "base", "base_pricelist_id", "price_discount", "price_markup", "price_round",
    "price_surcharge", "price_min_margin", "price_max_margin",
)  # fmt: skip
READ_BY_RECORDS: Mapping[str, tuple[str, ...]] = {
    "catalogue": ("product.product", "product.pricelist", "product.pricelist.item", "product.category", "res.partner"),
    "items": ("product.product", "uom.uom"),
    "parties": ("res.partner",),
    "carriers": ("delivery.carrier",),
    "warehouses": ("stock.warehouse", "res.partner"),
    "locations": ("stock.location",),
    "lots": ("stock.lot", "product.product"),
    "units": ("uom.uom",),
}
"""What the service user must be allowed to read for each."""
_PAGE = 500
_ROLES = {"delivery": "ship_to", "invoice": "bill_to"}


@dataclass(frozen=True, slots=True)
class Kept:
    """All records of a kind, and what else its documents say."""

    records: Sequence[Told]
    more: Mapping[str, Any]


class Publishing:
    """Reads for one database, in one company."""

    def __init__(self, reader: Reader, external_ids: ExternalIds, *, records: Mapping[str, str]) -> None:
        self._reader, self._external_ids, self._records = reader, external_ids, records

    async def read(self, publication: Publication, now: datetime) -> Kept:
        """All records that a publication is about, those that are out of use among them."""
        match publication.what:
            case "catalogue":
                return await self._catalogue(publication, now)
            case "items":
                records = await self._items()
            case "parties":
                records = await self._parties()
            case "carriers":
                records = await self._carriers()
            case "warehouses":
                records = await self._warehouses(publication)
            case "locations":
                records = await self._locations(publication)
            case "lots":
                records = await self._lots()
            case _:
                records = await self._units()
        return Kept(records, {})

    async def owner(self) -> Party | None:
        """The company whose data they are."""
        domain = [["id", "=", self._reader.scope.company]] if self._reader.scope.company else []
        companies = await self._reader.search("res.company", domain, ("partner_id",), limit=1)
        number = related(companies[0], "partner_id") if companies else None
        parties = await self._reader.parties([number])
        return party_of(parties.get(number or 0, {}), gln=self._reader.scope.dialect.gln)

    # ------------------------------------------------------------------------------------------------------------- reading

    async def _rows(self, model: str, domain: Sequence[Any], fields: Sequence[str]) -> AsyncIterator[dict[str, Any]]:
        """All of them by id, page by page."""
        last, known = 0, await self._reader.fields(model, ["company_id", "active"])
        own = self._reader.scope.company
        mine = [["company_id", "in", [own, False]]] if own and "company_id" in known else []
        while True:
            some = await self._reader.search(model, [*domain, *mine, ["id", ">", last]], fields, limit=_PAGE)
            for row in some:
                yield row
            if len(some) < _PAGE:
                return
            last = int(some[-1]["id"])

    async def _products(self, domain: Sequence[Any]) -> list[dict[str, Any]]:
        """Goods and services that have a code or a barcode: others cannot be told of."""
        rows = [row async for row in self._rows("product.product", domain, PRODUCT)]
        return [row for row in rows if product_item(row).identifiers]

    async def _packagings(self, products: Sequence[Row]) -> dict[int, list[tuple[Decimal, str, str]]]:
        """By product, its packages: how many pieces, what it is called, its GTIN. Up to 18 they are records, from 19 on units."""
        if self._reader.scope.dialect.major < 19:
            rows = await self._reader.search("product.packaging", [], ("product_id", "name", "qty", "barcode"))
            by_product = grouped(rows, lambda row: related(row, "product_id"))
            return {
                number: [(quantity(row, "qty"), text(row, "name") or "", text(row, "barcode") or "") for row in own]
                for number, own in by_product.items()
            }
        units = await self._reader.units()
        codes = await self._reader.search("product.uom", [], ("product_id", "uom_id", "barcode"))
        barcodes = {(related(row, "product_id"), related(row, "uom_id")): text(row, "barcode") or "" for row in codes}
        found: dict[int, list[tuple[Decimal, str, str]]] = {}
        for row in products:
            number, own = int(row["id"]), units.get(related(row, "uom_id") or 0)
            named = {*listed(row, "uom_ids"), *(unit or 0 for product, unit in barcodes if product == number)}
            for unit in (units[one] for one in sorted(named) if one in units and own is not None and one != own.id):
                pieces = unit.convert(Decimal(1), own) if own is not None else Decimal(1)
                found.setdefault(number, []).append((pieces, unit.name, barcodes.get((number, unit.id), "")))
        return found

    # --------------------------------------------------------------------------------------------------------------- kinds

    async def _items(self) -> list[Told]:
        rows = await self._products([["type", "!=", "service"]])
        lookup = Lookup(units=await self._reader.units())
        packed = await self._packagings(rows)
        return [Told(int(row["id"]), _item(row, lookup, packed.get(int(row["id"]), ())), bool(row["active"])) for row in rows]

    async def _catalogue(self, publication: Publication, now: datetime) -> Kept:
        rows = await self._products([])
        lookup = Lookup(units=await self._reader.units())
        packed = await self._packagings(rows)
        listed_ = await self._pricelist(publication)
        categories = await self._categories()
        base = await self._currency()
        records = []
        for row in rows:
            offers = listed_.offers(_priced(row, categories), now, base_currency=base)
            line = _offer_line(row, lookup, offers, listed_.currency, packed.get(int(row["id"]), ()))
            records.append(Told(int(row["id"]), line, bool(row["active"] and row["sale_ok"] and offers)))
        return Kept(records, {"currency": listed_.currency})

    async def _parties(self) -> list[Told]:
        """Those that have a number of their own, a reference or a GLN."""
        gln = self._reader.scope.dialect.gln
        named = ["|", ["ref", "!=", False], [gln, "!=", False]] if gln else [["ref", "!=", False]]
        heads = [row async for row in self._rows("res.partner", named, PARTY)]
        full = await self._reader.parties(int(row["id"]) for row in heads)
        parents = await self._reader.parties(related(row, "parent_id") for row in full.values())
        return [
            Told(number, line, bool(row["active"]))
            for row in heads
            if (line := _party(row, full[number := int(row["id"])], parents, gln)) is not None
        ]

    async def _carriers(self) -> list[Told]:
        rows = [row async for row in self._rows("delivery.carrier", [], ("name", "delivery_type", "active"))]
        names = await self._reader.external_ids("delivery.carrier", [int(row["id"]) for row in rows])
        return [
            Told(
                number,
                PartyRecord(
                    party=Party(
                        identifiers={"seller": next(iter(names.get(number, ())), f"delivery.carrier:{number}")},
                        name=text(row, "name"),
                    ),
                    roles=["carrier"],
                    attributes={"integration": text(row, "delivery_type") or "none"},
                ),
                bool(row["active"]),
            )
            for row in rows
            for number in [int(row["id"])]
        ]

    async def _warehouses(self, publication: Publication) -> list[Told]:
        domain = [["code", "in", list(publication.warehouses)]] if publication.warehouses else []
        rows = [row async for row in self._rows("stock.warehouse", domain, ("name", "code", "partner_id", "active"))]
        parties = await self._reader.parties(related(row, "partner_id") for row in rows)
        gln = self._reader.scope.dialect.gln
        records = []
        for row in rows:
            home = party_of(parties.get(related(row, "partner_id") or 0, {}), gln=gln)
            known: dict[str, str | list[str]] = {"seller": str(row["code"])}
            known |= {"gln": home.identifiers["gln"]} if home is not None and "gln" in home.identifiers else {}
            place = Location(kind="warehouse", identifiers=known, name=text(row, "name"), address=home.address if home else None)
            records.append(Told(int(row["id"]), LocationRecord(location=place, functions=["storage"]), bool(row["active"])))
        return records

    async def _locations(self, publication: Publication) -> list[Told]:
        domain: list[Any] = [["usage", "in", ["internal", "transit"]]]
        domain += [["warehouse_id.code", "in", list(publication.warehouses)]] if publication.warehouses else []
        fields = ("name", "complete_name", "barcode", "usage", "location_id", "active")
        rows = [row async for row in self._rows("stock.location", domain, fields)]
        return [
            Told(
                int(row["id"]),
                bin_line(
                    text(row, "name") or "",
                    text(row, "barcode"),
                    path=text(row, "complete_name") or "",
                    usage=str(row["usage"]),
                    parent=related_name(row, "location_id") or None,
                ),
                bool(row["active"]),
            )
            for row in rows
        ]

    async def _lots(self) -> list[Told]:
        """Serial numbers too; those of products without a code are left out."""
        rows = [row async for row in self._rows("stock.lot", [], ("name", "product_id", "expiration_date"))]
        lookup = await self._reader.lookup(products=[related(row, "product_id") for row in rows])
        return [
            Told(int(row["id"]), lot_line(item, text(row, "name") or "", moment(row, "expiration_date")), True)
            for row in rows
            if (item := product_item(lookup.product(row))).identifiers and text(row, "name")
        ]

    async def _units(self) -> list[Told]:
        rows = {int(row["id"]): row for row in await self._reader.search("uom.uom", [], ("active", "rounding"))}
        units = await self._reader.units(fresh=True)
        return [
            Told(number, _unit(unit, units, quantity(rows[number], "rounding")), bool(rows[number].get("active", True)))
            for number, unit in units.items()
            if number in rows
        ]

    # -------------------------------------------------------------------------------------------------------------- prices

    async def _pricelist(self, publication: Publication) -> Pricelist:
        """The partner's own, else the list prices of the company."""
        number = await self._pricelist_of(self._records.get(publication.partner) or f"ref:{publication.partner}")
        if number is None:
            return Pricelist(0, await self._currency())
        rows = await self._reader.search("product.pricelist.item", [], RULE)
        heads = await self._reader.records(
            "product.pricelist", {related(row, "pricelist_id") for row in rows} | {number}, ("currency_id",)
        )
        by_list = grouped(rows, lambda row: related(row, "pricelist_id"))
        others: dict[int, Pricelist] = {}
        for one, head in heads.items():
            others[one] = pricelist(one, related_name(head, "currency_id"), by_list.get(one, ()), others)
        return others[number]

    async def _pricelist_of(self, target: str) -> int | None:
        key = target_key(target)
        by: list[Any] = [["ref", "=", key.value]]
        if key.kind is KeyKind.DATABASE:
            by = [["id", "=", int(key.value)]]
        elif key.kind is KeyKind.EXTERNAL:
            by = [["id", "=", (await self._external_ids.find([key.value])).get(key.value, 0)]]
        rows = await self._reader.search("res.partner", by, ("property_product_pricelist",), limit=1)
        return related(rows[0], "property_product_pricelist") if rows else None

    async def _categories(self) -> dict[int, tuple[int, ...]]:
        rows = await self._reader.search("product.category", [], ("parent_path",))
        return {int(row["id"]): tuple(int(one) for one in str(row["parent_path"] or "").split("/") if one) for row in rows}

    async def _currency(self) -> str:
        domain = [["id", "=", self._reader.scope.company]] if self._reader.scope.company else []
        rows = await self._reader.search("res.company", domain, ("currency_id",), limit=1)
        return related_name(rows[0], "currency_id") if rows else ""


def _priced(row: Row, categories: Mapping[int, tuple[int, ...]]) -> Priced:
    own = related(row, "categ_id") or 0
    bases = {
        "list_price": quantity(row, "lst_price" if "lst_price" in row else "list_price"),
        "standard_price": quantity(row, "standard_price"),
    }
    return Priced(int(row["id"]), related(row, "product_tmpl_id") or 0, categories.get(own, (own,)), bases)


def _described(row: Row) -> Item:
    """A product with what its handling needs."""
    item = product_item(row)
    measures = {
        name: Quantity(value=quantity(row, field), unit=unit)
        for name, field, unit in (("net_weight", "weight", "KGM"), ("volume", "volume", "MTQ"))
        if quantity(row, field)
    }
    more: dict[str, Any] = {"measures": measures} if measures else {}
    if row.get("tracking") in ("lot", "serial"):
        more |= {"lot_controlled": row["tracking"] == "lot", "serial_controlled": row["tracking"] == "serial"}
    if said := text(row, "description_sale"):
        more["description"] = said
    group = related_name(row, "categ_id")
    return item.model_copy(update=more | ({"classifications": {"seller": group}} if group else {}))


def _item(row: Row, lookup: Lookup, packed: Sequence[tuple[Decimal, str, str]]) -> ItemRecord:
    unit = lookup.unit(row, "uom_id")
    base = unit.quantity(Decimal(1))
    levels = [
        PackagingLevel(
            kind=name or None,
            identifiers={"gtin": gtin} if gtin else {},
            contains=Quantity(value=plain(pieces), unit=base.unit, original=base.original),
        )
        for pieces, name, gtin in sorted(packed)
    ]
    life = {"shelf_life_days": Decimal(int(row["expiration_time"]))} if row.get("expiration_time") else {}
    return ItemRecord(item=_described(row), base_unit=base.unit or base.original, levels=levels, **life)


def _offer_line(
    row: Row, lookup: Lookup, offers: Sequence[Offer], currency: str, packed: Sequence[tuple[Decimal, str, str]]
) -> CatalogueLine:
    unit = lookup.unit(row, "uom_id")
    prices = [_price(one, currency, unit) for one in offers]
    first = {"price": prices[0], "other_prices": prices[1:]} if prices else {}
    packages = [
        Packaging(kind=name or None, per_package=unit.quantity(plain(pieces)), identifiers={"gtin": gtin} if gtin else {})
        for pieces, name, gtin in sorted(packed)
    ]
    group = related_name(row, "categ_id")
    return CatalogueLine(item=_described(row), packaging=packages, group=group or None, **first)


def _price(offer: Offer, currency: str, unit: Unit) -> Price:
    more: dict[str, Any] = {"minimum": unit.quantity(offer.minimum)} if offer.minimum else {}
    if offer.start is not None or offer.end is not None:
        times = {"start": offer.start, "end": offer.end}
        more["valid"] = Period(**{name: at for name, at in times.items() if at is not None})
    amount = plain(offer.amount.quantize(Decimal("1e-6")))
    return Price(amount=amount, currency=currency, basis=unit.quantity(Decimal(1)), kind="net", **more)


def _party(head: Row, row: Row, parents: Mapping[int, Row], gln: str | None) -> PartyRecord | None:
    party = party_of(row, gln=gln)
    if party is None or not party.identifiers:
        return None
    roles = [role for role, rank in (("buyer", "customer_rank"), ("seller", "supplier_rank")) if head.get(rank)]
    roles += [_ROLES[head["type"]]] if head.get("type") in _ROLES else []
    parent = party_of(parents.get(related(row, "parent_id") or 0, {}), gln=gln)
    more: dict[str, Any] = {"parent": parent} if parent is not None else {}
    return PartyRecord(party=party, roles=roles, **more)


def _unit(unit: Unit, units: Mapping[int, Unit], rounding: Decimal) -> UnitRecord:
    """A unit, and what it is worth in the unit with a code that its family is measured by, where there is just one such."""
    more: dict[str, Any] = {"unit": unit.code} if unit.code else {}
    bases = [one for one in units.values() if one.worth == 1 and one.family == unit.family and unit.family]
    if len(bases) == 1:
        stated = bases[0].quantity(plain(unit.worth.quantize(Decimal("1e-6"))))
        more |= {"equals": stated, "family": bases[0].name}
    return UnitRecord(name=unit.name, rounding=rounding, **more)
