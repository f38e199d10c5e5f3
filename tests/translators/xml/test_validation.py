"""The table of the standard: what is judged, with which code, at which place."""

from typing import Any

import pytest

from tests.translators.xml.samples import ORDER_HEAD, ORDER_LINE, ORDER_PARTIES, order
from translators import registry
from translators.contract import Verdict
from translators.finding import Code, Finding
from translators.xml.kinds import Kind, kinds


def findings(data: bytes) -> tuple[Finding, ...]:
    return registry.translate(data).interchanges[0].documents[0].findings


def only(data: bytes) -> tuple[Code, str, bytes]:
    (finding,) = findings(data)
    assert finding.position.segment is not None
    return finding.code, finding.position.tag or "", data[finding.position.offset :][:30]


def test_a_good_order_has_none() -> None:
    assert findings(order()) == ()


@pytest.mark.parametrize(
    ("old", "new", "code", "tag"),
    [
        ("<cbc:IssueDate>2026-11-20</cbc:IssueDate>", "", Code.SEGMENT_MISSING, "Order"),
        ("<cbc:ID>34</cbc:ID>", "<cbc:ID></cbc:ID>", Code.ELEMENT_MISSING, "ID"),
        ("<cbc:ID>34</cbc:ID>", "<cbc:ID>34</cbc:ID><cbc:ID>35</cbc:ID>", Code.SEGMENT_REPEATS, "ID"),
        ("<cbc:ID>34</cbc:ID>", "<cbc:ID>34</cbc:ID><cbc:Colour>red</cbc:Colour>", Code.SEGMENT_NOT_IN_DEFINITION, "Colour"),
        ("2026-11-20", "20.11.2026", Code.ELEMENT_DATE, "IssueDate"),
        ("2026-11-20", "2026-02-30", Code.ELEMENT_DATE, "IssueDate"),
        ("EUR<", "EUR</cbc:DocumentCurrencyCode><cbc:Note/><cbc:DocumentCurrencyCode>EUR<", Code.SEGMENT_OUT_OF_ORDER, "Note"),
    ],
)
def test_the_head_is_judged(old: str, new: str, code: Code, tag: str) -> None:
    found = findings(order(ORDER_HEAD.replace(old, new)))
    assert code in {finding.code for finding in found}
    assert tag in {finding.position.tag for finding in found}


@pytest.mark.parametrize(
    ("old", "new", "code", "tag"),
    [
        (">12<", ">twelve<", Code.ELEMENT_NOT_NUMERIC, "Quantity"),
        (">12<", ">1e3<", Code.ELEMENT_NOT_NUMERIC, "Quantity"),
        (' currencyID="EUR"', "", Code.ELEMENT_MISSING, "PriceAmount"),
        ('currencyID="EUR"', 'currencyID="EUX"', Code.ELEMENT_CODE, "PriceAmount"),
        ("<cac:Item><cbc:Name>Bolt</cbc:Name></cac:Item>", "", Code.SEGMENT_MISSING, "LineItem"),
        ("<cbc:Name>Bolt</cbc:Name>", "<cbc:Name>Bolt<cbc:ID>1</cbc:ID></cbc:Name>", Code.SEGMENT_UNEXPECTED, "Name"),
    ],
)
def test_a_line_is_judged_at_its_place(old: str, new: str, code: Code, tag: str) -> None:
    found, where, text = only(order(lines=ORDER_LINE.replace(old, new)))
    assert (found, where) == (code, tag)
    assert tag.encode() in text


def test_a_wrong_currency_is_tolerated() -> None:
    data = order(lines=ORDER_LINE.replace('currencyID="EUR"', 'currencyID="EUX"'))
    assert registry.translate(data).interchanges[0].verdict is Verdict.ACCEPTED


def test_the_second_of_two_alike_is_located_exactly() -> None:
    bad = ORDER_LINE.replace(">12<", ">x<")
    data = order(lines=ORDER_LINE + bad)
    (finding,) = findings(data)
    assert data.rfind(b"<cbc:Quantity") == finding.position.offset


def test_findings_are_capped() -> None:
    found = findings(order(lines=ORDER_LINE.replace(">12<", ">x<") * 300))
    assert len(found) == 101
    assert found[-1].code is Code.FINDINGS_CAPPED


def test_parties_are_mandatory() -> None:
    found = findings(order(parties=ORDER_PARTIES.partition("<cac:SellerSupplierParty>")[0]))
    assert [(finding.code, finding.expected) for finding in found] == [(Code.SEGMENT_MISSING, "cac:SellerSupplierParty")]


@pytest.mark.parametrize("kind", kinds().values(), ids=lambda kind: kind.type)
def test_every_rule_speaks_of_an_element_of_the_standard(kind: Kind) -> None:
    def check(rules: tuple[Any, ...], table: Any) -> None:
        for rule in rules:
            for tag in rule.tags:
                assert tag in table.children, tag
            inner = getattr(rule, "inner", None)
            if inner is not None and getattr(rule, "path", "") not in ("sub_lines", "packages"):
                check(inner.rules, table.children[rule.tags[0]].inner)

    check(kind.mapping.rules.rules, kind.table)
