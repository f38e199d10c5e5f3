"""What partners say of our documents, in sentences that quote what we sent."""

import pytest

from gateway.domain.expectation import Layer, Said
from gateway.domain.matching import Claim, Sent, claims_of
from gateway.stages.quoting import NOTHING_SAID, WORDS, Told, segments_of, told
from tests.gateway.domain.test_matching import OURS, x12
from tests.translators.x12.orders import body_850, interchange
from translators.canonical.application_response import Answer, AnsweredDocument, ApplicationError, ApplicationResponse
from translators.canonical.order_response import OrderResponse, ResponseStatus
from translators.canonical.parts import DocumentReference, Text

SENT = interchange([body_850(order_number="4711")], control_number=77)
FIRST = Sent(1, "77", "1", "850")
REJECTION = x12("AK1*PO*77", "AK2*850*0001", "AK3*PO1*16**8", "AK4*2*330*7*10", "AK5*R*5", "AK9*R*1*1*0")


def application(**said: object) -> ApplicationResponse:
    answered = {"status": Answer.REJECTED, "document": DocumentReference(number="INV-1", kind="invoice"), **said}
    return ApplicationResponse(status=Answer.REJECTED, documents=[AnsweredDocument(**answered)])


def words(document: ApplicationResponse) -> Told:
    return told(document, claims_of(document, "824", OURS)[0], FIRST, [])


class TestSyntax:
    def test_the_segment_and_element_are_named_and_the_segment_is_quoted(self) -> None:
        said = told(REJECTION, claims_of(REJECTION, "997", OURS)[0], FIRST, segments_of(SENT))
        (error,) = said.errors
        assert error.startswith("Line 1, PO102 (")
        assert '"10"' in error
        assert "Sent: PO1*1*10*EA*1.25" in error
        assert any("850 0001: rejected" in verdict for verdict in said.verdicts)
        assert said.reason == error

    def test_without_the_bytes_the_places_are_named(self) -> None:
        said = told(REJECTION, claims_of(REJECTION, "997", OURS)[0], FIRST, [])
        assert "Sent:" not in said.reason
        assert "PO1" in said.reason

    def test_only_what_is_said_of_this_document_is_told(self) -> None:
        both = x12("AK1*PO*77", "AK2*850*0001", "AK5*R*5", "AK2*850*0002", "AK5*R*3", "AK9*R*2*2*0")
        said = told(both, claims_of(both, "997", OURS)[0], FIRST, [])
        assert not any("0002" in line for line in said.lines)

    def test_many_errors_are_cut(self) -> None:
        many = x12("AK1*PO*77", "AK2*850*0001", *(f"AK3*PO1*{n}**{n % 7 + 1}" for n in range(1, 60)), "AK5*R*5", "AK9*R*1*1*0")
        said = told(many, claims_of(many, "997", OURS)[0], FIRST, segments_of(SENT))
        assert len(said.errors) == 20
        assert all(len(line) <= 400 for line in said.lines)


class TestContent:
    def test_an_error_says_where_what_and_why(self) -> None:
        error = ApplicationError(
            line="3", segment="IT1", element=4, value="9.99", text="PRICE DIFFERS", expected="8.99", code="024"
        )
        said = words(application(errors=[error]))
        assert said.verdicts == ("Invoice INV-1: rejected.",)
        assert said.errors == ('Line 3, segment IT1, element 4 "9.99": PRICE DIFFERS; expected 8.99 (024).',)

    @pytest.mark.parametrize(
        ("error", "sentence"),
        [
            (ApplicationError(code="42", texts=[Text(lines=["GTIN", "UNKNOWN"])]), "GTIN UNKNOWN (42)."),
            (ApplicationError(code="42"), "is not accepted (42)."),
            (ApplicationError(segment="LIN", segment_number=7, text="unknown"), "segment 7 LIN: unknown."),
        ],
    )
    def test_what_is_left_out_is_not_told(self, error: ApplicationError, sentence: str) -> None:
        assert words(application(errors=[error])).errors == (sentence,)

    def test_reasons_and_free_text_are_told(self) -> None:
        said = words(application(reason="late", texts=[Text(lines=["call us"])]))
        assert said.errors == ("Reason late.", "The partner writes: call us")

    def test_a_document_known_by_its_control_number_is_named_by_that(self) -> None:
        said = words(application(document=None, control_number="0001", type="810"))
        assert said.verdicts == ("810 0001: rejected.",)


class TestAnswers:
    def test_the_answer_and_its_reason(self) -> None:
        response = OrderResponse(
            status=ResponseStatus.REJECTED, number="R-1", reason="credit", order=DocumentReference(number="1")
        )
        said = told(response, Claim(Layer.ANSWER, "order_response"), FIRST, [])
        assert (said.verdicts, said.errors) == (("Order response R-1: rejected.",), ("Reason credit.",))


def test_every_word_has_a_wording() -> None:
    assert set(WORDS) == set(Said)


def test_nothing_said_is_no_reason() -> None:
    assert (NOTHING_SAID.lines, NOTHING_SAID.reason) == ((), "")
