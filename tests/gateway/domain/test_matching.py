"""Which of the things we sent an acknowledgement speaks of, read from acknowledgements as partners write them."""

from collections.abc import Mapping

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.domain.expectation import Layer, Said
from gateway.domain.matching import (
    Candidate,
    Claim,
    Sent,
    about,
    claims_of,
    digits,
    meant,
    miscounted,
    plain,
    statements,
    unnamed,
)
from tests.translators.edifact.test_acknowledgement_reading import contrl
from tests.translators.x12.orders import interchange
from translators import registry
from translators.canonical.application_response import Answer, AnsweredDocument, ApplicationResponse
from translators.canonical.base import CanonicalDocument
from translators.canonical.functional_acknowledgement import FunctionalAcknowledgement
from translators.canonical.order_response import OrderResponse, ResponseStatus
from translators.canonical.parts import DocumentReference
from translators.contract import Interchange

OURS = ("ZZ:NORDICDC", "01:123456789")
SETS = [Sent(1, "77", "1", "856"), Sent(2, "77", "2", "856")]
UCI = "UCI+7+5790000000029:14+5790000000012:14"


def read(data: bytes) -> tuple[Interchange, list[CanonicalDocument]]:
    (found,) = registry.translate(data).interchanges
    return found, [document.canonical for document in found.documents if document.canonical is not None]


def x12(*body: str, kind: str = "997") -> FunctionalAcknowledgement:
    _, (document,) = read(interchange([[f"ST*{kind}*0001", *body, f"SE*{len(body) + 2}*0001"]], functional_id="FA"))
    assert isinstance(document, FunctionalAcknowledgement)
    return document


def technical(letter: str) -> FunctionalAcknowledgement:
    whole = interchange([], functional_id="FA").decode().split("~")
    _, (document,) = read(f"{whole[0]}~TA1*000000042*261120*0915*{letter}*000~IEA*0*000000001~".encode())
    assert isinstance(document, FunctionalAcknowledgement)
    return document


def edifact(*body: str) -> FunctionalAcknowledgement:
    _, (document,) = read(contrl(*body))
    assert isinstance(document, FunctionalAcknowledgement)
    return document


def said(document: CanonicalDocument, sent: list[Sent] | None = None, index: int = 0) -> list[Said | None]:
    claim = claims_of(document, "any", OURS)[index]
    return [statement.said for statement in statements(document, claim, SETS if sent is None else sent)]


class TestClaims:
    def test_a_ta1_names_number_parties_and_time(self) -> None:
        (claim,) = claims_of(technical("A"), "TA1", OURS)
        assert (claim.layer, claim.kind, claim.interchange, claim.prepared) == (Layer.TECHNICAL, "TA1", "42", "261120 0915")
        assert claim.pairs[0] == OURS

    def test_a_997_names_its_groups_and_no_interchange(self) -> None:
        first, second = claims_of(x12("AK1*SH*0077", "AK9*A*1*1*1", "AK1*IN*5", "AK9*R*1*1*0"), "997", OURS)
        assert (first.layer, first.functional_id, first.group, first.interchange) == (Layer.FUNCTIONAL, "SH", "77", "")
        assert (second.functional_id, second.group, second.index) == ("IN", "5", 1)

    def test_a_contrl_names_an_interchange_whose_parties_it_copies(self) -> None:
        (claim,) = claims_of(edifact(f"{UCI}+7"), "CONTRL", ("14:a", "14:b"))
        assert (claim.layer, claim.interchange) == (Layer.FUNCTIONAL, "7")
        assert claim.pairs == (
            ("14:5790000000029", "14:5790000000012"), ("14:5790000000012", "14:5790000000029"), ("14:a", "14:b")
        )  # fmt: skip

    def test_an_application_names_each_document_by_its_numbers(self) -> None:
        response = ApplicationResponse(
            status=Answer.REJECTED,
            documents=[
                AnsweredDocument(status=Answer.REJECTED, document=DocumentReference(number="INV-1", kind="invoice")),
                AnsweredDocument(status=Answer.ACCEPTED, group="0077", control_number="0002"),
                AnsweredDocument(status=Answer.ACCEPTED),
            ],
        )
        by_number, by_control_number = claims_of(response, "824", OURS)
        assert (by_number.layer, by_number.kind, by_number.number, by_number.keys) == (
            Layer.APPLICATION, "824", "INV-1", ("invoice:INV-1",)
        )  # fmt: skip
        assert (by_control_number.group, by_control_number.document, by_control_number.keys) == ("77", "2", ())

    def test_a_business_answer_names_documents_by_its_keys(self) -> None:
        response = OrderResponse(status=ResponseStatus.ACCEPTED, number="R-1", order=DocumentReference(number="4711"))
        (claim,) = claims_of(response, "order_response", OURS)
        assert (claim.layer, claim.kind, claim.keys) == (
            Layer.ANSWER, "order_response", ("order:4711", "order_response:R-1")
        )  # fmt: skip

    @pytest.mark.parametrize("document", [x12("AK9*A*1*1*1"), edifact("UCM+1+DESADV:D:96A:UN+4")])
    def test_one_that_names_nothing_claims_nothing(self, document: FunctionalAcknowledgement) -> None:
        assert claims_of(document, "any", OURS) == ()

    @pytest.mark.parametrize(
        ("claim", "text"),
        [
            (Claim(Layer.TECHNICAL, "TA1", interchange="42"), "interchange 42"),
            (Claim(Layer.FUNCTIONAL, "997", functional_id="SH", group="77"), "group SH 77"),
            (Claim(Layer.APPLICATION, "824", number="INV-1"), "document INV-1"),
            (Claim(Layer.APPLICATION, "824", group="77", document="2"), "document 2 of group 77"),
        ],
    )
    def test_claims_are_told_in_words(self, claim: Claim, text: str) -> None:
        assert claim.text == text


