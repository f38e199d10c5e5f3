"""Text made fit for the database."""

import orjson
from hypothesis import given
from hypothesis import strategies as st

from gateway.domain.storable import storable, storable_json, storable_key

ANY_TEXT = st.text(alphabet=st.characters(exclude_categories=()), max_size=400)


@given(ANY_TEXT)
def test_no_text_holds_what_a_column_refuses(text: str) -> None:
    result = storable(text)
    result.encode()
    assert "\x00" not in result
    assert len(result) == len(text)


@given(ANY_TEXT, ANY_TEXT)
def test_keys_are_short_and_keep_their_difference(one: str, two: str) -> None:
    assert len(storable_key(one)) <= 200
    if storable(one) != storable(two):
        assert storable_key(one) != storable_key(two)


ANY_LEAF = ANY_TEXT | st.none() | st.integers(-(2**60), 2**60)


@given(st.recursive(ANY_LEAF, lambda inner: st.lists(inner) | st.dictionaries(ANY_TEXT, inner)))
def test_json_is_always_text_without_escaped_nul(value: object) -> None:
    text = storable_json(value)
    orjson.loads(text)
    assert "\x00" not in str(orjson.loads(text))


def test_json_keeps_a_backslash_before_u0000_as_it_was() -> None:
    assert orjson.loads(storable_json(["\\u0000"])) == ["\\u0000"]
