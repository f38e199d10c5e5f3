"""The search language: whatever people write is a query that can be meant, or a sentence about what cannot."""

import shlex
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.domain.order.lifecycle import ORDER_STATES
from gateway.domain.query import (
    FIELDS,
    KEYS,
    KINDS,
    MAY_BE_LEFT_OUT,
    NOT,
    OF_PARTNERS,
    completions,
    forms,
    parse,
)
from gateway.domain.replay import is_selective
from gateway.errors import QueryInvalid
from translators.canonical.header import SEARCHED

KNOWN = {
    "partner": ["bigbox", "big box & sons", 'the "best"', "nordmart"],
    "state": ["stopped", "received"],
    "progress": [*ORDER_STATES],
}


class TestParse:
    @pytest.mark.parametrize(
        ("text", "wanted"),
        [
            ("", {}),
            ("4711", {"words": ["4711"]}),
            ("47 11", {"words": ["47", "11"]}),
            ('"47 11"', {"words": ["47 11"]}),
            ("type:850 type:ORDERS", {"type": ["850", "ORDERS"]}),
            ('partner:"big box"', {"partner": ["big box"]}),
            ("status:failed state:stopped", {"state": ["failed", "stopped"]}),
            ("number:000042 control:7", {"control_number": ["000042", "7"]}),
            ('po:"47 11" asn:D-1', {"keys": [("order", "4711"), ("despatch", "D-1")]}),
            ("sscc:00340123450000000018", {"keys": [("sscc", "340123450000000018")]}),
            ("sscc:0012", {"keys": [("sscc", "0012")]}),
            ("12:30", {"words": ["12:30"]}),
            ("mid:<a@b>", {"message_id": ["<a@b>"]}),
            ("odoo:S00042 reference:S1", {"reference": ["S00042", "S1"]}),
            ("-state:delivered -partner:a -partner:b", {NOT: {"state": ["delivered"], "partner": ["a", "b"]}}),
            ("bill_of_lading:B-1 bol:B-2", {"keys": [("bill_of_lading", "B-1"), ("bill_of_lading", "B-2")]}),
            ("file:orders-1.edi progress:shipped", {"file": ["orders-1.edi"], "progress": ["shipped"]}),
            ("-4711", {"words": ["-4711"]}),
        ],
    )
    def test_what_is_written_is_what_is_meant(self, text: str, wanted: dict[str, Any]) -> None:
        assert parse(text) == wanted

    @pytest.mark.parametrize(
        ("text", "says", "where"),
        [
            ("partnr:x", "did you mean 'partner'", "partnr:x"),
            ("type:", "has no value", "type:"),
            ('type:" "', "has no value", "type:"),
            ('"open', "quotation mark", '"open'),
            ("zzz:1", "nothing to search by", "zzz:1"),
            ("-order:1", "cannot be left out", "-order:1"),
            ("-after:2026-01-01", "cannot be left out", "-after:2026-01-01"),
        ],
    )
    def test_what_cannot_be_meant_is_told_with_what_can(self, text: str, says: str, where: str) -> None:
        with pytest.raises(QueryInvalid) as told:
            parse(text)
        assert says in str(told.value)
        assert told.value.where == where
        assert "Search by partner," in told.value.remedy
        assert told.value.exit_status == 2

    @pytest.mark.parametrize("name", [*FIELDS, *KEYS])
    def test_keys_may_be_written_in_capitals(self, name: str) -> None:
        assert parse(f"{name.upper()}:47 {name.title()}:Ab") == parse(f"{name}:47 {name}:Ab")

    @pytest.mark.parametrize("field", ["channel", "target", "owner", "reference", "progress"])
    def test_partners_do_not_search_behind_the_gateway(self, field: str) -> None:
        assert parse(f"{field}:x")
        for text in (f"{field}:x", f"-{field}:x"):
            with pytest.raises(QueryInvalid):
                parse(text, partners=True)
        assert parse("po:1 state:rejected", partners=True) == parse("po:1 state:rejected")

    @given(st.text(max_size=40))
    def test_any_text_is_a_query_or_an_error_with_a_remedy(self, text: str) -> None:
        refused = None
        try:
            query = parse(text)
        except QueryInvalid as error:
            query, refused = {}, error
        assert refused is None or refused.remedy
        assert set(query) <= {*FIELDS.values(), "keys", "words", NOT}
        assert set(query.get(NOT, {})) <= MAY_BE_LEFT_OUT
        assert all(kind in KINDS and value for kind, value in query.get("keys", ()))

    @given(
        st.sampled_from([*FIELDS]),
        st.text(st.characters(blacklist_categories=["Cs"]), min_size=1, max_size=30).filter(lambda text: bool(text.strip())),
    )
    def test_any_value_can_be_searched_for_when_it_is_quoted(self, key: str, value: str) -> None:
        assert parse(f"{key}:{shlex.quote(value)}") == {FIELDS[key]: [value.strip()]}

    def test_all_kinds_of_references_that_are_indexed_can_be_searched_by(self) -> None:
        assert {*KINDS} >= SEARCHED - {"order", "sscc"}
        assert {"order", "sscc"} <= {*KINDS}
        assert not {*FIELDS} & {*KEYS}

    def test_whatever_a_query_names_chooses_something(self) -> None:
        assert all(is_selective(parse(f"{name}:1")) for name in (*FIELDS, *KEYS) if name != "direction")
        assert not is_selective(parse("-state:delivered"))  # what is left is nearly all


