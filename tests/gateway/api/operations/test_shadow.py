"""Shadow over the API: what is in it and how it compares, values for those who may see them, cut-over and the way back."""

import tomllib
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
from pydantic import ValidationError

from gateway.api.calling import call, permit
from gateway.api.table import BY_NAME
from gateway.domain.access import Role
from gateway.domain.masks import MASK
from gateway.errors import Absent, ActionRefused, Denied, PlanRefused
from tests.gateway.bootstrap.places import SMALL
from tests.world.day import World, caller
from tests.world.in_shadow import AGREED, INJECTED, MANAGED, SECRET_NAME, beside_another, compared

ADA = caller(Role.PARTNER_MANAGER, name="ada", payloads=True)
VIEWER = caller(Role.VIEWER, name="vic")


@pytest.fixture
async def desk(tmp_path: Path, migrated_url: str) -> AsyncIterator[World]:
    async with beside_another(tmp_path, migrated_url) as world:
        yield world


async def listed(desk: World, **asked: Any) -> dict[str, Any]:
    return {one.agreement: one for one in (await desk.ask("shadow.list", **asked)).items}


class TestWhatIsInShadow:
    async def test_before_anything_was_compared(self, desk: World) -> None:
        found = await listed(desk)
        assert {name: one.shadow for name, one in found.items()} == {
            "bigbox-850": True, "bigbox-855": True, "bigbox-810": False
        }  # fmt: skip
        one = found["bigbox-850"]
        assert (one.partner, one.direction, one.document, one.format) == ("bigbox", "in", "purchase_order", "x12/004010/850")
        assert (one.same, one.ready, one.withheld_since, one.compared_at) == (0, False, None, None)

    async def test_documents_are_counted_by_how_they_compare(self, desk: World) -> None:
        await compared(desk.office)
        found = await listed(desk)
        one = found["bigbox-855"]
        assert (one.same, one.different, one.only_ours, one.only_legacy, one.ready) == (1, 2, 1, 0, False)
        assert one.withheld_since is not None
        assert one.compared_at > one.withheld_since
        assert (found["bigbox-850"].same, found["bigbox-850"].ready) == (1, True), "by the acknowledgement that it owes"
        assert (found["bigbox-810"].compared_at, found["bigbox-810"].ready) == (None, False)

    async def test_partners_of_whom_nothing_is_in_it_are_left_out_and_those_that_were_compared_stay(
        self, tmp_path: Path, migrated_url: str
    ) -> None:
        routes = MANAGED + AGREED.removeprefix("shadow = true\n")
        async with beside_another(tmp_path, migrated_url, routes) as desk:
            assert await listed(desk) == {}
            await compared(desk.office)
            assert {one.shadow for one in (await listed(desk)).values()} == {False}
            assert await listed(desk, partner=("nordmart",)) == {}

    async def test_one_agreement_alone_may_be_in_it(self, tmp_path: Path, migrated_url: str) -> None:
        routes = MANAGED + AGREED.removeprefix("shadow = true\n") + "shadow = true\n"
        async with beside_another(tmp_path, migrated_url, routes) as desk:
            assert {name: one.shadow for name, one in (await listed(desk)).items()} == {"nordmart-850": True}


class TestOfAPartner:
    async def test_elements_are_counted_over_documents_without_what_they_say(self, desk: World) -> None:
        await compared(desk.office)
        found = await desk.ask("shadow.show", VIEWER, partner="bigbox")
        assert [(one.document, one.element, one.documents) for one in found.differences] == [
            ("order_response", "lines[].quantity.value", 2),
            ("order_response", "buyer.contacts[].name", 1),
            ("order_response", "currency", 1),
        ]
        assert {(one.document, one.state.value, one.count) for one in found.documents} == {
            ("functional_acknowledgement", "same", 1), ("order_response", "different", 2),
            ("order_response", "only_ours", 1), ("order_response", "same", 1),
        }  # fmt: skip
        assert (found.name, found.managed, found.ready) == ("bigbox", True, False)
        assert found.withheld_since <= found.withheld_until
        assert SECRET_NAME not in found.model_dump_json()

    async def test_of_one_that_is_not_in_it_nothing_is_known(self, desk: World) -> None:
        found = await desk.ask("shadow.show", partner="nordmart")
        assert (found.documents, found.differences, found.ready, found.withheld_since) == ((), (), False, None)
        assert [(one.agreement, one.shadow) for one in found.agreements] == [("nordmart-850", False)]

    @pytest.mark.parametrize("name", ["show", "differences"])
    async def test_one_that_there_is_not(self, desk: World, name: str) -> None:
        with pytest.raises(Absent, match='no partner "acme"'):
            await desk.ask(f"shadow.{name}", ADA, partner="acme")


