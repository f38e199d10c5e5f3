"""A partner's guide as a page: all that was agreed is told, in both languages, and nothing of it can become markup."""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml import html

from gateway.bootstrap.guide_page import guide_page
from gateway.domain.agreement import DuplicatePolicy

MADE = datetime(2026, 11, 22, 9, tzinfo=UTC)
AGREED: Mapping[str, Any] = {
    "id": "bigbox-850", "direction": "in", "document": "purchase_order", "format": "x12/004010/850", "type": "850",
    "version": "004010", "other_versions": [], "acknowledge": "997", "technical": "never", "duplicates": "reject", "expects": [],
    "separators": {}, "strictness": [], "mandatory": [], "codes": {}, "segments": [], "example": "", "errors": [],
}  # fmt: skip
CHANNEL: Mapping[str, Any] = {
    "id": "bigbox-as2", "type": "as2", "receives": True, "sends": True, "places": ["https://bigbox.example/as2"],
    "facts": {"our_as2": "NORDIC"}, "certificates": [],
}  # fmt: skip
SEGMENT: Mapping[str, Any] = {
    "tag": "BEG", "name": "Beginning", "depth": 0, "mandatory": True, "maximum": 1, "loop": -1, "read": True, "elements": [],
}  # fmt: skip
ELEMENT: Mapping[str, Any] = {
    "place": "BEG01", "id": "353", "name": "purpose", "mandatory": True, "form": "ID 2", "codes": [], "listed": 0,
}  # fmt: skip
ISA = "ISA*00*          *00*          *ZZ*NORDICDC       *01*123456789      *261102*0800*U*00401*000004711*0*P*>"

TAGS = {
    "html", "head", "meta", "title", "style", "body", "h1", "h2", "h3", "p", "b", "br", "table", "thead", "tbody", "tr", "th",
    "td", "code", "pre", "span",
}  # fmt: skip


def guide(**changes: Any) -> dict[str, Any]:
    given: dict[str, Any] = {
        "gateway": "nordic", "partner": "BigBox", "made": MADE, "test": False, "timezone": "Europe/Berlin", "identities": [],
        "channels": [], "agreements": [],
    }  # fmt: skip
    return given | changes


def page(language: str = "en", **changes: Any) -> Any:
    """The page as a browser reads it."""
    return html.document_fromstring(guide_page(guide(**changes), language))


def said(tree: Any) -> str:
    return " ".join(" ".join(tree.body.itertext()).split())


def of(**changes: Any) -> str:
    """What is said of one agreement."""
    return said(page(agreements=[{**AGREED, **changes}]))


def rows(tree: Any) -> list[list[str]]:
    return [["".join(cell.itertext()) for cell in row] for row in tree.xpath("//tbody/tr")]


@pytest.mark.parametrize(("language", "title"), [("en", "How to exchange documents with"), ("de", "Dokumente austauschen mit")])
def test_of_a_partner_with_whom_nothing_runs_yet_there_is_a_whole_page(language: str, title: str) -> None:
    tree = page(language)
    assert tree.get("lang") == language
    assert tree.xpath("//title/text()") == tree.xpath("//h1/text()") == [f"{title} nordic"]
    assert tree.xpath("//table") == []
    assert "2026-11-22" in said(tree)


def test_who_is_on_trial_is_told_so() -> None:
    assert "You are on trial" in said(page(test=True))
    assert "on trial" not in said(page())


class TestConnecting:
    @pytest.mark.parametrize(
        ("receives", "sends", "use"),
        [(True, True, "you send and receive"), (True, False, "you send"), (False, True, "you receive")],
    )
    def test_a_way_is_told_from_the_partners_side(self, receives: bool, sends: bool, use: str) -> None:
        ((name, kind, told, places),) = rows(page(channels=[{**CHANNEL, "receives": receives, "sends": sends}]))
        assert (name, kind, told) == ("bigbox-as2", "as2", use)
        assert places == "https://bigbox.example/as2Our AS2 name: NORDIC"

    def test_certificates_are_told_with_a_fingerprint_that_can_be_read_aloud(self) -> None:
        certificate = {"ours": False, "subject": "CN=BIGBOX", "fingerprint": "0123456789abcdef0123", "not_after": MADE}
        tree = page(channels=[{**CHANNEL, "certificates": [certificate, {**certificate, "ours": True}]}])
        assert rows(tree)[1:] == [
            [whose, "CN=BIGBOX", "01234567 89abcdef 0123", "2026-11-22"] for whose in ("yours", "ours")
        ]  # fmt: skip
        assert "Certificates" in said(tree)


