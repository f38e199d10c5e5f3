"""Messages as programs, the console and partners ask for them: searched, told, explained, read out; each partner its own."""

import asyncio
import io
import json
import zipfile
from collections.abc import AsyncIterator
from dataclasses import replace
from typing import Any
from uuid import UUID, uuid4

import pytest
from pydantic import ValidationError

from gateway.api.calling import call
from gateway.api.operation import File
from gateway.api.operations.messages import CanonicalAsked, MessageAsked
from gateway.api.table import BY_NAME
from gateway.bootstrap import Settings, message_exports
from gateway.domain.access import Caller, Right, Role
from gateway.domain.masks import parse_masks
from gateway.errors import Absent, QueryInvalid
from gateway.ports import Message
from gateway.stages.outgoing import OUTBOUND
from tests.integration.harness import Running, running
from tests.integration.ledger import despatch, x12
from tests.integration.test_flow import edifact, order
from tests.integration.test_outgoing import Publisher
from tests.servers.postgres import PostgresServer
from tests.world.day import BIGBOX, NORDMART, World, caller, opened_at
from translators import registry

SCRIPT = b"<SCRIPT>ALERT(1)</SCRIPT>"
SENT = "4"
"""The number of our interchange to BigBox: three acknowledgements went before."""
READER = caller(Role.VIEWER, name="rita", payloads=True)
BIGBOX_READER = caller(Role.VIEWER, name="betty at bigbox", partner="bigbox", payloads=True)
NORDMART_READER = caller(Role.VIEWER, name="nick at nordmart", partner="nordmart", payloads=True)
BEHIND = ("odoo", "product-unknown", "warehouse_default", '"node"', 'agreement":"bigbox')
"""Words of what lies behind the gateway."""


@pytest.fixture(scope="module")
def both_ways(postgres: PostgresServer, worked: str, settings_of_the_world: Settings) -> str:
    """The address of a world in which something went out as well, and something was rejected each way."""
    url = postgres.url(postgres.create_database(template=worked))

    async def work() -> None:
        async with opened_at(settings_of_the_world, url) as office:
            async with running(office.url, office.database, office.snapshot) as gateway:  # type: ignore[arg-type]
                await gateway.send(order("4713", 3).replace(b"*10*EA*1.25*", b"*ten*EA*1.25*"))
                await gateway.send(
                    edifact("4714", 4).replace(b"BIGBOX RETAIL LTD", SCRIPT), partner="nordmart", channel="nordmart-folder"
                )
                await _went_out(gateway)
            async with office.database.connection() as connection:
                await connection.execute(_TRANSFERS)

    asyncio.run(work())
    return url


_TRANSFERS = """
insert into gateway.transfer (id, direction, channel, partner, as2_from, as2_to, message_id, subject, sha256, size, algorithms,
  disposition, transmissions, outbound, state, receipt_state)
values
  ('01900000-0000-7000-8000-000000000001', 'in', 'bigbox-as2', 'bigbox', 'BIGBOX', 'NORDIC', '<in-1@bigbox>', '', '', 1, '{}',
    'automatic-action/MDN-sent-automatically; processed',
    array(select transmission from gateway.document where 'order:4714' = any(keys)), null, 'processed', 'answered'),
  ('01900000-0000-7000-8000-000000000002', 'out', 'bigbox-as2', 'bigbox', 'NORDIC', 'BIGBOX', '<out-1@nordic>', '', '', 1, '{}',
    'automatic-action/MDN-sent-automatically; processed/error: decryption-failed', '{}',
    (select id from gateway.outbound where type = '856' and partner = 'bigbox' order by id desc limit 1), 'sent', 'negative')
"""


