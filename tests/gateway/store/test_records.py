"""What people find: by any number they may have, with any filter, and the whole story of it."""

from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest

from gateway.errors import GatewayError
from gateway.ports import Settlement
from gateway.store.records import AcknowledgementBell
from gateway.store.work import PostgresWork
from tests.gateway.store import rows


class Archive:
    """Two partners' transmissions: an order that went through, one that failed, and something unreadable."""

    def __init__(self, work: PostgresWork) -> None:
        self.work = work
        self.ids: dict[str, UUID] = {}

    async def fill(self) -> None:
        await self.put("good", partner="bigbox", number="4711", control="000000042", name="orders-1.edi", file="monday.edi")
        await self.put(
            "bad", partner="nordmart", number="4712", control="77", name="purchase_order", file="tuesday.edi", failed=True
        )
        empty = rows.transmission(b"?", partner="bigbox", name="noise.bin", channel="http")
        await self.work.receive([empty], [(empty.id, 0, b"?")])
        self.ids["empty"] = empty.id
        await self.settle(empty.id, Settlement(transmissions=[(empty.id, "unreadable")]))

    async def put(self, key: str, *, partner: str, number: str, control: str, name: str, file: str, failed: bool = False) -> None:
        sent = rows.transmission(partner=partner, name=file, channel=f"{partner}-folder")
        await self.work.receive([sent], [(sent.id, 0, b"ISA...")])
        interchange = rows.interchange(sent.id, partner=partner, control_number=control)
        document = rows.document(sent.id, interchange.id, keys=(f"order:{number}", f"buyer:{partner}"), control_number="0001")
        delivery = rows.delivery(sent.id, document=document.id, partner=partner, idempotency_key=f"key_{key}")
        settlement = Settlement(
            transmissions=[(sent.id, "translated")], interchanges=[interchange], documents=[document],
            deliveries=[delivery], events=[rows.event(sent.id, document.id)],
        )  # fmt: skip
        if failed:
            settlement.failures.append(rows.failure(sent.id, document.id, owner="sales", partner=partner))
        await self.settle(sent.id, settlement)
        self.ids |= {
            key: sent.id,
            f"{key}-interchange": interchange.id,
            f"{key}-document": document.id,
            f"{key}-delivery": delivery.id,
        }

    async def settle(self, of: UUID, settlement: Settlement) -> None:
        claim = uuid4()
        await self.work.claim_transmissions([of], claim=claim, lasting=timedelta(seconds=60), most_bytes=1 << 20)
        async with self.work.settlement() as session:
            assert await session.settle(claim, settlement) == {of}

    async def deliver(self, reference: str) -> None:
        claim = uuid4()
        claimed = await self.work.claim_deliveries("odoo", limit=1, claim=claim, lasting=timedelta(seconds=60))
        results = [rows.result(one.id, one.attempt, reference=reference) for one in claimed]
        await self.work.settle_deliveries(
            results, claim=claim, node="n", events=[], failures=[], outbox=[], target="odoo", strain=0
        )


@pytest.fixture
async def archive(work: PostgresWork) -> Archive:
    made = Archive(work)
    await made.fill()
    return made


class TestFind:
    @pytest.mark.parametrize(
        "said",
        ["4711", " 4711 ", "order:4711", "000000042", "42", "0042", "monday.edi", "buyer:bigbox"],
    )  # fmt: skip
    async def test_by_what_people_say(self, archive: Archive, records: AcknowledgementBell, said: str) -> None:
        assert await records.find(said) == [archive.ids["good"]]

    @pytest.mark.parametrize("key", ["good", "good-interchange", "good-document", "good-delivery"])
    async def test_by_any_id_in_any_writing(self, archive: Archive, records: AcknowledgementBell, key: str) -> None:
        for text in (str(archive.ids[key]), archive.ids[key].hex, str(archive.ids[key]).upper()):
            assert await records.find(text) == [archive.ids["good"]]

    async def test_by_the_reference_the_target_gave(self, archive: Archive, records: AcknowledgementBell) -> None:
        await archive.deliver("S00001")
        assert await records.find("S00001") == [archive.ids["good"]]

    @pytest.mark.parametrize(
        "said",
        [
            "",
            " ",
            "0",
            "000",
            "nothing",
            "471",
            "4711 ",
            "a\x00b",
            "\ud800",
            "%",
            "4711'--",
            "0199aaaa-0000-7000-8000-000000000000",
        ],
    )
    async def test_what_means_nothing_finds_nothing_and_raises_nothing(
        self, archive: Archive, records: AcknowledgementBell, said: str
    ) -> None:
        found = await records.find(said)
        assert found == ([archive.ids["good"]] if said.strip() == "4711" else [])
        assert (await records.trace(said) is None) is (not found)

    async def test_a_number_that_several_carry_finds_all_newest_first_up_to_the_limit(
        self, archive: Archive, records: AcknowledgementBell
    ) -> None:
        for n in range(4):
            await archive.put(f"more-{n}", partner="bigbox", number="4711", control=str(100 + n), name="x", file=f"{n}.edi")
        newest = [archive.ids[f"more-{n}"] for n in (3, 2, 1, 0)]
        assert await records.find("4711") == [*newest, archive.ids["good"]]
        assert await records.find("4711", limit=2) == newest[:2]

    async def test_a_message_is_found_by_ids_only(self, archive: Archive, records: AcknowledgementBell) -> None:
        view = await records.message(str(archive.ids["good-document"]))
        assert view is not None
        assert view["id"] == str(archive.ids["good"])
        assert await records.message("4711") is None
        assert await records.message(str(uuid4())) is None


