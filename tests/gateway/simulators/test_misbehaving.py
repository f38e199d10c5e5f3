"""What a partner sends and answers when it misbehaves, by itself: what gateways make of it is tested with a gateway."""

import asyncio
import os
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest

from gateway.simulators.partner import (
    Agreed,
    Answering,
    Consignment,
    Manners,
    Sending,
    SimulatedPartner,
    TradingPartner,
    answers_to,
    consignments,
    order_of,
)
from gateway.simulators.partner.folder_line import FolderLine
from gateway.simulators.partner.line import NotTaken
from gateway.simulators.partner.sending import STRANGER
from translators import registry
from translators.canonical.order_response import OrderResponse
from translators.contract import Family, Identity, Interchange

NOW = datetime(2026, 3, 2, 9, 15, tzinfo=UTC)
US = {
    Family.X12: Identity("ZZ", "NORDICDC"),
    Family.EDIFACT: Identity("14", "5790000000012"),
    Family.XML: Identity("0088", "5790000000012"),
}
THEM = {
    Family.X12: Identity("01", "123456789"),
    Family.EDIFACT: Identity("14", "5798000000025"),
    Family.XML: Identity("0088", "5798000000032"),
}
RESPONSES = {Family.X12: ("855", "004010"), Family.EDIFACT: ("ORDRSP", "D.96A"), Family.XML: ("OrderResponse", "UBL-2.1")}
ORDERS = {Family.X12: ("850", "004010"), Family.EDIFACT: ("ORDERS", "D.96A"), Family.XML: ("Order", "UBL-2.1")}


def side(family: Family = Family.X12, *, ours: bool = False, **more: Any) -> TradingPartner:
    own, other = (US, THEM) if ours else (THEM, US)
    return TradingPartner(family, identity=own[family], other=other[family], first=7, **more)


def leaving(*sending: Sending, family: Family = Family.X12, count: int = 2) -> list[Consignment]:
    one = side(family)
    orders = [
        order_of(f"PO-{n}", family=family, buyer=THEM[family], seller=US[family], issued=date(2026, 3, 2))
        for n in range(1, count + 1)
    ]
    written = [one.rendered(order, *ORDERS[family]) for order in orders]
    return consignments(one, written, sending, prepared=NOW)


def numbers(leaving: list[Consignment]) -> list[str]:
    return [one.number for one in leaving]


def read(contents: bytes) -> Interchange:
    (interchange,) = registry.translate(contents).interchanges
    return interchange


class TestSending:
    @pytest.mark.parametrize("family", ORDERS)
    def test_who_behaves_sends_each_order_once_in_its_order(self, family: Family) -> None:
        sent = leaving(family=family)
        assert numbers(sent) == ["7", "8"]
        assert [read(one.contents).documents[0].canonical.number for one in sent] == ["PO-1", "PO-2"]  # type: ignore[union-attr]
        assert len({one.name for one in sent}) == 2
        assert read(sent[0].contents).envelope.sender == THEM[family]

    @pytest.mark.parametrize(
        ("way", "wanted"),
        [
            (Sending.DUPLICATE, ["7", "7", "8", "8"]),
            (Sending.REUSED_NUMBER, ["7", "7"]),
            (Sending.GAP, ["7", "9"]),
            (Sending.OUT_OF_ORDER, ["8", "7"]),
        ],
    )
    def test_control_numbers_go_wrong_as_they_are_told_to(self, way: Sending, wanted: list[str]) -> None:
        sent = leaving(way)
        assert numbers(sent) == wanted
        assert [read(one.contents).envelope.control_number.lstrip("0") for one in sent] == wanted

    def test_a_truncated_one_has_no_end_and_one_for_somebody_else_names_him(self) -> None:
        assert b"IEA" not in leaving(Sending.TRUNCATED)[0].contents
        assert read(leaving(Sending.WRONG_RECEIVER)[0].contents).envelope.receiver.id == STRANGER

    def test_files_have_one_name_or_are_half_written(self) -> None:
        assert {one.name for one in leaving(Sending.SAME_NAME)} == {"850-7.edi"}
        assert all(one.half for one in leaving(Sending.HALF_WRITTEN))

    def test_xml_has_no_control_number_to_misuse(self) -> None:
        with pytest.raises(ValueError, match="no control numbers"):
            leaving(Sending.GAP, family=Family.XML)


def sent_to_it(family: Family, count: int = 1, **more: Any) -> Interchange:
    """What a gateway sends, as the partner reads it: order responses in one interchange."""
    gateway = side(family, ours=True)
    parties = {
        role: {"name": role, "identifiers": {"endpoint": f"{who[family].qualifier}:{who[family].id}"}}
        for role, who in (("seller", US), ("buyer", THEM))
    }
    lines = [{"number": "1", "item": {"identifiers": {"seller": "ANVIL"}}, "quantity": {"value": 1, "unit": "EA"}}]
    written = [
        gateway.rendered(
            OrderResponse.model_validate(
                {
                    "number": str(n), "issued": "2026-03-02", "status": "accepted", "order": {"number": f"PO-{n}"},
                    "lines": lines if family is not Family.XML else [],
                    **(parties if family is Family.XML else {}),
                }
            ),
            *RESPONSES[family],
        )
        for n in range(1, count + 1)
    ]  # fmt: skip
    (interchange,) = side(family, **more).interchanges(gateway.sealed(gateway.enveloped(written), number=31, prepared=NOW))
    return interchange


