"""The page of a message: its title and way, all its sides, who may see which, and that what it holds stays text."""

import io
import zipfile
from dataclasses import replace

import pytest

from gateway.console.message_raw import holding, segments_of
from gateway.console.message_story import flow_of, title_of, way_of
from gateway.console.texts import TEXTS
from gateway.domain.access import Role
from gateway.domain.masks import parse_masks
from gateway.domain.tracing_terms import TracingTerms
from tests.gateway.console.visiting import Visitor, signed_in
from tests.integration.harness import running
from tests.integration.test_flow import edifact, order
from tests.world.day import World

SCRIPT = b"<SCRIPT>ALERT(1)</SCRIPT>"
ENGLISH = TEXTS["en"]


async def sent(world: World, body: bytes, **way: str) -> str:
    """Something that comes now."""
    async with running(world.office.url, world.office.database, world.office.snapshot) as gateway:  # type: ignore[arg-type]
        return str(await gateway.send(body, **way))


async def text_of(ada: Visitor, path: str) -> str:
    return " ".join(str((await ada.page(path)).xpath("string(//main)")).split())


async def test_it_is_called_what_callers_call_it_and_says_its_way_on_a_line(world: World) -> None:
    async with signed_in(world.office) as ada:
        tree = await ada.page(f"/messages/{(await world.document('4712'))['transmission']}")
        assert tree.xpath("string(//h1)") == "Purchase order 4712 from bigbox"
        steps = [" ".join(str(one.text_content()).split()) for one in tree.xpath("//ol[@class='way']/li")]
        assert [step.split()[0] for step in steps] == ["received", "translated", "delivery"]
        assert all(" +" in step for step in steps[1:])
        assert [str(one) for one in tree.xpath("//ul[@class='layers']/li/b/text()")] == [
            "Receipt",
            "Envelope",
            "Syntax",
            "Business",
        ]


@pytest.mark.parametrize("link", ["", "https://traces.example/{trace_id}"])
async def test_its_trace_is_named_and_leads_to_where_traces_are_looked_at(world: World, link: str) -> None:
    message = (await world.document("4711"))["transmission"]
    trace = "4bf92f3577b34da6a3ce929d0e0e4736"
    await world.rows("update gateway.transmission set traceparent = $1 where id = $2", f"00-{trace}-00f067aa0ba902b7-01", message)
    told = replace(world.office.snapshot.gateway, tracing=TracingTerms(link=link))
    settings = replace(world.office.settings, snapshot=replace(world.office.snapshot, gateway=told))
    async with signed_in(replace(world.office, settings=settings)) as ada:
        facts, *_ = (await ada.page(f"/messages/{message}")).xpath("//dl[@class='facts']")
        assert trace in facts.xpath(".//@title")
        assert facts.xpath(".//a/@href") == ([f"https://traces.example/{trace}"] if link else [])


async def test_every_side_of_it_can_be_seen_by_who_may(world: World) -> None:
    roles = (Role.OPERATOR, Role.ADMINISTRATOR)
    async with signed_in(world.office, *roles, payloads=True) as ada:
        message = (await world.document("4711"))["transmission"]
        tabs = (await ada.page(f"/messages/{message}")).xpath("//nav[@class='tabs']//a/@href")
        names = [str(tab).rpartition("/")[2] for tab in tabs]
        assert names == [
            "findings", "document", "raw", "canonical", "delivered", "attempts", "acknowledgements", "related", "journal",
            "audit",
        ]  # fmt: skip
        texts = {name: await text_of(ada, f"/messages/{message}/{name}") for name in names}
        assert "Nothing is wrong" in texts["findings"]
        assert "Purchase order 4711" in texts["document"]
        assert "BIGBOX STORES" in texts["document"]
        assert "BEG*00*SA*4711" in texts["raw"]
        assert '"number": "4711"' in texts["canonical"]
        assert "ST*997*" in texts["delivered"]
        assert "taken" in texts["attempts"]
        assert "997 accepted" in texts["acknowledgements"]
        assert "delivered to odoo" in texts["related"]
        assert "rules_applied" in texts["journal"]
        assert "messages.segments" in texts["audit"]