class TestForms:
    @pytest.mark.parametrize(
        ("word", "stored"),
        [
            ("4711", ("4711",)),
            ("000042", ("000042", "42")),
            ("0000 42", ("0000 42", "000042", "42")),
            ("00340123450000000018", ("00340123450000000018", "340123450000000018")),
            ("00040123450000000018", ("00040123450000000018", "40123450000000018", "040123450000000018")),
            ("000", ("000",)),
            ("<a@b>", ("<a@b>",)),
        ],
    )
    def test_a_number_is_looked_for_as_it_may_be_stored(self, word: str, stored: tuple[str, ...]) -> None:
        assert forms(word) == stored


class TestCompletions:
    @pytest.mark.parametrize(
        ("text", "offered"),
        [
            ("par", ["partner:"]),
            ("4711 PAR", ["partner:"]),
            ("partner:", ["partner:bigbox", 'partner:"big box & sons"', 'partner:"the \\"best\\""', "partner:nordmart"]),
            ("partner:bo", ["partner:bigbox", 'partner:"big box & sons"']),
            ('partner:"big ', ['partner:"big box & sons"']),
            ("-partner:nord", ["-partner:nordmart"]),
            ("status:st", ["status:stopped"]),
            ("-ord", []),
            ("zzz:", []),
            ("", []),
        ],
    )
    def test_the_word_at_the_cursor_is_completed(self, text: str, offered: list[str]) -> None:
        assert [one.text for one in completions(text, len(text), KNOWN)] == offered

    def test_what_is_offered_replaces_the_word_and_nothing_else(self) -> None:
        text = "po:1 par type:850"
        (one,) = completions(text, 8, KNOWN)
        assert text[: one.start] + one.text + text[one.end :] == "po:1 partner: type:850"
        assert one.what == "key"

    def test_those_that_begin_so_come_first_and_at_most_twenty(self) -> None:
        found = [one.text for one in completions("progress:r", 10, KNOWN)]
        assert found[0].startswith("progress:r")
        assert found.index("progress:rejected") < found.index("progress:partly_returned")
        assert len(completions("progress:", 9, KNOWN)) == 20

    def test_partners_are_offered_what_they_may_search_by(self) -> None:
        offered = {one.text.rstrip(":") for one in completions("o", 1, {}, partners=True)}
        assert not offered & {key for key, field in FIELDS.items() if field not in OF_PARTNERS}
        assert "order" in offered

    @given(st.text(max_size=40), st.integers(-5, 50))
    def test_nothing_is_too_odd_and_what_is_offered_can_be_meant(self, text: str, cursor: int) -> None:
        for one in completions(text, cursor, KNOWN):
            assert 0 <= one.start <= one.end <= len(text)

    @given(st.text(min_size=1, max_size=20).filter(lambda text: bool(text.strip())))
    def test_any_value_that_is_offered_is_read_as_itself(self, value: str) -> None:
        (one,) = completions("partner:", 8, {"partner": [value]})
        assert parse(one.text) == {"partner": [value.strip()]}
