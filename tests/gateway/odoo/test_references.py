"""Words of documents that tables give a meaning: which words are tried, in which order, and what nobody mapped."""

from typing import Any

import pytest

from gateway.applications.odoo.order import Kind, Problem, Reference
from gateway.applications.odoo.references import carrier_words, party_words, payment_words, reference, tax_words
from gateway.domain.odoo_tables import Tables


def tables(**entries: dict[str, str]) -> Tables:
    return Tables(**entries)  # type: ignore[arg-type]


def test_the_most_exact_word_goes_first() -> None:
    known = tables(carriers={"UPSN": "delivery.ups", "UPSN/2D": "delivery.ups2", "*": "id:1"})
    document = {"transport": [{"carrier": {"identifiers": {"scac": "UPSN"}}, "service": "2D"}]}
    assert reference(Kind.CARRIER, carrier_words(document), known) == Reference(Kind.CARRIER, "delivery.ups2", "scac:UPSN/2D")


def test_the_star_is_what_all_others_mean() -> None:
    found = reference(Kind.CARRIER, ["Tortoise"], tables(carriers={"UPSN": "delivery.ups", "*": "id:1"}))
    assert found == Reference(Kind.CARRIER, "id:1", "Tortoise")


@pytest.mark.parametrize("kind", list(Kind))
def test_without_a_table_or_a_word_nothing_is_said(kind: Kind) -> None:
    assert reference(kind, ["x"], Tables()) is None
    assert reference(kind, ["", ""], tables(**{kind.table: {"x": "a.b"}})) is None


@pytest.mark.parametrize("kind", list(Kind))
def test_a_word_that_a_table_lacks_is_a_failure_that_says_where(kind: Kind) -> None:
    found = reference(kind, ["x", "y"], tables(**{kind.table: {"z": "a.b"}}))
    assert isinstance(found, Problem)
    assert found.code == f"{kind.name.lower().replace('_', '-')}-unmapped"
    assert "x / y" in found.message
    assert f"table {kind.table}" in found.message


@pytest.mark.parametrize(
    ("terms", "words"),
    [
        ({"days": 30}, ["30"]),
        ({"days": 30, "discount_percent": "2.0", "discount_days": 10, "kind": "basic"}, ["2/10/30", "30", "basic"]),
        ({"text": "at once"}, ["", "at once"]),
    ],
)
def test_words_of_payment_terms(terms: dict[str, Any], words: list[str]) -> None:
    assert list(payment_words({"payment_terms": [terms]})) == words


@pytest.mark.parametrize(
    ("tax", "words"),
    [
        ({"kind": "VAT", "category": "S", "rate": "25.00"}, ["VAT/S/25", "S/25", "VAT/25", "25", "S", "VAT"]),
        ({"category": "E"}, ["E"]),
        ({"rate": "0"}, ["0"]),
        ({}, []),
    ],
)
def test_words_of_taxes(tax: dict[str, Any], words: list[str]) -> None:
    assert list(tax_words(tax)) == words


def test_words_of_a_party() -> None:
    party = {"identifiers": {"gln": "579", "seller": ["E1", "E2"]}, "name": "East"}
    assert list(party_words(party)) == ["gln:579", "seller:E1", "seller:E2", "579", "E1", "E2", "East"]
    assert [word for word in party_words(None) if word] == []
