"""What it comes to when a message is ignored or rejected: pure, each reason why not with what to do instead."""

from dataclasses import replace
from typing import Any
from uuid import UUID

import pytest

from gateway.domain.giving_up import MOST_ANSWERS, DeliveryFact, DocumentFact, GivenUp, MessageFacts, ignored, rejected
from gateway.errors import ActionRefused

MESSAGE, ORDER, OTHER = UUID(int=1), UUID(int=2), UUID(int=3)
DOCUMENT = DocumentFact(
    ORDER, "purchase_order", "850", "004010", "x12", "routed", "bigbox", "4711", "0001", "rejection:1:1:1",
)  # fmt: skip
SECOND = replace(DOCUMENT, id=OTHER, number="4712", key="rejection:1:1:2")


def delivery(number: int, state: str, document: UUID | None = ORDER, target: str = "odoo", **more: Any) -> DeliveryFact:
    return DeliveryFact(UUID(int=number), document, target, state, **more)


def message(*deliveries: DeliveryFact, **changed: Any) -> MessageFacts:
    usual: dict[str, Any] = {"id": MESSAGE, "state": "translated", "newest": MESSAGE, "documents": [DOCUMENT]}
    return MessageFacts(**{**usual, "deliveries": deliveries, **changed})


def numbers(given_up: GivenUp) -> list[int]:
    return [one.id.int for one in given_up.deliveries]


class TestIgnored:
    @pytest.mark.parametrize("state", ["failed", "dead", "in_doubt"])
    def test_what_waits_for_somebody_is_given_up_with_what_comes_after_it(self, state: str) -> None:
        facts = message(delivery(10, state), delivery(11, "blocked", target="wms"), delivery(12, "waiting", target="wms-west"))
        assert numbers(ignored(facts)) == [10, 11, 12]

    def test_documents_without_trouble_go_on(self) -> None:
        facts = message(delivery(10, "failed"), delivery(11, "waiting", OTHER), documents=[DOCUMENT, SECOND])
        assert numbers(ignored(facts)) == [10]

    def test_an_acknowledgement_that_goes_by_itself_goes_on(self) -> None:
        facts = message(delivery(10, "failed"), delivery(11, "waiting", None, "bigbox-as2"))
        assert numbers(ignored(facts)) == [10]

    def test_one_that_lies_there_is_given_up(self) -> None:
        assert numbers(ignored(message(delivery(11, "dead", None, "bigbox-as2")))) == [11]

    def test_what_has_arrived_elsewhere_stays_there(self) -> None:
        assert numbers(ignored(message(delivery(10, "delivered", target="wms"), delivery(11, "failed")))) == [11]

    def test_cases_without_a_delivery_end(self) -> None:
        given_up = ignored(message(cases=[ORDER], documents=[replace(DOCUMENT, state="stopped", failing=True)]))
        assert (numbers(given_up), given_up.cases) == ([], [ORDER])

    @pytest.mark.parametrize(
        ("facts", "what", "remedy"),
        [
            (message(delivery(10, "delivered")), "it was delivered to odoo", "cancel it in odoo"),
            (message(delivery(10, "waiting")), "on its way to odoo by itself", "gateway targets hold odoo"),
            (message(delivery(10, "sending")), "on its way to odoo", "gateway message reject"),
            (message(delivery(10, "voided")), "done with", "gateway message"),
            (message(delivery(10, "delivered", None, "bigbox-as2")), "done with", "gateway message"),
        ],
    )
    def test_nothing_waits(self, facts: MessageFacts, what: str, remedy: str) -> None:
        with pytest.raises(ActionRefused, match=what) as refused:
            ignored(facts)
        assert remedy in refused.value.remedy

    def test_what_is_handed_over_right_now_cannot_be_stopped(self) -> None:
        with pytest.raises(ActionRefused, match="handed to wms right now"):
            ignored(message(delivery(10, "failed"), delivery(11, "sending", target="wms")))


@pytest.mark.parametrize("act", [ignored, rejected])
@pytest.mark.parametrize(
    ("changed", "what"),
    [
        ({"state": "received"}, "still being processed"),
        ({"state": "replaying"}, "still being processed"),
        ({"releasing": True}, "still being processed"),
        ({"batch": OTHER}, "has the message"),
        ({"newest": OTHER}, "processed again"),
    ],
)
def test_somebody_else_is_at_it(act: Any, changed: dict[str, Any], what: str) -> None:
    with pytest.raises(ActionRefused, match=what):
        act(message(delivery(10, "failed"), **changed))


