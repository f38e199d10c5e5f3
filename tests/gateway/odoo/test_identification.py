"""By which keys parties and items are looked up."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.applications.odoo.identification import barcode_forms, identifiers, target_key, wanted_partner, wanted_product
from gateway.applications.odoo.order import KeyKind, PartnerKey
from gateway.applications.odoo.tables import Tables

ITEM = {"identifiers": {"seller": "OURS", "buyer": ["T1", "T2"], "gtin": "5790000000012"}, "description": " A  thing\nof beauty "}


def party(item: Any, **changes: Any) -> Any:
    settings: dict[str, Any] = {"role": "delivery address", "partner": "bigbox", "tables": Tables()}
    return wanted_partner(item, **(settings | changes))


def test_identifiers_are_one_or_several_and_never_blank() -> None:
    part = {"identifiers": {"a": "1", "b": ["2", " ", "3 "], "c": []}}
    assert [identifiers(part, scheme) for scheme in "abcd"] == [("1",), ("2", "3"), (), ()]
    assert identifiers(None, "a") == ()


@pytest.mark.parametrize(
    ("code", "forms"),
    [
        ("036000291452", {"036000291452", "0036000291452", "00036000291452"}),
        ("0036000291452", {"036000291452", "0036000291452", "00036000291452"}),
        ("5790000000012", {"5790000000012", "05790000000012"}),
        ("15790000000019", {"15790000000019"}),
        ("00000096385074", {"96385074", "000096385074", "0000096385074", "00000096385074"}),
        ("5 790-000 000012", {"5 790-000 000012", "5790000000012", "05790000000012"}),
        ("080442957X", {"080442957X"}),
    ],
)
def test_a_gtin_is_looked_up_in_all_its_digit_forms(code: str, forms: set[str]) -> None:
    assert set(barcode_forms(code)) == forms | {code}


@given(st.integers(min_value=0, max_value=10**14 - 1), st.sampled_from([8, 12, 13, 14]))
def test_all_forms_of_a_gtin_are_the_same_number_and_agree_with_each_other(number: int, size: int) -> None:
    forms = barcode_forms(str(number).zfill(size))
    assert {int(form) for form in forms} == {number}
    assert str(number).zfill(14) in forms


def test_an_item_is_looked_up_by_gtin_and_our_code() -> None:
    wanted = wanted_product(ITEM, partner="bigbox", tables=Tables())
    assert wanted.barcodes == ("5790000000012", "05790000000012")
    assert (wanted.codes, wanted.buyer_codes, wanted.text) == (("OURS",), ("T1", "T2"), "A thing of beauty")


def test_a_customers_code_is_translated_for_this_partner_before_the_rest() -> None:
    tables = Tables(products={"bigbox/T1": "MINE", "T1": "ANYBODYS", "T2": "OTHER"})
    wanted = wanted_product(ITEM, partner="bigbox", tables=tables)
    assert (wanted.codes, wanted.buyer_codes) == (("OURS", "MINE", "OTHER"), ())


def test_the_label_of_an_item_names_what_was_sent() -> None:
    wanted = wanted_product(ITEM, partner="bigbox", tables=Tables())
    assert wanted.label == "OURS / T1 / T2 / 5790000000012 'A thing of beauty'"
    assert wanted_product({}, partner="bigbox", tables=Tables()).label == "no code"


def test_targets_of_tables_are_external_ids_references_or_numbers() -> None:
    assert target_key("sales.bigbox") == PartnerKey(KeyKind.EXTERNAL, "sales.bigbox")
    assert target_key("ref:A:B") == PartnerKey(KeyKind.REF, "A:B")
    assert target_key("id:12") == PartnerKey(KeyKind.DATABASE, "12")


def test_an_address_is_spread_over_the_fields_of_a_partner() -> None:
    address = {"lines": ["Street 1", "", "Hall 2", "Gate 3"], "city": "Austin", "postal_code": "73301", "country": "us"}
    contacts = [{"email": "a@b.example", "telephone": "1"}]
    wanted = party({"name": " Store ", "address": address, "contacts": contacts, "tax_registration": "DK1"})
    assert (wanted.name, wanted.street, wanted.street2, wanted.country) == ("Store", "Street 1", "Hall 2, Gate 3", "US")
    assert (wanted.email, wanted.telephone, wanted.vat) == ("a@b.example", "1", "DK1")
    assert wanted.has_address


def test_the_external_id_of_a_new_record_follows_its_first_key_or_its_address() -> None:
    with_gln = {"identifiers": {"gln": "579"}, "name": "A"}
    assert party(with_gln).creation_key == party(with_gln | {"name": "B"}, partner="other").creation_key
    address = {"lines": ["Street 1"], "city": "Austin"}
    plain = {"name": "A", "address": address}
    assert party(plain).creation_key == party({"name": " a ", "address": {"lines": ["STREET  1"], "city": "austin"}}).creation_key
    assert party(plain).creation_key != party(plain | {"name": "B"}).creation_key


def test_a_code_the_buyer_assigned_means_another_record_for_another_partner() -> None:
    coded = {"identifiers": {"buyer": "0042"}, "name": "A"}
    assert party(coded, partner="one").creation_key != party(coded, partner="two").creation_key


def test_an_external_id_is_safe_for_odoo() -> None:
    key = party({"identifiers": {"gln": "5.7/9"}, "name": "A"}).creation_key
    assert key.replace("_", "").isalnum()
