"""Comparing with the other gateway: its files are read as they are, ours page by page, and what came of it is kept."""

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.domain.shadow import Compared, Likeness
from gateway.operations.compare_shadow import Comparison, compare_outputs, is_ready
from gateway.ports.shadow import ShadowStore, Withheld
from translators import registry
from translators.canonical.order_response import OrderResponse
from translators.contract import Envelope, Family, Identity, WritingTerms
from translators.packing import packed

US, THEM, OTHERS = Identity("ZZ", "NORDICDC"), Identity("01", "123456789"), Identity("01", "987654321")
AT = datetime(2026, 11, 2, 8, tzinfo=UTC)
NOBODY = UUID(int=0)


class Kept(ShadowStore):
    """A store in memory, which gives pages of two."""

    def __init__(self, *withheld: Withheld) -> None:
        self._withheld = withheld
        self.comparisons: list[tuple[str, tuple[Compared, ...]]] = []
        self.asked: list[tuple[str, datetime | None, UUID | None]] = []

    async def withheld(self, partner: str, *, since: datetime | None, after: UUID | None, limit: int) -> Sequence[Withheld]:
        self.asked.append((partner, since, after))
        return [one for one in self._withheld if one.id > (after or NOBODY)][: min(limit, 2)]

    async def keep(self, partner: str, compared: Sequence[Compared]) -> None:
        self.comparisons.append((partner, tuple(compared)))

    async def kept(self, partner: str) -> Sequence[Compared]:
        raise NotImplementedError

    async def counts(self, partner: str) -> Sequence[tuple[str, str, int]]:
        raise NotImplementedError


def answer(order: str, quantity: str = "10", **changes: Any) -> OrderResponse:
    line = {"number": "1", "item": {"identifiers": {"seller": "S-1"}}, "quantity": {"value": quantity, "unit": "EA"}}
    said = {"number": f"R-{order}", "status": "accepted", "order": {"number": order}, "issued": "2026-11-02", "lines": [line]}
    return OrderResponse.model_validate({**said, **changes})


def written(*answers: OrderResponse, number: int = 1, receiver: Identity = THEM) -> bytes:
    """An interchange as either gateway would send it."""
    terms = WritingTerms(batch=len(answers))
    documents = [registry.write(Family.X12, one, "855", "004010", terms) for one in answers]
    (outbound,) = packed(Family.X12, documents, sender=US, receiver=receiver, test=False, terms=terms)
    return registry.seal(outbound, control_number=number, group_numbers=[number] * len(outbound.groups), prepared=AT)


def sent(n: int, *answers: OrderResponse) -> Withheld:
    return Withheld(UUID(int=n), "bigbox-as2", written(*answers, number=n), None, (), None)


def routed(n: int, keys: Sequence[str], text: bytes) -> Withheld:
    return Withheld(UUID(int=n), "odoo", None, "purchase_order", tuple(keys), text)


def states(made: Comparison) -> list[tuple[str, Likeness]]:
    return [(one.identity, one.state) for one in made.compared]


async def test_what_says_the_same_is_the_same_under_other_control_numbers() -> None:
    store = Kept(sent(1, answer("4711")))
    made = await compare_outputs(store, "bigbox", [("855.edi", written(answer("4711"), number=70_001))])
    assert states(made) == [("order:4711", Likeness.SAME)]
    assert (made.compared[0].ours, made.compared[0].legacy) == (UUID(int=1), "855.edi")


async def test_what_differs_is_named_and_may_be_set_aside() -> None:
    store, files = Kept(sent(1, answer("4711"))), [("855.edi", written(answer("4711", "9")))]
    made = await compare_outputs(store, "bigbox", files)
    assert [(one.element, one.ours, one.legacy) for one in made.compared[0].differences] == [
        ("lines[].quantity.value", "10", "9")
    ]
    again = await compare_outputs(store, "bigbox", files, set_aside=["lines[].quantity.value"])
    assert states(again) == [("order:4711", Likeness.SAME)]


