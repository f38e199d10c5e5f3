"""Master data and the catalogue of a simulated Odoo: all of it, what changed, what is gone, at fixed times."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.applications.odoo.changes import published
from gateway.applications.odoo.changes.prices import Offer, Priced, pricelist
from gateway.applications.odoo.changes.published import Told, edition, slot_of, subject_of_record
from gateway.applications.odoo.changes.publishing import Publishing
from gateway.applications.odoo.fault import OdooFault
from gateway.domain.odoo_changes import PUBLISHED, ChangeTerms, Publication
from gateway.errors import StoreUnavailable
from tests.gateway.odoo.changes.conftest import Ground
from translators.canonical.parts import Party
from translators.canonical.party_master import PartyRecord

HOUR, WEEK = timedelta(hours=1), timedelta(days=7)
MONDAY = datetime(2026, 11, 16, 8, 30, tzinfo=UTC)
KINDS = tuple(PUBLISHED)


class Moving:
    """A clock that a test sets."""

    def __init__(self) -> None:
        self.at = MONDAY

    def now(self) -> datetime:
        return self.at

    def monotonic(self) -> float:
        return self.at.timestamp()


@pytest.fixture
def terms(request: pytest.FixtureRequest) -> ChangeTerms:
    kinds = getattr(request, "param", KINDS)
    return ChangeTerms(watch=(), publications=tuple(Publication("bigbox", what, HOUR, WEEK) for what in kinds))


@pytest.fixture
def clock(ground: Ground) -> Moving:
    """Everything is agreed with the partner, and time stands still."""
    ground.agreed |= {("bigbox", document) for document in PUBLISHED.values()}
    clock = Moving()
    ground.changes._around = replace(ground.changes._around, clock=clock)
    return clock


def told(ground: Ground, document: str) -> list[tuple[str, list[tuple[str, Any]]]]:
    """Of each document its extent, and of its lines the action with what is told."""
    return [
        (
            one["extent"],
            [(line["action"], line["item"]["identifiers"]["seller"] if "item" in line else line) for line in one["lines"]],
        )
        for one in ground.notebook.documents(document)
    ]


async def product(ground: Ground, code: str) -> int:
    (found,) = await ground.do("product.product", "search", [["default_code", "=", code]])
    return int(found)


@pytest.mark.parametrize("version", [17, 19])
@pytest.mark.parametrize("terms", [("items",)], indirect=True)
class TestItems:
    async def test_all_of_them_first_then_what_changed_once_an_hour(self, ground: Ground, clock: Moving) -> None:
        await ground.look(2)
        assert told(ground, "item_master") == [("full", [("upsert", "ANVIL"), ("upsert", "ROCKET"), ("upsert", "GLUE")])]
        (document,) = ground.notebook.documents("item_master")
        assert (document["number"], document["seller"]["name"]) == ("IT2611160800", "Our company")
        glue = document["lines"][2]
        assert (glue["item"]["lot_controlled"], glue["base_unit"]) == (True, "C62")
        clock.at += HOUR
        await ground.look()
        assert len(ground.notebook.notices) == 1, "nothing changed"
        await ground.do("product.product", "write", [await product(ground, "ANVIL")], {"name": "Better anvil"})
        await ground.do("product.product", "write", [await product(ground, "GLUE")], {"active": False})
        unit = (await ground.do("product.product", "read", [await product(ground, "ANVIL")], ["uom_id"]))[0]["uom_id"][0]
        await ground.do("product.product", "create", {"name": "Magnet", "default_code": "MAGNET", "uom_id": unit})
        await ground.do("product.product", "create", {"name": "Nameless", "uom_id": unit})
        await ground.look()
        assert len(ground.notebook.notices) == 1, "it is not time yet"
        clock.at += HOUR
        await ground.look(2)
        changed = [("change", "ANVIL"), ("delete", "GLUE"), ("add", "MAGNET")]
        assert told(ground, "item_master")[1:] == [("delta", changed)]
        clock.at += HOUR
        await ground.do("product.product", "write", [await product_gone(ground, "GLUE")], {"active": True})
        await ground.look()
        assert told(ground, "item_master")[2:] == [("delta", [("add", "GLUE")])]
        clock.at = MONDAY + WEEK
        await ground.look()
        whole = [("upsert", "ANVIL"), ("upsert", "ROCKET"), ("upsert", "GLUE"), ("upsert", "MAGNET")]
        assert told(ground, "item_master")[3:] == [("full", whole)]

    async def test_what_could_not_be_remembered_is_told_again_by_the_next(self, ground: Ground, clock: Moving) -> None:
        await ground.look()
        clock.at += HOUR
        await ground.do("product.product", "write", [await product(ground, "ANVIL")], {"name": "Better anvil"})
        ground.notebook.fail_keeping = StoreUnavailable("the database is away")
        await ground.look(2)
        assert len(told(ground, "item_master")) == 2, "it was told once all the same"
        clock.at += HOUR
        await ground.look(2)
        assert told(ground, "item_master")[1:] == [("delta", [("change", "ANVIL")])] * 2

    async def test_another_process_goes_on_where_the_first_left_off(self, ground: Ground, clock: Moving) -> None:
        await ground.look()
        ground.restart()
        ground.changes._around = replace(ground.changes._around, clock=clock)
        await ground.look()
        assert len(ground.notebook.notices) == 1

    async def test_packages_are_levels_with_their_gtin(self, ground: Ground, clock: Moving, version: int) -> None:
        anvil = await product(ground, "ANVIL")
        if version < 19:
            pack = {"name": "Pack of 6", "product_id": anvil, "qty": 6, "barcode": "15790000000019"}
            await ground.do("product.packaging", "create", pack)
        else:
            (six,) = await ground.do("uom.uom", "search", [["name", "=", "Pack of 6"]])
            await ground.do("product.uom", "create", {"product_id": anvil, "uom_id": six, "barcode": "15790000000019"})
        await ground.look()
        (document,) = ground.notebook.documents("item_master")
        (level,) = document["lines"][0]["levels"]
        assert level == {
            "kind": "Pack of 6",
            "identifiers": {"gtin": "15790000000019"},
            "contains": {"value": "6", "unit": "C62"},
        }


async def product_gone(ground: Ground, code: str) -> int:
    (found,) = await ground.do("product.product", "search", [["default_code", "=", code]], context={"active_test": False})
    return int(found)


@pytest.mark.parametrize("version", [17, 19])
@pytest.mark.parametrize("terms", [("parties", "carriers", "warehouses", "locations", "lots", "units")], indirect=True)
async def test_parties_places_lots_and_units_are_told(ground: Ground, clock: Moving, version: int) -> None:
    ground.simulator.odoo.database.insert("delivery.carrier", {"name": "Parcels", "delivery_type": "fixed", "active": True})
    await ground.look()
    parties, carriers = (one["lines"] for one in ground.notebook.documents("party_master"))
    assert {line["party"]["identifiers"]["seller"] for line in parties} >= {"foundry"}
    assert [(line["party"]["name"], line["roles"]) for line in carriers] == [("Parcels", ["carrier"])]
    warehouses, bins = (one["lines"] for one in ground.notebook.documents("location_master"))
    assert warehouses[0]["location"]["identifiers"]["seller"] == "WH"
    assert bins[0]["location"] == {"kind": "bin", "identifiers": {"seller": "WH/Stock"}, "name": "Stock"}
    (lots,) = ground.notebook.documents("lot_master")
    assert [(line["item"]["identifiers"]["seller"], line["lot"]["number"]) for line in lots["lines"]] == [
        ("GLUE", "L-1"),
        ("GLUE", "L-2"),
    ]
    (units,) = ground.notebook.documents("unit_master")
    dozen = [(line["unit"], line["equals"]) for line in units["lines"] if line["name"] == "Dozens"]
    assert dozen == ([("DZN", {"value": "12", "unit": "C62"})] if version < 19 else []), "19 has it, but archived"


@pytest.mark.parametrize("version", [18])
@pytest.mark.parametrize("terms", [("catalogue",)], indirect=True)
class TestCatalogue:
    async def test_a_partner_is_told_his_prices_by_quantity_and_time(self, ground: Ground, clock: Moving) -> None:
        (usd,) = await ground.do("res.currency", "search", [["name", "=", "USD"]])
        own = await ground.do("product.pricelist", "create", {"name": "BigBox", "currency_id": usd})
        (customer,) = await ground.do("res.partner", "search", [["name", "=", "BigBox"]])
        await ground.do("res.partner", "write", [customer], {"ref": "bigbox", "property_product_pricelist": own})
        anvil = await product(ground, "ANVIL")
        rule = {"pricelist_id": own, "applied_on": "0_product_variant", "product_id": anvil, "compute_price": "fixed"}
        for values in (
            {"fixed_price": 90.0, "min_quantity": 0},
            {"fixed_price": 80.0, "min_quantity": 10},
            {"fixed_price": 70.0, "min_quantity": 10, "date_start": "2026-12-01 00:00:00", "date_end": "2027-01-01 00:00:00"},
        ):
            await ground.do("product.pricelist.item", "create", {**rule, **values})
        everything = {"pricelist_id": own, "applied_on": "3_global", "compute_price": "percentage", "percent_price": 10.0}
        await ground.do("product.pricelist.item", "create", everything)
        await ground.look()
        (document,) = ground.notebook.documents("price_catalogue")
        lines = {line["item"]["identifiers"]["seller"]: line for line in document["lines"]}
        assert (document["currency"], document["extent"], lines["ANVIL"]["action"]) == ("USD", "full", "add")
        assert lines["ROCKET"]["price"]["amount"] == "22.95"
        offered = [lines["ANVIL"]["price"], *lines["ANVIL"]["other_prices"]]
        assert {(p["amount"], p.get("minimum", {}).get("value"), (p.get("valid") or {}).get("start")) for p in offered} >= {
            ("90", None, None),
            ("80", "10", None),
            ("70", "10", "2026-12-01T00:00:00Z"),
            ("80", "10", "2027-01-01T00:00:00Z"),
        }
        clock.at += HOUR
        await ground.do("product.product", "write", [await product(ground, "ROCKET")], {"list_price": 30.0})
        await ground.do("product.product", "write", [anvil], {"sale_ok": False})
        await ground.look()
        assert told(ground, "price_catalogue")[1:] == [("delta", [("delete", "ANVIL"), ("change", "ROCKET")])]

    async def test_without_a_pricelist_the_list_prices_count(self, ground: Ground, clock: Moving) -> None:
        await ground.look()
        (document,) = ground.notebook.documents("price_catalogue")
        assert [line["price"]["amount"] for line in document["lines"]] == ["100", "25.5", "4"]

    async def test_without_an_agreement_nothing_is_told(self, ground: Ground, clock: Moving) -> None:
        ground.agreed.discard(("bigbox", "price_catalogue"))
        await ground.look()
        assert ground.notebook.notices == {}


@pytest.mark.parametrize("version", [19])
@pytest.mark.parametrize("terms", [("items", "lots")], indirect=True)
async def test_what_may_not_be_read_is_told_to_the_owner_and_keeps_nothing_else_back(
    ground: Ground, clock: Moving, monkeypatch: pytest.MonkeyPatch
) -> None:
    read = Publishing.read

    async def refused(self: Publishing, publication: Publication, now: datetime) -> Any:
        if publication.what == "items":
            raise OdooFault("odoo.exceptions.AccessError", "You are not allowed to access 'Product' records.")
        return await read(self, publication, now)

    monkeypatch.setattr(Publishing, "read", refused)
    await ground.look()
    assert list(ground.alarm.wrong) == ["items:bigbox"]
    assert len(ground.notebook.documents("lot_master")) == 1
    monkeypatch.setattr(Publishing, "read", read)
    await ground.look()
    assert ground.alarm.wrong == {}
    assert len(ground.notebook.documents("item_master")) == 1


def rules(*rows: dict[str, Any]) -> Any:
    base = {"min_quantity": 0, "applied_on": "3_global", "compute_price": "fixed"}
    return pricelist(1, "USD", [{"id": place, **base, **row} for place, row in enumerate(rows, 1)], {})


ANVIL = Priced(7, 70, (1, 4), {"list_price": Decimal(100), "standard_price": Decimal(60)})


@pytest.mark.parametrize(
    ("row", "expected"),
    [
        ({"fixed_price": 80}, "80"),
        ({"compute_price": "percentage", "percent_price": 12.5}, "87.5"),
        ({"compute_price": "formula", "price_discount": 12.4, "price_round": 1, "price_surcharge": -0.01}, "87.99"),
        ({"compute_price": "formula", "base": "standard_price", "price_discount": -50}, "90"),
        ({"compute_price": "formula", "price_discount": 99, "price_min_margin": 5}, "105"),
        ({"compute_price": "formula", "price_surcharge": 50, "price_max_margin": 20}, "120"),
        ({"applied_on": "2_product_category", "categ_id": [1, "All"], "fixed_price": 5}, "5"),
        ({"applied_on": "2_product_category", "categ_id": [9, "Other"], "fixed_price": 5}, "100"),
        ({"applied_on": "1_product", "product_tmpl_id": [70, "Anvil"], "fixed_price": 6}, "6"),
        ({"fixed_price": 80, "min_quantity": 2}, "100"),
        ({"fixed_price": 80, "date_end": "2026-11-01 00:00:00"}, "100"),
    ],
)
def test_a_rule_makes_the_price_that_odoo_makes_of_it(row: dict[str, Any], expected: str) -> None:
    assert rules(row).price(ANVIL, Decimal(1), MONDAY, base_currency="USD") == Decimal(expected)


def test_the_most_specific_rule_counts_and_of_those_the_one_for_most() -> None:
    prices = rules(
        {"fixed_price": 1},
        {"fixed_price": 2, "applied_on": "0_product_variant", "product_id": [7, "Anvil"]},
        {"fixed_price": 3, "applied_on": "1_product", "product_tmpl_id": [70, "Anvil"], "min_quantity": 5},
        {"fixed_price": 4, "applied_on": "0_product_variant", "product_id": [7, "Anvil"], "min_quantity": 5},
    )
    found = [prices.price(ANVIL, Decimal(wanted), MONDAY, base_currency="USD") for wanted in (1, 5, 50)]
    assert found == [Decimal(2), Decimal(4), Decimal(4)]
    offers = prices.offers(ANVIL, MONDAY, base_currency="USD")
    assert offers == [Offer(Decimal(2), Decimal(0), Decimal(5), None, None), Offer(Decimal(4), Decimal(5), None, None, None)]


def test_a_price_that_rests_on_another_list_or_another_currency() -> None:
    wholesale = rules({"fixed_price": 50})
    rests = {"id": 1, "compute_price": "percentage", "percent_price": 10, "base": "pricelist", "base_pricelist_id": [1, "W"]}
    resting = pricelist(2, "USD", [rests], {1: wholesale})
    assert resting.price(ANVIL, Decimal(1), MONDAY, base_currency="USD") == Decimal(45)
    foreign = pricelist(3, "EUR", [], {})
    assert foreign.offers(ANVIL, MONDAY, base_currency="USD") == [], "nobody guesses a rate"
    circle: dict[int, Any] = {}
    row = {"id": 1, "compute_price": "percentage", "percent_price": 10, "base": "pricelist", "base_pricelist_id": [4, "C"]}
    circle[4] = pricelist(4, "USD", [row], circle)
    assert circle[4].price(ANVIL, Decimal(1), MONDAY, base_currency="USD") is None


def test_more_than_fits_into_one_document_comes_in_several_that_add_to_the_first(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(published, "LINES", 3)
    publication = Publication("east", "parties", HOUR, WEEK)
    records = [Told(number, PartyRecord(party=Party(name=str(number))), True) for number in range(1, 6)]
    made = edition(publication, records, {}, full=True, slot=MONDAY, now=MONDAY, seller=None, more={})
    assert [b'"extent":"full"' in notice.documents[0].body for notice in made.notices] == [True, False]
    assert [b'"number":"PA2611160830-2"' in notice.documents[0].body for notice in made.notices] == [False, True]
    again = edition(publication, records, made.keys, full=False, slot=MONDAY, now=MONDAY, seller=None, more={})
    assert (again.notices, again.keys) == ((), {})
    assert made.keys[subject_of_record(publication, 1)].startswith("parties:east:1:1:told:")
    nothing = edition(publication, [], {}, full=True, slot=MONDAY, now=MONDAY, seller=None, more={})
    assert b'"lines":[]' in nothing.notices[0].documents[0].body, "that there is nothing is told as well"


_RULES = st.lists(
    st.fixed_dictionaries(
        {
            "fixed_price": st.integers(1, 9),
            "min_quantity": st.sampled_from([0, 2, 5]),
            "applied_on": st.sampled_from(["3_global", "1_product"]),
            "product_tmpl_id": st.just([70, "Anvil"]),
            "date_start": st.sampled_from([False, "2026-11-20 00:00:00", "2026-12-01 00:00:00"]),
            "date_end": st.sampled_from([False, "2026-11-25 00:00:00", "2026-12-24 00:00:00"]),
        }
    ),
    max_size=5,
)


@given(_RULES, st.sampled_from([1, 2, 4, 5, 50]), st.integers(0, 60))
def test_whatever_the_rules_the_offers_say_the_price_of_every_day_and_quantity(rows: Any, wanted: int, days: int) -> None:
    prices, at = rules(*rows), MONDAY + timedelta(days=days)
    offers = prices.offers(ANVIL, MONDAY, base_currency="USD")
    holding = [
        one.amount
        for one in offers
        if (one.start is None or one.start <= at) and (one.end is None or at < one.end)
        and one.minimum <= wanted and (one.upto is None or wanted < one.upto)
    ]  # fmt: skip
    assert holding == [prices.price(ANVIL, Decimal(wanted), at, base_currency="USD")]


@pytest.mark.parametrize(
    ("every", "expected"),
    [
        (HOUR, "2026-11-18T08:00"),
        (timedelta(days=1), "2026-11-18T00:00"),
        (WEEK, "2026-11-16T00:00"),
        (timedelta(days=2), "2026-11-18T00:00"),
    ],
)
def test_times_are_counted_from_midnight_or_from_mondays(every: timedelta, expected: str) -> None:
    assert f"{slot_of(every, datetime(2026, 11, 18, 8, 30, tzinfo=UTC)):%Y-%m-%dT%H:%M}" == expected