class TestAnAgreement:
    @pytest.mark.parametrize("rule", list(DuplicatePolicy))
    @pytest.mark.parametrize("language", ["en", "de"])
    def test_every_rule_about_duplicates_has_a_sentence(self, rule: DuplicatePolicy, language: str) -> None:
        assert said(page(language, agreements=[{**AGREED, "duplicates": rule.value}]))

    @pytest.mark.parametrize(
        ("changes", "told"),
        [
            ({}, "We acknowledge each interchange with 997."),
            ({"acknowledge": None}, "We send no acknowledgement for it."),
            ({"other_versions": ["005010", "005010VICS"]}, "Also accepted as version: 005010, 005010VICS."),
            ({}, "As the standard says."),
            ({"mandatory": ["BEG.05", "REF+DP.02"]}, "You fill these beyond the standard: BEG.05, REF+DP.02."),
            ({"codes": {"BEG.02": ["NE", "SA"]}}, "Allowed at BEG.02: NE, SA."),
            ({}, "There is no example of this document."),
        ],
    )
    def test_about_what_comes_from_the_partner(self, changes: Mapping[str, Any], told: str) -> None:
        assert told in of(**changes)

    @pytest.mark.parametrize(
        ("changes", "told"),
        [
            ({}, "We expect no acknowledgement."),
            ({"expects": [{"kind": "997", "seconds": 86_400.0}]}, "Please send 997 within 24 hours."),
            ({"expects": [{"kind": "997", "seconds": 5_400.0}]}, "Please send 997 within 1.5 hours."),
            ({"separators": {"element": "*", "segment": "~"}}, "Separators that we write: element '*' segment '~'."),
        ],
    )
    def test_about_what_goes_to_the_partner(self, changes: Mapping[str, Any], told: str) -> None:
        text = of(direction="out", document="despatch_advice", **changes)
        assert "We send: despatch advice" in text
        assert told in text
        assert "Our checks" not in text, "those are about what comes"

    def test_what_is_asked_beyond_the_standard_is_not_called_usual(self) -> None:
        for changes in ({"mandatory": ["BEG.05"]}, {"codes": {"BEG.02": ["SA"]}}):
            assert "As the standard says." not in of(**changes)
        weighed = [{"check": "element-code", "weight": "error", "usual": "warning"}]
        assert rows(page(agreements=[{**AGREED, "strictness": weighed}])) == [["element-code", "error", "usually warning"]]

    def test_can_be_linked_to(self) -> None:
        assert page(agreements=[AGREED]).xpath("//h2[@id='bigbox-850']")


class TestSegments:
    @pytest.mark.parametrize(
        ("changes", "told"),
        [
            ({}, ["BEG Beginning", "yes", "Times: 1"]),
            ({"name": "", "mandatory": False, "maximum": 0}, ["BEG", "no", "any number"]),
            ({"depth": 2, "loop": 25}, ["→ → BEG Beginning", "yes", "Times: 1; begins a group, up to 25"]),
            ({"loop": 0, "maximum": 0}, ["BEG Beginning", "yes", "any number; begins a group, up to any number"]),
        ],
    )
    def test_say_how_often_and_whether(self, changes: Mapping[str, Any], told: list[str]) -> None:
        assert rows(page(agreements=[{**AGREED, "segments": [{**SEGMENT, **changes}]}])) == [told]

    @pytest.mark.parametrize(
        ("changes", "told"),
        [
            ({}, ["BEG01 purpose 353", "yes", "ID 2", ""]),
            ({"mandatory": False, "id": ""}, ["BEG01 purpose", "", "ID 2", ""]),
            ({"codes": [["00", "original"], ["05", "replace"]]}, ["BEG01 purpose 353", "yes", "ID 2", "00 original, 05 replace"]),
            ({"listed": 65}, ["BEG01 purpose 353", "yes", "ID 2", "65 codes in the list"]),
            ({"listed": 65, "codes": [["00", "original"]]}, ["BEG01 purpose 353", "yes", "ID 2", "00 original"]),
        ],
    )
    def test_have_elements_with_codes_that_mean_something(self, changes: Mapping[str, Any], told: list[str]) -> None:
        segment = {**SEGMENT, "elements": [{**ELEMENT, **changes}]}
        assert rows(page(agreements=[{**AGREED, "segments": [segment]}]))[1] == told


