"""Reconciling: both sides are read whole, differences become troubles, and what cannot be asked changes nothing."""

from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest

from gateway.domain.reconciliation import Difference, Entry, Kind, Terms
from gateway.operations.reconcile import Comparison, reconcile
from gateway.operations.repairs import REPAIRS, words
from gateway.ports.books import AsksByEntry, Books, BooksUnreadable
from gateway.ports.channel_trouble import ChannelSide, ChannelTrouble
from gateway.store.shelf import DiskShelf

NOW = datetime(2026, 11, 21, 12, tzinfo=UTC)
DAY = timedelta(days=1)


def stock(key: str, on_hand: int, *, since: datetime | None = None) -> Entry:
    return Entry(key, None, {"on_hand": Decimal(on_hand)}, since=since, lines=None)


@dataclass
class Listed(Books):
    """A list in pages of two; it may break off."""

    entries: Sequence[Entry]
    breaks: bool = False
    asked: list[datetime] = field(default_factory=list)

    async def pages(self, *, since: datetime) -> AsyncIterator[Sequence[Entry]]:
        self.asked.append(since)
        for start in range(0, len(self.entries), 2):
            yield self.entries[start : start + 2]
        if self.breaks:
            raise BooksUnreadable("wms does not answer")


@dataclass
class Asked(AsksByEntry):
    """Answers about what it is asked for."""

    entries: Sequence[Entry]
    questions: list[list[str]] = field(default_factory=list)

    async def of(self, asked: Sequence[Entry]) -> Sequence[Entry]:
        wanted = [one.key for one in asked]
        self.questions.append(wanted)
        return [one for one in reversed(self.entries) if one.key in wanted]


class Kept:
    """Troubles of a side as they were told last."""

    def __init__(self) -> None:
        self.told: list[tuple[list[ChannelTrouble], bool]] = []

    async def keep(self, side: ChannelSide, troubles: Sequence[ChannelTrouble], *, all_of_them: bool) -> bool:
        assert (side.channel, side.partner) == ("stock", None)
        self.told.append((list(troubles), all_of_them))
        return True


def comparison(left: Books, right: Books | AsksByEntry, **terms: object) -> Comparison:
    return Comparison("stock", "stock", ("odoo", "wms"), left, right, replace(Terms(), **terms), 8 * DAY)  # type: ignore[arg-type]


async def test_lists_in_any_order_are_compared_key_by_key() -> None:
    left = Listed([stock("C", 3), stock("A", 1), stock("B", 2)])
    right = Listed([stock("B", 2), stock("D", 4), stock("A", 7), stock("C", 3)])
    kept = Kept()
    found = await reconcile(comparison(left, right), kept, now=NOW, shelf=DiskShelf)
    assert [(one.difference.kind, one.difference.key) for one in found] == [(Kind.DIFFERENT, "A"), (Kind.UNEXPECTED, "D")]
    ((told, whole),) = kept.told
    assert whole
    assert [(one.code, one.message) for one in told] == [
        ("stock-different", "A: on_hand is 1 in odoo and 7 in wms (+6)."),
        ("stock-unexpected", "D is in wms (D) and not in odoo."),
    ]


async def test_a_side_that_breaks_off_changes_nothing() -> None:
    kept = Kept()
    with pytest.raises(BooksUnreadable):
        await reconcile(comparison(Listed([stock("A", 1)]), Listed([], breaks=True)), kept, now=NOW, shelf=DiskShelf)
    assert kept.told == []


async def test_a_side_that_is_asked_answers_about_some_at_a_time_and_those_of_one_key_stay_together() -> None:
    left = Listed([stock(f"{number // 2:04}", 1) for number in range(1_000)])
    right = Asked([stock(f"{number:04}", 1) for number in range(500) if number != 250])
    found = await reconcile(comparison(left, right, ours_add_up=False), Kept(), now=NOW, shelf=DiskShelf)
    assert [one.difference.key for one in found] == ["0250"]
    assert sum(map(len, right.questions)) == 1_000
    assert not {some[-1] for some in right.questions[:-1]} & {some[0] for some in right.questions[1:]}
    assert max(map(len, right.questions)) <= 201


async def test_both_sides_are_read_further_back_than_is_told_of() -> None:
    early, late = NOW - 9 * DAY, NOW - 7 * DAY
    left = Listed([stock("edge", 1, since=early), stock("old", 1, since=early), stock("new", 1, since=late)])
    right = Listed([stock("edge", 2, since=late)])
    found = await reconcile(comparison(left, right), Kept(), now=NOW, shelf=DiskShelf)
    assert [(one.difference.kind, one.difference.key) for one in found] == [(Kind.DIFFERENT, "edge"), (Kind.MISSING, "new")]
    assert left.asked == right.asked == [NOW - 10 * DAY]
    kept = Kept()
    asked = Asked([])
    found = await reconcile(comparison(left, asked), kept, now=NOW, shelf=DiskShelf, back=timedelta(days=8))
    assert (asked.questions, [one.difference.key for one in found]) == ([["new"]], ["new"])
    assert kept.told == [], "with another time no failure is touched"


async def test_more_differences_than_are_told_end_none() -> None:
    left = Listed([stock(f"{number:02}", 1) for number in range(20)])
    kept = Kept()
    found = await reconcile(comparison(left, Listed([])), kept, now=NOW, shelf=DiskShelf, most=5)
    assert [one.difference.key for one in found] == ["00", "01", "02", "03", "04"]
    ((told, whole),) = kept.told
    assert (len(told), whole) == (5, False)


@pytest.mark.parametrize("what", sorted(REPAIRS))
@pytest.mark.parametrize("kind", list(Kind))
def test_every_difference_has_words_and_a_repair(what: str, kind: Kind) -> None:
    one = Difference(kind, "4711", "bigbox", left="1", right="2", what="quantity")
    message, repair = words(what, ("odoo", "wms"), one)
    assert message.startswith("4711 of bigbox")
    assert message.endswith(".")
    assert repair.endswith((".", "?"))
    assert "{" not in message + repair