async def test_what_came_of_it_is_kept_even_where_nothing_did() -> None:
    store = Kept(sent(1, answer("4711")))
    made = await compare_outputs(store, "bigbox", [("855.edi", written(answer("4711")))])
    nothing = await compare_outputs(Kept(), "bigbox", [])
    assert store.comparisons == [("bigbox", made.compared)]
    assert nothing == Comparison((), ())


async def test_all_of_ours_is_looked_at_page_by_page_since_then() -> None:
    store = Kept(*(sent(n, answer(str(n))) for n in range(1, 6)))
    made = await compare_outputs(store, "bigbox", [], since=AT)
    assert states(made) == [(f"order:{n}", Likeness.ONLY_OURS) for n in range(1, 6)]
    assert store.asked == [("bigbox", AT, None), *(("bigbox", AT, UUID(int=n)) for n in (2, 4, 5))]


async def test_documents_of_one_interchange_are_compared_one_by_one_wherever_they_come() -> None:
    store = Kept(sent(1, answer("1"), answer("2")), sent(2, answer("3")))
    files = [("all.edi", written(answer("3"), answer("2", "9"), answer("1")))]
    made = await compare_outputs(store, "bigbox", files)
    assert states(made) == [
        ("order:3", Likeness.SAME), ("order:2", Likeness.DIFFERENT), ("order:1", Likeness.SAME),
    ]  # fmt: skip
    assert [one.ours for one in made.compared] == [UUID(int=2), UUID(int=1), UUID(int=1)]


async def test_interchanges_of_other_partners_are_passed_over_and_not_called_unreadable() -> None:
    def concerns(envelope: Envelope) -> bool:
        return envelope.receiver == THEM

    both = written(answer("1")) + written(answer("2"), number=2, receiver=OTHERS)
    files = [("both.edi", both), ("other.edi", written(answer("3"), receiver=OTHERS))]
    made = await compare_outputs(Kept(), "bigbox", files, concerns=concerns)
    assert states(made) == [("order:1", Likeness.ONLY_LEGACY)]
    assert made.unread == ()


@pytest.mark.parametrize("rubbish", [b"", b"hello", b"ISA*00", b"\x00\xff\xfe" * 40, b"PK\x03\x04"])
async def test_files_that_say_nothing_are_named_and_stop_nothing(rubbish: bytes) -> None:
    files = [("rubbish", rubbish), ("855.edi", written(answer("4711")))]
    made = await compare_outputs(Kept(sent(1, answer("4711"))), "bigbox", files)
    assert states(made) == [("order:4711", Likeness.SAME)]
    assert made.unread == ("rubbish",)


async def test_of_what_was_purged_meanwhile_nothing_is_told() -> None:
    gone = Withheld(UUID(int=1), "bigbox-as2", b"", None, (), None)
    nothing_left = Withheld(UUID(int=2), "odoo", None, "purchase_order", ("order:1",), None)
    assert (await compare_outputs(Kept(gone, nothing_left), "bigbox", [])).compared == ()


async def test_noughts_before_a_number_do_not_part_two_documents() -> None:
    ours = routed(1, ["order:00004711"], answer("x").to_json())
    assert states(await compare_outputs(Kept(ours), "bigbox", []))[0][0] == "order:4711"
    assert states(await compare_outputs(Kept(routed(1, ["order:000"], b"{}")), "bigbox", []))[0][0] == "order:000"
    made = await compare_outputs(Kept(sent(1, answer("0004711"))), "bigbox", [("855.edi", written(answer("4711")))])
    assert [one.identity for one in made.compared] == ["order:4711"]


STATES = st.sampled_from([each.value for each in Likeness])


@given(st.lists(st.tuples(st.sampled_from(["invoice", "order_response"]), STATES, st.integers(0, 3))))
def test_it_is_ready_when_something_was_compared_and_all_of_it_is_the_same(counts: list[tuple[str, str, int]]) -> None:
    there = [state for _, state, count in counts if count > 0]
    assert is_ready(counts) == (bool(there) and all(state == "same" for state in there))
