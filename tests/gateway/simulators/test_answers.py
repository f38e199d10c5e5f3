"""What a partner answers: it counts without gaps, keeps to what was agreed, and names parties as its format does."""

from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gateway.simulators.partner import Agreed, Answering, Consignment, Manners, Sending, TradingPartner, answers_to, order_of
from gateway.simulators.partner.answering import technical
from gateway.simulators.partner.samples import order_response_to, verdict_on
from gateway.simulators.partner.sending import misbehaved, truncated
from translators import registry
from translators.canonical.order_response import OrderResponse
from translators.contract import Family, Identity, Interchange, Verdict

NOW = datetime(2026, 3, 2, 9, 15, tzinfo=UTC)
BUYER = {Family.X12: Identity("ZZ", "NORDICDC"), Family.EDIFACT: Identity("14", "5790000000012")}
SELLER = {Family.X12: Identity("01", "123456789"), Family.EDIFACT: Identity("14", "5798000000025")}
ORDERS = {Family.X12: ("850", "004010"), Family.EDIFACT: ("ORDERS", "D.96A")}
RESPONSES = {Family.X12: ("855", "004010"), Family.EDIFACT: ("ORDRSP", "D.96A")}
FAMILIES = list(ORDERS)


def seller(family: Family, first: int = 1, **more: Any) -> TradingPartner:
    return TradingPartner(family, identity=SELLER[family], other=BUYER[family], first=first, **more)


def orders(family: Family, number: int = 1, count: int = 1, **more: Any) -> Interchange:
    """Orders that a gateway sent, as their seller reads them."""
    gateway = TradingPartner(family, identity=BUYER[family], other=SELLER[family])
    written = [
        gateway.rendered(
            order_of(f"PO-{n}", family=family, buyer=BUYER[family], seller=SELLER[family], issued=date(2026, 3, 2)),
            *ORDERS[family],
        )
        for n in range(count)
    ]
    body = gateway.sealed(gateway.enveloped(written), number=number, prepared=NOW)
    (interchange,) = seller(family, **more).interchanges(body)
    return interchange


def read(contents: bytes) -> Interchange:
    (interchange,) = registry.translate(contents).interchanges
    return interchange


def agreed(family: Family, *kinds: str) -> Agreed:
    return Agreed({"purchase_order": kinds}, {"order_response": RESPONSES[family]})


class TestNumbers:
    @pytest.mark.parametrize("family", FAMILIES)
    @pytest.mark.parametrize("count", [1, 3])
    def test_who_behaves_leaves_no_number_out(self, family: Family, count: int) -> None:
        kinds = {Family.X12: ("997", "824", "order_response"), Family.EDIFACT: ("CONTRL", "APERAK", "order_response")}[family]
        side = seller(family, first=7)
        replies = answers_to(side, orders(family, count=count), agreed(family, *kinds), (), prepared=NOW)
        sent = [int(read(one.contents).envelope.control_number) for one in replies]
        assert sent == list(range(7, 7 + 1 + 2 * count))
        assert side.coming == side.number() == sent[-1] + 1

    @pytest.mark.parametrize("family", FAMILIES)
    @pytest.mark.parametrize("number", [1, 499_999, 500_000, 999_999_999])
    def test_an_answer_about_what_was_never_sent_can_be_read_whatever_the_number_was(self, family: Family, number: int) -> None:
        (reply,) = answers_to(
            seller(family), orders(family, number), Agreed({}, {}), [Answering.WRONG_NUMBER], prepared=NOW
        )  # fmt: skip
        answer = read(reply.contents)
        assert answer.verdict is Verdict.ACCEPTED
        assert str(number) not in {value.lstrip("0") for value in dict(answer.documents[0].canonical.business_keys).values()}  # type: ignore[union-attr]

    def test_nor_does_it_matter_that_it_was_none(self) -> None:
        interchange = orders(Family.EDIFACT)
        named = replace(interchange, envelope=replace(interchange.envelope, control_number="ABCDEFGHIJKLMN"))
        (reply,) = answers_to(seller(Family.EDIFACT), named, Agreed({}, {}), [Answering.WRONG_NUMBER], prepared=NOW)
        assert b"ABCDEFG-500000" in reply.contents
        assert read(reply.contents).verdict is Verdict.ACCEPTED


