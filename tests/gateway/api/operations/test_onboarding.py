"""New partners: the file proposed for one, its checklist after a day's work, files tried; each partner sees its own alone."""

import base64
import tomllib
from dataclasses import replace
from typing import Any

import pytest

from gateway.bootstrap import onboarding
from gateway.domain.access import Role
from gateway.domain.channel import FolderOptions
from gateway.errors import Absent, ActionRefused, PlanRefused, TooOften
from tests.gateway.cli.test_partners_add import EDIFACT, X12
from tests.integration.test_flow import order
from tests.world.day import BIGBOX, NORDMART, World, caller

TESTER = caller(Role.TESTER, name="bob at bigbox", partner="bigbox")


def sample(text: str, name: str = "sample.edi") -> dict[str, Any]:
    return {"name": name, "content": base64.b64encode(text.encode())}


def standing(told: Any) -> dict[str, str]:
    return {one.item.value: one.standing.value for one in told.items}


class TestProposing:
    async def test_the_file_of_a_new_partner_with_what_is_left_to_decide(self, world: World) -> None:
        file = world.office.settings.config
        file.write_text(f'include = ["partners/*.toml"]\n{file.read_text()}')
        given = [sample(EDIFACT), sample(X12.replace("MYCOMPANY ", "NORDICDC  "), "order.x12")]
        told = await world.ask("partners.propose", partner="acme", transport="as2", samples=given, as2_name="ACME")
        written = tomllib.loads(told.text)
        assert written["partner"][0]["identities"] == {"x12": "01:555555555", "edifact": "4399901000009:14", "as2": "ACME"}
        assert [one["type"] for one in written["channel"]] == ["as2"]
        assert {"certificate", "timezone"} <= {one.code for one in told.decisions}
        assert {one.severity for one in told.complaints if "certs/acme.pem" in one.message} == {"error"}
        assert [(one.name, one.valid) for one in told.samples] == [("sample.edi", True), ("order.x12", True)]
        assert not (file.parent / "partners").exists()

    async def test_what_is_there_already_and_what_says_nothing_is_refused(self, world: World) -> None:
        with pytest.raises(ActionRefused, match="would not read"):
            await world.ask("partners.propose", partner="acme", transport="folder", formats=["x12/004010/850"])
        with pytest.raises(ActionRefused, match="already"):
            await world.ask("partners.propose", partner="bigbox", transport="folder", formats=["x12/004010/850"])


class TestChecklist:
    async def test_it_is_judged_from_what_happened(self, world: World) -> None:
        told = await world.ask("partners.checklist", partner="bigbox")
        judged = {one.item.value: one for one in told.items}
        assert judged["connection"].standing == "done"
        assert judged["connection"].proof_values["channel"] == "bigbox-folder"
        assert judged["certificates"].standing == "done"
        assert judged["identities"].proof_values["identities"] == "01:123456789"
        assert judged["samples"].standing == "done"
        assert judged["acknowledgements"].standing == "failing"  # one of a day ago is overdue
        assert judged["numbers"].standing == "done"
        assert judged["production_document"].standing in ("done", "open")
        assert told.done == sum(one.standing.value in ("done", "not_needed", "waived") for one in told.items)

    async def test_what_is_not_needed_is_waived_with_a_reason_which_is_audited(self, world: World) -> None:
        reason = {"partner": "bigbox", "item": "acknowledgements", "note": "they confirm by telephone"}
        told = await world.ask("partners.note", **reason, waived=True)
        item = next(one for one in told.items if one.item.value == "acknowledgements")
        assert (item.standing.value, item.note, item.noted_by) == ("waived", "they confirm by telephone", "ann")
        assert await world.audited("checklist_waived") == ["ann"]
        again = await world.ask("partners.note", **reason)
        assert standing(again)["acknowledgements"] == "failing"
        assert await world.audited("checklist_noted") == ["ann"]

    async def test_a_partner_sees_its_own_without_what_our_people_said(self, world: World) -> None:
        await world.ask("partners.note", partner="bigbox", item="connection", note="their admin is slow")
        told = await world.ask("partners.checklist", BIGBOX, partner="bigbox")
        assert {one.note for one in told.items} == {""}
        assert all(one.next in ("", "ours") or one.whose.value != "ours" for one in told.items)
        with pytest.raises(Absent):
            await world.ask("partners.checklist", NORDMART, partner="bigbox")

    async def test_nobody_is_told_of_partners_that_are_not_there(self, standing: World) -> None:
        with pytest.raises(Absent):
            await standing.ask("partners.checklist", partner="nobody")


class TestTrying:
    async def test_a_file_is_judged_as_if_it_had_come_and_nothing_of_it_stays(self, world: World) -> None:
        before = await world.value("select count(*) from gateway.transmission")
        told = await world.ask("partners.try", partner="bigbox", **sample(order("4999", 77).decode()))
        assert told.valid
        (interchange,) = told.interchanges
        assert [one.agreement for one in interchange.documents] == ["bigbox-850"]
        (answer,) = interchange.answers
        assert (answer.type, answer.verdict) == ("997", "accepted")
        assert answer.text.startswith("ISA*")
        assert await world.value("select count(*) from gateway.transmission") == before
        assert await world.rows("select valid, errors, actor from gateway.onboarding_trial") == [
            {"valid": True, "errors": 0, "actor": "ann"}
        ]
        told = await world.ask("partners.checklist", partner="bigbox")
        assert (
            next(one for one in told.items if one.item.value == "samples").proof_values["count"] == 4
        )  # two orders, a 997, and the file

    async def test_the_partner_tries_its_own_and_learns_nothing_of_what_lies_behind(self, world: World) -> None:
        told = await world.ask("partners.try", TESTER, partner="bigbox", **sample(order("4999", 77).decode()))
        assert [one.agreement for one in told.interchanges[0].documents] == [""]
        with pytest.raises(Absent):
            await world.ask("partners.try", TESTER, partner="nordmart", **sample("x"))

    async def test_a_file_of_somebody_else_and_rubbish_are_refused_with_findings(self, world: World) -> None:
        told = await world.ask("partners.try", TESTER, partner="bigbox", **sample(EDIFACT))
        assert not told.valid
        assert "sender-unknown" in {one.code for one in told.findings}
        told = await world.ask("partners.try", TESTER, partner="bigbox", **sample("nothing that anybody could read"))
        assert (told.valid, told.interchanges) == (False, ())
        assert [one.code for one in told.findings] == ["no-interchange"]

    async def test_large_files_and_too_many_are_refused(self, world: World, monkeypatch: pytest.MonkeyPatch) -> None:
        with pytest.raises(PlanRefused, match="at most"):
            await world.ask("partners.try", TESTER, partner="bigbox", **sample("x" * (1 << 20) + "x"))
        monkeypatch.setattr(onboarding, "MOST_TRIALS", 2)
        for _ in range(2):
            await world.ask("partners.try", TESTER, partner="bigbox", **sample("x"))
        with pytest.raises(TooOften, match="2 files were tried"):
            await world.ask("partners.try", TESTER, partner="bigbox", **sample("x"))

    async def test_who_sends_nothing_has_nothing_to_try(self, world: World) -> None:
        snapshot = world.office.snapshot
        sending = {
            name: replace(one, options=FolderOptions(inbox=None, outbox="out")) if one.partner == "nordmart" else one
            for name, one in snapshot.channels.items()
        }
        office = replace(world.office, settings=replace(world.office.settings, snapshot=replace(snapshot, channels=sending)))
        with pytest.raises(ActionRefused, match="Nothing comes from NordMart"):
            await World(office).ask("partners.try", partner="nordmart", **sample("x"))
