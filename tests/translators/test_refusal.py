"""Documents that are refused for reasons of their receiver: what is acknowledged of them, of their groups, of the whole."""

import pytest

from tests.translators.x12.orders import body_850, interchange
from translators import registry
from translators.contract import AcknowledgementTerms, Interchange, Terms, Verdict
from translators.finding import Code, found
from translators.position import Position
from translators.refusal import with_refused

REASON = found(Code.DOCUMENT_NOT_ROUTABLE, "No route.", Position(0))
TERMS = Terms(acknowledgement=AcknowledgementTerms(functional="997"))


def orders(count: int) -> Interchange:
    """An interchange of one group with so many orders."""
    bodies = [_numbered(body_850(order_number=f"PO-{number}"), number) for number in range(1, count + 1)]
    data = interchange(bodies, sender="ZZ:A", receiver="ZZ:B", control_number=1)
    (read,) = registry.translate(data, lambda _envelope: TERMS).interchanges
    assert (read.verdict, len(read.documents)) == (Verdict.ACCEPTED, count)
    return read


def _numbered(body: list[str], number: int) -> list[str]:
    return [body[0].replace("0001", f"{number:04}"), *body[1:-1], body[-1].replace("0001", f"{number:04}")]


def answer(judged: Interchange) -> str:
    (acknowledgement,) = registry.acknowledge(judged)
    return acknowledgement.outbound.groups[0].documents[0].body


@pytest.mark.parametrize(
    ("refused", "verdict", "ak9"), [([1], "partly_accepted", "AK9*P*3*3*2"), ([1, 2, 3], "rejected", "AK9*R*3*3*0")]
)
def test_groups_and_the_whole_follow(refused: list[int], verdict: str, ak9: str) -> None:
    judged = with_refused(orders(3), dict.fromkeys(refused, REASON))
    assert judged.verdict == judged.groups[0].verdict == verdict
    assert [d.ordinal for d in judged.documents if d.verdict is Verdict.REJECTED] == refused
    assert ak9 in answer(judged)
    assert answer(judged).count("AK5*R*1") == len(refused)


def test_what_was_rejected_before_keeps_its_own_reasons() -> None:
    once = with_refused(orders(2), {1: REASON})
    assert with_refused(once, {1: REASON}) == once


def test_nothing_to_refuse_changes_nothing() -> None:
    assert with_refused(orders(2), {}) == orders(2)
