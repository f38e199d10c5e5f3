"""The ledger both ways, as programs, the console and partners ask for it."""

from typing import Any
from uuid import uuid4

import pytest
from pydantic import ValidationError

from gateway.errors import Absent, ActionRefused
from tests.world.day import BIGBOX, NORDMART, World


async def overdue(world: World) -> Any:
    (one,) = (await world.ask("acknowledgements.list", standing=["overdue"])).items
    return one


class TestLedger:
    async def test_what_partners_owe_us_and_in_which_standing(self, standing: World) -> None:
        awaited = (await standing.ask("acknowledgements.list", standing=["awaited"])).items
        assert {(one.partner, one.kind, one.state) for one in awaited} == {
            ("bigbox", "997", "expected"),
            ("nordmart", "997", "expected"),
        }
        one = await overdue(standing)
        assert (one.control_number, one.partner, one.keys) == ("43", "bigbox", {"despatch": "D-1"})
        assert (await standing.ask("acknowledgements.list", standing=["rejected", "matched"])).items == []

    async def test_pages_and_numbers(self, standing: World) -> None:
        whole = [one.id for one in (await standing.ask("acknowledgements.list")).items]
        assert len(whole) == 4
        assert [one.id for one in await standing.everything("acknowledgements.list")] == whole
        assert {one.partner for one in (await standing.ask("acknowledgements.list", about="44")).items} == {"nordmart"}
        assert (await standing.ask("acknowledgements.show", expectation=str(whole[0]))).id == whole[0]

    async def test_what_we_answered_and_how_far_it_has_gone(self, standing: World) -> None:
        given = (await standing.ask("acknowledgements.given")).items
        assert {(one.partner, one.type, one.verdict, one.state) for one in given} == {
            ("bigbox", "997", "accepted", "delivered"), ("nordmart", "CONTRL", "accepted", "delivered"),
        }  # fmt: skip
        assert [one.id for one in await standing.everything("acknowledgements.given")] == [one.id for one in given]
        assert [one.partner for one in (await standing.ask("acknowledgements.given", type=["CONTRL"])).items] == ["nordmart"]


class TestSettledByHand:
    async def test_an_answer_is_waived_once(self, world: World) -> None:
        one = await overdue(world)
        told = await world.ask("acknowledgements.waive", expectation=one.id, reason="confirmed by telephone")
        assert (told.state, told.person, told.reason) == ("waived", "ann", "confirmed by telephone")
        assert await world.audited("expectation_waived") == ["ann"]
        with pytest.raises(ActionRefused, match="nothing to waive"):
            await world.ask("acknowledgements.waive", expectation=one.id, reason="again")
        with pytest.raises(Absent):
            await world.ask("acknowledgements.waive", expectation=uuid4(), reason="which")

    async def test_what_answers_nothing_is_tried_again_and_dismissed(self, world: World) -> None:
        (waiting,) = await world.everything("acknowledgements.unmatched")
        assert (waiting.partner, waiting.type, waiting.control_number) == ("bigbox", "997", "000000900")
        for chosen in ({"acknowledgements": [waiting.id]}, {"all_that_wait": True}):
            assert (await world.ask("acknowledgements.match", **chosen)).matched == ()
        await world.ask("acknowledgements.dismiss", acknowledgement=waiting.id, reason="answers the old system")
        assert await world.everything("acknowledgements.unmatched") == []
        assert await world.audited("acknowledgement_dismissed") == ["ann"]
        with pytest.raises(Absent):
            await world.ask("acknowledgements.dismiss", acknowledgement=waiting.id, reason="again")

    @pytest.mark.parametrize("asked", [{}, {"acknowledgements": [str(uuid4())], "all_that_wait": True}])
    async def test_to_match_nothing_in_particular_is_refused(self, standing: World, asked: dict[str, Any]) -> None:
        with pytest.raises(ValidationError, match="all_that_wait"):
            await standing.ask("acknowledgements.match", **asked)


class TestOfPartners:
    @pytest.mark.parametrize(("who", "others"), [(BIGBOX, "nordmart"), (NORDMART, "bigbox")])
    async def test_each_sees_its_own_and_nothing_is_there_of_others(self, standing: World, who: Any, others: str) -> None:
        theirs = [one for one in (await standing.ask("acknowledgements.list")).items if one.partner == others]
        own = await standing.everything("acknowledgements.list", who)
        assert own
        assert {one.partner for one in own} == {who.partner}
        assert {(one.owner, one.person, one.reason) for one in own} == {("", None, None)}
        assert {one.partner for one in await standing.everything("acknowledgements.given", who)} == {who.partner}
        for name in ("acknowledgements.list", "acknowledgements.given"):
            with pytest.raises(Absent):
                await standing.ask(name, who, partner=[others])
        with pytest.raises(Absent):
            await standing.ask("acknowledgements.show", who, expectation=theirs[0].id)
        assert (await standing.ask("acknowledgements.show", who, expectation=own[0].id)).owner == ""

    async def test_numbers_of_others_lead_nowhere(self, standing: World) -> None:
        assert (await standing.ask("acknowledgements.list", NORDMART, about="43")).items == []