def verdicts(interchange: Interchange, *answering: Answering) -> list[str]:
    """What its acknowledgements say, in their order."""
    replies = answers_to(side(interchange.envelope.family), interchange, Agreed({}, {}), answering, prepared=NOW)
    said = [document.canonical for reply in replies for document in read(reply.contents).documents]
    return [str(getattr(one, "verdict", "") or getattr(one, "status", "")) for one in said]


class TestAnswering:
    @pytest.mark.parametrize("family", ORDERS)
    def test_who_behaves_accepts(self, family: Family) -> None:
        assert verdicts(sent_to_it(family)) == ["accepted"]

    @pytest.mark.parametrize("family", ORDERS)
    @pytest.mark.parametrize(
        ("way", "wanted"),
        [
            (Answering.MISSING, []),
            (Answering.DUPLICATE, ["accepted", "accepted"]),
            (Answering.REJECTED, ["rejected"]),
            (Answering.CONTRADICTORY, ["accepted", "rejected"]),
        ],
    )
    def test_it_says_what_it_is_told_to_in_every_format(self, family: Family, way: Answering, wanted: list[str]) -> None:
        assert verdicts(sent_to_it(family), way) == wanted

    @pytest.mark.parametrize("family", [Family.X12, Family.EDIFACT])
    def test_of_several_documents_it_refuses_all_but_the_first(self, family: Family) -> None:
        interchange = sent_to_it(family, count=3)
        (reply,) = answers_to(side(family), interchange, Agreed({}, {}), [Answering.PARTIAL], prepared=NOW)
        (document,) = read(reply.contents).documents
        refused = [one.control_number for one in document.canonical.documents if one.verdict.value == "rejected"]  # type: ignore[union-attr]
        assert len(refused) == 2

    @pytest.mark.parametrize("family", [Family.X12, Family.EDIFACT])
    def test_it_answers_what_was_never_sent(self, family: Family) -> None:
        interchange = sent_to_it(family)
        (reply,) = answers_to(side(family), interchange, Agreed({}, {}), [Answering.WRONG_NUMBER], prepared=NOW)
        keys = dict(read(reply.contents).documents[0].canonical.business_keys)  # type: ignore[union-attr]
        assert "31" not in {value.lstrip("0") for value in keys.values()}

    def test_it_gives_a_ta1_and_its_applications_verdict_where_they_are_owed(self) -> None:
        owed = {"order_response": ["997", "TA1", "824"]}
        kinds = ["TA1", "997"]
        interchange = sent_to_it(Family.X12, acknowledges=kinds)
        replies = answers_to(side(acknowledges=kinds), interchange, Agreed(owed, {}), (), prepared=NOW)
        assert [reply.kind for reply in replies] == ["TA1", "997", "824"]

    @pytest.mark.parametrize("family", ORDERS)
    def test_it_answers_an_order_with_an_order_response(self, family: Family) -> None:
        supplier, buyer = side(family), side(family, ours=True)
        order = order_of("PO-1", family=family, buyer=US[family], seller=THEM[family], issued=date(2026, 3, 2))
        (interchange,) = supplier.interchanges(buyer.written(order, *ORDERS[family], prepared=NOW))
        agreed = Agreed({"purchase_order": ["997", "order_response"]}, {"order_response": RESPONSES[family]})
        *_, reply = answers_to(supplier, interchange, agreed, (), prepared=NOW)
        said = read(reply.contents).documents[0].canonical
        assert isinstance(said, OrderResponse)
        assert (said.order.number, said.status.value) == ("PO-1", "accepted")  # type: ignore[union-attr]
        *_, reply = answers_to(supplier, interchange, agreed, [Answering.REJECTED], prepared=NOW)
        assert read(reply.contents).documents[0].canonical.status.value == "rejected"  # type: ignore[union-attr]


class Wire:
    """A line that remembers."""

    def __init__(self, refuses: str = "") -> None:
        self.sent: list[tuple[str, bytes]] = []
        self._refuses = refuses

    async def send(self, name: str, contents: bytes, *, finish: asyncio.Event | None = None) -> tuple[str, bytes]:
        if finish is not None:
            await finish.wait()
        if self._refuses:
            raise NotTaken(self._refuses)
        self.sent.append((name, contents))
        return "taken", b""


