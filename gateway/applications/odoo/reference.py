"""What routes look up in an Odoo database: customers, products, prices; remembered for a while, dropped when they change."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

import orjson
from typing_extensions import override

from gateway.applications.odoo.cache import TimedCache
from gateway.applications.odoo.changes.cursor import served
from gateway.applications.odoo.changes.prices import Priced, Pricelist, pricelist
from gateway.applications.odoo.changes.publishing import RULE
from gateway.applications.odoo.changes.reader import Reader
from gateway.applications.odoo.changes.values import Row, quantity, related, related_name, text
from gateway.applications.odoo.client import OdooClient
from gateway.applications.odoo.directory import Partner
from gateway.applications.odoo.identification import wanted_partner, wanted_product
from gateway.applications.odoo.order import Problem
from gateway.applications.odoo.resolution import Resolver
from gateway.applications.odoo.scope import Scope
from gateway.applications.odoo.speech import learn_dialect, own_company
from gateway.applications.odoo.values import decimal
from gateway.domain.application import OdooConnection
from gateway.domain.document_path import Json
from gateway.domain.lookup import Answer, Missing, Question
from gateway.ports.reference import Reference

CUSTOMER = ("ref", "name", "vat", "email", "phone", "property_product_pricelist", "property_payment_term_id", "write_date")
PRODUCT = (
    "default_code", "barcode", "name", "uom_id", "weight", "list_price", "lst_price", "standard_price", "tracking", "categ_id",
    "product_tmpl_id", "write_date",
)  # fmt: skip
PRICED_BY = ("product.pricelist.item", "product.pricelist", "product.category")
WATCHED = ("product.product", "res.partner", *PRICED_BY)
READ: Mapping[str, tuple[str, ...]] = {
    "customer": ("res.partner",),
    "product": ("product.product",),
    "price": ("product.product", "res.partner", *PRICED_BY),
}
"""What the service user must be allowed to read for lookups of each kind."""
_OVERLAP = timedelta(seconds=120)
"""Longer than any transaction in Odoo takes; what such a one wrote appears late."""
_MOST = 500
"""Records that were written in one go; after more, everything is forgotten."""
_BEGINNING = "1970-01-01 00:00:00"
_FRESH = 15.0
"""Seconds for which nobody asks again what has changed."""


@dataclass(frozen=True, slots=True)
class _Kept:
    """An answer, and the records that it was made of, by model."""

    answer: Answer
    of: Mapping[str, frozenset[int]]


@dataclass(slots=True)
class _Found:
    """What a batch's questions are about. Records that are not there are problems."""

    products: dict[Question, int | Missing] = field(default_factory=dict)
    customers: dict[Question, Partner | Missing] = field(default_factory=dict)


