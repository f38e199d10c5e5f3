"""Texts that are alike: rare words count, numbers and ids do not, and the result is the same whatever the order."""

from hypothesis import given
from hypothesis import strategies as st

from gateway.domain.similarity import Collection, words

TEXT = st.text(max_size=80)


class TestWords:
    def test_are_without_numbers_and_ids(self) -> None:
        assert words("Order PO-4711 refused: product 5701234567890 is unknown") == {
            "order": 1, "refused": 1, "product": 1, "is": 1, "unknown": 1,
        }  # fmt: skip

    def test_of_a_long_text_are_the_first(self) -> None:
        assert len(words(" ".join("a" * (2 + n % 5) + chr(98 + n % 20) for n in range(10_000)))) <= 200

    @given(TEXT)
    def test_are_had_of_every_text(self, text: str) -> None:
        assert all(word == word.casefold() for word in words(text))


class TestACollection:
    def test_finds_the_same_message_about_another_order(self) -> None:
        texts = ["Product 4711 is unknown to Odoo", "The connection to the server was lost", "No route takes this document"]
        found = Collection([(text, {}) for text in texts]).nearest("Product 99 is unknown to Odoo", {}, most=2, least=0.5)
        assert [one.place for one in found] == [0]
        assert round(found[0].score, 6) == 1

    def test_counts_what_is_marked_more_than_words(self) -> None:
        texts = [("it failed again today", {"code:a": 3.0}), ("it failed again", {"code:b": 3.0})]
        found = Collection(texts).nearest("it failed again", {"code:a": 3.0}, most=2, least=0.1)
        assert [one.place for one in found] == [0, 1]

    def test_of_nothing_finds_nothing(self) -> None:
        assert Collection([]).nearest("anything", {}, most=3, least=0.0) == []
        assert [one.score for one in Collection([("", {})]).nearest("", {}, most=3, least=0.0)] == [0.0]

    @given(st.lists(TEXT, max_size=6), TEXT)
    def test_likeness_is_between_nothing_and_all(self, texts: list[str], text: str) -> None:
        found = Collection([(one, {}) for one in texts]).nearest(text, {}, most=10, least=0.0)
        assert all(-1e-9 <= one.score <= 1 + 1e-9 for one in found)
        assert [one.score for one in found] == sorted((one.score for one in found), reverse=True)
