"""What becomes of each kind of interchange: state by verdict, group, envelope and agreement; failures; the journal."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import orjson
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from jsonschema import Draft202012Validator

from gateway.contract.schemas import headers as contract
from gateway.domain.document_path import parse_path
from gateway.domain.route import Route
from gateway.domain.route import Target as RouteTarget
from gateway.domain.rule import RequireRule, SetRule
from gateway.ports import ClaimedTransmission, Settlement
from gateway.stages.acknowledge import Arrival, owed_for
from gateway.stages.duplicates import Fate, with_documents
from gateway.stages.judgement import Judged, judge
from gateway.stages.ledger import Ledger
from gateway.system import TimeOrderedIds
from tests.integration.harness import Settings, configuration
from tests.integration.test_flow import edifact, join_sets, order

new_id = TimeOrderedIds()


def received(body: bytes, *, partner: str | None = "bigbox", **changes: Any) -> ClaimedTransmission:
    channel = f"{partner}-folder" if partner else "shared"
    given = {"name": "file.edi", "traceparent": None, "waited": False, "starts": 1, **changes}
    return ClaimedTransmission(
        id=new_id(),
        channel=channel,
        partner=partner,
        sha256=b"",
        size=len(body),
        received_at=datetime.now(UTC),
        body=body,
        **given,
    )


@dataclass(frozen=True)
class Entry:
    """A transmission as judged, and all that was written about it."""

    judged: Judged
    settlement: Settlement

    @property
    def states(self) -> list[str]:
        return [document.state for document in self.settlement.documents]

    @property
    def failures(self) -> list[tuple[str, str, str]]:
        return [(row.stage, row.code, row.owner) for row in self.settlement.failures]

    def steps(self, subject: int = -1) -> list[Any]:
        found: list[Any] = orjson.loads(self.settlement.events[subject].steps)
        return found


def entered(
    transmission: ClaimedTransmission,
    settings: Settings | None = None,
    *,
    fate: Callable[[Fate], Fate] = lambda given: given,
    answers: Sequence[str] = ("997 accepted",),
) -> Entry:
    """Judge it and write it down, with the fates that the database would have found."""
    judged = judge(transmission, settings or configuration(), new_id)
    settlement = Settlement()
    ledger = Ledger(settlement, new_id, "test", datetime(2026, 3, 2, tzinfo=UTC))
    ledger.transmission(judged)
    for interchange in judged.interchanges:
        found = fate(Fate("refused" if interchange.refused else "accepted", interchange))
        ledger.interchange(judged, found.interchange, state=found.state, duplicate_of=found.duplicate_of, answers=answers)
    return Entry(judged, settlement)


def in_group(body: bytes, functional_id: bytes, set_id: bytes) -> bytes:
    return body.replace(b"GS*PO", b"GS*" + functional_id).replace(b"ST*850", b"ST*" + set_id)


TABLE: dict[str, tuple[ClaimedTransmission, str, list[str], list[tuple[str, str, str]]]] = {
    "a good one": (received(order()), "accepted", ["routed"], []),
    "a set with an error": (
        received(order().replace(b"BEG*00*", b"BEG**")), "accepted", ["rejected"], [("translate", "document-rejected", "sales")],
    ),
    "a good and a bad set": (
        received(join_sets(order("A"), order("B").replace(b"BEG*00*", b"BEG**"))), "accepted", ["routed", "rejected"],
        [("translate", "document-rejected", "sales")],
    ),
    "a group with another number in its trailer": (
        received(order().replace(b"GE*1*1~", b"GE*1*9~")), "accepted", ["refused"],
        [("translate", "group-reference-mismatch", "sales")],
    ),
    "a group that counts wrongly": (
        received(order().replace(b"GE*1*1~", b"GE*7*1~")), "accepted", ["refused"],
        [("translate", "group-count-mismatch", "sales")],
    ),
    "an interchange that counts wrongly": (
        received(order().replace(b"IEA*1*", b"IEA*9*")), "refused", ["refused"],
        [("translate", "interchange-count-mismatch", "sales")],
    ),
    "a version that was not agreed": (
        received(order().replace(b"*X*004010~", b"*X*005010~")), "accepted", ["rejected"],
        [("translate", "document-rejected", "sales")],
    ),
    "a set nobody can read": (
        received(in_group(order(), b"PR", b"855")), "accepted", ["rejected"], [("translate", "document-rejected", "sales")],
    ),
    "an acknowledgement of ours": (received(in_group(order(), b"FA", b"997")), "accepted", ["consumed"], []),
    "a stranger": (
        received(order(sender="01:999999999"), partner=None), "refused", ["refused"],
        [("translate", "sender-unknown", "operations")],
    ),
    "a stranger by a partner's channel": (
        received(order(sender="01:999999999")), "refused", ["refused"], [("translate", "sender-unknown", "sales")],
    ),
    "a partner by another's channel": (
        received(order(), partner="nordmart"), "refused", ["refused"], [("translate", "sender-unknown", "sales")],
    ),
    "a good message": (received(edifact(), partner="nordmart"), "accepted", ["routed"], []),
    "a message for somebody else": (
        received(edifact(receiver="5790000000999"), partner="nordmart"), "refused", ["refused"],
        [("translate", "receiver-unknown", "edi")],
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", TABLE)
def test_state_and_failures_by_verdict_group_interchange_and_agreement(name: str) -> None:
    transmission, state, documents, failures = TABLE[name]
    entry = entered(transmission)
    assert [row.state for row in entry.settlement.interchanges] == [state]
    assert entry.states == documents
    assert sorted(entry.failures) == sorted(failures)


@pytest.mark.parametrize("name", TABLE)
def test_nothing_ends_without_a_message_an_owner_and_a_remedy(name: str) -> None:
    settlement = entered(TABLE[name][0]).settlement
    assert all(row.message and row.owner and row.remedy and row.sample for row in settlement.failures)
    onward = {row.document for row in settlement.deliveries}
    ended = [row for row in settlement.documents if row.id not in onward and row.name != "functional_acknowledgement"]
    assert bool(settlement.failures) == bool(ended)


@pytest.mark.parametrize("name", TABLE)
def test_only_what_is_routed_leaves_us_and_every_subject_has_its_journal(name: str) -> None:
    settlement = entered(TABLE[name][0]).settlement
    routed = {row.id for row in settlement.documents if row.state == "routed"}
    assert {row.document for row in settlement.deliveries} == routed
    assert {row.document for row in settlement.outbox} == routed
    assert {row.id for row in settlement.documents} <= {row.subject for row in settlement.events}


def test_a_refused_group_is_one_failure_for_all_its_documents_and_harms_no_other_group() -> None:
    one, other = order("A"), order("B")
    bad = one[one.index(b"GS*") : one.index(b"IEA")].replace(b"GE*1*1~", b"GE*5*1~")
    good = other[other.index(b"GS*") : other.index(b"IEA")].replace(b"*0915*1*X", b"*0915*2*X").replace(b"GE*1*1~", b"GE*1*2~")
    body = one[: one.index(b"GS*")] + bad + good + b"IEA*2*000000001~"
    entry = entered(received(body))
    assert entry.states == ["refused", "routed"]
    assert entry.failures == [("translate", "group-count-mismatch", "sales")]
    assert "Group 1 of interchange 000000001" in entry.settlement.failures[0].message


@pytest.mark.parametrize("body", [b"", b"   \r\n", b"hello", b"\xff" * 30])
@pytest.mark.parametrize(
    ("partner", "owner"), [("bigbox", "sales"), ("nordmart", "edi"), (None, "operations"), ("gone", "operations")]
)
def test_what_cannot_be_read_belongs_to_the_owner_of_its_channels_partner(body: bytes, partner: str | None, owner: str) -> None:
    entry = entered(received(body, partner=partner))
    assert [state for _, state in entry.settlement.transmissions] == ["unreadable"]
    assert [row.owner for row in entry.settlement.failures] == [owner]
    assert entry.settlement.failures[0].sample == entry.judged.transmission.id
    assert entry.steps()[0]["what"] == "unreadable"


class TestRoutes:
    def test_no_route_asks_for_one(self) -> None:
        entry = entered(received(order()), configuration(routes=[]))
        assert (entry.states, entry.failures) == (["unrouted"], [("route", "no-route", "sales")])
        assert "Add a route" in entry.settlement.failures[0].remedy
        assert (entry.settlement.deliveries, len(entry.settlement.outbox)) == ([], 1)

    def test_a_rule_that_stops_names_its_owner_and_the_route(self) -> None:
        rules = (RequireRule(parse_path("warehouse.identifiers.seller"), "logistics"),)
        entry = entered(
            received(order()), configuration(routes=[Route("strict", targets=(RouteTarget("odoo", "x"),), rules=rules)])
        )
        (failure,) = entry.settlement.failures
        assert (entry.states, failure.owner, failure.route) == (["stopped"], "logistics", "strict")
        assert "Correct the rules" in failure.remedy
        assert entry.settlement.documents[0].route == "strict"

    def test_what_waits_for_another_is_blocked_until_then(self) -> None:
        targets = (RouteTarget("odoo", "sale_order"), RouteTarget("wms", "warehouse_order", after="odoo"))
        entry = entered(received(order()), configuration(routes=[Route("both", targets=targets)]))
        first, second = entry.settlement.deliveries
        assert (first.state, first.after, second.state, second.after) == ("waiting", None, "blocked", first.id)
        assert first.idempotency_key != second.idempotency_key

    def test_what_rules_changed_is_kept_beside_what_was_received(self) -> None:
        rules = (SetRule(parse_path("warehouse.identifiers.seller"), "east"),)
        route = Route("orders", targets=(RouteTarget("odoo", "sale_order"),), rules=rules)
        settlement = entered(received(order()), configuration(routes=[route])).settlement
        assert b'"east"' in settlement.routed[0].json
        assert b'"east"' not in settlement.canonical[0].json


class TestDuplicates:
    def test_a_repeat_that_is_answered_is_the_partners_to_know(self) -> None:
        entry = entered(received(order()), fate=lambda f: Fate("duplicate", f.interchange.as_duplicate(), new_id()))
        assert (entry.states, entry.failures) == ([], [])
        assert entry.settlement.interchanges[0].state == "duplicate"

    def test_a_repeat_that_is_not_answered_does_not_vanish(self) -> None:
        fate = lambda f: Fate("duplicate", f.interchange.as_duplicate(), new_id())  # noqa: E731 - as short as its neighbours
        entry = entered(received(order()), fate=fate, answers=())
        assert entry.failures == [("translate", "interchange-duplicate", "sales")]

    def test_the_same_number_with_other_content_is_a_conflict(self) -> None:
        entry = entered(received(order()), fate=lambda f: Fate("conflict", f.interchange.as_duplicate(), new_id()))
        assert entry.failures == [("translate", "interchange-conflict", "sales")]

    @pytest.mark.parametrize(
        ("state", "failures"), [("duplicate", []), ("conflict", [("translate", "document-conflict", "sales")])]
    )
    def test_an_order_that_was_there_before_goes_nowhere(self, state: str, failures: list[tuple[str, str, str]]) -> None:
        def fate(found: Fate) -> Fate:
            return with_documents(found, {document.id: state for document in found.interchange.documents})

        entry = entered(received(order()), fate=fate)
        assert (entry.states, entry.failures) == ([state], failures)
        assert (entry.settlement.deliveries, entry.settlement.outbox) == ([], [])
        assert [step["what"] for step in entry.steps()] == ["interchange", "acknowledged", "document", state]


class TestJournal:
    def test_an_interchange_of_one_document_is_one_entry_with_all_steps(self) -> None:
        entry = entered(received(order()))
        (event,) = entry.settlement.events
        assert event.subject == entry.settlement.documents[0].id
        about, acknowledged, document, routed = entry.steps()
        assert about["detail"] == {
            "state": "accepted", "verdict": "accepted", "control_number": "000000001", "sender": "01:123456789",
            "partner": "bigbox", "documents": 1,
        }  # fmt: skip
        assert acknowledged == {"what": "acknowledged", "detail": ["997 accepted"]}
        assert document["detail"] == {"type": "850", "control_number": "0001", "verdict": "accepted"}
        assert routed["what"] == "routed"
        assert routed["detail"]["tried"][0]["route"] == "orders"

    def test_several_documents_have_one_entry_each_beside_that_of_the_interchange(self) -> None:
        settlement = entered(received(join_sets(order("A"), order("B")))).settlement
        subjects = [settlement.interchanges[0].id, *(row.id for row in settlement.documents)]
        assert [event.subject for event in settlement.events] == subjects

    def test_each_entry_names_the_configuration_and_the_node(self) -> None:
        (event,) = entered(received(order())).settlement.events
        assert (event.configuration, event.node, event.stage) == ("test-digest", "test", "translate")

    def test_the_public_message_can_be_followed_back(self) -> None:
        transmission = received(order("PO-9"), traceparent="00-" + "a" * 32 + "-" + "b" * 16 + "-01")
        entry = entered(transmission)
        (row,) = entry.settlement.outbox
        headers = orjson.loads(row.headers)
        assert (headers["subject"], headers["correlationid"]) == ("PO-9", str(transmission.id))
        assert (headers["causationid"], headers["traceparent"]) == (str(row.document), transmission.traceparent)
        assert list(Draft202012Validator(contract()["document"]).iter_errors(headers)) == []
        assert headers["dataschema"] == "urn:edi-gateway:purchase_order:1"
        assert headers.keys() <= contract()["document"]["properties"].keys()

    def test_somebody_who_waits_is_told(self) -> None:
        transmission = received(order(), waited=True)
        assert entered(transmission).settlement.waited == [transmission.id]


class TestAnswers:
    @pytest.mark.parametrize(
        ("name", "answers"),
        [
            ("a good one", [("997", "accepted")]),
            ("a set with an error", [("997", "rejected")]),
            ("a good and a bad set", [("997", "partly_accepted")]),
            ("a group that counts wrongly", [("997", "rejected")]),
            ("an acknowledgement of ours", []),
            ("a stranger", []),
            ("a partner by another's channel", []),
            ("a good message", [("CONTRL", "accepted")]),
            ("a message for somebody else", [("CONTRL", "rejected")]),
        ],
    )
    def test_what_is_owed(self, name: str, answers: list[tuple[str, str]]) -> None:
        judged = judge(TABLE[name][0], configuration(), new_id)
        where = Arrival(judged.transmission.id, judged.transmission.channel, judged.configuration)
        owed = [one for interchange in judged.interchanges for one in owed_for(interchange, where, new_id)]
        assert [(one.row.type, one.row.verdict) for one in owed] == answers
        assert all(one.delivery and one.delivery.outbound == one.draft.id for one in owed)
        assert not any(one.problem for one in owed)

    def test_an_envelope_that_no_answer_can_repeat_is_a_failure_of_its_own(self) -> None:
        judged = judge(received(edifact(receiver="5" * 40), partner="nordmart"), configuration(), new_id)
        where = Arrival(judged.transmission.id, judged.transmission.channel, judged.configuration)
        (owed,) = owed_for(judged.interchanges[0], where, new_id)
        assert "40 characters" in owed.problem


@st.composite
def damaged(draw: st.DrawFn) -> tuple[bytes, str]:
    """A good interchange of either family in which a few segments were lost, doubled, swapped or written over."""
    family = draw(st.sampled_from(["bigbox", "nordmart"]))
    terminator = b"~" if family == "bigbox" else b"'"
    segments = (order() if family == "bigbox" else edifact()).split(terminator)
    for _ in range(draw(st.integers(1, 4))):
        at = draw(st.integers(0, len(segments) - 1))
        match draw(st.sampled_from(["lose", "double", "swap", "overwrite"])):
            case "lose" if len(segments) > 1:
                del segments[at]
            case "double":
                segments.insert(at, segments[at])
            case "swap":
                segments[at], segments[-1 - at] = segments[-1 - at], segments[at]
            case _:
                place = draw(st.integers(0, len(segments[at])))
                segments[at] = segments[at][:place] + draw(st.binary(min_size=1, max_size=6)) + segments[at][place + 1 :]
    return terminator.join(segments), family


@given(damaged())
@settings(max_examples=150)
def test_whatever_was_damaged_is_delivered_or_has_a_failure_with_an_owner(drawn: tuple[bytes, str]) -> None:
    body, partner = drawn
    settlement = entered(received(body, partner=partner)).settlement
    assert len(settlement.transmissions) == 1
    assert all(row.owner and row.message and row.remedy for row in settlement.failures)
    delivered = {row.document for row in settlement.deliveries}
    undelivered = [row for row in settlement.documents if row.id not in delivered and row.name != "functional_acknowledgement"]
    if undelivered or not settlement.interchanges:
        assert settlement.failures
    assert all("\x00" not in event.steps and "\\u0000" not in event.steps for event in settlement.events)
    assert {row.subject for row in settlement.events} >= {row.id for row in settlement.documents}
