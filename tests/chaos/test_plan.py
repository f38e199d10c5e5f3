"""What a seed draws: the same each time, everything in turn, and a load in which what is owed follows from what is sent."""

from collections import Counter
from pathlib import Path

import pytest

from tests.chaos.campaign import Campaign, figures
from tests.chaos.faults import ARRANGEMENTS, LONG, SHORT, TERMS, Kind, draw_plan
from tests.chaos.harm import HARMS
from tests.chaos.load import Load, Way, draw_load
from tests.chaos.trial import Outcome
from translators import registry

SEEDS = range(1, 21)


def load_of(seed: int) -> Load:
    plan = draw_plan(seed)
    return draw_load(seed, parts=plan.size.parts, seconds=plan.size.seconds, folders=plan.folders)


def test_every_kind_of_fault_has_its_terms_and_its_harm() -> None:
    assert TERMS.keys() == HARMS.keys() == set(Kind)


@pytest.mark.parametrize("size", [SHORT, LONG])
def test_a_seed_draws_the_same_plan_and_load_again(size: object) -> None:
    assert [draw_plan(seed) for seed in SEEDS] == [draw_plan(seed) for seed in SEEDS]
    assert load_of(7) == load_of(7)
    assert load_of(7) != load_of(8)
    assert str(draw_plan(7)).startswith("seed 7: ")


def test_twenty_seeds_have_every_kind_of_fault_and_every_arrangement() -> None:
    plans = [draw_plan(seed) for seed in SEEDS]
    assert {fault.kind for plan in plans for fault in plan.faults} == set(Kind)
    assert {plan.arrangement for plan in plans} == set(ARRANGEMENTS)


def test_what_this_machine_cannot_do_leaves_the_rest_of_a_plan_as_it_is() -> None:
    for plan in map(draw_plan, SEEDS):
        left = draw_plan(plan.seed, without=[Kind.DATABASE_FULL, Kind.CLOCK])
        assert left.faults == tuple(f for f in plan.faults if f.kind not in (Kind.DATABASE_FULL, Kind.CLOCK))
        assert len(left.faults) + len(left.left_out) == len(plan.faults)


def test_every_role_is_played_in_every_arrangement() -> None:
    for nodes in ARRANGEMENTS.values():
        assert {role for node in nodes for role in node.roles.split(",")} >= {"receive", "translate", "deliver", "relay"}


def test_faults_hit_nodes_that_are_there() -> None:
    for plan in map(draw_plan, SEEDS):
        assert {fault.node for fault in plan.faults} <= {node.name for node in plan.nodes} | {""}
        assert all(0 < fault.at < plan.size.seconds for fault in plan.faults)


def test_files_are_sent_only_where_one_node_receives() -> None:
    for seed in SEEDS:
        ways = {sending.way for sending in load_of(seed).sendings}
        assert (Way.FOLDER in ways) == draw_plan(seed).folders


def test_nothing_is_owed_twice_and_no_two_things_have_one_name() -> None:
    for seed in SEEDS:
        load = load_of(seed)
        assert len({sending.id for sending in load.sendings}) == len(load.sendings)
        assert max(Counter(load.owed.booked).values()) == 1
        assert max(Counter(load.owed.answers).values()) == 1
        assert {number for chain in load.owed.chains for number in chain} <= set(load.owed.booked)


def test_what_is_owed_is_what_the_translators_find() -> None:
    """Independent of the gateway: the orders in all that may be booked are those that were sent."""
    load = load_of(3)
    sent: set[str] = set()
    for sending in load.sendings:
        if sending.way is not Way.PUBLISHED:
            documents = [d for i in registry.translate(sending.body).interchanges for d in i.documents if d.canonical is not None]
            for document in documents:
                sent.add("/".join(filter(None, (document.canonical.number, document.canonical.release))))  # type: ignore[union-attr]
    owed = {*load.owed.booked, *(number for rivals in load.owed.rivals for number in rivals)}
    assert owed <= sent
    assert len(sent - owed) <= sum(sending.refused for sending in load.sendings)


def test_a_campaign_goes_on_where_it_was_broken_off(tmp_path: Path) -> None:
    campaign = Campaign(tmp_path, SHORT)
    assert campaign.waiting([1, 2, 3]) == [1, 2, 3]
    campaign.note(Outcome(1, "twins", ["  0.52 s  front: connections are cut"], [Kind.CUT.value], 10, orders=9, recovery=1.5))
    campaign.note(Outcome(3, "twins", [], [], 10, recovery=0.5, complaints=["lost: order 4"], logs={"left": "its log"}))
    with (tmp_path / "results.jsonl").open("a") as file:
        file.write('{"size": "short", "seed": 2, "half a li')
    assert campaign.waiting([1, 2, 3]) == [2]
    assert Campaign(tmp_path, LONG).waiting([1, 2, 3]) == [1, 2, 3]
    assert "its log" in (tmp_path / "short-3.json").read_text()
    assert not (tmp_path / "short-1.json").exists()
    found = figures(campaign.results())
    assert (found["trials"], found["failed"], found["faults"], found["sent"]) == (2, [3], 1, 20)
    assert found["kinds"] == {Kind.CUT.value: 1}
    assert found["recovery_longest"] == 1.5