async def _went_out(gateway: Running) -> None:
    """A despatch advice of ours, which BigBox rejects."""
    (interchange,) = registry.translate(x12("SH", [despatch(1)]).replace(b"*abc*", b"*10*")).interchanges
    canonical = interchange.documents[0].canonical
    assert canonical is not None
    publisher = Publisher(gateway)
    await publisher.publish(Message(OUTBOUND, "despatch_advice.bigbox", canonical.to_json(), "advice-1"))
    (sent,) = await publisher.rows(
        "select group_number from gateway.outbound_document where type = '856' order by outbound desc limit 1"
    )
    says = [
        "ST*997*0001",
        f"AK1*SH*{sent['group_number']}",
        "AK2*856*0001",
        "AK3*SN1*9**8",
        "AK4*2*382*6*1",
        "AK5*R*5",
        "AK9*R*1*1*0",
    ]
    await gateway.send(x12("FA", [[*says, "SE*8*0001"]], number=901, ours=False, group=901))


@pytest.fixture
async def place(both_ways: str, settings_of_the_world: Settings) -> AsyncIterator[World]:
    async with opened_at(settings_of_the_world, both_ways) as office:
        yield World(office)


async def rows(world: World, q: str, by: Caller = READER) -> list[Any]:
    return list((await world.ask("messages.list", by, q=q)).items)


async def one(world: World, q: str, by: Caller = READER) -> Any:
    (found,) = await rows(world, q, by)
    return found


async def file(world: World, name: str, by: Caller = READER, **asked: Any) -> File:
    row = BY_NAME[name]
    found = await row.run(world.office, by, row.asked.model_validate(asked))
    assert isinstance(found, File)
    return found


class TestList:
    async def test_both_ways_in_one_list_page_by_page(self, place: World) -> None:
        whole = await rows(place, "")
        assert {row.direction for row in whole} == {"in", "out"}
        assert [row.id for row in await place.everything("messages.list", READER)] == [row.id for row in whole]

    async def test_what_came_says_what_was_answered(self, place: World) -> None:
        row = await one(place, "po:4711 type:850")
        assert (row.direction, row.type, row.name, row.control_number) == ("in", "850", "purchase_order", "000000001")
        assert [(a.type, a.verdict, a.state) for a in row.acknowledgements] == [("997", "accepted", "delivered")]
        assert [(d.target, d.state, d.reference) for d in row.deliveries] == [("odoo", "delivered", "S1")]

    async def test_what_went_out_says_what_was_answered_to_it(self, place: World) -> None:
        row = await one(place, "direction:out")
        assert (row.partner, row.type, row.control_number, row.state) == ("bigbox", "856", SENT, "rejected_by_partner")
        assert [(e.kind, e.state) for e in row.expectations] == [("997", "rejected")]

    @pytest.mark.parametrize(
        "q", ["S1", "reference:S1", "state:failed target:odoo", "4712", "mid:in-1@bigbox", '"<in-1@bigbox>"']
    )
    async def test_numbers_of_others_are_understood(self, place: World, q: str) -> None:
        assert await rows(place, q)

    async def test_what_cannot_be_meant_is_told(self, place: World) -> None:
        with pytest.raises(QueryInvalid, match="did you mean"):
            await rows(place, "partnr:x")
        with pytest.raises(ValidationError):
            await place.ask("messages.list", READER, q="x" * 1001)

    async def test_a_search_is_completed_from_the_configuration(self, place: World) -> None:
        found = await place.ask("messages.complete", READER, text="4711 partner:b", cursor=14)
        assert [item.text for item in found.items] == ["partner:bigbox"]
        found = await place.ask("messages.complete", READER, text="state:rej", cursor=9)
        assert "state:rejected" in [item.text for item in found.items]
        for text in ("partner:n", "target:o", "owner:"):
            assert (await place.ask("messages.complete", BIGBOX, text=text, cursor=len(text))).items == ()


