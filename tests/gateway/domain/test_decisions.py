"""Decision tables of the domain: every row of what may come together, and properties that hold for all of them."""

import itertools
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.domain.agreement import Agreement, Direction, Partner, Partnerships, reply_channel
from gateway.domain.channel import Channel, FolderOptions, HttpOptions
from gateway.domain.document_path import parse_path
from gateway.domain.idempotency import delivery_key
from gateway.domain.retry import RetryPolicy, next_delay
from gateway.domain.route import Context, Route, Target, decide
from gateway.domain.rule import CodeTable, DefaultRule, MapRule, SetRule
from gateway.domain.strictness import GROUPS, NEGOTIABLE, codes_named, strictest
from translators.contract import AcknowledgementTerms, Envelope, Family, Identity, Separators
from translators.finding import DEFINITIONS, Code, Severity

US, EU, STRANGER = Identity("ZZ", "US"), Identity("ZZ", "EU"), Identity("ZZ", "NOBODY")
BIGBOX, NORDMART = Identity("01", "123"), Identity("01", "456")
ENVELOPE = Envelope(Family.X12, BIGBOX, US, "000000001", "00401", False, "0", "", 7, (), Separators("*", ":", "~"))
PARTNER = Partner("bigbox", "BigBox", "edi", {Family.X12: (BIGBOX,)})


class TestTermsFor:
    """(who sends, to whom, by whose channel, marked as test, tests refused) -> what is found in the envelope."""

    @pytest.mark.parametrize(
        ("sender", "receiver", "channel", "test", "refused"),
        list(
            itertools.product(
                (BIGBOX, STRANGER), (US, EU, STRANGER), (None, "bigbox", "nordmart"), (False, True), ("", "gateway", "partner")
            )
        ),
    )  # fmt: skip
    def test_each_fault_is_found_once_and_for_its_own_reason(
        self, sender: Identity, receiver: Identity, channel: str | None, *, test: bool, refused: str
    ) -> None:
        addressed = {Family.X12: (US,)}
        bigbox = replace(PARTNER, addressed_as=addressed, refuse_test=refused == "partner")
        known = Partnerships.build([bigbox], [], identities={Family.X12: (US, EU)}, refuse_test=refused == "gateway")
        envelope = replace(ENVELOPE, sender=sender, receiver=receiver, test=test)
        found = [finding.code for finding in known.terms_for(envelope, channel_partner=channel).findings]
        expected = []
        if sender == STRANGER or channel == "nordmart":
            expected.append(Code.SENDER_UNKNOWN)
        if receiver == STRANGER or (sender == BIGBOX and receiver == EU):
            expected.append(Code.RECEIVER_UNKNOWN)
        if test and (refused == "gateway" or (refused == "partner" and sender == BIGBOX)):
            expected.append(Code.TEST_NOT_SUPPORTED)
        assert found == expected

    def test_two_partners_on_one_identity_are_told_apart_by_ours(self) -> None:
        west = replace(PARTNER, id="west", addressed_as={Family.X12: (US,)})
        east = replace(PARTNER, id="east", addressed_as={Family.X12: (EU,)})
        known = Partnerships.build([west, east], [], identities={Family.X12: (US, EU)})
        for receiver, partner in ((US, "west"), (EU, "east")):
            one = known.partner_of(replace(ENVELOPE, receiver=receiver))
            assert one is not None
            assert one.id == partner
        assert known.partner_of(replace(ENVELOPE, receiver=STRANGER)) is None

    def test_the_same_identity_in_another_family_is_somebody_else(self) -> None:
        known = Partnerships.build([PARTNER], [], identities={Family.X12: (US,), Family.EDIFACT: (US,)})
        assert known.partner_of(replace(ENVELOPE, family=Family.EDIFACT)) is None

    def test_the_acknowledgement_of_a_partner_is_that_of_the_agreement_that_owes_one(self) -> None:
        silent = Agreement("a", "bigbox", Direction.IN, "purchase_order", Family.X12, "850", "004010")
        owing = replace(silent, id="b", type="860", acknowledgement=AcknowledgementTerms("997"))
        for order in ([silent, owing], [owing, silent]):
            known = Partnerships.build([PARTNER], order, identities={Family.X12: (US,)})
            assert known.terms_for(ENVELOPE).acknowledgement.functional == "997"


def folder(name: str, partner: str | None = "bigbox", outbox: str | None = "out") -> Channel:
    return Channel(name, "folder", partner, FolderOptions("in", outbox))


HTTP = Channel("http", "http", "bigbox", HttpOptions(()))
FIRST, SECOND = folder("first"), folder("second")
SHARED, OTHERS, READ_ONLY = folder("shared", None), folder("others", "nordmart"), folder("inbox", outbox=None)


