"""Who sent an interchange, by which terms it is judged, and what is said about its envelope."""

from dataclasses import replace
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from gateway.domain.agreement import Agreement, Direction, DuplicatePolicy, Partner, Partnerships
from gateway.domain.strictness import GROUPS, NEGOTIABLE, codes_named, strictest
from translators.contract import AcknowledgementTerms, Envelope, Family, Guide, Identity, Separators
from translators.finding import Code, Severity
from translators.xml_terms import USUAL as XML_AS_USUAL
from translators.xml_terms import XmlTerms

US, EU, BIGBOX = Identity("ZZ", "US"), Identity("ZZ", "EU"), Identity("01", "123")
ENVELOPE = Envelope(Family.X12, BIGBOX, US, "000000001", "00401", False, "0", "", 7, (), Separators("*", ":", "~"))
PARTNER = Partner("bigbox", "BigBox", "edi", {Family.X12: (BIGBOX,)}, timezone=ZoneInfo("America/Chicago"))
AGREEMENT = Agreement(
    "a", "bigbox", Direction.IN, "purchase_order", Family.X12, "850", "004010", acknowledgement=AcknowledgementTerms("997")
)


def partnerships(*partners: Partner, agreements: tuple[Agreement, ...] = (AGREEMENT,), **more: Any) -> Partnerships:
    return Partnerships.build(partners or (PARTNER,), agreements, identities={Family.X12: (US, EU)}, **more)


def codes(known: Partnerships, envelope: Envelope, **by: Any) -> list[Code]:
    return [finding.code for finding in known.terms_for(envelope, **by).findings]


def test_a_known_partner_is_judged_by_its_agreements() -> None:
    terms = partnerships().terms_for(ENVELOPE)
    assert terms.findings == ()
    assert terms.for_document("850").versions == {"004010"}
    assert terms.for_document("850").timezone == ZoneInfo("America/Chicago")
    assert terms.acknowledgement.functional == "997"


def test_a_document_nothing_was_agreed_about_is_not_agreed() -> None:
    assert not partnerships().terms_for(ENVELOPE).for_document("860").agreed
    assert not partnerships(agreements=()).terms_for(ENVELOPE).for_document("850").agreed


def test_an_unknown_sender_is_a_finding_at_the_envelope() -> None:
    stranger = replace(ENVELOPE, sender=Identity("ZZ", "WHO"))
    (finding,) = partnerships().terms_for(stranger).findings
    assert (finding.code, finding.severity, finding.position.offset) == (Code.SENDER_UNKNOWN, Severity.ERROR, 7)
    assert finding.actual == "ZZ:WHO"


def test_the_qualifier_is_part_of_an_identity() -> None:
    assert codes(partnerships(), replace(ENVELOPE, sender=Identity("ZZ", "123"))) == [Code.SENDER_UNKNOWN]


def test_an_interchange_to_somebody_else_is_a_finding_and_its_sender_still_known() -> None:
    astray = replace(ENVELOPE, receiver=Identity("ZZ", "THEM"))
    assert codes(partnerships(), astray) == [Code.RECEIVER_UNKNOWN]
    assert partnerships().partner_of(astray) == PARTNER


def test_sender_and_receiver_can_both_be_unknown() -> None:
    astray = replace(ENVELOPE, sender=Identity("ZZ", "WHO"), receiver=Identity("ZZ", "THEM"))
    assert codes(partnerships(), astray) == [Code.SENDER_UNKNOWN, Code.RECEIVER_UNKNOWN]


def test_nobody_sends_in_anothers_name() -> None:
    assert codes(partnerships(), ENVELOPE, channel_partner="bigbox") == []
    assert codes(partnerships(), ENVELOPE, channel_partner="nordmart") == [Code.SENDER_UNKNOWN]


def test_partners_with_one_identity_are_told_apart_by_the_receiver() -> None:
    west = replace(PARTNER, addressed_as={Family.X12: (US,)})
    east = replace(PARTNER, id="east", addressed_as={Family.X12: (EU,)})
    known = partnerships(west, east)
    assert known.partner_of(ENVELOPE) == west
    assert known.partner_of(replace(ENVELOPE, receiver=EU)) == east
    assert known.partner_of(replace(ENVELOPE, receiver=Identity("ZZ", "THEM"))) is None


def test_a_partner_must_use_the_identity_it_was_given() -> None:
    known = partnerships(replace(PARTNER, addressed_as={Family.X12: (EU,)}))
    assert codes(known, ENVELOPE) == [Code.RECEIVER_UNKNOWN]


@pytest.mark.parametrize(
    ("flag", "gateway", "partner", "refused"),
    [(False, True, True, False), (True, False, False, False), (True, True, False, True), (True, False, True, True)],
)
def test_test_interchanges_are_refused_where_that_is_said(flag: bool, gateway: bool, partner: bool, refused: bool) -> None:
    known = partnerships(replace(PARTNER, refuse_test=partner), refuse_test=gateway)
    assert codes(known, replace(ENVELOPE, test=flag)) == ([Code.TEST_NOT_SUPPORTED] if refused else [])


@pytest.mark.parametrize(("flag", "trial"), [(False, False), (True, False), (False, True), (True, True)])
def test_documents_are_tests_by_their_flag_or_their_partner(flag: bool, trial: bool) -> None:
    known = partnerships(replace(PARTNER, test=trial))
    assert known.is_test(replace(ENVELOPE, test=flag)) is (flag or trial)