class TestStory:
    async def test_by_the_id_of_anything_in_it(self, place: World) -> None:
        row = await one(place, "po:4711 type:850")
        story = await place.ask("messages.show", READER, message=row.id)
        assert story.id == row.transmission
        assert [d.keys["order"] for i in story.interchanges for d in i.documents] == ["4711"]
        assert [a.outcome for d in story.deliveries for a in d.attempts if d.target == "odoo"] == ["delivered"]
        assert {e.stage for e in story.events} >= {"translate", "deliver"}
        assert await place.ask("messages.show", READER, message=story.deliveries[0].id) == story

    async def test_by_any_number(self, place: World) -> None:
        for number in ("4711", "S1", "in-1@bigbox", "000000003"):
            story = await place.ask("messages.trace", READER, number=number)
            assert story.transmissions
            assert story.number == number
        with pytest.raises(Absent):
            await place.ask("messages.trace", READER, number="nothing of the kind")
        with pytest.raises(Absent):
            await place.ask("messages.show", READER, message=uuid4())

    async def test_the_journal_is_read_in_its_order(self, place: World) -> None:
        row = await one(place, "po:4711 type:850")
        events = await place.everything("messages.events", READER, message=row.id)
        assert [event.at for event in events] == sorted(event.at for event in events)
        assert {step["what"] for event in events for step in event.steps} >= {"delivered"}


class TestLayers:
    async def test_what_we_gave_for_what_came(self, place: World) -> None:
        row = await one(place, "po:4714")
        layers = await place.ask("messages.acknowledgements", READER, message=row.id)
        assert [(a.kind, a.way, a.state) for a in layers.receipt] == [("MDN", "given", "answered")]
        assert [(a.kind, a.way, a.verdict, a.about) for a in layers.functional] == [("CONTRL", "given", "accepted", "4")]
        assert (layers.technical, layers.business) == ((), ())
        layers = await place.ask("messages.acknowledgements", READER, message=(await one(place, "4712")).id)
        assert [(a.kind, a.way, a.verdict, a.about) for a in layers.functional] == [("997", "given", "accepted", "000000002")]

    async def test_what_is_awaited_for_what_went_out(self, place: World) -> None:
        row = await one(place, "direction:out")
        layers = await place.ask("messages.acknowledgements", READER, message=row.id)
        assert [(a.kind, a.way, a.state) for a in layers.functional] == [("997", "awaited", "rejected")]
        assert any("SN102" in line for line in layers.functional[0].explanation)


class TestContents:
    async def test_bytes_are_as_they_were(self, place: World) -> None:
        row = await one(place, "po:4711 type:850")
        raw = await file(place, "messages.raw", message=row.id)
        assert raw.content == order("4711", 1)
        canonical = await file(place, "documents.canonical", document=row.document)
        assert json.loads(canonical.content)["number"] == "4711"
        assert (canonical.media_type, canonical.name) == ("application/json", f"purchase_order-{row.document}.json")
        routed = await file(place, "documents.canonical", document=row.document, routed=True)
        assert json.loads(routed.content)["warehouse"]["identifiers"]["seller"] == "east"
        assert "warehouse" not in json.loads(canonical.content)

    async def test_what_was_delivered_is_what_the_target_was_given(self, place: World) -> None:
        story = await place.ask("messages.show", READER, message=(await one(place, "po:4711 type:850")).id)
        by_target = {delivery.target: delivery.id for delivery in story.deliveries}
        to_odoo = await file(place, "deliveries.bytes", delivery=by_target["odoo"])
        assert json.loads(to_odoo.content)["warehouse"]["identifiers"]["seller"] == "east"
        answer = await file(place, "deliveries.bytes", delivery=by_target["bigbox-folder"])
        assert b"~AK1*PO*1~" in answer.content
        assert answer.media_type == "application/EDI-X12"
        given = story.interchanges[0].acknowledgements[0]
        assert (await file(place, "outbounds.bytes", outbound=given.id)).content == answer.content
        with pytest.raises(Absent):
            await file(place, "deliveries.bytes", delivery=uuid4())

    async def test_segments_stand_with_names_findings_and_canonical_members(self, place: World) -> None:
        row = await one(place, "number:3 state:rejected")
        lines = await place.everything("messages.segments", READER, message=row.id)
        assert [line.number for line in lines] == [*range(1, len(lines) + 1)]
        assert [line.tag for line in lines[:4]] == ["ISA", "GS", "ST", "BEG"]
        wrong = [
            (line.tag, e.element, f.code) for line in lines for e in line.elements for f in e.findings if f.severity == "error"
        ]
        assert [(tag, element) for tag, element, _ in wrong] == [("PO1", 2)]
        good = (await one(place, "po:4711 type:850")).id
        page = await place.ask("messages.segments", READER, message=good, limit=5)
        number = next(element for element in page.items[3].elements if element.element == 3)
        assert (number.value, [member.path for member in number.canonical]) == ("4711", ["number"])
        assert (len(page.items), bool(page.after)) == (5, True)

    async def test_ours_are_explained_as_well(self, place: World) -> None:
        row = await one(place, "direction:out")
        lines = (await place.ask("outbounds.segments", READER, outbound=row.outbound, limit=100)).items
        assert {"ISA", "BSN", "SN1"} <= {line.tag for line in lines}

    async def test_what_partners_write_is_told_as_it_is_and_as_text(self, place: World) -> None:
        row = await one(place, "po:4714")
        lines = (await place.ask("messages.segments", READER, message=row.id, limit=100)).items
        assert any("<SCRIPT>" in line.raw for line in lines)
        canonical = json.loads((await file(place, "documents.canonical", document=row.document)).content)
        assert canonical["buyer"]["name"] == SCRIPT.decode()

    async def test_whoever_may_not_see_payloads_is_stopped_by_the_right(self) -> None:
        holding = {"messages.raw", "messages.segments", "messages.members", "documents.canonical", "outbounds.bytes",
                   "outbounds.segments", "deliveries.bytes", "acknowledgements.read_beside"}  # fmt: skip
        assert {row.name for row in BY_NAME.values() if row.right is Right.PAYLOADS} >= holding
        assert all(BY_NAME[name].audited for name in holding)