class TestReplyChannel:
    @pytest.mark.parametrize(
        ("acknowledge_by", "arrived_by", "channels", "expected"),
        [
            (None, FIRST, [SECOND, FIRST], FIRST),
            (None, SECOND, [FIRST, SECOND], SECOND),
            (None, SHARED, [FIRST, SHARED], SHARED),
            (None, HTTP, [HTTP, FIRST], FIRST),
            (None, HTTP, [HTTP], None),
            (None, HTTP, [HTTP, OTHERS, SHARED], None),
            (None, READ_ONLY, [READ_ONLY, SECOND], SECOND),
            (None, None, [FIRST, SECOND], FIRST),
            (None, None, [OTHERS], None),
            (None, None, [], None),
            ("second", FIRST, [FIRST, SECOND], SECOND),
            ("second", HTTP, [HTTP, FIRST, SECOND], SECOND),
            ("gone", FIRST, [FIRST, SECOND], None),
            ("inbox", FIRST, [FIRST, READ_ONLY], None),
            ("others", FIRST, [FIRST, OTHERS], None),
        ],
    )
    def test_where_the_answer_goes(
        self, acknowledge_by: str | None, arrived_by: Channel | None, channels: list[Channel], expected: Channel | None
    ) -> None:
        assert reply_channel(replace(PARTNER, acknowledge_by=acknowledge_by), arrived_by, channels) == expected


CONTEXT = Context("purchase_order", "bigbox", "edi")


class TestRulesKeepToThemselves:
    """A route is used for millions of documents: nothing one of them does may show in the next."""

    def decide(self, *rules: Any, document: dict[str, Any] | None = None) -> Any:
        return decide([Route("r", rules=rules, targets=(Target("odoo", "sale_order"),))], document or {"number": "1"}, CONTEXT)

    def test_a_value_set_and_then_changed_is_the_same_for_the_next_document(self) -> None:
        value = {"name": "east"}
        rules = (SetRule(parse_path("warehouse"), value), SetRule(parse_path("warehouse.code"), "W1"))
        for _ in range(2):
            decision = self.decide(*rules)
            assert decision.document["warehouse"] == {"name": "east", "code": "W1"}
            assert decision.applied[0].after == {"name": "east"}
            assert decision.applied[1].before is None
        assert value == {"name": "east"}

    def test_a_default_that_is_a_list_is_not_shared_between_documents(self) -> None:
        rules = (DefaultRule(parse_path("lines"), [{"n": 1}]), SetRule(parse_path("lines[].n"), 2))
        first, second = self.decide(*rules), self.decide(*rules)
        assert first.document["lines"] == second.document["lines"] == [{"n": 2}]
        assert first.document["lines"] is not second.document["lines"]
        assert rules[0].value == [{"n": 1}]

    def test_what_was_there_before_is_reported_as_it_was(self) -> None:
        decision = self.decide(SetRule(parse_path("a.b"), 1), SetRule(parse_path("a"), {"c": 3}), document={"a": {"b": 0}})
        assert [one.before for one in decision.applied] == [0, {"b": 1}]

    def test_a_code_table_maps_what_was_mapped_before_no_second_time_by_itself(self) -> None:
        table = CodeTable("t", {"A": "B", "B": "C"})
        rule = MapRule(parse_path("x"), parse_path("x"), table, owner="sales")
        assert self.decide(rule, document={"x": "A"}).document["x"] == "B"
        assert self.decide(rule, rule, document={"x": "A"}).document["x"] == "C"

    @given(st.lists(st.booleans(), max_size=6))
    def test_the_first_route_that_matches_wins_and_all_before_it_are_explained(self, matches: list[bool]) -> None:
        routes = [Route(f"r{n}", document="purchase_order" if fits else "invoice") for n, fits in enumerate(matches)]
        decision = decide(routes, {}, CONTEXT)
        first = matches.index(True) if True in matches else None
        assert decision.route == (None if first is None else f"r{first}")
        assert [tried.matched for tried in decision.tried] == matches[: None if first is None else first + 1]
        assert all(tried.reason for tried in decision.tried)
        assert bool(decision.failures) is (first is None)

    @given(st.lists(st.integers(0, 3), min_size=1, max_size=5), st.integers(0, 3))
    def test_a_route_that_comes_later_never_takes_from_one_before(self, kinds: list[int], extra: int) -> None:
        names = ("purchase_order", "invoice", "despatch_advice", None)
        routes = [Route(f"r{n}", document=names[kind]) for n, kind in enumerate(kinds)]
        before = decide(routes, {}, CONTEXT).route
        after = decide([*routes, Route("late", document=names[extra])], {}, CONTEXT).route
        assert before in (None, after)


