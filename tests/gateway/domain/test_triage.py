"""Likely causes: each code in one row, what a kind of target changes, and that what nobody knows is said to be unknown."""

from collections import Counter

import pytest

from gateway.domain.triage import _BY_CODE, _CODES, _REMEDIES, Cause, TargetKind, judge
from translators.finding import Code


class TestTheTable:
    def test_has_each_code_once(self) -> None:
        codes = Counter(code for row in _CODES.values() for code in row.split())
        assert [code for code, times in codes.items() if times > 1] == []

    def test_has_a_remedy_for_each_cause(self) -> None:
        assert set(_REMEDIES) == set(Cause)

    def test_judges_every_finding_of_translation(self) -> None:
        causes = {code: judge(stage="translate", code=code.value).cause for code in Code}
        assert Cause.UNKNOWN not in causes.values()
        assert causes[Code.SEGMENT_MISSING] is Cause.PARTNER_DATA
        assert causes[Code.DOCUMENT_NOT_AGREED] is Cause.OUR_CONFIGURATION

    def test_knows_what_is_raised_most(self) -> None:
        usual = {
            "product-unknown": Cause.MASTER_DATA,
            "no-route": Cause.OUR_CONFIGURATION,
            "certificate-ends": Cause.CERTIFICATE,
            "access-denied": Cause.CREDENTIALS,
            "interchange-conflict": Cause.DUPLICATE,
            "acknowledgement-overdue": Cause.PARTNER_SILENT,
            "translator-fault": Cause.BUG,
            "disk-full": Cause.CAPACITY,
            "control-number-gap": Cause.SEQUENCE,
        }
        assert {code: _BY_CODE[code] for code in usual} == usual


class TestAJudgement:
    @pytest.mark.parametrize(
        ("code", "cause"),
        [
            ("http-401", Cause.CREDENTIALS),
            ("http-404", Cause.OUR_CONFIGURATION),
            ("http-422", Cause.APPLICATION_REFUSES),
            ("http-429", Cause.CAPACITY),
            ("http-503", Cause.APPLICATION_DOWN),
        ],
    )
    def test_reads_statuses_of_http(self, code: str, cause: Cause) -> None:
        judged = judge(stage="deliver", code=code, kind=TargetKind.APPLICATION)
        assert judged.cause is cause
        assert judged.because == f"the status {code[-3:]}"

    def test_an_application_that_cannot_be_reached_is_down_and_a_partner_is_away(self) -> None:
        ours = judge(stage="deliver", code="timeout", kind=TargetKind.APPLICATION)
        theirs = judge(stage="deliver", code="target-unavailable", kind=TargetKind.PARTNER)
        assert (ours.cause, theirs.cause) == (Cause.APPLICATION_DOWN, Cause.CONNECTION)
        assert "partner" in theirs.remedy
        assert "partner" not in ours.remedy

    def test_a_partners_refusal_goes_back_to_the_partner(self) -> None:
        assert "send the partner" in judge(stage="deliver", code="http-422", kind=TargetKind.PARTNER).remedy

    def test_the_stage_says_what_it_usually_is(self) -> None:
        judged = judge(stage="route", code="something-new")
        assert (judged.cause, judged.because) == (Cause.OUR_CONFIGURATION, "the stage route")

    def test_what_nobody_knows_is_unknown(self) -> None:
        judged = judge(stage="deliver", code="something-new")
        assert judged.cause is Cause.UNKNOWN
        assert "something-new" in judged.because