class TestMembers:
    async def test_each_member_says_from_which_places_it_came(self, place: World) -> None:
        row = await one(place, "po:4711 type:850")
        told = await place.ask("messages.members", READER, message=row.id)
        found = {member.path: member for member in told.items}
        (number,) = found["number"].places
        assert (found["number"].value, number.tag, number.element, number.value) == ("4711", "BEG", 3, "4711")
        lines = (await place.ask("messages.segments", READER, message=row.id)).items
        assert lines[number.segment - 1].raw.startswith("BEG*")
        assert {member.ordinal for member in told.items} == {1}

    async def test_elements_say_where_they_stand_in_their_segment(self, place: World) -> None:
        row = await one(place, "po:4711 partner:nordmart")
        for line in (await place.ask("messages.segments", READER, message=row.id)).items:
            for element in line.elements:
                if element.value and element.start is not None:
                    assert line.raw[element.start : element.end] == element.value

    async def test_segments_around_a_byte(self, place: World) -> None:
        story = await place.ask("messages.show", READER, message=(await one(place, "number:3 state:rejected")).id)
        (finding,) = [f for i in story.interchanges for d in i.documents for f in d.findings if f.element]
        page = await place.ask("messages.segments", READER, message=story.id, offset=finding.offset, limit=4)
        before = [line for line in page.items if line.offset <= finding.offset]
        assert before[-1].raw.startswith("PO1*1*ten*")
        assert [found.code for element in before[-1].elements for found in element.findings] == [finding.code]