class TestExamples:
    @pytest.mark.parametrize(
        ("text", "lines"),
        [
            (f"{ISA}~GS*PO~ST*850~IEA*1*1~", [f"{ISA}~", "GS*PO~", "ST*850~", "IEA*1*1~"]),
            (f"{ISA}!GS*PO*a~b!IEA*1*1!", [f"{ISA}!", "GS*PO*a~b!", "IEA*1*1!"]),
            (f"{ISA}~\nGS*PO~\n", [f"{ISA}~", "GS*PO~"]),
            ("UNB+UNOC:3+A+B'UNZ+1+1'", ["UNB+UNOC:3+A+B'", "UNZ+1+1'"]),
            ("UNB+UNOC:3+O?'NEIL+B'NAD+what???'s'UNZ+1+1??'", ["UNB+UNOC:3+O?'NEIL+B'", "NAD+what???'s'", "UNZ+1+1??'"]),
            ("UNA:+.? 'UNB+UNOC:3'UNZ+1'", ["UNA:+.? '", "UNB+UNOC:3'", "UNZ+1'"]),
            ("UNA:+.? !UNB+O'NEIL!UNZ+1!", ["UNA:+.? !", "UNB+O'NEIL!", "UNZ+1!"]),
            ("UNA:+.  'UNB+a  'UNZ+1'", ["UNA:+.  '", "UNB+a  '", "UNZ+1'"]),
            ('{"number": "it\'s 1~2"}', ['{"number": "it\'s 1~2"}']),
            ("ISA*", ["ISA*"]),
        ],
    )
    def test_stand_with_a_segment_a_line_and_are_otherwise_as_they_would_be_sent(self, text: str, lines: list[str]) -> None:
        (shown,) = page(agreements=[{**AGREED, "example": text}]).xpath("//pre/text()")
        assert shown.splitlines() == lines
        assert shown.replace("\n", "") == text.replace("\n", "")

    def test_every_fault_has_a_name_and_no_answer_is_told_as_that(self) -> None:
        finding = {"message": "The <receiver> is not ours.", "code": "receiver-unknown"}
        faults = [{"fault": name, "findings": [finding], "answers": []} for name in ("receiver", "segment", "count")]
        for language in ("en", "de"):
            text = said(page(language, agreements=[{**AGREED, "errors": faults}]))
            assert text.count("The <receiver> is not ours. receiver-unknown") == 3
        assert "We would answer nothing" in of(errors=faults)

    def test_answers_stand_as_they_would_come(self) -> None:
        error = {"fault": "count", "findings": [], "answers": [{"type": "997", "text": f"{ISA}~AK1*PO*1~"}]}
        tree = page(agreements=[{**AGREED, "errors": [error]}])
        assert "We would answer with 997" in said(tree)
        assert tree.xpath("//pre/text()") == [f"{ISA}~\nAK1*PO*1~"]


@given(st.text(alphabet="<>&\"'{}%scriptx=/ \u2028é", min_size=1, max_size=20))
def test_whatever_names_and_values_say_stays_text(text: str) -> None:
    """Names of partners, places and codes are written by others: none of them becomes markup or a place for values."""
    element = {**ELEMENT, "place": text, "name": text, "id": text, "form": text, "codes": [[text, text]]}
    segment = {**SEGMENT, "tag": text, "name": text, "elements": [element]}
    finding = {"message": text, "code": text}
    error = {"fault": "count", "findings": [finding], "answers": [{"type": text, "text": text}]}
    agreed = {**AGREED, "id": text, "format": text, "document": text, "acknowledge": text, "example": text, "errors": [error]}
    certificate = {"ours": True, "subject": text, "fingerprint": text, "not_after": MADE}
    channel = {**CHANNEL, "id": text, "type": text, "places": [text], "facts": {"sign": text}, "certificates": [certificate]}
    told = [{"family": "x12", "ours": [text], "theirs": [text]}]
    weighed = [{"check": text, "weight": text, "usual": text}]
    agreed |= {"segments": [segment], "strictness": weighed, "mandatory": [text], "codes": {text: [text]}}
    tree = page(gateway=text, partner=text, timezone=text, channels=[channel], identities=told, agreements=[agreed])
    assert {one.tag for one in tree.iter()} <= TAGS
    assert {name for one in tree.iter() for name in one.attrib} <= {"lang", "charset", "class", "id", "scope", "colspan"}
    assert tree.xpath("//h2/@id") == [text]