class TestWhatIsOwed:
    @pytest.mark.parametrize("family", FAMILIES)
    def test_a_document_that_cannot_be_mapped_is_acknowledged_and_nothing_more(self, family: Family) -> None:
        interchange = orders(family)
        unread = replace(interchange, documents=tuple(replace(one, canonical=None) for one in interchange.documents))
        replies = answers_to(seller(family), unread, agreed(family, "order_response"), (), prepared=NOW)
        assert [one.kind for one in replies] == [{Family.X12: "997", Family.EDIFACT: "CONTRL"}[family]]

    def test_nothing_is_said_that_nobody_can_say(self) -> None:
        replies = answers_to(seller(Family.X12), orders(Family.X12), agreed(Family.X12, "invoice", "997"), (), prepared=NOW)
        assert [one.kind for one in replies] == ["997"]

    @pytest.mark.parametrize("way", [Answering.REJECTED, Answering.PARTIAL])
    def test_who_refuses_the_syntax_refuses_the_business_too(self, way: Answering) -> None:
        *_, reply = answers_to(
            seller(Family.X12), orders(Family.X12), agreed(Family.X12, "order_response"), [way], prepared=NOW
        )  # fmt: skip
        said = read(reply.contents).documents[0].canonical
        assert isinstance(said, OrderResponse)
        assert said.status == "rejected"

    def test_misbehaviours_add_up(self) -> None:
        ways = [Answering.REJECTED, Answering.TRUNCATED, Answering.DUPLICATE]
        first, second = answers_to(seller(Family.X12), orders(Family.X12), Agreed({}, {}), ways, prepared=NOW)
        assert first == second
        assert b"IEA" not in first.contents
        assert answers_to(seller(Family.X12), orders(Family.X12), Agreed({}, {}), [*ways, Answering.MISSING], prepared=NOW) == []

    @pytest.mark.parametrize(
        ("owed", "kinds"),
        [
            ({}, []),
            ({"invoice": ["997", "824"], "order_response": ["TA1", "997"]}, ["TA1", "997"]),
            ({"invoice": ["APERAK"]}, []),
            ({"invoice": ["CONTRL"], "despatch_advice": ["CONTRL"]}, ["CONTRL"]),
        ],
    )
    def test_of_what_is_owed_the_technical_is_told_once_and_ta1_first(self, owed: dict[str, list[str]], kinds: list[str]) -> None:
        assert technical(owed) == kinds


class TestSamples:
    @pytest.mark.parametrize(
        ("family", "identity", "identifiers"),
        [
            (Family.X12, Identity("01", "123456789"), {"duns": "123456789"}),
            (Family.X12, Identity("ZZ", "US"), {"buyer": "US"}),
            (Family.EDIFACT, Identity("14", "5790000000012"), {"gln": "5790000000012"}),
            (Family.XML, Identity("0088", "5790000000012"), {"endpoint": "0088:5790000000012", "gln": "5790000000012"}),
            (Family.XML, Identity("", "US"), {"endpoint": "US"}),
        ],
    )
    def test_parties_have_the_numbers_that_their_qualifiers_tell(
        self, family: Family, identity: Identity, identifiers: dict[str, str]
    ) -> None:
        order = order_of("1", family=family, buyer=identity, seller=identity, issued=date(2026, 3, 2))
        assert order.buyer is not None
        assert order.buyer.identifiers == identifiers

    @pytest.mark.parametrize("refused", [True, False])
    @pytest.mark.parametrize("family", list(RESPONSES))
    def test_every_line_of_an_order_is_answered(self, family: Family, refused: bool) -> None:
        lines = [(f"ITEM{n}", n) for n in range(1, 6)]
        order = order_of("1", family=family, buyer=BUYER[family], seller=SELLER[family], issued=date(2026, 3, 2), lines=lines)
        said = order_response_to(order, number="2", issued=date(2026, 3, 3), refused=refused, family=family)
        assert [line.number for line in said.lines] == ["1", "2", "3", "4", "5"]
        assert {one.status for line in said.lines for one in line.responses} == {"rejected" if refused else "accepted"}
        assert seller(family).written(said, *RESPONSES[family], prepared=NOW)

    def test_a_verdict_names_the_document_it_is_about(self) -> None:
        order = order_of("PO-9", family=Family.X12, buyer=BUYER[Family.X12], seller=SELLER[Family.X12], issued=date(2026, 3, 2))
        verdict = verdict_on(order, number="1", issued=date(2026, 3, 3), refused=True)
        (about,) = verdict.documents
        assert about.document is not None
        assert (about.document.number, str(about.status), bool(about.errors)) == ("PO-9", "rejected", True)


MADE = st.lists(st.builds(Consignment, st.sampled_from(["a", "b", "c"]), st.binary(max_size=30)), max_size=4)


class TestLeaving:
    @settings(max_examples=40)
    @given(MADE)
    def test_who_behaves_sends_what_was_made(self, made: list[Consignment]) -> None:
        assert misbehaved(made, ()) == made

    @settings(max_examples=60)
    @given(MADE, st.sets(st.sampled_from(Sending)))
    def test_however_it_misbehaves_nothing_is_invented_or_lost(self, made: list[Consignment], ways: set[Sending]) -> None:
        leaving = misbehaved(made, ways)
        assert len(leaving) == len(made) * (2 if Sending.DUPLICATE in ways else 1)
        wanted = {truncated(one.contents) if Sending.TRUNCATED in ways else one.contents for one in made}
        assert {one.contents for one in leaving} == wanted
        assert all(one.half == (Sending.HALF_WRITTEN in ways) for one in leaving)
        if Sending.SAME_NAME in ways:
            assert {one.name for one in leaving} <= {made[0].name if made else ""}

    @given(st.binary())
    def test_what_is_truncated_is_a_beginning(self, contents: bytes) -> None:
        assert contents.startswith(truncated(contents))
        assert len(truncated(contents)) == len(contents) * 2 // 3

    def test_delays_hold_only_for_what_is_late(self) -> None:
        late = Manners(frozenset({Sending.LATE}), delay=5.0)
        assert (late.sends_after, late.answers_after) == (5.0, 0.0)
        assert (Manners(delay=5.0).sends_after, Manners(answering=frozenset({Answering.LATE}), delay=2.0).answers_after) == (0, 2)
