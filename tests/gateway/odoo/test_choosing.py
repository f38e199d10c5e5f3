"""Of what Odoo has: which record an order means. Pure decisions over look-ups."""

from typing import Any

import pytest

from gateway.applications.odoo.catalogue import Product, Products
from gateway.applications.odoo.directory import Partner, Partners
from gateway.applications.odoo.order import KeyKind, PartnerKey, Problem, WantedPartner, WantedProduct
from gateway.applications.odoo.pricelists import Pricelists
from gateway.applications.odoo.units import Booked, Unit, Units

ANVIL = Product(1, "ANVIL", "111", "Anvil", 1, sold=True)
ROCKET = Product(2, "ROCKET", "222", "Rocket", 1, sold=True)
OTHER_ANVIL = Product(3, "ANVIL", "333", "Anvil again", 1, sold=True)
RETIRED = Product(4, "OLD", "444", "Old", 1, sold=False)


def products(*every: Product) -> Products:
    found: dict[Any, tuple[Product, ...]] = {}
    for product in every:
        for name, value in (("barcode", product.barcode), ("default_code", product.code)):
            found[None, name, value] = (*found.get((None, name, value), ()), product)
    return Products(None, found, complete=True)


def wanted(*, barcodes: tuple[str, ...] = (), codes: tuple[str, ...] = (), buyer_codes: tuple[str, ...] = ()) -> WantedProduct:
    return WantedProduct(barcodes, codes, buyer_codes, "Thing")


def code_of(choice: object) -> str:
    assert isinstance(choice, Problem)
    return choice.code


def test_a_barcode_or_a_code_of_one_product_means_it() -> None:
    catalogue = products(ANVIL, ROCKET)
    assert catalogue.choose(wanted(barcodes=("000111", "111"))) == ANVIL
    assert catalogue.choose(wanted(codes=("ROCKET",))) == ROCKET


def test_what_is_missing_is_unknown() -> None:
    choice = products(ANVIL).choose(wanted(codes=("X",)))
    assert choice == Problem("product-unknown", "X 'Thing' is not in Odoo")


def test_a_code_of_several_products_is_ambiguous_unless_the_gtin_decides() -> None:
    catalogue = products(ANVIL, OTHER_ANVIL)
    assert code_of(catalogue.choose(wanted(codes=("ANVIL",)))) == "product-ambiguous"
    assert catalogue.choose(wanted(codes=("ANVIL",), barcodes=("333",))) == OTHER_ANVIL


def test_a_gtin_and_a_code_that_contradict_each_other_are_ambiguous() -> None:
    choice = products(ANVIL, ROCKET).choose(wanted(codes=("ANVIL",), barcodes=("222",)))
    assert isinstance(choice, Problem)
    assert choice.code == "product-ambiguous"
    assert "its GTIN means [ROCKET] Rocket, our code [ANVIL] Anvil" in choice.message


def test_a_gtin_odoo_does_not_know_leaves_the_decision_to_our_code() -> None:
    assert products(ANVIL).choose(wanted(codes=("ANVIL",), barcodes=("999",))) == ANVIL


def test_a_buyers_code_counts_only_where_it_is_all_there_is() -> None:
    catalogue = products(ANVIL)
    assert catalogue.choose(wanted(buyer_codes=("ANVIL",))) == ANVIL
    assert code_of(catalogue.choose(wanted(buyer_codes=("ANVIL",), barcodes=("999",)))) == "product-unknown"


def test_what_is_not_for_sale_is_not_sold() -> None:
    assert code_of(products(RETIRED).choose(wanted(codes=("OLD",)))) == "product-not-sold"


# ------------------------------------------------------------------------------------------------------------------ units

UNITS = Units(
    {1: Unit(1, "Units", "1"), 2: Unit(2, "Dozens", "1"), 3: Unit(3, "kg", "9")}, {"EA": 1, "DZN": 2, "KGM": 3, "CT": 0}
)


@pytest.mark.parametrize(("code", "own", "unit"), [(None, 2, 2), ("EA", 1, 1), ("DZN", 1, 2), ("EA", 2, 1), ("CT", 3, 3)])
def test_a_unit_is_the_codes_or_the_products_own(code: str | None, own: int, unit: int) -> None:
    assert UNITS.booked(code, own) == Booked(unit)