class TestStatements:
    @pytest.mark.parametrize(
        ("letter", "word"),
        [
            ("A", Said.ACCEPTED),
            ("E", Said.ACCEPTED_WITH_ERRORS),
            ("R", Said.REJECTED),
            ("P", Said.PARTIALLY_ACCEPTED),
            ("Q", None),
        ],
    )
    def test_a_group_speaks_for_the_sets_that_are_not_listed(self, letter: str, word: Said | None) -> None:
        assert said(x12("AK1*SH*77", f"AK9*{letter}*2*2*2")) == [word, word]

    def test_a_group_that_was_accepted_in_part_is_taken_apart(self) -> None:
        document = x12("AK1*SH*77", "AK2*856*0002", "AK5*R", "AK9*P*2*2*1")
        assert said(document) == [Said.ACCEPTED, Said.REJECTED]

    def test_a_rejected_group_takes_its_sets_along(self) -> None:
        assert said(x12("AK1*SH*77", "AK2*856*0001", "AK5*A", "AK9*R*2*2*0")) == [Said.REJECTED, Said.REJECTED]

    def test_each_group_speaks_for_itself(self) -> None:
        document = x12("AK1*SH*77", "AK9*A*1*1*1", "AK1*SH*78", "AK9*R*1*1*0")
        assert said(document, SETS[:1]) == [Said.ACCEPTED]
        assert said(document, [Sent(1, "78", "1", "856")], index=1) == [Said.REJECTED]

    def test_a_ta1_speaks_of_the_interchange_only(self) -> None:
        claim = claims_of(technical("E"), "TA1", OURS)[0]
        (statement,) = statements(technical("E"), claim, SETS)
        assert (statement.document, statement.said) == (None, Said.ACCEPTED_WITH_ERRORS)

    @pytest.mark.parametrize(("action", "word"), [("7", Said.ACCEPTED), ("8", Said.RECEIVED), ("4", Said.REJECTED), ("9", None)])
    def test_a_contrl_speaks_for_messages_outside_of_groups(self, action: str, word: Said | None) -> None:
        messages = [Sent(1, "", "1", "DESADV"), Sent(2, "", "2", "DESADV")]
        assert said(edifact(f"{UCI}+{action}"), messages) == [word, word]
        assert said(edifact(f"{UCI}+{action}"), []) == [word]

    def test_a_refused_message_is_refused_alone(self) -> None:
        messages = [Sent(1, "", "1", "DESADV"), Sent(2, "", "2", "DESADV")]
        assert said(edifact(f"{UCI}+7", "UCM+2+DESADV:D:96A:UN+4"), messages) == [Said.ACCEPTED, Said.REJECTED]

    @pytest.mark.parametrize("status", Answer)
    def test_every_answer_of_an_application_is_understood(self, status: Answer) -> None:
        answered = AnsweredDocument(status=status, document=DocumentReference(number="1", kind="invoice"))
        document = ApplicationResponse(status=status, documents=[answered])
        assert said(document) == [said(document)[0]] * 2
        assert said(document)[0] is not None

    @pytest.mark.parametrize("status", ResponseStatus)
    def test_every_status_of_an_order_response_is_understood(self, status: ResponseStatus) -> None:
        document = OrderResponse(status=status, order=DocumentReference(number="1"))
        expected = {"accepted": "accepted", "with_changes": "accepted_with_errors", "rejected": "rejected"}.get(
            status, "received"
        )
        assert said(document, SETS[:1]) == [Said(expected)]