class TestStrictness:
    def test_groups_share_no_code_so_their_order_in_the_file_means_nothing(self) -> None:
        codes = [code for group in GROUPS.values() for code in group]
        assert len(codes) == len(set(codes))

    @pytest.mark.parametrize("group", sorted(GROUPS))
    def test_a_group_is_all_negotiable_and_known_by_its_name(self, group: str) -> None:
        assert codes_named(group) == GROUPS[group]
        assert GROUPS[group] <= NEGOTIABLE
        assert GROUPS[group]

    @pytest.mark.parametrize("code", sorted(Code))
    def test_a_single_code_is_known_by_its_value_whether_negotiable_or_not(self, code: Code) -> None:
        named = codes_named(code.value)
        assert named in (frozenset({code}), frozenset())

    def test_what_proves_wholeness_and_identity_is_not_negotiable(self) -> None:
        fixed = {
            Code.SENDER_UNKNOWN,
            Code.RECEIVER_UNKNOWN,
            Code.INTERCHANGE_DUPLICATE,
            Code.DOCUMENT_TRAILER_MISSING,
            Code.CANONICAL_INVALID,
        }
        assert not fixed & NEGOTIABLE

    severities = st.dictionaries(st.sampled_from(sorted(Code)), st.sampled_from([None, *Severity]), max_size=4)

    @given(st.lists(severities, min_size=1, max_size=4))
    def test_the_strictest_is_at_least_each_of_them_and_no_stricter_than_all(
        self, agreed: list[dict[Code, Severity | None]]
    ) -> None:
        weight = {None: 0, Severity.INFO: 1, Severity.WARNING: 2, Severity.ERROR: 3}
        result = strictest(agreed)
        for code in {code for severities in agreed for code in severities}:
            each = [weight[severities.get(code, DEFINITIONS[code].severity)] for severities in agreed]
            assert weight[result[code]] == max(each)
        assert strictest(list(reversed(agreed))) == result
        assert strictest([*agreed, *agreed]) == result

    def test_one_agreement_is_its_own_strictest(self) -> None:
        alone = {Code.ELEMENT_CODE: None, Code.CONTROL_TOTAL: Severity.ERROR}
        assert strictest([alone]) == alone


class TestRetry:
    @pytest.mark.parametrize("asked", [float("inf"), 1e18, 90_000.0, 86_401.0])
    def test_a_target_that_asks_for_more_than_the_total_gets_what_is_agreed_and_overflows_nothing(self, asked: float) -> None:
        policy = RetryPolicy()
        assert next_delay(policy, attempt=1, age=timedelta(), chance=0.5, asked=asked) == policy.snooze

    @pytest.mark.parametrize("asked", [0.0, -5.0, 1.0])
    def test_a_target_that_asks_for_less_than_the_delay_changes_nothing(self, asked: float) -> None:
        assert next_delay(RetryPolicy(), attempt=1, age=timedelta(), chance=0.5, asked=asked) == timedelta(seconds=5)

    @given(
        st.integers(1, 2_000), st.floats(0, 1), st.floats(0, 90_000), st.none() | st.floats(0, 1e9),
        st.integers(1, 1_000), st.floats(1, 10),
    )  # fmt: skip
    def test_whatever_comes_the_total_is_never_passed(
        self, attempt: int, chance: float, age: float, asked: float | None, attempts: int, factor: float
    ) -> None:
        policy = RetryPolicy(attempts=attempts, factor=factor)
        delay = next_delay(policy, attempt=attempt, age=timedelta(seconds=age), chance=chance, asked=asked)
        if delay is not None:
            assert attempt < attempts
            assert timedelta() < delay
            assert timedelta(seconds=age) + delay <= policy.total
            left = policy.total - timedelta(seconds=age)
            assert asked is None or delay >= min(timedelta(seconds=asked), policy.snooze, left)


BASE: dict[str, Any] = {"document": "purchase_order", "partner": "bigbox", "identity": "4711", "target": "odoo", "test": False}


class TestDeliveryKey:
    @pytest.mark.parametrize(
        "change", [{"document": "invoice"}, {"partner": "nordmart"}, {"identity": "4712"}, {"target": "wms"}, {"test": True}]
    )
    def test_each_part_counts(self, change: dict[str, Any]) -> None:
        assert delivery_key(**BASE) != delivery_key(**(BASE | change))

    @given(st.text(), st.text(), st.text())
    def test_it_is_safe_as_an_external_id_whatever_the_partner_sends(self, partner: str, identity: str, target: str) -> None:
        try:
            key = delivery_key(document="purchase_order", partner=partner, identity=identity, target=target, test=False)
        except UnicodeEncodeError:  # lone surrogates: made storable before
            return
        assert key.replace("_", "").isalnum()
        assert key.isascii()

    def test_parts_do_not_run_into_each_other(self) -> None:
        one = delivery_key(**(BASE | {"partner": "ab", "identity": "c"}))
        assert one != delivery_key(**(BASE | {"partner": "a", "identity": "bc"}))