async def test_actions_are_offered_by_right(world: World) -> None:
    message = (await world.document("4712"))["transmission"]
    async with signed_in(world.office, Role.OPERATOR, payloads=True) as ada:
        tree = await ada.page(f"/messages/{message}")
        assert tree.xpath("//nav[@class='actions']/a/@href") == [
            f"/batches/plan?kind=replay&id={message}", f"/batches/plan?kind=reassignment&id={message}",
            f"/batches/plan?kind=redelivery&id={message}", f"/messages/{message}/correct",
            f"/messages/{message}/give-up?action=ignore", f"/messages/{message}/give-up?action=reject",
            f"/messages/{message}/save/bundle",
        ]  # fmt: skip
        async with ada.client.get(f"/messages/{message}/save/bundle") as answer:
            assert "story.json" in zipfile.ZipFile(io.BytesIO(await answer.read())).namelist()


async def test_a_viewer_is_offered_the_bundle_alone(world: World) -> None:
    async with signed_in(world.office) as ada:
        tree = await ada.page(f"/messages/{(await world.document('4712'))['transmission']}")
        assert [str(one) for one in tree.xpath("//nav[@class='actions']/a/text()")] == ["Support bundle"]
        await ada.page(f"/messages/{(await world.document('4712'))['transmission']}/audit", 403)


async def test_a_finding_leads_to_its_place_where_it_is_underlined(world: World) -> None:
    message = await sent(world, order("4713", 3).replace(b"*10*EA*1.25*", b"*ten*EA*1.25*"))
    async with signed_in(world.office, payloads=True) as ada:
        tree = await ada.page(f"/messages/{message}/findings")
        (path,) = tree.xpath("//td//a[contains(@href, 'raw')]/@href")
        tree = await ada.page(str(path).partition("#")[0])
        (line,) = tree.xpath("//li[@id='here']")
        assert line.xpath(".//mark/text()") == ["ten"]
        assert "PO1-02" in line.xpath("string(.//mark/@title)")
        assert "number" in line.xpath("string(.//p[@class='finding'])")


async def test_segments_and_canonical_members_lead_to_each_other(world: World) -> None:
    message = (await world.document("4711"))["transmission"]
    async with signed_in(world.office, payloads=True) as ada:
        raw = await ada.page(f"/messages/{message}/raw")
        (there,) = raw.xpath("//a[code[text()='number']]/@href")
        assert str(there).endswith("#number")
        assert raw.xpath("string(//summary//span[text()='4711']/@title)") == "BEG-03 order number (324) → number = 4711"
        canonical = await ada.page(str(there).partition("#")[0])
        (back,) = canonical.xpath("//tr[@id='number']//a/@href")
        back_there = await ada.page(str(back).partition("#")[0])
        assert "BEG*" in back_there.xpath("string(//li[@id='here'])")


async def test_what_a_partner_writes_stays_text_on_every_side(world: World) -> None:
    evil = edifact("4714", 4).replace(b"BIGBOX RETAIL LTD", SCRIPT).replace(b"J. SMITH", b"M\xdcLLER \xff\x01")
    message = await sent(world, evil, partner="nordmart", channel="nordmart-folder")
    async with signed_in(world.office, Role.OPERATOR, Role.ADMINISTRATOR, payloads=True) as ada:
        for name in ("document", "raw", "canonical", "delivered", "correct", "related"):
            async with ada.client.get(f"/messages/{message}/{name}") as answer:
                assert answer.status == 200
                text = await answer.text()
            assert "<SCRIPT>" not in text
            if name in ("document", "raw", "canonical", "correct"):
                assert "&lt;SCRIPT&gt;" in text


async def test_what_the_configuration_hides_is_on_no_side(world: World) -> None:
    masks = parse_masks(["*.name", "contacts", "lines.item.name", "*.address.*"])
    gateway = replace(world.office.snapshot.gateway, masks=masks)
    settings = replace(world.office.settings, snapshot=replace(world.office.snapshot, gateway=gateway))
    message = (await world.document("4711"))["transmission"]
    gone = ("BIGBOX STORES", "SMITH", "3125550100", "WIDGET NUMBER", "LOGISTICS WAY", "orders@bigbox.example")
    async with signed_in(replace(world.office, settings=settings), Role.OPERATOR, Role.ADMINISTRATOR, payloads=True) as ada:
        tabs = [str(one) for one in (await ada.page(f"/messages/{message}")).xpath("//nav[@class='tabs']//a/@href")]
        deliveries = (await ada.page(f"/messages/{message}/delivered")).xpath("//nav[@class='choice']//a/@href")
        for path in (*tabs, *map(str, deliveries), f"/messages/{message}/correct", f"/messages/{message}/save/raw"):
            async with ada.client.get(path) as answer:
                assert answer.status == 200
                text = await answer.text()
            assert not [word for word in gone if word in text], path
        assert "•••" in await text_of(ada, f"/messages/{message}/document")
        assert "hides from everybody" in await text_of(ada, f"/messages/{message}/raw")