class TestCounts:
    def faults(self, ak9: str, *sets: str) -> list[str]:
        document = x12("AK1*SH*77", *sets, ak9)
        claim = claims_of(document, "997", OURS)[0]
        return miscounted(document, claim, SETS)

    @pytest.mark.parametrize("ak9", ["AK9*A*2*2*2", "AK9*R*2*2*0", "AK9*R*2*2*2", "AK9*A", "AK9*P*2*2*1"])
    def test_what_agrees_is_not_told(self, ak9: str) -> None:
        assert self.faults(ak9, *(["AK2*856*0002", "AK5*R"] if "*P*" in ak9 else [])) == []

    @pytest.mark.parametrize(("ak9", "what"), [("AK9*A*3*2*2", "AK902"), ("AK9*A*2*1*2", "AK903"), ("AK9*A*2*2*1", "AK904")])
    def test_each_count_that_differs_is(self, ak9: str, what: str) -> None:
        (fault,) = self.faults(ak9)
        assert what in fault

    def test_sets_that_we_did_not_send_are_named(self) -> None:
        document = x12("AK1*SH*77", "AK2*856*0009", "AK5*A", "AK2*856*0001", "AK5*A", "AK9*A*2*2*2")
        assert unnamed(document, claims_of(document, "997", OURS)[0], SETS) == ["0009"]

    def test_a_contrl_counts_nothing(self) -> None:
        document = edifact(f"{UCI}+7")
        assert miscounted(document, claims_of(document, "CONTRL", OURS)[0], SETS) == []


class TestMeant:
    by_number = Claim(Layer.TECHNICAL, "TA1", pairs=(OURS,), interchange="42", prepared="261120 0915")

    def candidates(self, *changes: Mapping[str, object]) -> list[Candidate]:
        return [Candidate(**{"pair": OURS, "test": False, "prepared": "261120*0915", **change}) for change in changes]  # type: ignore[arg-type]

    def test_the_newest_of_equals_is_meant(self) -> None:
        assert meant(self.by_number, self.candidates({}, {}), test=False) == [0]

    def test_one_that_was_prepared_when_it_says_is_meant_before_a_newer_one(self) -> None:
        assert meant(self.by_number, self.candidates({"prepared": "261121*0915"}, {}), test=False) == [1]

    def test_a_time_that_fits_none_means_the_newest(self) -> None:
        late = self.candidates({"prepared": "261121*0915"}, {"prepared": "261122*0915"})
        assert meant(self.by_number, late, test=False) == [0]

    def test_test_and_production_count_apart(self) -> None:
        assert meant(self.by_number, self.candidates({"test": True}, {}), test=False) == [1]

    def test_other_parties_are_not_meant(self) -> None:
        assert meant(self.by_number, self.candidates({"pair": ("ZZ:OTHER", "01:123456789")}), test=False) == []

    def test_a_number_means_the_document_whose_own_it_is(self) -> None:
        claim = Claim(Layer.APPLICATION, "824", keys=("despatch:4711", "order:4711"), number="4711")
        found = self.candidates(
            {"own": "despatch:D-1", "keys": ("despatch:D-1", "order:4711")}, {"own": "despatch:4711", "keys": ("despatch:4711",)}
        )
        assert meant(claim, found, test=False) == [1]

    def test_an_answer_may_mean_several_documents_each_in_its_last_version(self) -> None:
        claim = Claim(Layer.ANSWER, "remittance_advice", keys=("invoice:1", "invoice:2"))
        found = self.candidates(*({"own": f"invoice:{n}", "keys": (f"invoice:{n}",)} for n in (1, 2, 1)))
        assert meant(claim, found, test=False) == [0, 1]

    def test_what_they_share_means_a_document_only_when_there_is_one(self) -> None:
        claim = Claim(Layer.ANSWER, "receiving_advice", keys=("order:4711",))
        one, other = {"own": "despatch:1", "keys": ("order:4711",)}, {"own": "despatch:2", "keys": ("order:4711",)}
        assert meant(claim, self.candidates(one), test=False) == [0]
        assert meant(claim, self.candidates(one, other), test=False) == []


class TestParts:
    @given(st.integers(1, 10**9), st.integers(0, 5))
    def test_zeros_and_blanks_around_a_number_mean_nothing(self, number: int, zeros: int) -> None:
        assert plain(f" {'0' * zeros}{number} ") == str(number)

    def test_times_are_compared_by_their_digits(self) -> None:
        assert digits("261120*0915") == digits("261120 0915") == "2611200915"

    def test_what_is_about_one_document_is_taken_out(self) -> None:
        document = x12("AK1*SH*77", "AK2*856*0001", "AK5*R*5", "AK2*856*0002", "AK5*A", "AK9*P*2*2*1", "AK1*SH*78", "AK9*A*1*1*1")
        part = about(document, SETS[0])
        assert [group.control_number for group in part.groups] == ["77"]
        assert [one.control_number for one in part.documents] == ["0001"]