class TestRejected:
    @pytest.mark.parametrize("state", ["failed", "dead", "waiting", "blocked", "voided"])
    def test_the_document_is_answered_and_all_of_it_given_up(self, state: str) -> None:
        given_up = rejected(message(delivery(10, state), delivery(11, "delivered", None, "bigbox-as2")))
        assert [one.id for one in given_up.answer] == [ORDER]
        assert numbers(given_up) == ([] if state == "voided" else [10])

    @pytest.mark.parametrize("state", ["stopped", "unrouted"])
    def test_what_went_nowhere_is_answered(self, state: str) -> None:
        given_up = rejected(message(cases=[ORDER], documents=[replace(DOCUMENT, state=state, failing=True)]))
        assert ([one.id for one in given_up.answer], given_up.cases) == ([ORDER], [ORDER])

    def test_what_was_answered_before_is_not_answered_again(self) -> None:
        documents = [replace(DOCUMENT, answered=UUID(int=9)), SECOND]
        given_up = rejected(message(delivery(10, "failed"), delivery(11, "failed", OTHER), documents=documents))
        assert ([one.id for one in given_up.answer], [one.id for one in given_up.answered]) == ([OTHER], [ORDER])
        assert numbers(given_up) == [10, 11]

    def test_others_that_its_acknowledgement_refused_keep_their_failures(self) -> None:
        documents = [DOCUMENT, replace(SECOND, state="rejected", failing=True)]
        given_up = rejected(message(delivery(10, "failed"), documents=documents, cases=[ORDER, OTHER]))
        assert ([one.id for one in given_up.answer], given_up.cases) == ([ORDER], [ORDER])

    @pytest.mark.parametrize(
        ("facts", "what", "remedy"),
        [
            (
                message(delivery(10, "delivered", reference="S42")),
                "odoo has the purchase order 4711 already, as S42",
                "Cancel it in",
            ),
            (message(delivery(10, "delivered"), delivery(11, "failed", target="wms")), "odoo has", "Cancel it in odoo"),
            (message(documents=[replace(DOCUMENT, replied="855 0007")]), "an answer to the .* already: 855 0007", "replaces it"),
            (message(delivery(10, "in_doubt")), "odoo may have", "gateway dlq found"),
            (message(delivery(10, "sending")), "handed to odoo right now", "in a moment"),
            (message(delivery(10, "withheld")), "in its shadow", "the other gateway"),
            (message(), "published to your services", "gateway publish"),
            (message(delivery(10, "failed"), ours=True), "one of ours", "gateway message ignore"),
            (message(documents=[]), "Nothing could be read", "gateway message ignore"),
            (message(documents=[replace(DOCUMENT, state="rejected")]), "acknowledgement has refused it", "ignore"),
            (message(documents=[replace(DOCUMENT, state="conflict")]), "repeats what came before", "ignore"),
            (message(documents=[replace(DOCUMENT, state="unmapped")]), "Nothing in it can be answered", "ignore"),
        ],
    )
    def test_why_not_and_what_to_do_instead(self, facts: MessageFacts, what: str, remedy: str) -> None:
        with pytest.raises(ActionRefused, match=what) as refused:
            rejected(facts)
        assert remedy in refused.value.remedy

    def test_very_many_documents_are_rejected_one_by_one(self) -> None:
        documents = [replace(DOCUMENT, id=UUID(int=100 + n), failing=True) for n in range(MOST_ANSWERS + 1)]
        with pytest.raises(ActionRefused, match="51 documents; 50 are rejected at once"):
            rejected(message(documents=documents))


def test_an_answer_has_a_number_of_its_own_that_is_always_the_same() -> None:
    assert DOCUMENT.answer_number == replace(DOCUMENT, state="stopped").answer_number
    assert DOCUMENT.answer_number.startswith("4711-R")
    again = replace(DOCUMENT, key="rejection:2:1:1")
    assert again.answer_number != DOCUMENT.answer_number, "the same order, sent once more"
    assert replace(DOCUMENT, number="").answer_number.startswith("0001-R")