async def test_a_partner_sees_what_is_its_own(world: World) -> None:
    message = (await world.document("4711"))["transmission"]
    async with signed_in(world.office, payloads=True, partner="bigbox") as her:
        tabs = (await her.page(f"/messages/{message}")).xpath("//nav[@class='tabs']//a/@href")
        names = [str(tab).rpartition("/")[2] for tab in tabs]
        assert names == ["findings", "document", "raw", "canonical", "acknowledgements", "related"]
        for name in names:
            assert "odoo" not in await text_of(her, f"/messages/{message}/{name}")


async def test_a_search_is_exported(world: World) -> None:
    async with signed_in(world.office) as ada:
        (path,) = (await ada.page("/messages?q=4712")).xpath("//a[contains(@href, '/messages/export')]/@href")
        async with ada.client.get(str(path)) as answer:
            assert answer.headers["Content-Disposition"].startswith("attachment;")
            assert "4712" in await answer.text()


def story(**changed: object) -> dict[str, object]:
    """A message as the operation tells it."""
    return {
        "id": "m", "name": "file.edi", "partner": "bigbox", "channel": "in", "state": "translated",
        "received_at": "2026-11-22T04:00:00Z", "settled_at": None, "interchanges": [], "events": [],
        "deliveries": [], "expectations": [], "failures": [],
        "findings": [], "replay_of": None, "replays": [],
    } | changed  # fmt: skip


def documents(*numbers: str) -> list[dict[str, object]]:
    found = [
        {"id": number, "name": "invoice", "type": "810", "control_number": "1", "keys": {"invoice": number}, "state": "routed"}
        for number in numbers
    ]
    return [{"partner": "bigbox", "control_number": "7", "documents": found, "acknowledgements": []}]


@pytest.mark.parametrize(
    ("view", "title"),
    [
        (story(partner=None), "file.edi"),
        (story(partner=None, name=""), "Message"),
        (story(interchanges=documents("R-1")), "Invoice R-1 from bigbox"),
        (story(interchanges=documents("R-1", "R-2", "R-3")), "Invoice R-1 and 2 more from bigbox"),
        (story(interchanges=documents("R-1"), channel="edi.outbound"), "Invoice R-1 to bigbox"),
        (story(interchanges=documents()), "Interchange 7 from bigbox"),
    ],
)
def test_titles(view: dict[str, object], title: str) -> None:
    assert title_of(view, ENGLISH) == title


def test_a_way_without_a_journal_has_what_is_known_of_times() -> None:
    steps = way_of(story(settled_at="2026-11-22T04:00:02Z"))
    assert [(step.stage, step.took) for step in steps] == [("received", None), ("settled", 2.0)]


def test_a_correction_stands_below_what_it_corrects_and_others_beside() -> None:
    run = {"original": "o", "transmission": "m", "corrected": True, "actor": "ada", "reason": "typo", "state": "done"}
    other = story(id="x", interchanges=documents("R-1"))
    (original, beside) = flow_of(story(interchanges=documents("R-1"), replay_of=run), [other, story(id="o")], ENGLISH)
    assert (original.how, original.note, original.below[0].here) == ("corrected below", "ada: typo", True)
    assert (beside.how, beside.path) == ("invoice R-1", "/messages/x")


def test_a_segment_without_places_is_marked_whole() -> None:
    finding = {"code": "x", "severity": "error", "message": "No.", "remedy": "", "expected": None, "actual": None}
    line = {
        "number": 3,
        "offset": 9,
        "depth": 20,
        "tag": "N1",
        "name": "",
        "raw": "N1*x",
        "ordinal": 1,
        "elements": [],
        "findings": [finding],
    }
    (segment,) = segments_of([line])
    assert [(piece.text, piece.tone) for piece in segment.pieces] == [("N1*x", "error")]
    assert (segment.depth, segment.tone) == (8, "error")
    assert holding([segment], offset=8, number=None) is None
    assert holding([segment], offset=12, number=None) == 3
    assert holding([segment], offset=None, number=4) is None