def test_two_versions_of_a_document_are_both_agreed_and_the_strictest_holds() -> None:
    lenient = replace(AGREEMENT, severities={Code.ELEMENT_CODE: None, Code.LINE_BREAKS: None})
    strict = replace(AGREEMENT, id="b", version="005010", severities={Code.ELEMENT_CODE: Severity.ERROR})
    terms = partnerships(agreements=(lenient, strict)).terms_for(ENVELOPE).for_document("850")
    assert terms.versions == {"004010", "005010"}
    assert terms.severities == {Code.ELEMENT_CODE: Severity.ERROR, Code.LINE_BREAKS: Severity.INFO}


def test_each_version_is_judged_by_its_own_agreement() -> None:
    first = replace(AGREEMENT, severities={Code.ELEMENT_CODE: None}, xml=XmlTerms(max_depth=7), limits={"max_findings": 5})
    guide = Guide("second", mandatory=("PO1[6]",))
    second = replace(AGREEMENT, id="b", version="005010", guide=guide, other_versions=frozenset({"005040", "004010"}))
    terms = partnerships(agreements=(first, second)).terms_for(ENVELOPE)
    old, new = terms.for_document("850", "004010"), terms.for_document("850", "005010")
    assert (old.severities, old.guide, old.xml.max_depth, old.max_findings) == ({Code.ELEMENT_CODE: None}, None, 7, 5)
    assert (new.severities, new.guide, new.xml, new.max_findings) == ({}, guide, XML_AS_USUAL, 100)
    assert terms.for_document("850", "005040") == new
    assert terms.for_document("850", "004010VICS", "004010") is old
    assert old.versions == new.versions == {"004010", "005010", "005040"}


def test_what_is_said_of_one_type_holds_for_no_other() -> None:
    strict = replace(AGREEMENT, severities={Code.ELEMENT_CODE: Severity.ERROR, Code.INTERCHANGE_DATE_INVALID: Severity.ERROR})
    other = replace(AGREEMENT, id="b", type="860", document="purchase_order_change")
    terms = partnerships(agreements=(strict, other)).terms_for(ENVELOPE)
    assert terms.severities == {Code.INTERCHANGE_DATE_INVALID: Severity.ERROR}
    assert terms.for_document("860").severities == {}
    both = partnerships(agreements=(strict, replace(other, severities=strict.severities))).terms_for(ENVELOPE)
    assert both.severities == strict.severities


def test_agreements_are_found_by_what_stands_on_the_wire() -> None:
    known = partnerships()
    assert known.agreement("bigbox", Direction.IN, Family.X12, type="850", version="004010") == AGREEMENT
    assert known.agreement("bigbox", Direction.OUT, Family.X12, type="850", version="004010") is None
    assert known.agreement("bigbox", Direction.IN, Family.X12, type="850", version="005010") is None


def test_what_we_send_is_agreed_by_document_where_one_type_is_made_of_several() -> None:
    invoice = replace(AGREEMENT, id="i", direction=Direction.OUT, type="810", document="invoice")
    credit = replace(invoice, id="c", document="credit_note", other_versions=frozenset({"005010"}))
    known = partnerships(agreements=(invoice, credit))
    assert known.outgoing("bigbox", "invoice") == [invoice]
    assert known.outgoing("bigbox", "credit_note") == [credit]
    for one in (invoice, credit):
        found = known.agreement("bigbox", Direction.OUT, Family.X12, type="810", version="004010", document=one.document)
        assert found == one


def test_the_strictest_duplicate_policy_holds() -> None:
    policies = [DuplicatePolicy.ACCEPT, DuplicatePolicy.IGNORE]
    agreements = tuple(replace(AGREEMENT, id=policy, version=policy, duplicates=policy) for policy in policies)
    assert partnerships(agreements=agreements).duplicate_policy("bigbox", Family.X12) is DuplicatePolicy.IGNORE
    assert partnerships(agreements=()).duplicate_policy("bigbox", Family.X12) is DuplicatePolicy.REJECT


def test_terms_are_ready_and_not_built_for_each_interchange() -> None:
    known = partnerships()
    assert known.terms_for(ENVELOPE) is known.terms_for(ENVELOPE)


def test_agreements_about_sending_say_nothing_about_what_comes_in() -> None:
    assert partnerships(agreements=(replace(AGREEMENT, direction=Direction.OUT),)).terms == {}


def test_groups_of_checks_and_single_codes_have_names() -> None:
    assert codes_named("code_lists") == {Code.ELEMENT_CODE}
    assert codes_named("segment_unknown") == codes_named("segment-unknown") == {Code.SEGMENT_UNKNOWN}
    assert codes_named("nothing") == frozenset()


def test_every_group_may_be_agreed_and_what_proves_wholeness_may_not() -> None:
    assert all(group <= NEGOTIABLE for group in GROUPS.values())
    fixed = {
        Code.TRUNCATED,
        Code.INTERCHANGE_TRAILER_MISSING,
        Code.SENDER_UNKNOWN,
        Code.INTERCHANGE_NUMBER_INVALID,
        Code.SEPARATORS_CLASH,
        Code.CHARACTER_NUL,
    }
    assert not fixed & NEGOTIABLE


def test_an_agreement_that_is_silent_stands_for_the_defaults() -> None:
    assert strictest([{Code.ELEMENT_TOO_LONG: Severity.WARNING}, {}]) == {Code.ELEMENT_TOO_LONG: Severity.ERROR}
    assert strictest([]) == {}
