"""Stand-ins: of the same length and kind of signs, for what tells of people and places, and for nothing else."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.domain.invented import invented, personal, stand_in
from gateway.domain.masks import MaskInvalid

ORDER = {
    "number": "4711",
    "buyer": {"name": "BigBox Stores", "identifiers": {"duns": "123456789"}, "address": {"lines": ["1 Way"], "country": "US"}},
    "contacts": [{"function": "purchasing", "name": "J SMITH", "telephone": "+1 312 555", "email": "j@big.example"}],
    "lines": [{"number": "1", "item": {"name": "Coffee"}, "ship_to": {"name": "Store 12", "address": {"city": "Joliet"}}}],
}


def test_people_and_places_are_not_there_any_more() -> None:
    assert invented(ORDER, personal()) == {
        "number": "4711",
        "buyer": {
            "name": "XxxXxx Xxxxxx",
            "identifiers": {"duns": "123456789"},
            "address": {"lines": ["0 Xxx"], "country": "US"},
        },
        "contacts": [{"function": "purchasing", "name": "X XXXXX", "telephone": "+0 000 000", "email": "x@xxx.xxxxxxx"}],
        "lines": [{"number": "1", "item": {"name": "Coffee"}, "ship_to": {"name": "Xxxxx 00", "address": {"city": "Xxxxxx"}}}],
    }


def test_a_member_can_be_kept() -> None:
    masks = personal(("*.name", "*.address.lines"))
    assert invented(ORDER, masks)["buyer"]["name"] == "BigBox Stores"
    assert invented(ORDER, masks)["contacts"][0]["telephone"] == "+0 000 000"


def test_what_is_no_member_cannot() -> None:
    with pytest.raises(MaskInvalid):
        personal(("Not A Path",))


@given(st.binary(min_size=4))
def test_separators_and_lengths_stay(value: bytes) -> None:
    made = stand_in(value)
    assert len(made) == len(value)
    assert made.isascii()
    assert [sign for sign in made if not chr(sign).isalnum()] == [
        sign for sign in value if sign < 128 and not chr(sign).isalnum()
    ]


@pytest.mark.parametrize("code", [b"TE", b"XF", b"OC", b"92", b""])
def test_codes_stay(code: bytes) -> None:
    assert stand_in(code) == code
