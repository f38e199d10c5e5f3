"""What helped before: of the same failure first, then of those most like it, each solution once."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

from gateway.domain.solved import ByItself, Solved, alike, by_itself

NOW = datetime(2026, 11, 22, 9, tzinfo=UTC)
UNKNOWN = Solved(
    "f1", "deliver", "product-unknown", "bigbox", "orders", "Odoo knows no product 4711.", NOW, "ada", "item added to Odoo",
    "application-mended",
)  # fmt: skip
LOST = Solved("f2", "channel", "connection-lost", "nordmart", None, "The connection was lost.", NOW, "bob", "they restarted it")
ASKED = {
    "fingerprint": "f9", "stage": "deliver", "code": "product-unknown", "partner": "nordmart", "route": "uk",
    "message": "Odoo knows no product 815.",
}  # fmt: skip


class TestAlike:
    def test_finds_what_helped_with_the_same_code_of_another_partner(self) -> None:
        (found,) = alike([LOST, UNKNOWN], **ASKED)
        assert (found.solved.reason, found.same, found.times) == ("item added to Odoo", False, 1)

    def test_what_helped_with_this_very_failure_comes_first(self) -> None:
        own = replace(UNKNOWN, fingerprint="f9", message="something else entirely", reason="table corrected")
        assert [one.solved.reason for one in alike([UNKNOWN, own], **ASKED)] == ["table corrected", "item added to Odoo"]

    def test_the_same_solution_is_told_once_with_how_often_it_helped(self) -> None:
        later = replace(UNKNOWN, at=NOW + timedelta(days=1), actor="bob", reason="Item  added to Odoo")
        (found,) = alike([UNKNOWN, later], **ASKED)
        assert (found.times, found.solved.actor) == (2, "bob")

    def test_at_most_three_are_proposed(self) -> None:
        several = [replace(UNKNOWN, fingerprint=f"g{n}", reason=f"reason {chr(97 + n)}") for n in range(9)]
        assert len(alike(several, **ASKED)) == 3

    def test_nothing_alike_is_nothing(self) -> None:
        assert alike([], **ASKED) == ()
        assert alike([LOST], **ASKED) == []


def event(action: str, minutes: int, actor: str = "gateway") -> dict[str, Any]:
    return {"action": action, "at": NOW + timedelta(minutes=minutes), "actor": actor}


class TestByItself:
    def test_counts_the_ends_that_no_person_made_and_how_long_they_took(self) -> None:
        history = [
            event("opened", 0), event("resolved", 10), event("came_back", 60), event("noted", 61, "ada"), event("resolved", 90),
            event("came_back", 100), event("resolved", 110, "ada"), event("came_back", 200),
        ]  # fmt: skip
        assert by_itself(history) == ByItself(2, 3, timedelta(minutes=20))

    def test_is_nothing_where_a_person_ended_it_or_nobody_did(self) -> None:
        assert by_itself([event("opened", 0), event("resolved", 5, "ada")]) is None
        assert by_itself([event("opened", 0)]) is None
        assert by_itself([event("resolved", 5)]) is None, "its beginning is no longer in the history"
