"""Everything that would become of bytes, by the code that decides about real ones; and what was decided, decided again."""

from dataclasses import replace

import orjson
import pytest

from gateway.domain.agreement import DuplicatePolicy, SequenceTerms, Unroutable
from gateway.domain.change_tally import ChangeTally
from gateway.domain.decided import Decided, changes
from gateway.domain.document_path import parse_path
from gateway.domain.masks import Masks, parse_masks
from gateway.domain.route import Route
from gateway.domain.route import Target as RouteTarget
from gateway.domain.rule import RequireRule, SetRule
from gateway.domain.sequence import OutOfSequence
from gateway.stages.decide_again import DecideAgain
from gateway.stages.foresee import Foreseen, claimed, foresee, senders
from gateway.stages.outgoing import OUTBOUND
from gateway.system import TimeOrderedIds
from tests.integration.harness import Settings, configuration
from tests.integration.test_flow import edifact, order
from tests.integration.test_outgoing import order as our_order
from translators import registry

new_id = TimeOrderedIds()
ODOO = RouteTarget("odoo", "sale_order")


def came(
    body: bytes, settings: Settings | None = None, *, channel: str = "bigbox-folder", partner: str | None = None
) -> Foreseen:
    settings = settings or configuration()
    transmission = claimed(body, settings, channel=channel, partner=partner, name="f", new_id=new_id)
    return foresee(transmission, settings, new_id)


def ours(number: str = "O-1") -> bytes:
    return orjson.dumps(our_order(number))


class TestForeseen:
    def test_an_order_is_routed_delivered_and_answered(self) -> None:
        (interchange,) = came(order()).decided().interchanges
        (document,) = interchange.documents
        assert (interchange.partner, interchange.state, interchange.verdict) == ("bigbox", "accepted", "accepted")
        assert (document.state, document.route, document.agreement) == ("routed", "orders", "bigbox-850")
        assert document.deliveries == ("odoo as sale_order",)
        assert [(one.type, one.verdict) for one in interchange.answers] == [("997", "accepted")]

    def test_the_answer_has_its_bytes_and_its_way(self) -> None:
        (answer,) = came(order()).interchanges[0].answers
        assert b"AK9*A*1*1*1~" in answer.content
        assert (answer.channel, answer.problem) == ("bigbox-folder", "")

    def test_who_fetches_its_answers_has_no_channel_for_them(self) -> None:
        settings = configuration()
        channels = {"bigbox-http": settings.channels["bigbox-http"]}
        (answer,) = came(order(), replace(settings, channels=channels), channel="bigbox-http").interchanges[0].answers
        assert answer.channel is None

    def test_a_document_of_ours_is_written_as_agreed(self) -> None:
        (interchange,) = came(ours(), channel=OUTBOUND, partner="bigbox").interchanges
        (written,) = interchange.written
        (read,) = registry.translate(written.content).interchanges
        assert [document.type for document in read.documents] == ["850"]
        assert (written.channel, written.verdict, interchange.answers) == ("bigbox-folder", "", ())

    def test_one_that_stops_is_not_delivered(self) -> None:
        strict = Route("strict", targets=(ODOO,), rules=(RequireRule(parse_path("warehouse.identifiers.seller"), "logistics"),))
        (document,) = came(order(), configuration(routes=[strict])).decided().interchanges[0].documents
        assert (document.state, document.route, document.deliveries) == ("stopped", "strict", ())

    def test_what_rules_change_goes_on_changed(self) -> None:
        rule = SetRule(parse_path("warehouse.identifiers.seller"), "east")
        (document,) = (
            came(order(), configuration(routes=[Route("r", targets=(ODOO,), rules=(rule,))])).decided().interchanges[0].documents
        )
        assert b'"warehouse":{"identifiers":{"seller":"east"}}' in (document.json or b"")

    @pytest.mark.parametrize("body", [b"", b"nothing", b"ISA*", order()[:200], bytes(range(256))])
    def test_any_bytes_are_taken(self, body: bytes) -> None:
        assert came(body).judged.state in ("unreadable", "translated")

    def test_who_sent_it(self) -> None:
        assert [partner.id for partner in senders(order() + edifact(), configuration())] == ["bigbox", "nordmart"]
        assert senders(b"nothing", configuration()) == []


