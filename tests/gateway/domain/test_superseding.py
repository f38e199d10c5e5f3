"""A run and the runs before it: never are two deliveries of one key effective."""

from datetime import timedelta
from uuid import UUID

from hypothesis import given
from hypothesis import strategies as st

from gateway.domain.lifecycle import DELIVERY
from gateway.domain.record import DeliveryRow
from gateway.domain.superseding import EarlierDelivery, supersede

RUN, BEFORE = UUID(int=100), UUID(int=99)
STATES = sorted({state for state, _ in DELIVERY} | set(DELIVERY.values()))
EFFECTIVE = ("blocked", "waiting", "sending", "in_doubt", "delivered", "failed", "dead")


def new(number: int, target: str, key: str, after: UUID | None = None) -> DeliveryRow:
    return DeliveryRow(
        id=UUID(int=number), transmission=RUN, document=UUID(int=1), outbound=None, partner="bigbox", route="r", target=target,
        action="sale_order", idempotency_key=key, test=False, options="{}", priority=0, sequence_key=None, after=after,
        state="blocked" if after else "waiting", wait=timedelta(),
    )  # fmt: skip


def earlier(number: int, target: str, key: str, state: str, fallback_of: UUID | None = None) -> EarlierDelivery:
    return EarlierDelivery(UUID(int=number), BEFORE, target, key, state, fallback_of=fallback_of)


TARGETS, KEYS = st.sampled_from(["odoo", "wms", "carrier"]), st.sampled_from(["k1", "k2", "k3"])


@given(
    before=st.lists(st.tuples(TARGETS, KEYS, st.sampled_from(STATES)), max_size=12),
    now=st.lists(st.tuples(TARGETS, KEYS), max_size=9, unique=True),
)
def test_of_each_key_at_most_one_is_effective_and_none_is_lost(
    before: list[tuple[str, str, str]], now: list[tuple[str, str]]
) -> None:
    held = [earlier(n, *each) for n, each in enumerate(before, 1)]
    rows = [new(n, *each) for n, each in enumerate(now, 50)]
    result = supersede(rows, held)
    given_up = {one.id for one in result.given_up}
    standing = [one for one in held if one.id not in given_up and one.state in EFFECTIVE]
    assert {one.state for one in standing} <= {"delivered", "sending", "in_doubt"}
    made = {(row.target, row.idempotency_key) for row in result.made}
    assert not made & {(one.target, one.idempotency_key) for one in standing}, "two of one key"
    for row in rows:
        pair = (row.target, row.idempotency_key)
        assert pair in made or pair in {(one.target, one.idempotency_key) for one in standing}, "a key that nobody delivers"
    assert len(result.made) + len(result.left_out) == len(rows)


def test_what_was_done_weighs_more_than_what_nobody_knows() -> None:
    held = [earlier(1, "odoo", "k", "in_doubt"), earlier(2, "odoo", "k", "delivered")]
    ((_, stands),) = supersede([new(50, "odoo", "k")], held).left_out
    assert stands.state == "delivered"


def test_what_comes_after_one_that_was_done_goes_at_once() -> None:
    rows = [new(50, "odoo", "k"), new(51, "wms", "w", after=UUID(int=50))]
    (made,) = supersede(rows, [earlier(1, "odoo", "k", "delivered")]).made
    assert (made.target, made.after, made.state) == ("wms", None, "waiting")


def test_what_comes_after_one_that_is_on_its_way_waits_for_that_one() -> None:
    rows = [new(50, "odoo", "k"), new(51, "wms", "w", after=UUID(int=50))]
    (made,) = supersede(rows, [earlier(1, "odoo", "k", "sending")]).made
    assert (made.after, made.state) == (UUID(int=1), "blocked")


def test_what_comes_after_a_new_one_stays_behind_it() -> None:
    rows = [new(50, "odoo", "k"), new(51, "wms", "w", after=UUID(int=50))]
    result = supersede(rows, [earlier(1, "odoo", "k", "dead")])
    assert result.made == rows
    assert [one.id for one in result.given_up] == [UUID(int=1)]


def test_what_a_fallback_has_is_not_made_at_its_own_target_as_well() -> None:
    diverted = earlier(1, "wms-east", "k", "diverted")
    substitute = earlier(2, "wms-west", "k", "delivered", fallback_of=diverted.id)
    result = supersede([new(50, "wms-east", "k")], [diverted, substitute])
    assert (result.made, result.given_up) == ([], [])
    assert [stands.id for _, stands in result.left_out] == [substitute.id]


def test_what_goes_nowhere_any_more_is_given_up() -> None:
    result = supersede([], [earlier(1, "odoo", "k", "waiting"), earlier(2, "odoo", "k", "voided")])
    assert [one.id for one in result.given_up] == [UUID(int=1)]


def test_in_shadow_nothing_is_let_go_because_something_was_delivered_before() -> None:
    first, after = new(1, "odoo", "k1"), new(2, "wms", "k2", after=UUID(int=1))._replace(state="withheld")
    result = supersede([first._replace(state="withheld"), after], [earlier(9, "odoo", "k1", "delivered")])
    assert [row.state for row in result.made] == ["withheld"]
