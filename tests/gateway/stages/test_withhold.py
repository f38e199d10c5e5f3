"""In shadow and as history documents are kept and deliveries withheld, agreement by agreement. Pure."""

from dataclasses import replace
from uuid import UUID

import pytest

from gateway.domain.agreement import Agreement, Direction, Partner, Partnerships
from gateway.domain.history import CHANNEL, is_history
from gateway.domain.lifecycle import DELIVERY, DOCUMENT, move
from gateway.domain.replay import RunEnd, outcome_of_run
from gateway.ports import Settlement
from gateway.stages.compose import Draft, transmit
from gateway.stages.withhold import handed_over, withheld
from translators.contract import Family, Identity, OutboundInterchange, Separators

OURS, THEIRS = Identity("ZZ", "US"), Identity("01", "123456789")
ORDERS = Agreement("850", "bigbox", Direction.IN, "purchase_order", Family.X12, "850", "004010")


def partnerships(*, shadow: bool) -> Partnerships:
    partner = Partner("bigbox", "BigBox", "edi", {Family.X12: (THEIRS,)}, shadow=shadow)
    return Partnerships.build([partner], [ORDERS], identities={Family.X12: [OURS]})


@pytest.mark.parametrize(
    ("partner", "agreements", "quiet"),
    [
        (False, [None], False),
        (True, [None], True),
        (True, [False], False),
        (False, [True], True),
        (False, [None, True], True),
        (True, [False, False], False),
        (True, [], True),
        (False, [], False),
    ],
)
def test_an_agreement_says_it_and_else_its_partner(partner: bool, agreements: list[bool | None], quiet: bool) -> None:
    given = [replace(ORDERS, id=str(n), shadow=shadow) for n, shadow in enumerate(agreements)]
    assert partnerships(shadow=partner).in_shadow("bigbox", given) is quiet


def test_who_is_not_known_is_in_nobodys_shadow() -> None:
    assert not partnerships(shadow=True).in_shadow("nobody")


def test_documents_without_an_agreement_follow_the_partner() -> None:
    assert partnerships(shadow=True).in_shadow("bigbox", [None])


def draft(number: int) -> Draft:
    outbound = OutboundInterchange(Family.X12, OURS, THEIRS, "00401", test=False, separators=Separators("*", ":", "~"))
    return Draft(UUID(int=number), UUID(int=9), "bigbox", "997", outbound)


def test_answers_are_expected_only_for_what_is_handed_over() -> None:
    drafts = [draft(1), draft(2), draft(3)]
    ways = [
        transmit(one.id, transmission=one.transmission, partner="bigbox", channel="c", test=False, new_id=lambda: UUID(int=5))
        for one in drafts[:2]
    ]
    settlement = Settlement(deliveries=[withheld(ways[0]), ways[1]])
    assert handed_over(drafts, settlement) == drafts[1:], "what its partner fetches has no delivery, and is handed over"


def test_what_is_kept_or_withheld_moves_no_more_by_itself() -> None:
    assert move(DOCUMENT, "pending", "kept_only") == "kept"
    assert {event for state, event in DELIVERY if state == "withheld"} == {"voided"}
    assert not [state for state, _ in DOCUMENT if state == "kept"]


def test_history_is_what_came_by_its_channel() -> None:
    assert is_history(CHANNEL)
    assert not is_history("bigbox-as2")


def test_a_replay_that_ends_in_shadow_went_well() -> None:
    state, words = outcome_of_run(RunEnd("translated", {"kept": 2}, {"withheld": 3}))
    assert (state, words) == ("done", "documents: 2 kept; deliveries: 3 withheld")