class OdooReference(Reference):
    """Answers are kept for `connection.remember`. Before one is used again it is asked, at most every 15 seconds, which records
    have been written since, and what was made of these is dropped. That there is no such record is never remembered.
    """

    def __init__(
        self,
        connection: OdooConnection,
        *,
        clock: Callable[[], float],
        now: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        self._connection, self._clock, self._now = connection, clock, now
        self._client = OdooClient.of(connection, max_connections=2)
        self._resolver = Resolver(self._client, tables=connection.tables, ttl=0.0, clock=clock)
        self._kept: TimedCache[Question, _Kept] = TimedCache(ttl=connection.remember, clock=clock)
        self._readers: dict[str, Reader] = {}
        self._latest: dict[str, str] = {}
        self._seen: dict[str, frozenset[tuple[int, str]]] = {}
        self._looked = float("-inf")

    @override
    async def close(self) -> None:
        await self._client.close()

    @override
    async def answers(self, questions: Sequence[Question]) -> Mapping[Question, Answer]:
        await self._drop_what_changed()
        known = {one: kept.answer for one in questions if (kept := self._kept.get(one)) is not None}
        companies: dict[str, list[Question]] = {}
        for one in questions:
            if one not in known:
                companies.setdefault(one.company, []).append(one)
        for company, some in companies.items():
            known |= await self._ask(some, await self._reader(company))
        return known

    # ------------------------------------------------------------------------------------------------------------- asking

    async def _ask(self, questions: Sequence[Question], reader: Reader) -> dict[Question, Answer]:
        found = await self._found(questions, reader.scope)
        products = await reader.records("product.product", _ids(found.products.values()), PRODUCT)
        partners = {one.id for one in found.customers.values() if isinstance(one, Partner)}
        customers = await reader.records("res.partner", partners, (*CUSTOMER, *filter(None, [reader.scope.dialect.gln])))
        prices = await self._prices(reader) if any(one.record == "price" for one in questions) else None
        read = _Read(products, customers, prices, reader.scope.dialect.gln or "", self._now())
        answers: dict[Question, Answer] = {}
        for one in questions:
            kept = _answer(one, found, read)
            answers[one] = kept.answer
            if not isinstance(kept.answer, Missing):
                self._kept.put(one, kept)
        return answers

    async def _found(self, questions: Sequence[Question], scope: Scope) -> _Found:
        """The records that the questions name, found as orders find them: one call for all products, one for all customers."""
        tables = self._connection.tables
        about = {one: orjson.loads(one.about) for one in questions}
        items = {
            one: wanted_product(_item(about[one]["of"]), partner=one.partner, tables=tables)
            for one in questions
            if one.record != "customer"
        }
        parties = {
            one: wanted_partner(party, role="customer", partner=one.partner, tables=tables)
            for one in questions
            if (party := about[one]["of"] if one.record == "customer" else about[one].get("customer")) and isinstance(party, dict)
        }
        products = await self._resolver.products.fetch(list(items.values()), scope, fresh=True) if items else None
        partners = await self._resolver.partners.fetch(list(parties.values()), scope, fresh=True) if parties else None
        found = _Found()
        for one, item in items.items():
            product = products.choose(item, for_sale=False) if products else None
            found.products[one] = product.id if product and not isinstance(product, Problem) else _missing(product, item.label)
        for one, party in parties.items():
            partner = partners.choose(party) if partners else None
            found.customers[one] = partner if isinstance(partner, Partner) else _missing(partner, party.label)
        return found

    async def _prices(self, reader: Reader) -> "_Prices":
        rows = await reader.search("product.pricelist.item", [], RULE)
        heads = {int(row["id"]): row for row in await reader.search("product.pricelist", [], ("currency_id",))}
        lists: dict[int, Pricelist] = {}
        for number, head in heads.items():
            mine = [row for row in rows if related(row, "pricelist_id") == number]
            lists[number] = pricelist(number, related_name(head, "currency_id"), mine, lists)
        categories = await reader.search("product.category", [], ("parent_path",))
        paths = {int(row["id"]): tuple(int(one) for one in str(row["parent_path"] or "").split("/") if one) for row in categories}
        company = [["id", "=", reader.scope.company]] if reader.scope.company else []
        own = await reader.search("res.company", company, ("currency_id",), limit=1)
        return _Prices(lists, paths, related_name(own[0], "currency_id") if own else "")

    async def _reader(self, company: str) -> Reader:
        if company not in self._readers:
            dialect = await learn_dialect(self._client, self._connection.gln_field)
            number = int(company) if company.isdecimal() else None
            if company and number is None:
                number = (await self._resolver.external_ids.find([company], model="res.company")).get(company, 0)
            scope = Scope(dialect, number if company else await own_company(self._client))
            self._readers[company] = Reader(self._client, scope, self._connection.tables)
        return self._readers[company]

    # ------------------------------------------------------------------------------------------------------------ changes

    async def _drop_what_changed(self) -> None:
        """Drop answers made of records that were written since it was asked last."""
        if self._clock() - self._looked < _FRESH:
            return
        reader = await self._reader("")
        for model in WATCHED:
            written = await self._written(model, reader)
            if written is None or (written and model in PRICED_BY):
                self._kept.drop(lambda one, _, all_of_them=written is None: all_of_them or one.record == "price")  # type: ignore[misc]
            elif written:
                self._kept.drop(lambda _, kept, model=model, ids=written: bool(kept.of.get(model, frozenset()) & ids))  # type: ignore[misc]
        self._looked = self._clock()

    async def _written(self, model: str, reader: Reader) -> frozenset[int] | None:
        """Records that were written since the last look, by the server's clock; None when they are too many to be told.

        The first look only learns how late it is there. What a long transaction wrote appears late, so it looks back a little.
        """
        last = self._latest.get(model)
        first = last is None
        if last is None:
            latest = await self._stamps(model, [], 1, reader)
            last = max((mark for _, mark in latest), default=_BEGINNING)
        since = (served(last) - _OVERLAP).strftime("%Y-%m-%d %H:%M:%S")
        marks = await self._stamps(model, [["write_date", ">=", since]], _MOST, reader)
        news = marks - self._seen.get(model, frozenset())
        latest_now = max((mark for _, mark in marks), default=last)
        # Dates are to the second: what was written in the last one may be written again in it. It is looked at once more.
        sure = marks if latest_now == self._latest.get(model) else frozenset(one for one in marks if one[1] != latest_now)
        self._seen[model], self._latest[model] = sure, latest_now
        if first:
            return frozenset()
        return None if len(marks) == _MOST else frozenset(number for number, _ in news)

    async def _stamps(self, model: str, domain: list[Any], most: int, reader: Reader) -> frozenset[tuple[int, str]]:
        """When records were written, the latest first."""
        rows = await self._client.call(
            model,
            "search_read",
            [domain],
            fields=["write_date"],
            order="write_date desc, id desc",
            limit=most,
            context={**reader.scope.context, "active_test": False},
        )
        return frozenset((int(row["id"]), str(row["write_date"])) for row in rows)


@dataclass(frozen=True, slots=True)
class _Prices:
    """All pricelists, the paths of categories, the company's currency."""

    lists: Mapping[int, Pricelist]
    categories: Mapping[int, tuple[int, ...]]
    currency: str

    def of(self, product: Row, pricelist_id: int | None, number: Decimal, now: datetime) -> tuple[Decimal, str] | None:
        """Price and currency of one unit when so many are bought; None where it cannot be told."""
        chosen = self.lists.get(pricelist_id or 0) or Pricelist(0, self.currency)
        own = related(product, "categ_id") or 0
        list_price = quantity(product, "lst_price" if "lst_price" in product else "list_price")
        bases = {"list_price": list_price, "standard_price": quantity(product, "standard_price")}
        priced = Priced(int(product["id"]), related(product, "product_tmpl_id") or 0, self.categories.get(own, (own,)), bases)
        amount = chosen.price(priced, number, now, base_currency=self.currency)
        return None if amount is None else (amount, chosen.currency)


@dataclass(frozen=True, slots=True)
class _Read:
    """The records that a batch is about. `gln` is the field of partners that holds it, if there is one."""

    products: Mapping[int, Row]
    customers: Mapping[int, Row]
    prices: _Prices | None
    gln: str
    now: datetime


def _answer(one: Question, found: _Found, read: _Read) -> _Kept:
    product, customer = found.products.get(one), found.customers.get(one)
    for named in (product, customer):
        if isinstance(named, Missing):
            return _Kept(named, {})
    buyer = read.customers.get(customer.id, {}) if isinstance(customer, Partner) else {}
    sold = read.products.get(product, {}) if isinstance(product, int) else {}
    of = {"product.product": _own(sold), "res.partner": _own(buyer)}
    if one.record == "customer":
        return _Kept(_customer(buyer, read.gln), of)
    if one.record == "product":
        return _Kept(_product(sold), of)
    asked = decimal(_number(orjson.loads(one.about).get("quantity"))) or Decimal(1)
    chosen = related(buyer, "property_product_pricelist")
    price = read.prices.of(sold, chosen, asked, read.now) if read.prices is not None and sold else None
    if price is None:
        return _Kept(Missing("price-unknown", "Odoo's price of it cannot be told: it rests on another currency."), {})
    return _Kept({"amount": f"{price[0].normalize():f}", "currency": price[1]}, of)


def _customer(row: Row, gln: str) -> dict[str, Json]:
    names = {"reference": "ref", "name": "name", "vat": "vat", "gln": gln, "email": "email", "phone": "phone"}
    said: dict[str, Json] = {name: text(row, column) for name, column in names.items()}
    said["pricelist"] = related_name(row, "property_product_pricelist") or None
    said["payment_terms"] = related_name(row, "property_payment_term_id") or None
    return said


def _product(row: Row) -> dict[str, Json]:
    names = {"code": "default_code", "barcode": "barcode", "name": "name", "tracking": "tracking"}
    said: dict[str, Json] = {name: text(row, column) for name, column in names.items()}
    said["unit"] = related_name(row, "uom_id") or None
    said["weight"] = f"{quantity(row, 'weight'):f}" if row.get("weight") else None
    said["list_price"] = f"{quantity(row, 'lst_price' if 'lst_price' in row else 'list_price'):f}"
    return said


def _item(named: Json) -> Mapping[str, Any]:
    """An item as documents have it; a bare text is our own code."""
    return named if isinstance(named, dict) else {"identifiers": {"seller": str(named)}}


def _number(named: Json) -> object:
    return named.get("value") if isinstance(named, dict) else named


def _own(row: Row) -> frozenset[int]:
    return frozenset((int(row["id"]),)) if row else frozenset()


def _missing(problem: object, label: str) -> Missing:
    if isinstance(problem, Problem):
        return Missing(problem.code, f"{problem.message}.".replace("..", "."))
    return Missing("partner-unknown", f"{label} is not in Odoo.")


def _ids(found: Iterable[int | Missing]) -> list[int]:
    return [one for one in found if isinstance(one, int)]
