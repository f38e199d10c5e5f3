"""Which documents are agreed with a new partner: what it sends, what usually answers that, in names that agreements may have."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.config.agreed_format import PATTERN
from gateway.domain.agreement import Direction
from gateway.domain.onboarding.partner_file import Block, Question, Setting
from gateway.domain.onboarding.recognised import Items, Recognised, SeenDocument, Syntax
from gateway.domain.onboarding.wish import Format, Transport, Wish
from gateway.operations.propose_agreements import ANSWERS, Agreed, agreed_in, agreed_out, agreement_blocks
from translators import registry
from translators.canonical import NAMES
from translators.contract import Family, Separators
from translators.finding import Code

WISH = Wish(partner="acme", transport=Transport.FOLDER)
ORDERS = SeenDocument(
    family=Family.X12, direction=Direction.IN, type="850", version="004010", written=frozenset(), document="purchase_order",
    count=1, complaints={}, outside=[], items=Items(), without_currency=False, units=[],
)  # fmt: skip
USUAL = Syntax(
    family=Family.X12, version="00401", separators=registry.separators(Family.X12, "00401"), group_versions=frozenset(),
    applications=frozenset(), acknowledgement_requested=False, test=True,
)  # fmt: skip
TYPES = [(family, name) for family in Family for name in registry.documents(family)]


def seen(**changes: Any) -> Recognised:
    """What a sample of one kind of document tells."""
    return Recognised(samples=["a"], documents=[replace(ORDERS, **changes)], syntaxes=[USUAL])


def blocks(wish: Wish = WISH, found: Recognised | None = None) -> list[Block]:
    found = found or seen()
    coming = agreed_in(wish, found)
    return list(agreement_blocks(wish, found, [*coming, *agreed_out(wish, found, coming)]))


def settings(block: Block) -> dict[str, Any]:
    return {part.key: part.value for part in block.parts if isinstance(part, Setting)}


def codes(block: Block) -> list[str]:
    return [part.code for part in block.parts if isinstance(part, Question)]


def named(text: str, document: str, direction: Direction = Direction.IN) -> Format:
    family, version, type_ = text.split("/")
    return Format(Family(family), version, type_, document, direction)


class TestWhatComes:
    def test_samples_and_formats_that_are_the_same_are_agreed_once(self) -> None:
        wish = replace(
            WISH, formats=[named("x12/004010/850", "purchase_order"), named("x12/004010/860", "purchase_order_change")]
        )
        assert [(one.format, one.seen is not None) for one in agreed_in(wish, seen())] == [
            ("x12/004010/850", True),
            ("x12/004010/860", False),
        ]

    @pytest.mark.parametrize("document", ["functional_acknowledgement", "application_response"])
    def test_acknowledgements_need_no_agreement(self, document: str) -> None:
        assert agreed_in(WISH, seen(type="997", document=document)) == []

    def test_a_document_that_says_nothing_of_what_it_is_cannot_be_agreed(self) -> None:
        assert agreed_in(WISH, seen(type="", document=None)) == []

    def test_samples_of_what_we_send_do_not_come(self) -> None:
        assert agreed_in(WISH, seen(direction=Direction.OUT)) == []

    def test_a_document_without_a_mapping_is_passed_on_after_a_question(self) -> None:
        (block,) = blocks(replace(WISH, sends=[]), seen(type="999", document=None))
        assert settings(block)["document"] == "generic_document"
        assert "generic" in codes(block)


class TestWhatGoes:
    @pytest.mark.parametrize(("document", "answers"), ANSWERS.items())
    def test_what_usually_answers_is_one_of_ours_that_can_be_written(self, document: str, answers: Sequence[str]) -> None:
        assert document in NAMES
        assert set(answers) <= set(NAMES)
        coming = [Agreed(Family.JSON, "1", document, document, Direction.IN)]
        assert [one.document for one in agreed_out(WISH, Recognised(), coming)] == list(answers)

    def test_our_own_sample_goes_before_what_was_named_and_that_before_what_is_usual(self) -> None:
        mine = replace(ORDERS, direction=Direction.OUT, type="856", version="005010", document="despatch_advice")
        found = replace(seen(), documents=[ORDERS, mine])
        formats = [
            named("x12/006010/856", "despatch_advice", Direction.OUT),
            named("edifact/D.96A/INVOIC", "invoice", Direction.OUT),
        ]
        wish = replace(WISH, formats=formats)
        going = {one.document: one.format for one in agreed_out(wish, found, agreed_in(wish, found))}
        assert going == {
            "despatch_advice": "x12/005010/856",
            "invoice": "edifact/D.96A/INVOIC",
            "order_response": "x12/004010/855",
        }

    def test_each_document_goes_in_one_format_however_often_it_is_answered(self) -> None:
        coming = [replace(one, version=version) for one in agreed_in(WISH, seen()) for version in ("004010", "005010")]
        going = agreed_out(WISH, seen(), coming)
        assert [one.version for one in going] == ["004010"] * len(ANSWERS["purchase_order"])

    def test_nothing_answers_in_flat_files_by_itself(self) -> None:
        coming = [Agreed(Family.FLAT, "farm", "purchase_order", "purchase_order", Direction.IN)]
        assert agreed_out(WISH, Recognised(), coming) == []

    def test_an_order_in_cxml_is_answered_in_cxml_and_one_in_ubl_in_ubl(self) -> None:
        for version, type_, answer in (
            ("cXML", "OrderRequest", "ConfirmationRequest"),
            ("cXML-1.2", "OrderRequest", "ConfirmationRequest"),
            ("UBL-2.1", "Order", "OrderResponse"),
        ):
            coming = [Agreed(Family.XML, version, type_, "purchase_order", Direction.IN)]
            (going,) = agreed_out(replace(WISH, sends=["order_response"]), Recognised(), coming)
            assert going.format == f"xml/{version}/{answer}"


@given(st.lists(st.sampled_from(TYPES), min_size=1, max_size=6, unique=True))
def test_whatever_comes_every_agreement_has_a_name_of_its_own_and_a_format_that_can_be_agreed(
    types: Sequence[tuple[Family, str]],
) -> None:
    versions = {Family.X12: "004010", Family.EDIFACT: "D.96A", Family.XML: "UBL-2.1", Family.JSON: "1", Family.FLAT: "farm"}
    formats = [
        Format(family, versions[family], name, registry.documents(family)[name][0])
        for family, name in types
        if registry.documents(family)[name] and name != "UNO"
    ]
    written = [settings(block) for block in blocks(replace(WISH, formats=formats), Recognised())]
    names = [one["id"] for one in written]
    assert len(set(names)) == len(names)
    assert all(re.fullmatch(r"acme-[a-z0-9-]+", name) for name in names)
    assert [one["format"] for one in written if not re.fullmatch(PATTERN, one["format"])] == []


class TestJudgingWhatComes:
    @pytest.mark.parametrize(
        ("complaints", "strictness", "asked"),
        [
            ({}, None, set()),
            ({Code.ELEMENT_CODE: 3}, {"code_lists": "warn"}, {"strictness"}),
            ({Code.SEGMENT_MISSING: 1, Code.ELEMENT_MISSING: 1}, {"mandatory": "warn"}, {"strictness"}),
            ({Code.DOCUMENT_TRAILER_MISSING: 1}, None, {"refused"}),
            (
                {Code.ELEMENT_CODE: 1, Code.DOCUMENT_TRAILER_MISSING: 1},
                {"code_lists": "warn"},
                {"strictness", "refused"},
            ),
        ],
    )
    def test_what_may_be_agreed_away_is_and_the_rest_is_told(
        self, complaints: Mapping[Code, int], strictness: Mapping[str, str] | None, asked: set[str]
    ) -> None:
        block, *_ = blocks(found=seen(complaints=complaints))
        assert settings(block).get("strictness") == strictness
        assert {"strictness", "refused"} & set(codes(block)) == asked

    def test_other_spellings_of_a_version_are_taken_as_well(self) -> None:
        found = seen(family=Family.EDIFACT, type="ORDERS", version="D.96A", written=frozenset({"0.96A", "D.96B"}))
        block, *_ = blocks(found=found)
        assert settings(block)["other_versions"] == ["0.96A", "D.96B"]

    @pytest.mark.parametrize(
        ("text", "owed"),
        [
            ("x12/004010/850", ["997"]),
            ("edifact/D.96A/ORDERS", ["CONTRL"]),
            ("xml/UBL-2.1/Order", ["ApplicationResponse"]),
            ("xml/cXML/OrderRequest", ["cXML"]),
            ("flat/farm/purchase_order", None),
        ],
    )
    def test_each_family_is_answered_in_its_own_way(self, text: str, owed: list[str] | None) -> None:
        wish = replace(WISH, formats=[named(text, "purchase_order")], sends=[])
        (block,) = blocks(wish, Recognised())
        assert settings(block).get("acknowledge") == owed


class TestHowWeWrite:
    def written(self, **syntax: Any) -> Any:
        found = replace(seen(), syntaxes=[replace(USUAL, **syntax)])
        return settings(blocks(replace(WISH, sends=["invoice"]), found)[1]).get("writing")

    def test_the_usual_way_needs_no_word(self) -> None:
        assert self.written() is None

    def test_envelopes_look_like_those_of_the_partner(self) -> None:
        assert self.written(version="00501") == {"envelope": {"version": "00501"}}
        assert self.written(group_versions=frozenset({"004010VICS", "004010"})) == {"envelope": {"group_version": "004010VICS"}}
        assert self.written(applications=frozenset({("THEIRS", "OURS")})) == {
            "envelope": {"sender_application": "OURS", "receiver_application": "THEIRS"}
        }

    def test_of_several_ways_none_is_chosen(self) -> None:
        assert self.written(group_versions=frozenset({"004010VICS", "004010UCS"})) is None
        assert self.written(applications=frozenset({("A", "B"), ("C", "D")})) is None

    @pytest.mark.parametrize(("line_end", "name"), [("\n", "lf"), ("\r\n", "crlf"), ("\r", "cr")])
    def test_lines_end_as_they_do_in_its_files(self, line_end: str, name: str) -> None:
        separators: Separators = replace(USUAL.separators, line_end=line_end)
        assert self.written(separators=separators) == {"newline": name}

    def test_the_general_questions_are_asked_once_for_all_that_goes(self) -> None:
        _, first, *others = blocks(replace(WISH, transport=Transport.AS2))
        assert {"sends", "expect"} <= set(codes(first))
        assert [codes(one) for one in others] == [[]] * len(others)
