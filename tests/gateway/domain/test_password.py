"""Which passwords can be chosen: long ones, of whatever characters."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.domain.password import LONGEST, SHORTEST, complaint, is_hashable, normalised

NAMES = ("ada.lovelace@example", "Ada Lovelace of London")


@pytest.mark.parametrize(
    "password",
    [
        "a sentence will do",
        "correcthorsebattery",
        "            x y z",
        "пароль из слов",
        "ﬁve ﬂuffy ﬁsh",
        "😀😁😂😃😄😅😆😉😊😋😎😍",
        "x" * 500 + "yz",
    ],
)
def test_long_ones_can_be_chosen_however_they_are_made_up(password: str) -> None:
    assert complaint(password, names=NAMES) == ""


@pytest.mark.parametrize(
    ("password", "says"),
    [
        ("", "0 characters"),
        ("eleven char", "11 characters; 12 are needed"),
        ("aaaaaaaaaaaaaa", "again and again"),
        ("abababababababab", "again and again"),
        ("ADA.lovelace@example", "is the name"),
        (" Ada Lovelace of London ", "is the name"),
        ("ä" * (LONGEST // 2) + "bc", "longer than 1024 bytes"),
        ("x" * 2_000_000, "longer than 1024 bytes"),
        ("half a character \ud83d", "no character"),
    ],
)
def test_others_cannot_and_it_is_said_why(password: str, says: str) -> None:
    assert says in complaint(password, names=NAMES)


def test_a_ligature_counts_as_what_it_is_made_of() -> None:
    assert len("ﬃﬃﬃﬃ") < SHORTEST <= len(normalised("ﬃﬃﬃﬃ"))


def test_keyboards_that_put_characters_together_otherwise_make_the_same_password() -> None:
    assert normalised("cafe\u0301 au lait noir") == normalised("café au lait noir")


@given(st.text(st.characters(exclude_categories=()), max_size=1200))
def test_whatever_can_be_chosen_can_be_hashed(password: str) -> None:
    if not complaint(password, names=()):
        assert is_hashable(password)
        assert len(normalised(password).encode()) <= LONGEST
