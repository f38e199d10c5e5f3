"""Tables of UBL say of a code what EDIFACT's say, where both take it from one list of the United Nations."""

import pytest

from translators.edifact.messages import codes as edifact
from translators.edifact.messages import transport_codes
from translators.mapping.words import Words
from translators.xml.ubl import codes as ubl
from translators.xml.ubl.transportation_status import EVENTS


@pytest.mark.parametrize(
    ("own", "other"),
    [
        (EVENTS, transport_codes.EVENTS),
        (ubl.PURPOSES, edifact.PURPOSES),
        (ubl.ORDER_KINDS, edifact.KINDS),
        (ubl.TEXTS, edifact.TEXTS),
        (ubl.ACTIONS, edifact.ACTIONS),
        (ubl.MEASURES, edifact.MEASURES),
        (ubl.INVOICES, edifact.INVOICE_KINDS),
    ],
    ids=("events", "purposes", "orders", "texts", "actions", "measures", "invoices"),
)
def test_a_code_of_one_list_means_one_thing(own: Words, other: dict[str, str]) -> None:
    differing = {code: (own.known(code), word) for code, word in other.items() if own.known(code) not in (None, word)}
    assert not differing


def test_all_events_of_edifact_can_be_told_in_ubl() -> None:
    assert set(transport_codes.EVENTS.values()) <= set(EVENTS.listed)


@pytest.mark.parametrize(("code", "word"), [("NTP", "net"), ("GRP", "gross"), ("AAA", "reference"), ("AAB", "with_tax")])
def test_prices_are_of_the_kind_that_the_list_says(code: str, word: str) -> None:
    assert ubl.PRICES.known(code) == word


def test_the_group_of_the_buyer_is_no_global_classification() -> None:
    assert ubl.COMMODITIES["GB"] == "buyer_group"