class TestTrace:
    async def test_the_story_has_every_chapter(self, archive: Archive, records: AcknowledgementBell) -> None:
        await archive.deliver("S00001")
        story = await records.trace("4711")
        assert story is not None
        assert story["correlation"] == str(archive.ids["good"])
        assert [one["id"] for one in story["transmissions"]] == [str(archive.ids["good"])]
        assert [event["stage"] for event in story["events"]] == ["translate"]
        (delivery,) = story["deliveries"]
        assert [attempt["reference"] for attempt in delivery["attempts"]] == ["S00001"]
        assert story["failures"] == []

    async def test_a_failure_stands_in_it_with_its_owner(self, archive: Archive, records: AcknowledgementBell) -> None:
        story = await records.trace("4712")
        assert story is not None
        (failure,) = story["failures"]
        assert (failure["owner"], failure["state"]) == ("sales", "open")

    async def test_what_was_never_an_interchange_has_a_story_too(self, archive: Archive, records: AcknowledgementBell) -> None:
        story = await records.trace("noise.bin")
        assert story is not None
        assert story["transmissions"][0]["state"] == "unreadable"
        assert story["transmissions"][0]["interchanges"] == []


class TestMessages:
    @pytest.mark.parametrize(
        ("query", "expected"),
        [
            ({}, ["empty", "bad", "good"]),
            ({"partner": ["bigbox"]}, ["empty", "good"]),
            ({"partner": ["bigbox", "nordmart"]}, ["empty", "bad", "good"]),
            ({"partner": ["nobody"]}, []),
            ({"channel": ["http"]}, ["empty"]),
            ({"type": ["850"]}, ["bad", "good"]),
            ({"name": ["purchase_order"]}, ["bad", "good"]),
            ({"name": ["invoice"]}, []),
            ({"state": ["routed"]}, ["bad", "good"]),
            ({"state": ["unreadable"]}, ["empty"]),
            ({"state": ["waiting"]}, ["bad", "good"]),
            ({"state": ["delivered"]}, []),
            ({"control_number": ["000000042"]}, ["good"]),
            ({"control_number": ["42"]}, ["good"]),
            ({"control_number": ["1"]}, ["bad", "good"]),
            ({"control_number": ["42", "77"]}, ["bad", "good"]),
            ({"target": ["odoo"]}, ["bad", "good"]),
            ({"target": ["wms"]}, []),
            ({"owner": ["sales"]}, ["bad"]),
            ({"keys": [("order", "4711")]}, ["good"]),
            ({"keys": [("order", "4711"), ("order", "4712")]}, ["bad", "good"]),
            ({"keys": [("invoice", "4711")]}, []),
            ({"words": ["4711"]}, ["good"]),
            ({"words": ["000000042"]}, ["good"]),
            ({"words": ["tuesday.edi"]}, ["bad"]),
            ({"words": ["noise.bin"]}, ["empty"]),
            ({"words": ["nothing"]}, []),
            ({"after": ["2020-01-01"]}, ["empty", "bad", "good"]),
            ({"before": ["2020-01-01T12:30"]}, []),
            ({"after": ["2020-01-01"], "before": ["2999-01-01"], "partner": ["nordmart"], "type": ["850"]}, ["bad"]),
            ({"partner": ["bigbox"], "owner": ["sales"]}, []),
            ({"direction": ["out"]}, []),
            ({"direction": ["in"]}, ["empty", "bad", "good"]),
        ],
        ids=str,
    )
    async def test_each_filter_keeps_what_it_names(
        self, archive: Archive, records: AcknowledgementBell, query: dict[str, Any], expected: list[str]
    ) -> None:
        found = await records.messages(query, 50, None)
        assert [row["transmission"] for row in found] == [str(archive.ids[key]) for key in expected]

    async def test_an_id_is_a_word_too(self, archive: Archive, records: AcknowledgementBell) -> None:
        for key in ("bad", "bad-document"):
            (row,) = await records.messages({"words": [str(archive.ids[key])]}, 5, None)
            assert row["transmission"] == str(archive.ids["bad"])

    async def test_pages_join_without_gap_or_overlap(self, archive: Archive, records: AcknowledgementBell) -> None:
        for n in range(7):
            await archive.put(f"p{n}", partner="bigbox", number=str(n), control=str(500 + n), name="x", file=f"{n}.edi")
        everything = [row["id"] for row in await records.messages({}, 50, None)]
        paged: list[str] = []
        before = None
        while page := await records.messages({}, 3, before):
            paged += [row["id"] for row in page]
            before = paged[-1]
        assert paged == everything
        assert len(set(paged)) == 10

    async def test_a_row_says_what_one_looks_for_first(self, archive: Archive, records: AcknowledgementBell) -> None:
        (row,) = await records.messages({"owner": ["sales"]}, 5, None)
        assert (row["partner"], row["type"], row["state"], row["control_number"]) == ("nordmart", "850", "routed", "77")
        assert row["keys"] == {"order": "4712", "buyer": "nordmart"}
        assert [one["owner"] for one in row["failures"]] == ["sales"]
        assert [(one["target"], one["state"]) for one in row["deliveries"]] == [("odoo", "waiting")]

    @pytest.mark.parametrize("text", ["yesterday", "2026-13-01", "11/21/2026", ""])
    async def test_what_is_no_date_is_told_with_an_example(self, records: AcknowledgementBell, text: str) -> None:
        with pytest.raises(GatewayError) as told:
            await records.messages({"after": [text]}, 5, None)
        assert "2026-11-20" in told.value.remedy


async def test_counts_are_of_what_is_there(archive: Archive, records: AcknowledgementBell) -> None:
    counts = await records.counts()
    assert (counts["transmissions"], counts["documents"], counts["unfinished"], counts["open_failures"]) == (3, 2, 2, 1)
    assert (counts["delivered"], counts["untranslated"]) == (0, 0)
