"""The ledger of acknowledgements in the console, what is done about them, and the reader."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from gateway.console.acknowledgement import complaints_at, letter_of, said_of
from gateway.console.acknowledgements import STATES, standing_of
from gateway.console.texts import TEXTS
from gateway.domain.access import Role
from gateway.ports import Message
from gateway.stages.outgoing import OUTBOUND
from tests.gateway.console.visiting import OPERATOR, Visitor, person, proof, served, signed_in, visitor
from tests.integration.harness import running
from tests.integration.ledger import despatch, x12
from tests.integration.test_flow import order
from tests.integration.test_outgoing import Publisher
from tests.world.day import World
from translators import registry

EN, DE = TEXTS["en"], TEXTS["de"]
NOW = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)
MDN = """
insert into gateway.transfer (id, direction, channel, partner, as2_from, as2_to, message_id, subject, sha256, size, algorithms,
  disposition, transmissions, outbound, state, receipt_state)
values ('01900000-0000-7000-8000-000000000002', 'out', 'bigbox-as2', 'bigbox', 'NORDIC', 'BIGBOX', '<out-1@nordic>', '', '', 1,
  '{}', 'automatic-action/MDN-sent-automatically; processed/error: decryption-failed', '{}', null, 'sent', 'negative')
"""


def text_of(tree: Any) -> str:
    return " ".join(tree.xpath("//main")[0].text_content().split())


def rows(tree: Any) -> list[str]:
    return [" ".join(" ".join(row.itertext()).split()) for row in tree.xpath("//main//tbody/tr")]


def expectation(state: str, due: timedelta | None = timedelta(hours=-2), **more: Any) -> dict[str, Any]:
    at = None if due is None else (NOW + due).isoformat()
    return {"state": state, "due_at": at, "changed_at": NOW.isoformat(), "person": None, "reason": None, **more}


class TestStanding:
    @pytest.mark.parametrize(
        ("view", "says"),
        [
            (expectation("overdue"), "Overdue 2 h: the partner must answer"),
            (expectation("overdue", timedelta(days=-9, hours=-3)), "Overdue 9 d: the partner must answer"),
            (expectation("expected"), "Overdue 2 h: the partner must answer"),
            (expectation("expected", timedelta(hours=3, minutes=10)), "Awaited: the partner has 3 h 10 min left"),
            (expectation("expected", None), "Awaited from the partner"),
            (expectation("late"), "Accepted, 2 h late"),
            (expectation("rejected"), "Rejected: we must correct it"),
            (expectation("waived"), "Waived"),
            (expectation("waived", person="ann", reason="by telephone"), "Waived by ann: by telephone"),
        ],
    )
    def test_who_must_act_is_said(self, view: dict[str, Any], says: str) -> None:
        assert EN.say(standing_of(view, EN, NOW)) == says

    @pytest.mark.parametrize("texts", [EN, DE])
    @pytest.mark.parametrize("state", STATES)
    def test_every_state_is_told(self, texts: Any, state: str) -> None:
        assert texts.say(standing_of(expectation(state), texts, NOW))


class TestLedger:
    async def test_three_sides_with_filters_in_the_address(self, world: World) -> None:
        async with signed_in(world.office) as ada:
            assert len(rows(await ada.page("/acknowledgements"))) == 4
            (late,) = rows(await ada.page("/acknowledgements?standing=overdue"))
            assert "bigbox 997 856 0001 (despatch D-1)" in late
            (nord,) = rows(await ada.page("/acknowledgements?partner=nordmart"))
            assert "nordmart" in nord
            none = await ada.page("/acknowledgements?state=rejected&kind=CONTRL")
            assert none.xpath("string(//*[@class='empty']/h2)") == "Nothing is like that"
            command = (await ada.page("/acknowledgements?standing=overdue&about=43")).xpath("string(//p[@class='cli']/code)")
            assert command == "gateway acks --overdue 43"
            await ada.page("/acknowledgements?standing=odd", 400)
            given = await ada.page("/acknowledgements/given?type=CONTRL")
            (row,) = rows(given)
            assert "CONTRL accepted, sent nordmart" in row
            for path in given.xpath("//tbody//a/@href"):
                await ada.page(path)
            assert len(rows(await ada.page("/acknowledgements/unmatched"))) == 1

    async def test_pages_keep_what_narrows_them(self, world: World, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr("gateway.console.acknowledgements._LIMIT", 1)
        async with signed_in(world.office) as ada:
            tree = await ada.page("/acknowledgements?partner=bigbox")
            found = rows(tree)
            while older := tree.xpath("//nav[@class='pages']//a[@rel='next']/@href"):
                assert "partner=bigbox" in older[0]
                tree = await ada.page(older[0])
                found += rows(tree)
            assert len(found) == 3

    async def test_one_is_waived_with_a_reason_and_once(self, world: World) -> None:
        async with signed_in(world.office, *OPERATOR) as ada:
            (path,) = (await ada.page("/acknowledgements?standing=overdue")).xpath("//tbody//a[@data-open]/@href")
            tree = await ada.page(path)
            assert "Missing 997 for our 856 interchange 43" in text_of(tree)
            assert "Its failure ends" in tree.xpath("string(//dialog[@id='waive'])")
            led = await ada.send(f"{path}/waive", at=path, reason="confirmed by telephone")
            done = await ada.page(led)
            assert "It is waived" in text_of(done)
            assert "Waived by ada: confirmed by telephone" in text_of(done)
            assert not done.xpath("//dialog[@id='waive']")
            again = {"csrf": proof(done), "reason": "again"}
            async with ada.client.post(f"{path}/waive", data=again) as answer:
                assert answer.status == 409
        assert await world.audited("expectation_waived") == ["ada"]

    async def test_what_answers_nothing_is_read_tried_again_and_dismissed(self, world: World) -> None:
        async with signed_in(world.office, *OPERATOR) as ada:
            (path,) = (await ada.page("/acknowledgements/unmatched")).xpath("//tbody//a[@data-open]/@href")
            tree = await ada.page(path)
            assert "It matches nothing we know." in text_of(tree)
            assert "you have sent us a 997 that answers nothing" in tree.xpath("string(//pre[@class='letter'])")
            led = await ada.send(f"{path}/match", at=path)
            assert led == f"{path}?said=acknowledgements.matched&count=0"
            assert "0 found what they answer" in text_of(await ada.page(led))
            led = await ada.send("/acknowledgements/unmatched/match", at="/acknowledgements/unmatched", all="yes")
            assert led.endswith("count=0")
            nothing = {"csrf": proof(tree)}
            async with ada.client.post("/acknowledgements/unmatched/match", data=nothing) as answer:
                assert answer.status == 400
            led = await ada.send(f"{path}/dismiss", at=path, reason="answers the old system")
            assert "Everything matches" in text_of(await ada.page(led))
        assert await world.audited("acknowledgement_dismissed") == ["ada"]

    async def test_viewers_only_look(self, world: World) -> None:
        async with signed_in(world.office, Role.VIEWER) as ada:
            (path,) = (await ada.page("/acknowledgements?standing=overdue")).xpath("//tbody//a[@data-open]/@href")
            tree = await ada.page(path)
            assert not tree.xpath("//dialog[@id='waive']")
            async with ada.client.post(f"{path}/waive", data={"csrf": proof(tree), "reason": "why not"}) as answer:
                assert answer.status == 403
            assert not (await ada.page("/acknowledgements/unmatched")).xpath("//input[@type='checkbox']")
            await ada.page("/acknowledgements/nonsense", 404)
            await ada.page("/acknowledgements/read/01900000-0000-7000-8000-00000000000a", 404)

    async def test_a_partner_sees_its_own_and_every_link_leads_somewhere(self, world: World) -> None:
        async with signed_in(world.office, partner="bigbox") as ada:
            tree = await ada.page("/acknowledgements")
            assert [name.text_content() for name in tree.xpath("//nav[@class='tabs']//a")] == ["Owed to us", "Given by us"]
            assert "nordmart" not in text_of(tree)
            assert "sales" not in text_of(tree)
            pages = ["/acknowledgements", "/acknowledgements/given", tree.xpath("//tbody//a[@data-open]/@href")[0]]
            for page in pages:
                for path in {str(one) for one in (await ada.page(page)).xpath("//main//a/@href") if str(one).startswith("/")}:
                    if path.startswith("/messages/"):  # what this world has sent stands in no message
                        continue
                    async with ada.client.get(path) as answer:
                        assert answer.status == 200, path
            await ada.page("/acknowledgements/unmatched", 403)


@pytest.fixture
async def rejected(world: World) -> World:
    """A world in which a partner rejected a despatch advice of ours, we rejected an order, and a receipt told of an error."""
    async with running(world.office.url, world.office.database, world.office.snapshot) as gateway:  # type: ignore[arg-type]
        (interchange,) = registry.translate(x12("SH", [despatch(1)]).replace(b"*abc*", b"*10*")).interchanges
        canonical = interchange.documents[0].canonical
        assert canonical is not None
        publisher = Publisher(gateway)
        await publisher.publish(Message(OUTBOUND, "despatch_advice.bigbox", canonical.to_json(), "advice-1"))
        (sent,) = await publisher.rows("select group_number from gateway.outbound_document order by outbound desc limit 1")
        says = ["ST*997*0001", f"AK1*SH*{sent['group_number']}", "AK2*856*0001", "AK3*SN1*9**8", "AK4*2*382*6*1", "AK5*R*5"]
        await gateway.send(x12("FA", [[*says, "AK9*R*1*1*0", "SE*8*0001"]], number=901, ours=False, group=901))
        await gateway.send(order("4713", 3).replace(b"*10*EA*1.25*", b"*ten*EA*1.25*"))
    await world.rows(MDN)
    return world


RECEIVED = """
select id from gateway.document
where state = 'consumed' and id not in (select acknowledgement from gateway.unmatched_acknowledgement)
"""
GIVEN = "select outbound from gateway.acknowledgement where verdict = 'rejected'"


class TestReader:
    async def test_what_a_partner_rejected_is_read_beside_our_lines(self, rejected: World) -> None:
        path = f"/acknowledgements/read/{await rejected.value(RECEIVED)}"
        async with signed_in(rejected.office, payloads=True) as ada:
            (listed,) = (await ada.page("/acknowledgements?standing=rejected")).xpath("//tbody//a[text()='Read']/@href")
            assert listed == path
            tree = await ada.page(path)
            text = text_of(tree)
            assert "997 from bigbox" in text
            assert "It answers our 856 interchange" in text
            assert "SN102" in text
            (line,) = tree.xpath("//li[contains(@class, 'meant')]")
            assert line.xpath("string(.//mark)").startswith("SN1*")
            (point,) = tree.xpath("//li[@id='point-1']//a/@href")
            assert point == f"#{line.get('id')}"
            assert line.xpath(".//a/@href") == ["#point-1"]
            letter = tree.xpath("string(//pre[@class='letter'])")
            assert "We sent: SN1*" in letter
            assert tree.xpath("//button[@data-copy]/@data-copy")[-1] == letter
            assert "Correct what is marked" in text
            await self._links(ada, tree)
            ada.client.cookie_jar.update_cookies({"edi-language": "de"})
            german = await ada.page(path)
            assert "Wir haben gesendet: SN1*" in german.xpath("string(//pre[@class='letter'])")

    async def _links(self, ada: Visitor, tree: Any) -> None:
        for link in {str(one) for one in tree.xpath("//main//a/@href") if str(one).startswith("/")}:
            await ada.page(link)

    async def test_what_we_rejected_comes_with_a_text_that_says_what_to_correct(self, rejected: World) -> None:
        async with signed_in(rejected.office, payloads=True) as ada:
            tree = await ada.page(f"/acknowledgements/read/{await rejected.value(GIVEN)}")
            assert "997 to bigbox" in text_of(tree)
            assert tree.xpath("string(//li[contains(@class, 'meant')]//mark)").startswith("PO1*1*ten*EA")
            letter = tree.xpath("string(//pre[@class='letter'])")
            assert "You sent: PO1*1*ten*EA" in letter
            assert "What helps: Send a number." in letter
            await self._links(ada, tree)

    async def test_without_the_right_nothing_of_the_document_is_shown(self, rejected: World) -> None:
        async with signed_in(rejected.office) as ada:
            for sql in (RECEIVED, GIVEN):
                tree = await ada.page(f"/acknowledgements/read/{await rejected.value(sql)}")
                assert "that needs the right to see what documents hold" in text_of(tree)
                assert not tree.xpath("//section//mark")
                assert "PO1*1" not in text_of(tree)
                assert "We sent:" not in text_of(tree)
            mdn = await ada.page("/acknowledgements/read/01900000-0000-7000-8000-000000000002")
            assert "The message could not be decrypted" in text_of(mdn)
            assert "What helps: Encrypt with the certificate" in text_of(mdn)

    async def test_partners_read_their_own(self, rejected: World) -> None:
        mine = await rejected.value(RECEIVED)
        await person(rejected.office, "nora", partner="nordmart")
        await person(rejected.office, "bob", partner="bigbox", payloads=True)
        async with served(rejected.office) as url, visitor(url) as nora, visitor(url) as bob:
            for who, name in ((nora, "nora"), (bob, "bob")):
                async with await who.sign_in(name) as answer:
                    assert answer.status == 303
            await nora.page(f"/acknowledgements/read/{mine}", 404)
            tree = await bob.page(f"/acknowledgements/read/{mine}")
            assert tree.xpath("//section//mark")
            await self._links(bob, tree)

    def test_complaints_are_numbered_and_lead_to_the_lines_that_are_shown(self) -> None:
        verdict: dict[str, Any] = {
            "verdict": "rejected",
            "sentence": "850 0001: rejected.",
            "remedy": "",
            "code": "",
            "quote": "",
            "offset": None,
        }
        error: dict[str, Any] = {**verdict, "verdict": None, "sentence": "x", "offset": 40}
        lines: list[dict[str, Any]] = [verdict, error, {**error, "offset": 90}, {**error, "offset": None}]
        told = said_of(lines, frozenset({40}))
        assert [(one.number, one.place) for one in told] == [(None, ""), (1, "#line-40"), (2, ""), (3, "")]
        assert complaints_at(lines) == {40: [1], 90: [2]}

    @pytest.mark.parametrize(("texts", "says"), [(EN, "Our 856 interchange 7: rejected (997)"),
                                                 (DE, "Unsere 856-Übertragungsdatei 7: abgelehnt (997)")])  # fmt: skip
    def test_the_text_is_in_the_language_of_the_page(self, texts: Any, says: str) -> None:
        about = {"kind": "typed", "number": "7", "type": "856"}
        view = {"kind": "997", "way": "received", "verdict": "rejected", "answers": about, "lines": []}
        assert letter_of(view, texts)[0] == says