class TestWhatDiffers:
    async def test_both_sides_are_told_with_their_places(self, desk: World) -> None:
        await compared(desk.office)
        found = await desk.everything("shadow.differences", ADA, partner="bigbox")
        assert [(one.identity, one.state.value) for one in found] == [
            ("order:2", "different"), ("order:4", "only_ours"), (f"order:{INJECTED}", "different"),
        ]  # fmt: skip
        first = found[0]
        assert [(one.path, one.ours, one.legacy) for one in first.differences] == [
            ("lines[1].quantity.value", "10", "9"), ("buyer.contacts[order].name", SECRET_NAME, None),
        ]  # fmt: skip
        message = await desk.value("select transmission as id from gateway.delivery limit 1")
        assert (first.message, first.legacy, first.more_differences) == (message, "855-2.edi", 0)
        assert (found[1].legacy, found[1].differences) == (None, ())

    async def test_they_are_chosen_by_document_state_and_element(self, desk: World) -> None:
        await compared(desk.office)

        async def chosen(**asked: str) -> list[str]:
            found = await desk.everything("shadow.differences", ADA, partner="bigbox", **asked)
            return [one.identity for one in found]

        assert await chosen(element="currency") == [f"order:{INJECTED}"]
        assert await chosen(state="only_ours") == ["order:4"]
        assert await chosen(document="invoice") == []
        (one,) = (await desk.ask("shadow.differences", ADA, partner="bigbox", element="buyer.contacts[].name")).items
        assert [each.element for each in one.differences] == ["buyer.contacts[].name"], "of others it was not asked"

    async def test_what_the_configuration_hides_is_not_shown(self, tmp_path: Path, migrated_url: str) -> None:
        routes = MANAGED.replace("[gateway]\n", '[gateway]\nmask = ["*.contacts.*"]\n') + AGREED
        async with beside_another(tmp_path, migrated_url, routes) as desk:
            await compared(desk.office)
            found = (await desk.ask("shadow.differences", ADA, partner="bigbox")).items[0].differences
        assert [(one.path, one.ours, one.legacy) for one in found] == [
            ("lines[1].quantity.value", "10", "9"), (f"buyer.contacts[{MASK}].name", MASK, None),
        ]  # fmt: skip

    async def test_a_look_is_for_those_who_may_see_documents_and_is_written_down(self, desk: World) -> None:
        await compared(desk.office)
        row = BY_NAME["shadow.differences"]
        asked = row.asked.model_validate({"partner": "bigbox"})
        with pytest.raises(Denied):
            await call(row, desk.office, VIEWER, asked)
        await call(row, desk.office, ADA, asked)
        assert await desk.audited("shadow.differences") == ["ada"]

    async def test_a_cursor_of_another_list_is_refused(self, desk: World) -> None:
        for after in ("WzFd", "no cursor"):
            with pytest.raises(PlanRefused, match="cursor"):
                await desk.ask("shadow.differences", ADA, partner="bigbox", after=after)


