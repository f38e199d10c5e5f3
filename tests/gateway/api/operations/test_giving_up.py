"""Ignoring and rejecting messages, asked for as programs do: by right, told before it is done, done once."""

from dataclasses import replace
from pathlib import Path
from uuid import UUID

import pytest

from gateway.api.table import BY_NAME
from gateway.domain.access import Right
from gateway.errors import ActionRefused
from tests.world.agreeing import BY_RESPONSE, with_more
from tests.world.day import REFUSED, World


@pytest.fixture
def agreed(world: World, tmp_path: Path) -> World:
    """The same day, where BigBox has agreed to order responses."""
    return with_more(world, tmp_path, BY_RESPONSE)


async def refused(world: World) -> str:
    return str((await world.document(REFUSED))["transmission"])


async def test_what_would_be_done_is_told_and_nothing_done(agreed: World) -> None:
    told = await agreed.ask("messages.reject", message=await refused(agreed), reason="no longer made", only_show=True)
    assert (told.done, [one.target for one in told.deliveries]) == (False, ["odoo"])
    (answer,) = told.answers
    assert (answer.name, answer.type, answer.partner, answer.agreement) == ("order_response", "855", "bigbox", "bigbox-855")
    assert await agreed.audited("rejected") == []


async def test_it_is_rejected_once(agreed: World) -> None:
    message = await refused(agreed)
    first = await agreed.ask("messages.reject", message=message, reason="no longer made")
    again = await agreed.ask("messages.reject", message=message, reason="no longer made")
    assert first.done
    assert [one.transmission for one in again.before] == [first.answers[0].transmission]
    assert (again.answers, again.deliveries) == ((), ())
    assert await agreed.audited("rejected") == ["ann", "ann"], "the delivery, and the message"


async def test_the_answer_of_one_document_by_its_id(agreed: World) -> None:
    document = (await agreed.document(REFUSED))["id"]
    told = await agreed.ask("messages.reject", message=document, reason="no longer made")
    assert [one.document for one in told.answers] == [document if isinstance(document, UUID) else UUID(str(document))]


async def test_it_is_ignored_and_its_failure_ends(world: World) -> None:
    message = await refused(world)
    told = await world.ask("messages.ignore", message=message, reason="sent twice")
    assert [(one.target, one.was) for one in told.deliveries] == [("odoo", "failed")]
    view = await world.ask("messages.show", message=message)
    assert {one.state for one in view.failures} == {"resolved"}
    with pytest.raises(ActionRefused, match="Nothing of the message waits"):
        await world.ask("messages.ignore", message=message, reason="sent twice")


def test_it_takes_the_right_to_discard_dead_letters() -> None:
    rights = {BY_NAME[name].right for name in ("messages.ignore", "messages.reject", "dead_letters.discard")}
    assert rights == {Right.REPAIR}


async def test_what_would_have_to_be_agreed_is_said(world: World) -> None:
    with pytest.raises(ActionRefused) as wrong:
        await world.ask("messages.reject", message=await refused(world), reason="no longer made")
    assert '[[agreement]] id = "bigbox-855", partner = "bigbox", direction = "out"' in wrong.value.remedy


async def test_what_nobody_could_read_is_ignored_alone(world: World) -> None:
    (unread,) = (await world.ask("dead_letters.list", need=["unreadable"])).items
    with pytest.raises(ActionRefused, match="no document to reject") as wrong:
        await world.ask("messages.reject", message=unread.id, reason="why")
    assert "gateway message ignore" in wrong.value.remedy
    told = await world.ask("messages.ignore", message=unread.id, reason="nobody knows what it is")
    assert (told.deliveries, told.failures) == ((), 1)


async def test_it_is_asked_of_the_gateway_in_force(agreed: World) -> None:
    """In the shadow of another gateway nothing is answered by this one."""
    snapshot = agreed.office.snapshot
    shadowed = [replace(one, shadow=one.id == "bigbox-855") for one in snapshot.partnerships.agreements.values()]
    partnerships = replace(
        snapshot.partnerships,
        agreements=dict(zip(snapshot.partnerships.agreements, shadowed, strict=True)),
    )
    office = replace(
        agreed.office, settings=replace(agreed.office.settings, snapshot=replace(snapshot, partnerships=partnerships))
    )
    with pytest.raises(ActionRefused, match="in the shadow of another gateway"):
        await replace(agreed, office=office).ask("messages.reject", message=await refused(agreed), reason="why")