class TestDecidedAgain:
    def again(self, body: bytes, before: Decided, settings: Settings | None = None) -> Decided:
        settings = settings or configuration()
        transmission = claimed(body, settings, channel="bigbox-folder", partner=None, name="f", new_id=new_id)
        return DecideAgain(settings, Masks(), new_id).decide(transmission, before)

    def decided(self, body: bytes, settings: Settings | None = None) -> Decided:
        return came(body, settings).decided()

    def as_seen(self, decided: Decided, state: str, **changed: object) -> Decided:
        (interchange,) = decided.interchanges
        return replace(decided, interchanges=(replace(interchange, state=state, **changed),))  # type: ignore[arg-type]

    def test_the_same_is_decided_by_the_same(self) -> None:
        before = self.decided(order())
        assert list(changes(before, self.again(order(), before))) == []

    def test_what_came_twice_stays_so_where_it_is_ignored(self) -> None:
        before = self.as_seen(self.decided(order()), "duplicate", documents=(), answers=())
        (interchange,) = self.again(order(), before, configuration(duplicates=DuplicatePolicy.IGNORE)).interchanges
        assert (interchange.state, interchange.documents, interchange.answers) == ("duplicate", (), ())

    def test_what_came_twice_is_refused_where_that_is_wanted(self) -> None:
        before = self.as_seen(self.decided(order()), "duplicate", documents=(), answers=())
        (interchange,) = self.again(order(), before, configuration(duplicates=DuplicatePolicy.REJECT)).interchanges
        assert (interchange.state, interchange.verdict) == ("duplicate", "rejected")
        assert interchange.findings == ("error interchange-duplicate",)

    def test_what_came_twice_is_processed_where_that_is_agreed_and_its_documents_are_known(self) -> None:
        before = self.as_seen(self.decided(order()), "duplicate", documents=(), answers=())
        (interchange,) = self.again(order(), before, configuration(duplicates=DuplicatePolicy.ACCEPT)).interchanges
        assert (interchange.state, [one.state for one in interchange.documents]) == ("accepted", ["duplicate"])
        assert [one.deliveries for one in interchange.documents] == [()]

    def test_a_document_that_came_before_stays_one(self) -> None:
        (interchange,) = self.decided(order()).interchanges
        seen = tuple(replace(one, state="conflict", deliveries=(), route="") for one in interchange.documents)
        before = Decided("translated", (), (replace(interchange, documents=seen),))
        assert list(changes(before, self.again(order(), before))) == []

    def test_what_was_out_of_sequence_is_refused_where_that_is_minded(self) -> None:
        (interchange,) = self.decided(order()).interchanges
        refused = replace(interchange, state="refused", findings=("error interchange-out-of-sequence",), documents=())
        before = Decided("translated", (), (refused,))
        minding = configuration(sequence=SequenceTerms(OutOfSequence.REJECT))
        assert [one.state for one in self.again(order(), before, minding).interchanges] == ["refused"]
        assert [one.state for one in self.again(order(), before).interchanges] == ["accepted"]

    def test_what_no_route_takes_may_be_refused(self) -> None:
        before = self.decided(order(), configuration(routes=[]))
        after = self.again(order(), before, configuration(routes=[], unroutable=Unroutable.REJECT))
        assert next(change.what for change in changes(before, after)) == "997 accepted -> 997 rejected"

    def test_what_is_counted_hides_what_nobody_is_shown(self) -> None:
        settings = configuration(routes=[Route("r", targets=(ODOO,), rules=(SetRule(parse_path("buyer.name"), "Ann"),))])
        transmission = claimed(order(), settings, channel="bigbox-folder", partner=None, name="f", new_id=new_id)
        tally = ChangeTally()
        masks = parse_masks(["buyer.name"])
        DecideAgain(settings, masks, new_id).compare(transmission, self.decided(order()), tally)
        (group,) = [group for group in tally.view()["groups"] if group["kind"] == "field"]
        assert (group["what"], group["examples"][0]["before"], group["examples"][0]["after"]) == ("buyer.name", "•••", "•••")

    def test_what_was_purged_is_said(self) -> None:
        before = self.decided(order())
        documents = tuple(replace(one, json=None) for one in before.interchanges[0].documents)
        purged = replace(before, interchanges=(replace(before.interchanges[0], documents=documents),))
        transmission = claimed(order(), configuration(), channel="bigbox-folder", partner=None, name="f", new_id=new_id)
        tally = ChangeTally()
        DecideAgain(configuration(), Masks(), new_id).compare(transmission, purged, tally)
        assert [(one["reason"], one["count"]) for one in tally.view()["not_compared"]] == [
            ("its canonical form was purged: fields are not compared", 1)
        ]