def test_an_unknown_unit_and_one_of_another_family_are_failures() -> None:
    assert code_of(UNITS.booked("PAL", 1)) == "unit-unknown"
    assert UNITS.booked("KGM", 1) == Problem("unit-mismatch", "it is ordered by kg (KGM) but kept by Units")


# -------------------------------------------------------------------------------------------------------------- currency

LISTS = Pricelists("USD", {5: "EUR", 6: "DKK", 7: "DKK", 8: "USD"}, {"DKK": 7})


@pytest.mark.parametrize(
    ("currency", "own", "choice"),
    [(None, None, None), ("USD", None, None), ("EUR", 5, None), ("EUR", None, 5), ("USD", 5, 8), ("DKK", None, 7)],
)
def test_the_pricelist_follows_the_orders_currency(currency: str | None, own: int | None, choice: int | None) -> None:
    assert LISTS.choose(currency, own) == choice


def test_a_currency_of_no_or_several_pricelists_is_a_failure() -> None:
    assert code_of(LISTS.choose("GBP", None)) == "currency-mismatch"
    several = Pricelists("USD", {6: "DKK", 7: "DKK"}, {})
    choice = several.choose("DKK", None)
    assert isinstance(choice, Problem)
    assert "several pricelists have DKK" in choice.message


# -------------------------------------------------------------------------------------------------------------- partners

HEAD = Partner(10, "BigBox", None, 10, "Main 1", "1000", "Town", None)
STORE = Partner(11, "Store", 10, 10, "Side St. 2", "2000", "Town", None)
STRANGER = Partner(20, "Stranger", None, 20, "Side St 2", "2000", "Town", None)


def partners(found: dict[tuple[KeyKind, str], tuple[Partner, ...]], *addresses: Partner) -> Partners:
    keyed: dict[Any, tuple[Partner, ...]] = {(None, kind, value): records for (kind, value), records in found.items()}
    by_code: dict[str, tuple[Partner, ...]] = {}
    for address in addresses:
        by_code[address.postal_code] = (*by_code.get(address.postal_code, ()), address)
    return Partners(None, keyed, by_code, complete=True)


def party(*keys: tuple[KeyKind, str], **values: str) -> WantedPartner:
    return WantedPartner("delivery address", tuple(PartnerKey(*key) for key in keys), **values)


def test_the_first_key_that_finds_something_decides() -> None:
    directory = partners({(KeyKind.REF, "S"): (STORE,), (KeyKind.VAT, "V"): (HEAD,)})
    assert directory.choose(party((KeyKind.GLN, "none"), (KeyKind.REF, "S"), (KeyKind.VAT, "V"))) == STORE


def test_a_company_is_meant_before_its_addresses() -> None:
    assert partners({(KeyKind.VAT, "V"): (STORE, HEAD)}).choose(party((KeyKind.VAT, "V"))) == HEAD


def test_two_companies_under_one_key_are_ambiguous() -> None:
    choice = partners({(KeyKind.REF, "R"): (HEAD, STRANGER)}).choose(party((KeyKind.REF, "R"), name="X"))
    assert isinstance(choice, Problem)
    assert choice.code == "partner-ambiguous"
    assert choice.message.endswith("reference R means several records: BigBox (id 10), Stranger (id 20).")


def test_a_buyers_code_counts_in_the_customers_family_only() -> None:
    directory = partners({(KeyKind.FAMILY_REF, "0042"): (STRANGER, STORE)})
    assert directory.choose(party((KeyKind.FAMILY_REF, "0042")), customer=HEAD) == STORE
    assert directory.choose(party((KeyKind.FAMILY_REF, "0042"))) is None


def test_an_address_without_keys_is_recognised_by_name_street_and_code_among_the_customers() -> None:
    directory = partners({}, STRANGER, STORE)
    same = party(name="STORE", street="Side St 2,", postal_code="2000")
    assert directory.choose(same, customer=HEAD) == STORE
    assert directory.choose(party(name="Shop", street="Side St 2", postal_code="2000"), customer=HEAD) is None
    assert directory.choose(party((KeyKind.GLN, "1"), name="Store", postal_code="2000"), customer=HEAD) is None