class TestCutOver:
    async def test_what_to_write_is_told_with_its_place(self, desk: World) -> None:
        there = await desk.ask("shadow.lines", VIEWER, partner="bigbox", agreement="bigbox-850")
        written = (MANAGED + AGREED).split("\n")
        assert (there.shadow, there.file, there.managed) == (True, "routes.toml", True)
        assert written[there.line - 2].startswith('id = "bigbox-850"')
        assert there.lines == '# in the [[agreement]] with id = "bigbox-850"\nshadow = false\n'
        back = await desk.ask("shadow.lines", partner="bigbox", agreement="bigbox-810")
        assert (back.shadow, written[back.line - 1]) == (False, "shadow = false")
        assert back.lines.endswith("\nshadow = true\n")

    async def test_it_is_proposed_in_force_and_gone_back_from(self, desk: World, tmp_path: Path, migrated_url: str) -> None:
        named = {"partner": "bigbox", "agreement": "bigbox-850"}
        told = await desk.ask("shadow.cut_over", ADA, **named, shadow=False, reason="nothing differs")
        assert (told.id, told.proposed_by, told.reason, told.state) == (2, "ada", "nothing differs", "in_force")
        (change,) = (await desk.ask("configuration.difference", activation=2)).changes
        assert (change.section, change.id, [one.path for one in change.members]) == ("agreement", "bigbox-850", ["shadow"])
        file = (await desk.ask("configuration.file", activation=2, name="routes.toml")).text
        assert file.replace("shadow = false\npartner", "partner") == MANAGED + AGREED
        async with beside_another(tmp_path, migrated_url) as after:
            assert not (await listed(after))["bigbox-850"].shadow
            with pytest.raises(ActionRefused, match="served by this gateway already"):
                await after.ask("shadow.cut_over", ADA, **named, shadow=False, reason="once more")
            back = await after.ask("shadow.cut_over", ADA, **named, shadow=True, reason="responses are wrong")
            text = (await after.ask("configuration.file", activation=back.id, name="routes.toml")).text
        assert [one.get("shadow") for one in tomllib.loads(text)["agreement"]] == [True, None, False, None]

    async def test_where_files_decide_it_says_what_to_do(self, tmp_path: Path, migrated_url: str) -> None:
        async with beside_another(tmp_path, migrated_url, SMALL + AGREED) as desk:
            assert not (await desk.ask("shadow.lines", partner="bigbox", agreement="bigbox-850")).managed
            with pytest.raises(ActionRefused) as refused:
                await desk.ask("shadow.cut_over", ADA, partner="bigbox", agreement="bigbox-850", shadow=False, reason="x")
            assert "Change the files" in refused.value.remedy

    async def test_it_is_for_those_who_bring_configurations_into_force(self, desk: World) -> None:
        with pytest.raises(Denied):
            permit(BY_NAME["shadow.cut_over"], VIEWER)
        permit(BY_NAME["shadow.cut_over"], ADA)

    @pytest.mark.parametrize("agreement", ["nordmart-850", "bigbox-999"])
    async def test_an_agreement_of_somebody_else_is_none_of_this_partner(self, desk: World, agreement: str) -> None:
        named = {"partner": "bigbox", "agreement": agreement}
        with pytest.raises(Absent, match="has no agreement"):
            await desk.ask("shadow.lines", **named)
        with pytest.raises(Absent, match="has no agreement"):
            await desk.ask("shadow.cut_over", ADA, **named, shadow=False, reason="x")


@pytest.mark.parametrize(
    ("name", "asked"),
    [
        ("shadow.differences", {"partner": "bigbox", "state": "same"}),
        ("shadow.differences", {"partner": ""}),
        ("shadow.cut_over", {"partner": "bigbox", "agreement": "a", "shadow": False, "reason": " "}),
        ("shadow.cut_over", {"partner": "bigbox", "agreement": "a", "reason": "x"}),
        ("shadow.list", {"limit": 5}),
    ],
)
def test_what_cannot_be_asked(name: str, asked: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        BY_NAME[name].asked.model_validate(asked)


@pytest.mark.parametrize("name", [name for name in BY_NAME if name.startswith("shadow.")])
def test_accounts_of_partners_learn_nothing_of_it(name: str) -> None:
    """That a partner is being moved, and what the other gateway does otherwise, is no business of partners."""
    with pytest.raises(Denied):
        permit(BY_NAME[name], caller(*Role, name="bob at bigbox", payloads=True, partner="bigbox"))
