"""What the port of applications promises to those who deliver, whatever system is behind it."""

from dataclasses import replace
from typing import Any

from gateway.ports import OutcomeKind


async def test_a_delivery_is_made_and_named(system: Any) -> None:
    call = system.call()
    (outcome,) = await system.application.deliver([call])
    assert (outcome.delivery, outcome.kind) == (call.delivery, OutcomeKind.DELIVERED)
    assert outcome.reference
    assert system.count() == 1


async def test_an_outcome_for_each_call(system: Any) -> None:
    calls = [system.call(f"N{number}") for number in range(3)]
    outcomes = await system.application.deliver(calls)
    assert [one.delivery for one in outcomes] == [call.delivery for call in calls]
    assert len({one.reference for one in outcomes}) == system.count() == 3


async def test_a_repeat_changes_nothing_and_names_the_same(system: Any) -> None:
    assert system.application.idempotent
    first = (await system.application.deliver([system.call()]))[0]
    again = (await system.application.deliver([system.call(attempt=2)]))[0]
    assert (again.kind, again.reference) == (OutcomeKind.DELIVERED, first.reference)
    assert system.count() == 1


async def test_what_was_done_before_its_answer_was_lost_is_done_once(system: Any) -> None:
    system.misbehaviour.lose_answers = 1
    first = (await system.application.deliver([system.call()]))[0]
    assert (first.kind, first.unavailable, first.untouched) == (OutcomeKind.RETRY, True, False)
    again = (await system.application.deliver([system.call(attempt=2)]))[0]
    assert again.kind is OutcomeKind.DELIVERED
    assert system.count() == 1


async def test_a_system_that_is_down_was_not_touched_and_is_asked_again(system: Any) -> None:
    await system.stop()
    down = (await system.application.deliver([system.call()]))[0]
    assert (down.kind, down.unavailable, down.untouched) == (OutcomeKind.RETRY, True, True)
    assert down.message
    await system.start()
    assert (await system.application.deliver([system.call(attempt=2)]))[0].kind is OutcomeKind.DELIVERED


async def test_a_busy_system_is_left_alone(system: Any) -> None:
    system.misbehaviour.status = 503
    busy = (await system.application.deliver([system.call()]))[0]
    assert (busy.kind, busy.unavailable, busy.code) == (OutcomeKind.RETRY, True, "http-503")


async def test_what_is_wrong_with_a_document_fails_it_alone(system: Any) -> None:
    calls = [system.call("GOOD"), system.call("BAD", sku=system.unknown_item)]
    good, bad = await system.application.deliver(calls)
    assert good.kind is OutcomeKind.DELIVERED
    assert (bad.kind, bad.unavailable) == (OutcomeKind.FAILED, False)
    assert system.unknown_item in bad.message
    assert system.count() == 1


async def test_an_action_that_it_has_not_fails_and_names_those_it_has(system: Any) -> None:
    call = system.call()
    (outcome,) = await system.application.deliver([replace(call, action="sing")])
    assert (outcome.kind, outcome.code) == (OutcomeKind.FAILED, "action-unsupported")
    assert "sing" in outcome.message
    assert call.action in outcome.message


async def test_doctor_is_told_that_it_works_and_when_it_does_not(system: Any) -> None:
    assert all(ok for _, ok, _, _ in await system.application.check())
    await system.stop()
    (problem,) = await system.application.check()
    assert not problem[1]
    assert problem[3]