class TestTakenAway:
    async def test_a_search_as_csv(self, place: World) -> None:
        found = await file(place, "messages.export", q="type:850")
        lines = found.content.decode("utf-8-sig").splitlines()
        assert (found.name, found.media_type) == ("messages.csv", "text/csv; charset=utf-8")
        assert lines[0].startswith("at,direction,partner,type")
        assert len(lines) == len(await rows(place, "type:850")) + 1

    async def test_it_is_cut_and_says_so(self, place: World, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(message_exports, "MOST_ROWS", 2)
        found = await file(place, "messages.export", q="")
        lines = found.content.decode("utf-8-sig").splitlines()
        assert found.name == "messages-first-2.csv"
        assert len(lines) == 4
        assert lines[-1].startswith('"There are more: these are the newest 2.')

    async def test_a_partner_gets_its_own(self, place: World) -> None:
        text = (await file(place, "messages.export", NORDMART)).content.decode()
        assert "nordmart" in text
        assert not [word for word in ("bigbox", "odoo") if word in text]

    async def test_the_bundle_holds_the_story_and_nothing_of_the_documents(self, place: World) -> None:
        row = await one(place, "number:3 state:rejected")
        found = await file(place, "messages.bundle", message=row.id)
        with zipfile.ZipFile(io.BytesIO(found.content)) as archive:
            files = {name: archive.read(name).decode() for name in archive.namelist()}
        assert set(files) == {"README.txt", "about.json", "story.json", "acknowledgements.json"}
        assert json.loads(files["about.json"])["configuration"] == place.office.snapshot.digest
        assert json.loads(files["story.json"])["interchanges"][0]["verdict"] == "rejected"
        whole = "".join(files.values())
        assert not [
            word for word in ("ten", "WIDGET", "BIGBOX STORES", "3125550100") if f'"{word}' in whole or f" {word} " in whole
        ]


class TestAudit:
    async def test_who_looked_at_a_message_or_anything_in_it(self, world: World) -> None:
        row = await one(world, "po:4711 type:850")
        auditor = caller(Role.ADMINISTRATOR, name="otto")
        assert (await world.ask("messages.audit", auditor, message=row.id)).items == ()
        await call(BY_NAME["messages.raw"], world.office, READER, MessageAsked(message=row.id))
        await call(BY_NAME["documents.canonical"], world.office, READER, CanonicalAsked(document=row.document))
        told = (await world.ask("messages.audit", auditor, message=row.transmission)).items
        assert [(line.actor, line.action) for line in told] == [("rita", "documents.canonical"), ("rita", "messages.raw")]
        assert BY_NAME["messages.audit"].right is Right.AUDIT


class TestMasks:
    async def test_what_the_configuration_hides_is_in_no_answer(self, place: World) -> None:
        masks = parse_masks(["*.name", "contacts", "lines.item.name", "PO1-02"])
        gateway = replace(place.office.snapshot.gateway, masks=masks)
        settings = replace(place.office.settings, snapshot=replace(place.office.snapshot, gateway=gateway))
        veiled = World(replace(place.office, settings=settings))
        gone = ("BIGBOX STORES", "SMITH", "3125550100", "WIDGET NUMBER", '"ten"', "*ten*")
        for q in ("po:4711 type:850", "number:3 state:rejected"):
            row = await one(veiled, q)
            story = await veiled.ask("messages.show", READER, message=row.id)
            told = [story.model_dump_json(), (await file(veiled, "messages.raw", message=row.id)).content.decode()]
            told += [line.model_dump_json() for line in await veiled.everything("messages.segments", READER, message=row.id)]
            told += [(await veiled.ask("messages.members", READER, message=row.id)).model_dump_json()]
            if story.interchanges[0].documents[0].name and row.state != "rejected":
                told += [(await file(veiled, "documents.canonical", document=row.document)).content.decode()]
            given = story.interchanges[0].acknowledgements[0].id
            told += [(await veiled.ask("acknowledgements.read_beside", READER, acknowledgement=given)).model_dump_json()]
            assert "•••" in "".join(told)
            assert not [word for word in gone for text in told if word in text]


class TestReading:
    async def test_what_we_rejected_is_read_beside_its_line_with_a_text_to_send(self, place: World) -> None:
        story = await place.ask("messages.show", READER, message=(await one(place, "number:3 state:rejected")).id)
        given = story.interchanges[0].acknowledgements[0]
        told = await place.ask("acknowledgements.read_beside", READER, acknowledgement=given.id)
        assert (told.kind, told.way, told.verdict, told.partner, told.about) == (
            "997", "given", "rejected", "bigbox", "interchange 000000003",
        )  # fmt: skip
        (error,) = [line for line in told.lines if "ten" in line.sentence]
        assert error.quote.startswith("PO1*1*ten*")
        raw = (await file(place, "messages.raw", message=story.id)).content
        assert raw[error.offset :].startswith(error.quote.encode())
        assert "You sent: PO1*1*ten*" in told.text
        assert told.subject == "Your interchange 000000003: rejected (997)"

    async def test_without_the_right_nothing_of_the_document_is_quoted(self, place: World) -> None:
        story = await place.ask("messages.show", READER, message=(await one(place, "number:3 state:rejected")).id)
        told = await place.ask("acknowledgements.read", acknowledgement=story.interchanges[0].acknowledgements[0].id)
        assert told.verdict == "rejected"
        assert not any(line.quote for line in told.lines)
        assert "You sent" not in told.text

    async def test_what_a_partner_rejected_is_read_beside_what_we_sent(self, place: World) -> None:
        row = await one(place, "number:901")
        told = await place.ask("acknowledgements.read_beside", READER, acknowledgement=row.document)
        assert (told.kind, told.way, told.verdict, told.about) == ("997", "received", "rejected", f"856 interchange {SENT}")
        (error,) = [line for line in told.lines if line.verdict is None]
        assert "SN102" in error.sentence
        assert error.quote.startswith("SN1*")
        assert "We sent: SN1*" in told.text

    @pytest.mark.parametrize(
        ("number", "way", "verdict", "says"),
        [(1, "given", "accepted", "processed"), (2, "received", "rejected", "could not be decrypted")],
    )
    async def test_receipts_are_read_as_well(self, place: World, number: int, way: str, verdict: str, says: str) -> None:
        told = await place.ask(
            "acknowledgements.read", acknowledgement=UUID(int=(0x0190 << 112) | (7 << 76) | (2 << 62) | number)
        )
        assert (told.kind, told.way, told.verdict) == ("MDN", way, verdict)
        assert any(says in line.sentence for line in told.lines)

    async def test_what_is_no_acknowledgement_is_not_read(self, place: World) -> None:
        row = await one(place, "po:4711 type:850")
        for identifier in (row.document, row.transmission, uuid4()):
            with pytest.raises(Absent):
                await place.ask("acknowledgements.read", acknowledgement=identifier)


class TestPartners:
    """Each sees its own, and nothing of what lies behind; of others' things not even that they are there."""

    async def test_lists_hold_ones_own(self, place: World) -> None:
        for who in (BIGBOX, NORDMART):
            found = await place.everything("messages.list", who)
            assert {row.partner for row in found} == {who.partner}
            text = "".join(row.model_dump_json() for row in found)
            assert not [word for word in BEHIND if word in text]
        assert {row.direction for row in await rows(place, "", BIGBOX)} == {"in", "out"}

    @pytest.mark.parametrize("q", ["partner:nordmart", "partner:bigbox partner:nordmart 5798000000025", "S1", "-partner:bigbox"])
    async def test_no_search_leads_to_others(self, place: World, q: str) -> None:
        assert not [row for row in await rows(place, q, BIGBOX) if row.partner != "bigbox"]

    @pytest.mark.parametrize("q", ["target:odoo", "owner:edi", "channel:bigbox-folder", "odoo:S1", "progress:received"])
    async def test_no_search_asks_what_lies_behind(self, place: World, q: str) -> None:
        with pytest.raises(QueryInvalid):
            await rows(place, q, BIGBOX)

    async def test_what_became_of_it_behind_is_not_told_by_a_search(self, place: World) -> None:
        assert await rows(place, "state:failed 4712")
        assert await rows(place, "state:failed 4712", BIGBOX) == []
        assert await rows(place, "S1") != []
        assert await rows(place, "S1", BIGBOX) == []

    async def test_ones_own_story(self, place: World) -> None:
        row = await one(place, "po:4712", BIGBOX)
        story = await place.ask("messages.show", BIGBOX, message=row.id)
        assert [a.type for a in story.interchanges[0].acknowledgements] == ["997"]
        assert (story.deliveries, story.failures, story.events) == ((), (), ())
        assert not [word for word in BEHIND if word in story.model_dump_json()]
        traced = await place.ask("messages.trace", BIGBOX, number="4712")
        assert [one.id for one in traced.transmissions] == [story.id]
        assert not [word for word in BEHIND if word in traced.model_dump_json()]

    async def test_a_number_that_several_carry_leads_to_ones_own(self, place: World) -> None:
        assert len((await place.ask("messages.trace", READER, number="4711")).transmissions) >= 2
        for who in (BIGBOX, NORDMART):
            story = await place.ask("messages.trace", who, number="4711")
            assert {i.partner for t in story.transmissions for i in t.interchanges} == {who.partner}

    async def test_what_was_sent_to_it(self, place: World) -> None:
        row = await one(place, "direction:out", BIGBOX)
        story = await place.ask("messages.show", BIGBOX, message=row.id)
        assert [e.state for e in story.expectations] == ["rejected"]
        assert {e.owner for e in story.expectations} == {None}
        layers = await place.ask("messages.acknowledgements", BIGBOX, message=row.id)
        assert [a.state for a in layers.functional] == ["rejected"]
        assert b"BSN*" in (await file(place, "outbounds.bytes", BIGBOX_READER, outbound=row.outbound)).content
        with pytest.raises(Absent):  # what our own service handed over
            await file(place, "messages.raw", BIGBOX_READER, message=row.transmission)

    async def test_every_operation_hides_what_is_others(self, place: World) -> None:
        row = await one(place, "po:4711 type:850")
        story = await place.ask("messages.show", READER, message=row.id)
        out = await one(place, "direction:out")
        given = story.interchanges[0].acknowledgements[0].id
        received = (await one(place, "number:901")).document
        asked: dict[str, list[dict[str, Any]]] = {
            "messages.show": [{"message": row.id}, {"message": out.id}, {"message": given}],
            "messages.trace": [{"number": str(row.id)}, {"number": "4712"}, {"number": "D-1"}],
            "messages.acknowledgements": [{"message": row.id}, {"message": out.id}],
            "messages.raw": [{"message": row.id}],
            "messages.segments": [{"message": row.id}],
            "messages.members": [{"message": row.id}],
            "documents.canonical": [{"document": row.document}, {"document": out.document}],
            "outbounds.bytes": [{"outbound": out.outbound}, {"outbound": given}],
            "outbounds.segments": [{"outbound": out.outbound}],
            "acknowledgements.read": [{"acknowledgement": given}, {"acknowledgement": received}],
            "acknowledgements.read_beside": [{"acknowledgement": given}, {"acknowledgement": received}],
        }
        subjects = ("messages", "documents", "outbounds", "deliveries")
        mine = {r.name for r in BY_NAME.values() if r.name.split(".")[0] in subjects} | {
            "acknowledgements.read",
            "acknowledgements.read_beside",
        }
        assert {name for name in mine if BY_NAME[name].partners} == {
            *asked, "messages.list", "messages.complete", "messages.export"
        }  # fmt: skip
        for name, cases in asked.items():
            operation = BY_NAME[name]
            for case in cases:
                wanted = operation.asked.model_validate(case)
                with pytest.raises(Absent):
                    await operation.run(place.office, NORDMART_READER, wanted)
                assert await operation.run(place.office, BIGBOX_READER if name != "messages.show" else READER, wanted)

    async def test_the_routed_form_is_ours(self, place: World) -> None:
        row = await one(place, "po:4711 type:850")
        assert (await file(place, "documents.canonical", BIGBOX_READER, document=row.document)).content
        with pytest.raises(Absent):
            await file(place, "documents.canonical", BIGBOX_READER, document=row.document, routed=True)

    async def test_of_a_shared_file_each_gets_its_part_and_nobody_the_bytes(
        self, world: World
    ) -> None:  # fmt: skip
        async with running(world.office.url, world.office.database, world.office.snapshot) as gateway:  # type: ignore[arg-type]
            shared = await gateway.send(order("4720", 20) + edifact("4721", 21), partner=None, channel="shared")
        for who, number in ((BIGBOX_READER, "4720"), (NORDMART_READER, "4721")):
            story = await world.ask("messages.show", who, message=shared)
            assert [d.keys["order"] for i in story.interchanges for d in i.documents] == [number]
            with pytest.raises(Absent):
                await file(world, "messages.raw", who, message=shared)
            with pytest.raises(Absent):
                await world.ask("messages.segments", who, message=shared)
        assert len((await world.ask("messages.show", READER, message=shared)).interchanges) == 2
