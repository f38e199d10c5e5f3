"""Gathers confirmed purchase orders for suppliers that are partners of ours, and stock for those who want reports."""

from collections.abc import Callable, Iterable, Mapping, Sequence

from gateway.applications.odoo.changes.feeds import PURCHASE, PURCHASE_LINE
from gateway.applications.odoo.changes.gathering import Skipped
from gateway.applications.odoo.changes.parts import party_of
from gateway.applications.odoo.changes.purchasing import Purchase
from gateway.applications.odoo.changes.reader import Reader
from gateway.applications.odoo.changes.values import Row, related, text
from gateway.applications.odoo.external_ids import ExternalIds
from gateway.applications.odoo.identification import target_key
from gateway.applications.odoo.order import KeyKind
from gateway.domain.odoo_changes import StockReport

QUANT = ("product_id", "location_id", "quantity", "reserved_quantity")
_QUANTS = 1000


class Suppliers:
    """Knows which record of `res.partner` is which partner of ours: what is configured, else by the reference."""

    def __init__(
        self, reader: Reader, external_ids: ExternalIds, *, records: Mapping[str, str], partners: Callable[[], Sequence[str]]
    ) -> None:
        self._reader, self._external_ids, self._records, self._partners = reader, external_ids, records, partners
        self.skipped = Skipped()

    async def purchases(self, ids: Iterable[int]) -> dict[int, Purchase]:
        """Purchase orders for partners of ours."""
        rows = await self._reader.records("purchase.order", ids, PURCHASE)
        buying = {related(row, "company_id") for row in rows.values()}
        companies = await self._reader.records("res.company", buying, ("partner_id",))
        own = {number: related(row, "partner_id") for number, row in companies.items()}
        wanted = [related(row, name) for row in rows.values() for name in ("partner_id", "dest_address_id")]
        parties = await self._reader.parties([*wanted, *own.values()])
        ours = await self._ours(parties)
        lines = await self._reader.below("purchase.order.line", "order_id", rows, PURCHASE_LINE)
        lookup = await self._reader.lookup(products=[related(line, "product_id") for line in lines])
        gln = self._reader.scope.dialect.gln
        found = {}
        for number, row in rows.items():
            vendor = related(row, "partner_id") or 0
            partner = ours.get(vendor) or ours.get(related(parties.get(vendor, {}), "commercial_partner_id") or 0)
            if partner is None:
                self.skipped.add("purchase.order", "supplier-is-no-partner")
                continue
            found[number] = Purchase(
                row=row,
                lines=[line for line in lines if related(line, "order_id") == number],
                partner=partner,
                lookup=lookup,
                codes=await self._codes(vendor, lookup.products),
                unit_field=self._reader.scope.dialect.line_unit,
                buyer=party_of(parties.get(own.get(related(row, "company_id") or 0) or 0, {}), gln=gln),
                seller=party_of(parties.get(vendor, {}), gln=gln),
                ship_to=party_of(parties.get(related(row, "dest_address_id") or 0, {}), gln=gln),
            )
        return found

    async def _ours(self, parties: Mapping[int, Row]) -> dict[int, str]:
        """Our partners by the ids of their records."""
        named = {partner: target_key(target) for partner, target in self._records.items()}
        external = [key.value for key in named.values() if key.kind is KeyKind.EXTERNAL]
        ids = await self._external_ids.find(external)
        found = {}
        for partner, key in named.items():
            if key.kind is KeyKind.EXTERNAL and key.value in ids:
                found[ids[key.value]] = partner
            elif key.kind is KeyKind.DATABASE and key.value.isdecimal():
                found[int(key.value)] = partner
        refs = {key.value: partner for partner, key in named.items() if key.kind is KeyKind.REF}
        refs |= {partner: partner for partner in self._partners() if partner not in named}
        for number, row in parties.items():
            partner_of_ref = refs.get(text(row, "ref") or "")
            if partner_of_ref:
                found.setdefault(number, partner_of_ref)
        return found

    async def _codes(self, vendor: int, products: Mapping[int, Row]) -> dict[int, str]:
        """The supplier's own codes of products; one for a variant counts more than one for all of them."""
        templates = {related(row, "product_tmpl_id"): number for number, row in products.items()}
        rows = await self._reader.search(
            "product.supplierinfo",
            [["partner_id", "=", vendor], ["product_code", "!=", False]],
            ("product_id", "product_tmpl_id", "product_code"),
        )
        codes: dict[int, str] = {}
        for row in sorted(rows, key=lambda row: bool(row.get("product_id"))):
            product = related(row, "product_id") or templates.get(related(row, "product_tmpl_id"))
            if product:
                codes[product] = str(row["product_code"])
        return codes

    async def stock(self, report: StockReport) -> list[Row]:
        """What is in our own locations, of the warehouses that the report is about."""
        domain: list[object] = [["location_id.usage", "=", "internal"]]
        if report.warehouses:
            domain.append(["location_id.warehouse_id.code", "in", list(report.warehouses)])
        rows: list[Row] = []
        last = 0
        while True:
            page = await self._reader.search("stock.quant", [*domain, ["id", ">", last]], QUANT, limit=_QUANTS)
            rows += page
            if len(page) < _QUANTS:
                return rows
            last = int(page[-1]["id"])