def acting(wire: Wire, *ways: Answering, **more: Any) -> SimulatedPartner:
    one = SimulatedPartner(side(), Agreed({}, {}), Manners(answering=frozenset(ways)), clock=lambda: NOW, **more)
    one.by(wire)
    return one


class TestActing:
    async def test_it_tells_what_it_does_and_what_comes(self) -> None:
        told: list[str] = []
        one = acting(wire := Wire(), tell=lambda act: told.append(f"{act.did} {act.what} {act.said}"))
        await one.send([Consignment("a.edi", b"ISA", "7")])
        await one.take(_bytes(), "855.edi")
        await one.rest()
        assert told == ["sent interchange taken", "received 855 accepted", "answered 997 taken"]
        assert len(wire.sent) == 2

    async def test_answers_to_two_go_the_later_one_first(self) -> None:
        one = acting(wire := Wire(), Answering.OUT_OF_ORDER)
        await one.take(_bytes(31), "a")
        assert wire.sent == []
        await one.take(_bytes(32), "b")
        await one.rest()
        answered = [read(contents).documents[0].canonical.groups[0].control_number for _, contents in wire.sent]  # type: ignore[union-attr]
        assert answered == ["32", "31"]

    async def test_what_is_not_taken_is_told_and_the_next_one_goes(self) -> None:
        one = acting(Wire(refuses="503: not now"))
        await one.send([Consignment("a", b"x"), Consignment("b", b"y")])
        assert [(act.did, act.said) for act in one.acts] == [("refused", "503: not now")] * 2

    async def test_it_is_late_by_its_delay(self) -> None:
        waited: list[float] = []

        async def pause(seconds: float) -> None:
            waited.append(seconds)

        manners = Manners(frozenset({Sending.LATE}), frozenset({Answering.LATE}), delay=30.0)
        one = SimulatedPartner(side(), Agreed({}, {}), manners, clock=lambda: NOW, pause=pause)
        one.by(Wire())
        await one.send([Consignment("a", b"x")])
        await one.take(_bytes(), "855")
        await one.rest()
        assert waited == [30.0, 30.0]


def _bytes(number: int = 31) -> bytes:
    gateway = side(ours=True)
    response = {"number": "1", "issued": "2026-03-02", "status": "accepted", "order": {"number": "PO-1"}, "lines": []}
    line = {"number": "1", "item": {"identifiers": {"seller": "ANVIL"}}, "quantity": {"value": 1, "unit": "EA"}}
    written = gateway.rendered(OrderResponse.model_validate({**response, "lines": [line]}), "855", "004010")
    return gateway.sealed(gateway.enveloped([written]), number=number, prepared=NOW)


class Looks:
    """Pauses that a test counts: each ends when others had their turn."""

    def __init__(self) -> None:
        self.count = 0

    async def __call__(self, _seconds: float) -> None:
        self.count += 1
        await asyncio.to_thread(int)


class TestFolders:
    async def test_a_file_appears_whole_and_waits_for_one_of_its_name_to_go(self, tmp_path: Path) -> None:
        looks = Looks()
        line = FolderLine(tmp_path, None, take=_nothing, pause=looks)
        await line.send("a.edi", b"one")
        assert await asyncio.to_thread(os.listdir, tmp_path) == ["a.edi"]
        second = asyncio.create_task(line.send("a.edi", b"two"))
        while looks.count < 3:
            await asyncio.to_thread(int)
        assert (tmp_path / "a.edi").read_bytes() == b"one"
        (tmp_path / "a.edi").unlink()
        await second
        assert (tmp_path / "a.edi").read_bytes() == b"two"

    async def test_half_a_file_is_completed_when_it_is_told_to_be(self, tmp_path: Path) -> None:
        line, finish = FolderLine(tmp_path, None, take=_nothing, marker="{stem}.ok", pause=Looks()), asyncio.Event()
        sending = asyncio.create_task(line.send("a.edi", b"0123456789", finish=finish))
        while not (tmp_path / "a.edi").exists() or (tmp_path / "a.edi").stat().st_size < 8:
            await asyncio.to_thread(int)
        assert not (tmp_path / "a.ok").exists()
        finish.set()
        await sending
        assert (tmp_path / "a.edi").read_bytes() == b"0123456789"
        assert (tmp_path / "a.ok").exists()

    async def test_it_takes_what_stopped_growing_and_no_temporary_file(self, tmp_path: Path) -> None:
        got: asyncio.Queue[tuple[str, bytes]] = asyncio.Queue()

        async def take(body: bytes, name: str) -> None:
            got.put_nowait((name, body))

        (tmp_path / "x.edi.part").write_bytes(b"half")
        (tmp_path / "y.edi").write_bytes(b"whole")
        async with FolderLine(None, tmp_path, take=take, pause=Looks()):
            assert await asyncio.wait_for(got.get(), 10) == ("y.edi", b"whole")
        assert await asyncio.to_thread(os.listdir, tmp_path) == ["x.edi.part"]


async def _nothing(_body: bytes, _name: str) -> None: ...
